"""Values that a shell completes: languages, and the readings, steps and conditions of the file on the command line.

A completion prints nothing and fails silently: a file that cannot be loaded has no values to offer.
"""

from collections.abc import Iterable
from pathlib import Path

import typer

from procedures.errors import ProcedureError
from procedures.procedure import Procedure, load
from rules.words import LANGUAGES


def complete_language(incomplete: str) -> list[str]:
    """The languages of sentences."""
    return _starting(LANGUAGES, incomplete)


def complete_reading(context: typer.Context, incomplete: str) -> list[str]:
    """`NAME=OPTION` for each option of each reading of the file."""
    procedure = _procedure(context)
    options = procedure.options.items() if procedure else ()
    return _starting((f"{name}={option}" for name, named in options for option in named), incomplete)


def complete_step(context: typer.Context, incomplete: str) -> list[str]:
    """The steps of the file."""
    procedure = _procedure(context)
    return _starting(procedure.machine.steps if procedure else (), incomplete)


def complete_condition(context: typer.Context, incomplete: str) -> list[str]:
    """The named conditions of the file."""
    procedure = _procedure(context)
    return _starting(procedure.definition.conditions if procedure else (), incomplete)


def _procedure(context: typer.Context) -> Procedure | None:
    # While a line is completed, arguments are not matched to their names yet: FILE is the first one.
    file = context.params.get("file") or next(iter(context.args), None)
    try:
        return load(file) if isinstance(file, Path | str) else None
    except (ProcedureError, OSError, ValueError):
        return None


def _starting(values: Iterable[str], incomplete: str) -> list[str]:
    return [value for value in values if value.startswith(incomplete)]
