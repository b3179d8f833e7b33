"""Time zones: what a written time starts and ends with, also where the clock jumps."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.calendar import SECOND, CalendarError, Moment, WrittenTime, Zone

BRUSSELS = Zone("Europe/Brussels")

WINDOWS = [  # zone, written, first moment, first moment after
    ("Europe/Brussels", "2026-02-13", "2026-02-13T00:00:00+01:00", "2026-02-14T00:00:00+01:00"),
    ("Europe/Brussels", "2026-02-13 23:59", "2026-02-13T23:59:00+01:00", "2026-02-14T00:00:00+01:00"),
    ("Europe/Brussels", "2026-02-13 23:59:59", "2026-02-13T23:59:59+01:00", "2026-02-14T00:00:00+01:00"),
    ("Europe/Brussels", "2025-03-30", "2025-03-30T00:00:00+01:00", "2025-03-31T00:00:00+02:00"),
    ("Europe/Brussels", "2025-03-30 01:59", "2025-03-30T01:59:00+01:00", "2025-03-30T03:00:00+02:00"),
    ("Europe/Brussels", "2025-10-26", "2025-10-26T00:00:00+02:00", "2025-10-27T00:00:00+01:00"),
    ("Europe/Brussels", "2025-10-26 01:59", "2025-10-26T01:59:00+02:00", "2025-10-26T02:00:00+02:00"),
    ("Europe/Brussels", "2025-10-26 03:00", "2025-10-26T03:00:00+01:00", "2025-10-26T03:01:00+01:00"),
    ("America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"),
    ("America/Sao_Paulo", "2018-11-03", "2018-11-03T00:00:00-03:00", "2018-11-04T01:00:00-02:00"),
    ("America/Havana", "2025-11-02", "2025-11-02T00:00:00-04:00", "2025-11-03T00:00:00-05:00"),
    ("America/Havana", "2025-11-01", "2025-11-01T00:00:00-04:00", "2025-11-02T00:00:00-04:00"),
    ("Pacific/Apia", "2011-12-29", "2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00"),
    ("Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00", "2011-12-31T00:00:00+14:00"),
    ("America/Toronto", "1919-03-31", "1919-03-31T00:30:00-04:00", "1919-04-01T00:00:00-04:00"),
    ("America/Sao_Paulo", "2018-02-17", "2018-02-17T00:00:00-02:00", "2018-02-18T00:00:00-03:00"),
]
NO_TIMES = [
    ("Europe/Brussels", "2025-03-30 02:30", "2025-03-30 02:30 does not exist in Europe/Brussels: the clock skips it"),
    ("Europe/Brussels", "2025-10-26 02:30", "2025-10-26 02:30 exists twice in Europe/Brussels: the clock is set back"),
    (
        "America/Sao_Paulo",
        "2018-11-04 00:30",
        "2018-11-04 00:30 does not exist in America/Sao_Paulo: the clock skips it",
    ),
]
HOURS = [("2025-03-30", 23), ("2025-10-26", 25), ("2025-06-01", 24)]


@pytest.mark.parametrize(("zone", "text", "starts", "ends"), WINDOWS)
def test_a_time_ends_where_the_next_of_its_precision_starts(zone, text, starts, ends):
    local, written = Zone(zone), WrittenTime.parse(text)
    assert local.show(local.start_of(written)) == starts
    assert local.show(local.end_of(written)) == ends


@pytest.mark.parametrize(("zone", "text", "sentence"), NO_TIMES)
def test_a_local_time_in_a_gap_or_a_fold_is_refused(zone, text, sentence):
    for bound in (Zone(zone).start_of, Zone(zone).end_of):
        with pytest.raises(CalendarError) as error:
            bound(WrittenTime.parse(text))
        assert (str(error.value), error.value.help) == (sentence, "choose another time")


@pytest.mark.parametrize(("day", "hours"), HOURS)
def test_a_day_is_as_long_as_its_clock_makes_it(day, hours):
    written = WrittenTime.parse(day)
    assert BRUSSELS.end_of(written) - BRUSSELS.start_of(written) == hours * 3600 * SECOND


def test_an_unknown_zone_is_refused_where_it_is_named():
    with pytest.raises(CalendarError, match=r"^unknown time zone `Europe/Brusels`$"):
        Zone("Europe/Brusels")


def test_the_calendar_ends():
    with pytest.raises(CalendarError, match=r"^9999-12-31 is the last day of the calendar$"):
        BRUSSELS.day_end(date.max)


CHANGES = [  # zone, a day near which its clock changes
    ("Europe/Brussels", date(2025, 3, 30)),
    ("Europe/Brussels", date(2025, 10, 26)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("America/Havana", date(2025, 11, 2)),
    ("America/Havana", date(2025, 3, 9)),
    ("Asia/Beirut", date(2024, 3, 31)),
    ("Asia/Beirut", date(2024, 10, 27)),
    ("Australia/Lord_Howe", date(2025, 4, 6)),
    ("America/St_Johns", date(2010, 11, 7)),
]


@settings(max_examples=60)
@given(st.sampled_from(CHANGES), st.integers(-2, 2))
def test_a_day_starts_at_the_first_moment_whose_date_it_is(change, shift):
    zone, day = Zone(change[0]), change[1] + timedelta(days=shift)
    start = zone.day_start(day)
    assert zone.day(start) == day
    earlier = [Moment(start - minutes * 60 * SECOND) for minutes in (*range(1, 180), 1440, 2880)]
    assert all(zone.day(moment) < day for moment in earlier)


@settings(max_examples=60)
@given(st.sampled_from(CHANGES), st.integers(0, 5 * 24 * 60))
def test_a_moment_shown_is_the_moment_meant(change, minutes):
    zone = Zone(change[0])
    moment = Moment(zone.day_start(change[1] - timedelta(days=2)) + minutes * 60 * SECOND)
    shown = datetime.fromisoformat(zone.show(moment))
    assert shown.timestamp() * SECOND == moment
    try:
        assert zone.moment(zone.local(moment).replace(tzinfo=None)) == moment
    except CalendarError as error:
        assert "exists twice" in str(error)  # noqa: PT017 - the one refusal a real moment may meet
