"""Whether a closing comes too late in the log: something that happened after its moment is already recorded.

A closing counts the cases as they stood at its moment. Where a later event already changed one of them, the closing is
`out_of_order`, so that the order in which events were typed in never decides a count.
"""

from attrs import frozen

from procedures.kernel.automatic_moves import find_due_lapse
from procedures.kernel.cases import Case, Cohort
from procedures.kernel.cohort.gates import gates_decided_by
from procedures.kernel.machine import Machine
from rules.calendar import Moment


def is_overtaken(machine: Machine, closed: str, case: Case, cohort: Cohort, at: Moment) -> bool:
    """Whether an event after `at` of this case touches what the closing of `closed` at `at` decides."""
    if not cohort.closings and case.history[0].at > at:  # the first closing closes the applications too
        return True
    if any(move.event == closed and move.at > at for move in case.path):
        return True
    step = machine.steps.get(closed)
    if step is not None and case.state in step.upstream:
        return True
    counted = counted_states(machine, closed)
    then = _whereabouts(case, at)
    if case.state in counted or (then is not None and then.state in counted):
        return True
    if find_due_lapse(machine, case, at, cohort) is not None:
        return True
    return then is not None and _was_due(machine, then, cohort, at)


def counted_states(machine: Machine, closed: str) -> frozenset[str]:
    """The states whose cases the closing ranks or counts."""
    step = machine.steps.get(closed)
    found = step.origins if step is not None and step.keeps is not None else frozenset()
    for name in gates_decided_by(machine, closed):
        gated = machine.steps[name]
        assert gated.gate is not None
        found |= gated.origins | ({gated.gate.count.state} if gated.gate.count is not None else frozenset())
    return found


@frozen
class _Whereabouts:
    """Where a case stood at an earlier moment, since when, and whether a result of it waited there."""

    state: str
    entered: Moment
    waits: bool


def _whereabouts(case: Case, at: Moment) -> _Whereabouts | None:
    """Where the case stood at a moment; None before it applied."""
    past = [move for move in case.history if move.at <= at]
    if not past:
        return None
    entry = max(number for number, move in enumerate(past) if move.kind not in ("recorded", "corrected"))
    waits = any(move.kind == "recorded" for move in past[entry:])
    return _Whereabouts(past[-1].to_state, past[entry].at, waits)


def _was_due(machine: Machine, then: _Whereabouts, cohort: Cohort, at: Moment) -> bool:
    """Whether a case would have lapsed or expired at the moment, if time had been advanced then."""
    if then.waits:
        return False
    ends = [
        step.window_end(then.entered, machine.zone)
        for step in machine.steps_from[then.state]
        if step.lapses is not None and step.enforced
    ]
    if machine.reserve is not None and then.state == machine.reserve.state:
        ends.append(cohort.ends)
    return any(end is not None and end <= at for end in ends)
