"""What a person may put right in a case: facts that were wrong, and a decision that has to be taken again.

Nothing is erased: a correction and a reopening are entries of the history like any other.
"""

from collections.abc import Sequence
from typing import Final

from procedures.kernel.automatic_moves import answer_with_moves
from procedures.kernel.cases import DECISIONS, Case, Cohort, Event, Move, Moved, Refused
from procedures.kernel.cohort.ranking import rank_addition, ranking_key
from procedures.kernel.decision import decide
from procedures.kernel.event_facts import invalid_fact, learn, unknown_fact
from procedures.kernel.machine import CompiledStep, Machine
from rules.facts import Known
from rules.kinds import FactError, Value
from rules.truth import Truth
from rules.words import Words

_DECIDED_ON_FACTS: Final = ("passed", "failed", "exempt", "kept", "cut", "lapsed")


def correct(machine: Machine, case: Case, event: Event, cohort: Cohort) -> Moved | Refused:
    """The case with facts changed; its decisions stand, and the move lists those that would now be others."""
    if not event.facts or not event.why:
        reason = Words(
            "een verbetering vraagt de feiten en de reden (`facts` en `why`)",
            "a correction needs the facts and the reason (`facts` and `why`)",
        )
        return Refused(event, "invalid_fact", {"reason": reason})
    learned: dict[str, Value] = {}
    for name, raw in event.facts.items():
        if name not in machine.correctable:
            return unknown_fact(machine, event, name, machine.correctable)
        try:
            learned[name] = machine.declared.take(name, raw)
        except FactError as error:
            return invalid_fact(event, name, error)
    facts = {**case.facts, **learned}
    move = Move(
        case.candidate, "correct", "corrected", event.at, case.state, case.state, event.by, learned, event.why,
        _differing(machine, case, learned, cohort),
    )  # fmt: skip
    return answer_with_moves(machine, event, case, case.noting(move, facts, case.pending), cohort)


def _differing(machine: Machine, case: Case, learned: Known, cohort: Cohort) -> tuple[str, ...]:
    """The steps whose standing decision would be another on the facts as all corrections leave them."""
    standing = {move.event: move for move in case.path if move.move in _DECIDED_ON_FACTS}
    found = []
    for name, move in standing.items():
        at = next(i for i, other in enumerate(case.history) if other is move)
        later = [other.facts for other in case.history[at:] if other.move == "corrected"]
        known = dict(move.known)
        for facts in (*later, learned):
            known.update(facts)
        if not _stands(machine, machine.steps[name], move, known, cohort):
            found.append(name)
    return tuple(found)


def _stands(machine: Machine, taken: CompiledStep, move: Move, known: Known, cohort: Cohort) -> bool:
    """Whether a step would be decided on these facts as it was; a cut, against the others as they stood.

    A lapse stands unless the exemption does not: whoever was exempt had no deadline to meet.
    """
    if move.move == "lapsed":
        return taken.exemption is None or taken.exemption.ask(known) is Truth.FALSE
    now = decide(taken, known)
    if now is None or isinstance(now, tuple):
        return now is None and move.move == "exempt"
    if taken.keeps is None or not now.passed:
        return now.to == move.to
    key, closing = ranking_key(machine.declared, taken.keeps, known), cohort.closings.get(taken.name)
    if isinstance(key, list) or closing is None:
        return False  # it would wait for the closing
    _, to = rank_addition(move.candidate, key, closing, taken.keeps)
    return move.to == (taken.otherwise if to is None else to)


def reopen(machine: Machine, case: Case, event: Event, cohort: Cohort) -> Moved | Refused:
    """The case back before its last decision, of which there must be one. What it learned stays known."""
    last = max(i for i, move in enumerate(case.path) if move.move in DECISIONS)
    if not event.why:
        reason = Words("heropenen vraagt een reden (`why`)", "reopening needs a reason (`why`)")
        return Refused(event, "invalid_fact", {"reason": reason})
    decision, undone = case.path[last], case.path[last:]
    assert decision.origin is not None
    learned = learn(machine, event, case.facts, None)
    if isinstance(learned, Refused):
        return learned
    if event.by is None:
        reason = Words("een beslissing terugnemen doet een persoon", "taking back a decision is for a person")
        return Refused(event, "needs_person", {"to": decision.origin, "reason": reason})
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
        case.candidate, "reopen", "reopened", event.at, case.state, decision.origin, event.by, learned, event.why
    )
    reopened = Case(
        case.candidate,
        decision.origin,
        event.at,
        event.at,
        {**facts, **learned},
        (*case.history, move),
        before,
        _waited(before).difference(cohort.closings),
        reopened=decision.event if decision.event in machine.steps else None,
    )
    return answer_with_moves(machine, event, case, reopened, cohort)


def _waited(road: Sequence[Move]) -> frozenset[str]:
    """The steps whose results waited at the end of a road."""
    waits: list[str] = []
    for move in reversed(road):
        if move.move not in ("recorded", "corrected"):
            break
        if move.move == "recorded":
            waits.append(move.event)
    return frozenset(waits)
