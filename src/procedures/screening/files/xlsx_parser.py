"""The parser of the XML of a sheet: the rectangle of its values, and its formulas without a usable result.

Every element is an event here, so this is exact and slow. Pieces of plain rows are looked through by
`xlsx_plain_rows` instead; a generated test compares both.
"""

import re
from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

from attrs import define, field

from procedures.screening.files.xlsx_plain_rows import PlainRows, column_number, read_plain_rows

ROWS_BEGIN: Final = b"<sheetData>"
ROW_ENDS: Final = b"</row>"
_CELL: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_ROW: Final = re.compile(r"[0-9]{1,7}")
_VALUES: Final = ("v", "is")
_HIDING: Final = (b"<!", b"<?")
"""In a comment, a section of characters or an instruction, what looks like a row is none."""
_ENCODINGS: Final = ("utf-8", "us-ascii", None)


class NotASheetError(Exception):
    """The XML of a sheet is not that of a sheet."""


@define
class SheetParser:
    """What was seen of a sheet so far; a cell without a value takes no part in the rectangle."""

    failed: set[tuple[int, int]] = field(factory=set)
    uncalculated: set[tuple[int, int]] = field(factory=set)
    columns: set[int] = field(factory=set)  # those with a value
    least_row: int = 1 << 30
    most_row: int = 0
    _numbers: dict[str, int] = field(factory=dict)  # of columns, by their letters
    _row: int = 0
    _column: int = 0
    _type: str = ""
    _has_formula: bool = False
    _has_value: bool = False
    _rest: bytes = b""  # what follows the last whole row
    _is_at_rows: bool = False
    _may_skip: bool = True
    _parser: expat.XMLParserType = field(factory=expat.ParserCreate)

    def __attrs_post_init__(self) -> None:
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.XmlDeclHandler = self._declare

    def feed(self, data: bytes) -> None:
        """Read the next piece of the sheet; raises NotASheetError."""
        data = self._rest + data
        self._rest = b""
        if not self._may_skip:
            self._parse(data)
            return
        if not self._is_at_rows:
            data = self._parse_beginning(data)
        end = data.rfind(ROW_ENDS) + len(ROW_ENDS)
        if end < len(ROW_ENDS):  # a row as long as this is not worth waiting for
            self._stop_skipping(data)
            return
        self._rest = data[end:]
        self._read_rows(data[:end])

    def finish(self) -> None:
        """Read what is left, and check that the sheet is complete."""
        self._parse(self._rest)
        self._parse(b"", is_last=True)

    # -- pieces that the parser need not read -----------------------------------------------------------------------

    def _parse_beginning(self, data: bytes) -> bytes:
        """Read up to the rows; return what follows."""
        end = data.find(ROWS_BEGIN) + len(ROWS_BEGIN)
        if end < len(ROWS_BEGIN):
            return data
        self._parse(data[:end])
        # The parser has seen the rows begin, unless that is in a comment, or it waits for more.
        self._may_skip = self._may_skip and self._is_at_rows
        return data[end:]

    def _read_rows(self, piece: bytes) -> None:
        plain = read_plain_rows(piece) if self._may_skip else None
        if plain is None:
            self._parse(piece)
            self._may_skip = self._may_skip and not any(sign in piece for sign in _HIDING)
            return
        self._add_rows(plain)

    def _add_rows(self, plain: PlainRows) -> None:
        self.columns |= plain.columns
        if plain.rows:
            self.least_row = min(self.least_row, *plain.rows)
            self.most_row = max(self.most_row, *plain.rows)
        self.failed |= plain.failed
        self.uncalculated |= plain.uncalculated
        self._row, self._column = plain.last

    def _stop_skipping(self, data: bytes) -> None:
        self._may_skip = False
        self._parse(data)

    def _parse(self, data: bytes, *, is_last: bool = False) -> None:
        try:
            self._parser.Parse(data, is_last)
        except expat.ExpatError as error:
            raise NotASheetError from error

    # -- events of the parser ---------------------------------------------------------------------------------------

    def _declare(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self._may_skip = self._may_skip and (encoding.lower() if encoding else None) in _ENCODINGS

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
        elif name == "sheetData":
            self._is_at_rows = True

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
                self._numbers[letters] = column_number(letters.encode())
            self._row, self._column = int(row), self._numbers[letters]
        if self._type == "e":
            self.failed.add((self._row, self._column))

    def _add_value(self) -> None:
        self.columns.add(self._column)
        self.least_row = min(self.least_row, self._row)
        self.most_row = max(self.most_row, self._row)
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
            self._has_formula = False

    def _refuse_doctype(self, *_: object) -> None:
        raise NotASheetError
