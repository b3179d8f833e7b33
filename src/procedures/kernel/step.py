"""The effect of one event on one case. Every engine calls `step` or is compared with it.

`step` reads no clock, no file, no database and no other candidate. The caller gives the event with its moment and, in
the cohort, the decisions of closings. Three things decide a step, in this order: the state, the window, and the first
guard that is TRUE.
"""

from typing import Final

from procedures.kernel.automatic_moves import answer_with_moves
from procedures.kernel.cases import DECISIONS, Case, Cohort, Event, Move, Moved, MoveName, Refused
from procedures.kernel.cohort.ranking import rank_addition, ranking_key
from procedures.kernel.corrections import correct, reopen
from procedures.kernel.decision import decide, is_addition, is_open, missing_for_ranking, needs_person
from procedures.kernel.event_facts import encode_event_facts, name_hint
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import APPLY, CANDIDATE_EVENTS, WITHDRAWN, StepResult
from procedures.kernel.outcomes import Outcome
from procedures.kernel.windows import StepWindow, window_of
from rules.calendar import SECOND, Moment
from rules.facts import Known, remove_facts
from rules.kinds import Value
from rules.words import Words

EMPTY_COHORT: Final = Cohort()
"""The cohort of a selection in which nothing was closed yet."""


def step(machine: Machine, case: Case | None, event: Event, cohort: Cohort = EMPTY_COHORT) -> Moved | Refused:
    """The answer to `event` for `case` (None before the application). The arguments are not changed."""
    if event.name == APPLY:
        return _apply(machine, case, event, cohort)
    if case is None:
        return Refused(event, "unknown_candidate", {"candidate": event.candidate})
    if event.name in case.pending:
        return Refused(event, "duplicate", {"candidate": case.candidate})
    compiled = machine.steps.get(event.name)
    if compiled is None and event.name not in CANDIDATE_EVENTS:
        meant = name_hint(event.name, [*machine.steps, *CANDIDATE_EVENTS])
        return Refused(event, "unknown_event", {"name": event.name, "hint": meant})
    if event.at < case.at:
        clock = machine.zone.clock
        return Refused(event, "out_of_order", {"at": clock(event.at), "last": clock(case.at)})
    if compiled is not None:
        return _take(machine, compiled, case, event, cohort)
    match event.name:
        case "withdraw":
            return _withdraw(machine, case, event, cohort)
        case "correct":
            return correct(machine, case, event, cohort)
        case _ if any(move.kind in DECISIONS for move in case.path):
            return reopen(machine, case, event, cohort)
        case _:
            return _refuse_wrong_state(machine, case, event)


def possible_events(machine: Machine, case: Case) -> tuple[str, ...]:
    """The events that are possible in the state of a case, without regard to guards and windows."""
    if machine.states[case.state].final:
        return ()
    return (*(each.name for each in machine.steps_from[case.state]), "withdraw")


# -- applying ---------------------------------------------------------------------------------------------------


def _apply(machine: Machine, case: Case | None, event: Event, cohort: Cohort) -> Moved | Refused:
    assert event.candidate is not None
    if case is not None:
        return Refused(event, "duplicate", {"candidate": case.candidate})
    if closing := cohort.closings.get(APPLY):
        sentence = Words("de kandidaturen zijn afgesloten op {at}", "applications were closed on {at}")
        at = machine.zone.clock(closing.at)
        return Refused(event, "already_closed", {"closed": APPLY, "at": at, "sentence": sentence})
    if refused := _check_window(machine, event, machine.opens, machine.ends):
        return refused
    encoded = encode_event_facts(machine, event, {}, None)
    if isinstance(encoded, Refused):
        return encoded
    move = Move(event.candidate, "apply", "applied", event.at, None, machine.initial, event.by, encoded, known=encoded)
    path = (move,)
    move.after = encoded
    applied = Case(event.candidate, machine.initial, event.at, event.at, encoded, path, path)
    return answer_with_moves(machine, event, None, applied, cohort)


# -- taking a step ----------------------------------------------------------------------------------------------


