"""Draws a sweep over two axes as heat tables: for each outcome a table shaded by value, with the numbers in it."""

from typing import Final

from attrs import frozen

from procedures.simulation.report.charts.axis_labels import Labels, max_width, write_across, write_legends
from procedures.simulation.report.charts.svg import LINE, WIDTH, Drawing, lines_of
from procedures.simulation.report.context import ReportContext
from procedures.simulation.report.sweep_table import format_outcome, format_with_interval, outcome_title
from procedures.simulation.what_if.sweep import Sweep

_SHADES: Final = 8
_GAP: Final = 32.0
_HALF: Final = (WIDTH - _GAP) / 2
_LONGEST: Final = 150.0
_WIDEST: Final = 90.0
_CELL: Final = 26.0
_FIGURE: Final = 6.9
"""The approximate width of a digit in the font size of cells."""
_PLAIN_HEIGHT: Final = 600.0
"""The height of a table that has too many rows for numbers in its cells."""
_MAX_ROWS: Final = 40
_HEAD: Final = 2 * LINE + 4.0
_AXES: Final = 4 * LINE + 12.0
_AFTER: Final = 30.0


def draw_heat_tables(context: ReportContext, sweep: Sweep) -> str:
    """A table for each outcome that varies: the first axis down, the second across; an empty text where none varies."""
    names = sweep.varying_outcomes
    if not names or not sweep.points:
        return ""
    down, over = sweep.directions
    drawing = Drawing("sweep", context.say("sweep"), context.say("heat alt", down=down.path, across=over.path))
    sheet = _Sheet.of(context, sweep)
    for number, name in enumerate(names):
        row, column = divmod(number, sheet.columns)
        _draw(drawing, context, sweep, name, sheet, column * (sheet.width + _GAP), row * sheet.height)
    bottom = -(-len(names) // sheet.columns) * sheet.height
    drawing.height = write_legends(drawing, (sheet.down, sheet.over), bottom - _AFTER / 2) + 12
    return drawing.svg()


def has_numbers(context: ReportContext, sweep: Sweep) -> bool:
    """Whether the cells are big enough for numbers."""
    return _Sheet.of(context, sweep).has_numbers


@frozen
class _Sheet:
    """The layout of the tables: how many side by side, the size of cells, whether numbers fit, and the labels."""

    columns: int
    cell: tuple[float, float]
    has_numbers: bool
    size: tuple[int, int]
    down: Labels
    over: Labels

    @classmethod
    def of(cls, context: ReportContext, sweep: Sweep) -> "_Sheet":
        """Two tables side by side where the numbers fit, else one; without numbers where they do not fit in one."""
        down, over = sweep.directions
        rows, columns = len(down.values), len(over.values)
        texts = [
            format_outcome(context, name, point.outcomes[name].value)
            for name in sweep.varying_outcomes
            for point in sweep.points
        ]
        number = max(map(len, texts), default=1) * _FIGURE + 5
        labels = Labels.of(down, _LONGEST)
        beside = max_width(labels.texts) + 16
        abreast = 2 if (_HALF - beside) / columns >= number else 1
        room = ((_HALF if abreast == 2 else WIDTH) - beside) / columns
        numbered = room >= number and rows <= _MAX_ROWS
        cell = min(room, max(_WIDEST, number)), _CELL if rows <= _MAX_ROWS else _PLAIN_HEIGHT / rows
        return cls(abreast, cell, numbered, (rows, columns), labels, Labels.of(over, max(cell[0] * 1.8, number)))

    @property
    def width(self) -> float:
        return _HALF if self.columns == 2 else WIDTH

    @property
    def height(self) -> float:
        return _HEAD + _AXES + self.cell[1] * self.size[0] + _AFTER

    @property
    def left(self) -> float:
        """The x of the first cell, to the right of the values of the first axis."""
        return max_width(self.down.texts) + 16


def _draw(
    drawing: Drawing, context: ReportContext, sweep: Sweep, name: str, sheet: _Sheet, left: float, top: float
) -> None:
    title = lines_of(outcome_title(context, sweep, name), sheet.width - 8, 1)
    drawing.texts(left + 4, top + LINE, title, "strong")
    now = f"{context.say('as it is')}: {format_with_interval(context, name, sweep.base.outcomes[name])}"
    drawing.text(left + 4, top + 2 * LINE, now, "quiet")
    _draw_axes(drawing, sweep, sheet, left, top + _HEAD)
    shade = _shades(sweep, name)
    points = {point.values: point for point in sweep.points}
    wide, tall = sheet.cell
    for row, first in enumerate(sweep.directions[0].values):
        for column, second in enumerate(sweep.directions[1].values):
            x, y = left + sheet.left + column * wide, top + _HEAD + _AXES + row * tall
            point = points.get((first, second))
            value = None if point is None else point.outcomes[name].value
            gap = 1.0 if sheet.has_numbers else 0.0
            if point is not None and value is not None:
                tip = f"{first}, {second}: {format_with_interval(context, name, point.outcomes[name])}"
                drawing.box(x, y, wide - gap, tall - gap, f"heat heat-{shade(value)}", tip)
            if sheet.has_numbers:
                css_class = "cell on-front" if point is not None and point.is_on_front else "cell"
                drawing.text(
                    x + wide / 2, y + tall / 2 + 4.5, format_outcome(context, name, value), css_class, "middle"
                )
            if point is not None and point.is_base:
                drawing.box(x, y, wide - gap, tall - gap, "frame")


def _draw_axes(drawing: Drawing, sweep: Sweep, sheet: _Sheet, left: float, top: float) -> None:
    """Draw the paths with arrows, the values of the second axis above the cells, of the first axis to the left."""
    down, over = sweep.directions
    for number, (arrow, direction) in enumerate((("↓", down), ("→", over))):
        words = lines_of(f"{arrow} {direction.path}", sheet.width - 8, 1)
        drawing.texts(left + 4, top + (number + 1) * LINE, words, "quiet")
    wide, tall = sheet.cell
    start = left + sheet.left
    texts = [(start + (number + 0.5) * wide, text) for number, text in enumerate(sheet.over.texts)]
    write_across(
        drawing, texts, top + _AXES - 8, (start - 20, max(start + len(texts) * wide, start + 60)), upwards=True
    )
    every = -(-LINE // tall) if tall < LINE else 1
    for number, text in enumerate(sheet.down.texts):
        if number % every == 0:
            y = top + _AXES + (number + 0.5) * tall + 4.5
            drawing.text(start - 10, y, text, "quiet", "end")


def _shades(sweep: Sweep, name: str) -> "_Shades":
    values = [each.value for each in (point.outcomes[name] for point in sweep.points) if each.value is not None]
    return _Shades(min(values, default=0.0), max(values, default=0.0))


@frozen
class _Shades:
    """Shades from the lowest value, which has shade 0, to the highest."""

    low: float
    high: float

    def __call__(self, value: float) -> int:
        return 0 if self.high <= self.low else round((value - self.low) / (self.high - self.low) * _SHADES)
