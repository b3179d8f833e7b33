"""Output to a terminal: styles, wrapping, and a progress bar. The only module that imports rich."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, TextIO

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from procedures.cli.styles import Advance, Style

_STYLES: Final[Mapping[Style, str]] = {
    "title": "bold",
    "heading": "bold cyan",
    "good": "green",
    "bad": "red",
    "open": "yellow",
    "quiet": "dim",
    "plain": "",
}


def _console(stream: TextIO, *, coloured: bool = True) -> Console:
    # Text of a definition is never markup: `[notice:12]` is a citation.
    return Console(
        file=stream,
        color_system="auto" if coloured else None,
        markup=False,
        emoji=False,
        highlight=False,
    )


class Terminal:
    """Output to a terminal."""

    def __init__(self, stream: TextIO, *, coloured: bool) -> None:
        self._console: Final = _console(stream, coloured=coloured)

    def line(self, text: str, depth: int = 0, style: Style = "plain", after: str = "") -> None:
        words = Text(text, style=_STYLES[style])
        words.append(after, style=_STYLES["quiet"])
        self._console.print(Padding(words, (0, 0, 0, 2 * depth), expand=False) if depth else words)

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for name in header:
            table.add_column(Text(name), overflow="fold")
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        self._console.print(table)


@contextmanager
def progress_bar(stream: TextIO, what: str, total: int) -> Iterator[Advance]:
    """A bar that disappears when the work is done; without a percentage where `total` is 0, because it is unknown."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())

    def advance(steps: int = 1, /) -> None:
        progress.advance(task, steps)

    with Progress(*columns, console=_console(stream), transient=True) as progress:
        task = progress.add_task(what, total=total or None)
        yield advance
