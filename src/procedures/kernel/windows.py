"""The window of a step for one case: when its event is admitted, when it is over, and who decides after that.

This is the only place that says so. Events, lapses, closings, queues and explanations all ask here.
"""

from attrs import frozen

from procedures.kernel.cases import Case, Cohort
from procedures.kernel.machine import CompiledStep, Machine
from rules.calendar import Moment


@frozen
class StepWindow:
    """
    When the event of a step is admitted for one case; None where nothing binds.

    `opens` is the first moment inside, `ends` the first moment after the window of the step, and `reserve_ends` the
    first moment after the reserve, for a case on it. `late_from` is the moment from which a person may still take a
    step whose `lapses` is `stays`, with `by` and `why`.
    """

    opens: Moment | None = None
    ends: Moment | None = None
    reserve_ends: Moment | None = None
    late_from: Moment | None = None

    def is_late(self, at: Moment) -> bool:
        """Whether the step is left for a person at that moment."""
        return self.late_from is not None and at >= self.late_from

    def is_over(self, at: Moment) -> bool:
        """Whether no event of the step is admitted any more, and no person may take it either."""
        if self.reserve_ends is not None and at >= self.reserve_ends:
            return True
        return self.ends is not None and at >= self.ends and not self.is_late(at)


def window_of(machine: Machine, step: CompiledStep, case: Case, cohort: Cohort) -> StepWindow:
    """
    The window of a step for a case that is in one of its origins.

    An end that was over when a decision was taken back does not bind the reopened case until it leaves the state, and
    a reopened case is never late. A tentative window binds nobody.
    """
    ends = own_end(machine, step, case) if step.enforced else None
    if case.reopened and ends is not None and ends <= case.entered:
        ends = None
    on_reserve = machine.reserve is not None and case.state == machine.reserve.state
    late_from = None
    if step.left_for_person:
        closing = cohort.closings.get(step.name)
        closed = None if closing is None or (case.reopened and closing.at <= case.entered) else closing.at
        late_from = min((each for each in (ends, closed) if each is not None), default=None)
    return StepWindow(step.opens if step.enforced else None, ends, cohort.ends if on_reserve else None, late_from)


def own_end(machine: Machine, step: CompiledStep, case: Case) -> Moment | None:
    """The first moment after the window that the file announces for this case, tentative or not."""
    return step.window_end(case.entered, machine.zone)
