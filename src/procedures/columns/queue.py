"""Whose turn it is where a step goes in order, as `Selection` tells it: asked less often, then ranked higher."""

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from procedures.columns.arrays.cases import Cases
from procedures.columns.arrays.decisions import Decisions
from procedures.columns.guards import ranked, ranking_table, truths_of
from procedures.columns.ranking import dense
from procedures.kernel.machine import CompiledStep
from rules.truth import Truth


@define
class Turns:
    """The turns of those who wait before a step; `moved` after each who took it, for that changes them."""

    cases: Cases
    decisions: Decisions
    step: CompiledStep
    place: NDArray[np.int64] = field(init=False)
    kind: NDArray[np.int16] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.place = np.zeros(len(self.cases), np.int64)
        self.kind = np.full(len(self.cases), -1, np.int16)
        self._look(np.arange(len(self.cases)))

    def _look(self, rows: NDArray[np.intp]) -> None:
        """How these rows are ranked, and which kind of reserve is theirs."""
        reserve = self.cases.machine.reserve
        if reserve is None:
            return
        if reserve.ranked:
            keys = ranking_table(reserve.ranked, self.cases, self.decisions, rows)
            known = ranked(keys)
            values = [dense(keys.filter(known)[name]) for name in keys.columns]
            order = np.lexsort(values[::-1])
            alike = np.zeros(len(order), np.bool_)
            alike[:1] = True
            for value in values:
                alike[1:] |= value[order][1:] != value[order][:-1]
            places = np.zeros(len(order), np.int64)
            places[order] = np.cumsum(alike)
            self.place[rows] = 0  # whoever cannot be ranked comes last
            self.place[rows[known]] = places
        on_it = rows[self.cases.selected.now[rows]]
        kinds = truths_of(reserve.kinds.values(), self.cases, self.decisions, on_it)
        for number, values_of in reversed([*enumerate(kinds)]):
            self.kind[on_it[values_of == Truth.TRUE]] = number

    def is_behind(self, row: int) -> bool:
        """Whether somebody of the same kind who waits comes before this row."""
        cases = self.cases
        waiting = cases.rows_at(self.step.origins)
        like = (self.kind[waiting] == self.kind[row]) & (cases.cohort[waiting] == cases.cohort[row])
        others = waiting[np.flatnonzero(like)]
        times = cases.times[self.step.name]
        sooner = times[others] < times[row]
        higher = (times[others] == times[row]) & (self.place[others] > self.place[row])
        return bool((sooner | higher).any())

    def moved(self, row: int) -> None:
        """A row took the step: what is known of it is not what it was."""
        self._look(np.arange(len(self.cases)))
