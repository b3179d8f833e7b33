"""What a line of output may look like; how that is drawn is for the terminal."""

from typing import Literal, TypeAlias

Style: TypeAlias = Literal["title", "heading", "good", "bad", "open", "quiet", "plain"]
