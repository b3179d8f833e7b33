"""Prints one simulated candidate for people: the draws, and the history with its reasons."""

from procedures.cli.printer import Printer
from procedures.cli.simulation.phrases import format_number, say
from procedures.simulation.candidate_trace import Trace
from procedures.simulation.report.text.outcome_names import measure_words
from procedures.text.cases import history_lines, state_words
from rules.phrases import label_of, value_words
from rules.words import Language


def print_trace(found: Trace, printer: Printer, language: Language) -> None:
    """Print the candidate, the draws, and the history in the form of `run --reasons`."""
    selection, case = found.selection, found.case
    machine = selection.machine
    printer.line(
        say(
            "candidate",
            language,
            number=found.number,
            replication=found.replication,
            seed=found.seed,
            state=state_words(machine, case.state, language),
        ),
        style="title",
    )
    printer.heading(say("drawn", language))
    printer.line(say("group", language, name=found.group), 1)
    for name, value in found.measures.items():
        printer.line(f"{measure_words(name, machine, language)}: {format_number(value, language)}", 1)
    for name, known in case.facts.items():
        if name in machine.declared_facts:
            fact = machine.declared.facts[name]
            printer.line(f"{label_of(fact, language)}: {value_words(fact.kind, known, language)}", 1)
    printer.heading(say("history", language))
    printer.lines(tuple(history_lines(selection, case, language)), 1)
    for refused in found.refused:
        printer.line(say("refused", language, message=refused.message(language)), 1, "bad")
