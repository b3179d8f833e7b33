"""The writer of workbooks, the only module that imports XlsxWriter: constant memory, and text is never a formula."""

from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from procedures.screening.problems import TableError, make_trouble

_ROWS: Final = 1_048_576
_CHARACTERS: Final = 32_767
_DIGITS: Final = 10**15
"""A spreadsheet stores fifteen digits of a number; longer numbers are written as text."""
_EPOCH: Final = date(1900, 3, 1)
"""Before this day the calendars of spreadsheets differ; earlier days are written as text."""


class XlsxSink:
    """A sink of one sheet, with the header in bold and dates as dates."""

    def __init__(self, path: Path) -> None:
        options: dict[str, object] = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        }
        # Rows are in a temporary file until the workbook is closed; the folder is removed with this object.
        self._row_folder: Final = TemporaryDirectory(prefix=path.name, dir=path.parent)
        options["tmpdir"] = self._row_folder.name
        self._book: Any = Workbook(str(path), options)
        self._sheet = self._book.add_worksheet()
        self._bold = self._book.add_format({"bold": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._row = 0

    def write(self, frame: pl.DataFrame) -> None:
        if not self._row:
            for column, header in enumerate(frame.columns):
                self._sheet.write_string(0, column, header, self._bold)
            self._sheet.freeze_panes(1, 0)
            self._row = 1
        if self._row + frame.height > _ROWS:
            raise TableError([make_trouble("rows", most=f"{_ROWS:,}")])
        for row in zip(*(column.to_list() for column in frame), strict=True):
            for column, cell in enumerate(row):
                if cell is not None and cell != "":
                    self._write_cell(column, cell)
            self._row += 1

    def _write_cell(self, column: int, cell: object) -> None:
        sheet, row = self._sheet, self._row
        match cell:
            case bool():
                sheet.write_boolean(row, column, cell)
            case int() | float() if abs(cell) < _DIGITS or cell != cell:  # noqa: PLR0124 - NaN
                sheet.write_number(row, column, cell)
            case datetime() if cell.tzinfo is None and cell.date() >= _EPOCH:
                sheet.write_datetime(row, column, cell, self._moment)
            case date() if not isinstance(cell, datetime) and cell >= _EPOCH:
                sheet.write_datetime(row, column, cell, self._day)
            case _:
                text = str(cell)
                if len(text) > _CHARACTERS:
                    raise TableError([make_trouble("long", most=f"{_CHARACTERS:,}")])
                sheet.write_string(row, column, text)

    def close(self) -> None:
        self._book.close()

    def discard(self) -> None:
        if not self._sheet.row_data_fh.closed:
            self._sheet.row_data_fh.close()
        self._row_folder.cleanup()
