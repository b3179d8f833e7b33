"""Tables of known facts of many people: natural columns to encoded ones and back, each cell read by its kind.

An encoded column holds values as `rules.kinds` encodes them: whole numbers for numbers, durations, levels, dates and
moments, true and false for flags, words for choices. A null is an unknown value. So comparisons of columns are exact.
Every distinct value of a column is encoded once by `Kind.encode`, the only code that decides what a cell means.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, assert_never

import polars as pl
from attrs import frozen

from rules.facts import Declared
from rules.kinds import Choice, Date, Duration, FactError, Flag, Kind, Level, Moment, Number, Text, Value

_NARROW: Final = 2**63
# The greatest number without bounds: `Number.encode` refuses numbers with more digits before the point.
_DIGITS: Final = Decimal(10) ** 16


@frozen
class BadCell:
    """A cell with a value outside the kind of its fact: the row counts from 0; `error` says why, in both languages."""

    row: int
    column: str
    value: object
    error: FactError


@frozen
class EncodedTable:
    """An encoded table, in which bad cells are null, and its bad cells by row and then column."""

    table: pl.DataFrame
    bad: tuple[BadCell, ...]


def dtype_of(kind: Kind) -> pl.DataType:
    """The type of an encoded column of this kind."""
    match kind:
        case Choice(of):
            return _enum_of(of)
        case Text():
            return pl.String()
        case Flag():
            return pl.Boolean()
        case Level() | Date():
            return pl.Int32()
        case Duration() | Moment():
            return pl.Int64()
        case Number():
            return pl.Int64() if largest_magnitude(kind) < _NARROW else pl.Int128()
        case _:
            assert_never(kind)


@lru_cache(maxsize=1024)
def _enum_of(words: tuple[str, ...]) -> pl.Enum:
    """The enum type of these words; cached, because creating one takes as long as reading 100,000 of its values."""
    return pl.Enum(words)


def largest_magnitude(kind: Number) -> int:
    """The greatest absolute value that an encoded number of this kind can have."""
    sizes = [_DIGITS if bound is None else abs(bound) for bound in (kind.least, kind.most)]
    return int(max(sizes) / kind.step) + 1


@frozen
class Columns:
    """The facts that have a column in an encoded table (`names` is None: all facts). Other facts are unknown."""

    declared: Declared
    names: Collection[str] | None = None

    def has(self, fact: str) -> bool:
        return self.names is None or fact in self.names

    def fact(self, fact: str) -> pl.Expr:
        """The values of a fact."""
        return pl.col(fact) if self.has(fact) else pl.lit(None, dtype=dtype_of(self.declared.facts[fact].kind))

    def is_known(self, fact: str) -> pl.Expr:
        """Whether a fact is known; never null."""
        return pl.col(fact).is_not_null() if self.has(fact) else pl.lit(False)

    def is_one_of(self, fact: str, values: Iterable[Value]) -> pl.Expr:
        """Whether a choice is known to be one of these; never null."""
        kind = self.declared.facts[fact].kind
        of = [value for value in kind.of if value in set(values)] if isinstance(kind, Choice) else []
        return self.fact(fact).is_in(of).fill_null(False) if of and self.has(fact) else pl.lit(False)


def encode(frame: pl.DataFrame, declared: Declared) -> EncodedTable:
    """
    The frame with the columns named after declared facts encoded; other columns are unchanged.

    Bad cells raise no error: they are null in the table and are reported in `bad`.
    """
    columns, bad = [], []
    for name in frame.columns:
        if name in declared.facts:
            column, bad_cells = encode_column(frame[name], declared.facts[name].kind)
            columns.append(column)
            bad += bad_cells
    return EncodedTable(frame.with_columns(columns), tuple(sorted(bad, key=lambda cell: cell.row)))


def encode_column(
    column: pl.Series, kind: Kind, encode_value: Callable[[object], Value] | None = None
) -> tuple[pl.Series, list[BadCell]]:
    """One encoded column and its bad cells; `encode_value` replaces `Kind.encode` for values in another notation."""
    encode_value = encode_value or kind.encode
    if column.dtype == pl.Null:
        return pl.Series(column.name, [None] * len(column), dtype=dtype_of(kind)), []
    encoded: dict[object, Value] = {}
    errors: dict[object, FactError] = {}
    distinct = column.unique().drop_nulls()
    for value in distinct:
        try:
            encoded[value] = encode_value(value)
        except FactError as error:
            errors[value] = error
    return _replace_values(column, encoded, kind), _bad_cells(column, errors)


def _replace_values(column: pl.Series, encoded: Mapping[object, Value], kind: Kind) -> pl.Series:
    """The column with each value replaced by its encoded value, and bad values by null."""
    old = pl.Series("old", list(encoded), dtype=column.dtype)
    new = pl.Series("new", list(encoded.values()), dtype=dtype_of(kind))
    frame = pl.DataFrame({"old": column}).join(
        pl.DataFrame({"old": old, "new": new}), on="old", how="left", maintain_order="left", nulls_equal=False
    )
    return frame["new"].alias(column.name)


def _bad_cells(column: pl.Series, errors: Mapping[object, FactError]) -> list[BadCell]:
    if not errors:
        return []
    # NaN is not equal to itself, so it cannot be looked up by value.
    values = column.to_list()
    nan = next((error for value, error in errors.items() if value != value), None)  # noqa: PLR0124
    found = ((row, value, errors.get(value, nan if value != value else None)) for row, value in enumerate(values))  # noqa: PLR0124
    return [BadCell(row, column.name, value, error) for row, value, error in found if error is not None]


def decode(table: pl.DataFrame, declared: Declared) -> pl.DataFrame:
    """The table with the columns named after declared facts decoded to natural types, such as dates and datetimes."""
    return table.with_columns(
        _decode_column(table[name], declared.facts[name].kind) for name in table.columns if name in declared.facts
    )


def _decode_column(column: pl.Series, kind: Kind) -> pl.Series:
    match kind:
        case Choice() | Text() | Flag() | Duration():
            return column
        case Level(of):
            return _from_table(column, dict(enumerate(of)), pl.Enum(of))
        case Date():
            days = {value: date.fromordinal(value) for value in column.unique().drop_nulls()}
            return _from_table(column, days, pl.Date())
        case Moment():
            return (column.cast(pl.Int64)).cast(pl.Datetime("us", "UTC"))
        case Number():
            whole = kind.step == kind.step.to_integral_value()
            to = int if whole else float  # `decode` returns 3 for 3.0, but a column has one type
            numbers = {value: to(kind.decode(value)) for value in column.unique().drop_nulls()}
            return _from_table(column, numbers, pl.Int64() if whole else pl.Float64())
        case _:
            assert_never(kind)


def _from_table(column: pl.Series, table: Mapping[int, object], dtype: pl.DataType) -> pl.Series:
    return column.replace_strict(list(table), list(table.values()), default=None, return_dtype=dtype)
