"""The command line: arguments in, sentences out. Everything that is decided is decided elsewhere.

typer is imported by the commands and what they share; rich in `terminal` alone, and only before a terminal.
"""

from importlib.util import find_spec
from typing import Final

NEEDS: Final = ("typer", "rich")


def is_complete() -> bool:
    """Whether the packages of the extra `cli` are there."""
    return all(_is_there(name) for name in NEEDS)


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ValueError:  # a module that somebody blocked
        return False
