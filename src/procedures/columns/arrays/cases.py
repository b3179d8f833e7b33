"""The cases of many candidates: one array for each field of a Case, one row per candidate.

The arrays are changed in place and decide nothing. A moment that never comes is NEVER.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import numpy as np
import polars as pl
from attrs import define, field
from numpy.typing import NDArray

from procedures.columns.arrays.deferred import DeferredColumn, DeferredValues
from procedures.columns.arrays.rows import (
    Codes,
    Flags,
    Moments,
    Rows,
    find_span,
    repeat_moment,
    select_rows,
    take_values,
)
from procedures.columns.arrays.state_index import StateIndex
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import RESULTS
from rules.calendar import Moment
from rules.columns import dtype_of

NEVER: Final = np.iinfo(np.int64).max
RESULT_CODES: Final[Mapping[str, int]] = {result: code for code, result in enumerate(RESULTS)}
_RESULTS: Final = pl.Series(RESULTS, dtype=pl.Enum(RESULTS))
_LONG_AGO: Final = np.iinfo(np.int64).min
_NONE: Final = -1


@define(eq=False)
class Cases:
    """
    The cases of one or many cohorts.

    `cohort` is the number of the cohort of each row. `state_index` has the state of each row and all transitions,
    `entered` the moment at which the row entered its state. `facts` are the facts that events bring, as encoded
    columns; `has_recorded` says for each step for which rows its recorded facts are known. `results`, `kept` and `rank`
    are what the machine decided. `waiting_rows` are for each step the rows whose results wait for its closing. `moves`
    are the moves by each step, in the order in which they were made; `move_counts` counts them per row for steps in
    order. `is_selected` is true for rows that have been in the reserve. `codes` are the positions of the states.
    `latest` is not earlier than the moment of any event. `last_recorded` has for each step the very array of rows for
    which it recorded facts last.
    """

    machine: Machine
    cohort: NDArray[np.intp]
    facts: dict[str, pl.Series]
    state_index: StateIndex
    entered: Moments
    has_recorded: dict[str, Flags]
    results: dict[str, DeferredColumn]
    kept: dict[str, DeferredColumn]
    rank: dict[str, DeferredColumn]
    waiting_rows: dict[str, Rows]
    moves: dict[str, list[tuple[Rows, Moments]]]
    move_counts: dict[str, NDArray[np.int32]]
    is_selected: DeferredColumn
    codes: Mapping[str, int] = field(factory=dict)
    latest: int = _LONG_AGO
    _last_moments: Moments | None = None
    _bounds: Rows | None = None
    last_recorded: dict[str, Rows] = field(factory=dict)
    _earlier: dict[str, pl.Series] = field(factory=dict)

    @classmethod
    def initial(cls, machine: Machine, cohort: NDArray[np.intp], facts: Mapping[str, pl.Series]) -> "Cases":
        """The cases before the first application."""
        rows, steps = len(cohort), machine.steps
        cuts = [name for name, step in steps.items() if step.keeps is not None]
        in_order = [name for name, step in steps.items() if step.in_order]
        codes = {name: code for code, name in enumerate(machine.states)}
        return cls(
            machine,
            cohort,
            dict(facts),
            StateIndex.initial(rows, [codes[name] for name, state in machine.states.items() if state.final]),
            np.full(rows, _LONG_AGO),
            {name: np.zeros(rows, np.bool_) for name in steps},
            {name: DeferredColumn(rows, _NONE, np.int8) for name in steps},
            {name: DeferredColumn(rows, _NONE, np.int8) for name in cuts},
            {name: DeferredColumn(rows, 0, np.int64) for name in cuts},
            dict.fromkeys(cuts, np.zeros(0, np.intp)),
            {name: [] for name in steps},
            {name: np.zeros(rows, np.int32) for name in in_order},
            DeferredColumn(rows, 0, np.bool_),
            codes,
        )

    def __len__(self) -> int:
        return len(self.cohort)

    def columns_of(self, steps: Iterable[str]) -> Iterator[DeferredColumn]:
        """The columns of what the machine decided for some steps."""
        for name in steps:
            yield from (columns[name] for columns in (self.results, self.kept, self.rank) if name in columns)

    def last_moments(self, rows: Rows | slice) -> Moments:
        """The moment of the last event of each of these rows."""
        entered = self.entered[rows]
        return entered if self._last_moments is None else np.maximum(entered, self._last_moments[rows])

    def set_last_moments(self, where: Rows | slice, moments: Moments | int) -> None:
        """Set the moment of the last event of rows, where it is not the moment at which they entered their state."""
        if self._last_moments is None:
            self._last_moments = np.full(len(self), _LONG_AGO)
        self._last_moments[where] = moments

    def bounds(self, cohorts: int) -> Rows:
        """The first row of each of `cohorts` cohorts, and the end of the last."""
        if self._bounds is None or len(self._bounds) != cohorts + 1:
            self._bounds = np.searchsorted(self.cohort, np.arange(cohorts + 1))
        return self._bounds

    def as_index(self, rows: Rows) -> Rows | slice:
        """Rows as the index that numpy applies fastest: a slice where they are all rows."""
        return slice(None) if len(rows) == len(self) else rows

    # -- states ------------------------------------------------------------------------------------------------

    @property
    def state(self) -> Codes:
        """The position of the state of each row in the machine, or NOT_APPLIED; it must not be written to."""
        return self.state_index.state

    def has_been_in(self, state: str) -> Flags:
        """Which rows are in a state or have been in it."""
        return self.state_index.has_been_in(self.codes[state])

    def is_in(self, states: Iterable[str], rows: Rows) -> Flags:
        """Which of these rows are in one of the states."""
        return self.state_index.is_in([self.codes[name] for name in states], rows)

    def has_rows_at(self, states: Iterable[str]) -> bool:
        """Whether any row is in one of the states."""
        return self.state_index.has_rows_at([self.codes[name] for name in states])

    def rows_at(self, states: Iterable[str], cohorts: Flags | None = None) -> Rows:
        """The rows in one of the states, of these cohorts or of all."""
        rows = self.state_index.rows_at([self.codes[name] for name in states])
        return rows if cohorts is None or cohorts.all() else rows[np.flatnonzero(cohorts[self.cohort[rows]])]

    def window_ends(self, step: CompiledStep, rows: Rows) -> Moments:
        """The first moment that is too late for each of these rows to take a step; NEVER where no window ends."""
        if step.within is None:
            return np.full(len(rows), NEVER if step.ends is None else step.ends, np.int64)
        entered, which = np.unique(self.entered[rows], return_inverse=True)
        ends = [step.window_end(Moment(moment), self.machine.zone) for moment in entered.tolist()]
        own: Moments = np.array([NEVER if end is None else end for end in ends], np.int64)[which]
        return own

    # -- facts ----------------------------------------------------------------------------------------------------

    def column(self, name: str, rows: Rows | None = None) -> pl.Series | None:
        """The current column of a fact for these rows, or for all; None for a fact that no event brings."""
        where = slice(None) if rows is None else self.as_index(rows)
        step, _, short = name.partition(".")
        machine = self.machine
        if name in machine.steps:
            return _decode(name, self.results[name].values[where], _RESULTS)
        if step in self.kept and short == "kept":
            return _decode(name, self.kept[step].values[where], pl.Series([False, True]))
        dtype = dtype_of(machine.declared.facts[name].kind)
        if step in self.rank and short == "rank":
            ranks = pl.Series(name, self.rank[step].values[where])
            return ranks.to_frame().select(pl.col(name).replace(0, None)).to_series().cast(dtype)
        column = self.facts.get(name)
        if column is None:
            return None
        column = take_values(column, where)
        if not short or self._is_last_recorded(step, rows) or (learned := self.has_recorded[step][where]).all():
            return column
        return column.zip_with(pl.Series(learned), pl.Series([None], dtype=dtype))

    def is_known(self, name: str, rows: Rows, override: pl.Series | None = None) -> bool:
        """Whether a quick test shows that a fact is known for all these rows; False says nothing."""
        if override is not None:
            return override.null_count() == 0
        column, (step, _, short) = self.facts.get(name), name.partition(".")
        if column is None or column.null_count():
            return False
        return (
            not short or self._is_last_recorded(step, rows) or bool(self.has_recorded[step][self.as_index(rows)].all())
        )

    def _is_last_recorded(self, step: str, rows: Rows | None) -> bool:
        """Whether these rows are the very array for which a step recorded facts last, so that all are known."""
        return rows is not None and rows is self.last_recorded.get(step)

    # -- moves --------------------------------------------------------------------------------------------------

    def forget(self, step: CompiledStep, rows: Rows) -> None:
        """Forget what a step recorded and decided, because the step is taken anew, passed over or lapsed."""
        if not self.moves[step.name]:
            return  # the step never moved a row
        where = self.as_index(rows)
        self.has_recorded[step.name][where] = False
        self.last_recorded.pop(step.name, None)
        for column in self.columns_of([step.name]):
            column.put(where, column.start)

    def keep_earlier_facts(self, step: CompiledStep, rows: Rows) -> None:
        """Keep what rows knew of a step before its event, for an exemption that reads it while the result waits."""
        mask = np.zeros(len(self), np.bool_)
        mask[rows] = True
        for name in step.forgotten_facts:
            if (column := self.column(name)) is not None:
                known = self._earlier.get(name, column)
                self._earlier[name] = column.zip_with(pl.Series(mask), known)

    def earlier_facts(self, step: CompiledStep) -> dict[str, pl.Series | None]:
        """The own facts of a step, with those of rows whose result waits as they were before its event."""
        found: dict[str, pl.Series | None] = {}
        waits = np.zeros(len(self), np.bool_)
        waits[self.waiting_rows[step.name]] = True
        for name in step.forgotten_facts:
            column, earlier = self.column(name), self._earlier.get(name)
            if column is not None:
                nothing = pl.Series(name, [None], column.dtype).new_from_index(0, len(self))
                column = (nothing if earlier is None else earlier).zip_with(pl.Series(waits), column)
            found[name] = column
        return found

    def record_facts(self, step: CompiledStep, rows: Rows, columns: Mapping[str, pl.Series]) -> None:
        """Record the facts that the event of a step brings for these rows."""
        for name, column in columns.items():
            known = self.facts.get(name)
            if known is None:
                self.facts[name] = column
            elif known is not column:
                mask = np.zeros(len(self), np.bool_)
                mask[rows] = True
                self.facts[name] = column.zip_with(pl.Series(mask), known)
        self.has_recorded[step.name][self.as_index(rows)] = True
        self.last_recorded[step.name] = rows

    def move(
        self,
        rows: Rows,
        to: Codes | int,
        at: Moments | int,
        step: CompiledStep | None,
        result: str | DeferredValues | None,
    ) -> None:
        """
        Move rows at their moments to their states; none of their results waits any longer.

        `step` is None for a move without a step. `result` is the result of the step: one for all rows, the code of
        each, or a function that computes the codes.
        """
        where = self.as_index(rows)
        moments = repeat_moment(at, rows) if isinstance(at, int) else at
        first, last = find_span(moments)
        if first < self.latest:
            self.set_last_moments(where, np.maximum(self.last_moments(where), moments))
        self.state_index.move(rows, to, moments)
        self.entered[where] = first if first == last else moments  # assigning one number takes half the time
        for name, waiting in self.waiting_rows.items():
            if len(waiting):
                self.waiting_rows[name] = select_rows(waiting, ~self.is_any_of(rows, waiting))
        if step is not None:
            if result is not None:
                self.results[step.name].put(where, RESULT_CODES[result] if isinstance(result, str) else result)
            self.record_moves(step, rows, moments)
        if (reserve := self.machine.reserve) is not None:
            came = np.asarray(to) == self.codes[reserve.state]
            if came.any():
                self.is_selected.put(rows if came.ndim == 0 else rows[came], True)

    def add_waiting(self, rows: Rows, at: Moments, step: CompiledStep) -> None:
        """Let the results of a step for these rows wait for its closing."""
        where, (first, last) = self.as_index(rows), find_span(at)
        moments = first if first == last else at
        self.set_last_moments(where, moments if first >= self.latest else np.maximum(self.last_moments(where), moments))
        waiting = self.waiting_rows[step.name]
        self.waiting_rows[step.name] = np.sort(np.concatenate([waiting, rows]), kind="stable") if len(waiting) else rows
        self.record_moves(step, rows, at)

    def is_waiting(self, step: CompiledStep, rows: Rows) -> Flags:
        """Which of these rows have a result that waits for the closing of a step."""
        return self.is_any_of(self.waiting_rows.get(step.name, rows[:0]), rows)

    def is_any_of(self, some: Rows, rows: Rows) -> Flags:
        """Which of `rows` are among `some`; fast where both are the same array."""
        if some is rows or not len(some):
            return np.full(len(rows), some is rows)
        found = np.zeros(len(self), np.bool_)
        found[some] = True
        return found.take(rows)

    def record_moves(self, step: CompiledStep, rows: Rows, at: Moments) -> None:
        """Record moves by a step."""
        self.moves[step.name].append((rows, at))
        if step.name in self.move_counts:
            self.move_counts[step.name][rows] += 1

    def find_rows_moved_after(self, step: CompiledStep, at: Moment) -> Rows:
        """The rows that a step moved later than a moment; a row may occur more than once."""
        return np.concatenate([np.zeros(0, np.intp), *(rows[moved > at] for rows, moved in self.moves[step.name])])


def _decode(name: str, codes: NDArray[np.int8], values: pl.Series) -> pl.Series:
    """A column of values looked up by code; null where the code is negative."""
    positions = pl.Series(codes.astype(np.int32))
    return values.gather(positions.set(positions < 0, None)).alias(name)
