"""Rows of a sheet as programs mostly write them, looked through several times as fast as by a parser of XML.

A piece is plain if it consists of whole rows in the form below and of nothing else, so that leaving it out changes
nothing for a parser that reads the rest. Any other piece is for the parser. No expression below backtracks: each takes
a part of the text once, and the parts that different attempts take do not overlap.
"""

import re
from collections.abc import Iterator
from typing import Final

from attrs import frozen

_ATTRIBUTES: Final = rb'(?: (?!r=)[A-Za-z_][\w:]{0,30}+="[^"<>&]*+")*+'
_CELL_ATTRIBUTES: Final = rb'(?: s="[0-9]{1,9}+")?+(?: t="[A-Za-z]{1,20}+")?+'
_NAME: Final = rb"([A-Z]{1,3}+)([0-9]{1,7}+)"
_FORMULA: Final = rb"<f" + _ATTRIBUTES + rb"(?:/>|>[^<]*+</f>)"
_VALUE: Final = rb'(?:<v>[^<]*+</v>|<is>(?:<t(?: xml:space="preserve")?+>[^<]*+</t>)?+</is>|<v/>)'
_CELL: Final = re.compile(  # with groups for the name of a cell that has a value, and without them for another cell
    rb'<c r="' + _NAME + rb'"' + _CELL_ATTRIBUTES + rb">(?:" + _FORMULA + rb")?+" + _VALUE + rb"</c>"
    rb'|<c r="[A-Z]{1,3}+[0-9]{1,7}+"' + _CELL_ATTRIBUTES + rb"(?:/>|>(?:" + _FORMULA + rb")?+</c>)"
)  # fmt: skip
_ROWS: Final = re.compile(rb'(?:<row r="[0-9]{1,7}+"' + _ATTRIBUTES + rb"(?:/>|></row>))*+")
_FAILED: Final = re.compile(rb'<c r="' + _NAME + rb'"(?: s="[0-9]{1,9}+")?+ t="e"')
_CALCULATED: Final = re.compile(
    rb'<c r="' + _NAME + rb'"(' + _CELL_ATTRIBUTES + rb")>" + _FORMULA + rb"(?:<v>([^<]*+)</v>|<v/>)?+</c>"
)
_MAY_BE_EMPTY: Final = (b't="str"', b't="e"')  # the result of a formula may be an empty text
_LAST_ROW: Final = re.compile(rb'<row r="([0-9]{1,7})"')
_LAST_CELL: Final = re.compile(rb'<c r="' + _NAME)
_REFERENCE: Final = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)")
_FORBIDDEN: Final = bytes(code for code in range(32) if code not in b"\t\n\r")
_FORBIDDEN_WIDE: Final = ("\ufffe".encode(), "\uffff".encode(), b"]]>")


@frozen
class PlainRows:
    """What was seen in some rows: the columns and rows with a value, formulas to refuse, and the last cell."""

    columns: frozenset[int]
    rows: frozenset[int]
    failed: frozenset[tuple[int, int]]
    uncalculated: frozenset[tuple[int, int]]
    last: tuple[int, int]


def read_plain_rows(piece: bytes) -> PlainRows | None:
    """What is in a piece of XML that is UTF-8 and begins and ends between rows; None if it is not plain."""
    parts = _CELL.split(piece)
    between, letters, rows = parts[::3], {*parts[1::3]} - {None}, {*parts[2::3]} - {None}
    if not _ROWS.fullmatch(b"".join(between)) or not _is_text(piece):
        return None
    return PlainRows(
        frozenset(map(column_number, letters)),
        frozenset(map(int, rows)),
        frozenset(_places(_FAILED, piece)) if b't="e"' in piece else frozenset(),
        frozenset(_find_uncalculated(piece)) if b"<f" in piece else frozenset(),
        _find_last(piece),
    )


def column_number(letters: bytes) -> int:
    """`C` → 3."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _is_text(piece: bytes) -> bool:
    """Whether a parser takes all characters and references of the piece."""
    if b"&" in piece and _REFERENCE.search(piece):
        return False
    if len(piece.translate(None, _FORBIDDEN)) != len(piece) or any(signs in piece for signs in _FORBIDDEN_WIDE):
        return False
    if piece.isascii():
        return True
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return True


def _places(pattern: re.Pattern[bytes], piece: bytes) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(piece):
        yield int(match[2]), column_number(match[1])


def _find_uncalculated(piece: bytes) -> Iterator[tuple[int, int]]:
    for match in _CALCULATED.finditer(piece):
        letters, row, attributes, value = match.groups()
        if not (value or b"").decode().strip() and not any(each in attributes for each in _MAY_BE_EMPTY):
            yield int(row), column_number(letters)


def _find_last(piece: bytes) -> tuple[int, int]:
    """The row and column of the last cell; column 0 where the last row has no cells."""
    row, cell = piece.rfind(b"<row "), piece.rfind(b"<c ")
    if cell > row and (match := _LAST_CELL.match(piece, cell)):
        return int(match[2]), column_number(match[1])
    found = _LAST_ROW.match(piece, row)
    return (int(found[1]), 0) if found else (0, 0)
