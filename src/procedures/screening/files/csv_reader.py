"""The reader of csv, in batches of text: no cell is read as a number or a date, and memory does not grow with the file.

Blocks of the file in which every line is a row of the right width are read at once (`csv_blocks`), others record by
record.
"""

import codecs
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final

import polars as pl
from attrs import define

from procedures.screening.files.csv_blocks import make_frame, read_block
from procedures.screening.files.csv_lines import LINE, PIECE, Lines
from procedures.screening.files.source import Batch, check_headers, is_blank, without_blank_rows
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
                ragged[len(rows)] = make_trouble(
                    "ragged", Place(self.name, number, 1), n=len(record), columns=width, separator=f"`{self.separator}`"
                )
                record = [*record[:width], *[""] * (width - len(record))]  # noqa: PLW2901
            rows.append(record)
            numbers.append(number)
            texts.append(text)
        frame = make_frame(rows, self.headers)
        return Batch(frame, _CellPlaces(self.name, self.separator, numbers, texts), self._lines.bytes_read, ragged)


def open_csv(path: Path | BinaryIO, formats: Formats, name: str = "<stdin>") -> CsvSource:
    """Open a csv file; raises TableError where its beginning is not csv with headers."""
    if isinstance(path, Path):
        name = str(path)
        total = path.stat().st_size
        stream: BinaryIO = path.open("rb")
    else:
        stream, total = path, 0
    try:
        return _open_stream(stream, name, total, formats)
    except BaseException:
        stream.close()
        raise


def _open_stream(stream: BinaryIO, name: str, total: int, formats: Formats) -> CsvSource:
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
    headers, number, text = next(lines.read_records(formats.separator, 1), ([], 1, ""))
    place = Place(name, number, 1)
    if not any(header.strip() for header in headers):
        raise TableError([make_trouble("empty", start)])
    _refuse_one_column(headers, formats, place)
    places = _CellPlaces(name, formats.separator, [number], [text])
    check_headers(headers, lambda index: places(0, index))
    return CsvSource(name, tuple(headers), place, total, formats.separator, marked, lines)


def _refuse_one_column(headers: Sequence[str], formats: Formats, place: Place) -> None:
    """Raise TableError where the only header contains another separator, so that several columns were meant."""
    if len(headers) > 1:
        return
    for sign in _SEPARATORS:
        if sign != formats.separator and sign in headers[0]:
            option = "`--separator tab`" if sign == "\t" else f"`--separator '{sign}'`"
            n = len(headers[0].split(sign))
            help_ = make_hint("one column", options=option, n=n)
            raise TableError([make_trouble("one column", place, help_, header=f"`{headers[0][:60]}`")])


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
