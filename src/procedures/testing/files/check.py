"""One check: something that is asked of a file, and the ways in which it may answer."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from attrs import frozen

from rules.problems import Place, Problem


class NotTold(Exception):  # noqa: N818 - it is the answer of a check
    """Whether a check holds cannot be told, and why."""


@frozen
class Check:
    """
    One thing that must hold of a file: `run` gives the problems, none where it holds.

    `run` raises NotTold, or ModuleNotFoundError where a package of an extra is not installed.
    """

    name: str
    run: Callable[[], Iterable[Problem]]
    place: Place | None = None


Checks: TypeAlias = Iterator[Check]
