"""How a command ends: an exit status, and never a traceback.

0 fine; 1 the answer is no; 2 wrong usage or unreadable input; 3 a proof is left open. As the shell has it: 130 after
Ctrl-C, 141 when whoever read the output went away.
"""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import wraps
from typing import Final, ParamSpec

import typer

from procedures.cli.printer import Printer
from procedures.errors import DefinitionError, EventsError, ScenarioError, UsageError
from rules.problems import Problem

FINE: Final = 0
NO: Final = 1
UNUSABLE: Final = 2
OPEN: Final = 3
INTERRUPTED: Final = 130
_NOBODY_READS: Final = 141

_P = ParamSpec("_P")


class UnusableInputError(Exception):
    """What was given cannot be used; `consequence` says what was not done because of it."""

    def __init__(self, problems: Sequence[Problem], consequence: str) -> None:
        super().__init__(consequence)
        self.problems: Final = tuple(problems)
        self.consequence: Final = consequence


def number_of(problems: Sequence[Problem]) -> str:
    return f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"


def counted(problems: Sequence[Problem], consequence: str) -> str:
    """`3 problems; nothing was compiled`."""
    return f"{number_of(problems)}; {consequence}"


def guarded(command: Callable[_P, int]) -> Callable[_P, None]:
    """The command with every way it can end turned into an exit status."""

    @wraps(command)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> None:
        raise typer.Exit(_status(lambda: command(*args, **kwargs)))

    return call


def _status(command: Callable[[], int]) -> int:
    try:
        status = command()
        sys.stdout.flush()
    except (typer.BadParameter, typer.Exit):
        raise
    except Exception as error:
        return told(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def told(error: Exception) -> int:
    """Tell what went wrong on stderr; the exit status for it."""
    if os.environ.get("PROCEDURES_DEBUG"):
        raise error
    try:
        return _told(error)
    except OSError:  # nobody hears us any more
        return _nobody_reads()


def _told(error: Exception) -> int:
    match error:
        case DefinitionError():
            Printer().problems(error.problems, counted(error.problems, "nothing was compiled"))
        case EventsError():
            Printer().problems(error.problems, counted(error.problems, "nothing was run"))
        case ScenarioError():
            Printer().problems(error.problems, counted(error.problems, "nothing was simulated"))
        case UnusableInputError():
            Printer().problems(error.problems, counted(error.problems, error.consequence))
        case UsageError():
            Printer().complain(str(error))
        case BrokenPipeError():
            return _nobody_reads()
        case OSError():
            reason = (error.strerror or str(error)).lower()
            Printer().complain(f"cannot write the output: {reason}")
        case _:
            sentence = f"a mistake in the program, not in your files: {type(error).__name__}: {error}"
            Printer().complain(sentence, "set PROCEDURES_DEBUG=1 to see where, and please report it")
    return UNUSABLE


def _nobody_reads() -> int:
    silence(sys.stdout)
    silence(sys.stderr)
    return _NOBODY_READS


def silence(stream: object) -> None:
    """Let what is still buffered go nowhere, so that closing the stream cannot fail a second time."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # type: ignore[attr-defined]  # a stream without one is left alone
        os.close(nowhere)
