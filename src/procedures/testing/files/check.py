"""One check of a file, and the exception for a check without an answer."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from attrs import frozen

from rules.problems import Place, Problem


class UndecidedCheckError(Exception):
    """A check is neither fulfilled nor violated; the message says why."""


@frozen
class Check:
    """
    One thing that must hold of a file: `run` returns the problems, none where it holds.

    `run` raises UndecidedCheckError, or ModuleNotFoundError where a package of an extra is not installed.
    """

    name: str
    run: Callable[[], Iterable[Problem]]
    place: Place | None = None


Checks: TypeAlias = Iterator[Check]
