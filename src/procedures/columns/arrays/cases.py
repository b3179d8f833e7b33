"""Where the cases of many candidates stand: an array where a Case has a field, a row a candidate.

Changed in place, by `moving` and `closing` alone; nothing here decides. A moment that never comes is NEVER.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import numpy as np
import polars as pl
from attrs import define, field
from numpy.typing import NDArray

from procedures.columns.arrays.deferred import Late, Told
from procedures.columns.arrays.rows import Codes, Flags, Moments, Rows, at_once, span, taken, those
from procedures.columns.arrays.state_index import Whereabouts
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

    `cohort` numbers the cohort of each row; `where` tells in which state each stands and came from, `entered` since
    when. `given` are the facts that events bring, as encoded columns; `learned` tells for each step which rows its
    event taught. `results`, `kept` and `rank` are what the machine decided, `waiting` whose results wait for a closing;
    `moves` are those by each step, as they came, and `times` tells how many there were, where a step goes in order.
    `latest` is no earlier than any moment at which something happened, and `taught` has the rows that each step taught
    last, as they were handed out.
    """

    machine: Machine
    cohort: NDArray[np.intp]
    given: dict[str, pl.Series]
    where: Whereabouts
    entered: Moments
    learned: dict[str, Flags]
    results: dict[str, Late]
    kept: dict[str, Late]
    rank: dict[str, Late]
    waiting: dict[str, Rows]
    moves: dict[str, list[tuple[Rows, Moments]]]
    times: dict[str, NDArray[np.int32]]
    selected: Late
    codes: Mapping[str, int] = field(factory=dict)
    latest: int = _LONG_AGO
    _later: Moments | None = None
    _bounds: Rows | None = None
    taught: dict[str, Rows] = field(factory=dict)

    @classmethod
    def before(cls, machine: Machine, cohort: NDArray[np.intp], given: Mapping[str, pl.Series]) -> "Cases":
        """The cases before anybody has applied."""
        rows, steps = len(cohort), machine.steps
        cuts = [name for name, step in steps.items() if step.keeps is not None]
        in_order = [name for name, step in steps.items() if step.in_order]
        codes = {name: code for code, name in enumerate(machine.states)}
        return cls(
            machine,
            cohort,
            dict(given),
            Whereabouts.before(rows, [codes[name] for name, state in machine.states.items() if state.final]),
            np.full(rows, _LONG_AGO),
            {name: np.zeros(rows, np.bool_) for name in steps},
            {name: Late(rows, _NONE, np.int8) for name in steps},
            {name: Late(rows, _NONE, np.int8) for name in cuts},
            {name: Late(rows, 0, np.int64) for name in cuts},
            dict.fromkeys(cuts, np.zeros(0, np.intp)),
            {name: [] for name in steps},
            {name: np.zeros(rows, np.int32) for name in in_order},
            Late(rows, 0, np.bool_),
            codes,
        )

    def __len__(self) -> int:
        return len(self.cohort)

    def columns_of(self, steps: Iterable[str]) -> Iterator[Late]:
        """What the machine decided by some steps."""
        for name in steps:
            yield from (columns[name] for columns in (self.results, self.kept, self.rank) if name in columns)

    def heard(self, rows: Rows | slice) -> Moments:
        """When something last happened to each of these rows."""
        entered = self.entered[rows]
        return entered if self._later is None else np.maximum(entered, self._later[rows])

    def hear(self, where: Rows | slice, moments: Moments | int) -> None:
        """Something happened to rows at their moments, and did not move them, or moved them at an earlier one."""
        if self._later is None:
            self._later = np.full(len(self), _LONG_AGO)
        self._later[where] = moments

    def bounds(self, cohorts: int) -> Rows:
        """The first row of each of so many cohorts, and the end of the last."""
        if self._bounds is None or len(self._bounds) != cohorts + 1:
            self._bounds = np.searchsorted(self.cohort, np.arange(cohorts + 1))
        return self._bounds

    def index(self, rows: Rows) -> Rows | slice:
        """Rows as numpy takes them fastest: all of them as a slice, which is copied and not looked up one by one."""
        return slice(None) if len(rows) == len(self) else rows

    # -- where they stand ---------------------------------------------------------------------------------------

    @property
    def state(self) -> Codes:
        """The place of each row's state among those of the machine, or NOT_APPLIED; not to be written to."""
        return self.where.state

    def has_stood(self, state: str) -> Flags:
        """Which rows stand in a state or have stood in it."""
        return self.where.has_stood(self.codes[state])

    def standing(self, states: Iterable[str], rows: Rows) -> Flags:
        """Which of these rows stand in one of the states."""
        return self.where.rows_in([self.codes[name] for name in states], rows)

    def anybody_at(self, states: Iterable[str]) -> bool:
        """Whether anybody stands in one of the states."""
        return self.where.has_rows([self.codes[name] for name in states])

    def rows_at(self, states: Iterable[str], cohorts: Flags | None = None) -> Rows:
        """The rows that stand in one of the states, of these cohorts or of all."""
        rows = self.where.rows_at([self.codes[name] for name in states])
        return rows if cohorts is None or cohorts.all() else rows[np.flatnonzero(cohorts[self.cohort[rows]])]

    def ends(self, step: CompiledStep, rows: Rows) -> Moments:
        """The first moment that is too late for each of these rows to take a step; NEVER where no window ends."""
        if step.within is None:
            return np.full(len(rows), NEVER if step.ends is None else step.ends, np.int64)
        entered, which = np.unique(self.entered[rows], return_inverse=True)
        ends = [step.window_end(Moment(moment), self.machine.zone) for moment in entered.tolist()]
        own: Moments = np.array([NEVER if end is None else end for end in ends], np.int64)[which]
        return own

    # -- what is known ------------------------------------------------------------------------------------------

    def column(self, name: str, rows: Rows | None = None) -> pl.Series | None:
        """What is now known by that name of these rows, or of everybody; None for a fact that nobody can have."""
        where = slice(None) if rows is None else self.index(rows)
        step, _, short = name.partition(".")
        machine = self.machine
        if name in machine.steps:
            return _coded(name, self.results[name].now[where], _RESULTS)
        if step in self.kept and short == "kept":
            return _coded(name, self.kept[step].now[where], pl.Series([False, True]))
        dtype = dtype_of(machine.declared.facts[name].kind)
        if step in self.rank and short == "rank":
            ranks = pl.Series(name, self.rank[step].now[where])
            return ranks.to_frame().select(pl.col(name).replace(0, None)).to_series().cast(dtype)
        column = self.given.get(name)
        if column is None:
            return None
        column = taken(column, where)
        if not short or self._just_taught(step, rows) or (learned := self.learned[step][where]).all():
            return column
        return column.zip_with(pl.Series(learned), pl.Series([None], dtype=dtype))

    def is_known(self, name: str, rows: Rows, instead: pl.Series | None = None) -> bool:
        """Whether a fact of these rows is seen to be known at once; False where it has to be looked at closely."""
        if instead is not None:
            return instead.null_count() == 0
        column, (step, _, short) = self.given.get(name), name.partition(".")
        if column is None or column.null_count():
            return False
        return not short or self._just_taught(step, rows) or bool(self.learned[step][self.index(rows)].all())

    def _just_taught(self, step: str, rows: Rows | None) -> bool:
        """Whether these are the very rows that a step taught last, of which none has to be looked up."""
        return rows is not None and rows is self.taught.get(step)

    # -- moves --------------------------------------------------------------------------------------------------

    def forget(self, step: CompiledStep, rows: Rows) -> None:
        """What a step recorded and decided is known no more: it is taken anew, passed over or lapsed."""
        if not self.moves[step.name]:
            return  # nobody ever took it
        where = self.index(rows)
        self.learned[step.name][where] = False
        self.taught.pop(step.name, None)
        for column in self.columns_of([step.name]):
            column.put(where, column.start)

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
        self.learned[step.name][self.index(rows)] = True
        self.taught[step.name] = rows

    def move(
        self,
        rows: Rows,
        to: Codes | int,
        at: Moments | int,
        step: CompiledStep | None,
        result: str | Told | None,
    ) -> None:
        """
        Rows moved at their moments to their states; nothing waits more.

        By a step with its result, the same for all or the code of each (or how to find those), or by no step.
        """
        where = self.index(rows)
        moments = at_once(at, rows) if isinstance(at, int) else at
        first, last = span(moments)
        if first < self.latest:
            self.hear(where, np.maximum(self.heard(where), moments))
        self.where.move(rows, to, moments)
        self.entered[where] = first if first == last else moments  # one number is put in half the time of as many
        for name, waiting in self.waiting.items():
            if len(waiting):
                self.waiting[name] = those(waiting, ~self.among(rows, waiting))
        if step is not None:
            if result is not None:
                self.results[step.name].put(where, RESULT_CODES[result] if isinstance(result, str) else result)
            self.count(step, rows, moments)
        if (reserve := self.machine.reserve) is not None:
            came = np.asarray(to) == self.codes[reserve.state]
            if came.any():
                self.selected.put(rows if came.ndim == 0 else rows[came], True)

    def wait(self, rows: Rows, at: Moments, step: CompiledStep) -> None:
        """Results of a step that wait for its closing."""
        where, (first, last) = self.index(rows), span(at)
        moments = first if first == last else at
        self.hear(where, moments if first >= self.latest else np.maximum(self.heard(where), moments))
        waiting = self.waiting[step.name]
        self.waiting[step.name] = np.sort(np.concatenate([waiting, rows]), kind="stable") if len(waiting) else rows
        self.count(step, rows, at)

    def waits(self, step: CompiledStep, rows: Rows) -> Flags:
        """Of which of these rows a result waits for the closing of a step."""
        return self.among(self.waiting.get(step.name, rows[:0]), rows)

    def among(self, some: Rows, rows: Rows) -> Flags:
        """Which rows are among some; that the same array is told at once is what makes it worth while."""
        if some is rows or not len(some):
            return np.full(len(rows), some is rows)
        found = np.zeros(len(self), np.bool_)
        found[some] = True
        return found.take(rows)

    def count(self, step: CompiledStep, rows: Rows, at: Moments) -> None:
        """Moves by a step."""
        self.moves[step.name].append((rows, at))
        if step.name in self.times:
            self.times[step.name][rows] += 1

    def moved_after(self, step: CompiledStep, at: Moment) -> Rows:
        """Rows that a step moved later than that, some of them perhaps more than once."""
        return np.concatenate([np.zeros(0, np.intp), *(rows[moved > at] for rows, moved in self.moves[step.name])])


def _coded(name: str, codes: NDArray[np.int8], values: pl.Series) -> pl.Series:
    """A column of values by their codes; null where there is none."""
    places = pl.Series(codes.astype(np.int32))
    return values.gather(places.set(places < 0, None)).alias(name)
