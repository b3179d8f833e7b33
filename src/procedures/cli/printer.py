"""What goes to stdout and stderr: plain lines into a pipe, styled and wrapped ones on a terminal, JSON on request.

Into a pipe nothing is wrapped, cut or coloured, so that what reads it finds every name whole.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, Protocol, TextIO
from unicodedata import east_asian_width

from attrs import frozen

from procedures.cli.styles import Advance, Style
from procedures.text.outline import Line, cited
from rules.problems import Problem
from rules.truth import Truth

# What a file holds must not steer a terminal, nor break a line where one line is one thing.
_CONTROLS: Final = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {9: " ", 10: " ", 13: " "}
STYLES: Final[Mapping[Truth, Style]] = {Truth.TRUE: "good", Truth.FALSE: "bad", Truth.UNKNOWN: "open"}
_MANY: Final = 20_000
"""From so many steps of work on, progress is shown."""


def _quietly(_steps: int = 1, /) -> None:
    """Nobody looks."""


def harmless(text: str) -> str:
    """The text without control characters."""
    return text.translate(_CONTROLS).rstrip()


class Paper(Protocol):
    """Something to write on."""

    def line(self, text: str, depth: int = 0, style: Style = "plain", after: str = "") -> None:
        """One line, `depth` steps in; `after` is of less weight."""

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Rows in columns."""


@frozen
class PlainPaper:
    """A pipe or file."""

    stream: TextIO

    def line(self, text: str, depth: int = 0, style: Style = "plain", after: str = "") -> None:
        print("  " * depth + text + after, file=self.stream)

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        every = [header, *rows]
        widths = [max(map(_width, column)) for column in zip(*every, strict=True)]
        for row in every:
            cells = (text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True))
            print("  ".join(cells).rstrip(), file=self.stream)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _paper(stream: TextIO) -> Paper:
    if not stream.isatty():
        return PlainPaper(stream)
    from procedures.cli.terminal import Terminal

    return Terminal(stream, coloured=not os.environ.get("NO_COLOR"))


class Printer:
    """Writes for people on one stream and of problems on the other."""

    def __init__(self) -> None:
        self._out = _paper(sys.stdout)
        self._err: Final = _paper(sys.stderr)

    @classmethod
    def on_stderr(cls) -> "Printer":
        """A printer that leaves stdout to data."""
        printer = cls()
        printer._out = printer._err
        return printer

    def line(self, text: str = "", depth: int = 0, style: Style = "plain", sources: Sequence[str] = ()) -> None:
        self._out.line(harmless(text), depth, style, harmless(cited(sources)))

    def heading(self, text: str, sources: Sequence[str] = ()) -> None:
        """A heading with an empty line above it."""
        self.line()
        self.line(text, style="heading", sources=sources)

    def lines(self, lines: Sequence[Line], depth: int = 0) -> None:
        """Lines of a description; the option that holds is marked, and so is what a finding came to."""
        for line in lines:
            style: Style = "quiet" if line.chosen is False else "plain"
            if line.value is not None:
                style = STYLES[line.value]
            self.line(line.marked, depth + line.depth, style, line.sources)

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self._out.table(header, [[harmless(cell) for cell in row] for row in rows])

    def document(self, data: Mapping[str, object]) -> None:
        """One JSON document: the only thing on stdout when JSON was asked for."""
        letters = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
        print(json.dumps(data, ensure_ascii=not letters, indent=2))

    def problems(self, problems: Sequence[Problem], count: str) -> None:
        """Every problem as `file:line:column: sentence` with its help, and a last line that counts them."""
        for problem in problems:
            place = f"{problem.place}: " if problem.place else ""
            self._err.line(harmless(place + problem.sentence))
            if problem.help:
                self._err.line(harmless(f"help: {problem.help}"), 1, "quiet")
        self._err.line(count, style="bad")

    def complain(self, sentence: str, hint: str | None = None) -> None:
        """One sentence on stderr that no place in a file goes with."""
        self._err.line(harmless(sentence), style="bad")
        if hint:
            self._err.line(harmless(f"help: {hint}"), 1, "quiet")

    @contextmanager
    def progress(self, what: str, total: int, many: int = _MANY) -> Iterator[Advance]:
        """A call for steps of long work: a bar on stderr, on a terminal only; `total` 0 where nobody knows it."""
        if 0 < total < many or not sys.stderr.isatty():
            yield _quietly
            return
        from procedures.cli.terminal import progress_bar

        with progress_bar(sys.stderr, what, total) as advance:
            yield advance
