"""The XML of the cells of a sheet, a column at a time; text is never a formula.

A column of one simple type is converted at once by polars. Other columns, and numbers and days that a spreadsheet
cannot store, are converted cell by cell; a test compares both ways.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Final
from xml.sax.saxutils import escape

import polars as pl
from attrs import frozen

from procedures.screening.problems import TableError, make_trouble

_CHARACTERS: Final = 32_767
_DIGITS: Final = 10**15
"""A spreadsheet stores fifteen digits of a number; longer numbers are written as text."""
_EPOCH: Final = date(1900, 3, 1)
"""Before this day the calendars of spreadsheets differ; earlier days are written as text."""
_UNIX_EPOCH: Final = 25_569  # the day 1970-01-01 as a spreadsheet counts days
_DAY: Final = 86_400_000_000  # in microseconds
_BODY: Final = "body"

# XML cannot hold these characters; a spreadsheet writes them as `_x0001_`, and `_x005F_` for the sign `_` before an x.
_LITERAL: Final = "_(x[0-9a-fA-F]{4})"
_UNDERSCORE: Final = "_x005F_"
_FORBIDDEN: Final = {chr(code): f"_x{code:04X}_" for code in (*range(9), 11, 12, *range(13, 32), 0xFFFE, 0xFFFF)}
_SPECIAL: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", **_FORBIDDEN}


@frozen
class Styles:
    """The numbers of the formats of days and of moments in the workbook."""

    day: int
    moment: int


def make_rows(frame: pl.DataFrame, first: int, styles: Styles) -> str:
    """The XML of the rows of a frame, of which the first is row `first` of the sheet; empty cells are left out."""
    number = (pl.int_range(pl.len()) + first).cast(pl.String)
    bodies = [_make_bodies(column, styles).alias(str(index)) for index, column in enumerate(frame)]
    cells = [
        pl.concat_str(pl.lit(f'<c r="{column_letters(index + 1)}'), "number", pl.lit('"'), str(index))
        for index in range(len(bodies))
    ]
    rows = pl.DataFrame(bodies).with_columns(number=number)
    line = pl.concat_str(pl.lit('<row r="'), "number", pl.lit('">'), *cells, pl.lit("</row>"), ignore_nulls=True)
    return "".join(rows.select(line.alias("row"))["row"].to_list())


def column_letters(column: int) -> str:
    """The letters of a column, which count from 1: 28 → `AB`."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _make_bodies(column: pl.Series, styles: Styles) -> pl.Series:
    """What follows the name of each cell, from its type to its end; null for an empty cell."""
    if column.dtype in (pl.Categorical, pl.Enum):
        column = column.cast(pl.String)
    make = _MAKERS.get(type(column.dtype))
    bodies = make(column, styles) if make is not None else None
    if bodies is None:
        cells = (None if cell is None or cell == "" else _make_body(cell, styles) for cell in column.to_list())
        return pl.Series(list(cells), dtype=pl.String)
    return pl.DataFrame({_BODY: column}).select(bodies.alias(_BODY))[_BODY]


# -- a whole column -------------------------------------------------------------------------------------------------


def _text_bodies(column: pl.Series, _styles: Styles) -> pl.Expr:
    if (column.str.len_chars() > _CHARACTERS).any():
        raise _too_long()
    cell = pl.col(_BODY)
    text = cell.str.replace_all(_LITERAL, f"{_UNDERSCORE}${{1}}").str.replace_many(_SPECIAL)
    return pl.when(cell != "").then(_wrap(' t="inlineStr"><is><t xml:space="preserve">', text, "</t></is></c>"))


def _number_bodies(column: pl.Series, _styles: Styles) -> pl.Expr | None:
    is_storable = column.is_finite() & column.is_between(-_DIGITS, _DIGITS, closed="none")
    return _value(pl.col(_BODY)) if is_storable.all() else None


def _flag_bodies(_column: pl.Series, _styles: Styles) -> pl.Expr:
    return _value(pl.col(_BODY).cast(pl.UInt8), ' t="b"')


def _day_bodies(column: pl.Series, styles: Styles) -> pl.Expr | None:
    days = pl.col(_BODY).cast(pl.Int32) + _UNIX_EPOCH
    return _value(days, f' s="{styles.day}"') if (column >= _EPOCH).all() else None


def _moment_bodies(column: pl.Series, styles: Styles) -> pl.Expr | None:
    if column.dtype.time_zone is not None or not (column.dt.date() >= _EPOCH).all():  # type: ignore[attr-defined]
        return None
    days = pl.col(_BODY).dt.epoch("us") / _DAY + _UNIX_EPOCH
    return _value(days, f' s="{styles.moment}"')


def _value(number: pl.Expr, attributes: str = "") -> pl.Expr:
    return _wrap(f"{attributes}><v>", number.cast(pl.String), "</v></c>")


def _wrap(before: str, text: pl.Expr, after: str) -> pl.Expr:
    return pl.concat_str(pl.lit(before), text, pl.lit(after))


_INTEGERS: Final = (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64)
_MAKERS: Final[Mapping[type[pl.DataType], Callable[[pl.Series, Styles], pl.Expr | None]]] = {
    pl.String: _text_bodies,
    **dict.fromkeys((*_INTEGERS, pl.Float64), _number_bodies),
    pl.Boolean: _flag_bodies,
    pl.Date: _day_bodies,
    pl.Datetime: _moment_bodies,
}


# -- a single cell --------------------------------------------------------------------------------------------------


def _make_body(cell: object, styles: Styles) -> str:
    match cell:
        case bool():
            return f' t="b"><v>{int(cell)}</v></c>'
        case float() if cell != cell:  # noqa: PLR0124 - NaN
            return ' t="e"><v>#NUM!</v></c>'
        case float() if abs(cell) == float("inf"):
            return ' t="e"><v>#DIV/0!</v></c>'
        case int() | float() if abs(cell) < _DIGITS:
            return f"><v>{cell}</v></c>"
        case datetime() if cell.tzinfo is None and cell.date() >= _EPOCH:
            return f' s="{styles.moment}"><v>{_count_days(cell)}</v></c>'
        case date() if not isinstance(cell, datetime) and cell >= _EPOCH:
            return f' s="{styles.day}"><v>{cell.toordinal() - _ORDINAL}</v></c>'
        case _:
            return _make_text(str(cell))


_ORDINAL: Final = date(1970, 1, 1).toordinal() - _UNIX_EPOCH


def _count_days(moment: datetime) -> float:
    since = moment - datetime(1970, 1, 1)  # a spreadsheet knows no time zones
    return (since.days * _DAY + since.seconds * 1_000_000 + since.microseconds) / _DAY + _UNIX_EPOCH


def _make_text(text: str) -> str:
    refuse_long_texts([text])
    return f' t="inlineStr"><is><t xml:space="preserve">{_escape_text(text)}</t></is></c>'


def _escape_text(text: str) -> str:
    """Text as XML of a workbook holds it."""
    return escape(re.sub(_LITERAL, rf"{_UNDERSCORE}\1", text), _FORBIDDEN)


def refuse_long_texts(texts: Iterable[str]) -> None:
    """Raise TableError where a text does not fit in a cell."""
    if any(len(text) > _CHARACTERS for text in texts):
        raise _too_long()


def _too_long() -> TableError:
    return TableError([make_trouble("long", most=f"{_CHARACTERS:,}")])
