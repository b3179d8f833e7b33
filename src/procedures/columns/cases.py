"""Where the cases of many candidates stand: an array where a Case has a field, a row a candidate.

Changed in place, by `moving` and `closing` alone; nothing here decides. A moment that never comes is NEVER.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

import numpy as np
import polars as pl
from attrs import define, field
from numpy.typing import NDArray

from procedures.language import RESULTS
from procedures.machine import CompiledStep, Machine
from rules.calendar import Moment
from rules.columns import dtype_of

Rows: TypeAlias = NDArray[np.intp]
"""The numbers of some rows, ascending."""

Moments: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Codes: TypeAlias = NDArray[np.int16]

NEVER: Final = np.iinfo(np.int64).max
NOT_APPLIED: Final = -1
RESULT_CODES: Final[Mapping[str, int]] = {result: code for code, result in enumerate(RESULTS)}
_NONE: Final = -1
_ARRAYS: Final = ("state", "at", "entered", "selected", "visited")
_TABLES: Final = ("learned", "results", "kept", "rank", "pending", "moved_at", "times")


@define(eq=False)
class Cases:
    """
    The cases of one or many cohorts.

    `cohort` numbers the cohort of each row; `state` is the place of the state among those of the machine. `given` are
    the facts that events bring, as encoded columns; `learned` tells for each step which rows its event taught.
    `results`, `kept` and `rank` are what the machine decided, `pending` the results that wait for a closing;
    `moved_at` and `times` tell of the moves by a step when the last was and how many there were; `visited` has a
    bit for each state that a row has ever stood in.
    """

    machine: Machine
    cohort: NDArray[np.intp]
    given: dict[str, pl.Series]
    state: Codes
    at: Moments
    entered: Moments
    learned: dict[str, Flags]
    results: dict[str, NDArray[np.int8]]
    kept: dict[str, NDArray[np.int8]]
    rank: dict[str, NDArray[np.int64]]
    pending: dict[str, Flags]
    moved_at: dict[str, Moments]
    times: dict[str, NDArray[np.int32]]
    selected: Flags
    visited: NDArray[np.uint64]
    codes: Mapping[str, int] = field(factory=dict)

    @classmethod
    def before(cls, machine: Machine, cohort: NDArray[np.intp], given: Mapping[str, pl.Series]) -> "Cases":
        """The cases before anybody has applied."""
        rows, steps = len(cohort), machine.steps
        cuts = [name for name, step in steps.items() if step.keeps is not None]
        return cls(
            machine,
            cohort,
            dict(given),
            np.full(rows, NOT_APPLIED, np.int16),
            np.full(rows, np.iinfo(np.int64).min),
            np.full(rows, np.iinfo(np.int64).min),
            {name: np.zeros(rows, np.bool_) for name in steps},
            {name: np.full(rows, _NONE, np.int8) for name in steps},
            {name: np.full(rows, _NONE, np.int8) for name in cuts},
            {name: np.zeros(rows, np.int64) for name in cuts},
            {name: np.zeros(rows, np.bool_) for name in cuts},
            {name: np.full(rows, np.iinfo(np.int64).min) for name in steps},
            {name: np.zeros(rows, np.int32) for name in steps},
            np.zeros(rows, np.bool_),
            np.zeros(rows, np.uint64),
            {name: code for code, name in enumerate(machine.states)},
        )

    def __len__(self) -> int:
        return len(self.cohort)

    def of(self, rows: Rows) -> dict[str, Any]:
        """Where these rows stand, to be put back there."""
        tables = {table: {name: column[rows] for name, column in getattr(self, table).items()} for table in _TABLES}
        return {**{name: getattr(self, name)[rows] for name in _ARRAYS}, **tables}

    def restore(self, rows: Rows, before: Mapping[str, Any], which: Flags) -> None:
        """Put some of these rows back where they were."""
        for name in _ARRAYS:
            getattr(self, name)[rows[which]] = before[name][which]
        for table in _TABLES:
            for name, column in getattr(self, table).items():
                column[rows[which]] = before[table][name][which]

    def has_stood(self, state: str) -> Flags:
        """Which rows stand in a state or have stood in it."""
        found: Flags = (self.visited & np.left_shift(np.uint64(1), np.uint64(self.codes[state]))) != 0
        return found

    # -- where they stand ---------------------------------------------------------------------------------------

    def standing(self, states: frozenset[str], rows: Rows | None = None) -> Flags:
        """Which rows, of these or of all, stand in one of the states."""
        state = self.state if rows is None else self.state[rows]
        found = np.zeros(len(state), np.bool_)
        for name in states:
            found |= state == self.codes[name]
        return found

    def at_steps(self, steps: Iterable[CompiledStep], cohorts: Flags, *, reserve: bool = False) -> Rows:
        """The rows of these cohorts that stand before one of the steps, or on the reserve where that is asked."""
        states = frozenset(state for step in steps for state in step.origins)
        if reserve and self.machine.reserve is not None:
            states |= {self.machine.reserve.state}
        found = self.standing(states)
        return np.flatnonzero(found if cohorts.all() else found & cohorts[self.cohort])

    def ends(self, step: CompiledStep, rows: Rows) -> Moments:
        """The first moment that is too late for each of these rows to take a step; NEVER where no window ends."""
        if step.within is None:
            return np.full(len(rows), NEVER if step.ends is None else step.ends, np.int64)
        entered, which = np.unique(self.entered[rows], return_inverse=True)
        ends = [step.ends_for(Moment(moment), self.machine.zone) for moment in entered.tolist()]
        own: Moments = np.array([NEVER if end is None else end for end in ends], np.int64)[which]
        return own

    # -- what is known ------------------------------------------------------------------------------------------

    def column(self, name: str) -> pl.Series | None:
        """What is now known of everybody by that name; None for a fact that nobody can have."""
        step, _, short = name.partition(".")
        machine = self.machine
        if name in machine.steps:
            return _coded(name, self.results[name], pl.Series(RESULTS, dtype=pl.Enum(RESULTS)))
        if step in self.kept and short == "kept":
            return _coded(name, self.kept[step], pl.Series([False, True]))
        dtype = dtype_of(machine.declared.facts[name].kind)
        if step in self.rank and short == "rank":
            return (
                pl.Series(name, self.rank[step])
                .to_frame()
                .select(pl.col(name).replace(0, None))
                .to_series()
                .cast(dtype)
            )
        column = self.given.get(name)
        if column is None or not short or bool(self.learned[step].all()):
            return column
        return column.zip_with(pl.Series(self.learned[step]), pl.Series([None], dtype=dtype))

    # -- moves --------------------------------------------------------------------------------------------------

    def forget(self, step: CompiledStep, rows: Rows) -> None:
        """What a step recorded and decided is known no more: it is taken anew, passed over or lapsed."""
        self.learned[step.name][rows] = False
        self.results[step.name][rows] = _NONE
        if step.name in self.kept:
            self.kept[step.name][rows] = _NONE
            self.rank[step.name][rows] = 0

    def learn(self, step: CompiledStep, rows: Rows, brought: Mapping[str, pl.Series]) -> None:
        """The event of a step taught these rows what the columns hold for them."""
        for name, column in brought.items():
            known = self.given.get(name)
            if known is None:
                self.given[name] = column
            elif known is not column:
                mask = np.zeros(len(self), np.bool_)
                mask[rows] = True
                self.given[name] = column.zip_with(pl.Series(mask), known)
        self.learned[step.name][rows] = True

    def move(
        self, rows: Rows, to: Codes | int, at: Moments | int, step: CompiledStep | None, result: str | None
    ) -> None:
        """Rows moved at their moments to their states, by a step with its result, or by no step; nothing waits more."""
        moments = np.broadcast_to(np.asarray(at, np.int64), len(rows))
        self.state[rows] = to
        self.visited[rows] |= np.left_shift(np.uint64(1), np.asarray(to, np.uint64))
        self.at[rows] = np.maximum(self.at[rows], moments)
        self.entered[rows] = moments
        for waiting in self.pending.values():
            waiting[rows] = False
        if step is not None:
            if result is not None:
                self.results[step.name][rows] = RESULT_CODES[result]
            self.count(step, rows, moments)
        if (reserve := self.machine.reserve) is not None:
            came = np.asarray(to) == self.codes[reserve.state]
            if came.any():
                self.selected[rows[np.broadcast_to(came, len(rows))]] = True

    def wait(self, rows: Rows, at: Moments, step: CompiledStep) -> None:
        """Results of a step that wait for its closing."""
        self.at[rows] = at
        self.pending[step.name][rows] = True
        self.count(step, rows, at)

    def count(self, step: CompiledStep, rows: Rows, at: Moments) -> None:
        """Moves by a step."""
        self.moved_at[step.name][rows] = np.maximum(self.moved_at[step.name][rows], at)
        self.times[step.name][rows] += 1


def _coded(name: str, codes: NDArray[np.int8], values: pl.Series) -> pl.Series:
    """A column of values by their codes; null where there is none."""
    places = pl.Series(codes.astype(np.int32))
    return values.gather(places.set(places < 0, None)).alias(name)
