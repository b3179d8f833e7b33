"""A look at a workbook before it is read: how large it is, and which cells hold no usable result.

The reader of cells takes memory for the whole rectangle of a sheet, and gives a formula that failed, or that was never
calculated, as an empty cell. Both are found here in one pass over the XML of the sheet, in linear time and bounded
memory, before the reader starts.
"""

import zipfile
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from attrs import frozen

from procedures.screening.files.xlsx_parser import SheetParser

MOST_BYTES: Final = 1 << 30
"""The most that the parts of a workbook may unpack to, together."""
MOST_TEXT_BYTES: Final = 1 << 28
"""The most that the shared texts may unpack to; the reader holds them in memory several times over."""
MOST_CELLS: Final = 25_000_000
"""The most cells that the rectangle of a sheet may have."""
_TEXTS: Final = "xl/sharedStrings.xml"
_CHUNK: Final = 1 << 20
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


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
        parser = SheetParser()
        with parts.open(part) as text:
            while data := text.read(_CHUNK):
                parser.feed(data)
                _check_size(parser)
        parser.finish()
        _check_size(parser)
    return SheetScan(frozenset(parser.failed), frozenset(parser.uncalculated))


def _check_size(seen: SheetParser) -> None:
    """Raise TooManyCellsError where the rectangle seen so far is too large."""
    if not seen.columns:
        return
    first, last = min(seen.columns), max(seen.columns)
    cells = (last - first + 1) * (seen.most_row - seen.least_row + 1)
    if cells > MOST_CELLS:
        raise TooManyCellsError(cells, seen.most_row, last)


def _find_part(parts: zipfile.ZipFile, sheet: str) -> str:
    """The part of the workbook that holds the sheet of that name."""
    relations = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
    targets = {each.get("Id"): str(each.get("Target")) for each in relations}
    book = ElementTree.fromstring(parts.read("xl/workbook.xml"))
    sheets = (each for each in book.iter() if each.tag.endswith("}sheet") and each.get("name") == sheet)
    target = targets.get(next((each.get(_RELATION) for each in sheets), None), "")
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
