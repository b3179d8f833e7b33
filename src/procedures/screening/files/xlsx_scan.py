"""A look at a workbook before it is read: how large it is, and which cells hold no usable result.

The reader of cells takes memory for the whole rectangle of a sheet, and gives a formula that failed, or that was never
calculated, as an empty cell. Both are found here in one pass over the XML of the sheet, in linear time and bounded
memory, before the reader starts.
"""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from xml.etree import ElementTree
from xml.parsers import expat

from attrs import define, field, frozen

MOST_BYTES: Final = 1 << 30
"""The most that the parts of a workbook may unpack to, together."""
MOST_TEXT_BYTES: Final = 1 << 28
"""The most that the shared texts may unpack to; the reader holds them in memory several times over."""
MOST_CELLS: Final = 25_000_000
"""The most cells that the rectangle of a sheet may have."""
_TEXTS: Final = "xl/sharedStrings.xml"
_CHUNK: Final = 1 << 20
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_ROW: Final = re.compile(r"[0-9]{1,7}")
_VALUES: Final = ("v", "is")


class NotASheetError(Exception):
    """The XML of a sheet is not that of a sheet."""


class TooManyBytesError(Exception):
    """A workbook, or the texts in it, would unpack to `amount` bytes, where `most` is allowed."""

    def __init__(self, amount: int, most: int) -> None:
        super().__init__(amount, most)
        self.amount, self.most = amount, most


class TooManyCellsError(Exception):
    """The rectangle of a sheet has `amount` cells; `row` and `column` are those of its last cell, from 1."""

    def __init__(self, amount: int, row: int, column: int) -> None:
        super().__init__(amount, row, column)
        self.amount, self.row, self.column = amount, row, column


@frozen
class SheetScan:
    """The cells, by row and column from 1, of formulas that failed and of formulas without a stored result."""

    failed: frozenset[tuple[int, int]] = frozenset()
    uncalculated: frozenset[tuple[int, int]] = frozenset()


def check_unpacked_size(path: Path) -> None:
    """Raise TooManyBytesError where a workbook would unpack to more than may be held in memory."""
    with zipfile.ZipFile(path) as parts:
        sizes = {part.filename: part.file_size for part in parts.infolist()}
    for amount, most in ((sum(sizes.values()), MOST_BYTES), (sizes.get(_TEXTS, 0), MOST_TEXT_BYTES)):
        if amount > most:
            raise TooManyBytesError(amount, most)


def scan_sheet(path: Path, sheet: str) -> SheetScan:
    """
    Look through a sheet before it is read.

    Raises:
        TooManyCellsError: the sheet spans more than MOST_CELLS.
        NotASheetError, zipfile.BadZipFile, ElementTree.ParseError, KeyError: it is no workbook.
    """
    with zipfile.ZipFile(path) as parts:
        part = _find_part(parts, sheet)
        if part not in parts.namelist():
            return SheetScan()
        scanner = _Scanner()
        parser = scanner.make_parser()
        try:
            with parts.open(part) as text:
                while data := text.read(_CHUNK):
                    parser.Parse(data, False)
                    scanner.check_size()
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise NotASheetError from error
    return SheetScan(frozenset(scanner.failed), frozenset(scanner.uncalculated))


def column_number(letters: str) -> int:
    """`C` → 3."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _find_part(parts: zipfile.ZipFile, sheet: str) -> str:
    """The part of the workbook that holds the sheet of that name."""
    relations = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
    targets = {each.get("Id"): str(each.get("Target")) for each in relations}
    book = ElementTree.fromstring(parts.read("xl/workbook.xml"))
    sheets = (each for each in book.iter() if each.tag.endswith("}sheet") and each.get("name") == sheet)
    target = targets.get(next((each.get(_RELATION) for each in sheets), None), "")
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


@define
class _Scanner:
    """What was seen of a sheet so far; a cell without a value takes no part in the rectangle."""

    failed: set[tuple[int, int]] = field(factory=set)
    uncalculated: set[tuple[int, int]] = field(factory=set)
    _numbers: dict[str, int] = field(factory=dict)  # of columns, by their letters
    _columns: set[int] = field(factory=set)  # those with a value
    _least_row: int = 1 << 30
    _most_row: int = 0
    _row: int = 0
    _column: int = 0
    _type: str = ""
    _has_formula: bool = False
    _has_value: bool = False
    _parser: expat.XMLParserType = field(factory=expat.ParserCreate)

    def make_parser(self) -> expat.XMLParserType:
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        return self._parser

    def check_size(self) -> None:
        """Raise TooManyCellsError where the rectangle seen so far is too large."""
        if not self._columns:
            return
        first, last = min(self._columns), max(self._columns)
        cells = (last - first + 1) * (self._most_row - self._least_row + 1)
        if cells > MOST_CELLS:
            raise TooManyCellsError(cells, self._most_row, last)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._start_cell(attributes)
        elif name in _VALUES:
            self._add_value()
        elif name == "f":
            self._has_formula = True
            self._parser.EndElementHandler = self._end
        elif name == "row":
            self._start_row(attributes.get("r"))

    def _start_row(self, number: str | None) -> None:
        if number is not None and not _ROW.fullmatch(number):
            raise NotASheetError
        self._row = self._row + 1 if number is None else int(number)
        self._column = 0

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        self._type = attributes.get("t", "")
        self._has_formula = self._has_value = False
        place = attributes.get("r")
        if place is None:  # the cell after the one before it
            self._column += 1
        else:
            match = _CELL.fullmatch(place)
            if match is None:
                raise NotASheetError
            letters, row = match.groups()
            if letters not in self._numbers:
                self._numbers[letters] = column_number(letters)
            self._row, self._column = int(row), self._numbers[letters]
        if self._type == "e":
            self.failed.add((self._row, self._column))

    def _add_value(self) -> None:
        self._columns.add(self._column)
        self._least_row = min(self._least_row, self._row)
        self._most_row = max(self._most_row, self._row)
        if self._has_formula:
            self._parser.CharacterDataHandler = self._read_text

    def _read_text(self, text: str) -> None:
        self._has_value = self._has_value or bool(text.strip())

    def _end(self, name: str) -> None:
        """The end of an element in a cell with a formula, or of that cell."""
        name = name.rpartition(":")[2]
        if name in _VALUES:
            self._parser.CharacterDataHandler = None
        elif name == "c":
            self._parser.EndElementHandler = None
            may_be_empty = self._type in ("str", "e")  # the result of a formula may be an empty text
            if self._has_formula and not self._has_value and not may_be_empty:
                self.uncalculated.add((self._row, self._column))

    def _refuse_doctype(self, *_: object) -> None:
        raise NotASheetError
