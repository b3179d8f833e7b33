"""Workbooks and parquet: cells with their own types, where they stand, and what cannot be read."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from made_tables import Cells, rows_of, workbook

from procedures import loads
from procedures.screening import Formats, Screening, TableError, find_step, open_table, prepare
from procedures.screening.files.xlsx_reader import cell_name

DAY, MOMENT = dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 12, 30)

PROCEDURE = loads("""
procedure: example/book
title: Book
facts:
  experience: {kind: duration, unit: months}
  since: {kind: date}
  score: {kind: number, from: 0, to: 100}
  licence: {kind: flag}
  level: {kind: level, of: [none, "1", "2"]}
steps:
  screening: {from: applied, to: screened, passes: {experience: {at_least: 24}}}
""")


def screening_of(path: Path, formats: Formats | None = None) -> Screening:
    chosen = formats or Formats()
    source = open_table(path, chosen)
    return prepare(source, PROCEDURE.machine, find_step(PROCEDURE.machine, None), formats=chosen)


def told_of(path: Path, formats: Formats | None = None) -> list[str]:
    screening = screening_of(path, formats)
    return [
        str(trouble.problem("en"))
        for batch in screening.source.batches()
        for troubles in screening.screen(batch).bad.values()
        for trouble in troubles
    ]


def test_cells_come_with_the_types_that_the_sheet_gives_them(tmp_path: Path) -> None:
    rows: Cells = [
        ["text", "whole", "number", "day", "moment", "flag", "mixed", "formula", "empty"],
        ["=1+1 as text", 1, 1.5, DAY, MOMENT, True, "x", "=6+1", None],
        [None, 2, 2, None, None, None, 2, None, None],
        [None] * 9,
        [" ", 3, None, DAY, DAY, False, DAY, "=6+1", None],
    ]
    rows[1][0] = "'=1+1"
    source = open_table(workbook(tmp_path / "t.xlsx", ("One", rows)), Formats())
    assert source.types == {
        "text": pl.String, "whole": pl.Int64, "number": pl.Float64, "day": pl.Date, "moment": pl.Object,
        "flag": pl.Boolean, "mixed": pl.Object, "formula": pl.Int64, "empty": pl.String,
    }  # fmt: skip
    assert rows_of(source) == [
        ("'=1+1", 1, 1.5, DAY, MOMENT, True, "x", 7, None),
        (None, 2, 2.0, None, None, None, 2, None, None),
        (" ", 3, None, DAY, DAY, False, DAY, 7, None),
    ]


def test_a_row_knows_what_the_sheet_calls_its_cells(tmp_path: Path) -> None:
    rows: Cells = [["who", "experience"], ["c1", 24], [None, None], ["c2", "two"]]
    path = workbook(tmp_path / "t.xlsx", ("One", rows), top=2, left=1)
    assert told_of(path) == [
        f"{path}:6:3: C6 (`experience`): `two` is not a duration\n  help: write `24 months`, `2 years` or `P2Y`"
    ]


@pytest.mark.parametrize(("column", "name"), [(1, "A12"), (26, "Z12"), (27, "AA12"), (703, "AAA12")])
def test_a_cell_is_called_as_in_a_spreadsheet(column: int, name: str) -> None:
    assert cell_name(12, column) == name


CELLS = [  # fact, cells, what is told of them
    ("since", [DAY, dt.datetime(2024, 2, 29), "2024-02-29"], []),
    ("since", [DAY, MOMENT], ["B3 (`since`): `2024-02-29 12:30:00` is not a date"]),
    ("since", [45351], ["B2 (`since`): `45351` is not a date"]),
    ("experience", [24, 24.0, "24", "P2Y", " 24 ", None, "  "], []),
    ("experience", [24.5, True], ["B2 (`experience`): `24.5` is not", "B3 (`experience`): `true` is not"]),
    ("score", [59.99, "59.99", 1, "1"], []),
    ("score", ["59,99", 1], ["B2 (`score`): `59,99` is not a number"]),
    ("licence", [True, "TRUE", "false", None], []),
    ("licence", [1, True], ["B2 (`licence`): `1` is neither yes nor no"]),
    ("level", [1, "1", 2.0, "none"], []),
    ("score", ["#DIV/0!", 1], ["B2 (`score`): the formula gave an error\n  help: mend the formula, or empty the cell"]),
    ("score", ["=6+1", 1], []),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "cells", "told"), CELLS)
def test_a_cell_of_a_sheet_is_read_by_its_type_or_refused(
    tmp_path: Path, fact: str, cells: list[object], told: list[str]
) -> None:
    path = workbook(tmp_path / "t.xlsx", ("One", [["who", fact], *(["c", cell] for cell in cells)]))
    found = told_of(path)
    assert len(found) == len(told)
    assert all(begins in line for begins, line in zip(told, found, strict=True))


def test_a_formula_that_went_wrong_is_not_taken_for_an_empty_cell(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", ("A", [["x"]]), ("B & C", [["who", "score"], ["c1", "#N/A"], ["c2", 5]]))
    source = open_table(path, Formats(), "B & C")
    assert [str(row[1]) for row in rows_of(source)] == ["#ERROR!", "5"]
    assert rows_of(source)[0][1] is not None


SHEETS = [  # sheets, the one that is asked for, the problem
    ([("One", []), ("Two", [])], None, "the workbook has 2 sheets: `One`, `Two`\n  help: choose one with `--sheet"),
    ([("One", [["a"]])], "Two", "there is no sheet `Two`\n  help: its sheets are `One`"),
    ([("One", [])], None, "the file is empty: it has no row of headers"),
    ([("One", [["a", None, "b"]])], None, "column 2 has no header"),
    ([("One", [["a", "b", "a"]])], None, "two columns are called `a`"),
]  # fmt: skip


@pytest.mark.parametrize(("sheets", "sheet", "told"), SHEETS)
def test_a_workbook_that_cannot_be_used_is_told(
    tmp_path: Path, sheets: list[tuple[str, Cells]], sheet: str | None, told: str
) -> None:
    path = workbook(tmp_path / "t.xlsx", *sheets)
    with pytest.raises(TableError) as raised:
        open_table(path, Formats(), sheet)
    assert told in str(raised.value)


NOT_XLSX = [
    (b"", "this is not an xlsx workbook\n  help: open it in a spreadsheet and save it as xlsx"),
    (b"a,b\n1,2\n", "this is not an xlsx workbook"),
    (b"PK\x03\x04" + b"\0" * 100, "this is not an xlsx workbook"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "the workbook is protected with a password"),
]


@pytest.mark.parametrize(("data", "told"), NOT_XLSX)
def test_what_is_no_workbook_is_told(tmp_path: Path, data: bytes, told: str) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(data)
    with pytest.raises(TableError) as raised:
        open_table(path, Formats())
    assert str(raised.value).startswith(f"{path}:1:1: {told}")


def test_parquet_comes_with_its_types_and_the_numbers_of_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    frame = pl.DataFrame(
        {
            "who": ["c1", "c2", "c3"],
            "experience": [24.0, 24.5, None],
            "since": [DAY, None, DAY],
            "level": pl.Series(["1", "none", "3"], dtype=pl.Categorical()),
            "licence": [True, None, False],
        }
    )
    frame.write_parquet(path)
    assert told_of(path) == [
        f"{path}:2:2: row 2, `experience`: `24.5` is not a duration\n"
        "  help: give a whole number of months, or ISO 8601 such as `P2Y`",
        f"{path}:3:4: row 3, `level`: `3` is not one of the levels\n  help: one of `none` < `1` < `2`",
    ]
    assert rows_of(open_table(path, Formats())) == frame.rows()


def test_parquet_is_read_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procedures.screening.files.parquet_reader.BATCH", 10)
    path = tmp_path / "t.parquet"
    pl.DataFrame({"experience": range(35)}).write_parquet(path)
    batches = [*open_table(path, Formats()).batches()]
    assert [(batch.frame.height, batch.work_done) for batch in batches] == [(10, 10), (10, 20), (10, 30), (5, 35)]
    assert batches[2].place_of(3, 0).line == 24


def test_sheets_are_read_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procedures.screening.files.xlsx_reader.BATCH", 10)
    path = workbook(tmp_path / "t.xlsx", ("One", [["experience"], *([number] for number in range(25))]))
    batches = [*open_table(path, Formats()).batches()]
    assert [batch.frame.height for batch in batches] == [10, 10, 5]
    assert batches[2].place_of(4, 0).line == 26


NESTED = [pl.Series("experience", [[1], [2]]), pl.Series("experience", [{"a": 1}, {"a": 2}])]


@pytest.mark.parametrize("column", NESTED, ids=["lists", "structures"])
def test_a_fact_cannot_be_a_list(tmp_path: Path, column: pl.Series) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame([column]).write_parquet(path)
    with pytest.raises(TableError, match="column `experience` holds lists or structures, not values"):
        screening_of(path)


FILES = [  # name, what it holds, the problem
    ("nowhere.csv", None, "cannot read the file: no such file or directory"),
    ("t.xls", b"", "`t.xls` does not end in `.csv`, `.xlsx`, `.parquet`\n  help: save it as csv, xlsx or parquet"),
    ("t", b"", "`t` does not end in"),
    ("t.parquet", b"", "this is not a parquet file"),
    ("t.parquet", b"PAR1junkPAR1", "this is not a parquet file"),
]


@pytest.mark.parametrize(("name", "data", "told"), FILES)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str, data: bytes | None, told: str) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(TableError) as raised:
        open_table(path, Formats())
    assert str(raised.value).startswith(f"{path}:1:1: {told}")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="cannot read the file: is a directory"):
        open_table(tmp_path, Formats())


def test_only_workbooks_have_sheets(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a\n")
    with pytest.raises(TableError, match=r"a \.csv file has no sheets"):
        open_table(path, Formats(), "One")
