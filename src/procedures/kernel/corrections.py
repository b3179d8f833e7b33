"""Corrections of a case by a person: `correct` changes wrong facts, `reopen` takes back a decision.

Nothing is erased: a correction and a reopening are entries in the history like any other.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from attrs import evolve

from procedures.kernel.automatic_moves import answer_with_moves
from procedures.kernel.cases import DECISIONS, Case, Cohort, Event, Move, Moved, MoveName, Refused
from procedures.kernel.cohort.ranking import rank_addition, ranking_key
from procedures.kernel.decision import decide, waiting_outcome
from procedures.kernel.event_facts import check_moment, encode_event_facts, invalid_fact, unknown_fact
from procedures.kernel.exemptions import replace_own_facts, start_of_decision
from procedures.kernel.machine import CompiledStep, Machine
from rules.facts import Known, remove_facts
from rules.kinds import FactError, Value
from rules.truth import Truth
from rules.words import Words

_DECIDED_ON_FACTS: Final = ("passed", "failed", "exempt", "kept", "cut", "lapsed")


def correct(machine: Machine, case: Case, event: Event, cohort: Cohort) -> Moved | Refused:
    """The case with changed facts. No decision is recomputed; the move lists the decisions that would now differ."""
    if not event.facts or not event.why:
        reason = Words(
            "een verbetering vraagt de feiten en de reden (`facts` en `why`)",
            "a correction needs the facts and the reason (`facts` and `why`)",
        )
        return Refused(event, "invalid_fact", {"reason": reason})
    if refused := check_moment(machine, event):
        return refused
    encoded: dict[str, Value] = {}
    for name, raw in event.facts.items():
        if name not in machine.correctable:
            return unknown_fact(machine, event, name, machine.correctable)
        if name not in machine.declared_facts and name not in case.facts and name not in _facts_for_turn(machine, case):
            return _refuse_unknown_result(event, name)
        try:
            encoded[name] = machine.declared.encode(name, raw)
        except FactError as error:
            return invalid_fact(event, name, error)
    facts = {**case.facts, **encoded}
    move = Move(
        case.candidate, "correct", "corrected", event.at, case.state, case.state, event.by, encoded, event.why,
        _changed_decisions(machine, case, encoded, cohort),
    )  # fmt: skip
    return answer_with_moves(machine, event, case, case.record_move(move, facts, case.pending), cohort)


def _facts_for_turn(machine: Machine, case: Case) -> frozenset[str]:
    """The facts that place a waiting case in a queue; a correction may give them, because no event brings them."""
    waits = any(step.in_order for step in machine.steps_from[case.state])
    return machine.facts_for_turn if waits else frozenset()


def _refuse_unknown_result(event: Event, name: str) -> Refused:
    reason = Words(
        f"`{name}` is niet bekend; alleen wat bekend is, kan verbeterd worden",
        f"`{name}` is not known; only what is known can be corrected",
    )
    return Refused(event, "invalid_fact", {"fact": name, "reason": reason})


def _changed_decisions(machine: Machine, case: Case, encoded: Known, cohort: Cohort) -> tuple[str, ...]:
    """The steps whose present decision would be different on the facts after all corrections."""
    decisions = {move.event: number for number, move in enumerate(case.path) if move.kind in _DECIDED_ON_FACTS}
    found = []
    for name, number in decisions.items():
        step, move = machine.steps[name], case.path[number]
        at = next(i for i, other in enumerate(case.history) if other is move)
        corrections = [*(other.facts for other in case.history[at:] if other.kind == "corrected"), encoded]
        known = {**move.known, **{fact: value for facts in corrections for fact, value in facts.items()}}
        start = start_of_decision(case.path, number, name)
        earlier = replace_own_facts(step, known, case.path[start - 1].after)
        if not _is_unchanged(machine, step, move, known, earlier, cohort):
            found.append(name)
    return tuple(found)


def _is_unchanged(
    machine: Machine, step: CompiledStep, move: Move, known: Known, known_for_exemption: Known, cohort: Cohort
) -> bool:
    """Whether a step would be decided on these facts as it was decided. A cut is ranked against the recorded keys.

    A lapse is unchanged unless the exemption is not FALSE any more: an exempt candidate had no deadline.
    """
    if move.kind == "lapsed":
        return step.exemption is None or step.exemption.truth(known_for_exemption) is Truth.FALSE
    now = decide(step, known, known_for_exemption)
    if now is None or isinstance(now, tuple):
        return now is None and move.kind == "exempt"
    if step.keeps is None or not now.passed:
        return now.to == move.to_state
    key, closing = ranking_key(machine.declared, step.keeps, known), cohort.closings.get(step.name)
    if isinstance(key, list) or closing is None:
        return False  # the result would wait for the closing
    _, to = rank_addition(move.candidate, key, closing, step.keeps)
    return move.to_state == (step.otherwise if to is None else to)


def reopen(machine: Machine, case: Case, event: Event, cohort: Cohort) -> Moved | Refused:
    """The case in the state before its last decision, which must exist; it knows what it knew then, and enters anew."""
    last = max(i for i, move in enumerate(case.path) if move.kind in DECISIONS)
    if not event.why:
        reason = Words("heropenen vraagt een reden (`why`)", "reopening needs a reason (`why`)")
        return Refused(event, "invalid_fact", {"reason": reason})
    decision = case.path[last]
    assert decision.from_state is not None
    encoded = encode_event_facts(machine, event, case.facts, None)
    if isinstance(encoded, Refused):
        return encoded
    if event.by is None:
        reason = Words("een beslissing terugnemen doet een persoon", "taking back a decision is for a person")
        return Refused(event, "needs_person", {"to": decision.from_state, "reason": reason})
    before = case.path[: _first_undone(case.path, last)]
    facts = {**_facts_before(machine, case, before), **encoded}
    move = Move(
        case.candidate, "reopen", "reopened", event.at, case.state, decision.from_state, event.by, encoded, event.why,
        after=facts,
    )  # fmt: skip
    waiting = _waiting_steps(before)
    reopened = Case(
        case.candidate, decision.from_state, event.at, event.at, facts, (*case.history, move), before,
        frozenset(waiting).difference(cohort.closings), reopened=True,
    )  # fmt: skip
    for name in waiting:
        if name in cohort.closings and reopened.state == decision.from_state:
            reopened = _join_closing(machine, machine.steps[name], reopened, event, cohort)
    return answer_with_moves(machine, event, case, reopened, cohort)


def _first_undone(path: Sequence[Move], last: int) -> int:
    """The first move that goes with the decision at `last`: a cut or a keeping goes with the result that it ranked."""
    return start_of_decision(path, last, path[last].event) if path[last].kind in ("kept", "cut") else last


def _facts_before(machine: Machine, case: Case, before: Sequence[Move]) -> dict[str, Value]:
    """What the case knew after the moves in `before`, with what it learned since."""
    start = next(index for index, move in enumerate(case.history) if move is before[-1]) + 1
    return add_later_facts(machine, before[-1].after, case.history[start:])


def add_later_facts(machine: Machine, known_then: Known, later: Iterable[Move]) -> dict[str, Value]:
    """
    What a case knows when it goes back to an earlier moment.

    Declared facts that came later stay known, and so do corrections of facts that were known then. What an event taken
    back recorded is unknown again.
    """
    known = dict(known_then)
    for move in later:
        for name, value in move.facts.items():
            if name in machine.declared_facts or (move.kind == "corrected" and name in known):
                known[name] = value
    return known


def _join_closing(machine: Machine, step: CompiledStep, case: Case, event: Event, cohort: Cohort) -> Case:
    """The case with its waiting result ranked in a closing that was made meanwhile; one that cannot be is forgotten."""
    outcome, closing = waiting_outcome(machine, step, case, cohort), cohort.closings[step.name]
    if outcome is None or not closing.held:
        return evolve(case, facts=remove_facts(case.facts, step.forgotten_facts))
    move: MoveName = "failed"
    to, facts = outcome.to, dict(case.facts)
    if outcome.passed:
        assert step.keeps is not None
        key = ranking_key(machine.declared, step.keeps, cohort.known_facts(facts))
        assert isinstance(key, tuple), "`waiting_outcome` returned a result that cannot be ranked"
        rank, place = rank_addition(case.candidate, key, closing, step.keeps)
        facts[f"{step.name}.kept"], facts[f"{step.name}.rank"] = place is not None, rank
        move, to = ("cut", step.otherwise) if place is None else ("kept", place)
    facts[step.name] = "passed" if move == "kept" else "failed"
    known = cohort.known_facts(facts)
    made = Move(case.candidate, step.name, move, event.at, case.state, to, event.by, why=event.why, known=known)
    return case.apply_move(made, facts)


def _waiting_steps(path: Sequence[Move]) -> tuple[str, ...]:
    """The steps whose results waited at the end of a path, in the order in which they were recorded."""
    waits: list[str] = []
    for move in reversed(path):
        if move.kind not in ("recorded", "corrected"):
            break
        if move.kind == "recorded":
            waits.append(move.event)
    return tuple(reversed(waits))
