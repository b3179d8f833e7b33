"""The command line: reads arguments and prints results. The logic is in the other packages.

The commands and their shared modules import typer. Only `terminal` imports rich, and only for output to a terminal.
"""

from importlib.util import find_spec
from typing import Final

REQUIRED_PACKAGES: Final = ("typer", "rich")


def is_complete() -> bool:
    """Whether the packages of the extra `cli` are installed."""
    return all(_is_installed(name) for name in REQUIRED_PACKAGES)


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ValueError:  # a blocked module
        return False
