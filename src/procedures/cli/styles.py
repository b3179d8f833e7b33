"""What a line of output may look like, and how work is counted; how that is drawn is for the terminal."""

from typing import Literal, Protocol, TypeAlias

Style: TypeAlias = Literal["title", "heading", "good", "bad", "open", "quiet", "plain"]


class Advance(Protocol):
    """Tell that so many steps of work are done."""

    def __call__(self, steps: int = 1, /) -> None: ...
