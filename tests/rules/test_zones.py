"""Which time zones there are, and how a moment is told in one."""

import pytest

from procedures import Refused, Selection, loads
from rules.calendar import CalendarError, Moment, Zone, parse_moment


@pytest.mark.parametrize("name", ["Europe/Brussels", "America/Argentina/Buenos_Aires", "UTC", "Asia/Kolkata"])
def test_a_zone_is_a_place_or_utc(name: str) -> None:
    assert Zone(name).name == name


@pytest.mark.parametrize(
    "name",
    ["localtime", "posix/Europe/Brussels", "right/UTC", "EST5EDT", "Etc/GMT+1", "CET", "GMT", "Factory", "US/Eastern",
     "europe/brussels", "+01:00", "posixrules", "", "Europe/Brussels\0"],
)  # fmt: skip
def test_what_is_no_place_is_no_zone(name: str) -> None:
    with pytest.raises(CalendarError):
        Zone(name)


@pytest.mark.parametrize(
    ("name", "help_"),
    [
        ("Europe/Brusells", "did you mean `Europe/Brussels`?"),
        ("CET", "use the IANA name of a place, such as `Europe/Brussels`, or `UTC`"),
    ],
)
def test_an_unknown_zone_earns_help(name: str, help_: str) -> None:
    with pytest.raises(CalendarError) as raised:
        Zone(name)
    assert raised.value.help == help_


CLOCK = [
    ("2025-10-26T02:30:00+02:00", "2025-10-26 02:30 (+02:00)"),
    ("2025-10-26T02:30:00+01:00", "2025-10-26 02:30 (+01:00)"),
    ("2025-10-26T01:59:59+02:00", "2025-10-26 01:59:59"),
    ("2025-10-26T03:00:00+01:00", "2025-10-26 03:00"),
    ("2025-03-30T03:00:00+02:00", "2025-03-30 03:00"),
    ("2025-06-01T12:00:30.5+02:00", "2025-06-01 12:00:30.5"),
]


@pytest.mark.parametrize(("at", "told"), CLOCK)
def test_the_hour_that_occurs_twice_is_told_with_its_offset(at: str, told: str) -> None:
    assert Zone("Europe/Brussels").clock(parse_moment(at)) == told


STEP = "procedure: p\ntitle: P\nsteps: {{test: {{to: done, {}, lapses: late}}}}"
ENDS = [
    (
        "until: 2026-02-10 12:00:30",
        "2026-02-10T12:00:31+01:00",
        "until 2026-02-10 12:00:30; 2026-02-10 12:00:31 is too late",
    ),
    ("until: 2026-02-10 12:00", "2026-02-10T12:01:00+01:00", "until 2026-02-10 12:00; 2026-02-10 12:01 is too late"),
    ("until: 2026-02-10", "2026-02-11T00:00:00+01:00", "until 2026-02-10 23:59; 2026-02-11 00:00 is too late"),
    ("before: 2026-02-10 12:00", "2026-02-10T12:00:00+01:00", "until 2026-02-10 11:59; 2026-02-10 12:00 is too late"),
    ("within: 90 minutes", "2026-02-01T10:30:01+01:00", "until 2026-02-01 10:30; 2026-02-01 10:30:01 is too late"),
    (
        "until: 2026-02-10 12:00",
        "2026-02-10T12:01:00.25+01:00",
        "until 2026-02-10 12:00; 2026-02-10 12:01:00.25 is too late",
    ),
]


@pytest.mark.parametrize(("window", "at", "told"), ENDS)
def test_a_refusal_tells_the_end_as_precisely_as_it_was_written(window: str, at: str, told: str) -> None:
    selection = Selection(loads(STEP.format(window)))
    selection.apply("ada", at="2026-02-01T09:00:00+01:00")
    answer = selection.record("ada", "test", at=at, by="jury")
    assert isinstance(answer, Refused)
    assert told in answer.message("en")


def test_a_window_in_the_hour_that_occurs_twice_tells_both_offsets() -> None:
    selection = Selection(loads(STEP.format("within: 90 minutes")))
    selection.apply("ada", at="2025-10-26T01:00:00+02:00")
    answer = selection.record("ada", "test", at="2025-10-26T02:30:00+01:00", by="jury")
    assert isinstance(answer, Refused)
    assert "until 2025-10-26 02:30 (+02:00); 2025-10-26 02:30 (+01:00) is too late" in answer.message("en")


def test_a_moment_is_in_microseconds() -> None:
    assert Zone("UTC").clock(Moment(1)) == "1970-01-01 00:00:00.000001"
