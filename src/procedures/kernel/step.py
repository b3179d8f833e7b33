"""What may follow what, for one case: the one place that decides.

Knows no clock, no file, no database and no other candidate: the caller brings the event with its moment and, in
the cohort, what closings have decided. Three things decide a step, in this order: the state, the window, and the
first guard that is TRUE. Every engine asks here or is compared with it.
"""

from typing import Final

from procedures.kernel.automatic_moves import answer_with_moves
from procedures.kernel.cases import DECISIONS, Case, Cohort, Event, Move, Moved, MoveName, Refused
from procedures.kernel.cohort.ranking import rank_addition, ranking_key
from procedures.kernel.corrections import correct, reopen
from procedures.kernel.decision import decide, is_addition, is_open, missing_for_ranking, needs_person
from procedures.kernel.event_facts import learn, name_hint
from procedures.kernel.guards import Outcome
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import CANDIDATE_EVENTS, WITHDRAWN, StepResult
from rules.calendar import SECOND, Moment
from rules.facts import Known, without
from rules.kinds import Value
from rules.words import Words

OPEN: Final = Cohort()
"""The cohort of a selection in which nothing was closed yet."""


def step(machine: Machine, case: Case | None, event: Event, cohort: Cohort = OPEN) -> Moved | Refused:
    """What follows when `event` happens to `case` (None before the application). Changes nothing it is given."""
    if event.name == "apply":
        return _apply(machine, case, event, cohort)
    if case is None:
        return Refused(event, "unknown_candidate", {"candidate": event.candidate})
    if event.name in case.pending:
        return Refused(event, "duplicate", {"candidate": case.candidate})
    taken = machine.steps.get(event.name)
    if taken is None and event.name not in CANDIDATE_EVENTS:
        meant = name_hint(event.name, [*machine.steps, *CANDIDATE_EVENTS])
        return Refused(event, "unknown_event", {"name": event.name, "hint": meant})
    if event.at < case.at:
        clock = machine.zone.clock
        return Refused(event, "out_of_order", {"at": clock(event.at), "last": clock(case.at)})
    if taken is not None:
        return _take(machine, taken, case, event, cohort)
    match event.name:
        case "withdraw":
            return _withdraw(machine, case, event, cohort)
        case "correct":
            return correct(machine, case, event, cohort)
        case _ if any(move.move in DECISIONS for move in case.path):
            return reopen(machine, case, event, cohort)
        case _:
            return _wrong_state(machine, case, event)


def possible(machine: Machine, case: Case) -> tuple[str, ...]:
    """The events that the state of a case admits, before any guard or window is asked."""
    if machine.states[case.state].final:
        return ()
    return (*(each.name for each in machine.steps_from[case.state]), "withdraw")


# -- applying ---------------------------------------------------------------------------------------------------


def _apply(machine: Machine, case: Case | None, event: Event, cohort: Cohort) -> Moved | Refused:
    assert event.candidate is not None
    if case is not None:
        return Refused(event, "duplicate", {"candidate": case.candidate})
    if cohort.closings:
        first = min(cohort.closings.values(), key=lambda closing: closing.at)
        return Refused(event, "already_closed", {"closed": first.step, "at": machine.zone.clock(first.at)})
    if refused := _outside(machine, event, machine.opens, machine.ends):
        return refused
    learned = learn(machine, event, {}, None)
    if isinstance(learned, Refused):
        return learned
    move = Move(event.candidate, "apply", "applied", event.at, None, machine.initial, event.by, learned, known=learned)
    road = (move,)
    applied = Case(event.candidate, machine.initial, event.at, event.at, learned, road, road)
    return answer_with_moves(machine, event, None, applied, cohort)


# -- taking a step ----------------------------------------------------------------------------------------------


def _take(machine: Machine, taken: CompiledStep, case: Case, event: Event, cohort: Cohort) -> Moved | Refused:
    if case.state not in taken.origins:
        return _wrong_state(machine, case, event)
    closing = cohort.closings.get(taken.name)
    if closing and not is_addition(taken, case, cohort):
        return Refused(event, "already_closed", {"closed": taken.name, "at": machine.zone.clock(closing.at)})
    if taken.gate and (taken.name not in cohort.gates or event.at < cohort.gates[taken.name].at):
        waits_for = tuple(name for name in taken.gate.feeders if is_open(cohort, name, event.at))
        return Refused(event, "gate_undecided", {"waits_for": waits_for})
    if (taken.has_window or cohort.ends is not None) and (
        refused := _outside_step(machine, taken, case, event, cohort)
    ):
        return refused
    before = without(case.facts, taken.forgets)
    learned = learn(machine, event, before, taken)
    if isinstance(learned, Refused):
        return learned
    facts = {**before, **learned}
    known = cohort.known(facts)
    decided = decide(taken, known)
    if isinstance(decided, tuple):
        return Refused(event, "unknown_facts", {"missing": decided})
    if taken.keeps and (missing := missing_for_ranking(machine, taken, decided, known)):
        return Refused(event, "unknown_facts", {"missing": missing})
    if taken.in_order and (first := cohort.ahead(taken, case)) is not None:
        return Refused(event, "not_next", {"next": first})
    return _decided(machine, taken, case, event, cohort, decided, facts, known, learned)


