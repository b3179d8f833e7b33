"""The queue of a step taken in order: rows that took it less often come first, then rows ranked higher."""

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from procedures.columns.arrays.cases import Cases
from procedures.columns.arrays.decisions import Decisions
from procedures.columns.guards import evaluate_rules, has_all_keys, ranking_table
from procedures.columns.ranking import convert_to_numbers
from procedures.columns.windows import late_moments
from procedures.kernel.machine import CompiledStep
from rules.truth import Truth


@define
class Queue:
    """The queue before a step; call `note` after each row that took the step, because that changes the queue."""

    cases: Cases
    decisions: Decisions
    step: CompiledStep
    positions: NDArray[np.int64] = field(init=False)
    kinds: NDArray[np.int16] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.positions = np.zeros(len(self.cases), np.int64)
        self.kinds = np.full(len(self.cases), -1, np.int16)
        self._update(np.arange(len(self.cases)))

    def _update(self, rows: NDArray[np.intp]) -> None:
        """Compute the position in the ranking and the reserve kind of these rows."""
        reserve = self.cases.machine.reserve
        if reserve is None:
            return
        if reserve.ranked:
            keys = ranking_table(reserve.ranked, self.cases, self.decisions, rows)
            known = has_all_keys(keys)
            values = [convert_to_numbers(keys.filter(known)[name]) for name in keys.columns]
            order = np.lexsort(values[::-1])
            is_new = np.zeros(len(order), np.bool_)
            is_new[:1] = True
            for value in values:
                is_new[1:] |= value[order][1:] != value[order][:-1]
            ordered = np.zeros(len(order), np.int64)
            ordered[order] = np.cumsum(is_new)
            self.positions[rows] = 0  # rows that cannot be ranked come last
            self.positions[rows[known]] = ordered
        selected = rows[self.cases.is_selected.values[rows]]
        kinds = evaluate_rules(reserve.kinds.values(), self.cases, self.decisions, selected)
        for number, values_of in reversed([*enumerate(kinds)]):
            self.kinds[selected[values_of == Truth.TRUE]] = number

    def is_behind(self, row: int, at: int) -> bool:
        """Whether a waiting row of the same cohort and kind comes before this row at that moment."""
        cases = self.cases
        waiting = cases.rows_at(self.step.origins)
        if self.step.left_for_person:  # whoever is late is in no queue
            if late_moments(cases, self.decisions, self.step, np.array([row]))[0] <= at:
                return False
            waiting = waiting[late_moments(cases, self.decisions, self.step, waiting) > at]
        same = (self.kinds[waiting] == self.kinds[row]) & (cases.cohort[waiting] == cases.cohort[row])
        others = waiting[np.flatnonzero(same)]
        times = cases.move_counts[self.step.name]
        sooner = times[others] < times[row]
        higher = (times[others] == times[row]) & (self.positions[others] > self.positions[row])
        return bool((sooner | higher).any())

    def note(self, row: int) -> None:
        """Update the queue after a row took the step, because its facts have changed."""
        self._update(np.arange(len(self.cases)))
