"""Moves of a case without an event of its own: exempt, not held, lapsed and expired."""

from procedures.kernel.cases import Case, Cohort, Event, Move, Moved
from procedures.kernel.exemptions import exemption_truth
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import EXPIRED, StepResult
from procedures.kernel.windows import window_of
from rules.calendar import Moment
from rules.facts import Known, remove_facts
from rules.truth import Truth


def make_automatic_moves(machine: Machine, case: Case, at: Moment, cohort: Cohort) -> Case:
    """The case after its automatic moves: expired, not held, exempt. The loop ends, because `check` refuses cycles."""
    while True:
        if _arrived_after_expiry(machine, case, cohort):
            return _expire(case, at, cohort)
        step = machine.automatic.get(case.state)
        if step is None:
            return case
        gate = cohort.gates.get(step.name)
        if step.gate and gate is None:
            return case
        result: StepResult = "not_held" if gate and not gate.held else "exempt"
        if result == "exempt" and exemption_truth(step, case, cohort) is not Truth.TRUE:
            return case
        kept = remove_facts(case.facts, step.forgotten_facts)
        case = _move_without_event(case, step, result, step.to, at, kept, cohort)


def _arrived_after_expiry(machine: Machine, case: Case, cohort: Cohort) -> bool:
    """Whether the case came onto a reserve that had ended. A case that was on it before waits for an `advance`."""
    on_reserve = machine.reserve is not None and case.state == machine.reserve.state
    return on_reserve and cohort.ends is not None and case.entered >= cohort.ends


def answer_with_moves(machine: Machine, event: Event, before: Case | None, after: Case, cohort: Cohort) -> Moved:
    """The answer to an event that changed the case from `before` to `after`, with the automatic moves that follow."""
    case = make_automatic_moves(machine, after, event.at, cohort)
    return Moved(event, case.history[len(before.history) if before else 0 :], (case,))


def find_due_lapse(
    machine: Machine, case: Case, now: Moment, cohort: Cohort
) -> tuple[Moment, CompiledStep | None] | None:
    """
    The moment and step of the lapse that is due first by `now`; the step is None for the expiry of the reserve.

    Of the ends that are over the earliest one lapses, the reserve's first among equals. A step that leaves the case for
    a person is passed over. One whose gate is undecided or whose exemption is unknown holds back all later ones, so
    that a fact or a closing that comes later never overturns a lapse. A case whose result waits lapses nowhere.
    """
    if case.pending:
        return None
    ends: list[tuple[Moment, str, CompiledStep | None]] = []
    if machine.reserve and case.state == machine.reserve.state and cohort.ends is not None and cohort.ends <= now:
        ends.append((cohort.ends, "", None))
    for step in machine.steps_from[case.state]:
        if step.lapses is not None and step.enforced:
            end = window_of(machine, step, case, cohort).ends
            if end is not None and end <= now:
                ends.append((end, step.name, step))
    if not ends:
        return None
    end, _, first = min(ends, key=lambda each: each[:2])
    if first is not None and not _may_lapse(first, case, cohort):
        return None
    return max(end, case.entered), first


def _may_lapse(step: CompiledStep, case: Case, cohort: Cohort) -> bool:
    """Whether the case certainly had to take the step: the gate is decided, and the exemption is not unknown."""
    if step.gate and step.name not in cohort.gates:
        return False
    return exemption_truth(step, case, cohort) is not Truth.UNKNOWN


def lapse(machine: Machine, case: Case, moment: Moment, step: CompiledStep | None, cohort: Cohort) -> Case:
    """The case after a lapse that is due, dated at `moment`; `step` is None for the expiry of the reserve."""
    if step is None:
        return _expire(case, moment, cohort)
    assert step.lapses is not None
    kept = remove_facts(case.facts, step.forgotten_facts)
    lapsed = _move_without_event(case, step, "lapsed", step.lapses, moment, kept, cohort)
    return make_automatic_moves(machine, lapsed, moment, cohort)


def _move_without_event(
    case: Case, step: CompiledStep, result: StepResult, to: str, at: Moment, facts: Known, cohort: Cohort
) -> Case:
    """The case after a step without an event of that step; the name of the move is the result."""
    facts = {**facts, step.name: result}
    return case.apply_move(
        Move(case.candidate, step.name, result, at, case.state, to, known=cohort.known_facts(facts)), facts
    )


def _expire(case: Case, at: Moment, cohort: Cohort) -> Case:
    known = cohort.known_facts(case.facts)
    return case.apply_move(Move(case.candidate, "reserve", "expired", at, case.state, EXPIRED, known=known), case.facts)
