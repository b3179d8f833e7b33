"""Prints the results of one simulation for people: a summary in sentences, and tables."""

from collections.abc import Callable
from typing import Final

from procedures.cli.printer import Printer
from procedures.simulation import Results, ScenarioFile
from procedures.simulation.report import tables
from procedures.simulation.report.context import ReportContext
from procedures.simulation.report.tables import Table
from procedures.simulation.report.text.assumptions import assumptions
from procedures.simulation.report.text.summary import summary
from rules.words import Language

_TABLES: Final[tuple[Callable[[ReportContext], Table], ...]] = (
    tables.states,
    tables.gates,
    tables.groups,
    tables.group_ratios,
    tables.workload,
    tables.reserve_lifetime,
)


def print_results(file: ScenarioFile, results: Results, printer: Printer, language: Language) -> None:
    """
    Print all results: the summary, the tables of states, gates, groups, juries and the reserve, and the assumptions.

    Empty tables are left out, and so is the table of groups where the scenario has only one group.
    """
    context = ReportContext(file, results, language)
    printer.line(context.title(), style="title")
    printer.line(_head(context), style="quiet")
    if results.partial:
        printer.line(context.say("partial"), style="bad")
    printer.heading(context.say("summary"))
    for sentence in summary(context):
        printer.line(sentence, 1)
    for make in _TABLES:
        table = make(context)
        if table.rows and (table.name != "groups" or len(table.rows) > 1):
            printer.heading(context.say(table.name))
            _print_table(printer, table)
    printer.heading(context.say("assumed"))
    for words in context.scenario.assumed.values():
        printer.line(words.in_language(language), 1)
    for line in assumptions(context) if not context.is_assumed else ():
        printer.line(line, 1)


def _head(context: ReportContext) -> str:
    """The scenario, the replications and the seed, which reproduce the numbers."""
    name = context.say("assumed scenario") if context.is_assumed else context.scenario.name
    replications = context.number(context.results.replications).text
    parts = {"scenario": name, "replications": replications, "seed": str(context.results.seed)}
    return "; ".join(f"{context.say(key)}: {text}" for key, text in parts.items())


def _print_table(printer: Printer, table: Table) -> None:
    """Print a table with text aligned left and numbers aligned right."""
    every = [table.header, *(tuple(cell.text for cell in row) for row in table.rows)]
    widths = [max(map(len, column)) for column in zip(*every, strict=True)]
    header, *rows = (
        [text if at in table.text_columns else text.rjust(widths[at]) for at, text in enumerate(row)] for row in every
    )
    printer.table(header, rows)
