"""The decisions about each of many cohorts as a whole: one array for each field of a Cohort, one entry per cohort."""

from collections import defaultdict

import numpy as np
import polars as pl
from attrs import define, field
from numpy.typing import NDArray

from procedures.columns.arrays.cases import NEVER
from procedures.columns.arrays.rows import Flags, Moments
from procedures.kernel.cohort.reserve import initial_cohort
from procedures.kernel.machine import Machine
from procedures.kernel.names import APPLY
from rules.calendar import Moment
from rules.columns import dtype_of
from rules.kinds import Value


@define(eq=False)
class RankedRows:
    """The rows ranked when a step of `cohorts` was closed, with their keys, the sizes of the lists and the seed."""

    cohorts: Flags
    keys: pl.DataFrame
    sizes: NDArray[np.int64]
    seed: str | int | None
    rows: NDArray[np.intp]


@define(eq=False)
class Decisions:
    """
    The decisions about `size` cohorts.

    `closed_at` is the moment at which each step, or `apply`, was closed, `latest` that of the last closing by a person,
    `gate_decided_at` that at which a gate was decided; NEVER where it was not. `held` is the decision of the gate and
    `counts` the number it counted. `facts` are facts that closings recorded or decided. `ends` is the moment at which
    the reserve ends, after its `last_day` (an ordinal; 0 where it has none). `ranked_rows` has for each step the rows
    that its closings ranked.
    """

    machine: Machine
    size: int
    closed_at: dict[str, Moments]
    gate_decided_at: dict[str, Moments]
    held: dict[str, Flags]
    counts: dict[str, Moments]
    ends: Moments
    last_day: Moments
    latest: Moments
    facts: dict[str, pl.Series] = field(factory=dict)
    ranked_rows: dict[str, list[RankedRows]] = field(factory=lambda: defaultdict(list))

    @classmethod
    def initial(cls, machine: Machine, size: int) -> "Decisions":
        """The decisions before the first closing; the reserve has a last day where the definition dates it."""
        start = initial_cohort(machine)
        gates = [name for name, step in machine.steps.items() if step.gate is not None]
        return cls(
            machine,
            size,
            {name: np.full(size, NEVER, np.int64) for name in (APPLY, *machine.steps)},
            {name: np.full(size, NEVER, np.int64) for name in gates},
            {name: np.zeros(size, np.bool_) for name in gates},
            {name: np.zeros(size, np.int64) for name in gates},
            np.full(size, NEVER if start.ends is None else start.ends, np.int64),
            np.full(size, 0 if start.last_day is None else start.last_day.toordinal(), np.int64),
            np.full(size, -NEVER, np.int64),
        )

    @property
    def has_closings(self) -> Flags:
        """Which cohorts have a closing; the first one closes the applications."""
        found: Flags = self.closed_at[APPLY] != NEVER
        return found

    def close(self, closed: str, cohorts: Flags, at: Moment) -> None:
        """Note the closing of a step, or of the applications, in these cohorts, and begin their reserve."""
        self.closed_at[closed][cohorts] = at
        self.closed_at[APPLY][cohorts & (self.closed_at[APPLY] == NEVER)] = at
        self.latest[cohorts] = at
        self.begin_reserve(cohorts, at)

    def record(self, name: str, cohorts: Flags, values: Value | Flags) -> None:
        """Record a fact of some cohorts: one value for all, or one flag per cohort."""
        dtype = dtype_of(self.machine.declared.facts[name].kind)
        new = values if isinstance(values, np.ndarray) else [values] * self.size
        column = pl.Series(name, new, dtype=dtype)
        known = self.facts.get(name, pl.Series(name, [None], dtype=dtype).new_from_index(0, self.size))
        self.facts[name] = column if cohorts.all() else column.zip_with(pl.Series(cohorts), known)

    def find_ranked_rows(self, step: str, cohort: int) -> RankedRows:
        """The rows ranked when a step of a cohort was closed; later additions are ranked among them."""
        return next(ranked for ranked in self.ranked_rows[step] if ranked.cohorts[cohort])

    def begin_reserve(self, cohorts: Flags, at: Moment) -> None:
        """Set the last day of the reserve in the cohorts in which every step that leads to the reserve is closed."""
        reserve = self.machine.reserve
        if reserve is None or reserve.valid is None:
            return
        ready = cohorts & (self.last_day == 0)
        for name in reserve.feeders:
            ready &= self.closed_at[name] != NEVER
        if ready.any() and (last_day := reserve.last_day_from(self.machine.zone.day(at))) is not None:
            self.last_day[ready] = last_day.toordinal()
            self.ends[ready] = self.machine.zone.day_end(last_day)
