"""The eight kinds: every good value comes back as it went in, every bad one says why."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Unit
from rules.facts import Declared
from rules.kinds import KINDS, Choice, Date, Duration, FactError, Flag, Kind, Level, Moment, Number, Text
from rules.nodes import Listing, Scalar, Table
from strategies import declareds, values

TYPE = Choice(("external", "internal"))
DIPLOMA = Level(("none", "C", "B"))
SCORE = Number(Decimal(0), Decimal(100))
MONTHS, YEARS = Duration(Unit.MONTHS), Duration(Unit.YEARS)

TAKEN = [  # kind, given, encoded, as JSON carries it
    (TYPE, "internal", "internal", "internal"),
    (TYPE, Scalar("internal"), "internal", "internal"),
    (Choice(("NO", "010")), Scalar("010"), "010", "010"),
    (DIPLOMA, "none", 0, "none"),
    (DIPLOMA, "B", 2, "B"),
    (Flag(), True, True, True),
    (Flag(), Scalar("false"), False, False),
    (SCORE, 59.99, 5999, 59.99),
    (SCORE, Scalar("59.99"), 5999, 59.99),
    (SCORE, 60, 6000, 60),
    (SCORE, Decimal("60.50"), 6050, 60.5),
    (SCORE, 100, 10000, 100),
    (SCORE, 1e1, 1000, 10),
    (Number(step=Decimal("0.5")), -1.5, -3, -1.5),
    (Number(step=Decimal("1e-15")), 10**15, 10**30, 10**15),
    (MONTHS, 24, 24, 24),
    (MONTHS, "2 years", 24, 24),
    (MONTHS, "P2Y", 24, 24),
    (MONTHS, Scalar("24"), 24, 24),
    (MONTHS, 24.0, 24, 24),
    (YEARS, "24 months", 2, 2),
    (Duration(Unit.DAYS), "2 weeks", 14, 14),
    (Date(), "2026-02-13", 739660, "2026-02-13"),
    (Date(), date(2026, 2, 13), 739660, "2026-02-13"),
    (Moment(), "1970-01-01T01:00:00+01:00", 0, "1970-01-01T00:00:00+00:00"),
    (Moment(), datetime(1970, 1, 1, tzinfo=UTC), 0, "1970-01-01T00:00:00+00:00"),
    (Text(), "anything", "anything", "anything"),
]

LIST, TABLE = Listing((Scalar("B"),)), Table({"a": Scalar("B")})
LONG = "x" * 41
NOT_TAKEN = [  # kind, given, sentence, help
    (TYPE, "intern", "`intern` is not one of the choices", "one of `external`, `internal`"),
    (TYPE, None, "`null` is not one of the choices", "one of `external`, `internal`"),
    (TYPE, LIST, "a list is not one of the choices", "one of `external`, `internal`"),
    (TYPE, LONG, f"`{LONG[:39]}…` is not one of the choices", "one of `external`, `internal`"),
    (DIPLOMA, "A", "`A` is not one of the levels", "one of `none` < `C` < `B`"),
    (DIPLOMA, 2, "`2` is not one of the levels", "one of `none` < `C` < `B`"),
    (DIPLOMA, TABLE, "a mapping is not one of the levels", "one of `none` < `C` < `B`"),
    (Flag(), "yes", "`yes` is not a flag", "write `true`"),
    (Flag(), 1, "`1` is not a flag", "write `true` or `false`"),
    (Flag(), Scalar("true", plain=False), "`true` is not a flag", "write `true` or `false`"),
    (Flag(), Scalar("NO"), "`NO` is not a flag", "write `false`"),
    (Flag(), LIST, "a list is not a flag", "write `true` or `false`"),
    (SCORE, "60", "`60` is not a number", "write it without quotes"),
    (SCORE, Scalar("60", plain=False), "`60` is not a number", "write it without quotes"),
    (SCORE, True, "`true` is not a number", "write it without quotes"),
    (SCORE, [60], "a list is not a number", "write it without quotes"),
    (SCORE, LIST, "a list is not a number", "write it without quotes"),
    (SCORE, Scalar("1_0"), "`1_0` is not a number", None),
    (SCORE, "49,5", "`49,5` is not a number", "a decimal has a point: `49.5`"),
    (SCORE, Scalar("50%"), "`50%` is not a number", "write the number without the sign: `50`"),
    (SCORE, Scalar("1.000"), "`1.000` is not clear as a number", "a thousand or a decimal? write `1000` or `1`"),
    (SCORE, Scalar("sixty"), "`sixty` is not a number", None),
    (SCORE, 59.999, "`59.999` is not a multiple of 0.01", "round it to steps of 0.01"),
    (SCORE, 0.1 + 0.2, "`0.30000000000000004` is not a multiple of 0.01", "round it to steps of 0.01"),
    (SCORE, 100.01, "`100.01` is not a number from 0 to 100", None),
    (SCORE, -0.01, "`-0.01` is not a number from 0 to 100", None),
    (Number(least=Decimal(0)), -1, "`-1` is not a number of at least 0", None),
    (Number(most=Decimal(5)), 6, "`6` is not a number of at most 5", None),
    (SCORE, float("nan"), "`NaN` is not a number that can be recorded", None),
    (SCORE, float("inf"), "`Infinity` is not a number that can be recorded", None),
    (SCORE, Scalar("1e999999"), "`1E+999999` is not a number that can be recorded", None),
    (MONTHS, -1, "`-1` is not a duration", "give a whole number of months, or ISO 8601 such as `P2Y`"),
    (MONTHS, 1.5, "`1.5` is not a duration", "give a whole number of months, or ISO 8601 such as `P2Y`"),
    (MONTHS, True, "`true` is not a duration", "give a whole number of months, or ISO 8601 such as `P2Y`"),
    (MONTHS, LIST, "a list is not a duration", "give a whole number of months, or ISO 8601 such as `P2Y`"),
    (MONTHS, "soon", "`soon` is not a duration", "write `24 months`, `2 years` or `P2Y`"),
    (MONTHS, Scalar("9" * 5000), f"`{'9' * 39}…` is not a duration", "write `24 months`, `2 years` or `P2Y`"),
    (MONTHS, "3 weeks", "3 weeks and months do not compare", "write the duration in months or years"),
    (YEARS, "18 months", "18 months is not a whole number of years", "declare the fact in months"),
    (
        Date(),
        "13/2/2026",
        "`13/2/2026` is not a date or local time",
        "write `2026-02-13`: the year stands first, then the month",
    ),
    (Date(), "2026-02-13 10:00", "`2026-02-13 10:00` is not a date", "write `2026-02-13`: a day without a time"),
    (Date(), datetime(2026, 2, 13), "`2026-02-13 00:00:00` is not a date", "write a day as `2026-02-13`"),
    (Date(), 20260213, "`20260213` is not a date", "write a day as `2026-02-13`"),
    (Date(), LIST, "a list is not a date", "write a day as `2026-02-13`"),
    (
        Date(),
        "2025-02-29",
        "`2025-02-29` is not in the calendar: day is out of range for month",
        "write a day as `2026-02-13`",
    ),
    (
        Moment(),
        "2026-02-13T10:00",
        "the time 2026-02-13T10:00:00 carries no offset",
        "give it a time zone, as in `2025-10-01T09:00:00+02:00`",
    ),
    (Moment(), "noon", "`noon` is not a moment", "write ISO 8601 with an offset, as in `2025-10-01T09:00:00+02:00`"),
    (Moment(), 0, "`0` is not a moment", "write ISO 8601 with an offset"),
    (Moment(), "9999-12-31T23:59:59-12:00", "the year 9999 is outside 1900–2999", None),
    (Text(), 3, "`3` is not text", "put it in quotes"),
]


def ids(row: object) -> str | None:
    return row.word if isinstance(row, Kind) else None


@pytest.mark.parametrize(("kind", "raw", "encoded", "plain"), TAKEN, ids=ids)
def test_a_value_is_taken_exactly_and_given_back(kind, raw, encoded, plain):
    assert kind.encode(raw) == encoded
    assert isinstance(kind.encode(raw), bool) is isinstance(encoded, bool)
    assert kind.decode(encoded) == plain


@pytest.mark.parametrize(("kind", "raw", "sentence", "help_"), NOT_TAKEN, ids=ids)
def test_a_value_outside_its_kind_says_why_and_what_would_be_inside(kind, raw, sentence, help_):
    with pytest.raises(FactError) as error:
        kind.encode(raw)
    assert (str(error.value), error.value.help) == (sentence, help_)


def test_every_kind_is_known_by_its_word():
    assert [kind.word for kind in KINDS.values()] == list(KINDS)
    assert len(KINDS) == 8


@given(declareds(), st.data())
def test_what_is_given_is_taken_back(declared, data):
    for name, fact in declared.facts.items():
        encoded = data.draw(values(fact.kind))
        assert declared.encode(name, fact.kind.decode(encoded)) == encoded


BOUNDS = st.sampled_from([None, *map(Decimal, ("-1e20", "-7.5", "0", "0.25", "3", "100", "1e15", "1e16", "1e20"))])
NUMBERS = st.builds(Number, BOUNDS, BOUNDS, st.sampled_from([*map(Decimal, ("0.01", "0.5", "1", "2", "3", "1e-15"))]))


def taken(kind: Kind, raw: object) -> object:
    try:
        return kind.encode(raw)
    except FactError as error:
        return error.sentence("en")


@given(NUMBERS, st.one_of(st.integers(-110, 110), st.integers(-(10**17), 10**17)))
def test_a_whole_number_is_taken_as_its_decimal_is(kind, whole):
    assert taken(kind, whole) == taken(kind, Decimal(whole))


def test_an_undeclared_fact_is_not_taken():
    with pytest.raises(FactError, match=r"^unknown fact `shoe_size`$"):
        Declared({}).encode("shoe_size", 42)


def test_known_facts_are_given_as_json():
    assert Declared({}).decode({}) == {}
