"""What `procedures screen` does with its arguments: a table opened, screened batch by batch, written and told."""

import os
import sys
from contextlib import closing
from pathlib import Path

import typer

from procedures.cli.exit_status import FINE, NO, UNUSABLE
from procedures.cli.inputs import open_procedure
from procedures.cli.phrases import count, say
from procedures.cli.printer import Printer
from procedures.cli.screening.arguments import Asked, formats_of
from procedures.cli.screening.cohort import told_of_cohort
from procedures.cli.screening.output import sink_of, tell_refused
from procedures.cli.screening.summary import Summary, as_document, print_summary
from procedures.cli.styles import Advance
from procedures.procedure import Procedure
from procedures.screening import Formats, Screening, TableError, open_table, prepare, step_named
from procedures.screening.files.source import Source
from procedures.screening.files.writer import Sink
from procedures.screening.problems import trouble
from rules.problems import Place
from rules.words import Language


def screened(asked: Asked) -> int:
    """Screen the file; the exit status."""
    if asked.cohort and asked.step is not None:
        raise typer.BadParameter("--cohort goes through all steps; leave --step out", param_hint="'--cohort'")
    if asked.closing and not asked.cohort:
        raise typer.BadParameter("only --cohort closes steps", param_hint="'--closing'")
    if asked.as_json and asked.output == "-":
        raise typer.BadParameter("--json and `-o -` both write to stdout", param_hint="'--json'")
    procedure = open_procedure(asked.file, asked.readings)
    printer = Printer()
    try:
        return _screened(asked, procedure, printer)
    except TableError as error:
        problems = error.problems(asked.language)
        end = say("nothing screened", asked.language)
        printer.problems(problems, f"{count('problems', len(problems), asked.language)}; {end}")
        return UNUSABLE
    except KeyboardInterrupt:
        printer.complain(say("interrupted", asked.language))
        raise


def _screened(asked: Asked, procedure: Procedure, printer: Printer) -> int:
    formats = formats_of(asked)
    _refuse_overwriting(asked)
    with closing(
        open_table(sys.stdin.buffer if asked.stdin else Path(asked.candidates), formats, asked.sheet)
    ) as source:
        if asked.cohort:
            return told_of_cohort(asked, procedure, source, formats, printer)
        return _told(asked, procedure, _prepared(asked, procedure, source, formats), printer)


def _prepared(asked: Asked, procedure: Procedure, source: Source, formats: Formats) -> Screening:
    return prepare(
        source,
        procedure.machine,
        step_named(procedure.machine, asked.step),
        mapping=asked.pairs,
        formats=formats,
        language=asked.language,
        plain=asked.as_json,
        prefix=asked.prefix,
        with_reasons=asked.reasons,
    )


def _told(asked: Asked, procedure: Procedure, screening: Screening, printer: Printer) -> int:
    source, formats = screening.source, screening.formats
    summary = Summary(procedure, screening, asked.output)
    with (
        sink_of(asked, source, formats) as sink,
        printer.progress(say("rows", asked.language), source.total) as advance,
    ):
        _take_all(screening, summary, sink, advance)
    _tell(summary, printer, asked.language)
    if asked.as_json:
        printer.document(as_document(summary))
    else:
        print_summary(summary, Printer.on_stderr() if asked.output == "-" else printer)
    return NO if summary.tally.cells else FINE


def _take_all(screening: Screening, summary: Summary, sink: Sink | None, advance: Advance) -> None:
    done = 0
    for batch in screening.source.batches():
        screened = screening.take(batch)
        summary.add(batch, screened)
        if sink is not None:
            sink.write(screened.frame)
        advance(batch.done - done)
        done = batch.done
    if sink is not None and not summary.tally.rows:
        sink.write(screening.nothing())


def _refuse_overwriting(asked: Asked) -> None:
    if asked.output in (None, "-"):
        return
    target = Path(str(asked.output))
    for path in (asked.file, *(() if asked.stdin else (Path(asked.candidates),))):
        if target.exists() and path.exists() and os.path.samefile(target, path):
            raise TableError([trouble("same file", Place(str(target), 1, 1), file=f"`{path}`")])


def _tell(summary: Summary, printer: Printer, language: Language) -> None:
    tally = summary.tally
    tell_refused(summary.bad, tally.cells, tally.by_result()["refused"], tally.rows, printer, language)
