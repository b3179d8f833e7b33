"""Who is among the best of each cohort, for many at once: ranks, lists and ties; see `kernel.cohort.ranking`."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
import polars as pl
from attrs import define
from numpy.typing import NDArray

from procedures.columns.arrays.rows import Flags, put
from procedures.kernel.guards import Keeps

Numbers = NDArray[np.int64]
Places = NDArray[np.int32]
Lots = Callable[[NDArray[np.intp]], list[str]]
"""The lots of the rows of a table, by their places in it."""

CUT: Final = -1
_ROOM: Final = 62
"""Bits that a row can be packed into."""

_SHORT: Final = 31
"""Those of a number that is sorted twice as fast."""


@define
class _Standing:
    """Rows in the order of their ranking, cohort by cohort; `new` tells who is not equal to the one before."""

    order: NDArray[np.intp]
    cohorts: "_Cohorts"
    new: Flags


@define
class _Cohorts:
    """Where rows are in their cohorts: the first of each cohort, how many it has, and for each row its place in it."""

    heads: NDArray[np.intp]
    lengths: NDArray[np.intp]
    first: Places
    place: Places

    @classmethod
    def of(cls, cohort: NDArray[Any]) -> "_Cohorts":
        """Those of the rows of some cohorts, in ascending order."""
        heads = np.flatnonzero(_starts([cohort]))
        lengths = np.diff(heads, append=len(cohort))
        first = np.repeat(heads.astype(np.int32), lengths)
        return cls(heads, lengths, first, np.arange(len(cohort), dtype=np.int32) - first)


def place(
    cohort: NDArray[np.intp], keys: pl.DataFrame, keeps: Keeps, sizes: Numbers, lots: Lots
) -> tuple[Callable[[], Places], NDArray[np.int16]]:
    """
    For each row its rank in its cohort, from 1, when it is asked, and the number of the list that takes it, or CUT.

    `cohort` is in ascending order. `keys` are known for everybody, the most important first; `sizes` tell for each list
    and cohort how many it takes.
    """
    cohorts = _Cohorts.of(cohort)
    order, tops, new = _ordered(cohort, cohorts, [dense(keys[name]) for name in keys.columns], len(keeps.by))
    standing = _Standing(order, cohorts, new)
    taken = np.full(len(cohort), CUT, np.int16)
    for number in range(len(keeps.takes)):
        left = np.flatnonzero(taken == CUT) if number else None
        inside = _best(standing, cohort, left, sizes[number], keeps.ties, lots)
        put(number, inside, taken) if left is None else np.put(taken, left[inside], number)
    lists = np.empty_like(taken)
    lists[order] = taken
    return partial(_ranks, order.astype(np.int32), tops, cohorts.place), lists


def _ranks(order: Places, tops: Flags, place: Places) -> Places:
    """Ranks from the first row of each cohort on; whoever is equal to the one before has the same."""
    ranks = place + np.int32(1)
    equal = np.flatnonzero(~tops)
    # Runs of rows that follow one another are those whose places less their numbers are the same.
    runs = _Cohorts.of(equal - np.arange(len(equal)))
    ranks[equal] = ranks[equal[runs.first] - 1]
    found = np.empty_like(ranks)
    found[order] = ranks
    return found


def _ordered(
    cohort: NDArray[np.intp], cohorts: _Cohorts, values: list[Numbers], by: int
) -> tuple[NDArray[np.intp], Flags, Flags]:
    """
    The places of rows, cohort by cohort, the best first; of those who are equal in any order.

    In that order, who is not equal to the one before in the first values, and who not in all of them.
    """
    ends = [(int(value.min(initial=0)), int(value.max(initial=0))) for value in values]
    widths = [(most - least).bit_length() for least, most in ends]
    place = int(cohorts.lengths.max(initial=0)).bit_length()
    needed = int(cohort[-1:].max(initial=0)).bit_length() + sum(widths) + place
    if needed > _ROOM:
        order = np.lexsort((*(-each for each in reversed(values)), cohort))
        alike = [value.take(order) for value in values]
        return order, _starts([cohort, *alike[:by]]), _starts([cohort, *alike])
    # One number a row is sorted several times as fast as several, the shorter the faster; at its end is its place.
    packed: NDArray[np.signedinteger[Any]] = cohort.astype(np.int32 if needed <= _SHORT else np.int64)
    room = np.empty_like(packed)
    for value, (_, most), width in zip(values, ends, widths, strict=True):
        packed <<= width
        packed |= np.subtract(most, value, out=room, casting="unsafe")
    packed <<= place
    packed |= cohorts.place
    packed.sort()
    np.bitwise_and(packed, (1 << place) - 1, out=room)
    room += cohorts.first
    packed >>= place
    new = _starts([packed])
    return room.astype(np.intp), new if by == len(values) else _starts([packed >> sum(widths[by:])]), new


def dense(key: pl.Series) -> Numbers:
    """The values of a key as numbers in the same order."""
    if key.dtype in (pl.Int64, pl.Int32):
        return key.to_numpy().astype(np.int64, copy=False)
    return key.rank("dense").to_numpy().astype(np.int64)


def _starts(columns: list[NDArray[Any]]) -> Flags:
    """Where a row differs from the row before it."""
    first, *others = columns
    found = np.empty(len(first), np.bool_)
    found[:1] = True
    np.not_equal(first[1:], first[:-1], out=found[1:])
    for column in others:
        found[1:] |= column[1:] != column[:-1]
    return found


def _best(
    standing: _Standing, cohort: NDArray[np.intp], left: NDArray[np.intp] | None, sizes: Numbers, ties: str, lots: Lots
) -> Flags:
    """
    Which of those left are among the first `sizes` of their cohort, in order; ties matter only astride the cut.

    Left are rows by their places in that order; None for all of them.
    """
    cohorts, new = standing.cohorts, standing.new
    if left is not None:
        cohort = cohort.take(left)
        cohorts, new = _Cohorts.of(cohort), _starts([np.cumsum(new).take(left)])
    heads, lengths = cohorts.heads, cohorts.lengths
    room = np.minimum(sizes[cohort[heads]], lengths)
    inside = np.repeat(np.tile([True, False], len(heads)), np.stack([room, lengths - room], axis=1).ravel())
    # The first who is outside, where the last inside is equal.
    outside = (heads + room)[(room > 0) & (room < lengths)]
    outside = outside[~new[outside]]
    if not len(outside):
        return inside
    bounds = np.flatnonzero(np.append(new, True))
    after = np.searchsorted(bounds, outside)
    groups = _Groups(bounds[after - 1], bounds[after], outside)
    if ties == "keep":
        inside[groups.members] = True
        return inside
    inside[groups.members] = False
    if ties == "lot":
        inside[_drawn(groups, standing.order if left is None else standing.order[left], lots)] = True
    return inside


@define
class _Groups:
    """Those who are equal astride the cut of their cohort: where they begin and end, and where the cut is."""

    begins: NDArray[np.intp]
    ends: NDArray[np.intp]
    cuts: NDArray[np.intp]

    @property
    def members(self) -> NDArray[np.intp]:
        """The places of all who are in one of the groups."""
        lengths = self.ends - self.begins
        before = np.cumsum(lengths) - lengths
        members: NDArray[np.intp] = np.arange(int(lengths.sum())) + np.repeat(self.begins - before, lengths)
        return members


def _drawn(groups: _Groups, order: NDArray[np.intp], lots: Lots) -> list[int]:
    """Who of those tied is drawn: as many of each group as there is room for before the cut."""
    members = groups.members
    lot = dict(zip(members.tolist(), lots(order[members]), strict=True))
    found: list[int] = []
    for begin, end, cut in zip(groups.begins.tolist(), groups.ends.tolist(), groups.cuts.tolist(), strict=True):
        found += sorted(range(begin, end), key=lot.__getitem__)[: cut - begin]
    return found
