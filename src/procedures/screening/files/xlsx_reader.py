"""The reader of workbooks, in batches; the only module here that imports python-calamine, which reads no formulas.

The whole sheet is read into memory; its rows are converted to columns batch by batch.
"""

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import polars as pl
from attrs import frozen
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from procedures.screening.files.header_rows import LOOKED_AT, check_first_row
from procedures.screening.files.source import BATCH, Batch, is_blank
from procedures.screening.files.xlsx_cells import column_letters
from procedures.screening.files.xlsx_parser import NotASheetError
from procedures.screening.files.xlsx_scan import (
    MOST_CELLS,
    SheetScan,
    TooManyBytesError,
    TooManyCellsError,
    check_unpacked_size,
    scan_sheet,
)
from procedures.screening.formats import FormulaError
from procedures.screening.problems import TableError, make_trouble
from rules.problems import Place
from rules.words import Words

_PROTECTED: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@frozen
class XlsxSource:
    """One sheet of a workbook; rows are numbered as in the spreadsheet."""

    name: str
    headers: tuple[str, ...]
    header: Place
    total_work: int
    sheet: str
    _cells: CalamineSheet
    _first_column: int
    types: Mapping[str, pl.DataType]
    _scan: SheetScan

    @property
    def has_bom(self) -> bool:
        return True

    def batches(self) -> Iterator[Batch]:
        first = self.header.line + 1
        rows: list[Sequence[object]] = []
        numbers: list[int] = []
        for number, row in self._rows():
            if number >= first:
                rows.append(row)
                numbers.append(number)
            if len(rows) == BATCH:
                yield self._batch(rows, numbers)
                rows, numbers = [], []
        if rows:
            yield self._batch(rows, numbers)

    def close(self) -> None:
        """No file is held open."""

    def describe_cell(self, header: str, place: Place) -> Words:
        return Words.same(f"{cell_name(place.line, place.column)} (`{header}`)")

    def _rows(self) -> Iterator[tuple[int, list[object]]]:
        return _rows(self._cells, self._scan, self.header.line)

    def _batch(self, rows: Sequence[Sequence[object]], numbers: Sequence[int]) -> Batch:
        columns = [
            _column(name, cells, dtype)
            for (name, dtype), cells in zip(self.types.items(), zip(*rows, strict=True), strict=True)
        ]
        places = SheetPlaces(self.name, tuple(numbers), self._first_column)
        return Batch(pl.DataFrame(columns), places, numbers[-1] - self.header.line)


@frozen
class SheetPlaces:
    """The places of cells in a sheet, numbered as in the spreadsheet."""

    name: str
    numbers: Sequence[int]
    first_column: int

    def __call__(self, row: int, column: int) -> Place:
        return Place(self.name, self.numbers[row], self.first_column + column + 1)


def cell_name(row: int, column: int) -> str:
    """The name of a cell in a spreadsheet, such as `C12`; `row` and `column` count from 1."""
    return f"{column_letters(column)}{row}"


def open_xlsx(path: Path, sheet: str | None = None, header_row: int | None = None) -> XlsxSource:
    """
    Open a sheet of a workbook, by its name where there are several; `header_row` is the row of the headers.

    Raises:
        TableError: the sheet cannot be read.
    """
    start = Place(str(path), 1, 1)
    with path.open("rb") as file:
        protected = file.read(8) == _PROTECTED
    try:
        if protected:
            raise PasswordError
        check_unpacked_size(path)
        book = CalamineWorkbook.from_path(path)
        chosen = _choose_sheet(book.sheet_names, sheet, start)
        scan = scan_sheet(path, chosen)
        found = book.get_sheet_by_name(chosen)
    except PasswordError:
        raise TableError([make_trouble("password", start)]) from None
    except TooManyBytesError as error:
        raise _too_many_bytes(error, start) from None
    except TooManyCellsError as error:
        raise _too_many_cells(error, start) from None
    except (CalamineError, NotASheetError, zipfile.BadZipFile, ElementTree.ParseError, KeyError):
        raise TableError([make_trouble("not xlsx", start)]) from None
    rows = _rows(found, scan, header_row or 1)
    first = next(rows, None)
    if header_row is not None and (first is None or first[0] != header_row):
        raise TableError([make_trouble("header row", Place(str(path), header_row, 1), n=header_row)])
    if found.start is None or first is None:
        raise TableError([make_trouble("empty", start)])
    top, left = found.start
    number, cells = first
    place = Place(str(path), number, left + 1)
    headers = tuple(_header_text(cell) for cell in cells)
    below = islice(rows, LOOKED_AT) if header_row is None else ()
    check_first_row(headers, lambda index: Place(str(path), number, left + index + 1), below)
    total = (found.end or (top, left))[0] + 1 - number
    types = dict(zip(headers, _find_types(found, scan, number), strict=True))
    return XlsxSource(str(path), headers, place, total, chosen, found, left, types, scan)


