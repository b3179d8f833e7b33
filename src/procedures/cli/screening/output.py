"""Opens the destination of screened rows, and reports the cells that could not be read."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from procedures.cli.phrases import count, say
from procedures.cli.printer import Printer
from procedures.cli.screening.arguments import ScreenArguments
from procedures.screening import Formats, open_writer
from procedures.screening.faults import Faults
from procedures.screening.files.source import Source
from procedures.screening.files.writer import Sink, csv_sink
from rules.words import Language

_SHOWN: Final = 50
"""The maximum number of different faults printed on stderr."""


@contextmanager
def open_sink(arguments: ScreenArguments, source: Source, formats: Formats) -> Iterator[Sink | None]:
    """The destination of `--output`, closed at the end; None without one."""
    if arguments.output is None:
        yield None
    elif arguments.output == "-":
        sink = csv_sink(sys.stdout.buffer, formats, source.has_bom)
        yield sink
        sink.close()
    else:
        with open_writer(Path(arguments.output), source.types, formats, marked=source.has_bom) as file:
            yield file


def report_refused(faults: Faults, refused: int, of: int, printer: Printer, language: Language) -> None:
    """Print the first different faults on stderr, and the number of refused cells."""
    if not faults.count:
        return
    different = faults.in_order()
    shown = different[:_SHOWN]
    words = count("problems", faults.count, language)
    left = say("shown", language, n=len(shown)) if len(different) > len(shown) else ""
    rows = say("refused rows", language, n=refused, rows=of)
    printer.problems([each.problem(language) for each in shown], f"{words}{left} {rows}")
