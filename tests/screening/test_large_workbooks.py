"""A workbook is looked through before it is read: its size, and its formulas without a result."""

import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_tables import Cells, rows_of, workbook

from procedures.screening import Formats, TableError, open_table
from procedures.screening.files.xlsx_parser import NotASheetError, SheetParser
from procedures.screening.files.xlsx_plain_rows import read_plain_rows
from procedures.screening.files.xlsx_scan import SheetScan, scan_sheet
from procedures.screening.formats import FormulaError

SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
ROWS: Cells = [["who", "score"], ["c1", 1]]


def changed(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """A workbook with one part changed."""
    workbook(path, ("One", ROWS))
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data)
    return path


def with_rows(path: Path, rows: bytes) -> Path:
    """A workbook with rows of XML after its own."""
    return changed(path, SHEET, lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"))


def told_of(path: Path) -> str:
    with pytest.raises(TableError) as raised:
        open_table(path, Formats())
    return str(raised.value)


@pytest.mark.parametrize("cell", ["XFD1048576", "BH1048576", "D9999999", "ZZZ9999999"])
def test_a_sheet_with_a_stray_cell_far_away_is_told_before_it_takes_memory(tmp_path: Path, cell: str) -> None:
    digits = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").encode()
    row = b'<row r="' + digits + b'"><c r="' + cell.encode() + b'"><v>1</v></c></row>'
    told = told_of(with_rows(tmp_path / "t.xlsx", row))
    assert f"the sheet reaches to cell `{cell}`:" in told
    assert "help: delete the rows and columns beyond the candidates" in told


def test_cells_that_have_a_style_and_no_value_do_not_make_a_sheet_large(tmp_path: Path) -> None:
    path = with_rows(tmp_path / "t.xlsx", b'<row r="1048576"><c r="XFD1048576" s="1"/></row>')
    assert rows_of(open_table(path, Formats())) == [("c1", 1)]


WRONG = [
    b'<row r="' + b"9" * 5000 + b'"><c><v>1</v></c></row>',
    b'<row r="3"><c r="A' + b"9" * 5000 + b'"><v>1</v></c></row>',
    b'<row r="3"><c r="A' + b"9" * 5000 + b'" t="e"><v>#N/A</v></c></row>',
    b'<row r="x"><c r="A3"><v>1</v></c></row>',
    b"<row>",
]


@pytest.mark.parametrize("rows", WRONG, ids=["row", "cell", "error", "word", "open"])
def test_a_sheet_with_impossible_places_is_no_workbook(tmp_path: Path, rows: bytes) -> None:
    assert "this is not an xlsx workbook" in told_of(with_rows(tmp_path / "t.xlsx", rows))


HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet><cols><col min="1"/></cols><sheetData>'
ROW_TAGS = [b'<row r="2">', b'<row r="3" spans="1:2" x14ac:dyDescent="0.2">', b'<row r="4"/>', b"<row>", b"</row>"]
CELL_TAGS = [b'<c r="A2">', b'<c r="B3" s="1" t="s">', b'<c r="C9" t="e">', b'<c r="D2" t="str">', b'<c r="E2" s="1"/>']
ODD_TAGS = [
    b'<c t="n">',
    b'<c s="1" r="F2">',
    b"<c r='G2'>",
    b'<c r="a1">',
    b'<c r="x">',
    b"<x:v>1</x:v>",
    b"<is><r/></is>",
]
FORMULAS_AND_VALUES = [b"<f>1+1</f>", b'<f t="shared" si="0"/>', b"<v>1</v>", b"<v/>", b"<v> </v>", b"<v>\xc2\xa0</v>",
                       b"<is><t>a</t></is>", b"<is/>", b"</c>"]  # fmt: skip
ODD_TEXT = [b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?x", b"?>", b"&amp;", b"&#32;", b"&x;", b"&", b"\x01", b"\xff",
            b" ", b"</sheetData>", b"<sheetData>", b"\xef\xbf\xbe"]  # fmt: skip
WHOLE_ROWS = [
    b'<row r="2"><c r="A2" s="1"><v>1</v></c><c r="B2" t="s"><f>1</f><v></v></c></row>',
    b'<row r="3" ht="2"><c r="D3" t="e"><f>1</f><v>#N/A</v></c><c r="AA3" s="4"/><c r="B3"><f>1&amp;2</f></c></row>',
    b'<row r="4"><c r="A4" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c></row>',
    b'<row><c><v>1</v></c><c t="e"/></row>',
]
SHEETS = st.lists(
    st.sampled_from(WHOLE_ROWS)
    | st.sampled_from(WHOLE_ROWS)
    | st.lists(st.sampled_from([*CELL_TAGS, *FORMULAS_AND_VALUES]), max_size=5).map(b"".join)
    | st.sampled_from([*ROW_TAGS, *ODD_TAGS, *ODD_TEXT]),
    max_size=7,
).map(b"".join)


def seen_of(data: bytes, chunk: int, *, plain: bool) -> object:
    """What a parser has seen of a sheet that comes in chunks."""
    parser = SheetParser()
    parser._may_skip = plain
    try:
        for start in range(0, len(data), chunk):
            parser.feed(data[start : start + chunk])
        parser.finish()
    except NotASheetError:
        return None
    return parser.failed, parser.uncalculated, parser.columns, parser.least_row, parser.most_row


@given(SHEETS, st.sampled_from([b"</sheetData></worksheet>", b""]), st.sampled_from([7, 60, 250, 1 << 20]))
def test_plain_rows_are_seen_as_the_parser_sees_them(rows: bytes, tail: bytes, chunk: int) -> None:
    data = HEAD + rows + (tail or b"</sheetData><extLst><f/><c/></extLst></worksheet>")
    assert seen_of(data, chunk, plain=True) == seen_of(data, chunk, plain=False)


CHARACTERS = [bytes([code]) for code in range(256)]


@pytest.mark.parametrize("sign", CHARACTERS, ids=[f"{code:02x}" for code in range(256)])
def test_every_character_is_taken_or_refused_as_by_the_parser(sign: bytes) -> None:
    for rows in (b"<v>" + sign + b"</v>", sign):
        data = HEAD + b'<row r="2"><c r="A2"><f>1</f>' + rows + b"</c></row></sheetData></worksheet>"
        assert seen_of(data, 1 << 20, plain=True) == seen_of(data, 1 << 20, plain=False)


@pytest.mark.parametrize("row", WHOLE_ROWS[:3])
def test_rows_as_programs_write_them_are_plain(row: bytes) -> None:
    assert read_plain_rows(row) is not None


HOSTILE = [
    b'<c r="A1"', b'<c r="A1">', b'<c r="A1"><f>', b'<c r="A1"><f>1</f>', b'<c r="A1"><f>1</f><v>', b'<c r="A1" s="1"',
    b'<row r="1" ', b'<row r="1">', b'<row r="1" a="', b' a="1"', b"a", b"<", b'<c r="A1"><is><t>', b"&", b"<c ",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_rows_that_are_hardly_plain_take_no_time(text: bytes) -> None:
    begun = time.monotonic()
    for before in (b"", b'<row r="1">', b'<row r="1"', b'<row r="1"><c r="A1"', b'<row r="1"><c r="A1"><v>'):
        assert read_plain_rows(before + text * (2_000_000 // len(text)) + b"</row>") is None
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("text", [b"<c ", b"<!-", b'<c t="e" r="A1"', b"<row></row>"])
def test_text_that_looks_like_cells_takes_no_time(tmp_path: Path, text: bytes) -> None:
    path = with_rows(tmp_path / "t.xlsx", b"<!--" + (text * 200_000).replace(b"--", b"- ") + b" -->")
    begun = time.monotonic()
    assert scan_sheet(path, "One") == SheetScan()
    assert time.monotonic() - begun < 5


def test_texts_that_unpack_to_too_much_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procedures.screening.files.xlsx_scan.MOST_TEXT_BYTES", 1 << 20)
    path = changed(tmp_path / "t.xlsx", TEXTS, lambda xml: xml.replace(b">c1<", b">" + b"a" * (3 << 20) + b"<"))
    told = told_of(path)
    assert "the workbook is too large when unpacked: 3 MiB, and at most 1 MiB are read" in told
    assert "help: save only the sheet of the candidates, as csv" in told


def test_parts_that_unpack_to_too_much_together_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procedures.screening.files.xlsx_scan.MOST_BYTES", 1 << 10)
    assert "too large when unpacked" in told_of(workbook(tmp_path / "t.xlsx", ("One", ROWS)))


FORMULAS = [  # a cell of XML, and whether it is a formula without a stored result
    (b'<c r="B3"><f>1+1</f></c>', True),
    (b'<c r="B3"><f>1+1</f><v/></c>', True),
    (b'<c r="B3"><f>1+1</f><v></v></c>', True),
    (b'<c r="B3"><f t="shared" si="0"/></c>', True),
    (b'<x:c r="B3" xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:f>1</x:f></x:c>', True),
    (b'<c r="B3"><f>1+1</f><v>2</v></c>', False),
    (b'<c r="B3" t="str"><f>""</f><v></v></c>', False),
    (b'<c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c>', False),
    (b'<c r="B3"/>', False),
]


@pytest.mark.parametrize(("cell", "uncalculated"), FORMULAS)
def test_a_formula_without_a_stored_result_is_found(tmp_path: Path, cell: bytes, uncalculated: bool) -> None:
    name = b'<c r="A3"><v>3</v></c>'
    path = with_rows(tmp_path / "t.xlsx", b'<row r="3">' + name + cell + b"</row>")
    assert scan_sheet(path, "One").uncalculated == (frozenset({(3, 2)}) if uncalculated else frozenset())
    is_refused = isinstance(rows_of(open_table(path, Formats()))[1][1], FormulaError)
    assert is_refused == (uncalculated or b"DIV" in cell)


def test_a_row_with_only_formulas_without_a_result_is_empty(tmp_path: Path) -> None:
    path = with_rows(
        tmp_path / "t.xlsx", b'<row r="3"><c r="A3" t="inlineStr"><is><t> </t></is></c><c r="B3"><f>A3</f></c></row>'
    )
    assert rows_of(open_table(path, Formats())) == [("c1", 1)]
