"""How far candidates come, how many are selected, and quality against impact, drawn from plain figures."""

from math import ceil, floor
from typing import Final

from attrs import frozen

from procedures.simulation.reporting.drawing import LINE, WIDTH, Drawing, lines_of, ticks, width_of
from procedures.simulation.reporting.figures import Point, Quality, bins_of, points_of, quality_of
from procedures.simulation.reporting.telling import Teller

_ROW: Final = 44.0
_NAMES: Final = 220.0
_FIGURES: Final = 236.0
_HIGH: Final = 260.0
_LEFT: Final = 76.0
_RIGHT: Final = 24.0
_FOUR_FIFTHS: Final = 0.8
_NEARLY: Final = 1e-9
_WIDEST: Final = 3.0
"""Ratios beyond this are drawn at the edge."""


def funnel(teller: Teller) -> str:
    """A bar for each state of the road, with the interval of its mean and the range of selections."""
    drawing = Drawing("funnel", teller.say("funnel"), teller.say("funnel alt"))
    reached = {name: teller.results.reached[name] for name in teller.along}
    top, room = 26.0, WIDTH - _NAMES - _FIGURES
    marks = ticks(max(max(spread.quantiles[0.95], spread.mean) for spread in reached.values()))
    scale, bottom = room / marks[-1], top + _ROW * len(reached)
    for mark in marks:
        x = _NAMES + mark * scale
        drawing.line(x, top - 4, x, bottom, "grid")
        drawing.text(x, top - 10, teller.number(mark).text, "quiet", "middle")
    for number, (name, spread) in enumerate(reached.items()):
        y = top + _ROW * number
        lines = lines_of(teller.state(name), _NAMES - 16, 2)
        drawing.texts(_NAMES - 10, y + _ROW / 2 + 5 - LINE * (len(lines) - 1) / 2, lines, "", "end")
        low, high = (spread.quantiles[at] for at in (0.05, 0.95))
        mean, between = teller.number(spread.mean).text, teller.spread(spread)
        drawing.box(_NAMES, y + 8, spread.mean * scale, _ROW - 16, "bar", f"{teller.state(name)}: {mean} ({between})")
        drawing.box(_NAMES + low * scale, y + _ROW / 2 - 2, (high - low) * scale, 4, "band")
        for at in spread.ci95:
            drawing.line(_NAMES + at * scale, y + 12, _NAMES + at * scale, y + _ROW - 12, "whisker")
        left, right = (_NAMES + at * scale for at in spread.ci95)
        drawing.line(left, y + _ROW / 2, right, y + _ROW / 2, "whisker")
        drawing.text(WIDTH - _FIGURES + 44, y + _ROW / 2 + 5, mean, "strong")
        drawing.text(WIDTH - 4, y + _ROW / 2 + 5, between, "quiet", "end")
    drawing.text(WIDTH - _FIGURES + 44, top - 10, teller.say("mean"), "quiet")
    drawing.text(WIDTH - 4, top - 10, teller.say("range"), "quiet", "end")
    drawing.height = bottom + 8
    return drawing.svg()


def histogram(teller: Teller) -> str:
    """In which share of the selections how many are selected, with the wanted number marked."""
    drawing = Drawing("reserve", teller.say("reserve"), teller.say("reserve alt"))
    bins, wanted = bins_of(teller.results), teller.scenario.wanted
    low = min(bins[0].least, wanted if wanted is not None else bins[0].least)
    high = max(bins[-1].most, wanted if wanted is not None else bins[-1].most)
    top, wide = 52.0, (WIDTH - _LEFT - _RIGHT) / (high - low + 1)
    marks = ticks(max(each.share for each in bins), 4)
    bottom = top + _HIGH
    for mark in marks:
        y = bottom - mark / marks[-1] * _HIGH
        drawing.line(_LEFT, y, WIDTH - _RIGHT, y, "grid")
        drawing.text(_LEFT - 8, y + 4, teller.share(mark).text, "quiet", "end")
    named = {each: f"{each.least}" if each.least == each.most else f"{each.least}–{each.most}" for each in bins}
    apart = wide * (bins[0].most - bins[0].least + 1)
    every = ceil(max(1.0, (width_of(max(named.values(), key=len)) + 6) / apart))
    for number, (each, label) in enumerate(named.items()):
        x, width = _LEFT + (each.least - low) * wide, wide * (each.most - each.least + 1)
        few = wanted is not None and each.most < wanted
        tip, tall = f"{label}: {teller.share(each.share).text}", each.share / marks[-1] * _HIGH
        drawing.box(x + width * 0.08, bottom - tall, width * 0.84, tall, "few" if few else "bar-solid", tip)
        if number % every == 0:
            drawing.text(x + width / 2, bottom + 18, label, "quiet", "middle")
    if wanted is not None:
        x, text = _LEFT + (wanted - low) * wide, teller.say("wanted mark", wanted=wanted)
        drawing.line(x, top - 10, x, bottom, "mark")
        near_end = x + width_of(text) + 12 > WIDTH
        drawing.text(x - 6 if near_end else x + 6, top - 14, text, "strong", "end" if near_end else "start")
    drawing.text(_LEFT + (WIDTH - _LEFT - _RIGHT) / 2, bottom + 40, teller.say("number selected"), "quiet", "middle")
    drawing.text(4, 14, teller.say("share of selections"), "quiet")
    drawing.height = bottom + 50
    return drawing.svg()


