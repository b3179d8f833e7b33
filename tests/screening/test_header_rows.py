"""What spreadsheet programs and people put above, after and below a table is told as what it is."""

from contextlib import closing
from pathlib import Path

import polars as pl
import pytest
from made_tables import Cells, csv_of, rows_of, workbook

from procedures.screening import Formats, TableError, open_table
from procedures.screening.files.csv_reader import open_csv
from procedures.screening.totals import find_totals

CSV = [  # what the file holds, its separator, the problem
    ("Kandidaten 2026;;\n\nwho;degree;level\nc1;B;1\n", ";",
     "t.csv:1:1: line 1 looks like a title, not like a row of headers\n"
     "  help: if the headers are on line 3: `--header-row 3` reads `who, degree, level`"),
    ("Kandidaten;2026;\nwho;degree;level\nc1;B;1\n", ";", "`--header-row 2` reads `who, degree, level`"),
    ("Kandidaten 2026\nStand op 1 mei\nwho;degree\nc1;B\n", ";", "`--header-row 3` reads `who, degree`"),
    ("Kandidaten 2026\nwho;degree\nc1;B\n", ",", "`--separator ';' --header-row 2` reads `who, degree`"),
    ("sep=;\nwho;degree\n", ",",
     "t.csv:1:1: the first line says that `;` separates the cells\n  help: `--separator ';'` reads it"),
    ('"sep=\t"\r\nwho\tdegree\r\n', ",", "`--separator tab` reads it"),
    ("who;degree;\nc1;B;\n", ";",
     "t.csv:1:12: the row of headers ends with `;`: column 3 has no header\n"
     "  help: delete the empty last column in the sheet, or that `;` in the headers and in the rows"),
    ("who;degree;\nc1;B\n", ";", "the row of headers ends with `;`: column 3 has no header"),
    ("who;degree;;\nc1;B;;\n", ";", "the row of headers ends with `;`: column 3 has no header"),
    ("who;;degree\nc1;;B\n", ";", "column 2 has no header"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "separator", "told"), CSV)
def test_csv_without_headers_in_its_first_row_is_told_what_is_meant(text: str, separator: str, told: str) -> None:
    with pytest.raises(TableError) as raised:
        csv_of(text.encode(), separator=separator)
    assert told in str(raised.value)
    assert len(raised.value.troubles) == 1
    assert raised.value.problems("nl")[0].sentence != raised.value.problems("en")[0].sentence


FINE = [  # what the file holds, its separator, the headers, the rows
    ("sep=;\nwho;degree\nc1;B\n", ";", ("who", "degree"), [("c1", "B")]),
    ("SEP=,\r\nwho,degree\r\nc1,B\r\n", ",", ("who", "degree"), [("c1", "B")]),
    ("who\nc1\nc2\n", ",", ("who",), [("c1",), ("c2",)]),
    ("note\nsee below, later\nwell, well\n", ";", ("note",), [("see below, later",), ("well, well",)]),
    ("note\nsee a,b\nc,d,e\n", ";", ("note",), [("see a,b",), ("c,d,e",)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "separator", "headers", "rows"), FINE)
def test_csv_with_headers_is_read(
    text: str, separator: str, headers: tuple[str, ...], rows: list[tuple[str, ...]]
) -> None:
    source = csv_of(text.encode(), separator=separator)
    assert (source.headers, rows_of(source)) == (headers, rows)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_of_the_headers_of_csv_can_be_named(tmp_path: Path, end: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(end.join(["Kandidaten, 2026", '"', "who,degree", "c1,B", ""]), encoding="utf-8", newline="")
    with closing(open_csv(path, Formats(), header_row=3)) as source:
        assert (source.headers, source.header.line) == (("who", "degree"), 3)
        (batch,) = source.batches()
    assert (batch.frame.rows(), batch.place_of(0, 1).line) == ([("c1", "B")], 4)
    for row in (5, 9):
        with pytest.raises(TableError, match=f"line {row} holds no headers"):
            open_csv(path, Formats(), header_row=row)


SHEET: Cells = [
    ["Kandidaten 2026", None, None],
    [None, None, None],
    ["who", "score", "x"],
    ["c1", 1, None],
    ["c2", 2, 3],
]


def test_a_sheet_with_a_title_is_told_and_read_by_its_row(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", ("One", SHEET))
    with pytest.raises(TableError, match=r"line 1 looks like a title.*\n.*`--header-row 3` reads `who, score, x`"):
        open_table(path, Formats())
    source = open_table(path, Formats(), header_row=3)
    assert (source.headers, source.types["score"]) == (("who", "score", "x"), pl.Int64())
    assert rows_of(source) == [("c1", 1, None), ("c2", 2, 3)]
    (batch,) = source.batches()
    assert batch.place_of(1, 1).line == 5
    for row in (2, 9):
        with pytest.raises(TableError, match=f"line {row} holds no headers"):
            open_table(path, Formats(), header_row=row)


def test_parquet_has_no_row_of_headers(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"a": [1]}).write_parquet(path)
    with pytest.raises(TableError, match=r"a \.parquet file has no row of headers"):
        open_table(path, Formats(), header_row=2)


TOTALS = [
    ("Totaal", True), ("TOTAL:", True), ("Eindtotaal", True), ("Totaal aantal kandidaten: 12", True),
    ("subtotal", True),
    ("Grand total", True), ("Gemiddelde", True), ("Totaal 12,5", True), ("Total Vandenberghe", False), ("Totti", False),
    ("totaal pakket", False), ("c1", False), ("", False),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "is_total"), TOTALS)
@pytest.mark.parametrize("dtype", [pl.String(), pl.Object()], ids=str)
def test_a_total_is_known_by_the_first_cell_of_its_row(cell: str, dtype: pl.DataType, *, is_total: bool) -> None:
    column = pl.Series([cell, "c2", None], dtype=dtype)
    assert find_totals(pl.DataFrame({"empty": [None, None, "x"], "who": column, "n": [1, 2, 3]})) == [0] * is_total
    assert find_totals(pl.DataFrame({"n": [1, 2, 3], "who": column})) == []


def test_a_row_ending_with_a_separator_is_told_so() -> None:
    (batch,) = csv_of(b"a;b\n1;2;\n3;4;5\n", separator=";").batches()
    told = {row: trouble.problem("en").help for row, trouble in batch.ragged.items()}
    assert told == {
        0: "the row ends with `;`: delete it, or the empty column in the sheet",
        1: "a cell that holds `;` belongs in quotes",
    }
