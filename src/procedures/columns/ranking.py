"""The ranking of many cohorts at once: ranks, lists and ties; `kernel.cohort.ranking` ranks one cohort."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
import polars as pl
from attrs import define
from numpy.typing import NDArray

from procedures.columns.arrays.rows import Flags, put
from procedures.kernel.outcomes import Keeps

Numbers = NDArray[np.int64]
Places = NDArray[np.int32]
Lots = Callable[[NDArray[np.intp]], list[str]]
"""A function from positions of rows in a table to their lots."""

CUT: Final = -1
_PACKED_BITS: Final = 62
"""The most bits into which the values of a row can be packed."""

_SHORT_BITS: Final = 31
"""The most bits of a packed row that is sorted twice as fast."""


@define
class _RankedOrder:
    """Rows in ranking order, cohort by cohort; `is_new` flags a row that is not equal to the row before it."""

    order: NDArray[np.intp]
    cohorts: "_CohortBounds"
    is_new: Flags


@define
class _CohortBounds:
    """The first row and length of each cohort, and for each row the first row of its cohort and the position in it."""

    heads: NDArray[np.intp]
    lengths: NDArray[np.intp]
    first: Places
    positions: Places

    @classmethod
    def of(cls, cohort: NDArray[Any]) -> "_CohortBounds":
        """The bounds of rows whose cohorts are in ascending order."""
        heads = np.flatnonzero(_find_starts([cohort]))
        lengths = np.diff(heads, append=len(cohort))
        first = np.repeat(heads.astype(np.int32), lengths)
        return cls(heads, lengths, first, np.arange(len(cohort), dtype=np.int32) - first)


def rank_rows(
    cohort: NDArray[np.intp], keys: pl.DataFrame, keeps: Keeps, sizes: Numbers, lots: Lots
) -> tuple[Callable[[], Places], NDArray[np.int16]]:
    """
    A function that computes the rank of each row in its cohort, from 1; and the number of the list of each row, or CUT.

    `cohort` is in ascending order. `keys` have no null, the most important key first; `sizes` are the sizes of each
    list in each cohort.
    """
    cohorts = _CohortBounds.of(cohort)
    order, is_new_by, new = _sort_rows(
        cohort, cohorts, [convert_to_numbers(keys[name]) for name in keys.columns], len(keeps.by)
    )
    ranked = _RankedOrder(order, cohorts, new)
    taken = np.full(len(cohort), CUT, np.int16)
    for number in range(len(keeps.takes)):
        left = np.flatnonzero(taken == CUT) if number else None
        inside = _find_best(ranked, cohort, left, sizes[number], keeps.ties, lots)
        put(number, inside, taken) if left is None else np.put(taken, left[inside], number)
    lists = np.empty_like(taken)
    lists[order] = taken
    return partial(_compute_ranks, order.astype(np.int32), is_new_by, cohorts.positions), lists


def _compute_ranks(order: Places, is_new_by: Flags, positions: Places) -> Places:
    """The ranks of rows; a row that is equal to the row before it has the same rank."""
    ranks = positions + np.int32(1)
    equal = np.flatnonzero(~is_new_by)
    # Rows are consecutive where their position minus their number is the same.
    runs = _CohortBounds.of(equal - np.arange(len(equal)))
    ranks[equal] = ranks[equal[runs.first] - 1]
    found = np.empty_like(ranks)
    found[order] = ranks
    return found


def _sort_rows(
    cohort: NDArray[np.intp], cohorts: _CohortBounds, values: list[Numbers], by: int
) -> tuple[NDArray[np.intp], Flags, Flags]:
    """
    The positions of rows, cohort by cohort, the best first; equal rows are in any order.

    Also two arrays of flags in that order: rows that differ from the row before in the first `by` values, and in any
    value.
    """
    ends = [(int(value.min(initial=0)), int(value.max(initial=0))) for value in values]
    widths = [(most - least).bit_length() for least, most in ends]
    position_width = int(cohorts.lengths.max(initial=0)).bit_length()
    needed = int(cohort[-1:].max(initial=0)).bit_length() + sum(widths) + position_width
    if needed > _PACKED_BITS:
        order = np.lexsort((*(-each for each in reversed(values)), cohort))
        ordered = [value.take(order) for value in values]
        return order, _find_starts([cohort, *ordered[:by]]), _find_starts([cohort, *ordered])
    # One number per row is sorted several times as fast as several, a short one faster; its last bits are the position.
    packed: NDArray[np.signedinteger[Any]] = cohort.astype(np.int32 if needed <= _SHORT_BITS else np.int64)
    buffer = np.empty_like(packed)
    for value, (_, most), width in zip(values, ends, widths, strict=True):
        packed <<= width
        packed |= np.subtract(most, value, out=buffer, casting="unsafe")
    packed <<= position_width
    packed |= cohorts.positions
    packed.sort()
    np.bitwise_and(packed, (1 << position_width) - 1, out=buffer)
    buffer += cohorts.first
    packed >>= position_width
    new = _find_starts([packed])
    return buffer.astype(np.intp), new if by == len(values) else _find_starts([packed >> sum(widths[by:])]), new


def convert_to_numbers(key: pl.Series) -> Numbers:
    """The values of a key as whole numbers in the same order."""
    if key.dtype in (pl.Int64, pl.Int32):
        return key.to_numpy().astype(np.int64, copy=False)
    return key.rank("dense").to_numpy().astype(np.int64)


def _find_starts(columns: list[NDArray[Any]]) -> Flags:
    """Flags of the rows that differ from the row before."""
    first, *others = columns
    found = np.empty(len(first), np.bool_)
    found[:1] = True
    np.not_equal(first[1:], first[:-1], out=found[1:])
    for column in others:
        found[1:] |= column[1:] != column[:-1]
    return found


def _find_best(
    ranked: _RankedOrder, cohort: NDArray[np.intp], left: NDArray[np.intp] | None, sizes: Numbers, ties: str, lots: Lots
) -> Flags:
    """
    Which of the remaining rows are among the first `sizes` of their cohort; ties matter only astride the cut.

    `left` are the positions of the remaining rows in ranking order; None stands for all rows.
    """
    cohorts, new = ranked.cohorts, ranked.is_new
    if left is not None:
        cohort = cohort.take(left)
        cohorts, new = _CohortBounds.of(cohort), _find_starts([np.cumsum(new).take(left)])
    heads, lengths = cohorts.heads, cohorts.lengths
    capacity = np.minimum(sizes[cohort[heads]], lengths)
    inside = np.repeat(np.tile([True, False], len(heads)), np.stack([capacity, lengths - capacity], axis=1).ravel())
    # The first row outside, in cohorts where it is equal to the last row inside.
    outside = (heads + capacity)[(capacity > 0) & (capacity < lengths)]
    outside = outside[~new[outside]]
    if not len(outside):
        return inside
    bounds = np.flatnonzero(np.append(new, True))
    after = np.searchsorted(bounds, outside)
    groups = _TiedGroups(bounds[after - 1], bounds[after], outside)
    if ties == "keep":
        inside[groups.members] = True
        return inside
    inside[groups.members] = False
    if ties == "lot":
        inside[_draw_lots(groups, ranked.order if left is None else ranked.order[left], lots)] = True
    return inside


@define
class _TiedGroups:
    """Groups of equal rows astride the cut of their cohort: the begin and end of each, and the position of the cut."""

    begins: NDArray[np.intp]
    ends: NDArray[np.intp]
    cuts: NDArray[np.intp]

    @property
    def members(self) -> NDArray[np.intp]:
        """The positions of all rows in the groups."""
        lengths = self.ends - self.begins
        before = np.cumsum(lengths) - lengths
        members: NDArray[np.intp] = np.arange(int(lengths.sum())) + np.repeat(self.begins - before, lengths)
        return members


def _draw_lots(groups: _TiedGroups, order: NDArray[np.intp], lots: Lots) -> list[int]:
    """Draw from each group of tied rows as many as there are positions before the cut."""
    members = groups.members
    lot = dict(zip(members.tolist(), lots(order[members]), strict=True))
    found: list[int] = []
    for begin, end, cut in zip(groups.begins.tolist(), groups.ends.tolist(), groups.cuts.tolist(), strict=True):
        found += sorted(range(begin, end), key=lot.__getitem__)[: cut - begin]
    return found
