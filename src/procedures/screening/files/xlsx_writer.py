"""The door to XlsxWriter: a sheet written row by row in constant memory, in which text is text and never a formula."""

from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from procedures.screening.problems import TableError, trouble

_ROWS: Final = 1_048_576
_LETTERS: Final = 32_767
_DIGITS: Final = 10**15
"""A spreadsheet keeps fifteen digits of a number; more of them are text."""
_EPOCH: Final = date(1900, 3, 1)
"""Before this day the calendars of spreadsheets differ; such days are text."""


class XlsxSink:
    """One sheet with the header in bold, and dates as dates."""

    def __init__(self, path: Path) -> None:
        options: dict[str, object] = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        }
        # Rows wait in a file until the book is closed; its folder goes with us, however we end.
        self._waiting: Final = TemporaryDirectory(prefix=path.name, dir=path.parent)
        options["tmpdir"] = self._waiting.name
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
            raise TableError([trouble("rows", most=f"{_ROWS:,}")])
        for row in zip(*(column.to_list() for column in frame), strict=True):
            for column, cell in enumerate(row):
                if cell is not None and cell != "":
                    self._cell(column, cell)
            self._row += 1

    def _cell(self, column: int, cell: object) -> None:
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
                if len(text) > _LETTERS:
                    raise TableError([trouble("long", most=f"{_LETTERS:,}")])
                sheet.write_string(row, column, text)

    def close(self) -> None:
        self._book.close()

    def discard(self) -> None:
        if not self._sheet.row_data_fh.closed:
            self._sheet.row_data_fh.close()
        self._waiting.cleanup()
