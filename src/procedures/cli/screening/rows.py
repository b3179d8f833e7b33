"""Screens a table row by row: batch by batch, written to a file where requested, and summarised."""

from procedures.cli.exit_status import FINE, NO
from procedures.cli.phrases import say
from procedures.cli.printer import Printer
from procedures.cli.screening.arguments import ScreenArguments
from procedures.cli.screening.output import open_sink, report_refused
from procedures.cli.screening.summary import Summary, print_summary, summary_data
from procedures.cli.styles import Advance
from procedures.procedure import Procedure
from procedures.screening import Formats, Screening, find_step, prepare
from procedures.screening.files.source import Source
from procedures.screening.files.writer import Sink
from rules.words import Language


def run_row_screening(
    arguments: ScreenArguments, procedure: Procedure, source: Source, formats: Formats, printer: Printer
) -> int:
    """Screen the rows, write them where requested, and print the summary; return the exit status."""
    screening = _prepare(arguments, procedure, source, formats)
    summary = Summary(procedure, screening, arguments.output)
    with (
        open_sink(arguments, source, formats) as sink,
        printer.progress(say("rows", arguments.language), source.total_work) as advance,
    ):
        _screen_batches(screening, summary, sink, advance)
    _report_refused(summary, printer, arguments.language)
    if arguments.as_json:
        printer.document(summary_data(summary))
    else:
        print_summary(summary, Printer.on_stderr() if arguments.output == "-" else printer)
    return NO if summary.tally.bad_cells else FINE


def _prepare(arguments: ScreenArguments, procedure: Procedure, source: Source, formats: Formats) -> Screening:
    return prepare(
        source,
        procedure.machine,
        find_step(procedure.machine, arguments.step),
        mapping=arguments.pairs,
        formats=formats,
        language=arguments.language,
        plain=arguments.as_json,
        prefix=arguments.prefix,
        with_reasons=arguments.reasons,
    )


def _screen_batches(screening: Screening, summary: Summary, sink: Sink | None, advance: Advance) -> None:
    done = 0
    for batch in screening.source.batches():
        screened = screening.screen(batch)
        summary.add(batch, screened)
        if sink is not None:
            sink.write(screened.frame)
        advance(batch.work_done - done)
        done = batch.work_done
    if sink is not None and not summary.tally.rows:
        sink.write(screening.make_empty_frame())


def _report_refused(summary: Summary, printer: Printer, language: Language) -> None:
    tally = summary.tally
    report_refused(tally.faults, tally.count_by_result()["refused"], tally.rows, printer, language)
