"""The writer of workbooks, the only module that imports XlsxWriter, in constant memory.

XlsxWriter makes a workbook with the header and an example of each format. Its parts are written as they are, and the
rows go into its sheet batch by batch, so that memory does not grow and nothing is written twice.
"""

import re
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

import polars as pl
from attrs import define, frozen
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from procedures.screening.files.xlsx_cells import Styles, make_rows, refuse_long_texts
from procedures.screening.problems import TableError, make_trouble

_ROWS: Final = 1_048_576
_ROWS_AT_ONCE: Final = 8192
"""The XML of rows is many times as large as their columns."""
_SHEET: Final = "xl/worksheets/sheet1.xml"
_FASTEST: Final = 1
"""The level of compression: a higher one takes several times as long for a file that is hardly smaller."""
_EXAMPLES: Final = re.compile(r'<row r="2".*?<c r="A2" s="(\d+)".*?<c r="B2" s="(\d+)".*?</row>')
_DIMENSION: Final = re.compile("<dimension [^>]*>")
_OPTIONS: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


@define
class XlsxSink:
    """A sink of one sheet, with the header in bold and dates as dates."""

    path: Path
    _parts: ZipFile | None = None
    _sheet: IO[bytes] | None = None
    _template: "_Template | None" = None
    _row: int = 1

    def write(self, frame: pl.DataFrame) -> None:
        if self._sheet is None or self._template is None:
            refuse_long_texts(frame.columns)
            self._template = _make_template(frame.columns)
            self._parts = ZipFile(self.path, "w", ZIP_DEFLATED, compresslevel=_FASTEST)
            for name, data in self._template.parts.items():
                self._parts.writestr(name, data)
            self._sheet = self._parts.open(_SHEET, "w", force_zip64=True)
            self._sheet.write(self._template.before.encode())
        if self._row + frame.height > _ROWS:
            raise TableError([make_trouble("rows", most=f"{_ROWS:,}")])
        for part in frame.iter_slices(_ROWS_AT_ONCE):
            self._sheet.write(make_rows(part, self._row + 1, self._template.styles).encode())
            self._row += part.height

    def close(self) -> None:
        if self._sheet is not None and self._template is not None:
            self._sheet.write(self._template.after.encode())
        self.discard()

    def discard(self) -> None:
        for opened in (self._sheet, self._parts):
            if opened is not None:
                opened.close()
        self._sheet = self._parts = None


@frozen
class _Template:
    """The parts of a workbook but its sheet; what the sheet has before and after its rows; its formats."""

    parts: dict[str, bytes]
    before: str
    after: str
    styles: Styles


def _make_template(headers: list[str]) -> _Template:
    """The workbook without rows."""
    made = BytesIO()
    book: Any = Workbook(made, _OPTIONS)
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for column, header in enumerate(headers):
        sheet.write_string(0, column, header, bold)
    for column, form in enumerate(("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss")):
        sheet.write_number(1, column, 0, book.add_format({"num_format": form}))
    book.close()
    with ZipFile(made) as parts:
        data = {name: parts.read(name) for name in parts.namelist()}
    xml = _DIMENSION.sub("", data.pop(_SHEET).decode())
    examples = _EXAMPLES.search(xml)
    assert examples is not None, "the sheet has the row of examples"
    styles = Styles(int(examples[1]), int(examples[2]))
    return _Template(data, xml[: examples.start()], xml[examples.end() :], styles)
