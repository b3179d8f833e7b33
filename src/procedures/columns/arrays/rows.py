"""Functions that select some of many rows from arrays and columns, each in the fastest way.

Measured: indexing by numbers takes a tenth of the time of indexing by flags, and a slice takes almost none.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

Rows: TypeAlias = NDArray[np.intp]
"""The numbers of some rows, ascending."""

Moments: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Codes: TypeAlias = NDArray[np.int8]

_SPARSE: Final = 256
_AS_NUMPY: Final = (pl.Int64(), pl.Int32())
"""Types of columns that become numpy arrays without a copy."""

_REPEATED: Final = (0,)
"""The strides of an array that stores one number for all its positions."""

AnyInteger = TypeVar("AnyInteger", bound=np.signedinteger[Any])


def find_flagged(flags: NDArray[np.bool_]) -> NDArray[np.intp] | slice:
    """The positions of the true flags, as an index; a slice where all are true, so that nothing is copied."""
    return slice(None) if flags.all() else np.flatnonzero(flags)


def select_rows(rows: Rows, flags: Flags) -> Rows:
    """The rows whose flag is true; where all are, the same array, so that callers can compare it by identity."""
    return rows if flags.all() else rows.take(np.flatnonzero(flags))


def split_by_code(codes: Codes | int) -> Iterator[tuple[int, Flags | None]]:
    """Each distinct code with the flags of its positions; None in place of flags where all codes are equal."""
    if isinstance(codes, int):
        yield codes, None
        return
    position, left = 0, np.ones(len(codes), np.bool_)
    while position < len(codes) and left[position]:
        code = int(codes[position])
        flags = codes == code
        if flags.all():
            yield code, None
            return
        yield code, flags
        left &= ~flags
        position = int(left.argmax())


def match_any(values: NDArray[AnyInteger], some: Iterable[int]) -> NDArray[np.bool_]:
    """Which values equal one of a few given values."""
    found = np.zeros(len(values), np.bool_)
    for value in some:
        found |= values == value
    return found


def put(value: int, flags: NDArray[np.bool_], into: NDArray[AnyInteger]) -> None:
    """Write a small number where flags are true; by arithmetic, in a fifth of the time of indexed assignment."""
    if flags.any():
        into ^= (into ^ into.dtype.type(value)) & -flags.astype(into.dtype)


def repeat_moment(at: int, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """An array of the same moment for all these rows, stored once; it must not be written to."""
    return np.ndarray(
        len(rows), np.int64, np.int64(at).tobytes(), strides=_REPEATED
    )  # ten times as fast as broadcasting


def take_moments(at: NDArray[np.int64], where: NDArray[np.intp] | slice) -> NDArray[np.int64]:
    """The moments at some positions; a moment that is stored once for all stays stored once."""
    return at[: len(where)] if at.strides == _REPEATED and not isinstance(where, slice) else at[where]


def find_span(at: NDArray[np.int64]) -> tuple[int, int]:
    """The first and the last of some moments; for no moments, the largest integer and the smallest."""
    if at.strides == _REPEATED and len(at):
        return int(at[0]), int(at[0])
    ends = np.iinfo(np.int64)
    return int(at.min(initial=ends.max)), int(at.max(initial=ends.min))


def take_values(column: pl.Series, where: NDArray[np.intp] | slice) -> pl.Series:
    """The values of a column for some rows; a slice stands for all rows."""
    if isinstance(where, slice):
        return column
    if column.dtype in _AS_NUMPY and not column.null_count():
        return pl.Series(column.name, column.to_numpy().take(where))
    if len(where) * _SPARSE < len(column):
        return column.gather(where)
    flags = np.zeros(len(column), np.bool_)
    flags[where] = True
    return column.filter(pl.Series(flags))  # several times as fast as `gather`
