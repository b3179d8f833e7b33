"""The reader of workbooks, in batches; the only module here that imports python-calamine, which reads no formulas.

The whole sheet is read into memory; its rows are converted to columns batch by batch.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import polars as pl
from attrs import frozen
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from procedures.screening.files.source import BATCH, Batch, check_headers
from procedures.screening.formats import FormulaError
from procedures.screening.problems import TableError, make_trouble
from rules.problems import Place
from rules.words import Words

_PROTECTED: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# The reader returns an empty cell for a formula that gave an error; an empty cell would mean unknown.
_ERROR_CELL: Final = re.compile(rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)([0-9]+)"')


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
    _error_cells: frozenset[tuple[int, int]]

    @property
    def has_bom(self) -> bool:
        return True

    def batches(self) -> Iterator[Batch]:
        first = self.header.line + 1
        rows: list[Sequence[object]] = []
        numbers: list[int] = []
        for number, row in self._rows():
            if number >= first and any(cell != "" for cell in row):
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
        return _rows(self._cells, self._error_cells)

    def _batch(self, rows: Sequence[Sequence[object]], numbers: Sequence[int]) -> Batch:
        columns = [
            _column(name, [_restore_integer(row[index]) for row in rows], dtype)
            for index, (name, dtype) in enumerate(self.types.items())
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
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def open_xlsx(path: Path, sheet: str | None = None) -> XlsxSource:
    """Open a sheet of a workbook, by its name where there are several; raises TableError where that is impossible."""
    start = Place(str(path), 1, 1)
    with path.open("rb") as file:
        protected = file.read(8) == _PROTECTED
    try:
        if protected:
            raise PasswordError
        book = CalamineWorkbook.from_path(path)
        chosen = _choose_sheet(book.sheet_names, sheet, start)
        found = book.get_sheet_by_name(chosen)
        error_cells = _read_error_cells(path, chosen)
    except PasswordError:
        raise TableError([make_trouble("password", start)]) from None
    except (CalamineError, zipfile.BadZipFile, ElementTree.ParseError, KeyError):
        raise TableError([make_trouble("not xlsx", start)]) from None
    if found.start is None:
        raise TableError([make_trouble("empty", start)])
    top, left = found.start
    number, cells = next(_rows(found, error_cells))
    place = Place(str(path), number, left + 1)
    headers = tuple(_header_text(cell) for cell in cells)
    check_headers(headers, lambda index: Place(str(path), number, left + index + 1))
    total = (found.end or (top, left))[0] - top
    types = dict(zip(headers, _find_types(found, error_cells), strict=True))
    return XlsxSource(str(path), headers, place, total, chosen, found, left, types, error_cells)


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


def _rows(sheet: CalamineSheet, error_cells: frozenset[tuple[int, int]]) -> Iterator[tuple[int, list[object]]]:
    """The rows of a sheet with their numbers; the cell of a formula that gave an error is a FormulaError."""
    top, left = sheet.start or (0, 0)
    by_row: dict[int, list[int]] = {}
    for at, column in error_cells:
        by_row.setdefault(at, []).append(column)
    # The reader counts rows from the top of the sheet, and columns from the first column that is not empty.
    for number, cells in enumerate(islice(sheet.iter_rows(), top, None), top + 1):
        row: list[object] = [*cells]
        for column in by_row.get(number, ()):
            if 0 <= column - left - 1 < len(row):
                row[column - left - 1] = FormulaError()
        yield number, row


def _find_types(sheet: CalamineSheet, error_cells: frozenset[tuple[int, int]]) -> tuple[pl.DataType, ...]:
    """The type of each column below the headers; Object where the column mixes types."""
    found: list[set[type]] = []
    rows = _rows(sheet, error_cells)
    _, headers = next(rows)
    found = [set() for _ in headers]
    for _, row in rows:
        for types, cell in zip(found, row, strict=True):
            if cell != "":
                types.add(type(_restore_integer(cell)))
    return tuple(_find_type(types) for types in found)


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
    return pl.Series(name, [None if cell == "" else cell for cell in cells], dtype=dtype, strict=False)


def _restore_integer(cell: object) -> object:
    """A cell as it was typed; a spreadsheet stores whole numbers as floats."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53 else cell


def _header_text(cell: object) -> str:
    return str(_restore_integer(cell)).strip()


def _read_error_cells(path: Path, sheet: str) -> frozenset[tuple[int, int]]:
    """The cells, by row and column from 1, in which a formula gave an error."""
    with zipfile.ZipFile(path) as parts:
        relations = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
        targets = {each.get("Id"): str(each.get("Target")) for each in relations}
        book = ElementTree.fromstring(parts.read("xl/workbook.xml"))
        relation = next(
            (each.get(_RELATION) for each in book.iter() if each.tag.endswith("}sheet") and each.get("name") == sheet),
            None,
        )
        target = targets.get(relation, "")
        part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        return frozenset(_find_error_cells(parts, part)) if part in parts.namelist() else frozenset()


def _find_error_cells(parts: zipfile.ZipFile, part: str) -> Iterator[tuple[int, int]]:
    rest = b""
    with parts.open(part) as text:
        while data := text.read(1 << 20):
            data = rest + data
            for match in _ERROR_CELL.finditer(data):
                yield int(match[2]), _column_number(match[1].decode())
            rest = data[data.rfind(b"<") :]
            if rest.endswith(b">"):
                rest = b""


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
