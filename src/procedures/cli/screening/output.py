"""Where screened rows go, and what is told of the cells that could not be read."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from procedures.cli.phrases import count, say
from procedures.cli.printer import Printer
from procedures.cli.screening.arguments import Asked
from procedures.screening import Formats, Trouble, writing
from procedures.screening.files.source import Source
from procedures.screening.files.writer import Sink, csv_sink
from rules.words import Language

_SHOWN: Final = 50
"""So many refused cells are told on stderr."""


@contextmanager
def sink_of(asked: Asked, source: Source, formats: Formats) -> Iterator[Sink | None]:
    if asked.output is None:
        yield None
    elif asked.output == "-":
        sink = csv_sink(sys.stdout.buffer, formats, source.marked)
        yield sink
        sink.close()
    else:
        with writing(Path(asked.output), source.types, formats, marked=source.marked) as file:
            yield file


def tell_refused(
    bad: Sequence[Trouble], cells: int, refused: int, of: int, printer: Printer, language: Language
) -> None:
    """The refused cells on stderr: the first of them, and how many there are."""
    if not cells:
        return
    told = bad[:_SHOWN]
    words = count("problems", cells, language)
    left = say("shown", language, n=len(told)) if cells > len(told) else ""
    rows = say("refused rows", language, n=refused, rows=of)
    printer.problems([each.problem(language) for each in told], f"{words}{left} {rows}")
