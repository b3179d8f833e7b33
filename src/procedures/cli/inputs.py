"""Reads a procedure, its readings and the facts of a person from arguments; reports unusable input with its place."""

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from procedures import load
from procedures.cli.exit_status import UnusableInputError
from procedures.errors import EventsError, UsageError
from procedures.procedure import Procedure
from procedures.records.events import parse_facts, read_facts_text
from rules.kinds import FactError, Value
from rules.problems import Place, Problems
from rules.suggestions import did_you_mean


def open_procedure(file: Path, readings: Sequence[str] | None = None) -> Procedure:
    """The procedure of a file, with the requested options of its readings."""
    procedure = load(file)
    options = reading_options(readings or ())
    try:
        return procedure.with_readings(options) if options else procedure
    except UsageError as error:
        raise typer.BadParameter(str(error), param_hint="'--reading'") from None


def reading_options(readings: Sequence[str]) -> dict[str, str]:
    """The options of arguments `NAME=OPTION`; each reading may have only one."""
    options: dict[str, str] = {}
    for text in readings:
        name, equals, option = text.partition("=")
        if not (name and equals and option):
            raise typer.BadParameter(f"`{text}`: write NAME=OPTION", param_hint="'--reading'")
        if options.setdefault(name, option) != option:
            raise typer.BadParameter(f"`{name}` is given two options", param_hint="'--reading'")
    return options


def other_readings(procedure: Procedure) -> list[tuple[str, str, Procedure]]:
    """Every option of every reading except the chosen ones, with its procedure."""
    return [
        (name, option, procedure.with_reading(name, option))
        for name, options in procedure.options.items()
        for option in options
        if option != procedure.readings[name]
    ]


def known_facts(procedure: Procedure, facts: str, step: str | None = None) -> dict[str, Value]:
    """The facts of one person from a file, from stdin (`-`) or from the argument itself (`{…}`).

    Facts of `step` may have their short names.
    """
    try:
        file, text = _facts_text(facts)
        raw = parse_facts(text, file)
    except EventsError as error:
        raise UnusableInputError(error.problems, "nothing was decided") from None
    declared, problems = procedure.machine.declared, Problems()
    known: dict[str, Value] = {}
    for name, value in raw.items():
        full = f"{step}.{name}" if f"{step}.{name}" in declared.facts else name
        try:
            known[full] = declared.encode(full, value)
        except FactError as error:
            unknown = full not in declared.facts
            short = [fact.removeprefix(f"{step}.") for fact in declared.facts]
            hint = did_you_mean(name, [*declared.facts, *short]) if unknown else error.help
            problems.add(str(error) if unknown else f"`{name}`: {error}", _place_in(file, text, name), hint)
    if problems:
        raise UnusableInputError(tuple(problems), "nothing was decided")
    return known


def _facts_text(facts: str) -> tuple[str, str]:
    """The name of the facts in messages, and their text; a pipe can be read once only."""
    if facts == "-":
        return "<stdin>", sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")
    return ("<facts>", facts) if facts.lstrip().startswith("{") else (facts, read_facts_text(facts))


def _place_in(file: str, text: str, key: str) -> Place:
    """The place of a key in JSON text; the first line where the key is not found."""
    match = re.search(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:", text)
    if match is None:
        return Place(file, 1, 1)
    before = text[: match.start()]
    return Place(file, before.count("\n") + 1, match.start() - (before.rfind("\n") + 1) + 1)
