"""Where the headers are: titles above them, and separators after them, as spreadsheet programs write them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from procedures.screening.files.source import check_headers, is_blank
from procedures.screening.problems import TableError, make_hint, make_trouble
from rules.problems import Place
from rules.words import Words

LOOKED_AT: Final = 20
"""The rows below the first one in which headers are sought."""
_SHOWN: Final = 60

Rows = Iterable[tuple[int, Sequence[object]]]
"""Rows with their numbers."""


def check_first_row(cells: Sequence[str], place_of: Callable[[int], Place], below: Rows, separator: str = "") -> None:
    """
    Raise TableError where the first row holds no headers, with what is probably meant.

    `below` are the next rows; `separator` is that of csv.
    """
    place = place_of(0)
    refuse_title(cells, place, below)
    last = _count_filled_to_end(cells)
    if separator and last < len(cells) and not any(is_blank(cell) for cell in cells[:last]):
        sign = "tab" if separator == "\t" else f"`{separator}`"
        raise TableError([make_trouble("trailing", place_of(last), separator=sign, n=last + 1)])
    check_headers(cells, place_of)


def refuse_title(cells: Sequence[str], place: Place, below: Rows, option: str = "") -> None:
    """Raise TableError where a row below holds the headers; `option` is another one that it takes to read them."""
    found = _find_headers(cells, below)
    if found is None:
        return
    number, headers = found
    shown = ", ".join(headers)
    options = f"{option} --header-row {number}".strip()
    quoted = f"`{shown[:_SHOWN]}{'…' if len(shown) > _SHOWN else ''}`"
    help_ = make_hint("title", row=number, options=options, headers=quoted)
    raise TableError([make_trouble("title", place, help_, n=place.line)])


def check_named_row(row: int | None, ending: str, place: Place) -> None:
    """Raise TableError where a row of headers is named and cannot be."""
    if row is None:
        return
    if row < 1:
        raise TableError([make_trouble("header row", place, Words(), n=row)])
    if ending == ".parquet":
        raise TableError([make_trouble("headers of", place, ending=ending)])


def _find_headers(cells: Sequence[object], below: Rows) -> tuple[int, list[str]] | None:
    """The first row below that holds more texts than the first row, one for each column and all different."""
    filled = sum(not is_blank(cell) for cell in cells)
    if filled == len(cells) > 1:
        return None
    for number, row in below:
        texts = [cell.strip() for cell in row[: _count_filled_to_end(row)] if isinstance(cell, str)]
        is_header = all(texts) and len({*texts}) == len(texts) == _count_filled_to_end(row)
        if is_header and len(texts) > max(filled, 1) and not any(text[0].isdigit() for text in texts):
            return number, texts
    return None


def _count_filled_to_end(cells: Sequence[object]) -> int:
    """The number of cells up to the last that is not blank."""
    return max((index + 1 for index, cell in enumerate(cells) if not is_blank(cell)), default=0)
