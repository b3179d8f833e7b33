"""Csv comes in as the text it holds, cell by cell, with the place of each; what is no csv is told."""

import csv
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_tables import csv_of, rows_of

from procedures.screening import TableError
from procedures.screening.files import csv_lines
from procedures.screening.files import csv_reader as csv_reading
from procedures.screening.files.csv_blocks import read_block

CELLS = st.text(st.sampled_from('ab ;,"\n\r\t\x0b\u2028é=0'), max_size=4)
TABLES = st.integers(1, 3).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=6))


def written(rows: list[list[str]], separator: str, end: str, quoting: int) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


@given(
    TABLES,
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from([1, 5, 64, 1 << 22]),
)
def test_whatever_is_written_comes_in_again(
    rows: list[list[str]], separator: str, end: str, quoting: int, piece: int
) -> None:
    width = len(rows[0]) if rows else 1
    headers = [f"h{n}" for n in range(width)]
    if any("\r" in cell for row in rows for cell in row):
        quoting = csv.QUOTE_ALL  # the writer forgets that a lone return ends a line
    text = written([headers, *rows], separator, end, quoting)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_lines, "PIECE", piece)
        patch.setattr(csv_reading, "PIECE", piece)
        source = csv_of(text.encode(), separator=separator)
        assert source.headers == tuple(headers)
        assert rows_of(source) == [tuple(row) for row in rows if any(cell.strip() for cell in row)]


LINES = st.lists(st.text(st.sampled_from('ab,"'), max_size=8), min_size=1, max_size=5).map("\n".join)


@given(LINES, st.integers(1, 3))
def test_a_piece_read_at_once_has_the_rows_that_it_has_record_by_record(text: str, width: int) -> None:
    frame = read_block(text, [f"h{n}" for n in range(width)], ",")
    if frame is not None:
        assert frame.rows() == [tuple(row) for row in csv.reader(text.splitlines(), strict=True)]
        assert all(dtype == pl.String for dtype in frame.dtypes)


PLAIN = ["a,b\nc,d\n", "a,b\r\nc,d", ",\n", '"a",b\n', '"a,b","c""d"\n', '"",b\n']
ODD = ["a\n", "a,b,c\n", "a,b\n\nc,d\n", 'a,"b\nc"\n', 'a,b"c\n', 'a,"b"c\n', 'a, "b"\n', "a,b\rc,d\n", "a,\0\n"]


@pytest.mark.parametrize(("text", "plain"), [*((text, True) for text in PLAIN), *((text, False) for text in ODD)])
def test_only_what_is_plain_is_read_at_once(text: str, *, plain: bool) -> None:
    assert (read_block(text, ["x", "y"], ",") is not None) is plain


PLACES = [  # text, row, column, line and column of the cell
    ("x,y\na,b\n", 0, 0, (2, 1)),
    ("x,y\na,b\n", 0, 1, (2, 3)),
    ("x,y\na,b\nccc,d\n", 1, 1, (3, 5)),
    ("x,y\n\na,b\n", 0, 1, (3, 3)),
    ('x,y\n"a\nb",c\nd,e\n', 0, 1, (3, 4)),
    ('x,y\n"a\nb",c\nd,e\n', 1, 0, (4, 1)),
    ('x,y\n"a,""b",c\n', 0, 1, (2, 9)),
    ('x,y\r\na,b\r\nc,"d"\r\n', 1, 1, (3, 3)),
    ("x,y\na\nb,c\n", 1, 1, (3, 3)),
    ("x,y\n\u2028,b\n", 0, 1, (2, 3)),
]


@pytest.mark.parametrize(("text", "row", "column", "place"), PLACES)
def test_a_cell_knows_its_line_and_column(text: str, row: int, column: int, place: tuple[int, int]) -> None:
    (batch,) = csv_of(text.encode()).batches()
    found = batch.place_of(row, column)
    assert (found.line, found.column) == place


