"""How a case moves without an event of its own: what it is exempt from, what is not held, what lapses and expires."""

from procedures.kernel.cases import Case, Cohort, Event, Move, Moved
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import EXPIRED, StepResult
from rules.calendar import Moment
from rules.facts import Known, without
from rules.truth import Truth


def make_automatic_moves(machine: Machine, case: Case, at: Moment, cohort: Cohort) -> Case:
    """The case after its automatic moves: expired, not held, exempt. They come to rest, for `check` refuses loops."""
    while True:
        if cohort.ends is not None and at >= cohort.ends and _comes_too_late(machine, case):
            return _expired(case, at, cohort)
        taken = machine.automatic.get(case.state)
        if taken is None:
            return case
        gate = cohort.gates.get(taken.name)
        if taken.gate and gate is None:
            return case
        result: StepResult = "not_held" if gate and not gate.held else "exempt"
        if result == "exempt" and (
            taken.exemption is None or taken.exemption.ask(cohort.known(case.facts)) is not Truth.TRUE
        ):
            return case
        kept = without(case.facts, taken.forgets)
        case = _passed_over(case, taken, result, taken.to, at, kept, cohort)


def _comes_too_late(machine: Machine, case: Case) -> bool:
    """Whether the case came onto the ended reserve just now; whoever is there already waits for an advance."""
    on_reserve = machine.reserve is not None and case.state == machine.reserve.state
    return on_reserve and case.path[-1].move != "corrected"


def answer_with_moves(machine: Machine, event: Event, before: Case | None, after: Case, cohort: Cohort) -> Moved:
    """The answer to an event that made `after` of `before`, with the automatic moves that follow from it."""
    case = make_automatic_moves(machine, after, event.at, cohort)
    return Moved(event, case.history[len(before.history) if before else 0 :], (case,))


def find_due_lapse(
    machine: Machine, case: Case, now: Moment, cohort: Cohort
) -> tuple[Moment, CompiledStep | None] | None:
    """The first lapse of a case that is due by `now`, with its moment; None for its step is the reserve's expiry."""
    found: list[tuple[Moment, CompiledStep | None]] = []
    if machine.reserve and case.state == machine.reserve.state and cohort.ends is not None and cohort.ends <= now:
        found.append((max(cohort.ends, case.entered), None))
    for taken in machine.steps_from[case.state]:
        if taken.lapses is None or not taken.enforced or taken.name in case.pending or case.reopened == taken.name:
            continue
        ends = taken.window_end(case.entered, machine.zone)
        if ends is None or ends > now or (taken.gate and taken.name not in cohort.gates):
            continue
        if taken.exemption is None or taken.exemption.ask(cohort.known(case.facts)) is not Truth.UNKNOWN:
            found.append((max(ends, case.entered), taken))
    return min(found, key=lambda lapse: lapse[0], default=None)


def lapse(machine: Machine, case: Case, moment: Moment, taken: CompiledStep | None, cohort: Cohort) -> Case:
    """The case after a lapse that is due, dated at its moment."""
    if taken is None:
        return _expired(case, moment, cohort)
    assert taken.lapses is not None
    kept = without(case.facts, taken.forgets)
    lapsed = _passed_over(case, taken, "lapsed", taken.lapses, moment, kept, cohort)
    return make_automatic_moves(machine, lapsed, moment, cohort)


def _passed_over(
    case: Case, taken: CompiledStep, result: StepResult, to: str, at: Moment, facts: Known, cohort: Cohort
) -> Case:
    """The case moved by a step that nobody took; the result is the move."""
    facts = {**facts, taken.name: result}
    return case.after(Move(case.candidate, taken.name, result, at, case.state, to, known=cohort.known(facts)), facts)


def _expired(case: Case, at: Moment, cohort: Cohort) -> Case:
    known = cohort.known(case.facts)
    return case.after(Move(case.candidate, "reserve", "expired", at, case.state, EXPIRED, known=known), case.facts)
