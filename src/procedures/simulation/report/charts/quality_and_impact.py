"""Quality against adverse impact: a dot for each variant, or for each point of a sweep with the front between them."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from attrs import evolve, frozen

from procedures.simulation.report.charts.axis_labels import Labels, write_legends
from procedures.simulation.report.charts.svg import LINE, WIDTH, Drawing, decimals_of, marks_around, ticks, width_of
from procedures.simulation.report.context import Teller, figure
from procedures.simulation.report.figures import Point, points_of, quality_of
from procedures.simulation.what_if.sweep import Sweep, Swept

_HIGH: Final = 260.0
_HIGHER: Final = 400.0
_LEFT: Final = 76.0
_RIGHT: Final = 24.0
_FOUR_FIFTHS: Final = 0.8
_WIDEST: Final = 3.0
"""Ratios beyond this are drawn at the edge."""
_FARTHEST: Final = 1.2
"""The same, of the lower rate by the higher, which is 1 at the most; only intervals go on."""
_NAMED: Final = 12
"""Of more points only those on the front have names and intervals."""
_LONGEST: Final = 110.0
_OWN: Final = 8.0
_NEAR: Final = 18.0
"""So near to another dot a name would seem to be that one's."""
_Place: TypeAlias = tuple[float, float, float]
"""Where a name or a dot stands: its left end, how wide it is, and its line."""
_ASIDE: Final = 3
"""So many lines above or below its dot a name may stand."""


def impact(teller: Teller) -> str:
    """A point for each variant: how good those selected are against the lowest ratio between groups; or nothing."""
    name = teller.scenario.name or teller.say("this scenario")
    points = points_of(teller.file, {name: teller.results, **teller.variants})
    quality = quality_of(teller.file, teller.results)
    if not points or quality is None:
        return ""
    across = ticks(min(max(1.0, *(_bounds(point)[1] for point in points)), _WIDEST))
    drawing = Drawing("impact", teller.say("impact"), teller.say("impact alt"))
    plane = _Plane(across, _upwards(points, quality.of_all), _HIGH, quality.measure)
    _draw_plane(drawing, teller, plane, teller.say("impact axis"))
    if quality.of_all is not None:
        y, words = plane.y(quality.of_all), plane.words(teller, quality.of_all)
        drawing.line(_LEFT, y, WIDTH - _RIGHT, y, "mark")
        drawing.text(_LEFT + 6, y - 6, teller.say("of all", value=words), "quiet")
    _draw_points(drawing, (evolve(points[0], first=True), *points[1:]), plane)
    drawing.height = plane.bottom + 50
    return drawing.svg()


def trade(teller: Teller, sweep: Sweep) -> str:
    """Every point of a sweep, those on the front joined; nothing where none has both quality and impact."""
    labels = tuple(Labels.of(direction, _LONGEST) for direction in sweep.directions)
    points = tuple(_points(teller, sweep, labels))
    front = sorted((point for point in points if point.front), key=lambda point: point.impact)
    if not front:
        return ""
    drawing = Drawing("trade", teller.say("trade"), teller.say("trade alt"))
    across = marks_around([_FOUR_FIFTHS, *(min(at, _FARTHEST) for point in points for at in _bounds(point))])
    plane = _Plane(across, _upwards(points, None), _HIGHER, sweep.measure)
    _draw_plane(drawing, teller, plane, teller.say("trade axis"))
    steps: list[str | float] = []
    for point in front:
        steps += ["L" if steps else "M", plane.x(point.impact), plane.y(point.quality)]
    if len(front) > 1:
        drawing.path(steps, "front")
    _draw_points(drawing, points, plane)
    drawing.height = write_legends(drawing, labels, plane.bottom + 46) + 8
    return drawing.svg()


def names_left_out(sweep: Sweep) -> bool:
    """Whether there are too many points for all of them to be named."""
    return len(sweep.points) + (not any(point.is_base for point in sweep.points)) > _NAMED


def _points(teller: Teller, sweep: Sweep, labels: Sequence[Labels]) -> Iterator[Point]:
    """What is written now first, by the values that it has where they are among the points."""
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
            name = f"{name} ({teller.say('as it is')})" if name else teller.say("as it is")
        estimates = (point.quality.value, point.impact.value, point.quality.ci95, point.impact.ci95)
        yield Point(name, *estimates, point.front, point is now[0], _whole(teller, point))


def _whole(teller: Teller, point: Swept) -> str:
    return ", ".join(point.values) or teller.say("as it is")


def _bounds(point: Point) -> tuple[float, float]:
    """From where to where the ratio of a point may lie."""
    return point.impact_ci95 or (point.impact, point.impact)


