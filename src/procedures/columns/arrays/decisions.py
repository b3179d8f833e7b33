"""What was decided for each of many cohorts as a whole: an array where a Cohort has a field, an entry a cohort."""

from collections import defaultdict

import numpy as np
import polars as pl
from attrs import define, field
from numpy.typing import NDArray

from procedures.columns.arrays.cases import NEVER
from procedures.columns.arrays.rows import Flags, Moments
from procedures.kernel.cohort.reserve import initial_cohort
from procedures.kernel.machine import Machine
from rules.calendar import Moment
from rules.columns import dtype_of
from rules.kinds import Value


@define(eq=False)
class Standing:
    """Who was ranked when a step of `cohorts` was closed: by which keys, for lists of which sizes, by which seed."""

    cohorts: Flags
    keys: pl.DataFrame
    sizes: NDArray[np.int64]
    seed: str | int | None
    rows: NDArray[np.intp]


@define(eq=False)
class Decisions:
    """
    `closed` tells when each step was closed and `gated` when its gate was decided, `held` how, on which `counts`.

    `facts` are those that closings recorded or decided; `ends` is when the reserve ends, after `last_day`.
    """

    machine: Machine
    size: int
    closed: dict[str, Moments]
    gated: dict[str, Moments]
    held: dict[str, Flags]
    counts: dict[str, Moments]
    ends: Moments
    last_day: Moments
    facts: dict[str, pl.Series] = field(factory=dict)
    standing: dict[str, list[Standing]] = field(factory=lambda: defaultdict(list))

    @classmethod
    def before(cls, machine: Machine, size: int) -> "Decisions":
        """Nothing was closed yet; a reserve may have a last day all the same."""
        start = initial_cohort(machine)
        gates = [name for name, step in machine.steps.items() if step.gate is not None]
        return cls(
            machine,
            size,
            {name: np.full(size, NEVER, np.int64) for name in machine.steps},
            {name: np.full(size, NEVER, np.int64) for name in gates},
            {name: np.zeros(size, np.bool_) for name in gates},
            {name: np.zeros(size, np.int64) for name in gates},
            np.full(size, NEVER if start.ends is None else start.ends, np.int64),
            np.full(size, 0 if start.last_day is None else start.last_day.toordinal(), np.int64),
        )

    @property
    def any_closed(self) -> Flags:
        """In which cohorts any step was closed."""
        found = np.zeros(self.size, np.bool_)
        for closed in self.closed.values():
            found |= closed != NEVER
        return found

    def record(self, name: str, cohorts: Flags, values: Value | Flags) -> None:
        """A fact of some cohorts: the same for all, or flags of which each has its own."""
        dtype = dtype_of(self.machine.declared.facts[name].kind)
        new = values if isinstance(values, np.ndarray) else [values] * self.size
        column = pl.Series(name, new, dtype=dtype)
        known = self.facts.get(name, pl.Series(name, [None], dtype=dtype).new_from_index(0, self.size))
        self.facts[name] = column if cohorts.all() else column.zip_with(pl.Series(cohorts), known)

    def stood(self, step: str, cohort: int) -> Standing:
        """Who stood where when a step of a cohort was closed: later additions are ranked among them."""
        return next(standing for standing in self.standing[step] if standing.cohorts[cohort])

    def reserve_begins(self, cohorts: Flags, at: Moment) -> None:
        """The reserve's last day, where every step that leads to it is now closed."""
        reserve = self.machine.reserve
        if reserve is None or reserve.valid is None:
            return
        ready = cohorts & (self.last_day == 0)
        for name in reserve.feeders:
            ready &= self.closed[name] != NEVER
        if ready.any() and (last_day := reserve.last_day_from(self.machine.zone.day(at))) is not None:
            self.last_day[ready] = last_day.toordinal()
            self.ends[ready] = self.machine.zone.day_end(last_day)
