"""Turns every end of a command into an exit status, without a traceback.

0 fine; 1 the answer is no; 2 wrong usage or unreadable input; 3 a proof is undecided. As in the shell: 130 after
Ctrl-C, 141 when the reader of the output closed the pipe.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import wraps
from typing import Final, ParamSpec

import typer

from procedures.cli.phrases import count
from procedures.cli.printer import Printer
from procedures.errors import DefinitionError, EventsError, ScenarioError, UsageError
from rules.problems import Problem
from rules.words import Language

FINE: Final = 0
NO: Final = 1
UNUSABLE: Final = 2
OPEN: Final = 3
INTERRUPTED: Final = 130
_BROKEN_PIPE: Final = 141

_P = ParamSpec("_P")


_UNDONE: Final[Mapping[type[Exception], str]] = {
    DefinitionError: "nothing was compiled",
    EventsError: "nothing was run",
    ScenarioError: "nothing was simulated",
}
_CONSEQUENCES: Final[Mapping[str, str]] = {
    "nothing was compiled": "er werd niets verwerkt",
    "nothing was run": "er werd niets afgespeeld",
    "nothing was simulated": "er werd niets gesimuleerd",
    "nothing was decided": "er werd niets beslist",
    "nothing was compared": "er werd niets vergeleken",
    "nothing was written": "er werd niets geschreven",
    "what could be read is fine": "wat gelezen kon worden, is in orde",
}
"""What was not done because of problems, in Dutch."""


class UnusableInputError(Exception):
    """The input cannot be used; `consequence` says what was not done because of it."""

    def __init__(self, problems: Sequence[Problem], consequence: str) -> None:
        super().__init__(consequence)
        self.problems: Final = tuple(problems)
        self.consequence: Final = consequence


def count_problems(problems: Sequence[Problem], language: Language) -> str:
    return count("problems", len(problems), language)


def count_line(problems: Sequence[Problem], consequence: str, language: Language) -> str:
    """`3 problems; nothing was compiled`."""
    told = _CONSEQUENCES.get(consequence, consequence) if language == "nl" else consequence
    return f"{count_problems(problems, language)}; {told}"


def with_exit_status(command: Callable[_P, int]) -> Callable[_P, None]:
    """The command, with its return value and its errors turned into an exit status."""

    @wraps(command)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> None:
        raise typer.Exit(_status(lambda: command(*args, **kwargs), "nl" if kwargs.get("lang") == "nl" else "en"))

    return call


def _status(command: Callable[[], int], language: Language) -> int:
    try:
        status = command()
        sys.stdout.flush()
    except (typer.BadParameter, typer.Exit):
        raise
    except Exception as error:
        return report_error(error, language)
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def report_error(error: Exception, language: Language = "en") -> int:
    """Print an error on stderr; return the exit status for it."""
    if os.environ.get("PROCEDURES_DEBUG"):
        raise error
    try:
        return _print_error(error, language)
    except OSError:  # stderr is closed
        return _silence_streams()


def _print_error(error: Exception, language: Language) -> int:
    match error:
        case DefinitionError() | EventsError() | ScenarioError() | UnusableInputError():
            consequence = error.consequence if isinstance(error, UnusableInputError) else _UNDONE[type(error)]
            Printer().problems(error.problems, count_line(error.problems, consequence, language), language)
        case UsageError():
            Printer().warn(str(error))
        case BrokenPipeError():
            return _silence_streams()
        case OSError():
            reason = (error.strerror or str(error)).lower()
            Printer().warn(f"cannot write the output: {reason}")
        case ValueError() if "null byte" in str(error):
            Printer().warn("a path cannot hold a null character")
        case _:
            sentence = f"a mistake in the program, not in your files: {type(error).__name__}: {error}"
            Printer().warn(sentence, "set PROCEDURES_DEBUG=1 to see where, and please report it")
    return UNUSABLE


def _silence_streams() -> int:
    silence(sys.stdout)
    silence(sys.stderr)
    return _BROKEN_PIPE


def silence(stream: object) -> None:
    """Redirect the stream to the null device, so that flushing its buffer cannot fail a second time."""
    with suppress(OSError, ValueError, AttributeError):
        null_device = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null_device, stream.fileno())  # type: ignore[attr-defined]  # a stream without a file number stays as it is
        os.close(null_device)
