"""The application `procedures`: its commands, and their common setup."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from io import TextIOWrapper
from typing import Annotated, Final

import typer

from procedures.cli.commands.check import check
from procedures.cli.commands.compare import compare
from procedures.cli.commands.explain import explain
from procedures.cli.commands.new import new, schema
from procedures.cli.commands.prove import prove
from procedures.cli.commands.run import run as run_events
from procedures.cli.commands.screen import screen
from procedures.cli.commands.show import show
from procedures.cli.commands.simulate import simulate
from procedures.cli.exit_status import report_error, with_exit_status

app: Final = typer.Typer(
    name="procedures",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # help is also read through pipes: no boxes
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _command in (check, show, run_events, screen, explain, simulate, prove, compare, schema, new):
    app.command(_command.__name__)(with_exit_status(_command))


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"procedures {version('selection-procedures')}")
        raise typer.Exit


@app.callback()
def procedures(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Selection procedures as code: check, read, run, screen, explain and simulate them.

    \b
    Start with:
      procedures new example/clerk -o clerk.yaml
      procedures check clerk.yaml
    """


def run(arguments: Sequence[str]) -> int:
    """Run the command line; return the exit status."""
    _prepare_streams()
    status = 0
    try:
        app(args=list(arguments), prog_name="procedures")
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 0
    except OSError as error:  # help that cannot be written
        status = report_error(error)
    try:
        sys.stdout.flush()
    except OSError as error:
        status = report_error(error)
    return status


def _prepare_streams() -> None:
    """Make the streams accept any text, also where a stream is missing or its encoding has few letters."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - open until the process ends
        elif isinstance(stream, TextIOWrapper):
            with suppress(ValueError, OSError):
                stream.reconfigure(errors="backslashreplace")
