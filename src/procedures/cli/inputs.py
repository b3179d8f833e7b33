"""From arguments to a procedure, its readings and the facts of a person; what cannot be used is told with its place."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import typer

from procedures import load
from procedures.cli.guarding import UnusableInputError
from procedures.errors import EventsError, UsageError
from procedures.events import read_facts
from procedures.procedure import Procedure
from rules.kinds import FactError, Value
from rules.problems import Place, Problems, did_you_mean


def open_procedure(file: Path, readings: Sequence[str] | None = None) -> Procedure:
    """The procedure of a file, with other options of its readings where these are asked for."""
    procedure = load(file)
    options = _options(readings or ())
    try:
        return procedure.with_readings(options) if options else procedure
    except UsageError as error:
        raise typer.BadParameter(str(error), param_hint="'--reading'") from None


def _options(readings: Sequence[str]) -> dict[str, str]:
    options: dict[str, str] = {}
    for text in readings:
        name, equals, option = text.partition("=")
        if not (name and equals and option):
            raise typer.BadParameter(f"`{text}`: write NAME=OPTION", param_hint="'--reading'")
        if options.setdefault(name, option) != option:
            raise typer.BadParameter(f"`{name}` is given two options", param_hint="'--reading'")
    return options


def known_facts(procedure: Procedure, file: Path, step: str | None = None) -> dict[str, Value]:
    """What a facts file says of one person; facts of `step` may have their short names."""
    try:
        raw = read_facts(file)
    except EventsError as error:
        raise UnusableInputError(error.problems, "nothing was decided") from None
    declared, problems = procedure.machine.declared, Problems()
    known: dict[str, Value] = {}
    for name, value in raw.items():
        full = f"{step}.{name}" if f"{step}.{name}" in declared.facts else name
        try:
            known[full] = declared.take(full, value)
        except FactError as error:
            unknown = full not in declared.facts
            short = [fact.removeprefix(f"{step}.") for fact in declared.facts]
            hint = did_you_mean(name, [*declared.facts, *short]) if unknown else error.help
            problems.add(str(error) if unknown else f"`{name}`: {error}", _place_in(file, name), hint)
    if problems:
        raise UnusableInputError(tuple(problems), "nothing was decided")
    return known


def _place_in(file: Path, key: str) -> Place:
    """Where a key stands in a JSON file; the first line where that cannot be told."""
    text = file.read_text(encoding="utf-8-sig")
    match = re.search(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:", text)
    if match is None:
        return Place(str(file), 1, 1)
    before = text[: match.start()]
    return Place(str(file), before.count("\n") + 1, match.start() - (before.rfind("\n") + 1) + 1)
