"""Draws how far candidates come (funnel) and how many are selected (histogram)."""

from math import ceil
from typing import Final

from procedures.simulation.report.charts.svg import LINE, WIDTH, Drawing, lines_of, ticks, width_of
from procedures.simulation.report.context import ReportContext
from procedures.simulation.report.figures import bins_of

_ROW: Final = 44.0
_NAMES: Final = 220.0
_FIGURES: Final = 236.0
_HIGH: Final = 260.0
_LEFT: Final = 76.0
_RIGHT: Final = 24.0


def draw_funnel(context: ReportContext) -> str:
    """A bar for each state of the main path, with the interval of its mean and the range over the selections."""
    drawing = Drawing("funnel", context.say("funnel"), context.say("funnel alt"))
    reached = {name: context.results.reached[name] for name in context.path_states}
    top, room = 26.0, WIDTH - _NAMES - _FIGURES
    marks = ticks(max(max(spread.quantiles[0.95], spread.mean) for spread in reached.values()))
    scale, bottom = room / marks[-1], top + _ROW * len(reached)
    for mark in marks:
        x = _NAMES + mark * scale
        drawing.line(x, top - 4, x, bottom, "grid")
        drawing.text(x, top - 10, context.number(mark).text, "quiet", "middle")
    for number, (name, spread) in enumerate(reached.items()):
        y = top + _ROW * number
        lines = lines_of(context.state(name), _NAMES - 16, 2)
        drawing.texts(_NAMES - 10, y + _ROW / 2 + 5 - LINE * (len(lines) - 1) / 2, lines, "", "end")
        low, high = (spread.quantiles[at] for at in (0.05, 0.95))
        mean, between = context.number(spread.mean).text, context.spread(spread)
        drawing.box(_NAMES, y + 8, spread.mean * scale, _ROW - 16, "bar", f"{context.state(name)}: {mean} ({between})")
        drawing.box(_NAMES + low * scale, y + _ROW / 2 - 2, (high - low) * scale, 4, "band")
        for at in spread.ci95:
            drawing.line(_NAMES + at * scale, y + 12, _NAMES + at * scale, y + _ROW - 12, "whisker")
        left, right = (_NAMES + at * scale for at in spread.ci95)
        drawing.line(left, y + _ROW / 2, right, y + _ROW / 2, "whisker")
        drawing.text(WIDTH - _FIGURES + 44, y + _ROW / 2 + 5, mean, "strong")
        drawing.text(WIDTH - 4, y + _ROW / 2 + 5, between, "quiet", "end")
    drawing.text(WIDTH - _FIGURES + 44, top - 10, context.say("mean"), "quiet")
    drawing.text(WIDTH - 4, top - 10, context.say("range"), "quiet", "end")
    drawing.height = bottom + 8
    return drawing.svg()


def draw_histogram(context: ReportContext) -> str:
    """For each number of selected candidates the share of the selections, with the wanted number marked."""
    drawing = Drawing("reserve", context.say("reserve"), context.say("reserve alt"))
    bins, wanted = bins_of(context.results), context.scenario.wanted
    low = min(bins[0].least, wanted if wanted is not None else bins[0].least)
    high = max(bins[-1].most, wanted if wanted is not None else bins[-1].most)
    top, wide = 52.0, (WIDTH - _LEFT - _RIGHT) / (high - low + 1)
    marks = ticks(max(each.share for each in bins), 4)
    bottom = top + _HIGH
    for mark in marks:
        y = bottom - mark / marks[-1] * _HIGH
        drawing.line(_LEFT, y, WIDTH - _RIGHT, y, "grid")
        drawing.text(_LEFT - 8, y + 4, context.share(mark).text, "quiet", "end")
    named = {each: f"{each.least}" if each.least == each.most else f"{each.least}–{each.most}" for each in bins}
    apart = wide * (bins[0].most - bins[0].least + 1)
    every = ceil(max(1.0, (width_of(max(named.values(), key=len)) + 6) / apart))
    for number, (each, label) in enumerate(named.items()):
        x, width = _LEFT + (each.least - low) * wide, wide * (each.most - each.least + 1)
        few = wanted is not None and each.most < wanted
        tip, tall = f"{label}: {context.share(each.share).text}", each.share / marks[-1] * _HIGH
        drawing.box(x + width * 0.08, bottom - tall, width * 0.84, tall, "few" if few else "bar-solid", tip)
        if number % every == 0:
            drawing.text(x + width / 2, bottom + 18, label, "quiet", "middle")
    if wanted is not None:
        x, text = _LEFT + (wanted - low) * wide, context.say("wanted mark", wanted=wanted)
        drawing.line(x, top - 10, x, bottom, "mark")
        near_end = x + width_of(text) + 12 > WIDTH
        drawing.text(x - 6 if near_end else x + 6, top - 14, text, "strong", "end" if near_end else "start")
    drawing.text(_LEFT + (WIDTH - _LEFT - _RIGHT) / 2, bottom + 40, context.say("number selected"), "quiet", "middle")
    drawing.text(4, 14, context.say("share of selections"), "quiet")
    drawing.height = bottom + 50
    return drawing.svg()
