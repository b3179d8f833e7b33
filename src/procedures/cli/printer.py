"""Prints to stdout and stderr: plain lines to a pipe, styled and wrapped lines to a terminal, JSON on request.

Output to a pipe is not wrapped, cut or coloured, so that programs find every name complete.
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
from procedures.text.outline import Line, format_sources
from procedures.text.problems import problem_in_language
from rules.problems import Problem
from rules.truth import Truth
from rules.words import Language

# Text of a file must not control a terminal, break a line, turn it round, or hold what nobody sees.
_CONTROLS: Final = {
    **{code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))},
    **dict.fromkeys((9, 10, 13), " "),
    **{
        code: f"\\u{code:04x}"
        for code in (
            0xAD,
            0x61C,
            0x180E,
            *range(0x200B, 0x2010),
            *range(0x2028, 0x202F),
            *range(0x2060, 0x2070),
            0xFEFF,
        )
    },
    **{code: f"\\U{code:08x}" for code in range(0xE0000, 0xE0080)},
}
STYLES: Final[Mapping[Truth, Style]] = {Truth.TRUE: "good", Truth.FALSE: "bad", Truth.UNKNOWN: "open"}
_MIN_STEPS: Final = 20_000
"""Work of at least this many steps shows its progress."""


def _ignore_progress(_steps: int = 1, /) -> None:
    """Ignore progress."""


def without_controls(text: str) -> str:
    """The text with control characters, and marks that turn a line or are invisible, written as escapes."""
    return text.translate(_CONTROLS).rstrip()


class Output(Protocol):
    """A destination for lines and tables."""

    def line(self, text: str, depth: int = 0, style: Style = "plain", after: str = "") -> None:
        """One line, indented by `depth` levels; `after` is less prominent."""

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Rows with aligned columns."""


@frozen
class PlainOutput:
    """Output to a pipe or file."""

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


def _make_output(stream: TextIO) -> Output:
    if not stream.isatty():
        return PlainOutput(stream)
    from procedures.cli.terminal import Terminal

    return Terminal(stream, coloured=not os.environ.get("NO_COLOR"))


class Printer:
    """Prints results for people on stdout, and problems on stderr."""

    def __init__(self) -> None:
        self._out = _make_output(sys.stdout)
        self._err: Final = _make_output(sys.stderr)

    @classmethod
    def on_stderr(cls) -> "Printer":
        """A printer that prints results on stderr too, because stdout carries data."""
        printer = cls()
        printer._out = printer._err
        return printer

    def line(self, text: str = "", depth: int = 0, style: Style = "plain", sources: Sequence[str] = ()) -> None:
        self._out.line(without_controls(text), depth, style, without_controls(format_sources(sources)))

    def heading(self, text: str, sources: Sequence[str] = ()) -> None:
        """A heading with an empty line above it."""
        self.line()
        self.line(text, style="heading", sources=sources)

    def lines(self, lines: Sequence[Line], depth: int = 0) -> None:
        """Lines of a description; options that are not chosen, and the values of findings, have their own style."""
        for line in lines:
            style: Style = "quiet" if line.chosen is False else "plain"
            if line.value is not None:
                style = STYLES[line.value]
            self.line(line.marked_text, depth + line.depth, style, line.sources)

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self._out.table(header, [[without_controls(cell) for cell in row] for row in rows])

    def document(self, data: Mapping[str, object]) -> None:
        """One JSON document: the only output on stdout with `--json`."""
        letters = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
        print(json.dumps(data, ensure_ascii=not letters, indent=2))

    def problems(self, problems: Sequence[Problem], count: str, language: Language = "en") -> None:
        """Every problem as `file:line:column: sentence` with its help, and a last line that counts them."""
        for problem in (problem_in_language(each, language) for each in problems):
            place = f"{problem.place}: " if problem.place else ""
            self._err.line(without_controls(place + problem.sentence))
            if problem.help:
                self._err.line(without_controls(f"help: {problem.help}"), 1, "quiet")
        self._err.line(count, style="bad")

    def warn(self, sentence: str, hint: str | None = None) -> None:
        """One sentence on stderr, without a place in a file."""
        self._err.line(without_controls(sentence), style="bad")
        if hint:
            self._err.line(without_controls(f"help: {hint}"), 1, "quiet")

    @contextmanager
    def progress(self, what: str, total: int, many: int = _MIN_STEPS) -> Iterator[Advance]:
        """A function that reports steps of long work: a bar on stderr, on a terminal only; `total` 0 is unknown."""
        if 0 < total < many or not sys.stderr.isatty():
            yield _ignore_progress
            return
        from procedures.cli.terminal import progress_bar

        with progress_bar(sys.stderr, what, total) as advance:
            yield advance
