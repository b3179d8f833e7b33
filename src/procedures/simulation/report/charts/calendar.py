"""A calendar of weeks: when the steps are open, and how full the days of the juries are."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from attrs import frozen

from procedures.simulation.report.charts.svg import LINE, WIDTH, Drawing, lines_of
from procedures.simulation.report.context import Teller
from procedures.simulation.report.figures import JuryDay, Span, jury_days_of, spans_of
from procedures.text.values import day_words

_LEFT: Final = 8.0
_DAY: Final = (WIDTH - 2 * _LEFT) / 7
_APART: Final = 6.0
_SEATS: Final = 38.0
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
        return self.y + LINE * len(self.lines) + _APART


@frozen
class _Week:
    """Seven days from a Monday, with what lies in them; `below` is how far under the numbers its juries stand."""

    monday: date
    bars: tuple[_Bar, ...]
    days: tuple[JuryDay, ...]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing begins or ends in it and no jury sits."""
        ends = (day for bar in self.bars for day in (bar.span.first, bar.span.last))
        return not self.days and not any(self.monday <= day < self.monday + timedelta(days=7) for day in ends)

    @property
    def below(self) -> float:
        return max([bar.below for bar in self.bars] + [LINE + _APART])

    @property
    def tall(self) -> float:
        rows = max((sum(day.when == other.when for other in self.days) for day in self.days), default=0)
        return _NUMBER + self.below + self.row * rows + _APART

    @property
    def row(self) -> float:
        """How high the seats of one jury stand, with a line for those without a place where there are any."""
        return _SEATS + (LINE if any(day.left for day in self.days) else 0)


def calendar(teller: Teller) -> str:
    """The picture, or nothing where the procedure states no dates."""
    spans, days = spans_of(teller.machine), tuple(jury_days_of(teller.results))
    if not spans:
        return ""
    drawing = Drawing("calendar", teller.say("calendar"), teller.say("calendar alt"))
    y = 24.0
    for number in range(7):
        name = day_words(date(2024, 1, 1 + number), teller.language).partition(" ")[0]
        drawing.text(_LEFT + number * _DAY + 6, y - 8, name, "quiet")
    weeks = _weeks(teller, spans, days)
    for quiet, run in groupby(weeks, lambda week: week.is_quiet):
        together = [*run]
        if quiet and len(together) > 1 and len(weeks) > _MANY_WEEKS:
            drawing.line(_LEFT, y, WIDTH - _LEFT, y, "grid")
            words = teller.say("weeks skipped", n=len(together))
            drawing.text(WIDTH / 2, y + 18, words, "quiet", "middle")
            y += 28
            continue
        for week in together:
            _draw_week(drawing, teller, week, y)
            y += week.tall
    drawing.line(_LEFT, y, WIDTH - _LEFT, y, "grid")
    drawing.height = y + 6
    return drawing.svg()


def _weeks(teller: Teller, spans: Sequence[Span], days: Sequence[JuryDay]) -> list[_Week]:
    first = min(span.first for span in spans)
    last = max([span.last for span in spans] + [day.when for day in days])
    monday, found = first - timedelta(days=first.weekday()), []
    while monday <= last:
        sitting = tuple(day for day in days if 0 <= (day.when - monday).days < 7)
        found.append(_Week(monday, tuple(_bars(teller, spans, monday)), sitting))
        monday += timedelta(days=7)
    return found


def _bars(teller: Teller, spans: Sequence[Span], monday: date) -> Iterator[_Bar]:
    """The bars of a week under one another, each as high as its name needs."""
    y = 0.0
    for span in spans:
        first, last = (span.first - monday).days, (span.last - monday).days
        if last < 0 or first > 6:
            continue
        first, last = max(first, 0), min(last, 6)
        name = teller.say("applications") if span.step is None else teller.step(span.step)
        name = teller.say(span.alone, step=name) if span.alone else name
        name = teller.say("tentative", step=name) if span.tentative else name
        yield (bar := _Bar(span, first, last, name, (*lines_of(name, (last - first + 1) * _DAY - 16, 3),), y))
        y = bar.below


def _draw_week(drawing: Drawing, teller: Teller, week: _Week, y: float) -> None:
    drawing.box(_LEFT + 5 * _DAY, y, 2 * _DAY, week.tall, "weekend")
    for number in range(7):
        day, x = week.monday + timedelta(days=number), _LEFT + number * _DAY
        drawing.line(x, y, x + _DAY, y, "grid")
        drawing.line(x, y, x, y + week.tall, "grid")
        _, *words = day_words(day, teller.language).split(" ")
        named = number == 0 or day.day == 1
        drawing.text(x + 6, y + 16, f"{words[0]} {words[1]}" if named else words[0], "strong" if named else "quiet")
    drawing.line(WIDTH - _LEFT, y, WIDTH - _LEFT, y + week.tall, "grid")
    for bar in week.bars:
        _draw_bar(drawing, teller, bar, y + _NUMBER + bar.y)
    sitting: dict[date, int] = {}
    for jury in week.days:
        row = sitting[jury.when] = sitting.get(jury.when, -1) + 1
        _draw_seats(drawing, teller, jury, y + _NUMBER + week.below + row * week.row)


def _draw_bar(drawing: Drawing, teller: Teller, bar: _Bar, y: float) -> None:
    x, width = _LEFT + bar.first * _DAY + 2, (bar.last - bar.first + 1) * _DAY - 4
    days = " – ".join(dict.fromkeys(day_words(day, teller.language) for day in (bar.span.first, bar.span.last)))
    looks = "span-tentative" if bar.span.tentative else "span"
    drawing.box(x, y, width, LINE * len(bar.lines) + 3, looks, f"{bar.name}: {days}")
    drawing.texts(x + 6, y + 13, bar.lines, "on-span")


def _draw_seats(drawing: Drawing, teller: Teller, jury: JuryDay, y: float) -> None:
    """How full a day is: a bar in an outline, and in words below it."""
    x, wide = _LEFT + jury.when.weekday() * _DAY + 6, _DAY - 12
    seen = teller.number(jury.seen.mean).text
    words = teller.say("of places", seen=seen, places=jury.places)
    drawing.box(x, y + 4, wide, 10, "places", f"{teller.step(jury.step)}: {words}")
    drawing.box(x, y + 4, wide * jury.seen.mean / jury.places, 10, "bar-solid")
    drawing.text(x, y + 13 + LINE, words, "quiet")
    if jury.left:
        left = teller.number(jury.left, 0 if jury.left >= _MANY_LEFT else 1).text
        drawing.text(x, y + 13 + 2 * LINE, teller.say("left", left=left), "strong")
