"""The columns of a table that were used, were not used, or are absent: for people and as JSON data."""

from collections.abc import Collection

from procedures.cli.phrases import say
from procedures.cli.printer import Printer
from procedures.kernel.machine import Machine
from procedures.screening.headers import MatchedColumns, find_near_header
from procedures.screening.problems import make_hint
from rules.phrases import label_of
from rules.words import Language


def print_columns(
    matched: MatchedColumns, machine: Machine, needed: Collection[str], language: Language, printer: Printer
) -> None:
    """Print which column holds which fact, which were not used, and the facts without a column."""
    printer.heading(say("columns", language))
    rows = [
        (
            use.header,
            use.fact,
            say(f"by {use.matched_by}", language) + ("" if use.fact in needed else say("unasked", language)),
        )
        for use in matched.uses
    ]
    if rows:
        printer.table([say(name, language) for name in ("column", "fact", "known by")], rows)
    if matched.ignored:
        printer.line(say("ignored", language, columns=", ".join(f"`{header}`" for header in matched.ignored)))
    for header, facts in matched.unclear.items():
        listed = ", ".join(f"`{fact}`" for fact in facts)
        printer.line(say("unclear", language, column=f"`{header}`", facts=listed), style="open")
    for name in matched.absent:
        printer.line(_absent_words(name, matched, machine, language), style="open")


def _absent_words(name: str, matched: MatchedColumns, machine: Machine, language: Language) -> str:
    fact = machine.declared.facts[name]
    words = say("absent", language, fact=f"`{name}`", label=label_of(fact, language))
    header = find_near_header(fact, matched.ignored)
    if header is None:
        return words
    return f"{words} ({make_hint('near column', header=header, fact=name).in_language(language)})"


def columns_data(matched: MatchedColumns) -> dict[str, object]:
    """The columns as JSON data."""
    return {
        "columns": {use.header: {"fact": use.fact, "by": use.matched_by} for use in matched.uses},
        "ignored": list(matched.ignored),
        "unclear": {header: list(facts) for header, facts in matched.unclear.items()},
        "absent": list(matched.absent),
    }
