"""How many went from which state to which, counted from where candidates ended and where they had stood."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any, Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from procedures.arcs import arcs
from procedures.columns.cases import Codes
from procedures.machine import Machine

Moves = NDArray[np.int64]
Ways = Mapping[int, tuple[int, ...]]
"""For each state, by its place, those to which a candidate can go from there."""

_NOT_GONE: Final = frozenset({"reopen", "correct"})


@frozen(eq=False)
class Roads:
    """The roads of a procedure; each is looked for once, however many candidates went it."""

    machine: Machine
    road: Callable[[int, int], list[tuple[int, int]]]

    @classmethod
    def of(cls, machine: Machine) -> "Roads":
        """Those of a machine, of which none was looked for yet."""
        return cls(machine, cache(partial(road, ways_of(machine), [*machine.states].index(machine.initial))))

    def moves(self, visited: NDArray[np.unsignedinteger[Any]], state: Codes) -> Moves:
        """
        From each state (a row) to each (a column) how many candidates went.

        `visited` has a bit for each state that a candidate has stood in. Where a procedure has loops, everybody is
        taken to have gone the shortest road past all of them; else there is only one.
        """
        states = len(self.machine.states)
        found = np.zeros((states, states), np.int64)
        for mask, last, count in _alike(visited, state, states):
            for origin, to in self.road(last, mask):
                found[origin, to] += count
        return found


def _alike(visited: NDArray[np.unsignedinteger[Any]], state: Codes, states: int) -> Iterator[tuple[int, int, int]]:
    """For each set of states that were visited and each last one how many candidates have both."""
    width = states.bit_length()
    # Both in one number, because one column is sorted in a tenth of the time of two; of objects, where it is too long.
    both = visited.astype(np.min_scalar_type(2 ** (states + width) - 1)) << width | state.astype(np.uint8)
    both.sort()
    starts = [*range(min(1, len(both))), *(np.flatnonzero(both[1:] != both[:-1]) + 1).tolist()]
    counts = np.diff(starts, append=len(both))
    for number, count in zip(both[starts].tolist(), counts.tolist(), strict=True):
        yield number >> width, number & (1 << width) - 1, count


def road(ways: Ways, first: int, last: int, visited: int) -> list[tuple[int, int]]:
    """The shortest road from the first state past all that were visited to the last, as pairs of states."""
    inside = {state for state in ways if visited >> state & 1}
    begin = (first, 1 << first)
    came: dict[tuple[int, int], tuple[int, int] | None] = {begin: None}
    waiting = [begin]
    for at, seen in waiting:  # grows as it goes: the nearest first
        if at == last and seen == visited:
            return _back(came, (at, seen))
        for to in ways[at]:
            after = (to, seen | 1 << to)
            if to in inside and after not in came and _can_finish(ways, inside, *after):
                came[after] = (at, seen)
                waiting.append(after)
    return []


def _back(came: dict[tuple[int, int], tuple[int, int] | None], end: tuple[int, int]) -> list[tuple[int, int]]:
    pairs = []
    before = came[end]
    while before is not None:
        pairs.append((before[0], end[0]))
        end, before = before, came[before]
    return pairs[::-1]


def _can_finish(ways: Ways, inside: set[int], state: int, seen: int) -> bool:
    """Whether all states that are still to be visited can be reached from here; without loops, only one way can."""
    reached, waiting = {state}, [state]
    for at in waiting:
        further = inside.intersection(ways[at]) - reached
        reached |= further
        waiting.extend(further)
    return all(seen >> state & 1 for state in inside - reached)


def ways_of(machine: Machine) -> Ways:
    """From each state to which others an event, a closing or time can lead."""
    codes = {name: code for code, name in enumerate(machine.states)}
    found: dict[int, tuple[int, ...]] = dict.fromkeys(codes.values(), ())
    for arc in arcs(machine):
        if arc.origin is None or arc.to is None or arc.to == arc.origin or arc.event in _NOT_GONE:
            continue
        origin, to = codes[arc.origin], codes[arc.to]
        if to not in found[origin]:
            found[origin] = (*found[origin], to)
    return found
