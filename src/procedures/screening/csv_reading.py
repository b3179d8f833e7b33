"""Csv as text, in batches: nothing is read as a number or a date here, and memory does not grow with the file.

A piece of the file in which nothing is quoted and every line has as many cells is read by polars in one go; any other
by the csv reader of the standard library, record by record. Generated tests hold the two to the same rows.
"""

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import polars as pl
from attrs import define, field

from procedures.screening.formats import Formats
from procedures.screening.tables import BATCH, Batch, check_headers
from procedures.screening.telling import TableError, Trouble, hint, trouble
from rules.problems import Place
from rules.words import Words

_PIECE: Final = 1 << 23
_BINARY: Final = {  # how files begin that are no text, what they are, and how their names should end
    b"PK\x03\x04": (Words.same("xlsx"), ".xlsx"),
    b"PAR1": (Words.same("parquet"), ".parquet"),
}
_MARKS: Final = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEPARATORS: Final = ";,\t|"
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LONGEST: Final = 1 << 26


@define
class CsvSource:
    """A csv file, or a stream of it, opened at its first row of data."""

    name: str
    headers: tuple[str, ...]
    header: Place
    total: int
    separator: str
    marked: bool
    _lines: "_Lines"

    @property
    def types(self) -> Mapping[str, pl.DataType]:
        return dict.fromkeys(self.headers, pl.String())

    def batches(self) -> Iterator[Batch]:
        while (batch := self._batch()) is not None:
            if batch.frame.height:
                yield batch

    def cell_words(self, header: str, place: Place) -> Words:
        return Words.same(f"`{header}`")

    def _batch(self) -> Batch | None:
        lines = self._lines
        text, first = lines.piece()
        if not text:
            return None
        frame = _all_at_once(text, self.headers, self.separator)
        if frame is not None:
            lines.used(text, frame.height)
            where = _Places(self.name, self.separator, range(first, first + frame.height), [text])
            return Batch(frame, where, lines.taken)
        return self._record_by_record()

    def _record_by_record(self) -> Batch:
        rows: list[list[str]] = []
        numbers: list[int] = []
        texts: list[str] = []
        ragged: dict[int, Trouble] = {}
        width = len(self.headers)
        for record, number, text in self._lines.records(self.separator):
            if len(record) != width:
                ragged[len(rows)] = trouble(
                    "ragged", Place(self.name, number, 1), n=len(record), columns=width, separator=f"`{self.separator}`"
                )
                record = [*record[:width], *[""] * (width - len(record))]  # noqa: PLW2901
            rows.append(record)
            numbers.append(number)
            texts.append(text)
        columns = list(zip(*rows, strict=True)) or [()] * width
        frame = pl.DataFrame(
            [pl.Series(name, column, dtype=pl.String) for name, column in zip(self.headers, columns, strict=True)]
        )
        return Batch(frame, _Places(self.name, self.separator, numbers, texts), self._lines.taken, ragged)


def open_csv(path: Path | BinaryIO, formats: Formats, name: str = "<stdin>") -> CsvSource:
    """Open a csv file; raises TableError where its beginning is not one."""
    if isinstance(path, Path):
        name = str(path)
        total = path.stat().st_size
        stream: BinaryIO = path.open("rb")
    else:
        stream, total = path, 0
    start = Place(name, 1, 1)
    beginning = stream.read(_PIECE)
    for mark, (what, ending) in _BINARY.items():
        if beginning.startswith(mark):
            raise TableError([trouble("binary", start, what=what, ending=ending)])
    for mark, encoding in _MARKS:
        if beginning.startswith(mark) and formats.encoding == "utf-8":
            raise TableError([trouble("not text", start, encoding="UTF-8", guess=encoding)])
    marked = beginning.startswith(codecs.BOM_UTF8)
    lines = _Lines(stream, name, formats.encoding, beginning.removeprefix(codecs.BOM_UTF8))
    headers, number, text = next(lines.records(formats.separator, 1), ([], 1, ""))
    place = Place(name, number, 1)
    if not any(header.strip() for header in headers):
        raise TableError([trouble("empty", start)])
    _refuse_one_column(headers, formats, place)
    places = _Places(name, formats.separator, [number], [text])
    check_headers(headers, lambda index: places(0, index))
    return CsvSource(name, tuple(headers), place, total, formats.separator, marked, lines)


def _refuse_one_column(headers: Sequence[str], formats: Formats, place: Place) -> None:
    """One column whose header holds another separator was meant to be several."""
    if len(headers) > 1:
        return
    for sign in _SEPARATORS:
        if sign != formats.separator and sign in headers[0]:
            option = "`--separator tab`" if sign == "\t" else f"`--separator '{sign}'`"
            n = len(headers[0].split(sign))
            help_ = hint("one column", options=option, n=n)
            raise TableError([trouble("one column", place, help_, header=f"`{headers[0][:60]}`")])


