"""Workbooks in batches: the door to python-calamine, which reads cells and never a formula.

A sheet is taken into memory whole by the reader; its rows become columns batch by batch.
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
from procedures.screening.problems import TableError, trouble
from rules.problems import Place
from rules.words import Words

_PROTECTED: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# The reader gives the cell of a formula that went wrong as an empty one; empty would mean: not known.
_WRONG: Final = re.compile(rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)([0-9]+)"')


@frozen
class XlsxSource:
    """One sheet of a workbook; rows count as the spreadsheet counts them."""

    name: str
    headers: tuple[str, ...]
    header: Place
    total: int
    sheet: str
    _cells: CalamineSheet
    _left: int
    types: Mapping[str, pl.DataType]
    _wrong: frozenset[tuple[int, int]]

    @property
    def marked(self) -> bool:
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
        """Nothing is held open."""

    def cell_words(self, header: str, place: Place) -> Words:
        return Words.same(f"{cell_name(place.line, place.column)} (`{header}`)")

    def _rows(self) -> Iterator[tuple[int, list[object]]]:
        return _rows(self._cells, self._wrong)

    def _batch(self, rows: Sequence[Sequence[object]], numbers: Sequence[int]) -> Batch:
        columns = [
            _column(name, [_plain(row[index]) for row in rows], dtype)
            for index, (name, dtype) in enumerate(self.types.items())
        ]
        places = SheetPlaces(self.name, tuple(numbers), self._left)
        return Batch(pl.DataFrame(columns), places, numbers[-1] - self.header.line)


@frozen
class SheetPlaces:
    """Where cells stand in a sheet, counted as it counts."""

    name: str
    numbers: Sequence[int]
    left: int

    def __call__(self, row: int, column: int) -> Place:
        return Place(self.name, self.numbers[row], self.left + column + 1)


def cell_name(row: int, column: int) -> str:
    """`C12`: what a spreadsheet calls a cell; both count from 1."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def open_xlsx(path: Path, sheet: str | None = None) -> XlsxSource:
    """Open a sheet of a workbook, by its name where there are several; raises TableError where that cannot be."""
    start = Place(str(path), 1, 1)
    with path.open("rb") as file:
        protected = file.read(8) == _PROTECTED
    try:
        if protected:
            raise PasswordError
        book = CalamineWorkbook.from_path(path)
        chosen = _sheet_name(book.sheet_names, sheet, start)
        found = book.get_sheet_by_name(chosen)
        wrong = _formula_errors(path, chosen)
    except PasswordError:
        raise TableError([trouble("password", start)]) from None
    except (CalamineError, zipfile.BadZipFile, ElementTree.ParseError, KeyError):
        raise TableError([trouble("not xlsx", start)]) from None
    if found.start is None:
        raise TableError([trouble("empty", start)])
    top, left = found.start
    number, cells = next(_rows(found, wrong))
    place = Place(str(path), number, left + 1)
    headers = tuple(_text(cell) for cell in cells)
    check_headers(headers, lambda index: Place(str(path), number, left + index + 1))
    total = (found.end or (top, left))[0] - top
    types = dict(zip(headers, _types(found, wrong), strict=True))
    return XlsxSource(str(path), headers, place, total, chosen, found, left, types, wrong)


def _sheet_name(names: Sequence[str], wanted: str | None, start: Place) -> str:
    listed = ", ".join(f"`{name}`" for name in names)
    if wanted is not None:
        if wanted not in names:
            help_ = Words(f"de bladen zijn {listed}", f"its sheets are {listed}")
            raise TableError([trouble("no sheet", start, help_, sheet=f"`{wanted}`")])
        return wanted
    if len(names) > 1:
        raise TableError([trouble("sheets", start, n=len(names), sheets=listed)])
    return names[0]


def _rows(sheet: CalamineSheet, wrong: frozenset[tuple[int, int]]) -> Iterator[tuple[int, list[object]]]:
    """The rows of a sheet with their numbers; where a formula went wrong the cell says so."""
    top, left = sheet.start or (0, 0)
    by_row: dict[int, list[int]] = {}
    for at, column in wrong:
        by_row.setdefault(at, []).append(column)
    # The reader counts rows from the top of the sheet, and columns from the first that holds anything.
    for number, cells in enumerate(islice(sheet.iter_rows(), top, None), top + 1):
        row: list[object] = [*cells]
        for column in by_row.get(number, ()):
            if 0 <= column - left - 1 < len(row):
                row[column - left - 1] = FormulaError()
        yield number, row


def _types(sheet: CalamineSheet, wrong: frozenset[tuple[int, int]]) -> tuple[pl.DataType, ...]:
    """The type of each column below the headers; Object where it mixes them."""
    found: list[set[type]] = []
    rows = _rows(sheet, wrong)
    _, headers = next(rows)
    found = [set() for _ in headers]
    for _, row in rows:
        for types, cell in zip(found, row, strict=True):
            if cell != "":
                types.add(type(_plain(cell)))
    return tuple(_type(types) for types in found)


_DTYPES: Final[tuple[tuple[frozenset[type], pl.DataType], ...]] = (
    (frozenset({str}), pl.String()),
    (frozenset({int}), pl.Int64()),
    (frozenset({int, float}), pl.Float64()),
    (frozenset({bool}), pl.Boolean()),
    (frozenset({date}), pl.Date()),
    (frozenset({datetime}), pl.Datetime("us")),
)


def _type(types: set[type]) -> pl.DataType:
    return next((dtype for allowed, dtype in _DTYPES if types <= allowed), pl.Object())


def _column(name: str, cells: Sequence[object], dtype: pl.DataType) -> pl.Series:
    return pl.Series(name, [None if cell == "" else cell for cell in cells], dtype=dtype, strict=False)


def _plain(cell: object) -> object:
    """A cell as what was typed: a spreadsheet knows no whole numbers."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53 else cell


def _text(cell: object) -> str:
    return str(_plain(cell)).strip()


def _formula_errors(path: Path, sheet: str) -> frozenset[tuple[int, int]]:
    """The cells, by row and column from 1, in which a formula went wrong."""
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
        return frozenset(_wrong_cells(parts, part)) if part in parts.namelist() else frozenset()


def _wrong_cells(parts: zipfile.ZipFile, part: str) -> Iterator[tuple[int, int]]:
    rest = b""
    with parts.open(part) as text:
        while data := text.read(1 << 20):
            data = rest + data
            for match in _WRONG.finditer(data):
                yield int(match[2]), _column_number(match[1].decode())
            rest = data[data.rfind(b"<") :]
            if rest.endswith(b">"):
                rest = b""


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
