"""Who stands in which state, and who came from where: kept up at every move, so that nobody has to be looked for.

Most candidates are soon in a final state, of whom nothing more is asked: of those no list is kept.
"""

from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from attrs import define, field, frozen

from procedures.columns.arrays.rows import Codes, Flags, Moments, Rows, among, only, parted, places, those

NOT_APPLIED: Final = -1
_NOBODY: Final = np.zeros(0, np.intp)


@frozen(eq=False)
class Passage:
    """
    Rows that went from one state to another (or stayed), each at its moment; `origin` may be NOT_APPLIED.

    They are those of `among`, who left together, of whom `there` holds; None for all. Of those who went to an end most
    are only counted, so that they are not looked up before somebody asks.
    """

    origin: int
    to: int
    among: Rows
    moments: Moments
    there: Flags | None = None

    @cached_property
    def rows(self) -> Rows:
        return self.among if self.there is None else those(self.among, self.there)

    @cached_property
    def at(self) -> Moments:
        return self.moments if self.there is None else only(self.moments, places(self.there))

    def __len__(self) -> int:
        return len(self.among) if self.there is None else int(np.count_nonzero(self.there))

    def counts(self, bounds: Rows) -> list[int]:
        """How many there are from each row up to the next."""
        ends = np.searchsorted(self.among, bounds).tolist()
        if self.there is None:
            return [end - start for start, end in pairwise(ends)]
        return [int(np.count_nonzero(self.there[start:end])) for start, end in pairwise(ends)]


@define(eq=False)
class Whereabouts:
    """
    `state` is the place of each row's state among those of the machine; `final` are the places of the final ones.

    `passages` are all moves, in the order in which they came. Rows that are handed out are not to be written to.
    """

    state: Codes
    final: frozenset[int]
    passages: list[Passage] = field(factory=list)
    _rolls: dict[int, Rows] = field(factory=dict)

    @classmethod
    def before(cls, rows: int, final: Collection[int]) -> "Whereabouts":
        """Nobody has applied yet."""
        return cls(np.full(rows, NOT_APPLIED, np.int8), frozenset(final), [], {NOT_APPLIED: np.arange(rows)})

    def rows_at(self, states: Collection[int]) -> Rows:
        """The rows that stand in one of the states; the same array as long as nobody comes or goes."""
        rolls = [roll for state in states if len(roll := self._roll(state))]
        if len(rolls) > 1:
            return np.sort(np.concatenate(rolls), kind="stable")
        return rolls[0] if rolls else _NOBODY

    def rows_in(self, states: Collection[int], rows: Rows) -> Flags:
        """Which of these rows stand in one of the states."""
        if any(rows is self._rolls.get(state) for state in states):
            return np.ones(len(rows), np.bool_)
        return among(self.state if len(rows) == len(self.state) else self.state.take(rows), states)

    def has_rows(self, states: Collection[int]) -> bool:
        """Whether anybody stands in one of the states."""
        return any(len(self._roll(state)) for state in states)

    def is_roll(self, rows: object) -> bool:
        """Whether these are the rows of a state, as they were handed out."""
        return any(rows is roll for roll in self._rolls.values())

    def has_stood(self, state: int) -> Flags:
        """Which rows stand in a state or have stood in it."""
        found = np.zeros(len(self.state), np.bool_)
        for passage in self.to(state):
            found[passage.rows if len(passage.rows) < len(found) else slice(None)] = True
        return found

    def to(self, state: int) -> Iterator[Passage]:
        """The moves that led to a state."""
        return (passage for passage in self.passages if passage.to == state)

    def move(self, rows: Rows, to: Codes | int, at: Moments) -> None:
        """Rows go each to its state, or all to one."""
        where = slice(None) if len(rows) == len(self.state) else rows
        origins = [*parted(self._standing_at(rows))]
        self.state[where] = to
        for origin, its in origins:
            leaving, when, towards = rows, at, to
            if its is not None:
                here = np.flatnonzero(its)
                leaving, when, towards = rows.take(here), only(at, here), to if isinstance(to, int) else to.take(here)
            left = 0
            for target, there in parted(towards):
                passage = Passage(origin, target, leaving, when, there)
                self.passages.append(passage)
                if target != origin:
                    left += len(passage)
                    if target not in self.final:
                        self._join(target, passage.rows)
            self._leave(origin, left)

    def put_back(self, rows: Rows, states: Codes, passages: int) -> None:
        """Rows stand again where they stood when there were so many passages."""
        self.state[rows] = states
        for number in range(passages, len(self.passages)):
            gone = self.passages[number]
            stays = np.flatnonzero(~np.isin(gone.rows, rows))
            self.passages[number] = Passage(gone.origin, gone.to, gone.rows[stays], gone.at[stays])
        for state in {*self._rolls, *states.tolist()}:
            self._rolls[state] = np.flatnonzero(self.state == state)

    def _standing_at(self, rows: Rows) -> Codes | int:
        """Where each of these rows stands, or where all do."""
        for state, roll in self._rolls.items():
            if roll is rows:
                return state
        return self.state if len(rows) == len(self.state) else self.state.take(rows)

    def _roll(self, state: int) -> Rows:
        return np.flatnonzero(self.state == state) if state in self.final else self._rolls.get(state, _NOBODY)

    def _join(self, state: int, rows: Rows) -> None:
        roll = self._rolls.get(state, _NOBODY)
        self._rolls[state] = np.sort(np.concatenate([roll, rows]), kind="stable") if len(roll) else rows

    def _leave(self, state: int, count: int) -> None:
        """So many left a state; who is still there is told by where they now stand."""
        roll = self._rolls[state]
        if count == len(roll):
            self._rolls[state] = _NOBODY
        elif count:
            self._rolls[state] = roll.take(np.flatnonzero(self.state.take(roll) == state))
