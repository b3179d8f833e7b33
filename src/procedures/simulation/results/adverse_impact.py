"""Adverse impact: the ratio of selection ratios, its interval, and the shares of selections that show impact."""

from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from procedures.simulation.engine.blocks import Block
from procedures.simulation.results.estimates import NORMAL, Ratio, zero_count_upper_bound

_PACKED_BITS: Final = 62
"""The number of bits into which the numbers of one selection are packed."""


@frozen
class Impact:
    """
    Comparison of the selection ratio of `group` with that of the first group, `reference`.

    `ratio` is pooled over replications. `ci95` is computed from the logarithm of the ratio by linearisation; if nobody
    of the group is selected, its upper end follows from the upper bound of that chance. The other fields are shares of
    the selections to which both groups applied and in which a candidate of the first group was selected:
    `below_four_fifths` breaks the four-fifths rule; in `significant`, Fisher's exact test finds that the group is
    selected too seldom (5%, one-sided). `below_by_chance` is the share that would break the rule if all candidates had
    the same chance, with the same numbers of applicants and of selected candidates.
    """

    group: str
    reference: str
    ratio: float | None
    ci95: tuple[float, float] | None
    below_four_fifths: float | None
    significant: float | None
    below_by_chance: float | None = None

    @property
    def symmetric_ratio(self) -> Ratio:
        """The lower of the two selection ratios divided by the higher."""
        if self.ratio is None or self.ratio <= 1:
            return Ratio(self.ratio, self.ci95)
        return Ratio(1 / self.ratio, (1 / self.ci95[1], 1 / self.ci95[0]) if self.ci95 else None)


def impact_of(names: list[str], number: int, block: Block) -> Impact:
    """Compare the group with this number with the first group."""
    chosen, applied = block.selected[:, [0, number]].astype(np.int64), block.applied[:, [0, number]].astype(np.int64)
    picked, pool = chosen.sum(axis=0), applied.sum(axis=0)
    ratio, interval = None, None
    if pool.all() and picked[0]:
        rates = picked / pool
        ratio = float(rates[1] / rates[0])
        if picked[1] and len(chosen) > 1:
            # The deviation that each replication adds to the logarithm of the ratio.
            rest = (chosen[:, 1] - rates[1] * applied[:, 1]) / picked[1] - (
                chosen[:, 0] - rates[0] * applied[:, 0]
            ) / picked[0]
            half = NORMAL * float(np.sqrt((rest**2).sum() * len(rest) / (len(rest) - 1)))
            interval = (ratio * float(np.exp(-half)), ratio * float(np.exp(half)))
        elif not picked[1]:
            interval = (0.0, zero_count_upper_bound(int(pool[1])) / float(rates[0]))
    comparable = (applied > 0).all(axis=1) & (chosen[:, 0] > 0)
    # In whole numbers: a ratio of exactly four fifths is not below it.
    below = 5 * chosen[:, 1] * applied[:, 0] < 4 * chosen[:, 0] * applied[:, 1]
    return Impact(
        names[number],
        names[0],
        ratio,
        interval,
        float(below[comparable].mean()) if comparable.any() else None,
        share_significant(chosen[comparable], applied[comparable]),
        share_broken_by_chance(chosen[comparable], applied[comparable]),
    )


def share_significant(chosen: NDArray[np.int64], applied: NDArray[np.int64]) -> float | None:
    """The share of selections in which Fisher's exact test finds the group selected too seldom (5%, one-sided)."""
    if not len(chosen):
        return None
    from scipy.stats import hypergeom

    (first, group, majority, minority), counts = count_distinct_rows(chosen, applied)
    chance = hypergeom.cdf(group, majority + minority, minority, first + group)
    return float(np.average(chance <= 0.05, weights=counts))


def share_broken_by_chance(chosen: NDArray[np.int64], applied: NDArray[np.int64]) -> float | None:
    """
    The share of selections in which the four-fifths rule would be broken if all candidates had the same chance.

    With the same numbers of applicants and of selected candidates, every choice of candidates is then equally probable.
    So the number selected from the group is hypergeometric. The rule is broken up to a whole number, so the result is
    exact.
    """
    if not len(chosen):
        return None
    from scipy.stats import hypergeom

    (picked, first, group), counts = count_distinct_rows(chosen.sum(axis=1, keepdims=True), applied)
    total = first + group
    most = (4 * picked * group - 1) // (5 * first + 4 * group)  # 5 x first < 4 (picked - x) group, for x up to this
    excluded = hypergeom.pmf(picked, total, group, picked)  # nobody of the first group is selected: no comparison
    return float(np.average(hypergeom.cdf(most, total, group, picked) / (1 - excluded), weights=counts))


def count_distinct_rows(*tables: NDArray[np.int64]) -> tuple[list[NDArray[np.int64]], NDArray[np.intp]]:
    """
    The distinct rows of some tables of whole numbers, column by column, and the count of each row.

    Because distinct rows are few, exact tests on all of them are fast. If a row does not fit in one packed number, all
    rows are returned, each with count 1.
    """
    columns = [column for table in tables for column in table.T]
    widths = [int(column.max()).bit_length() for column in columns]
    if sum(widths) > _PACKED_BITS:
        return columns, np.ones(len(columns[0]), np.intp)
    packed = columns[0]
    for column, width in zip(columns[1:], widths[1:], strict=True):
        packed = packed << width | column
    rows, counts = np.unique(packed, return_counts=True)
    found = []
    for width in reversed(widths):
        found.append(rows & ((1 << width) - 1))
        rows = rows >> width
    return found[::-1], counts
