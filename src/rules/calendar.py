"""Exact days, moments and durations: one rule for all engines, so that no two engines disagree on a day.

A moment is an int of microseconds since 1970 in UTC; a day is its proleptic ordinal. Windows are half-open in the
program. For the author their ends are inclusive at the precision written. Time zones come from pendulum.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Final

import pendulum
from attrs import frozen
from pendulum.tz.exceptions import AmbiguousTime, InvalidTimezone, NonExistingTime

from rules import time_notation
from rules.suggestions import find_nearest
from rules.time_notation import duration_help, time_help

SECOND: Final = 1_000_000
_AREAS: Final = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
"""The first parts of those IANA names that are places."""
# Moments are in these years and durations are at most this long, so that no sum of them leaves the calendar.
_YEARS: Final = (1900, 2999)
LAST_DAY: Final = date(2999, 12, 31)
"""The last day of the calendar that the library reckons with; the first is 1 January 1900."""
_LONGEST: Final = {"months": 1000 * 12, "days": 1000 * 366, "minutes": 1000 * 366 * 24 * 60}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Moment(int):
    """A point in time: microseconds since 1970 in UTC; prints as ISO 8601."""

    __slots__ = ()

    def datetime(self) -> datetime:
        """The same as an aware datetime in UTC."""
        return _EPOCH + timedelta(microseconds=self)

    def __str__(self) -> str:
        return moment_text(self)

    __repr__ = __str__


class CalendarError(ValueError):
    """A date, time or duration is invalid: `str` is a sentence, `help` says what to write instead."""

    def __init__(self, sentence: str, help: str | None = None) -> None:  # noqa: A002 - the word users see
        super().__init__(sentence)
        self.help = help


def quote(text: str) -> str:
    """A user's text in backticks for a message, shortened because it may be very long."""
    return f"`{text if len(text) <= 40 else text[:39] + '…'}`"


class Unit(Enum):
    """A unit of duration: its family (only units of one family are comparable) and its size in the smallest unit."""

    MINUTES = ("minutes", "minutes", 1)
    HOURS = ("hours", "minutes", 60)
    DAYS = ("days", "days", 1)
    WEEKS = ("weeks", "days", 7)
    MONTHS = ("months", "months", 1)
    YEARS = ("years", "months", 12)

    def __init__(self, word: str, family: str, size: int) -> None:
        self.word = word
        self.family = family
        self.size = size


UNITS: Final = {word: unit for unit in Unit for word in (unit.word, unit.word[:-1])}
# Not accepted in definitions, so that a duration is written in one way; used only for the help text of the error.
DUTCH_UNITS: Final = {word: UNITS[unit] for word, unit in time_notation.DUTCH_UNITS.items()}
_ISO = re.compile("P{Y}{M}{W}{D}(?:T{H}{M})?".format_map({unit: f"(?:([0-9]{{1,9}}){unit})?" for unit in "YMWDH"}))
_ISO_UNITS = (Unit.YEARS, Unit.MONTHS, Unit.WEEKS, Unit.DAYS, Unit.HOURS, Unit.MINUTES)


@frozen
class Duration:
    """A whole number of months, days or minutes; years, weeks and hours are converted to these."""

    count: int
    family: str

    @classmethod
    def of(cls, count: int, unit: Unit) -> "Duration":
        """The duration of `count` units; raises CalendarError beyond a thousand years."""
        if count * unit.size > _LONGEST[unit.family]:
            raise CalendarError(f"{count} {unit.word} is longer than a thousand years", "give a shorter one")
        return cls(count * unit.size, unit.family)

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """The duration written as `24 months`, `2 years`, `P2Y` or `PT15M`; raises CalendarError."""
        if match := re.fullmatch(r"([0-9]{1,9}) *([a-z]+)", text):
            if unit := UNITS.get(match[2]):
                return cls.of(int(match[1]), unit)
            units = "units are " + ", ".join(unit.word for unit in Unit)
            raise CalendarError(f"unknown unit `{match[2]}`", duration_help(text) or units)
        parts = _ISO.fullmatch(text)
        sizes = [(int(n), unit) for n, unit in zip(parts.groups(), _ISO_UNITS, strict=True) if n] if parts else []
        if not sizes:
            help_ = duration_help(text) or "write `24 months`, `2 years` or `P2Y`"
            raise CalendarError(f"{quote(text)} is not a duration", help_)
        families = {unit.family for _, unit in sizes}
        if len(families) > 1:
            raise CalendarError(
                f"{quote(text)} mixes units that do not compare", "use months and years, or weeks and days"
            )
        return cls(sum(cls.of(n, unit).count for n, unit in sizes), families.pop())

    def in_unit(self, unit: Unit) -> int:
        """The number of units; raises CalendarError where it is no whole number or the unit is of another family."""
        if unit.family != self.family:
            raise CalendarError(
                f"{self} and {unit.word} do not compare", f"write the duration in {_unit_words(unit.family)}"
            )
        count, rest = divmod(self.count, unit.size)
        if rest:
            raise CalendarError(f"{self} is not a whole number of {unit.word}", f"declare the fact in {self.family}")
        return count

    def __str__(self) -> str:
        for unit in (Unit.YEARS, Unit.WEEKS, Unit.HOURS):
            if unit.family == self.family and self.count and self.count % unit.size == 0:
                count = self.count // unit.size
                return f"{count} {unit.word if count != 1 else unit.word[:-1]}"
        return f"{self.count} {self.family if self.count != 1 else self.family[:-1]}"