def impact(teller: Teller) -> str:
    """A point for each variant: how good those selected are against the lowest ratio between groups; or nothing."""
    name = teller.scenario.name or teller.say("this scenario")
    points = points_of(teller.file, {name: teller.results, **teller.variants})
    quality = quality_of(teller.file, teller.results)
    if not points or quality is None:
        return ""
    drawing = Drawing("impact", teller.say("impact"), teller.say("impact alt"))
    plane = _Plane.around(points, quality)
    axis = teller.say("measure axis", measure=teller.fact(quality.measure)) if quality.measure else ""
    drawing.text(4, 14, axis or teller.say("success axis"), "quiet")
    for mark in plane.across:
        x = plane.x(mark)
        drawing.line(x, plane.top, x, plane.bottom, "grid")
        drawing.text(x, plane.bottom + 18, teller.number(mark).text, "quiet", "middle")
    for mark in plane.upwards:
        drawing.line(_LEFT, plane.y(mark), WIDTH - _RIGHT, plane.y(mark), "grid")
        drawing.text(_LEFT - 8, plane.y(mark) + 4, _quality_words(teller, quality, mark), "quiet", "end")
    x = plane.x(_FOUR_FIFTHS)
    drawing.line(x, plane.top, x, plane.bottom, "mark")
    drawing.text(x + 6, plane.top + 14, teller.say("four fifths mark"), "strong")
    if quality.of_all is not None:
        y, words = plane.y(quality.of_all), _quality_words(teller, quality, quality.of_all)
        drawing.line(_LEFT, y, WIDTH - _RIGHT, y, "mark")
        drawing.text(_LEFT + 6, y - 6, teller.say("of all", value=words), "quiet")
    _draw_points(drawing, points, plane)
    drawing.text((_LEFT + WIDTH - _RIGHT) / 2, plane.bottom + 40, teller.say("impact axis"), "quiet", "middle")
    drawing.height = plane.bottom + 50
    return drawing.svg()


@frozen
class _Plane:
    """The marks of ratios between groups, across, and of quality, upwards."""

    across: list[float]
    upwards: list[float]
    top: float = 30.0

    @classmethod
    def around(cls, points: tuple[Point, ...], quality: Quality) -> "_Plane":
        """So wide that every point and interval is on it, and what holds for all who apply."""
        rights = [point.impact_ci95[1] if point.impact_ci95 else point.impact for point in points]
        values = [at for point in points for at in (*(point.quality_ci95 or ()), point.quality)]
        values += [quality.of_all] if quality.of_all is not None else []
        step = 0.1 if quality.measure is None else ticks(max(max(values) - min(values), _NEARLY))[1]
        low, high = floor(min(values) / step + _NEARLY) * step, ceil(max(values) / step - _NEARLY) * step
        if quality.measure is None:
            low, high = max(0.0, low), min(1.0, high)
        upwards = [low + number * step for number in range(round((high - low) / step) + 1)]
        return cls(ticks(min(max(1.0, *rights), _WIDEST)), upwards if len(upwards) > 1 else [low, low + step])

    @property
    def bottom(self) -> float:
        return self.top + _HIGH

    def x(self, ratio: float) -> float:
        return _LEFT + min(ratio / self.across[-1], 1.0) * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        low, high = self.upwards[0], self.upwards[-1]
        return self.bottom - (value - low) / (high - low) * _HIGH


def _quality_words(teller: Teller, quality: Quality, value: float) -> str:
    return teller.number(value, 2).text if quality.measure else teller.share(round(value, 6)).text


def _draw_points(drawing: Drawing, points: tuple[Point, ...], plane: _Plane) -> None:
    """Each point with its intervals and its name, where no other name stands yet."""
    dots = ((plane.x(point.impact), plane.y(point.quality)) for point in points)
    taken = [(x - 8, 16.0, y + 5) for x, y in dots]
    for number, point in enumerate(points):
        x, y = plane.x(point.impact), plane.y(point.quality)
        if point.impact_ci95 is not None:
            drawing.line(plane.x(point.impact_ci95[0]), y, plane.x(point.impact_ci95[1]), y, "whisker")
        if point.quality_ci95 is not None:
            drawing.line(x, plane.y(point.quality_ci95[0]), x, plane.y(point.quality_ci95[1]), "whisker")
        drawing.dot(x, y, 6, "point-first" if number == 0 else "point", point.name)
        wide = width_of(point.name) + 12
        left = x - 12 - wide if x + 12 + wide > WIDTH - _RIGHT else x + 12
        offsets = sorted((LINE * step for step in range(-9, 10)), key=lambda each: (abs(each + 4), each))
        tries = (y - 6 + offset for offset in offsets if plane.top < y - 6 + offset < plane.bottom)
        at = next((at for at in tries if all(_is_apart(left, wide, at, each) for each in taken)), y - 6)
        taken.append((left, wide, at))
        drawing.text(left, at, point.name, "strong")


def _is_apart(left: float, wide: float, at: float, other: tuple[float, float, float]) -> bool:
    """Whether a name overlaps no other one."""
    return abs(at - other[2]) >= LINE or left + wide < other[0] or other[0] + other[1] < left