def _too_many_bytes(error: TooManyBytesError, start: Place) -> TableError:
    size, most = (f"{amount / (1 << 20):.0f} MiB" for amount in (error.amount, error.most))
    return TableError([make_trouble("too many bytes", start, size=size, most=most)])


def _too_many_cells(error: TooManyCellsError, start: Place) -> TableError:
    place = Place(start.file, error.row, error.column)
    cell = cell_name(error.row, error.column)
    return TableError([make_trouble("too many cells", place, cell=f"`{cell}`", n=error.amount, most=MOST_CELLS)])


def _choose_sheet(names: Sequence[str], wanted: str | None, start: Place) -> str:
    listed = ", ".join(f"`{name}`" for name in names)
    if wanted is not None:
        if wanted not in names:
            help_ = Words(f"de bladen zijn {listed}", f"its sheets are {listed}")
            raise TableError([make_trouble("no sheet", start, help_, sheet=f"`{wanted}`")])
        return wanted
    if len(names) > 1:
        raise TableError([make_trouble("sheets", start, n=len(names), sheets=listed)])
    return names[0]


def _rows(sheet: CalamineSheet, scan: SheetScan, from_row: int) -> Iterator[tuple[int, list[object]]]:
    """The rows from a row on, but for blank ones, with their numbers; a formula without a result is a FormulaError."""
    top, left = sheet.start or (0, 0)
    failed, uncalculated = _by_row(scan.failed), _by_row(scan.uncalculated)
    # The reader counts rows from the top of the sheet, and columns from the first column that is not empty.
    cells: Iterator[list[object]] = sheet.iter_rows()  # type: ignore[assignment]  # a formula's error is an object too
    for number, row in islice(enumerate(cells, 1), max(top, from_row - 1), None):
        if number in failed:
            _mark(row, failed[number], left, FormulaError())
        if _is_blank_row(row):  # a formula that was never calculated may well give an empty cell
            continue
        if number in uncalculated:
            _mark(row, uncalculated[number], left, FormulaError("no result"))
        yield number, row


def _is_blank_row(row: Sequence[object]) -> bool:
    return is_blank(row[0]) and all(is_blank(cell) for cell in row)  # the first cell mostly has something


def _by_row(cells: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row, column in cells:
        found.setdefault(row, []).append(column)
    return found


def _mark(row: list[object], columns: Iterable[int], left: int, error: FormulaError) -> None:
    """Put the error in these columns of a row that begins after column `left`."""
    for column in columns:
        if 0 <= column - left - 1 < len(row):
            row[column - left - 1] = error


def _find_types(sheet: CalamineSheet, scan: SheetScan, header_row: int) -> tuple[pl.DataType, ...]:
    """The type of each column below the headers; Object where the column mixes types."""
    rows = _rows(sheet, scan, header_row)
    _, headers = next(rows)
    found: list[set[type]] = [set() for _ in headers]
    while part := [row for _, row in islice(rows, BATCH)]:
        for types, cells in zip(found, zip(*part, strict=True), strict=True):
            types.update(_list_types(cells))
    return tuple(_find_type(types) for types in found)


def _list_types(cells: Iterable[object]) -> set[type]:
    """The types of cells that are not empty, as they were typed."""
    given = [cell for cell in cells if cell != ""]
    types = {*map(type, given)}
    if float in types:
        types = {*map(type, map(_restore_integer, given))}
    return types


_DTYPES: Final[tuple[tuple[frozenset[type], pl.DataType], ...]] = (
    (frozenset({str}), pl.String()),
    (frozenset({int}), pl.Int64()),
    (frozenset({int, float}), pl.Float64()),
    (frozenset({bool}), pl.Boolean()),
    (frozenset({date}), pl.Date()),
    (frozenset({datetime}), pl.Datetime("us")),
)


def _find_type(types: set[type]) -> pl.DataType:
    return next((dtype for allowed, dtype in _DTYPES if types <= allowed), pl.Object())


def _column(name: str, cells: Sequence[object], dtype: pl.DataType) -> pl.Series:
    if dtype in (pl.Int64, pl.Object):
        cells = [*map(_restore_integer, cells)]
    return pl.Series(name, [None if cell == "" else cell for cell in cells], dtype=dtype, strict=False)


def _restore_integer(cell: object) -> object:
    """A cell as it was typed; a spreadsheet stores whole numbers as floats."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53 else cell


def _header_text(cell: object) -> str:
    return str(_restore_integer(cell)).strip()