@define
class _Lines:
    """The text of a stream in pieces that end where a line ends, and how many lines and bytes were taken."""

    stream: BinaryIO
    name: str
    encoding: str
    _bytes: bytes
    taken: int = 0
    _text: str = ""
    _at: int = 0
    _line: int = 1
    _ended: bool = False
    _decoder: codecs.IncrementalDecoder = field(init=False)

    def __attrs_post_init__(self) -> None:
        try:
            self._decoder = codecs.getincrementaldecoder(self.encoding)()
        except LookupError:
            raise TableError([trouble("encoding", encoding=f"`{self.encoding}`")]) from None

    def piece(self) -> tuple[str, int]:
        """The whole lines in hand, and the number of the first; nothing at the end."""
        while not self._ended and (end := self._text.rfind("\n") + 1) <= self._at:
            if len(self._text) - self._at > _LONGEST:
                raise TableError([trouble("csv", Place(self.name, self._line, 1), why="the line does not end")])
            self._more()
        return self._text[self._at : len(self._text) if self._ended else end], self._line

    def used(self, text: str, lines: int = 1) -> None:
        """Take this text, of so many lines."""
        self._at += len(text)
        self._line += lines

    def records(self, separator: str, most: int = BATCH) -> Iterator[tuple[list[str], int, str]]:
        """
        Records up to the end of the lines in hand, each with the number of its first line, and its text.

        A record that goes on after them brings further lines.
        """
        taken: list[str] = []
        pending: deque[str] = deque()

        def more() -> bool:
            if not pending:
                pending.extend(_LINE.findall(self.piece()[0]))
            return bool(pending)

        def lines() -> Iterator[str]:
            while more():
                line = pending.popleft()
                self.used(line)
                taken.append(line)
                yield line

        more()
        reader = csv.reader(lines(), delimiter=separator, strict=True)
        while most and pending:
            number = self._line
            taken.clear()
            try:
                record = next(reader, None)
            except csv.Error as error:
                raise self._broken(number, error) from None
            if record:  # an empty line is no row
                most -= 1
                yield record, number, "".join(taken)

    def _broken(self, number: int, error: csv.Error) -> TableError:
        why = str(error)
        quote = '`"`'
        help_ = hint("unclosed", quote=quote) if "NUL" not in why else Words()
        return TableError([trouble("csv", Place(self.name, number, 1), help_, why=why)])

    def _more(self) -> None:
        data = self._bytes or self.stream.read(_PIECE)
        self._bytes = b""
        self._ended = not data
        try:
            text = self._decoder.decode(data, final=self._ended)
        except UnicodeDecodeError as error:
            raise self._undecodable(error) from None
        self.taken += len(data)
        self._text, self._at = self._text[self._at :] + text, 0

    def _undecodable(self, error: UnicodeDecodeError) -> TableError:
        """The trouble, where it stands; counting lines in bytes is right for every encoding but the wide ones."""
        before = error.object[: error.start]
        line = self._line + self._text.count("\n", self._at) + before.count(b"\n")
        column = error.start - (before.rfind(b"\n") + 1) + 1
        encoding = self.encoding.upper()
        guess = "utf-8" if self.encoding != "utf-8" else "cp1252"
        return TableError([trouble("not text", Place(self.name, line, column), encoding=encoding, guess=guess)])


def _all_at_once(text: str, headers: Sequence[str], separator: str) -> pl.DataFrame | None:
    """The rows of a piece in which no line is out of the ordinary; None for any other."""
    if '"' in text or "\r" in text.replace("\r\n", "\n") or "\0" in text:
        return None
    data = text.replace("\r\n", "\n").encode()
    if not data.endswith(b"\n"):
        data += b"\n"
    signs = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(signs == ord("\n"))
    counts = np.diff(np.cumsum(signs == ord(separator))[ends], prepend=0)
    lengths = np.diff(ends, prepend=-1)
    if (counts != len(headers) - 1).any() or (lengths <= 1).any():
        return None
    return pl.read_csv(
        data,
        has_header=False,
        separator=separator,
        quote_char=None,
        schema=dict.fromkeys(headers, pl.String),
        empty_string_is_null=False,
    )


@define
class _Places:
    """Where cells of a batch stand: the lines of its records, and their text, of which the columns are told."""

    name: str
    separator: str
    numbers: Sequence[int]
    texts: list[str]

    def __call__(self, row: int, column: int) -> Place:
        if len(self.texts) != len(self.numbers):  # one text for all of them: a line each
            self.texts = _LINE.findall(self.texts[0])
        return _place_in(self.name, self.texts[row], self.separator, self.numbers[row], column)


def _place_in(name: str, text: str, separator: str, line: int, column: int) -> Place:
    """Where a cell begins in the text of its record; a quoted cell at its quote."""
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
