"""Prints comparisons of variants with the base, and sweeps, for people."""

from typing import Final

from procedures.cli.printer import Printer
from procedures.cli.simulation.phrases import format_number, say
from procedures.kernel.machine import Machine
from procedures.simulation.report.context import ReportContext
from procedures.simulation.report.sweep_table import sweep_table
from procedures.simulation.report.text.outcome_names import is_share, outcome_words
from procedures.simulation.results.model import Results
from procedures.simulation.scenario.reader import ScenarioFile
from procedures.simulation.what_if.comparison import Comparison, Difference
from procedures.simulation.what_if.sweep import Sweep
from rules.words import Language

_LISTED: Final = 8
"""Equal outcomes are listed by name up to this number; more are only counted."""


def print_head(file: ScenarioFile, results: Results, printer: Printer, language: Language) -> None:
    """Print the procedure, the scenario, the number of replications and the assumptions."""
    printer.line(file.procedure.definition.title.in_language(language, file.procedure.name), style="title")
    name = file.scenario.name
    printer.line(say("about", language, scenario=name, replications=results.replications, seed=results.seed))
    if file.settings:
        printer.line(say("changed", language, changes=", ".join(file.settings)))
    if file.scenario.assumed:
        printer.line(say("assumed", language))
        for words in file.scenario.assumed.values():
            printer.line(words.in_language(language), 1, "quiet")


# -- a comparison -------------------------------------------------------------------------------------------------


def print_comparison(comparison: Comparison, printer: Printer, language: Language) -> None:
    """Print each outcome of the base and the variant, and their difference."""
    print_head(comparison.file, comparison.base, printer, language)
    for result in comparison.variants:
        machine = result.variant.file.procedure.machine
        printer.heading(say("variant", language, change=result.variant.name))
        already = comparison.file.scenario.assumed
        besides = {path: words for path, words in result.variant.file.scenario.assumed.items() if path not in already}
        if besides:
            printer.line(say("assumed besides", language))
            for words in besides.values():
                printer.line(words.in_language(language), 1, "quiet")
        differing = {name: each for name, each in result.differences.items() if not each.is_zero}
        if not differing:
            printer.line(say("nothing differs", language))
            continue
        header = [say(name, language) for name in ("outcome", "base", "other", "difference", "interval")]
        printer.table(header, [_row(name, each, machine, language) for name, each in differing.items()])
        same = [outcome_words(name, machine, language) for name in result.differences if name not in differing]
        printer.line()
        if any(each.ci95 is not None and not each.is_significant for each in differing.values()):
            printer.line(say("open", language))
        if len(same) > _LISTED:
            printer.line(say("many the same", language, count=len(same)))
        elif same:
            printer.line(say("the same", language, names="; ".join(same)))
        gain = result.differences["selected.mean"].variance_gain
        if gain is not None:
            printer.line(say("paired", language, gain=format_number(gain, language, ".1f")))


def _row(name: str, each: Difference, machine: Machine, language: Language) -> list[str]:
    points = " pp" if is_share(name) and each.difference is not None else ""
    doubt = "" if each.is_significant or each.ci95 is None else " ?"
    between = ""
    if each.ci95 is not None:
        low, high = (_format_difference(bound, name, language) for bound in each.ci95)
        between = say("to", language, low=low, high=high)
    form = ".1%" if is_share(name) else ".2f"
    return [
        outcome_words(name, machine, language),
        format_number(each.base, language, form),
        format_number(each.variant, language, form),
        _format_difference(each.difference, name, language) + points + doubt,
        between,
    ]


def _format_difference(difference: float | None, name: str, language: Language) -> str:
    """A difference with its sign; of shares in percentage points."""
    if difference is None:
        return format_number(None, language)
    return (
        format_number(100 * difference, language, "+.1f")
        if is_share(name)
        else format_number(difference, language, "+.2f")
    )


# -- a sweep ------------------------------------------------------------------------------------------------------


def print_sweep(sweep: Sweep, file: ScenarioFile, base: Results, printer: Printer, language: Language) -> None:
    """Print a row for the base, then a row for each point."""
    print_head(file, base, printer, language)
    printer.line()
    table = sweep_table(ReportContext(file, base, language), sweep)
    printer.table(table.header, [[cell.text for cell in row] for row in table.rows])
    printer.line()
    for note in table.notes:
        printer.line(note)
