"""A workbook that is written holds the cells that it was given, whichever way they are converted."""

import datetime as dt
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_tables import rows_of

from procedures.screening import Formats, TableError, open_table
from procedures.screening.files.writer import open_writer
from procedures.screening.files.xlsx_cells import Styles, column_letters, make_rows

STYLES = Styles(1, 2)
TEXTS = st.text(st.sampled_from("ab<>&\"'_x0041_=\n\t\r\x01\x1f\ufffe\u00e9 "), max_size=12)
COLUMNS: dict[str, tuple[pl.DataType, st.SearchStrategy[Any]]] = {
    "text": (pl.String(), TEXTS),
    "whole": (pl.Int64(), st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9)),
    "number": (pl.Float64(), st.floats() | st.integers(-9, 9).map(float)),
    "flag": (pl.Boolean(), st.booleans()),
    "day": (pl.Date(), st.dates()),
    "moment": (pl.Datetime("us"), st.datetimes()),
    "zoned": (pl.Datetime("us", "UTC"), st.datetimes(timezones=st.just(dt.UTC))),
    "time": (pl.Time(), st.times()),
}


def cells_of(xml: str) -> list[tuple[Any, ...]]:
    """The cells of rows of XML; numbers as numbers, for one number is written in several ways."""
    found = []
    for cell in ElementTree.fromstring(f"<rows>{xml}</rows>").iter("c"):
        text = "".join(cell.itertext())
        is_text = cell.get("t") in ("inlineStr", "e")
        found.append(
            (cell.get("r"), cell.get("t"), cell.get("s"), text if is_text else pytest.approx(float(text), rel=1e-15))
        )
    return found


@pytest.mark.parametrize("name", COLUMNS)
@given(st.data())
def test_a_column_converted_at_once_is_converted_as_cell_by_cell(name: str, data: st.DataObject) -> None:
    dtype, cells = COLUMNS[name]
    column = data.draw(st.lists(cells | st.none(), min_size=1, max_size=4))
    at_once = make_rows(pl.DataFrame({"x": pl.Series(column, dtype=dtype)}), 2, STYLES)
    one_by_one = make_rows(pl.DataFrame({"x": pl.Series(column, dtype=pl.Object())}), 2, STYLES)
    assert cells_of(at_once) == cells_of(one_by_one)


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_text_comes_out_as_it_went_in(texts: list[str]) -> None:
    xml = make_rows(pl.DataFrame({"x": texts}), 2, STYLES)
    told = [_unescape(text) for _, kind, _, text in cells_of(xml) if kind == "inlineStr"]
    assert told == [text for text in texts if text]


def _unescape(text: str) -> str:
    """What a spreadsheet makes of `_x0041_`, from left to right."""
    return re.sub("_x([0-9a-fA-F]{4})_", lambda match: chr(int(match[1], 16)), text)


def test_a_workbook_is_read_again(tmp_path: Path) -> None:
    day, moment = dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 12, 30)
    rows = [
        ("=1+1", 1, 0.5, True, day, moment),
        (None, None, None, None, None, None),
        ("<b> & 'x'", -2, 1e-7, False, day, moment),
    ]
    frame = pl.DataFrame(rows, schema=["text", "whole", "number", "flag", "day", "moment"], orient="row")
    path = tmp_path / "t.xlsx"
    with open_writer(path, frame.schema) as sink:
        sink.write(frame[:2])
        sink.write(frame[2:])
    assert rows_of(open_table(path, Formats())) == [rows[0], rows[2]]
    with zipfile.ZipFile(path) as parts:
        assert parts.testzip() is None
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert '<pane ySplit="1"' in sheet
    assert "<f>" not in sheet


@pytest.mark.parametrize("cell", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_an_error_in_the_sheet(cell: float) -> None:
    assert 't="e"' in make_rows(pl.DataFrame({"x": [cell, 1.0]}), 2, STYLES)


@pytest.mark.parametrize("dtype", [pl.String(), pl.Object()], ids=str)
def test_a_text_that_is_too_long_is_told(dtype: pl.DataType) -> None:
    with pytest.raises(TableError, match=r"a cell of xlsx has at most 32,767 characters"):
        make_rows(pl.DataFrame({"x": pl.Series(["x" * 32_768], dtype=dtype)}), 2, STYLES)


def test_a_header_that_is_too_long_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(TableError, match=r"a cell of xlsx has at most 32,767 characters"),
        open_writer(tmp_path / "t.xlsx", {}) as sink,
    ):
        sink.write(pl.DataFrame({"x" * 32_768: ["a"]}))


@pytest.mark.parametrize(("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (703, "AAA"), (16_384, "XFD")])
def test_columns_are_lettered(column: int, letters: str) -> None:
    assert column_letters(column) == letters
