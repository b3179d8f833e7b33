"""The lines of a csv stream, decoded piece by piece, and its records with their line numbers."""

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, Final

from attrs import define, field

from procedures.screening.files.source import BATCH
from procedures.screening.problems import TableError, make_hint, make_trouble
from rules.problems import Place
from rules.words import Words

PIECE: Final = 1 << 20
LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LONGEST: Final = 1 << 26


@define
class Lines:
    """The text of a stream in pieces of whole lines, with the number of bytes read and the number of the next line."""

    stream: BinaryIO
    name: str
    encoding: str
    _bytes: bytes
    bytes_read: int = 0
    _text: str = ""
    _at: int = 0
    _line: int = 1
    _ended: bool = False
    _decoder: codecs.IncrementalDecoder = field(init=False)

    def __attrs_post_init__(self) -> None:
        try:
            self._decoder = codecs.getincrementaldecoder(self.encoding)()
        except LookupError:
            raise TableError([make_trouble("encoding", encoding=f"`{self.encoding}`")]) from None

    def read_piece(self) -> tuple[str, int]:
        """The whole lines in the buffer and the number of the first; an empty text at the end of the stream."""
        while not self._ended and (end := self._text.rfind("\n") + 1) <= self._at:
            if len(self._text) - self._at > _LONGEST:
                raise TableError([make_trouble("csv", Place(self.name, self._line, 1), why="the line does not end")])
            self._read_more()
        return self._text[self._at : len(self._text) if self._ended else end], self._line

    def consume(self, text: str, lines: int = 1) -> None:
        """Remove this text, which has `lines` lines, from the front of the buffer."""
        self._at += len(text)
        self._line += lines

    def read_records(self, separator: str, most: int = BATCH) -> Iterator[tuple[list[str], int, str]]:
        """
        The records in the buffer, each with the number of its first line and its text; at most `most`.

        A record that continues after the buffer reads further lines.
        """
        taken: list[str] = []
        pending: deque[str] = deque()

        def more() -> bool:
            if not pending:
                pending.extend(LINE.findall(self.read_piece()[0]))
            return bool(pending)

        def lines() -> Iterator[str]:
            while more():
                line = pending.popleft()
                self.consume(line)
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
                raise self._csv_error(number, error) from None
            if record:  # an empty line is not a row
                most -= 1
                yield record, number, "".join(taken)

    def _csv_error(self, number: int, error: csv.Error) -> TableError:
        why = str(error)
        quote = '`"`'
        help_ = make_hint("unclosed", quote=quote) if "NUL" not in why else Words()
        return TableError([make_trouble("csv", Place(self.name, number, 1), help_, why=why)])

    def _read_more(self) -> None:
        data = self._bytes or self.stream.read(PIECE)
        self._bytes = b""
        self._ended = not data
        try:
            text = self._decoder.decode(data, final=self._ended)
        except UnicodeDecodeError as error:
            raise self._decoding_error(error) from None
        self.bytes_read += len(data)
        self._text, self._at = self._text[self._at :] + text, 0

    def _decoding_error(self, error: UnicodeDecodeError) -> TableError:
        """The error with its place; lines are counted in bytes, which is right for all encodings but the wide ones."""
        before = error.object[: error.start]
        line = self._line + self._text.count("\n", self._at) + before.count(b"\n")
        column = error.start - (before.rfind(b"\n") + 1) + 1
        encoding = self.encoding.upper()
        guess = "utf-8" if self.encoding != "utf-8" else "cp1252"
        return TableError([make_trouble("not text", Place(self.name, line, column), encoding=encoding, guess=guess)])
