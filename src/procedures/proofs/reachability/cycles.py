"""Circles that a case goes by itself, lapse after lapse: nobody decides there, and nothing ever comes of it."""

from collections.abc import Iterator
from typing import Final

from procedures.kernel.automatic_moves import find_due_lapse
from procedures.kernel.cases import Event, Moved
from procedures.proofs.reachability.exploration import Reach
from procedures.proofs.reachability.histories import WHO, Shown
from procedures.proofs.reachability.successors import Arc
from procedures.selection import run
from rules.calendar import Moment

BY_ITSELF: Final = ("lapsed", "exempt", "not_held")
"""How a case moves though nobody does anything."""
_EVER: Final = Moment(2**62)
"""Later than any lapse."""


def circles(reach: Reach) -> Iterator[Arc]:
    """The lapses from whose end a case may come back by itself to where it lapsed."""
    arcs = [
        arc
        for node, who in reach.at.items()
        for arc in reach.ways.of(node)
        if arc.move in BY_ITSELF and reach.after(who, arc) != reach.symbols.bdd.false
    ]
    onwards: dict[str, set[str]] = {}
    for arc in arcs:
        onwards.setdefault(arc.origin.state, set()).add(arc.to.state)
    for arc in arcs:
        if arc.move == "lapsed" and arc.origin.state in _from(arc.to.state, onwards):
            yield arc


def _from(state: str, onwards: dict[str, set[str]]) -> set[str]:
    """Where a case may come by itself that stands in a state; there, to begin with."""
    found, pending = {state}, [state]
    while pending:
        further = onwards.get(pending.pop(), set()) - found
        found |= further
        pending.extend(further)
    return found


def gone_round(reach: Reach, shown: Shown) -> Shown | None:
    """The same, and lapse after lapse until somebody is where they were; None where `run` shows no such thing."""
    machine, events = reach.machine, [*shown.events]
    selection, _ = run(machine, events)
    stood = {selection[WHO].state}
    for _ in machine.states:  # with each lapse they come elsewhere, or are back
        lapse = find_due_lapse(machine, selection[WHO], _EVER, selection.cohort)
        if lapse is None:
            return None
        events.append(Event("advance", lapse[0]))
        answer = selection.take(events[-1])
        assert isinstance(answer, Moved), "time passes for everybody"
        for move in answer.moves:
            if move.candidate == WHO and move.to in stood:
                return Shown(events, selection[WHO], selection.cohort.known(selection[WHO].facts))
            stood |= {move.to} if move.candidate == WHO else set()
    return None
