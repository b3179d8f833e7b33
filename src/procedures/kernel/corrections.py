"""Corrections of a case by a person: `correct` changes wrong facts, `reopen` takes back a decision.

Nothing is erased: a correction and a reopening are entries in the history like any other.
"""

from collections.abc import Sequence
from typing import Final

from procedures.kernel.automatic_moves import answer_with_moves
from procedures.kernel.cases import DECISIONS, Case, Cohort, Event, Move, Moved, Refused
from procedures.kernel.cohort.ranking import rank_addition, ranking_key
from procedures.kernel.decision import decide
from procedures.kernel.event_facts import encode_event_facts, invalid_fact, unknown_fact
from procedures.kernel.machine import CompiledStep, Machine
from rules.facts import Known
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
    encoded: dict[str, Value] = {}
    for name, raw in event.facts.items():
        if name not in machine.correctable:
            return unknown_fact(machine, event, name, machine.correctable)
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


def _changed_decisions(machine: Machine, case: Case, encoded: Known, cohort: Cohort) -> tuple[str, ...]:
    """The steps whose present decision would be different on the facts after all corrections."""
    decisions = {move.event: move for move in case.path if move.kind in _DECIDED_ON_FACTS}
    found = []
    for name, move in decisions.items():
        at = next(i for i, other in enumerate(case.history) if other is move)
        later = [other.facts for other in case.history[at:] if other.kind == "corrected"]
        known = dict(move.known)
        for facts in (*later, encoded):
            known.update(facts)
        if not _is_unchanged(machine, machine.steps[name], move, known, cohort):
            found.append(name)
    return tuple(found)


def _is_unchanged(machine: Machine, step: CompiledStep, move: Move, known: Known, cohort: Cohort) -> bool:
    """Whether a step would be decided on these facts as it was decided. A cut is ranked against the recorded keys.

    A lapse is unchanged unless the exemption is not FALSE any more: an exempt candidate had no deadline.
    """
    if move.kind == "lapsed":
        return step.exemption is None or step.exemption.truth(known) is Truth.FALSE
    now = decide(step, known)
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
    """The case in the state before its last decision, which must exist. Facts that events brought stay known."""
    last = max(i for i, move in enumerate(case.path) if move.kind in DECISIONS)
    if not event.why:
        reason = Words("heropenen vraagt een reden (`why`)", "reopening needs a reason (`why`)")
        return Refused(event, "invalid_fact", {"reason": reason})
    decision, undone = case.path[last], case.path[last:]
    assert decision.from_state is not None
    encoded = encode_event_facts(machine, event, case.facts, None)
    if isinstance(encoded, Refused):
        return encoded
    if event.by is None:
        reason = Words("een beslissing terugnemen doet een persoon", "taking back a decision is for a person")
        return Refused(event, "needs_person", {"to": decision.from_state, "reason": reason})
    forgotten = dict.fromkeys(
        name
        for move in undone
        for name in (move.event, f"{move.event}.kept", f"{move.event}.rank")
        if name in machine.declared.facts
    )
    before = case.path[:last]
    restored = next((move.known for move in reversed(before) if move.known), {})
    facts = {name: value for name, value in case.facts.items() if name not in forgotten}
    facts |= {name: restored[name] for name in forgotten if name in restored}
    move = Move(
        case.candidate, "reopen", "reopened", event.at, case.state, decision.from_state, event.by, encoded, event.why
    )
    reopened = Case(
        case.candidate,
        decision.from_state,
        event.at,
        event.at,
        {**facts, **encoded},
        (*case.history, move),
        before,
        _waiting_steps(before).difference(cohort.closings),
        reopened=decision.event if decision.event in machine.steps else None,
    )
    return answer_with_moves(machine, event, case, reopened, cohort)


def _waiting_steps(path: Sequence[Move]) -> frozenset[str]:
    """The steps whose results waited at the end of a path."""
    waits: list[str] = []
    for move in reversed(path):
        if move.kind not in ("recorded", "corrected"):
            break
        if move.kind == "recorded":
            waits.append(move.event)
    return frozenset(waits)
