"""Who is among the best of each cohort, for many at once: ranks, lists and ties as `procedures.ranking` has them."""

from collections.abc import Callable
from typing import Final

import numpy as np
import polars as pl
from attrs import define
from numpy.typing import NDArray

from procedures.columns.cases import Flags
from procedures.guards import Keeps

Numbers = NDArray[np.int64]
Lots = Callable[[NDArray[np.intp]], list[str]]
"""The lots of the rows of a table, by their places in it."""

CUT: Final = -1
_ROOM: Final = 62
"""Bits that a row can be packed into."""


@define
class _Standing:
    """Rows in the order of their ranking, cohort by cohort; `group` numbers those who are equal in everything."""

    order: NDArray[np.intp]
    cohort: NDArray[np.intp]
    rank: Numbers
    group: Numbers


def place(
    cohort: NDArray[np.intp], keys: pl.DataFrame, keeps: Keeps, sizes: Numbers, lots: Lots
) -> tuple[Numbers, NDArray[np.int16]]:
    """
    For each row its rank in its cohort, from 1, and the number of the list that takes it, or CUT.

    `keys` are known for everybody, the most important first; `sizes` tell for each list and cohort how many it takes.
    """
    standing = _standing(cohort, keys, len(keeps.by))
    taken = np.full(len(cohort), CUT, np.int16)
    for number in range(len(keeps.takes)):
        left = np.flatnonzero(taken == CUT)
        inside = _best(standing, left, sizes[number], keeps.ties, lots)
        taken[left[inside]] = number
    ranks, lists = np.empty_like(standing.rank), np.empty_like(taken)
    ranks[standing.order], lists[standing.order] = standing.rank, taken
    return ranks, lists


def _standing(cohort: NDArray[np.intp], keys: pl.DataFrame, by: int) -> _Standing:
    values = [dense(keys[name]) for name in keys.columns]
    order = _ordered(cohort, values)
    mine = cohort[order]
    alike = [value[order] for value in values]
    first, tops = _heads(_starts([mine])), _heads(_starts([mine, *alike[:by]]))
    return _Standing(order, mine, tops - first + 1, np.cumsum(_starts([mine, *alike])))


def _heads(starts: Flags) -> Numbers:
    """For each place that of the last start before it, or its own."""
    heads = np.flatnonzero(starts)
    lengths = np.empty_like(heads)
    lengths[:-1] = heads[1:] - heads[:-1]
    lengths[-1:] = len(starts) - heads[-1:]
    return np.repeat(heads, lengths)


def _ordered(cohort: NDArray[np.intp], values: list[Numbers]) -> NDArray[np.intp]:
    """The places of rows, cohort by cohort, the best first; of those who are equal in any order."""
    packed, room = cohort.astype(np.int64), _ROOM - int(cohort.max(initial=0)).bit_length()
    for value in values:
        least, most = int(value.min(initial=0)), int(value.max(initial=0))
        width = (most - least).bit_length()
        room -= width
        if room < 0:
            return np.lexsort((*(-each for each in reversed(values)), cohort))
        packed = (packed << width) | (most - value)
    # One number a row is sorted several times as fast as several, and faster still with its place at the end of it.
    width = len(packed).bit_length()
    if room < width:
        return np.argsort(packed)
    packed = (packed << width) | np.arange(len(packed))
    packed.sort()
    return packed & ((1 << width) - 1)


def dense(key: pl.Series) -> Numbers:
    """The values of a key as numbers in the same order."""
    if key.dtype in (pl.Int64, pl.Int32):
        return key.to_numpy().astype(np.int64, copy=False)
    return key.rank("dense").to_numpy().astype(np.int64)


def _starts(columns: list[NDArray[np.int64]] | list[NDArray[np.intp]]) -> Flags:
    """Where a row differs from the row before it."""
    found = np.zeros(len(columns[0]), np.bool_)
    found[:1] = True
    for column in columns:
        found[1:] |= column[1:] != column[:-1]
    return found


def _best(standing: _Standing, left: NDArray[np.intp], sizes: Numbers, ties: str, lots: Lots) -> Flags:
    """Which of those left, in order, are among the first `sizes` of their cohort; ties matter only astride the cut."""
    cohort, group = standing.cohort[left], standing.group[left]
    place = np.arange(len(left)) - _heads(_starts([cohort]))
    size = sizes[cohort]
    inside: Flags = place < size
    # The group of the first who is outside, where the last inside is of it too.
    outside = np.flatnonzero((place == size) & (size > 0))
    astride = outside[group[outside] == group[outside - 1]] if len(outside) else outside
    if not len(astride):
        return inside
    is_astride = np.zeros(int(group[-1]) + 1, np.bool_)
    is_astride[group[astride]] = True
    tied = is_astride[group]
    if ties == "keep":
        return inside | tied
    above: Flags = inside & ~tied
    if ties == "none":
        return above
    return above | _drawn(standing, left, np.flatnonzero(tied), size - place, lots)


def _drawn(standing: _Standing, left: NDArray[np.intp], tied: NDArray[np.intp], room: Numbers, lots: Lots) -> Flags:
    """Who of those tied is drawn: as many of each group as there is room for from its first row on."""
    found = np.zeros(len(left), np.bool_)
    lot = lots(standing.order[left[tied]])
    group = standing.group[left[tied]]
    for number in np.unique(group):
        members = np.flatnonzero(group == number)
        most = room[tied[members[0]]]
        drawn = sorted(members.tolist(), key=lambda member: lot[member])[: int(most)]
        found[tied[drawn]] = True
    return found
