"""Runs `procedures screen`: opens the table, and screens it row by row or as one cohort."""

import os
import sys
from contextlib import closing
from pathlib import Path

import typer

from procedures.cli.exit_status import UNUSABLE
from procedures.cli.inputs import open_procedure
from procedures.cli.phrases import count, say
from procedures.cli.printer import Printer
from procedures.cli.screening.arguments import ScreenArguments, formats_of
from procedures.cli.screening.cohort import run_cohort_screening
from procedures.cli.screening.rows import run_row_screening
from procedures.procedure import Procedure
from procedures.screening import TableError, open_table
from procedures.screening.problems import make_trouble
from rules.problems import Place


def run_screening(arguments: ScreenArguments) -> int:
    """Run the command; return the exit status."""
    if arguments.cohort and arguments.step is not None:
        raise typer.BadParameter("--cohort goes through all steps; leave --step out", param_hint="'--cohort'")
    if arguments.closing and not arguments.cohort:
        raise typer.BadParameter("only --cohort closes steps", param_hint="'--closing'")
    if arguments.as_json and arguments.output == "-":
        raise typer.BadParameter("--json and `-o -` both write to stdout", param_hint="'--json'")
    procedure = open_procedure(arguments.file, arguments.readings)
    printer = Printer()
    try:
        return _screen_table(arguments, procedure, printer)
    except TableError as error:
        problems = error.problems(arguments.language)
        end = say("nothing screened", arguments.language)
        printer.problems(problems, f"{count('problems', len(problems), arguments.language)}; {end}")
        return UNUSABLE
    except KeyboardInterrupt:
        printer.warn(say("interrupted", arguments.language))
        raise


def _screen_table(arguments: ScreenArguments, procedure: Procedure, printer: Printer) -> int:
    formats = formats_of(arguments)
    _refuse_overwriting(arguments)
    with closing(
        open_table(
            sys.stdin.buffer if arguments.is_stdin else Path(arguments.candidates),
            formats,
            arguments.sheet,
            arguments.header_row,
        )
    ) as source:
        if arguments.cohort:
            return run_cohort_screening(arguments, procedure, source, formats, printer)
        return run_row_screening(arguments, procedure, source, formats, printer)


def _refuse_overwriting(arguments: ScreenArguments) -> None:
    if arguments.output in (None, "-"):
        return
    target = Path(str(arguments.output))
    for path in (arguments.file, *(() if arguments.is_stdin else (Path(arguments.candidates),))):
        if target.exists() and path.exists() and os.path.samefile(target, path):
            raise TableError([make_trouble("same file", Place(str(target), 1, 1), file=f"`{path}`")])
