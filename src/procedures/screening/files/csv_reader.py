"""The reader of csv, in batches of text: no cell is read as a number or a date, and memory does not grow with the file.

Blocks of the file in which every line is a row of the right width are read at once (`csv_blocks`), others record by
record.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, Final

import polars as pl
from attrs import define, evolve, field

from procedures.screening.files.csv_blocks import make_frame, read_block
from procedures.screening.files.csv_lines import LINE, PIECE, Lines
from procedures.screening.files.header_rows import LOOKED_AT, check_first_row, refuse_title
from procedures.screening.files.source import Batch, is_blank, without_blank_rows
from procedures.screening.formats import Formats
from procedures.screening.problems import TableError, Trouble, make_hint, make_trouble
from rules.problems import Place
from rules.words import Words

_BINARY: Final = {  # first bytes of other formats, the name of the format, and the ending of its files
    b"PK\x03\x04": (Words.same("xlsx"), ".xlsx"),
    b"PAR1": (Words.same("parquet"), ".parquet"),
}
_MARKS: Final = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEPARATORS: Final = ";,\t|"
_SEPARATOR_LINE: Final = re.compile(r'"?sep=([^\r\n"])"?[;,\t|]*(?:\r\n|\r|\n)', re.IGNORECASE)


@define
class CsvSource:
    """A csv file or stream, opened at its first row of data."""

    name: str
    headers: tuple[str, ...]
    header: Place
    total_work: int
    separator: str
    has_bom: bool
    _lines: Lines
    _ragged: dict[tuple[int, bool], Trouble] = field(factory=dict)

    @property
    def types(self) -> Mapping[str, pl.DataType]:
        return dict.fromkeys(self.headers, pl.String())

    def close(self) -> None:
        self._lines.stream.close()

    def batches(self) -> Iterator[Batch]:
        while (batch := self._batch()) is not None:
            batch = without_blank_rows(batch)
            if batch.frame.height:
                yield batch

    def describe_cell(self, header: str, place: Place) -> Words:
        return Words.same(f"`{header}`")

    def _batch(self) -> Batch | None:
        lines = self._lines
        text, first = lines.read_piece()
        if not text:
            return None
        frame = read_block(text, self.headers, self.separator)
        if frame is not None:
            lines.consume(text, frame.height)
            where = _CellPlaces(self.name, self.separator, range(first, first + frame.height), [text])
            return Batch(frame, where, lines.bytes_read)
        return self._record_by_record()

    def _record_by_record(self) -> Batch:
        rows: list[list[str]] = []
        numbers: list[int] = []
        texts: list[str] = []
        ragged: dict[int, Trouble] = {}
        width = len(self.headers)
        for record, number, text in self._lines.read_records(self.separator):
            if all(is_blank(cell) for cell in record):
                continue
            if len(record) != width:
                ragged[len(rows)] = self._make_ragged(record, Place(self.name, number, 1))
                record = [*record[:width], *[""] * (width - len(record))]  # noqa: PLW2901
            rows.append(record)
            numbers.append(number)
            texts.append(text)
        frame = make_frame(rows, self.headers)
        return Batch(frame, _CellPlaces(self.name, self.separator, numbers, texts), self._lines.bytes_read, ragged)

    def _make_ragged(self, record: Sequence[str], place: Place) -> Trouble:
        """The problem of a row with another number of cells than the header."""
        ends = len(record) > len(self.headers) and all(is_blank(cell) for cell in record[len(self.headers) :])
        key = (len(record), ends)
        if key not in self._ragged:
            sign = f"`{self.separator}`"
            help_ = make_hint("ends with" if ends else "ragged", separator=sign)
            self._ragged[key] = make_trouble("ragged", place, help_, n=len(record), columns=len(self.headers))
        return evolve(self._ragged[key], place=place)


def open_csv(
    path: Path | BinaryIO, formats: Formats, name: str = "<stdin>", header_row: int | None = None
) -> CsvSource:
    """Open a csv file; raises TableError where its beginning is not csv with headers."""
    if isinstance(path, Path):
        name = str(path)
        total = path.stat().st_size
        stream: BinaryIO = path.open("rb")
    else:
        stream, total = path, 0
    try:
        return _open_stream(stream, name, total, formats, header_row)
    except BaseException:
        stream.close()
        raise


def _open_stream(stream: BinaryIO, name: str, total: int, formats: Formats, header_row: int | None = None) -> CsvSource:
    start = Place(name, 1, 1)
    beginning = stream.read(PIECE)
    for mark, (what, ending) in _BINARY.items():
        if beginning.startswith(mark):
            raise TableError([make_trouble("binary", start, what=what, ending=ending)])
    for mark, encoding in _MARKS:
        if beginning.startswith(mark) and formats.encoding == "utf-8":
            raise TableError([make_trouble("not text", start, encoding="UTF-8", guess=encoding)])
    marked = beginning.startswith(codecs.BOM_UTF8)
    lines = Lines(stream, name, formats.encoding, beginning.removeprefix(codecs.BOM_UTF8))
    if header_row is not None:
        _skip_lines(lines, header_row)
    else:
        _skip_separator_line(lines, formats.separator)
    headers, number, text = next(lines.read_records(formats.separator, 1), ([], 1, ""))
    place = Place(name, number, 1)
    if header_row is not None and (number != header_row or not any(header.strip() for header in headers)):
        raise TableError([make_trouble("header row", Place(name, header_row, 1), n=header_row)])
    if not any(header.strip() for header in headers):
        raise TableError([make_trouble("empty", start)])
    _refuse_one_column(headers, formats, place, None if header_row is not None else lines)
    places = _CellPlaces(name, formats.separator, [number], [text])
    below = _look_ahead(lines, formats.separator) if header_row is None else ()
    check_first_row(headers, lambda index: places(0, index), below, formats.separator)
    return CsvSource(name, tuple(headers), place, total, formats.separator, marked, lines)


def _skip_lines(lines: Lines, header_row: int) -> None:
    """Skip the lines above the row of headers."""
    for _ in range(header_row - 1):
        match = LINE.match(lines.read_piece()[0])
        if match is None:
            return
        lines.consume(match[0])


def _skip_separator_line(lines: Lines, separator: str) -> None:
    """Skip a first line such as `sep=;`, which tells spreadsheet programs what separates the cells."""
    text, number = lines.read_piece()
    match = _SEPARATOR_LINE.match(text)
    if match is None:
        return
    if match[1] != separator:
        option = f"`{_separator_option(match[1])}`"
        raise TableError(
            [make_trouble("separator line", Place(lines.name, number, 1), sign=f"`{match[1]}`", option=option)]
        )
    lines.consume(match[0])


def _look_ahead(lines: Lines, separator: str) -> list[tuple[int, list[str]]]:
    """The next records, which stay to be read; none where they cannot be read at once."""
    text, number = lines.read_piece()
    found: list[tuple[int, list[str]]] = []
    reader = csv.reader(islice(map(itemgetter(0), LINE.finditer(text)), LOOKED_AT), delimiter=separator, strict=True)
    with suppress(csv.Error):
        start = number
        for record in reader:
            found.append((start, record))
            start = number + reader.line_num
    return found


def _separator_option(sign: str) -> str:
    return "--separator tab" if sign == "\t" else f"--separator '{sign}'"


def _refuse_one_column(headers: Sequence[str], formats: Formats, place: Place, lines: Lines | None) -> None:
    """Raise TableError where the only header contains another separator, or the lines below it do."""
    if len(headers) > 1:
        return
    others = [sign for sign in _SEPARATORS if sign != formats.separator]
    for sign in others:
        if sign in headers[0]:
            n = len(headers[0].split(sign))
            help_ = make_hint("one column", options=f"`{_separator_option(sign)}`", n=n)
            raise TableError([make_trouble("one column", place, help_, header=f"`{headers[0][:60]}`")])
    if lines is None:
        return
    refuse_title(headers, place, _look_ahead(lines, formats.separator))
    for sign in others:
        below = _look_ahead(lines, sign)
        if _is_table(below):
            refuse_title(headers, place, below, _separator_option(sign))


def _is_table(rows: Sequence[tuple[int, Sequence[str]]]) -> bool:
    """Whether these are cells and not texts with a comma here and there: wide rows, with no space after a separator."""
    wide = [cells for _, cells in rows if len(cells) > 1]
    spaced = any(cell.startswith(" ") for cells in wide for cell in cells[1:])
    return len(wide) > 1 and len({*map(len, wide)}) == 1 and not spaced


@define
class _CellPlaces:
    """The places of the cells of a batch, computed from the line numbers and the text of its records."""

    name: str
    separator: str
    numbers: Sequence[int]
    texts: list[str]

    def __call__(self, row: int, column: int) -> Place:
        if len(self.texts) != len(self.numbers):  # one text for all records, one line each
            self.texts = LINE.findall(self.texts[0])
        return _find_place(self.name, self.texts[row], self.separator, self.numbers[row], column)


def _find_place(name: str, text: str, separator: str, line: int, column: int) -> Place:
    """The place at which a cell begins in the text of its record; a quoted cell begins at its quote."""
    at, quoted, start = 1, False, True
    for sign in text:
        if column == 0 and start:
            break
        start = False
        if sign == '"':
            quoted = not quoted
        elif sign == separator and not quoted:
            column, start = column - 1, True
        line, at = (line + 1, 1) if sign == "\n" else (line, at + 1)
    return Place(name, line, at)
