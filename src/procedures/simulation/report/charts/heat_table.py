"""A sweep over two axes as heat tables: for each outcome a table shaded by value, with the numbers in it."""

from typing import Final

from attrs import frozen

from procedures.simulation.report.charts.axis_labels import Labels, widest, write_across, write_legends
from procedures.simulation.report.charts.svg import LINE, WIDTH, Drawing, lines_of
from procedures.simulation.report.context import Teller
from procedures.simulation.report.sweep_table import amount, in_full, outcome_title
from procedures.simulation.what_if.sweep import Sweep

_SHADES: Final = 8
_GAP: Final = 32.0
_HALF: Final = (WIDTH - _GAP) / 2
_LONGEST: Final = 150.0
_WIDEST: Final = 90.0
_CELL: Final = 26.0
_FIGURE: Final = 6.9
"""How wide a figure is about, in the size of those in cells."""
_PLAIN: Final = 600.0
"""So tall is a table with more rows than it can hold numbers in."""
_MOST: Final = 40
_HEAD: Final = 2 * LINE + 4.0
_AXES: Final = 4 * LINE + 12.0
_AFTER: Final = 30.0


def heat(teller: Teller, sweep: Sweep) -> str:
    """For each outcome that varies a table: the first axis downwards, the second across; nothing where none varies."""
    names = sweep.varying
    if not names or not sweep.points:
        return ""
    down, over = sweep.directions
    drawing = Drawing("sweep", teller.say("sweep"), teller.say("heat alt", down=down.path, across=over.path))
    sheet = _Sheet.of(teller, sweep)
    for number, name in enumerate(names):
        row, column = divmod(number, sheet.abreast)
        _draw(drawing, teller, sweep, name, sheet, column * (sheet.wide + _GAP), row * sheet.tall)
    bottom = -(-len(names) // sheet.abreast) * sheet.tall
    drawing.height = write_legends(drawing, (sheet.down, sheet.over), bottom - _AFTER / 2) + 12
    return drawing.svg()


def holds_numbers(teller: Teller, sweep: Sweep) -> bool:
    """Whether the cells are big enough for numbers in them."""
    return _Sheet.of(teller, sweep).numbered


@frozen
class _Sheet:
    """How the tables stand: how many abreast, how big cells are, whether numbers fit in them, and the labels."""

    abreast: int
    cell: tuple[float, float]
    numbered: bool
    size: tuple[int, int]
    down: Labels
    over: Labels

    @classmethod
    def of(cls, teller: Teller, sweep: Sweep) -> "_Sheet":
        """Two tables abreast where their numbers fit, else one; without numbers where they fit in neither."""
        down, over = sweep.directions
        rows, columns = len(down.values), len(over.values)
        texts = [amount(teller, name, point.outcomes[name].value) for name in sweep.varying for point in sweep.points]
        number = max(map(len, texts), default=1) * _FIGURE + 5
        labels = Labels.of(down, _LONGEST)
        beside = widest(labels.texts) + 16
        abreast = 2 if (_HALF - beside) / columns >= number else 1
        room = ((_HALF if abreast == 2 else WIDTH) - beside) / columns
        numbered = room >= number and rows <= _MOST
        cell = min(room, max(_WIDEST, number)), _CELL if rows <= _MOST else _PLAIN / rows
        return cls(abreast, cell, numbered, (rows, columns), labels, Labels.of(over, max(cell[0] * 1.8, number)))

    @property
    def wide(self) -> float:
        return _HALF if self.abreast == 2 else WIDTH

    @property
    def tall(self) -> float:
        return _HEAD + _AXES + self.cell[1] * self.size[0] + _AFTER

    @property
    def left(self) -> float:
        """Where the cells begin, beside the values of the first axis."""
        return widest(self.down.texts) + 16


def _draw(drawing: Drawing, teller: Teller, sweep: Sweep, name: str, sheet: _Sheet, left: float, top: float) -> None:
    title = lines_of(outcome_title(teller, sweep, name), sheet.wide - 8, 1)
    drawing.texts(left + 4, top + LINE, title, "strong")
    now = f"{teller.say('as it is')}: {in_full(teller, name, sweep.base.outcomes[name])}"
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
            gap = 1.0 if sheet.numbered else 0.0
            if point is not None and value is not None:
                tip = f"{first}, {second}: {in_full(teller, name, point.outcomes[name])}"
                drawing.box(x, y, wide - gap, tall - gap, f"heat heat-{shade(value)}", tip)
            if sheet.numbered:
                looks = "cell on-front" if point is not None and point.front else "cell"
                drawing.text(x + wide / 2, y + tall / 2 + 4.5, amount(teller, name, value), looks, "middle")
            if point is not None and point.is_base:
                drawing.box(x, y, wide - gap, tall - gap, "frame")


def _draw_axes(drawing: Drawing, sweep: Sweep, sheet: _Sheet, left: float, top: float) -> None:
    """The paths with arrows, the values of the second axis above the cells, those of the first beside them."""
    down, over = sweep.directions
    for number, (arrow, direction) in enumerate((("↓", down), ("→", over))):
        words = lines_of(f"{arrow} {direction.path}", sheet.wide - 8, 1)
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
    """From the least value, which has no shade, to the most."""

    low: float
    high: float

    def __call__(self, value: float) -> int:
        return 0 if self.high <= self.low else round((value - self.low) / (self.high - self.low) * _SHADES)