def _unit_words(family: str) -> str:
    return " or ".join(unit.word for unit in Unit if unit.family == family)


def add_months(day: date, months: int) -> date:
    """The same day `months` later; a day that the month does not have becomes its last day (29 → 28 February)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        raise CalendarError(f"{day} and {months} months leave the calendar")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_duration(day: date, duration: Duration) -> date:
    """`day` plus a duration of days or months; raises CalendarError for hours and minutes."""
    match duration.family:
        case "months":
            return add_months(day, duration.count)
        case "days":
            try:
                return day + timedelta(days=duration.count)
            except OverflowError:
                raise CalendarError(f"{day} and {duration} leave the calendar") from None
        case _:
            raise CalendarError(f"{duration} is not a number of days or months")


def days_at_most(duration: Duration) -> int:
    """The most days that a duration may take."""
    return {"months": duration.count * 31, "days": duration.count, "minutes": duration.count // 1440 + 1}[
        duration.family
    ]


def elapsed_time(day: date, reference: date, family: str) -> Duration:
    """The whole months, or days, from `day` to a later `reference`, by the anniversary rule."""
    if family == "days":
        return Duration((reference - day).days, family)
    months = (reference.year - day.year) * 12 + reference.month - day.month
    return Duration(months if add_months(day, months) <= reference else months - 1, family)


def latest_start(duration: Duration, reference: date) -> date:
    """The last day that is `duration` or more before `reference`: max d with add_duration(d, duration) ≤ reference.

    All earlier days are too, because `add_duration` is monotonic. So one comparison with this day is the anniversary
    rule. Raises CalendarError.
    """
    if duration.family == "days":
        return add_duration(reference, Duration(-duration.count, "days"))
    if duration.family != "months":
        raise CalendarError(f"{duration} is not a number of days or months")
    earlier = add_months(reference, -duration.count)
    last = monthrange(earlier.year, earlier.month)[1]
    if reference.day == monthrange(reference.year, reference.month)[1]:
        return earlier.replace(day=last)  # each day of the earlier month leads to this month's last day or before
    return earlier


@frozen
class WrittenTime:
    """A local date or time as written, with its precision; as an end it includes that whole day, minute or second."""

    at: datetime
    precision: str  # "day", "minute" or "second"

    @classmethod
    def parse(cls, text: str) -> "WrittenTime":
        """Reads `2026-02-13`, `2026-02-13 23:59` or `2026-02-13 23:59:59`; raises CalendarError."""
        shape = re.fullmatch(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(:\d\d)?)?", text)
        try:
            at = datetime.fromisoformat(text) if shape else None
        except ValueError as error:
            raise CalendarError(f"{quote(text)} is not in the calendar: {error}", _time_help(text)) from None
        if at is None or shape is None:
            raise CalendarError(
                f"{quote(text)} is not a date or local time",
                _time_help(text) or "write `2026-02-13` or `2026-02-13 23:59`",
            )
        return cls(at, "day" if len(text) == 10 else "second" if shape[1] else "minute")

    def __str__(self) -> str:
        form = {"day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M", "second": "%Y-%m-%d %H:%M:%S"}
        return self.at.strftime(form[self.precision])


def _time_help(text: str) -> str | None:
    words = time_help(text)
    return words.en if words else None


@frozen
class Zone:
    """A time zone by its IANA name; a local time that does not exist or exists twice is an error."""

    name: str

    def __attrs_post_init__(self) -> None:
        _load_zone(self.name)

    def moment(self, local: datetime) -> Moment:
        """The moment of a local time; raises CalendarError where the clock skips or repeats that time."""
        try:
            return to_moment(_load_zone(self.name).convert(local, raise_on_unknown_times=True))
        except NonExistingTime:
            raise CalendarError(
                f"{local:%Y-%m-%d %H:%M} does not exist in {self.name}: the clock skips it", "choose another time"
            ) from None
        except AmbiguousTime:
            raise CalendarError(
                f"{local:%Y-%m-%d %H:%M} exists twice in {self.name}: the clock is set back", "choose another time"
            ) from None

    def day_start(self, day: date) -> Moment:
        """The first moment of a day; this is defined also where the clock changes at midnight."""
        local = datetime(day.year, day.month, day.day)
        try:
            return self.moment(local)
        except CalendarError:
            # Where midnight exists twice, the day begins at the first one. Where midnight is skipped, the day begins
            # where the clock continues, which may be a whole day later (Apia had no 30 December 2011).
            first = _load_zone(self.name).convert(local.replace(fold=0))
            return to_moment(first) if first.date() == day else self._first_moment_not_before(day)

    def _first_moment_not_before(self, day: date) -> Moment:
        """The first moment on `day` or later, by bisection; the clock must not be set back across midnight near it."""
        noon = to_moment(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
        before, after = noon - 2 * 86_400 * SECOND, noon + 2 * 86_400 * SECOND
        while after - before > 1:
            middle = (before + after) // 2
            before, after = (before, middle) if self.day(Moment(middle)) >= day else (middle, after)
        return Moment(after)

    def day_end(self, day: date) -> Moment:
        """The first moment after a day."""
        if day == date.max:
            raise CalendarError(f"{day} is the last day of the calendar", "choose an earlier day")
        return self.day_start(day + timedelta(days=1))

    def start_of(self, written: WrittenTime) -> Moment:
        """The first moment of a written time."""
        if written.precision == "day":
            return self.day_start(written.at.date())
        return self.moment(written.at)

    def end_of(self, written: WrittenTime) -> Moment:
        """The first moment after a written time: 23:59 ends where 00:00 starts."""
        match written.precision:
            case "day":
                return self.day_end(written.at.date())
            case "minute":
                return Moment(self.moment(written.at) + 60 * SECOND)
            case _:
                return Moment(self.moment(written.at) + SECOND)

    def local(self, moment: Moment) -> datetime:
        """The local time at a moment."""
        return (_EPOCH + timedelta(microseconds=moment)).astimezone(_load_zone(self.name))

    def day(self, moment: Moment) -> date:
        return self.local(moment).date()

    def clock(self, moment: Moment) -> str:
        """
        The local day and time for a sentence: to the minute, or to what is smaller where the moment has it.

        In an hour that occurs twice, because the clock is set back, the offset tells which one is meant.
        """
        local = self.local(moment)
        time = local.strftime("%Y-%m-%d %H:%M:%S" if local.second or local.microsecond else "%Y-%m-%d %H:%M")
        fraction = f".{local.microsecond:06}".rstrip("0") if local.microsecond else ""
        twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
        return time + fraction + (f" ({local.isoformat()[-6:]})" if twice else "")

    def show(self, moment: Moment) -> str:
        """ISO 8601 with the zone's offset, to the second, or to the microsecond if the moment is not a whole second."""
        return self.local(moment).isoformat(timespec="auto")


