"""Circles that a case goes by itself, lapse after lapse: nobody decides there, and nothing ever comes of it."""

from collections.abc import Iterator
from typing import Final

from procedures.cases import Event, Moved
from procedures.proving.histories import DAY, WHO, Shown
from procedures.proving.reaching import Reach
from procedures.proving.ways import Arc
from procedures.selection import run
from rules.calendar import Moment

BY_ITSELF: Final = ("lapsed", "exempt", "not_held")
"""How a case moves though nobody does anything."""


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
    """The same, and time goes on until somebody has come back where they were; None where `run` shows no such thing."""
    machine, last = reach.machine, shown.events[-1].at
    lengths = [
        ends - last
        for step in machine.steps.values()
        if step.within is not None and (ends := step.ends_for(last, machine.zone)) is not None and ends > last
    ]
    on = Event("advance", Moment(last + 2 * sum(lengths) + DAY))
    selection, _ = run(machine, shown.events)
    before = selection[WHO]
    answer = selection.take(on)
    if not isinstance(answer, Moved):
        return None
    states = [before.state, *(move.to for move in answer.moves if move.candidate == WHO)]
    if len(set(states)) == len(states):
        return None
    return Shown([*shown.events, on], selection[WHO], selection.cohort.known(selection[WHO].facts))