def _decided(
    machine: Machine,
    taken: CompiledStep,
    case: Case,
    event: Event,
    cohort: Cohort,
    outcome: Outcome | None,
    facts: dict[str, Value],
    known: dict[str, Value],
    learned: Known,
) -> Moved | Refused:
    """Move the case as decided, or let its result wait for the closing."""
    move: MoveName
    result: StepResult
    if outcome is None:
        move = result = "exempt"
        to = taken.to
        facts = dict(without(facts, taken.forgets))
        known = cohort.known(facts)
    else:
        move = result = "passed" if outcome.passed else "failed"
        to = outcome.to
        if taken.keeps and outcome.passed:
            waits = _cut(machine, taken, case, event, cohort, facts, learned)
            if not isinstance(waits, tuple):
                return waits
            move, to, result = waits
            known = cohort.known(facts)
    if needs_person(machine, taken, to) and event.by is None:
        reason = Words(
            f"`{event.name}` leidt naar `{to}` en dat beslist een persoon",
            f"`{event.name}` leads to `{to}`, and a person decides that",
        )
        return Refused(event, "needs_person", {"to": to, "reason": reason})
    facts[taken.name] = known[taken.name] = result
    after = case.after(_move(case, event, move, to, known, learned), facts)
    return answer_with_moves(machine, event, case, after, cohort)


def _cut(
    machine: Machine,
    taken: CompiledStep,
    case: Case,
    event: Event,
    cohort: Cohort,
    facts: dict[str, Value],
    learned: Known,
) -> Moved | tuple[MoveName, str, StepResult]:
    """A result on a step that keeps the best: it waits, or joins a closing that has been."""
    assert taken.keeps is not None
    key = ranking_key(machine.declared, taken.keeps, cohort.known(facts))
    assert isinstance(key, tuple), "what cannot be ranked was refused"
    closing = cohort.closings.get(taken.name)
    if closing is None:
        return _waiting(machine, taken, case, event, cohort, facts, learned)
    rank, to = rank_addition(case.candidate, key, closing, taken.keeps)
    facts[f"{taken.name}.kept"], facts[f"{taken.name}.rank"] = to is not None, rank
    return ("kept", to, "passed") if to is not None else ("cut", taken.otherwise, "failed")


def _waiting(
    machine: Machine,
    taken: CompiledStep,
    case: Case,
    event: Event,
    cohort: Cohort,
    facts: dict[str, Value],
    learned: Known,
) -> Moved:
    """The case with a result that the closing of the step will decide."""
    move = Move(case.candidate, event.name, "recorded", event.at, case.state, case.state, event.by, learned, event.why)
    return answer_with_moves(machine, event, case, case.noting(move, facts, case.pending | {taken.name}), cohort)


def _withdraw(machine: Machine, case: Case, event: Event, cohort: Cohort) -> Moved | Refused:
    if machine.states[case.state].final:
        return _wrong_state(machine, case, event)
    learned = learn(machine, event, case.facts, None)
    if isinstance(learned, Refused):
        return learned
    facts = {**case.facts, **learned}
    move = _move(case, event, "withdrawn", WITHDRAWN, cohort.known(facts), learned)
    return Moved(event, (move,), (case.after(move, facts),))


def _move(case: Case, event: Event, move: MoveName, to: str, known: Known, learned: Known) -> Move:
    """A move that the event made, decided on what was known."""
    return Move(case.candidate, event.name, move, event.at, case.state, to, event.by, learned, event.why, (), known)


# -- windows and states -----------------------------------------------------------------------------------------


def _outside_step(machine: Machine, taken: CompiledStep, case: Case, event: Event, cohort: Cohort) -> Refused | None:
    opens, ends = (taken.opens, taken.window_end(case.entered, machine.zone)) if taken.enforced else (None, None)
    if case.reopened == taken.name:
        ends = None  # whoever reopened the decision let the window pass for this case
    if cohort.ends is not None and machine.reserve and case.state == machine.reserve.state:
        ends = cohort.ends if ends is None else min(ends, cohort.ends)
    return _outside(machine, event, opens, ends)


def _outside(machine: Machine, event: Event, opens: Moment | None, ends: Moment | None) -> Refused | None:
    if opens is not None and event.at < opens:
        clock = machine.zone.clock
        return Refused(event, "too_early", {"opens": clock(opens), "at": clock(event.at)})
    if ends is not None and event.at >= ends:
        clock = machine.zone.clock
        # The last moment inside, to the minute, is what the author wrote.
        last = clock(Moment((ends - 1) // (60 * SECOND) * 60 * SECOND))
        return Refused(event, "too_late", {"ends": last, "at": clock(event.at)})
    return None


def _wrong_state(machine: Machine, case: Case, event: Event) -> Refused:
    return Refused(event, "wrong_state", {"state": case.state, "possible": possible(machine, case)})
