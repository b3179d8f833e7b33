"""A workbook is looked through before it is read: its size, and its formulas without a result."""

import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from made_tables import Cells, rows_of, workbook

from procedures.screening import Formats, TableError, open_table
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
