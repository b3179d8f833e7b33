"""The styles of a line of output, and the type of progress functions; `terminal` defines how they look."""

from typing import Literal, Protocol, TypeAlias

Style: TypeAlias = Literal["title", "heading", "good", "bad", "open", "quiet", "plain"]


class Advance(Protocol):
    """A function that reports completed steps of work."""

    def __call__(self, steps: int = 1, /) -> None: ...
