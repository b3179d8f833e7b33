"""What the tests of screening share: files of tables."""

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from procedures.screening.files.csv_reader import CsvSource, open_csv
from procedures.screening.formats import Formats

Cells = list[list[object]]


def workbook(path: Path, *sheets: tuple[str, Sequence[Sequence[object]]], top: int = 0, left: int = 0) -> Path:
    """A workbook: text beginning with `=` is a formula, `#` and a word the error that a formula gave."""
    book: Any = Workbook(str(path))
    day, moment = (book.add_format({"num_format": form}) for form in ("dd/mm/yyyy", "dd/mm/yyyy hh:mm"))
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows, top):
            for column, cell in enumerate(cells, left):
                match cell:
                    case str() if cell.startswith("#"):
                        sheet.write_formula(row, column, "=1/0", None, cell)
                    case str() if cell.startswith("="):
                        sheet.write_formula(row, column, cell, None, 7)
                    case str():
                        sheet.write_string(row, column, cell)
                    case dt.datetime():
                        sheet.write_datetime(row, column, cell, moment)
                    case dt.date():
                        sheet.write_datetime(row, column, cell, day)
                    case _:
                        sheet.write(row, column, cell)
    book.close()
    return path


def csv_of(data: bytes, **declared: Any) -> CsvSource:
    return open_csv(io.BytesIO(data), Formats(**declared), "t.csv")


def rows_of(source: Any) -> list[tuple[object, ...]]:
    """Every row of a source."""
    return [row for batch in source.batches() for row in batch.frame.rows()]