@lru_cache(maxsize=64)
def _load_zone(name: str) -> pendulum.Timezone:
    if name not in ("UTC", *_places()):
        known = find_nearest(name, _places())
        places = "use the IANA name of a place, such as `Europe/Brussels`, or `UTC`"
        help_ = f"did you mean `{known}`?" if known else places
        raise CalendarError(f"unknown time zone {quote(name)}", help_)
    try:
        return pendulum.timezone(name)
    except (InvalidTimezone, ValueError, OSError):
        raise CalendarError(f"this machine has no data for the time zone `{name}`", "update `tzdata`") from None


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    """
    The IANA names of zones that are places.

    Other names are no places, or are the settings of a machine: `EST5EDT`, `Etc/GMT+1`, `localtime`, `posix/…`.
    """
    return frozenset(name for name in pendulum.timezones() if name.partition("/")[0] in _AREAS)


def to_moment(at: datetime) -> Moment:
    """An aware datetime (pendulum's or the standard library's) as a moment; raises CalendarError for a naive one."""
    try:
        since = at - _EPOCH
    except TypeError:
        raise CalendarError(
            f"the time {at.isoformat()} carries no offset", "give it a time zone, as in `2025-10-01T09:00:00+02:00`"
        ) from None
    if not _YEARS[0] <= at.year <= _YEARS[1]:
        raise CalendarError(f"the year {at.year} is outside {_YEARS[0]}–{_YEARS[1]}")
    return Moment((since.days * 86_400 + since.seconds) * SECOND + since.microseconds)


def parse_moment(text: str) -> Moment:
    """The moment of ISO 8601 text with an offset, as `2025-10-01T09:00:00+02:00`; raises CalendarError."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CalendarError(
            f"{quote(text)} is not a moment", "write ISO 8601 with an offset, as in `2025-10-01T09:00:00+02:00`"
        ) from None
    return to_moment(at)


def moment_text(moment: int) -> str:
    """A moment as ISO 8601 in UTC."""
    return (_EPOCH + timedelta(microseconds=moment)).isoformat()
