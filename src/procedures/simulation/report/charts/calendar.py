"""A calendar of weeks: the days on which steps are open, and the load of the days of the juries."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from attrs import frozen

from procedures.simulation.report.charts.svg import LINE, WIDTH, Drawing, lines_of
from procedures.simulation.report.context import ReportContext
from procedures.simulation.report.figures import JuryDay, Span, jury_days_of, spans_of
from procedures.text.values import day_words

_LEFT: Final = 8.0
_DAY: Final = (WIDTH - 2 * _LEFT) / 7
_SPACING: Final = 6.0
_PLACES_HEIGHT: Final = 38.0
_NUMBER: Final = 22.0
_MANY_WEEKS: Final = 10
_MANY_LEFT: Final = 100


@frozen
class _Bar:
    """The part of a span that lies in one week: from day `first` to day `last`, its name in lines."""

    span: Span
    first: int
    last: int
    name: str
    lines: tuple[str, ...]
    y: float

    @property
    def below(self) -> float:
        return self.y + LINE * len(self.lines) + _SPACING


@frozen
class _Week:
    """A week from a Monday, with its bars and jury days; `below` is the distance from the numbers to the juries."""

    monday: date
    bars: tuple[_Bar, ...]
    days: tuple[JuryDay, ...]

    @property
    def is_quiet(self) -> bool:
        """Whether no span begins or ends in the week and no jury sits."""
        ends = (day for bar in self.bars for day in (bar.span.first, bar.span.last))
        return not self.days and not any(self.monday <= day < self.monday + timedelta(days=7) for day in ends)

    @property
    def below(self) -> float:
        return max([bar.below for bar in self.bars] + [LINE + _SPACING])

    @property
    def height(self) -> float:
        rows = max((sum(day.when == other.when for other in self.days) for day in self.days), default=0)
        return _NUMBER + self.below + self.row_height * rows + _SPACING

    @property
    def row_height(self) -> float:
        """The height of the places of one jury, with a line for candidates without a place where there are any."""
        return _PLACES_HEIGHT + (LINE if any(day.without_place for day in self.days) else 0)


def draw_calendar(context: ReportContext) -> str:
    """The picture; an empty text where the procedure states no dates."""
    spans, days = spans_of(context.machine), tuple(jury_days_of(context.results))
    if not spans:
        return ""
    drawing = Drawing("calendar", context.say("calendar"), context.say("calendar alt"))
    y = 24.0
    for number in range(7):
        name = day_words(date(2024, 1, 1 + number), context.language).partition(" ")[0]
        drawing.text(_LEFT + number * _DAY + 6, y - 8, name, "quiet")
    weeks = _weeks(context, spans, days)
    for is_quiet, run in groupby(weeks, lambda week: week.is_quiet):
        together = [*run]
        if is_quiet and len(together) > 1 and len(weeks) > _MANY_WEEKS:
            drawing.line(_LEFT, y, WIDTH - _LEFT, y, "grid")
            words = context.say("weeks skipped", n=len(together))
            drawing.text(WIDTH / 2, y + 18, words, "quiet", "middle")
            y += 28
            continue
        for week in together:
            _draw_week(drawing, context, week, y)
            y += week.height
    drawing.line(_LEFT, y, WIDTH - _LEFT, y, "grid")
    drawing.height = y + 6
    return drawing.svg()


def _weeks(context: ReportContext, spans: Sequence[Span], days: Sequence[JuryDay]) -> list[_Week]:
    first = min(span.first for span in spans)
    last = max([span.last for span in spans] + [day.when for day in days])
    monday, found = first - timedelta(days=first.weekday()), []
    while monday <= last:
        sitting = tuple(day for day in days if 0 <= (day.when - monday).days < 7)
        found.append(_Week(monday, tuple(_bars(context, spans, monday)), sitting))
        monday += timedelta(days=7)
    return found


def _bars(context: ReportContext, spans: Sequence[Span], monday: date) -> Iterator[_Bar]:
    """The bars of a week below each other; the height of each bar follows from its name."""
    y = 0.0
    for span in spans:
        first, last = (span.first - monday).days, (span.last - monday).days
        if last < 0 or first > 6:
            continue
        first, last = max(first, 0), min(last, 6)
        name = context.say("applications") if span.step is None else context.step(span.step)
        name = context.say(span.stated_end, step=name) if span.stated_end else name
        name = context.say("tentative", step=name) if span.tentative else name
        yield (bar := _Bar(span, first, last, name, (*lines_of(name, (last - first + 1) * _DAY - 16, 3),), y))
        y = bar.below


def _draw_week(drawing: Drawing, context: ReportContext, week: _Week, y: float) -> None:
    drawing.box(_LEFT + 5 * _DAY, y, 2 * _DAY, week.height, "weekend")
    for number in range(7):
        day, x = week.monday + timedelta(days=number), _LEFT + number * _DAY
        drawing.line(x, y, x + _DAY, y, "grid")
        drawing.line(x, y, x, y + week.height, "grid")
        _, *words = day_words(day, context.language).split(" ")
        named = number == 0 or day.day == 1
        drawing.text(x + 6, y + 16, f"{words[0]} {words[1]}" if named else words[0], "strong" if named else "quiet")
    drawing.line(WIDTH - _LEFT, y, WIDTH - _LEFT, y + week.height, "grid")
    for bar in week.bars:
        _draw_bar(drawing, context, bar, y + _NUMBER + bar.y)
    sitting: dict[date, int] = {}
    for jury in week.days:
        row = sitting[jury.when] = sitting.get(jury.when, -1) + 1
        _draw_places(drawing, context, jury, y + _NUMBER + week.below + row * week.row_height)


def _draw_bar(drawing: Drawing, context: ReportContext, bar: _Bar, y: float) -> None:
    x, width = _LEFT + bar.first * _DAY + 2, (bar.last - bar.first + 1) * _DAY - 4
    days = " – ".join(dict.fromkeys(day_words(day, context.language) for day in (bar.span.first, bar.span.last)))
    css_class = "span-tentative" if bar.span.tentative else "span"
    drawing.box(x, y, width, LINE * len(bar.lines) + 3, css_class, f"{bar.name}: {days}")
    drawing.texts(x + 6, y + 13, bar.lines, "on-span")


def _draw_places(drawing: Drawing, context: ReportContext, jury: JuryDay, y: float) -> None:
    """Draw the load of a day: a bar in an outline, with the numbers below it."""
    x, wide = _LEFT + jury.when.weekday() * _DAY + 6, _DAY - 12
    seen = context.number(jury.candidates.mean).text
    words = context.say("of places", seen=seen, places=jury.places)
    drawing.box(x, y + 4, wide, 10, "places", f"{context.step(jury.step)}: {words}")
    drawing.box(x, y + 4, wide * jury.candidates.mean / jury.places, 10, "bar-solid")
    drawing.text(x, y + 13 + LINE, words, "quiet")
    if jury.without_place:
        left = context.number(jury.without_place, 0 if jury.without_place >= _MANY_LEFT else 1).text
        drawing.text(x, y + 13 + 2 * LINE, context.say("left", left=left), "strong")
