"""Csv that no spreadsheet program runs: a text that it would take for a formula is written after an apostrophe.

Spreadsheet programs take text in a csv file for a formula if it begins with one of the signs below. A number may begin
with a sign too and stays as it is, as does a sign alone, which people write for "nothing".
"""

from typing import Final

import polars as pl

_SIGNS: Final = r"=+\-@\t\r\n＝＋－＠"
_BEGINS: Final = rf"^[ \u00a0]*[{_SIGNS}]"
_HARMLESS: Final = r"^(?:[+-]?[0-9]+(?:[.,][0-9]+)*(?:[eE][+-]?[0-9]{1,3})?%?|[-+])$"


def disarm_column(column: pl.Series) -> pl.Series:
    """A column of text in which no cell is a formula."""
    begins = column.str.contains(_BEGINS)
    if not begins.any():
        return column
    armed = begins & ~column.str.contains(_HARMLESS)
    cells = pl.DataFrame({"cell": column, "armed": armed})
    disarmed = pl.when("armed").then("'" + pl.col("cell")).otherwise("cell")
    return cells.select(disarmed.alias("cell"))["cell"].alias(column.name)


def disarm_headers(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with headers that are no formulas."""
    headers = disarm_column(pl.Series("headers", frame.columns, dtype=pl.String)).to_list()
    return frame if headers == frame.columns else frame.rename(dict(zip(frame.columns, headers, strict=True)))
