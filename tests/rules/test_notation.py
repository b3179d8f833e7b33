"""Numbers, times and durations as people write them elsewhere: what is recognised, and what is written instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import CalendarError, Duration, WrittenTime
from rules.kinds import FactError, Number
from rules.nodes import Scalar
from rules.notation import find_number, flag_help, number_help, share_help, thousands_help
from rules.time_notation import clock_text, day_help, duration_help, find_duration, time_help

NUMBERS = [
    ("49,5", "49.5", "a decimal has a point: `49.5`"),
    ("-0,5", "-0.5", "a decimal has a point: `-0.5`"),
    ("50%", "50", "write the number without the sign: `50`"),
    ("49,5 %", "49.5", "write the number without the sign: `49.5`"),
    ("50/100", "50", "write the points alone: `50`"),
    ("12,5 op 20", "12.5", "write the points alone: `12.5`"),
    ("50 punten", "50", "write the number alone: `50`"),
    ("€ 2500", "2500", "write the number alone: `2500`"),
    ("2500,50 EUR", "2500.50", "write the number alone: `2500.50`"),
    ("1.000", "1000", "a thousand or a decimal? write `1000` or `1`"),
    ("1.250", "1250", "a thousand or a decimal? write `1250` or `1.25`"),
    ("12,345", "12345", "a thousand or a decimal? write `12345` or `12.345`"),
    ("1.000.000", "1000000", "write `1000000`"),
    ("1 000", "1000", "write `1000`"),
    ("1\u00a0000", "1000", "write `1000`"),
    ("2.500,75", "2500.75", "write `2500.75`"),
    ("2,500.75", "2500.75", "write `2500.75`"),
]
TIMES = [
    ("2026-2-13", "write `2026-02-13`: with two digits each"),
    ("13/02/2026", "write `2026-02-13`: the year stands first, then the month"),
    ("13.2.2026", "write `2026-02-13`: the year stands first, then the month"),
    ("2026/02/13", "write `2026-02-13`: with `-` between"),
    ("20260213", "write `2026-02-13`: with `-` between"),
    ("2026-13-02", "write `2026-02-13`: the month stands before the day"),
    ("13 februari 2026", "write `2026-02-13`: in figures, the year first"),
    ("13 mrt. 2026", "write `2026-03-13`: in figures, the year first"),
    ("Feb 13, 2026", "write `2026-02-13`: in figures, the year first"),
    ("2026-02-13 9:00", "write `2026-02-13 09:00`: with two digits each"),
    ("2026-02-13 09.30", "write `2026-02-13 09:30`: with `:` between"),
    ("2026-02-13 9u30", "write `2026-02-13 09:30`: with `:` between"),
    ("2026-02-13 9 uur", "write `2026-02-13 09:00`: with `:` between"),
    ("2026-02-13 9:30 pm", "write `2026-02-13 21:30`: with `:` between"),
    ("13-02-2026 om 9u", "write `2026-02-13 09:00`: the year stands first, then the month"),
    ("2026-02-13T09:00+01:00", "write `2026-02-13 09:00`: a local time has no offset"),
    ("2026-02-13T09:00:00Z", "write `2026-02-13 09:00:00`: a local time has no offset"),
    ("2026-02-13 09:00:00.000", "write `2026-02-13 09:00:00`: without parts of a second"),
    ("2026-02-28 24:00", "no day has a 24:00: write `2026-02-28 23:59` or `2026-03-01 00:00`"),
]
DURATIONS = [
    ("2 jaar", "2 years"),
    ("2 Years", "2 years"),
    ("2.0 years", "2 years"),
    ("1.5 years", "18 months"),
    ("1,5 jaar", "18 months"),
    ("0,5 uur", "30 minutes"),
    ("2,5 weken", None),
    ("6 mnd", "6 months"),
    ("1,5 dagen", None),
    ("3 moons", None),
]
NOTHING = ["", "x", "fifty", "12.345", "1.5", "0.850", "1e3", "1" * 70 + ",5", "..", "-", "%", "€"]


@pytest.mark.parametrize(("text", "number", "advice"), NUMBERS)
def test_a_number_of_elsewhere_is_recognised(text: str, number: str, advice: str) -> None:
    words = number_help(text)
    assert words is not None
    assert (find_number(text), words.en) == (number, advice)
    assert words.nl not in (None, words.en)
    with pytest.raises(FactError):
        Number().encode(Scalar(text))
    Number().encode(Scalar(number))


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_no_number_of_elsewhere_gets_no_advice(text: str) -> None:
    assert number_help(text) is None
    assert find_number(text) is None


@pytest.mark.parametrize(
    ("text", "advice"), [("5%", "0.05"), ("40 %", "0.4"), ("12,5%", "0.125"), ("100%", "1"), ("0,4", "0.4")]
)
def test_a_share_is_a_part_of_one(text: str, advice: str) -> None:
    words = share_help(text)
    assert words is not None
    assert f"`{advice}`" in str(words.en)


@pytest.mark.parametrize(("text", "advice"), TIMES)
def test_a_time_of_elsewhere_is_recognised(text: str, advice: str) -> None:
    words = time_help(text)
    assert words is not None
    assert words.en == advice
    with pytest.raises(CalendarError, match="not") as raised:
        WrittenTime.parse(text)
    assert raised.value.help == advice
    WrittenTime.parse(advice.split("`")[1])


def test_a_moment_may_have_an_offset() -> None:
    assert time_help("2026-02-13T09:00+01:00", offset_allowed=True) is None
    assert time_help("13/02/2026 9u", offset_allowed=True) == time_help("13/02/2026 9u")


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "2026-02-13", "2026-02-13 09:00", "2026-02-30", "12-2026", "2026-02-13 25:00", "1" * 70]
)
def test_what_is_right_or_no_time_at_all_gets_no_advice(text: str) -> None:
    assert time_help(text) is None


def test_a_day_has_no_time() -> None:
    words = day_help("2026-02-13 10:00")
    assert words is not None
    assert words.en == "write `2026-02-13`: a day without a time"
    assert day_help("2026-02-13") is None


@pytest.mark.parametrize(
    ("text", "clock"), [("9:00", "09:00"), ("9u", "09:00"), ("17h30", "17:30"), ("12 am", "00:00"), ("25:00", None)]
)
def test_a_clock_has_two_digits(text: str, clock: str | None) -> None:
    assert clock_text(text) == clock


@pytest.mark.parametrize(("text", "duration"), DURATIONS)
def test_a_duration_of_elsewhere_is_recognised(text: str, duration: str | None) -> None:
    assert find_duration(text) == duration
    assert duration_help(text) == (f"write `{duration}`" if duration else None)
    if duration:
        Duration.parse(duration)


@pytest.mark.parametrize(("text", "flag"), [("yes", "true"), ("JA", "true"), ("nee", "false"), ("perhaps", None)])
def test_a_word_for_yes_or_no(text: str, flag: str | None) -> None:
    words = flag_help(text)
    assert (words.en if words else None) == (f"write `{flag}`" if flag else None)


@given(st.integers(-(10**9), 10**9), st.integers(0, 99))
def test_a_number_of_the_language_raises_no_question(whole: int, hundredths: int) -> None:
    for text in (f"{whole}", f"{whole}.{hundredths:02}"):
        assert thousands_help(text) is None
        assert number_help(text) is None


@given(st.text(alphabet="0123456789.,:-/ %TZuhamp€ jaar", max_size=30))
def test_advice_is_of_the_language(text: str) -> None:
    if number := find_number(text):
        Number(step=Number().step.scaleb(-13)).encode(Scalar(number)) if len(number) < 15 else None
    if duration := find_duration(text):
        Duration.parse(duration)
    if words := time_help(text):
        WrittenTime.parse(str(words.en).split("`")[1])