def test_lines_are_counted_on_from_piece_to_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_lines, "PIECE", 16)
    monkeypatch.setattr(csv_reading, "PIECE", 16)
    text = "x,y\n" + "".join(f'{n},"{n}"\n' if n % 5 else f'{n},"{n}\n"\n' for n in range(100))
    lines = [
        batch.place_of(row, 0).line
        for batch in csv_of(text.encode()).batches()
        for row in range(batch.frame.height)
    ]  # fmt: skip
    assert lines == [2 + n + (n + 4) // 5 for n in range(100)]


ENCODED = [("utf-8", False), ("utf-8-sig", True), ("utf-16", False), ("cp1252", False)]


@pytest.mark.parametrize(("encoding", "marked"), ENCODED)
def test_the_encoding_is_the_declared_one(encoding: str, *, marked: bool) -> None:
    source = csv_of("naam,y\né,b\n".encode(encoding), encoding=encoding.removesuffix("-sig"))
    assert source.has_bom is marked
    assert (source.headers, rows_of(source)) == (("naam", "y"), [("é", "b")])


BROKEN: list[tuple[bytes, str, str]] = [  # what the file holds, its encoding, the problem
    (b"", "utf-8", "t.csv:1:1: the file is empty: it has no row of headers"),
    (b"\n \n", "utf-8", "t.csv:1:1: the file is empty"),
    (b"a,,b\n", "utf-8", "t.csv:1:3: column 2 has no header\n  help: give the column a header, or remove it"),
    (b"a,b, a\n", "utf-8", "t.csv:1:5: two columns are called `a`\n  help: give one of them another header"),
    (b"a;b\n1;2\n", "utf-8", "t.csv:1:1: the header is one column: `a;b`\n  help: `--separator ';'` reads 2 columns"),
    (b"a\tb\tc\n", "utf-8", "`--separator tab` reads 3 columns"),
    (b"PK\x03\x04..", "utf-8", "t.csv:1:1: this is xlsx, not csv\n  help: let the name of the file end in `.xlsx`"),
    (b"PAR1..", "utf-8", "t.csv:1:1: this is parquet, not csv"),
    (
        "a,b\n".encode("utf-16"),
        "utf-8",
        "t.csv:1:1: this is not UTF-8 text\n  help: what a spreadsheet saved as csv can "
        "often be read with `--encoding utf-16`",
    ),
    (
        "naam\nAndr\u00e9\n".encode("cp1252"),
        "utf-8",
        "t.csv:2:5: this is not UTF-8 text\n  help: what a spreadsheet saved "
        "as csv can often be read with `--encoding cp1252`",
    ),
    (b"a\n\x81\n", "cp1252", "t.csv:2:1: this is not CP1252 text"),
    (b"a\n", "klingon", "unknown encoding `klingon`"),
    (b'a,b\n1,2\n3,"4\n5,6\n', "utf-8", "t.csv:3:1: this is not csv: unexpected end of data"),
    (b'a,b\n1,2\n"3"x,4\n', "utf-8", "t.csv:3:1: this is not csv: ',' expected after '\"'"),
    (b'a\n"' + b"x" * 200_000, "utf-8", "t.csv:2:1: this is not csv: field larger than field limit"),
]


@pytest.mark.parametrize(("data", "encoding", "told"), BROKEN)
def test_what_is_no_csv_is_told_where_it_stops_being_one(data: bytes, encoding: str, told: str) -> None:
    with pytest.raises(TableError) as raised:
        rows_of(csv_of(data, encoding=encoding))
    assert told in str(raised.value)


def test_a_line_without_an_end_is_no_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_lines, "_LONGEST", 100)
    monkeypatch.setattr(csv_lines, "PIECE", 64)
    monkeypatch.setattr(csv_reading, "PIECE", 64)
    with pytest.raises(TableError, match=r"t\.csv:2:1: this is not csv: the line does not end"):
        rows_of(csv_of(b"a\n" + b"x" * 400 + b"\n"))


def test_a_row_with_other_cells_than_the_header_is_told_and_keeps_its_place() -> None:
    (batch,) = csv_of(b"a,b\n1,2\n3\n4,5,6\n7,8\n").batches()
    assert batch.frame.rows() == [("1", "2"), ("3", ""), ("4", "5"), ("7", "8")]
    assert {row: str(trouble.problem("en")) for row, trouble in batch.ragged.items()} == {
        row: f"t.csv:{row + 2}:1: number of cells in this row: {cells}, in the header: 2\n"
        "  help: a cell that holds `,` belongs in quotes"
        for row, cells in ((1, 1), (2, 3))
    }


def test_a_stream_is_read_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_reading, "PIECE", 256)
    monkeypatch.setattr(csv_lines, "PIECE", 256)
    data = b"a,b\n" + b"1,2\n" * 1000
    batches = [*csv_of(data).batches()]
    assert len(batches) > 10
    assert [batch.work_done for batch in batches] == sorted({batch.work_done for batch in batches})
    assert batches[-1].work_done == len(data)
