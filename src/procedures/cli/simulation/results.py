"""What `procedures simulate` prints: what was found in sentences, and the numbers in tables."""

from collections.abc import Callable
from typing import Final

from procedures.cli.printer import Printer
from procedures.simulation import Results, ScenarioFile
from procedures.simulation.report import tables
from procedures.simulation.report.context import Teller
from procedures.simulation.report.tables import Table
from procedures.simulation.report.text.assumptions import assumptions
from procedures.simulation.report.text.summary import summary
from rules.words import Language

_TABLES: Final[tuple[Callable[[Teller], Table], ...]] = (
    tables.states,
    tables.gates,
    tables.groups,
    tables.compared,
    tables.workload,
    tables.lasting,
)


def print_results(file: ScenarioFile, results: Results, printer: Printer, language: Language) -> None:
    """
    Everything a simulation found: a summary, how many come where, groups, juries and the reserve, what was assumed.

    A table in which nothing stands is left out; so are groups where the scenario has only one.
    """
    teller = Teller(file, results, language)
    printer.line(teller.title(), style="title")
    printer.line(_head(teller), style="quiet")
    if results.partial:
        printer.line(teller.say("partial"), style="bad")
    printer.heading(teller.say("summary"))
    for sentence in summary(teller):
        printer.line(sentence, 1)
    for make in _TABLES:
        table = make(teller)
        if table.rows and (table.name != "groups" or len(table.rows) > 1):
            printer.heading(teller.say(table.name))
            _print_table(printer, table)
    printer.heading(teller.say("assumed"))
    for words in teller.scenario.assumed.values():
        printer.line(words.in_language(language), 1)
    for line in assumptions(teller) if not teller.assumed else ():
        printer.line(line, 1)


def _head(teller: Teller) -> str:
    """What it takes to get the same numbers again."""
    name = teller.say("assumed scenario") if teller.assumed else teller.scenario.name
    replications = teller.number(teller.results.replications).text
    parts = {"scenario": name, "replications": replications, "seed": str(teller.results.seed)}
    return "; ".join(f"{teller.say(key)}: {text}" for key, text in parts.items())


def _print_table(printer: Printer, table: Table) -> None:
    """Words to the left, numbers to the right of their columns."""
    every = [table.header, *(tuple(cell.text for cell in row) for row in table.rows)]
    widths = [max(map(len, column)) for column in zip(*every, strict=True)]
    header, *rows = (
        [text if at in table.words else text.rjust(widths[at]) for at, text in enumerate(row)] for row in every
    )
    printer.table(header, rows)
