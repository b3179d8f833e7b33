"""Screening of whole columns against the polars expression written by hand; to be filled when that engine is there."""

from timing import Row

WANTED = "0.7 ×"


def screening(rows: int, rounds: int) -> Row:
    """Rows a second of a rule over columns, with 10% unknown, and the ratio to the expression written by hand."""
    row = Row("columns: screening a rule, 10% unknown", "rows a second", wanted=WANTED)
    row.not_measured["polars by hand"] = "screening by columns is not there yet"
    return row