def _take(machine: Machine, compiled: CompiledStep, case: Case, event: Event, cohort: Cohort) -> Moved | Refused:
    if case.state not in compiled.origins:
        return _refuse_wrong_state(machine, case, event)
    closing = cohort.closings.get(compiled.name)
    if closing and not compiled.left_for_person and not is_addition(compiled, case, cohort):
        return Refused(event, "already_closed", {"closed": compiled.name, "at": machine.zone.clock(closing.at)})
    if compiled.gate and (compiled.name not in cohort.gates or event.at < cohort.gates[compiled.name].at):
        waits_for = tuple(name for name in compiled.gate.feeders if is_open(cohort, name, event.at))
        return Refused(event, "gate_undecided", {"waits_for": waits_for})
    if (compiled.has_window or closing or cohort.ends is not None) and (
        refused := _check_step_window(machine, compiled, case, event, cohort)
    ):
        return refused
    before = remove_facts(case.facts, compiled.forgotten_facts)
    encoded = encode_event_facts(machine, event, before, compiled)
    if isinstance(encoded, Refused):
        return encoded
    facts = {**before, **encoded}
    known = cohort.known_facts(facts)
    decided = decide(compiled, known, _known_for_exemption(machine, compiled, case, cohort, encoded, known))
    if isinstance(decided, tuple):
        return Refused(event, "missing_facts", {"missing": decided})
    if compiled.keeps and (missing := missing_for_ranking(machine, compiled, decided, known)):
        return Refused(event, "missing_facts", {"missing": missing})
    if compiled.in_order and (refusal := cohort.check_turn(compiled, case, event.at)) is not None:
        return Refused(event, *refusal)
    return _apply_decision(machine, compiled, case, event, cohort, decided, facts, known, encoded)


def _known_for_exemption(
    machine: Machine, compiled: CompiledStep, case: Case, cohort: Cohort, encoded: Known, known: Known
) -> Known:
    """What the exemption is asked on: what was known before this event, with the declared facts that it brings."""
    if not compiled.exemption_reads_own_facts:
        return known
    brought = {name: value for name, value in encoded.items() if name in machine.declared_facts}
    return cohort.known_facts({**case.facts, **brought})


def _apply_decision(
    machine: Machine,
    compiled: CompiledStep,
    case: Case,
    event: Event,
    cohort: Cohort,
    outcome: Outcome | None,
    facts: dict[str, Value],
    known: dict[str, Value],
    encoded: Known,
) -> Moved | Refused:
    """Move the case by the decided outcome (None: exempt), or record its result until the closing."""
    move: MoveName
    result: StepResult
    if outcome is None:
        move = result = "exempt"
        to = compiled.to
        facts = dict(remove_facts(facts, compiled.forgotten_facts))
        known = cohort.known_facts(facts)
    else:
        move = result = "passed" if outcome.passed else "failed"
        to = outcome.to
        if compiled.keeps and outcome.passed:
            waits = _rank_result(machine, compiled, case, event, cohort, facts, encoded)
            if not isinstance(waits, tuple):
                return waits
            move, to, result = waits
            known = cohort.known_facts(facts)
    if needs_person(machine, compiled, to) and event.by is None:
        reason = Words(
            f"`{event.name}` leidt naar `{to}` en dat beslist een persoon",
            f"`{event.name}` leads to `{to}`, and a person decides that",
        )
        return Refused(event, "needs_person", {"to": to, "reason": reason})
    facts[compiled.name] = known[compiled.name] = result
    moved = case.apply_move(_create_move(case, event, move, to, known, encoded), facts)
    return answer_with_moves(machine, event, case, moved, cohort)