def _upwards(points: Sequence[Point], of_all: float | None) -> list[float]:
    """Marks between which every point and interval lies, and what holds for all who apply."""
    values = [at for point in points for at in (*(point.quality_ci95 or ()), point.quality)]
    return marks_around([*values, *([] if of_all is None else [of_all])])


@frozen
class _Plane:
    """The marks of ratios between groups, across, and of quality, upwards: a mean of `measure`, or a share."""

    across: list[float]
    upwards: list[float]
    tall: float
    measure: str | None
    top: float = 30.0

    @property
    def bottom(self) -> float:
        return self.top + self.tall

    def x(self, ratio: float) -> float:
        low, high = self.across[0], self.across[-1]
        return _LEFT + min((ratio - low) / (high - low), 1.0) * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        low, high = self.upwards[0], self.upwards[-1]
        return self.bottom - (value - low) / (high - low) * self.tall

    def words(self, teller: Teller, value: float) -> str:
        """A quality as people read it."""
        if self.measure is not None:
            return figure(value, max(2, decimals_of(self.upwards[1] - self.upwards[0])), teller.language)
        return teller.share(round(value, 6)).text


def _draw_plane(drawing: Drawing, teller: Teller, plane: _Plane, beneath: str) -> None:
    """Marks, what the axes are, and four fifths."""
    measure = plane.measure
    axis = teller.say("success axis") if measure is None else teller.say("measure axis", measure=teller.fact(measure))
    drawing.text(4, 14, axis, "quiet")
    decimals = decimals_of(plane.across[1] - plane.across[0])
    for mark in plane.across:
        x = plane.x(mark)
        drawing.line(x, plane.top, x, plane.bottom, "grid")
        drawing.text(x, plane.bottom + 18, figure(mark, decimals, teller.language), "quiet", "middle")
    for mark in plane.upwards:
        drawing.line(_LEFT, plane.y(mark), WIDTH - _RIGHT, plane.y(mark), "grid")
        drawing.text(_LEFT - 8, plane.y(mark) + 4, plane.words(teller, mark), "quiet", "end")
    x, text = plane.x(_FOUR_FIFTHS), teller.say("four fifths mark")
    near_end = x + width_of(text) + 12 > WIDTH - _RIGHT
    drawing.line(x, plane.top, x, plane.bottom, "mark")
    drawing.text(x - 6 if near_end else x + 6, plane.top + 14, text, "strong", "end" if near_end else "start")
    drawing.text((_LEFT + WIDTH - _RIGHT) / 2, plane.bottom + 40, beneath, "quiet", "middle")


def _draw_points(drawing: Drawing, points: Sequence[Point], plane: _Plane) -> None:
    """Each point with its intervals and its name; of many, those on the front only."""
    few = len(points) <= _NAMED
    marked = [point for point in points if few or point.front or point.first]
    looks = "whisker" if few else "whisker-thin"
    for point in marked:
        x, y = plane.x(point.impact), plane.y(point.quality)
        if point.impact_ci95 is not None:
            drawing.line(plane.x(point.impact_ci95[0]), y, plane.x(point.impact_ci95[1]), y, looks)
        if point.quality_ci95 is not None:
            drawing.line(x, plane.y(point.quality_ci95[0]), x, plane.y(point.quality_ci95[1]), looks)
    for point in sorted(points, key=lambda each: (each.first, each.front)):
        looks = "point-first" if point.first else "point-front" if point.front else "point"
        tip = point.tip or point.name
        big = few or point.first
        looks = looks if big else f"{looks} point-small"
        drawing.dot(plane.x(point.impact), plane.y(point.quality), 6 if big else 4, looks, tip)
    _draw_names(drawing, marked, points, plane)


def _draw_names(drawing: Drawing, named: Sequence[Point], points: Sequence[Point], plane: _Plane) -> None:
    """Names beside their dots, as near as no other name or dot stands yet; where there is no room, none."""
    written: list[_Place] = []
    for point in named:
        x, y, wide = plane.x(point.impact), plane.y(point.quality), width_of(point.name) + 6
        dots = [_dot(plane, each, _NEAR if each is not point else _OWN) for each in points]
        sides = [left for left in (x + 12, x - 12 - wide) if left > _LEFT and left + wide < WIDTH - 4]
        heights = sorted((LINE * step for step in range(-_ASIDE, _ASIDE + 1)), key=lambda each: (abs(each + 4), each))
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
    """Whether a name does not meet another one, or a dot."""
    return abs(one[2] - other[2]) >= LINE or one[0] + one[1] < other[0] or other[0] + other[1] < one[0]
