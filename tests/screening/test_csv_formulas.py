"""No cell of csv that is written is a formula to a spreadsheet program; numbers stay numbers."""

import csv
import io
import re
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.screening.files.writer import CsvSink

CELLS = [  # a cell, and how it is written
    ("=1+1", "'=1+1"),
    ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
    ("@SUM(1)", "'@SUM(1)"),
    ("+1+cmd", "'+1+cmd"),
    ("-1+1", "'-1+1"),
    ("+32 475 12 34 56", "'+32 475 12 34 56"),
    ("\t=1", "'\t=1"),
    ("\r=1", "'\r=1"),
    ("\n=1", "'\n=1"),
    (" =1", "' =1"),
    ("＝1+1", "'＝1+1"),
    ("-", "-"),
    ("-5", "-5"),
    ("+7", "+7"),
    ("-1,5", "-1,5"),
    ("-1.234,56", "-1.234,56"),
    ("-1e-3", "-1e-3"),
    ("-1e-3\n", "'-1e-3\n"),
    ("-5%", "-5%"),
    ("a=1", "a=1"),
    ("'=1", "'=1"),
    ("", ""),
]


def written(frame: pl.DataFrame, separator: str = ",") -> list[list[str]]:
    stream = io.BytesIO()
    CsvSink(stream, separator).write(frame)
    return list(csv.reader(io.StringIO(stream.getvalue().decode(), newline=""), delimiter=separator))


@pytest.mark.parametrize(("cell", "told"), CELLS)
@pytest.mark.parametrize("dtype", [pl.String(), pl.Categorical(), pl.Object()], ids=str)
def test_a_cell_that_would_be_a_formula_has_an_apostrophe(cell: str, told: str, dtype: pl.DataType) -> None:
    frame = pl.DataFrame({"who": ["c1"], "x": pl.Series([cell], dtype=dtype)})
    assert written(frame) == [["who", "x"], ["c1", told]]


@given(st.lists(st.text(st.sampled_from("=+-@\t\r\n 1,.e;'\"a"), max_size=5), min_size=1), st.sampled_from(",;\t"))
def test_nothing_written_begins_as_a_formula_but_numbers(cells: list[str], separator: str) -> None:
    frame = pl.DataFrame({"who": "c1", "x": cells})
    for cell, (_, told) in zip(cells, written(frame, separator)[1:], strict=True):
        assert told in (cell, "'" + cell)
        if told.lstrip(" ")[:1] in tuple("=+-@\t\r\n"):
            assert told in ("+", "-") or re.fullmatch("[+-]1[1.,]*(e[+-]?1+)?", told)


def test_a_header_is_no_formula_either() -> None:
    assert written(pl.DataFrame({"=1+1": ["a"], "-": ["b"]}))[0] == ["'=1+1", "-"]


def test_numbers_and_lengths_are_written_as_they_are() -> None:
    frame = pl.DataFrame({"n": [-5], "x": [-0.5], "length": [timedelta(days=-1)]})
    assert written(frame)[1] == ["-5", "-0.5", "'-1 day, 0:00:00"]
