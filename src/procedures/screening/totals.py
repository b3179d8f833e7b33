"""Rows that are no candidates but totals, as people put below a sheet."""

from typing import Final

import polars as pl

from procedures.screening.files.source import is_blank

_TOTAL: Final = (
    r"(?i)^\s*(?:(?:grand|general|algemeen)\s+|eind|sub-?)?(?:totaal|totalen|totals?|gemiddelden?|averages?)"
    r"(?:\s+(?:aantal|number|of|kandidaten|candidates))*\s*[:=]?\s*[0-9.,]*\s*$"
)


def find_totals(frame: pl.DataFrame) -> list[int]:
    """The rows of which the first cell that is not blank says that they are a total."""
    says = pl.Series([False]).new_from_index(0, frame.height)
    for column in frame:
        says |= _says_total(column)
    rows = says.arg_true()
    if not len(rows):
        return []
    cells = (
        next((index for index, cell in enumerate(row) if not is_blank(cell)), 0) for row in frame[rows].iter_rows()
    )
    return [
        row for row, index in zip(rows, cells, strict=True) if _says_total(frame[row : row + 1].to_series(index))[0]
    ]


def _says_total(column: pl.Series) -> pl.Series:
    if column.dtype == pl.Object:
        texts = [cell if isinstance(cell, str) else None for cell in column.to_list()]
        column = pl.Series(texts, dtype=pl.String)
    if column.dtype != pl.String:
        return pl.Series([False]).new_from_index(0, len(column))
    return column.str.contains(_TOTAL).fill_null(False)
