"""The labels of an axis: the values themselves where they fit, else numbers that a legend explains."""

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from procedures.simulation.report.charts.svg import LINE, WIDTH, Drawing, lines_of, width_of
from procedures.simulation.what_if.sweep import Direction

_SPACING: Final = 8.0
_MAX_LEGEND: Final = 40
"""A legend explains at most this many values; the table has all of them."""


@frozen
class Labels:
    """The text at each value of an axis, and the lines of a legend where the texts are numbers."""

    texts: tuple[str, ...]
    legend: tuple[str, ...] = ()

    @classmethod
    def of(cls, direction: Direction, available: float) -> "Labels":
        """The values themselves where none is wider than `available`, else their numbers from 1."""
        if max_width(direction.values) <= available:
            return cls(direction.values)
        numbered = [(f"{number}", value) for number, value in enumerate(direction.values, 1)]
        lines = [f"{number} = {value}" for number, value in numbered[:_MAX_LEGEND]]
        return cls(tuple(number for number, _ in numbered), (f"{direction.path}:", *lines))


def max_width(texts: Sequence[str]) -> float:
    return max(map(width_of, texts), default=0.0)


def write_across(
    drawing: Drawing, texts: Sequence[tuple[float, str]], y: float, ends: tuple[float, float], *, upwards: bool = False
) -> int:
    """
    Write texts, each with its middle at its x, between two ends: on one line, or on two lines where they would overlap.

    Where two lines are not enough, one line has the texts that fit. The first line is at `y`, or the last line with
    `upwards`. Returns the number of lines.
    """
    for lines in (1, 2):
        placed = _placed(texts, lines, ends)
        if len(placed) == len(texts):
            break
    else:
        placed = _placed(texts, 1, ends)
    used = max((line for _, line, _ in placed), default=0) + 1
    y -= (used - 1) * LINE if upwards else 0
    for x, line, text in placed:
        drawing.text(x, y + line * LINE, text, "quiet", "middle")
    return used


def _placed(texts: Sequence[tuple[float, str]], lines: int, ends: tuple[float, float]) -> list[tuple[float, int, str]]:
    """The texts from left to right, each on the first line where it fits; a text that does not fit is left out."""
    free, found = [ends[0]] * lines, []
    for x, text in sorted(texts):
        wide = width_of(text)
        left = max(ends[0], min(x - wide / 2, ends[1] - wide))
        line = next((line for line in range(lines) if left >= free[line]), None)
        if line is not None:
            free[line] = left + wide + _SPACING
            found.append((left + wide / 2, line, text))
    return found


def write_legends(drawing: Drawing, every: Sequence[Labels], y: float) -> float:
    """Write the legends below each other from `y` on; return the y where they end."""
    for line in (line for labels in every for line in labels.legend):
        drawing.texts(4, y + LINE, lines_of(line, WIDTH - 16, 1), "quiet")
        y += LINE
    return y
