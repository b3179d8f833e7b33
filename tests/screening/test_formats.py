"""Cells are read as they are declared to be written, never guessed; a refusal names the option that would read it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from procedures import UsageError
from procedures.screening import Formats, preset
from procedures.screening.formats import FormulaError
from rules.calendar import Unit
from rules.kinds import Choice, Date, Duration, FactError, Flag, Kind, Level, Moment, Number
from rules.words import Words

ISO, NL = Formats(), preset("nl")
COMMA, DAYS = Formats(decimal="comma"), Formats(dates="dd/mm/yyyy")
AMERICAN, DOTS = Formats(dates="mm/dd/yyyy"), Formats(dates="dd.mm.yyyy")
WORDS = Formats(yes=("ja", "1"), no=("nee", "0"))
HUNDRED, MONTHS = Number(Decimal(0), Decimal(100)), Duration(Unit.MONTHS)
ORIGIN = Choice(
    ("external", "internal", "other"), {"external": Words("extern", "from outside"), "other": Words("intern")}
)
SAME = Choice(("a", "b"), {"a": Words("gelijk"), "b": Words("gelijk")})
DEGREE = Level(("0", "1", "2"))
LEAP = date(2024, 2, 29).toordinal()

READ: list[tuple[Kind, Formats, object, object]] = [  # kind, formats, cell, what its kind makes of it
    (HUNDRED, ISO, "59.99", 5999),
    (HUNDRED, ISO, "  59.99 ", 5999),
    (HUNDRED, ISO, "\u00a059.99", 5999),
    (HUNDRED, ISO, "1e2", 10000),
    (HUNDRED, ISO, "+7", 700),
    (HUNDRED, COMMA, "59,99", 5999),
    (HUNDRED, COMMA, "59", 5900),
    (HUNDRED, COMMA, 59.99, 5999),
    (HUNDRED, ISO, 59.99, 5999),
    (MONTHS, ISO, "24", 24),
    (MONTHS, ISO, "24.0", 24),
    (MONTHS, COMMA, "24,0", 24),
    (MONTHS, ISO, 24.0, 24),
    (MONTHS, ISO, "P2Y", 24),
    (MONTHS, ISO, "2 years", 24),
    (MONTHS, NL, "2 years", 24),
    (MONTHS, NL, "2 Jaar", 24),
    (MONTHS, NL, "24maanden", 24),
    (MONTHS, NL, "24,0", 24),
    (Date(), ISO, "2024-02-29", LEAP),
    (Date(), DAYS, "2024-02-29", LEAP),
    (Date(), DAYS, "29/02/2024", LEAP),
    (Date(), DAYS, "29/2/2024", LEAP),
    (Date(), AMERICAN, "2/29/2024", LEAP),
    (Date(), DOTS, "29.02.2024", LEAP),
    (Date(), ISO, date(2024, 2, 29), LEAP),
    (Date(), ISO, datetime(2024, 2, 29), LEAP),
    (Moment(), ISO, "1970-01-01T01:00:00+01:00", 0),
    (Moment(), ISO, datetime(1970, 1, 1, tzinfo=UTC), 0),
    (Flag(), ISO, "true", True),
    (Flag(), ISO, "FALSE", False),
    (Flag(), ISO, True, True),
    (Flag(), NL, "Ja", True),
    (Flag(), NL, "onwaar", False),
    (Flag(), NL, "true", True),
    (Flag(), WORDS, 1, True),
    (Flag(), WORDS, 0.0, False),
    (ORIGIN, ISO, "external", "external"),
    (ORIGIN, ISO, "Extern", "external"),
    (ORIGIN, ISO, "from outside", "external"),
    (ORIGIN, ISO, "internal", "internal"),
    (DEGREE, ISO, "1", 1),
    (DEGREE, ISO, 1.0, 1),
    (DEGREE, ISO, 2, 2),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "formats", "cell", "value"), READ)
def test_a_cell_is_read_as_it_is_declared(kind: Kind, formats: Formats, cell: object, value: object) -> None:
    taken = formats.read_cell(kind, cell)
    assert taken == value
    assert isinstance(taken, type(value))


REFUSED: list[tuple[Kind, Formats, object, str]] = [  # kind, formats, cell, the sentence with its hint
    (HUNDRED, ISO, "59,99", "`59,99` is not a number (`--decimal comma` reads it)"),
    (HUNDRED, COMMA, "59.99", "`59.99` is not a number (`--decimal point` reads it)"),
    (HUNDRED, NL, "1.234,5", "`1.234,5` is not a number"),
    (HUNDRED, COMMA, "100,01", "`100,01` is not a number from 0 to 100"),
    (HUNDRED, ISO, "n.a.", "`n.a.` is not a number (leave the cell empty where it is not known, or say so with "
     "`--unknown n.a.`)"),
    (HUNDRED, ISO, "12 %", "`12 %` is not a number"),
    (HUNDRED, ISO, "1_0", "`1_0` is not a number"),
    (HUNDRED, ISO, "١", "`١` is not a number (leave the cell empty where it is not known, or say so with"),
    (HUNDRED, ISO, float("nan"), "`NaN` is not a number that can be recorded"),
    (HUNDRED, ISO, True, "`true` is not a number"),
    (HUNDRED, ISO, "59.999", "`59.999` is not a multiple of 0.01 (round it to steps of 0.01)"),
    (MONTHS, COMMA, "3,5", "`3,5` is not a duration (give a whole number of months, or ISO 8601 such as `P2Y`)"),
    (MONTHS, ISO, "24,0", "`24,0` is not a duration (`--decimal comma` reads it)"),
    (MONTHS, ISO, "-1", "`-1` is not a duration (give a whole number of months, or ISO 8601 such as `P2Y`)"),
    (MONTHS, ISO, "1e3", "`1e3` is not a duration (write `24 months`, `2 years` or `P2Y`)"),
    (MONTHS, ISO, "1e999", "`1e999` is not a duration (write `24 months`, `2 years` or `P2Y`)"),
    (Date(), ISO, "29/02/2024", "`29/02/2024` is not a date or local time (`--dates dd/mm/yyyy` reads it)"),
    (Date(), ISO, "2/3/2024", "(`--dates dd/mm/yyyy` or `--dates mm/dd/yyyy` reads it)"),
    (Date(), DAYS, "31/02/2024", "`31/02/2024` is not in the calendar"),
    (Date(), DAYS, "29-02-2024", "(`--dates dd-mm-yyyy` reads it)"),
    (Date(), DAYS, "29/02/24", "`29/02/24` is not a date or local time (write a day as `2026-02-13`)"),
    (Date(), ISO, datetime(2024, 2, 29, 9, 30), "`2024-02-29 09:30:00` is not a date"),
    (Date(), ISO, 45351, "`45351` is not a date (give the cell the format of a date in the spreadsheet)"),
    (Moment(), ISO, datetime(2024, 2, 29, 9, 30), "carries no offset"),
    (Flag(), ISO, "ja", "`ja` is neither yes nor no (`--format nl` reads it)"),
    (Flag(), ISO, "y", "`y` is neither yes nor no (say what it means: `--yes y` or `--no y`)"),
    (Flag(), ISO, "not sure", "(say what it means: `--yes 'not sure'` or `--no 'not sure'`)"),
    (Flag(), ISO, 1, "`1` is neither yes nor no"),
    (ORIGIN, ISO, "outsider", "`outsider` is not one of the choices (did you mean `external` (from outside)?)"),
    (SAME, ISO, "gelijk", "`gelijk` is not one of the choices"),
    (DEGREE, ISO, 1.5, "`1.5` is not one of the levels"),
    (DEGREE, ISO, True, "`true` is not one of the levels"),
    (HUNDRED, ISO, FormulaError(), "the formula gave an error (mend the formula, or empty the cell where it is not "
     "known)"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "formats", "cell", "told"), REFUSED)
def test_a_cell_that_does_not_read_is_refused_with_what_would_read_it(
    kind: Kind, formats: Formats, cell: object, told: str
) -> None:
    with pytest.raises(FactError) as raised:
        formats.read_cell(kind, cell)
    assert told in raised.value.sentence("en")
    assert told.startswith("(") or raised.value.sentence("en").startswith(told) or told == "carries no offset"
    assert raised.value.sentence("nl") != raised.value.sentence("en") or "nl" not in raised.value.sentence("nl")


@pytest.mark.parametrize(("cell", "unknown"), [("", True), (" \t", True), ("-", True), ("n.v.t.", True), ("x", False)])
def test_a_word_for_not_known_is_not_known(cell: str, *, unknown: bool) -> None:
    assert Formats(unknown=("-", "n.v.t.")).is_unknown(cell) is unknown


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"decimal": ","}, "`,` is no decimal sign; known here: `comma`, `point`"),
    ({"dates": "dd/mm/yy"}, "`dd/mm/yy` is no form of dates; did you mean `dd/mm/yyyy`?"),
    ({"separator": ""}, "`` cannot separate cells; give one character such as `;`"),
    ({"separator": "::"}, "`::` cannot separate cells"),
    ({"separator": '"'}, "cannot separate cells"),
    ({"yes": ("x",), "no": ("X ",)}, "`x` cannot be both yes and no"),
]


@pytest.mark.parametrize(("declared", "told"), WRONG)
def test_a_declaration_that_cannot_be_is_wrong_usage(declared: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError) as raised:
        Formats(**declared)
    assert told in str(raised.value)


def test_an_unknown_preset_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="`be` is no format; known here: `nl`"):
        preset("be")
