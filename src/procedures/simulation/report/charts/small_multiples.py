"""Draws a sweep over one axis as small multiples: a panel for each outcome that varies."""

from math import ceil, inf
from typing import Final

from attrs import frozen

from procedures.simulation.report.charts.axis_labels import Labels, write_across, write_legends
from procedures.simulation.report.charts.svg import LINE, WIDTH, Drawing, lines_of, marks_around, width_of
from procedures.simulation.report.context import ReportContext
from procedures.simulation.report.sweep_table import format_marks, format_with_interval, outcome_title
from procedures.simulation.what_if.sweep import Sweep, SweepPoint

_ACROSS: Final = 2
_GAP: Final = 32.0
_WIDE: Final = (WIDTH - _GAP) / _ACROSS
_TITLE: Final = 46.0
_TALL: Final = 150.0
_UNDER: Final = 66.0
_LEFT: Final = 60.0
_INSET: Final = 22.0
_LONGEST: Final = 150.0
_FOUR_FIFTHS: Final = 0.8
_FARTHEST: Final = 1.2
"""Intervals of a ratio above this, and above every ratio, end at the edge."""
_DOT: Final = 5.0
_SIZES: Final = ((16, _DOT), (100, 3.0), (inf, 1.8))
"""The radius of dots, by the greatest number of points for which it holds."""


def draw_panels(context: ReportContext, sweep: Sweep) -> str:
    """For each outcome its mean and interval at each value, and its base value; an empty text where none varies."""
    names = sweep.varying_outcomes
    if not names or not sweep.points:
        return ""
    (direction,) = sweep.directions
    drawing = Drawing("sweep", context.say("sweep"), context.say("panels alt", path=direction.path))
    labels = Labels.of(direction, _LONGEST)
    top = _key(drawing, context, sweep)
    for number, name in enumerate(names):
        row, column = divmod(number, _ACROSS)
        left, above = column * (_WIDE + _GAP), top + row * (_TITLE + _TALL + _UNDER)
        _draw(drawing, context, sweep, name, _Panel.of(sweep, name, left, above + _TITLE), labels)
    rows = ceil(len(names) / _ACROSS)
    drawing.height = write_legends(drawing, (labels,), top + rows * (_TITLE + _TALL + _UNDER)) + 8
    return drawing.svg()


def _key(drawing: Drawing, context: ReportContext, sweep: Sweep) -> float:
    """Draw the key of the base; return the y where it ends."""
    drawing.line(4, 10, 40, 10, "base")
    drawing.text(48, 15, context.say("as it is"), "quiet")
    if any(point.is_base for point in sweep.points):
        x = 48 + width_of(context.say("as it is")) + 30
        drawing.dot(x, 10, _DOT, "point-first")
        drawing.text(x + 14, 15, context.say("value now"), "quiet")
    return 30.0


@frozen
class _Panel:
    """The place of a panel, and the marks of its vertical axis."""

    left: float
    top: float
    marks: list[float]

    @classmethod
    def of(cls, sweep: Sweep, name: str, left: float, top: float) -> "_Panel":
        """A panel whose marks enclose all values and intervals, the base, and four fifths for adverse impact."""
        found = [point.outcomes[name] for point in sweep.points]
        values = [at for each in (*found, sweep.base.outcomes[name]) if each.value is not None for at in (each.value,)]
        values += [_FOUR_FIFTHS] if name == "adverse" else []
        most = max(_FARTHEST, *values) if name == "adverse" else inf
        values += [min(at, most) for each in found for at in each.ci95 or ()]
        return cls(left, top, marks_around(values, 4))

    @property
    def bottom(self) -> float:
        return self.top + _TALL

    @property
    def right(self) -> float:
        return self.left + _WIDE

    def x(self, place: float) -> float:
        return self.left + _LEFT + _INSET + place * (_WIDE - _LEFT - 2 * _INSET)

    def y(self, value: float) -> float:
        low, high = self.marks[0], self.marks[-1]
        return self.bottom - min((value - low) / (high - low), 1.0) * _TALL


def _draw(drawing: Drawing, context: ReportContext, sweep: Sweep, name: str, panel: _Panel, labels: Labels) -> None:
    (direction,) = sweep.directions
    title = lines_of(outcome_title(context, sweep, name), _WIDE - 8, 2)
    drawing.texts(panel.left + 4, panel.top - 16 - LINE * (len(title) - 1), title, "strong")
    for mark, text in zip(panel.marks, format_marks(context, name, panel.marks), strict=True):
        drawing.line(panel.left + _LEFT, panel.y(mark), panel.right, panel.y(mark), "grid")
        drawing.text(panel.left + _LEFT - 8, panel.y(mark) + 4, text, "quiet", "end")
    if name == "adverse":
        y = panel.y(_FOUR_FIFTHS)
        drawing.line(panel.left + _LEFT, y, panel.right, y, "mark")
    base = sweep.base.outcomes[name].value
    if base is not None:
        drawing.line(panel.left + _LEFT, panel.y(base), panel.right, panel.y(base), "base")
    places = {value: panel.x(place) for value, place in zip(direction.values, direction.positions, strict=True)}
    _draw_points(drawing, context, sweep, name, panel, places)
    if name == "adverse":  # drawn after the points, so that the text stays readable
        drawing.text(panel.right - 4, panel.y(_FOUR_FIFTHS) - 5, context.say("four fifths mark"), "name", "end")
    texts = [(places[value], text) for value, text in zip(direction.values, labels.texts, strict=True)]
    lines = write_across(drawing, texts, panel.bottom + 18, (panel.left + _LEFT - 30, panel.right))
    path = lines_of(direction.path, _WIDE - _LEFT, 1)
    drawing.texts(panel.left + (_LEFT + _WIDE) / 2, panel.bottom + 22 + lines * LINE, path, "quiet", "middle")


def _draw_points(
    drawing: Drawing, context: ReportContext, sweep: Sweep, name: str, panel: _Panel, places: dict[str, float]
) -> None:
    """Draw the dots with their intervals, joined by a line from left to right."""
    defined = [(places[point.values[0]], point) for point in sweep.points if point.outcomes[name].value is not None]
    defined.sort(key=lambda each: each[0])
    radius = next(size for most, size in _SIZES if len(sweep.points) <= most)
    small = radius < _DOT
    steps: list[str | float] = []
    for x, point in defined:
        steps += ["L" if steps else "M", x, panel.y(_value(point, name))]
    if len(defined) > 1:
        drawing.path(steps, "joined")
    for x, point in defined:
        low, high = point.outcomes[name].ci95 or (_value(point, name),) * 2
        if high > low:
            drawing.line(x, panel.y(low), x, panel.y(high), "whisker-thin" if small else "whisker")
    for x, point in defined:
        tip = f"{point.values[0]}: {format_with_interval(context, name, point.outcomes[name])}"
        css_class = "point-first" if point.is_base else "point point-small" if small else "point"
        drawing.dot(x, panel.y(_value(point, name)), _DOT if point.is_base else radius, css_class, tip)


def _value(point: SweepPoint, name: str) -> float:
    value = point.outcomes[name].value
    assert value is not None
    return value
