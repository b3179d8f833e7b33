"""Durations, dates as written, and the anniversary rule."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.calendar import (
    CalendarError,
    Duration,
    Unit,
    WrittenTime,
    add_duration,
    latest_start,
    moment_text,
    parse_moment,
    to_moment,
)


def months(count: int) -> Duration:
    return Duration(count, "months")


def days(count: int) -> Duration:
    return Duration(count, "days")


DURATIONS = [  # written, duration, as it prints
    ("24 months", months(24), "2 years"),
    ("2 years", months(24), "2 years"),
    ("1 year", months(12), "1 year"),
    ("1year", months(12), "1 year"),
    ("20 months", months(20), "20 months"),
    ("1 month", months(1), "1 month"),
    ("0 months", months(0), "0 months"),
    ("P2Y", months(24), "2 years"),
    ("P1Y6M", months(18), "18 months"),
    ("10 days", days(10), "10 days"),
    ("2 weeks", days(14), "2 weeks"),
    ("P1W1D", days(8), "8 days"),
    ("PT15M", Duration(15, "minutes"), "15 minutes"),
    ("PT1H30M", Duration(90, "minutes"), "90 minutes"),
    ("2 hours", Duration(120, "minutes"), "2 hours"),
]
NO_DURATIONS = [  # written, sentence, help
    ("2 moons", "unknown unit `moons`", "units are minutes, hours, days, weeks, months, years"),
    ("soon", "`soon` is not a duration", "write `24 months`, `2 years` or `P2Y`"),
    ("P", "`P` is not a duration", "write `24 months`, `2 years` or `P2Y`"),
    ("24", "`24` is not a duration", "write its unit too, as in `24 minutes`, `24 days` or `24 months`"),
    ("-1 years", "`-1 years` is not a duration", "write `24 months`, `2 years` or `P2Y`"),
    ("1.5 years", "`1.5 years` is not a duration", "write `18 months`"),
    ("٢ years", "`٢ years` is not a duration", "write `24 months`, `2 years` or `P2Y`"),
    ("P1M1D", "`P1M1D` mixes units that do not compare", "use months and years, or weeks and days"),
    ("1001 years", "1001 years is longer than a thousand years", "give a shorter one"),
]


@pytest.mark.parametrize(("written", "duration", "printed"), DURATIONS)
def test_a_duration_is_read_and_prints_in_its_largest_whole_unit(written, duration, printed):
    assert Duration.parse(written) == duration
    assert str(duration) == printed
    assert Duration.parse(printed) == duration


@pytest.mark.parametrize(("written", "sentence", "help_"), NO_DURATIONS)
def test_what_is_no_duration_says_so(written, sentence, help_):
    with pytest.raises(CalendarError) as error:
        Duration.parse(written)
    assert (str(error.value), error.value.help) == (sentence, help_)


IN_UNITS = [(months(24), Unit.YEARS, 2), (months(24), Unit.MONTHS, 24), (days(14), Unit.WEEKS, 2)]
NOT_IN_UNITS = [
    (months(18), Unit.YEARS, "18 months is not a whole number of years"),
    (days(30), Unit.MONTHS, "30 days and months do not compare"),
]


@pytest.mark.parametrize(("duration", "unit", "count"), IN_UNITS)
def test_a_duration_counts_in_a_unit_of_its_family(duration, unit, count):
    assert duration.in_unit(unit) == count


@pytest.mark.parametrize(("duration", "unit", "sentence"), NOT_IN_UNITS)
def test_a_duration_is_never_rounded_to_a_unit(duration, unit, sentence):
    with pytest.raises(CalendarError, match=f"^{sentence}$"):
        duration.in_unit(unit)


LATER = [  # day, duration, day so much later
    ("2024-02-29", months(12), "2025-02-28"),
    ("2024-02-29", months(48), "2028-02-29"),
    ("2025-02-28", months(12), "2026-02-28"),
    ("2023-02-28", months(12), "2024-02-28"),
    ("2025-01-31", months(1), "2025-02-28"),
    ("2025-03-31", months(1), "2025-04-30"),
    ("2025-12-31", months(2), "2026-02-28"),
    ("2025-11-30", months(3), "2026-02-28"),
    ("2025-03-15", months(0), "2025-03-15"),
    ("2025-12-31", days(1), "2026-01-01"),
    ("2024-02-28", days(366), "2025-02-28"),
]
STARTS = [  # reference, duration, last day from which so much has passed
    ("2025-02-28", months(12), "2024-02-29"),
    ("2025-02-27", months(12), "2024-02-27"),
    ("2024-02-29", months(12), "2023-02-28"),
    ("2024-02-28", months(12), "2023-02-28"),
    ("2025-03-01", months(12), "2024-03-01"),
    ("2025-02-28", months(1), "2025-01-31"),
    ("2025-04-30", months(1), "2025-03-31"),
    ("2025-04-29", months(1), "2025-03-29"),
    ("2025-03-30", months(1), "2025-02-28"),
    ("2025-03-31", months(6), "2024-09-30"),
    ("2026-01-31", months(12), "2025-01-31"),
    ("2025-03-01", days(1), "2025-02-28"),
]


@pytest.mark.parametrize(("day", "duration", "later"), LATER)
def test_months_keep_the_day_or_take_the_last_of_a_shorter_month(day, duration, later):
    assert add_duration(date.fromisoformat(day), duration) == date.fromisoformat(later)


@pytest.mark.parametrize(("reference", "duration", "start"), STARTS)
def test_the_anniversary_rule(reference, duration, start):
    assert latest_start(duration, date.fromisoformat(reference)) == date.fromisoformat(start)


DAYS = st.dates(date(1995, 1, 1), date(2035, 12, 31))
DURATIONS_OF_DAYS = st.one_of(st.integers(0, 60).map(months), st.integers(0, 800).map(days))


@given(DAYS, DURATIONS_OF_DAYS)
@example(date(2025, 2, 28), months(12))
@example(date(2024, 2, 29), months(12))
def test_latest_start_is_the_last_day_from_which_enough_has_passed(reference, duration):
    start = latest_start(duration, reference)
    by_hand = max(day for n in range(-3, 4) if add_duration(day := start + timedelta(days=n), duration) <= reference)
    assert by_hand == start
    assert add_duration(start + timedelta(days=1), duration) > reference


@given(DAYS, st.integers(0, 800), DURATIONS_OF_DAYS)
def test_time_never_runs_backwards(day, gap, duration):
    later = day + timedelta(days=gap)
    assert add_duration(day, duration) <= add_duration(later, duration)
    assert latest_start(duration, day) <= latest_start(duration, later)


NO_DAYS = [
    (lambda: add_duration(date(9999, 12, 1), months(1)), "9999-12-01 and 1 months leave the calendar"),
    (lambda: add_duration(date.max, days(1)), "9999-12-31 and 1 day leave the calendar"),
    (lambda: latest_start(months(1), date.min), "0001-01-01 and -1 months leave the calendar"),
    (lambda: add_duration(date(2025, 1, 1), Duration(5, "minutes")), "5 minutes is not a number of days or months"),
    (lambda: latest_start(Duration(180, "minutes"), date.max), "3 hours is not a number of days or months"),
]


@pytest.mark.parametrize(("attempt", "sentence"), NO_DAYS)
def test_days_stay_in_the_calendar(attempt, sentence):
    with pytest.raises(CalendarError, match=f"^{sentence}$"):
        attempt()


WRITTEN = [
    ("2026-02-13", datetime(2026, 2, 13), "day"),
    ("2026-02-13 23:59", datetime(2026, 2, 13, 23, 59), "minute"),
    ("2026-02-13T23:59", datetime(2026, 2, 13, 23, 59), "minute"),
    ("2026-02-13 23:59:30", datetime(2026, 2, 13, 23, 59, 30), "second"),
]
NOT_WRITTEN = [
    ("13/02/2026", "`13/02/2026` is not a date or local time"),
    ("2026-2-13", "`2026-2-13` is not a date or local time"),
    ("2026-02-13 23:59+01:00", "`2026-02-13 23:59+01:00` is not a date or local time"),
    ("2025-02-29", "`2025-02-29` is not in the calendar: day is out of range for month"),
    ("2026-02-13 24:01", "`2026-02-13 24:01` is not in the calendar: hour must be in 0..23"),
]


@pytest.mark.parametrize(("text", "at", "precision"), WRITTEN)
def test_a_time_keeps_the_precision_it_was_written_with(text, at, precision):
    assert WrittenTime.parse(text) == WrittenTime(at, precision)
    assert str(WrittenTime.parse(text)) == text.replace("T", " ")


@pytest.mark.parametrize(("text", "sentence"), NOT_WRITTEN)
def test_what_is_no_local_time_says_so(text, sentence):
    with pytest.raises(CalendarError) as error:
        WrittenTime.parse(text)
    assert str(error.value) == sentence


MOMENTS = [
    ("1970-01-01T00:00:00+00:00", 0),
    ("1970-01-01T01:00:00+01:00", 0),
    ("1969-12-31T23:59:59.999999Z", -1),
    ("2025-10-01T09:00:00+02:00", 1_759_302_000_000_000),
]
NO_MOMENTS = [
    ("2025-10-01T09:00:00", "the time 2025-10-01T09:00:00 carries no offset"),
    ("yesterday", "`yesterday` is not a moment"),
    ("0001-01-01T00:00:00+14:00", "the year 1 is outside 1900–2999"),
    ("9999-12-31T23:59:59-12:00", "the year 9999 is outside 1900–2999"),
]


@pytest.mark.parametrize(("text", "moment"), MOMENTS)
def test_a_moment_is_microseconds_in_utc(text, moment):
    assert parse_moment(text) == moment
    assert parse_moment(moment_text(moment)) == moment


@pytest.mark.parametrize(("text", "sentence"), NO_MOMENTS)
def test_what_is_no_moment_says_so(text, sentence):
    with pytest.raises(CalendarError) as error:
        parse_moment(text)
    assert str(error.value) == sentence


@given(st.datetimes(datetime(1900, 1, 2), datetime(2999, 12, 30)), st.integers(-840, 840))
def test_a_moment_keeps_every_microsecond(local, minutes):
    at = local.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert datetime.fromisoformat(moment_text(to_moment(at))) == at
