"""Draws quality against adverse impact: a dot for each variant, or for each point of a sweep with the Pareto front."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from attrs import evolve, frozen

from procedures.simulation.report.charts.axis_labels import Labels, write_legends
from procedures.simulation.report.charts.svg import LINE, WIDTH, Drawing, decimals_of, marks_around, ticks, width_of
from procedures.simulation.report.context import ReportContext, format_number
from procedures.simulation.report.figures import Point, points_of, quality_of
from procedures.simulation.what_if.sweep import Sweep, SweepPoint

_HIGH: Final = 260.0
_HIGHER: Final = 400.0
_LEFT: Final = 76.0
_RIGHT: Final = 24.0
_FOUR_FIFTHS: Final = 0.8
_WIDEST: Final = 3.0
"""Ratios above this are drawn at the edge."""
_FARTHEST: Final = 1.2
"""The same for ratios of the lower rate to the higher. Such a ratio is at most 1, but its interval can be wider."""
_MAX_NAMED: Final = 12
"""With more points, only points on the front have names and intervals."""
_LONGEST: Final = 110.0
_OWN_MARGIN: Final = 8.0
_OTHER_MARGIN: Final = 18.0
"""A name closer than this to another dot would seem to belong to that dot."""
_Place: TypeAlias = tuple[float, float, float]
"""The place of a name or a dot: its left end, its width, and the y of its line."""
_MAX_OFFSET: Final = 3
"""A name is at most this many lines above or below its dot."""


def draw_impact(context: ReportContext) -> str:
    """A point for each variant: quality against the lowest ratio between groups; an empty text without points."""
    name = context.scenario.name or context.say("this scenario")
    points = points_of(context.file, {name: context.results, **context.variants})
    quality = quality_of(context.file, context.results)
    if not points or quality is None:
        return ""
    across = ticks(min(max(1.0, *(_bounds(point)[1] for point in points)), _WIDEST))
    drawing = Drawing("impact", context.say("impact"), context.say("impact alt"))
    plane = _Plane(across, _quality_marks(points, quality.all_applicants), _HIGH, quality.measure)
    _draw_plane(drawing, context, plane, context.say("impact axis"))
    if quality.all_applicants is not None:
        y, words = plane.y(quality.all_applicants), plane.words(context, quality.all_applicants)
        drawing.line(_LEFT, y, WIDTH - _RIGHT, y, "mark")
        drawing.text(_LEFT + 6, y - 6, context.say("of all", value=words), "quiet")
    _draw_points(drawing, (evolve(points[0], is_reference=True), *points[1:]), plane)
    drawing.height = plane.bottom + 50
    return drawing.svg()


def draw_trade_off(context: ReportContext, sweep: Sweep) -> str:
    """Every point of a sweep, with a line along the front; an empty text where no point has both quality and impact."""
    labels = tuple(Labels.of(direction, _LONGEST) for direction in sweep.directions)
    points = tuple(_points(context, sweep, labels))
    front = sorted((point for point in points if point.is_on_front), key=lambda point: point.impact)
    if not front:
        return ""
    drawing = Drawing("trade", context.say("trade"), context.say("trade alt"))
    across = marks_around([_FOUR_FIFTHS, *(min(at, _FARTHEST) for point in points for at in _bounds(point))])
    plane = _Plane(across, _quality_marks(points, None), _HIGHER, sweep.measure)
    _draw_plane(drawing, context, plane, context.say("trade axis"))
    steps: list[str | float] = []
    for point in front:
        steps += ["L" if steps else "M", plane.x(point.impact), plane.y(point.quality)]
    if len(front) > 1:
        drawing.path(steps, "front")
    _draw_points(drawing, points, plane)
    drawing.height = write_legends(drawing, labels, plane.bottom + 46) + 8
    return drawing.svg()


def has_unnamed_points(sweep: Sweep) -> bool:
    """Whether there are too many points to name all of them."""
    return len(sweep.points) + (not any(point.is_base for point in sweep.points)) > _MAX_NAMED


def _points(context: ReportContext, sweep: Sweep, labels: Sequence[Labels]) -> Iterator[Point]:
    """The base first, named by its values where a point has the same values; then the other points."""
    texts = [
        dict(zip(direction.values, each.texts, strict=True))
        for direction, each in zip(sweep.directions, labels, strict=True)
    ]
    now = [point for point in sweep.points if point.is_base][:1] or [sweep.base]
    for point in (*now, *(each for each in sweep.points if each is not now[0])):
        if point.quality.value is None or point.impact.value is None:
            continue
        name = " · ".join(text[value] for text, value in zip(texts, point.values, strict=False))
        if point is now[0]:
            name = f"{name} ({context.say('as it is')})" if name else context.say("as it is")
        estimates = (point.quality.value, point.impact.value, point.quality.ci95, point.impact.ci95)
        yield Point(name, *estimates, point.is_on_front, point is now[0], _tooltip(context, point))


def _tooltip(context: ReportContext, point: SweepPoint) -> str:
    return ", ".join(point.values) or context.say("as it is")


def _bounds(point: Point) -> tuple[float, float]:
    """The interval of the ratio of a point."""
    return point.impact_ci95 or (point.impact, point.impact)


def _quality_marks(points: Sequence[Point], of_all: float | None) -> list[float]:
    """Marks that enclose every point and interval, and the quality of all who apply."""
    values = [at for point in points for at in (*(point.quality_ci95 or ()), point.quality)]
    return marks_around([*values, *([] if of_all is None else [of_all])])


@frozen
class _Plane:
    """The marks of the horizontal axis (ratios) and of the vertical axis (quality: a mean of `measure`, or a share)."""

    across: list[float]
    upwards: list[float]
    height: float
    measure: str | None
    top: float = 30.0

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def x(self, ratio: float) -> float:
        low, high = self.across[0], self.across[-1]
        return _LEFT + min((ratio - low) / (high - low), 1.0) * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        low, high = self.upwards[0], self.upwards[-1]
        return self.bottom - (value - low) / (high - low) * self.height

    def words(self, context: ReportContext, value: float) -> str:
        """A quality as text."""
        if self.measure is not None:
            return format_number(value, max(2, decimals_of(self.upwards[1] - self.upwards[0])), context.language)
        return context.share(round(value, 6)).text


def _draw_plane(drawing: Drawing, context: ReportContext, plane: _Plane, beneath: str) -> None:
    """Draw the marks, the titles of the axes, and the line of four fifths."""
    measure = plane.measure
    axis = (
        context.say("success axis") if measure is None else context.say("measure axis", measure=context.fact(measure))
    )
    drawing.text(4, 14, axis, "quiet")
    decimals = decimals_of(plane.across[1] - plane.across[0])
    for mark in plane.across:
        x = plane.x(mark)
        drawing.line(x, plane.top, x, plane.bottom, "grid")
        drawing.text(x, plane.bottom + 18, format_number(mark, decimals, context.language), "quiet", "middle")
    for mark in plane.upwards:
        drawing.line(_LEFT, plane.y(mark), WIDTH - _RIGHT, plane.y(mark), "grid")
        drawing.text(_LEFT - 8, plane.y(mark) + 4, plane.words(context, mark), "quiet", "end")
    x, text = plane.x(_FOUR_FIFTHS), context.say("four fifths mark")
    near_end = x + width_of(text) + 12 > WIDTH - _RIGHT
    drawing.line(x, plane.top, x, plane.bottom, "mark")
    drawing.text(x - 6 if near_end else x + 6, plane.top + 14, text, "strong", "end" if near_end else "start")
    drawing.text((_LEFT + WIDTH - _RIGHT) / 2, plane.bottom + 40, beneath, "quiet", "middle")


def _draw_points(drawing: Drawing, points: Sequence[Point], plane: _Plane) -> None:
    """Draw each point with its intervals and its name; with many points, only those on the front have them."""
    few = len(points) <= _MAX_NAMED
    marked = [point for point in points if few or point.is_on_front or point.is_reference]
    css_class = "whisker" if few else "whisker-thin"
    for point in marked:
        x, y = plane.x(point.impact), plane.y(point.quality)
        if point.impact_ci95 is not None:
            drawing.line(plane.x(point.impact_ci95[0]), y, plane.x(point.impact_ci95[1]), y, css_class)
        if point.quality_ci95 is not None:
            drawing.line(x, plane.y(point.quality_ci95[0]), x, plane.y(point.quality_ci95[1]), css_class)
    for point in sorted(points, key=lambda each: (each.is_reference, each.is_on_front)):
        css_class = "point-first" if point.is_reference else "point-front" if point.is_on_front else "point"
        tip = point.tip or point.name
        big = few or point.is_reference
        css_class = css_class if big else f"{css_class} point-small"
        drawing.dot(plane.x(point.impact), plane.y(point.quality), 6 if big else 4, css_class, tip)
    _draw_names(drawing, marked, points, plane)


def _draw_names(drawing: Drawing, named: Sequence[Point], points: Sequence[Point], plane: _Plane) -> None:
    """Write names beside their dots, as near as other names and dots allow; a name that fits nowhere is left out."""
    written: list[_Place] = []
    for point in named:
        x, y, wide = plane.x(point.impact), plane.y(point.quality), width_of(point.name) + 6
        dots = [_dot(plane, each, _OTHER_MARGIN if each is not point else _OWN_MARGIN) for each in points]
        sides = [left for left in (x + 12, x - 12 - wide) if left > _LEFT and left + wide < WIDTH - 4]
        heights = sorted(
            (LINE * step for step in range(-_MAX_OFFSET, _MAX_OFFSET + 1)), key=lambda each: (abs(each + 4), each)
        )
        tries = [(left, y - 6 + height) for height in heights for left in sides]
        free = (
            (left, at)
            for left, at in tries
            if plane.top < at < plane.bottom and all(_is_apart((left, wide, at), each) for each in (*written, *dots))
        )
        place = next(free, None)
        if place is not None:
            written.append((place[0], wide, place[1]))
            drawing.text(*place, point.name, "name")


def _dot(plane: _Plane, point: Point, around: float) -> _Place:
    return plane.x(point.impact) - around, 2 * around, plane.y(point.quality) + 5


def _is_apart(one: _Place, other: _Place) -> bool:
    """Whether two places do not overlap."""
    return abs(one[2] - other[2]) >= LINE or one[0] + one[1] < other[0] or other[0] + other[1] < one[0]
