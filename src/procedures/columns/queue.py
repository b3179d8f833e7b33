"""The queue of a step taken in order: rows that took it less often come first, then rows ranked higher."""

from typing import Final

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from procedures.columns.answers import CODES, TAKEN
from procedures.columns.arrays.cases import Cases
from procedures.columns.arrays.decisions import Decisions
from procedures.columns.arrays.rows import Flags
from procedures.columns.decision import evaluate_rules, has_all_keys, ranking_table
from procedures.columns.ranking import convert_to_numbers
from procedures.columns.windows import late_moments
from procedures.kernel.machine import CompiledStep
from rules.truth import Truth

_NO_KIND: Final = -1
_UNKNOWN_KIND: Final = -2


@define
class Queue:
    """The queue before a step; call `note` after each row that took the step, because that changes the queue."""

    cases: Cases
    decisions: Decisions
    step: CompiledStep
    positions: NDArray[np.int64] = field(init=False)
    is_ranked: Flags = field(init=False)
    kinds: NDArray[np.int16] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.positions = np.zeros(len(self.cases), np.int64)
        self.is_ranked = np.ones(len(self.cases), np.bool_)
        self.kinds = np.full(len(self.cases), _NO_KIND, np.int16)
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
            self.is_ranked[rows] = known
            self.positions[rows[known]] = ordered
        selected = rows[self.cases.is_selected.values[rows]]
        kinds = evaluate_rules(reserve.kinds.values(), self.cases, self.decisions, selected)
        for number, values_of in reversed([*enumerate(kinds)]):
            self.kinds[selected[values_of == Truth.TRUE]] = number
            self.kinds[selected[values_of == Truth.UNKNOWN]] = _UNKNOWN_KIND

    def check_turn(self, row: int, at: int) -> int:
        """The code of the refusal of a row whose turn it is not at that moment; TAKEN where it is."""
        cases = self.cases
        waiting = cases.rows_at(self.step.origins)
        if self.step.left_for_person:  # whoever is late is in no queue
            if late_moments(cases, self.decisions, self.step, np.array([row]))[0] <= at:
                return TAKEN
            waiting = waiting[late_moments(cases, self.decisions, self.step, waiting) > at]
        waiting = waiting[np.flatnonzero(cases.cohort[waiting] == cases.cohort[row])]
        same = self.kinds[waiting] == self.kinds[row]
        is_unknown = self.kinds[waiting] == _UNKNOWN_KIND
        if (is_unknown | (same & ~self.is_ranked[waiting])).any():
            return CODES["missing_facts"]
        others = waiting[np.flatnonzero(same)]
        times = cases.move_counts[self.step.name]
        sooner = times[others] < times[row]
        higher = (times[others] == times[row]) & (self.positions[others] > self.positions[row])
        return CODES["not_next"] if (sooner | higher).any() else TAKEN

    def note(self, row: int) -> None:
        """Update the queue after a row took the step, because its facts have changed."""
        self._update(np.arange(len(self.cases)))
