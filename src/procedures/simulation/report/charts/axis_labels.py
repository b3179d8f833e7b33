"""The values of an axis along it: written whole where there is room, else as numbers that a legend explains."""

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from procedures.simulation.report.charts.svg import LINE, WIDTH, Drawing, lines_of, width_of
from procedures.simulation.what_if.sweep import Direction

_APART: Final = 8.0
_MOST: Final = 40
"""So many values a legend explains; more are left to the table."""


@frozen
class Labels:
    """What is written at each value of an axis, and the lines that explain it where those are numbers."""

    texts: tuple[str, ...]
    legend: tuple[str, ...] = ()

    @classmethod
    def of(cls, direction: Direction, room: float) -> "Labels":
        """The values as they are written where none is wider than `room`, else their numbers from 1."""
        if widest(direction.values) <= room:
            return cls(direction.values)
        numbered = [(f"{number}", value) for number, value in enumerate(direction.values, 1)]
        lines = [f"{number} = {value}" for number, value in numbered[:_MOST]]
        return cls(tuple(number for number, _ in numbered), (f"{direction.path}:", *lines))


def widest(texts: Sequence[str]) -> float:
    return max(map(width_of, texts), default=0.0)


def write_across(
    drawing: Drawing, texts: Sequence[tuple[float, str]], y: float, ends: tuple[float, float], *, upwards: bool = False
) -> int:
    """
    Texts at their middles between two ends: on one line, on two where they meet, else no more than fit on one.

    The first line is at `y`, or the last one where they go `upwards`. Tells how many lines there are.
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
    """From left to right, each on the first line where it has room."""
    free, found = [ends[0]] * lines, []
    for x, text in sorted(texts):
        wide = width_of(text)
        left = max(ends[0], min(x - wide / 2, ends[1] - wide))
        line = next((line for line in range(lines) if left >= free[line]), None)
        if line is not None:
            free[line] = left + wide + _APART
            found.append((left + wide / 2, line, text))
    return found


def write_legends(drawing: Drawing, every: Sequence[Labels], y: float) -> float:
    """The legends under one another, from a height on; where they end."""
    for line in (line for labels in every for line in labels.legend):
        drawing.texts(4, y + LINE, lines_of(line, WIDTH - 16, 1), "quiet")
        y += LINE
    return y
