"""Cycles of lapses and automatic moves: the case goes round without any person, and never ends."""

from collections.abc import Iterator
from typing import Final

from procedures.kernel.automatic_moves import find_due_lapse
from procedures.kernel.cases import Event, Moved
from procedures.proofs.reachability.exploration import ReachableStates
from procedures.proofs.reachability.histories import CANDIDATE, ReplayedPath
from procedures.proofs.reachability.successors import Arc
from procedures.selection import run
from rules.calendar import Moment

AUTOMATIC_MOVES: Final = ("lapsed", "exempt", "not_held")
"""The moves of a case that need no event of a person."""
_END_OF_TIME: Final = Moment(2**62)
"""Later than any lapse."""


def find_cycles(reachable: ReachableStates) -> Iterator[Arc]:
    """The lapses after which a case may return, by automatic moves alone, to the state where it lapsed."""
    arcs = [
        arc
        for node, members in reachable.sets_by_node.items()
        for arc in reachable.successors.arcs_from(node)
        if arc.move in AUTOMATIC_MOVES and reachable.image(members, arc) != reachable.symbols.bdd.false
    ]
    successor_states: dict[str, set[str]] = {}
    for arc in arcs:
        successor_states.setdefault(arc.origin.state, set()).add(arc.to.state)
    for arc in arcs:
        if arc.move == "lapsed" and arc.origin.state in _reachable_by_itself(arc.to.state, successor_states):
            yield arc


def _reachable_by_itself(state: str, successor_states: dict[str, set[str]]) -> set[str]:
    """The states that a case in this state can reach by automatic moves, the state itself included."""
    found, pending = {state}, [state]
    while pending:
        further = successor_states.get(pending.pop(), set()) - found
        found |= further
        pending.extend(further)
    return found


def complete_cycle(reachable: ReachableStates, replayed: ReplayedPath) -> ReplayedPath | None:
    """The replayed path extended with lapses until a state is visited twice; None where `run` shows no cycle."""
    machine, events = reachable.machine, [*replayed.events]
    selection, _ = run(machine, events)
    visited = {selection[CANDIDATE].state}
    for _ in machine.states:  # each lapse leads to a new state, or closes the cycle
        lapse = find_due_lapse(machine, selection[CANDIDATE], _END_OF_TIME, selection.cohort)
        if lapse is None:
            return None
        events.append(Event("advance", lapse[0]))
        answer = selection.handle(events[-1])
        assert isinstance(answer, Moved), "time passes for everybody"
        for move in answer.moves:
            if move.candidate == CANDIDATE and move.to_state in visited:
                return ReplayedPath(
                    events, selection[CANDIDATE], selection.cohort.known_facts(selection[CANDIDATE].facts)
                )
            visited |= {move.to_state} if move.candidate == CANDIDATE else set()
    return None
