"""Whether a group is selected less often than the first: the ratio, how sure it is, and what single selections show."""

from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from procedures.simulation.engine.blocks import Block
from procedures.simulation.results.estimates import NORMAL, Ratio, unseen

_ROOM: Final = 62
"""Bits that the numbers of one selection are packed into."""


@frozen
class Impact:
    """
    How the selection ratio of a group compares with that of the first one.

    `ratio` is pooled over replications; `ci95` comes from its logarithm, by linearisation, and where nobody of the
    group was selected from how probable that may be at the most. The others are shares of single selections, of those
    to which both groups came and from which somebody of the first was selected: `below` of those in which the
    four-fifths rule is broken, `significant` of those in which Fisher's exact test finds the group selected too seldom
    (5%, one-sided). `by_luck` is the share that would break the rule if, with as many of each group and as many
    selected, everybody had the same chance.
    """

    group: str
    against: str
    ratio: float | None
    ci95: tuple[float, float] | None
    below: float | None
    significant: float | None
    by_luck: float | None = None

    @property
    def either_way(self) -> Ratio:
        """The lower of the two selection ratios by the higher, whichever group has it."""
        if self.ratio is None or self.ratio <= 1:
            return Ratio(self.ratio, self.ci95)
        return Ratio(1 / self.ratio, (1 / self.ci95[1], 1 / self.ci95[0]) if self.ci95 else None)


def impact_of(names: list[str], number: int, block: Block) -> Impact:
    """What a group, by its number, is selected beside the first one."""
    chosen, applied = block.selected[:, [0, number]].astype(np.int64), block.applied[:, [0, number]].astype(np.int64)
    picked, pool = chosen.sum(axis=0), applied.sum(axis=0)
    ratio, interval = None, None
    if pool.all() and picked[0]:
        rates = picked / pool
        ratio = float(rates[1] / rates[0])
        if picked[1] and len(chosen) > 1:
            # What each replication adds to the logarithm of the ratio, beside its mean.
            rest = (chosen[:, 1] - rates[1] * applied[:, 1]) / picked[1] - (
                chosen[:, 0] - rates[0] * applied[:, 0]
            ) / picked[0]
            half = NORMAL * float(np.sqrt((rest**2).sum() * len(rest) / (len(rest) - 1)))
            interval = (ratio * float(np.exp(-half)), ratio * float(np.exp(half)))
        elif not picked[1]:
            interval = (0.0, unseen(int(pool[1])) / float(rates[0]))
    told = (applied > 0).all(axis=1) & (chosen[:, 0] > 0)
    # In whole numbers: a ratio of exactly four fifths is not below it.
    below = 5 * chosen[:, 1] * applied[:, 0] < 4 * chosen[:, 0] * applied[:, 1]
    return Impact(
        names[number],
        names[0],
        ratio,
        interval,
        float(below[told].mean()) if told.any() else None,
        significantly_few(chosen[told], applied[told]),
        broken_by_luck(chosen[told], applied[told]),
    )


def significantly_few(chosen: NDArray[np.int64], applied: NDArray[np.int64]) -> float | None:
    """In how many single selections Fisher's exact test finds the group selected too seldom, at 5%, one-sided."""
    if not len(chosen):
        return None
    from scipy.stats import hypergeom

    (first, group, majority, minority), counts = alike(chosen, applied)
    chance = hypergeom.cdf(group, majority + minority, minority, first + group)
    return float(np.average(chance <= 0.05, weights=counts))


def broken_by_luck(chosen: NDArray[np.int64], applied: NDArray[np.int64]) -> float | None:
    """
    In how many single selections the four-fifths rule would be broken if all had the same chance.

    With as many applied and as many selected, each choice of people is then as probable as any other: the number of the
    group among them is hypergeometric, and the rule is broken up to a whole number, so that nothing is rounded.
    """
    if not len(chosen):
        return None
    from scipy.stats import hypergeom

    (picked, first, group), counts = alike(chosen.sum(axis=1, keepdims=True), applied)
    everybody = first + group
    most = (4 * picked * group - 1) // (5 * first + 4 * group)  # 5 x first < 4 (picked - x) group, for x up to this
    nobody = hypergeom.pmf(picked, everybody, group, picked)  # none of the first group: there is nothing to compare
    return float(np.average(hypergeom.cdf(most, everybody, group, picked) / (1 - nobody), weights=counts))


def alike(*tables: NDArray[np.int64]) -> tuple[list[NDArray[np.int64]], NDArray[np.intp]]:
    """
    Every row of some tables of whole numbers, column by column, and how often it is there.

    Once each, where a row can be told in one number; that they are few is what makes exact tests of all of them quick.
    """
    columns = [column for table in tables for column in table.T]
    widths = [int(column.max()).bit_length() for column in columns]
    if sum(widths) > _ROOM:
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
