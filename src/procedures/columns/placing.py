"""Who is among the best of each cohort, for many at once: ranks, lists and ties as `procedures.ranking` has them."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import polars as pl
from attrs import define
from numpy.typing import NDArray

from procedures.columns.rows import Flags, places
from procedures.guards import Keeps

Numbers = NDArray[np.int64]
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
    cohort: NDArray[np.intp]
    rank: Numbers
    new: Flags


def place(
    cohort: NDArray[np.intp], keys: pl.DataFrame, keeps: Keeps, sizes: Numbers, lots: Lots
) -> tuple[Numbers, NDArray[np.int16]]:
    """
    For each row its rank in its cohort, from 1, and the number of the list that takes it, or CUT.

    `cohort` is in ascending order. `keys` are known for everybody, the most important first; `sizes` tell for each list
    and cohort how many it takes.
    """
    standing = _standing(cohort, keys, len(keeps.by))
    taken = np.full(len(cohort), CUT, np.int16)
    for number in range(len(keeps.takes)):
        left = np.flatnonzero(taken == CUT)
        inside = _best(standing, left, sizes[number], keeps.ties, lots)
        taken[left[places(inside)]] = number
    ranks, lists = np.empty_like(standing.rank), np.empty_like(taken)
    ranks[standing.order], lists[standing.order] = standing.rank, taken
    return ranks, lists


def _standing(cohort: NDArray[np.intp], keys: pl.DataFrame, by: int) -> _Standing:
    values = [dense(keys[name]) for name in keys.columns]
    first = _heads(_starts([cohort]))
    order, tops, new = _ordered(cohort, first, values, by)
    return _Standing(order, cohort, _ranks(tops, first), new)


def _ranks(starts: Flags, first: Numbers) -> Numbers:
    """Ranks from the first row of each cohort on; whoever is equal to the one before has the same."""
    ranks = np.arange(1, len(first) + 1) - first
    equal = np.flatnonzero(~starts)
    ranks[equal] = ranks[equal[_heads(_starts([equal - np.arange(len(equal))]))] - 1]
    return ranks


def _heads(starts: Flags) -> Numbers:
    """For each place that of the last start before it, or its own."""
    heads = np.flatnonzero(starts)
    lengths = np.empty_like(heads)
    lengths[:-1] = heads[1:] - heads[:-1]
    lengths[-1:] = len(starts) - heads[-1:]
    return np.repeat(heads, lengths)


def _ordered(
    cohort: NDArray[np.intp], first: Numbers, values: list[Numbers], by: int
) -> tuple[NDArray[np.intp], Flags, Flags]:
    """
    The places of rows, cohort by cohort, the best first; of those who are equal in any order.

    In that order, who is not equal to the one before in the first values, and who not in all of them.
    """
    mine = np.arange(len(cohort)) - first
    ends = [(int(value.min(initial=0)), int(value.max(initial=0))) for value in values]
    widths = [(most - least).bit_length() for least, most in ends]
    place = int(mine.max(initial=0)).bit_length()
    needed = int(cohort.max(initial=0)).bit_length() + sum(widths) + place
    if needed > _ROOM:
        order = np.lexsort((*(-each for each in reversed(values)), cohort))
        alike = [value.take(order) for value in values]
        return order, _starts([cohort, *alike[:by]]), _starts([cohort, *alike])
    # One number a row is sorted several times as fast as several, the shorter the faster; at its end is its place.
    packed: NDArray[np.signedinteger[Any]] = cohort.astype(np.int32 if needed <= _SHORT else np.int64)
    for value, (_, most), width in zip(values, ends, widths, strict=True):
        packed <<= width
        packed |= (most - value).astype(packed.dtype)
    packed <<= place
    packed |= mine.astype(packed.dtype)
    packed.sort()
    order = (packed & ((1 << place) - 1)) + first
    packed >>= place
    return order, _starts([packed >> sum(widths[by:])]), _starts([packed])


def dense(key: pl.Series) -> Numbers:
    """The values of a key as numbers in the same order."""
    if key.dtype in (pl.Int64, pl.Int32):
        return key.to_numpy().astype(np.int64, copy=False)
    return key.rank("dense").to_numpy().astype(np.int64)


def _starts(columns: list[NDArray[Any]]) -> Flags:
    """Where a row differs from the row before it."""
    found = np.zeros(len(columns[0]), np.bool_)
    found[:1] = True
    for column in columns:
        found[1:] |= column[1:] != column[:-1]
    return found


def _best(standing: _Standing, left: NDArray[np.intp], sizes: Numbers, ties: str, lots: Lots) -> Flags:
    """Which of those left, in order, are among the first `sizes` of their cohort; ties matter only astride the cut."""
    everybody = len(left) == len(standing.order)
    cohort = standing.cohort if everybody else standing.cohort[left]
    new = standing.new if everybody else _starts([np.cumsum(standing.new)[left]])
    heads = np.flatnonzero(_starts([cohort]))
    lengths = np.diff(heads, append=len(left))
    room = np.minimum(sizes[cohort[heads]], lengths)
    inside = np.repeat(np.tile([True, False], len(heads)), np.stack([room, lengths - room], axis=1).ravel())
    # The first who is outside, where the last inside is equal.
    outside = (heads + room)[(room > 0) & (room < lengths)]
    outside = outside[~new[outside]]
    if not len(outside):
        return inside
    bounds = np.append(np.flatnonzero(new), len(left))
    after = np.searchsorted(bounds, outside)
    groups = _Groups(bounds[after - 1], bounds[after], outside)
    tied = groups.members(len(left))
    if ties == "keep":
        return inside | tied
    above: Flags = inside & ~tied
    if ties == "none":
        return above
    return above | _drawn(groups, standing.order[left], tied, lots)


@define
class _Groups:
    """Those who are equal astride the cut of their cohort: where they begin and end, and where the cut is."""

    begins: NDArray[np.intp]
    ends: NDArray[np.intp]
    cuts: NDArray[np.intp]

    def members(self, size: int) -> Flags:
        """Of so many, who is in one of the groups."""
        steps = np.zeros(size + 1, np.int8)
        steps[self.begins] += 1
        steps[self.ends] -= 1
        return np.cumsum(steps[:-1], dtype=np.int8).view(np.bool_)


def _drawn(groups: _Groups, order: NDArray[np.intp], tied: Flags, lots: Lots) -> Flags:
    """Who of those tied is drawn: as many of each group as there is room for before the cut."""
    found, members = np.zeros(len(tied), np.bool_), np.flatnonzero(tied)
    lot = dict(zip(members.tolist(), lots(order[members]), strict=True))
    for begin, end, cut in zip(groups.begins.tolist(), groups.ends.tolist(), groups.cuts.tolist(), strict=True):
        found[sorted(range(begin, end), key=lot.__getitem__)[: cut - begin]] = True
    return found
