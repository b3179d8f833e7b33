"""The index of the states of many cases: the rows in each state and all transitions, updated at every move.

Most cases soon reach a final state and are not read again. For final states no list of rows is kept.
"""

from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from attrs import define, field, frozen

from procedures.columns.arrays.rows import (
    Codes,
    Flags,
    Moments,
    Rows,
    find_flagged,
    match_any,
    select_rows,
    split_by_code,
    take_moments,
)

NOT_APPLIED: Final = -1
_NO_ROWS: Final = np.zeros(0, np.intp)


@frozen(eq=False)
class Transition:
    """
    Rows that moved from one state to another (or stayed), each at its moment; `origin` may be NOT_APPLIED.

    `group` are the rows that left `origin` together, `group_moments` their moments. `mask` selects the rows of the
    group that moved to `target`; None selects all. The selection is made when `rows` or `moments` is read, because most
    transitions to final states are only counted.
    """

    origin: int
    target: int
    group: Rows
    group_moments: Moments
    mask: Flags | None = None

    @cached_property
    def rows(self) -> Rows:
        return self.group if self.mask is None else select_rows(self.group, self.mask)

    @cached_property
    def moments(self) -> Moments:
        return self.group_moments if self.mask is None else take_moments(self.group_moments, find_flagged(self.mask))

    def __len__(self) -> int:
        return len(self.group) if self.mask is None else int(np.count_nonzero(self.mask))

    def counts(self, bounds: Rows) -> list[int]:
        """The number of rows between each bound and the next."""
        ends = np.searchsorted(self.group, bounds).tolist()
        if self.mask is None:
            return [end - start for start, end in pairwise(ends)]
        return [int(np.count_nonzero(self.mask[start:end])) for start, end in pairwise(ends)]


@define(eq=False)
class StateIndex:
    """
    `state` has for each row the position of its state in the machine; `final` are the positions of the final states.

    `transitions` are all moves in the order in which they were made. Arrays of rows that are returned must not be
    written to.
    """

    state: Codes
    final: frozenset[int]
    transitions: list[Transition] = field(factory=list)
    _rows_by_state: dict[int, Rows] = field(factory=dict)

    @classmethod
    def initial(cls, rows: int, final: Collection[int]) -> "StateIndex":
        """The index of `rows` rows, none of which has applied."""
        return cls(np.full(rows, NOT_APPLIED, np.int8), frozenset(final), [], {NOT_APPLIED: np.arange(rows)})

    def rows_at(self, states: Collection[int]) -> Rows:
        """The rows in one of the states; for one state the same array until a row enters or leaves it."""
        found = [rows for state in states if len(rows := self._rows_in(state))]
        if len(found) > 1:
            return np.sort(np.concatenate(found), kind="stable")
        return found[0] if found else _NO_ROWS

    def is_in(self, states: Collection[int], rows: Rows) -> Flags:
        """Which of these rows are in one of the states."""
        if any(rows is self._rows_by_state.get(state) for state in states):
            return np.ones(len(rows), np.bool_)
        return match_any(self.state if len(rows) == len(self.state) else self.state.take(rows), states)

    def has_rows_at(self, states: Collection[int]) -> bool:
        """Whether any row is in one of the states."""
        return any(len(self._rows_in(state)) for state in states)

    def is_own_array(self, rows: object) -> bool:
        """Whether `rows` is the very array of the rows of a state, as `rows_at` returned it."""
        return any(rows is own for own in self._rows_by_state.values())

    def has_been_in(self, state: int) -> Flags:
        """Which rows are in a state or have been in it."""
        found = np.zeros(len(self.state), np.bool_)
        for transition in self.transitions_to(state):
            found[transition.rows if len(transition.rows) < len(found) else slice(None)] = True
        return found

    def transitions_to(self, state: int) -> Iterator[Transition]:
        """The transitions that led to a state."""
        return (transition for transition in self.transitions if transition.target == state)

    def move(self, rows: Rows, to: Codes | int, at: Moments) -> None:
        """Move each row to its state, or all rows to one state."""
        where = slice(None) if len(rows) == len(self.state) else rows
        origins = [*split_by_code(self._origins_of(rows))]
        self.state[where] = to
        for origin, flags in origins:
            group, moments, targets = rows, at, to
            if flags is not None:
                here = np.flatnonzero(flags)
                group, moments = rows.take(here), take_moments(at, here)
                targets = to if isinstance(to, int) else to.take(here)
            left = 0
            for target, mask in split_by_code(targets):
                transition = Transition(origin, target, group, moments, mask)
                self.transitions.append(transition)
                if target != origin:
                    left += len(transition)
                    if target not in self.final:
                        self._add(target, transition.rows)
            self._remove(origin, left)

    def restore(self, rows: Rows, states: Codes, transitions: int) -> None:
        """Put rows back into the states that they had when there were `transitions` transitions."""
        self.state[rows] = states
        for number in range(transitions, len(self.transitions)):
            undone = self.transitions[number]
            kept = np.flatnonzero(~np.isin(undone.rows, rows))
            self.transitions[number] = Transition(undone.origin, undone.target, undone.rows[kept], undone.moments[kept])
        for state in {*self._rows_by_state, *states.tolist()}:
            self._rows_by_state[state] = np.flatnonzero(self.state == state)

    def _origins_of(self, rows: Rows) -> Codes | int:
        """The state of each of these rows, or the one state of all."""
        for state, own in self._rows_by_state.items():
            if own is rows:
                return state
        return self.state if len(rows) == len(self.state) else self.state.take(rows)

    def _rows_in(self, state: int) -> Rows:
        return np.flatnonzero(self.state == state) if state in self.final else self._rows_by_state.get(state, _NO_ROWS)

    def _add(self, state: int, rows: Rows) -> None:
        own = self._rows_by_state.get(state, _NO_ROWS)
        self._rows_by_state[state] = np.sort(np.concatenate([own, rows]), kind="stable") if len(own) else rows

    def _remove(self, state: int, count: int) -> None:
        """Remove the `count` rows that left a state; `state` of each row says which rows remain."""
        own = self._rows_by_state[state]
        if count == len(own):
            self._rows_by_state[state] = _NO_ROWS
        elif count:
            self._rows_by_state[state] = own.take(np.flatnonzero(self.state.take(own) == state))
