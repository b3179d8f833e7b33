"""The summary of `procedures screen` for a file: the used columns, the results of rows, and the facts missing most."""

from collections.abc import Mapping, Sequence
from typing import Final

from attrs import define, field

from procedures.cli.phrases import count, say
from procedures.cli.printer import Printer
from procedures.cli.screening.columns import columns_data, print_columns
from procedures.procedure import Procedure
from procedures.screening import Screening, Tally
from procedures.screening.faults import EqualFaults
from procedures.screening.files.source import Batch
from procedures.screening.outcomes import RESULTS
from procedures.screening.rows import ScreenedBatch
from procedures.screening.vocabulary import RESULT_WORDS
from procedures.text.cases import step_words
from rules.words import Language

_ROWS: Final = 20
"""The maximum number of rows printed when there is no output file."""
_ROWS_OF_DATA: Final = 10_000
"""The maximum number of rows in a JSON document."""


@define
class Summary:
    """The data collected while a file is screened: counts and the first rows."""

    procedure: Procedure
    screening: Screening
    output: str | None
    tally: Tally = field(factory=Tally)
    rows: list[tuple[int, dict[str, object]]] = field(factory=list)

    def add(self, batch: Batch, screened: ScreenedBatch) -> None:
        self.tally.add(self.screening, screened)
        if self.output is None and len(self.rows) < _ROWS_OF_DATA:
            first = screened.frame.head(_ROWS_OF_DATA - len(self.rows))
            self.rows += [(batch.place_of(row, 0).line, cells) for row, cells in enumerate(first.iter_rows(named=True))]


def print_summary(summary: Summary, printer: Printer) -> None:
    """Print the summary for people."""
    screening = summary.screening
    language, machine = screening.words.language, screening.machine
    title = summary.procedure.definition.title.in_language(language, summary.procedure.name)
    step = step_words(machine, screening.step.name, language)
    printer.line(say("screened for", language, title=title, step=step, name=screening.step.name), style="title")
    _print_columns(summary, printer)
    if summary.rows:
        printer.heading(say("each row", language))
        _print_rows(summary, printer)
    missing = summary.tally.list_missing()[:5]
    if missing:
        printer.heading(say("missing most", language))
        rows = [(summary.screening.words.fact(name), name, f"{times:,}") for name, times in missing]
        printer.table([say(name, language) for name in ("fact", "name", "rows")], rows)
    printer.line()
    printer.line(_tally(summary), style="title")
    if summary.output not in (None, "-"):
        printer.line(say("written", language, file=summary.output))


def _print_columns(summary: Summary, printer: Printer) -> None:
    screening = summary.screening
    language = screening.words.language
    print_columns(screening.matched, screening.machine, screening.needed_facts, language, printer)
    if screening.step.gate is not None:
        printer.line(say("gate", language), style="open")


def _print_rows(summary: Summary, printer: Printer) -> None:
    """Print the first rows: line, the first unused column (mostly a name), result and reason."""
    screening = summary.screening
    language = screening.words.language
    first = next(iter(screening.matched.ignored), screening.source.headers[0])
    result, state, _, reason = screening.added_columns
    rows = [
        [str(line), _cell(cells[first]), _leads_to(cells[result], cells[state]), _cell(cells[reason])]
        for line, cells in summary.rows[:_ROWS]
    ]
    printer.table([say("line", language), first, say("result", language), say("because", language)], rows)
    if summary.tally.rows > len(rows):
        printer.line(say("more rows", language, n=f"{summary.tally.rows - len(rows):,}"), style="quiet")


def _leads_to(result: object, state: object) -> str:
    return f"{result} → {state}" if state else str(result)


def _cell(cell: object) -> str:
    return "" if cell is None else str(cell)


def _tally(summary: Summary) -> str:
    """`20 rows: 12 passed, 3 failed, 5 not decided`."""
    language, found = summary.screening.words.language, summary.tally.count_by_result()
    parts = [f"{found[name]:,} {RESULT_WORDS[name].in_language(language)}" for name in RESULTS if found[name]]
    rows = count("rows", summary.tally.rows, language)
    return say("tally", language, people=rows, states=", ".join(parts)) if parts else rows


def summary_data(summary: Summary) -> dict[str, object]:
    """The summary as JSON data."""
    screening, tally = summary.screening, summary.tally
    found = tally.count_by_result()
    document: dict[str, object] = {
        "procedure": summary.procedure.name,
        "digest": summary.procedure.digest,
        "readings": dict(summary.procedure.readings),
        "step": screening.step.name,
        "file": screening.source.name,
        "output": summary.output,
        "rows": tally.rows,
        "results": {name: found[name] for name in RESULTS},
        "states": tally.count_by_state(),
        "missing": dict(tally.list_missing()),
        **columns_data(screening.matched),
        "problems": [problem_data(each, screening.words.language) for each in tally.faults.in_order()],
        "problem_count": tally.bad_cells,
    }
    if summary.output is None:
        document["candidates"] = [_row(screening.added_columns, line, cells) for line, cells in summary.rows]
        document["candidates_left_out"] = tally.rows - len(summary.rows)
    return document


def _row(added: Sequence[str], line: int, cells: Mapping[str, object]) -> dict[str, object]:
    """A row as JSON data: its result, and its cells."""
    result, state, missing, reason = (cells[name] for name in added)
    names = str(missing).split("; ") if missing else []
    given = {header: _as_json(cell) for header, cell in cells.items() if header not in added}
    found = {"result": result, "state": state, "missing": names, "reason": reason}
    return {"line": line, **found, "cells": given}


def _as_json(cell: object) -> object:
    return cell if cell is None or isinstance(cell, bool | int | float | str) else str(cell)


def problem_data(equal: EqualFaults, language: Language) -> dict[str, object]:
    """The first of equal faults as JSON data, with their number and first lines."""
    problem = equal.first.problem(language)
    place = problem.place
    return {
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "sentence": problem.sentence,
        "help": problem.help,
        "count": equal.count,
        "lines": equal.lines,
    }