def _rank_result(
    machine: Machine,
    compiled: CompiledStep,
    case: Case,
    event: Event,
    cohort: Cohort,
    facts: dict[str, Value],
    encoded: Known,
) -> Moved | tuple[MoveName, str, StepResult]:
    """A passing result of a step that keeps the best: it waits for the closing, or is ranked in a past closing."""
    assert compiled.keeps is not None
    key = ranking_key(machine.declared, compiled.keeps, cohort.known_facts(facts))
    assert isinstance(key, tuple), "what cannot be ranked was refused"
    closing = cohort.closings.get(compiled.name)
    if closing is None:
        return _wait_for_closing(machine, compiled, case, event, cohort, facts, encoded)
    rank, to = rank_addition(case.candidate, key, closing, compiled.keeps)
    facts[f"{compiled.name}.kept"], facts[f"{compiled.name}.rank"] = to is not None, rank
    return ("kept", to, "passed") if to is not None else ("cut", compiled.otherwise, "failed")


def _wait_for_closing(
    machine: Machine,
    compiled: CompiledStep,
    case: Case,
    event: Event,
    cohort: Cohort,
    facts: dict[str, Value],
    encoded: Known,
) -> Moved:
    """The answer with a recorded result, which the closing of the step will decide."""
    move = Move(case.candidate, event.name, "recorded", event.at, case.state, case.state, event.by, encoded, event.why)
    return answer_with_moves(
        machine, event, case, case.record_move(move, facts, case.pending | {compiled.name}), cohort
    )


def _withdraw(machine: Machine, case: Case, event: Event, cohort: Cohort) -> Moved | Refused:
    if machine.states[case.state].final:
        return _refuse_wrong_state(machine, case, event)
    encoded = encode_event_facts(machine, event, case.facts, None)
    if isinstance(encoded, Refused):
        return encoded
    facts = {**case.facts, **encoded}
    move = _create_move(case, event, "withdrawn", WITHDRAWN, cohort.known_facts(facts), encoded)
    return Moved(event, (move,), (case.apply_move(move, facts),))


def _create_move(case: Case, event: Event, move: MoveName, to: str, known: Known, encoded: Known) -> Move:
    """The move of an event; `known` are the facts on which it was decided."""
    return Move(case.candidate, event.name, move, event.at, case.state, to, event.by, encoded, event.why, (), known)


# -- windows and states -----------------------------------------------------------------------------------------


def _check_step_window(
    machine: Machine, compiled: CompiledStep, case: Case, event: Event, cohort: Cohort
) -> Refused | None:
    window = window_of(machine, compiled, case, cohort)
    if window.is_late(event.at):
        if window.reserve_ends is None or event.at < window.reserve_ends:
            return _check_late(machine, window, event)
        return _check_window(machine, event, window.opens, window.reserve_ends)
    ends = min((end for end in (window.ends, window.reserve_ends) if end is not None), default=None)
    return _check_window(machine, event, window.opens, ends)


def _check_late(machine: Machine, window: StepWindow, event: Event) -> Refused | None:
    """A step that is left for a person needs the name of one and a reason."""
    if window.opens is not None and event.at < window.opens:
        return _check_window(machine, event, window.opens, None)
    if event.by is not None and event.why is not None:
        return None
    assert window.late_from is not None
    help_ = Words(
        "; een persoon beslist nog, met naam en reden (`by` en `why`)",
        "; a person still decides, with a name and a reason (`by` and `why`)",
    )
    return _too_late(machine, event, window.late_from, help_)


def _check_window(machine: Machine, event: Event, opens: Moment | None, ends: Moment | None) -> Refused | None:
    if opens is not None and event.at < opens:
        clock = machine.zone.clock
        return Refused(event, "too_early", {"opens": clock(opens), "at": clock(event.at)})
    return _too_late(machine, event, ends, Words()) if ends is not None and event.at >= ends else None


def _too_late(machine: Machine, event: Event, ends: Moment, help_: Words) -> Refused:
    clock = machine.zone.clock
    # The last moment inside, at the precision at which the end was written.
    size = next(size for size in (60 * SECOND, SECOND, 1) if ends % size == 0)
    last = clock(Moment(ends - size))
    return Refused(event, "too_late", {"ends": last, "at": clock(event.at), "help": help_})


def _refuse_wrong_state(machine: Machine, case: Case, event: Event) -> Refused:
    return Refused(event, "wrong_state", {"state": case.state, "possible": possible_events(machine, case)})
