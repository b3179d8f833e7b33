"""The eight kinds of fact, each with exact values.

An encoded value is an int, a bool or a str, so that comparisons are exact and cheap: a number is a count of steps, a
duration a count of units, a level its rank, a date its ordinal, a moment its microseconds. `Kind.encode` encodes a
value that a caller gives, and `Kind.decode` decodes it; no other code depends on the encoding.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Context, Decimal, InvalidOperation
from functools import cached_property, lru_cache
from typing import Final, TypeAlias

from attrs import field, frozen

from rules.calendar import CalendarError, Unit, WrittenTime, moment_text, parse_moment, quote, to_moment
from rules.calendar import Duration as Amount
from rules.nodes import Listing, Scalar, Table, describe
from rules.notation import flag_help, number_help, thousands_help
from rules.time_notation import day_help
from rules.words import Language, Words

Value: TypeAlias = bool | int | str
"""The value of a known fact, encoded by its kind."""

Plain: TypeAlias = bool | int | float | str
"""The value of a fact in JSON."""


# Wide enough to divide a number of 15 digits by a step of 15 decimals; the default of 28 digits is not.
_EXACT: Final = Context(prec=64)
_MOST_DIGITS: Final = 15  # after the first one of a number, or after its point


class FactError(ValueError):
    """A value is not of its kind: `words` is the message in both languages, `hint` says which values are allowed.

    `str` and `help` give them in English, as in the problems of a definition.
    """

    def __init__(self, words: Words, hint: Words | None = None) -> None:
        super().__init__(words.in_language("en"))
        self.words = words
        self.hint: Words = hint or Words()

    @property
    def help(self) -> str | None:
        return self.hint.en or None

    def sentence(self, language: Language) -> str:
        """The sentence with its hint in brackets."""
        hint = self.hint.nl if language == "nl" else self.hint.en
        return self.words.in_language(language) + (f" ({hint})" if hint else "")


def format_value(raw: object) -> str:
    """A caller's value for a message: written as in JSON, and shortened."""
    if isinstance(raw, Scalar | Listing | Table):
        return describe(raw)
    if isinstance(raw, list | dict):
        return "a list" if isinstance(raw, list) else "a mapping"
    text = "null" if raw is None else str(raw).lower() if isinstance(raw, bool) else str(raw)
    return quote(text)


_UNITS: Final = {
    Unit.MINUTES: "minuten",
    Unit.HOURS: "uren",
    Unit.DAYS: "dagen",
    Unit.WEEKS: "weken",
    Unit.MONTHS: "maanden",
    Unit.YEARS: "jaren",
}
_MOMENT_HINT_NL: Final = "schrijf ISO 8601 met tijdzone, zoals `2025-10-01T09:00:00+02:00`"
_DAY_HINT: Final = Words("schrijf een dag als `2026-02-13`", "write a day as `2026-02-13`")


def _kind_error(raw: object, nl: str, en: str, hint: Words | None = None) -> FactError:
    """The error for a value that is not of the kind."""
    value = format_value(raw)
    return FactError(Words(f"{value} is {nl}", f"{value} is {en}"), hint)


def _calendar_kind_error(raw: object, nl: str, hint: str, error: CalendarError) -> FactError:
    """The error for a value that the calendar refuses; the calendar explains in English, `hint` in Dutch."""
    return FactError(Words(f"{format_value(raw)} is {nl}", str(error)), Words(hint, error.help or ""))


@lru_cache(maxsize=256)
def _one_of_words(separator: str, values: tuple[str, ...]) -> Words:
    listed = separator.join(f"`{value}`" for value in values)
    return Words(f"een van {listed}", f"one of {listed}")


@frozen
class Choice:
    """One of a few words."""

    word = "choice"
    ordered = False
    of: tuple[str, ...]
    labels: Mapping[str, Words] = field(factory=dict)

    def encode(self, raw: object) -> Value:
        text = raw.text if isinstance(raw, Scalar) else raw
        if isinstance(text, str) and text in self.of:
            return text
        raise _kind_error(text, "geen van de keuzes", "not one of the choices", _one_of_words(", ", self.of))

    def decode(self, value: Value) -> Plain:
        return value


@frozen
class Level:
    """One of a few words in order from low to high; encoded as its rank from 0."""

    word = "level"
    ordered = True
    of: tuple[str, ...]
    labels: Mapping[str, Words] = field(factory=dict)

    def encode(self, raw: object) -> Value:
        text = raw.text if isinstance(raw, Scalar) else raw
        if isinstance(text, str) and text in self.of:
            return self.of.index(text)
        raise _kind_error(text, "geen van de niveaus", "not one of the levels", _one_of_words(" < ", self.of))

    def decode(self, value: Value) -> Plain:
        return self.of[int(value)]


@frozen
class Flag:
    """Yes or no."""

    word = "flag"
    ordered = False

    def encode(self, raw: object) -> Value:
        if isinstance(raw, Scalar):
            raw = {"true": True, "false": False}.get(raw.text, raw.text) if raw.plain else raw.text
        if isinstance(raw, bool):
            return raw
        meant = flag_help(raw) if isinstance(raw, str) else None
        hint = meant or Words("schrijf `true` of `false`", "write `true` or `false`")
        raise _kind_error(raw, "geen ja of nee", "not a flag", hint)

    def decode(self, value: Value) -> Plain:
        return value


@frozen
class Number:
    """A number on a grid of `step`, within `least` and `most` where those are given; encoded in steps."""

    word = "number"
    ordered = True
    least: Decimal | None = None
    most: Decimal | None = None
    step: Decimal = Decimal("0.01")

    def encode(self, raw: object) -> Value:
        if type(raw) is int and self._steps_in_one and self._is_in_range(raw):
            return raw * self._steps_in_one  # the same result as below, without a Decimal
        number = self._exact(raw)
        steps, rest = _EXACT.divmod(number, self.step)
        if rest:
            hint = Words(f"rond af op stappen van {self.step}", f"round it to steps of {self.step}")
            raise _kind_error(number, f"geen veelvoud van {self.step}", f"not a multiple of {self.step}", hint)
        if not self._is_in_range(number):
            raise _kind_error(number, f"geen getal {self._range.nl}", f"not a number {self._range.en}")
        return int(steps)

    def _is_in_range(self, number: int | Decimal) -> bool:
        return (self.least is None or number >= self.least) and (self.most is None or number <= self.most)

    @cached_property
    def _steps_in_one(self) -> int | None:
        """The number of steps in 1; None where that is no whole number, or where numbers may have too many digits."""
        if self.least is None or self.most is None or max(-self.least, self.most) >= 10 ** (_MOST_DIGITS + 1):
            return None
        steps, rest = _EXACT.divmod(Decimal(1), self.step)
        return None if rest else int(steps)

    @property
    def _range(self) -> Words:
        if self.least is None and self.most is None:
            return Words("zonder grenzen", "of any size")
        if self.most is None:
            return Words(f"van minstens {self.least:f}", f"of at least {self.least:f}")
        if self.least is None:
            return Words(f"van hoogstens {self.most:f}", f"of at most {self.most:f}")
        return Words(f"van {self.least:f} tot {self.most:f}", f"from {self.least:f} to {self.most:f}")

    def _exact(self, raw: object) -> Decimal:
        if isinstance(raw, Scalar) and raw.plain:
            number = self._written(raw.text)
        elif isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
            number = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
        else:
            text = raw.text if isinstance(raw, Scalar) else raw if isinstance(raw, str) else ""
            without_quotes = Words("schrijf het zonder aanhalingstekens", "write it without quotes")
            raise _kind_error(raw, "geen getal", "not a number", number_help(text) or without_quotes)
        # A limit on the exponent bounds the work of exact arithmetic, as for `1e999999`.
        if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
            raise _kind_error(number, "geen getal dat vastgelegd kan worden", "not a number that can be recorded")
        return number

    def _written(self, text: str) -> Decimal:
        """The number in a definition; one that may be read in two ways is refused."""
        if question := thousands_help(text):
            raise _kind_error(text, "geen duidelijk getal", "not clear as a number", question)
        try:
            # Python accepts Decimal("1_0") and Decimal("١"), which are no numbers in a definition.
            return Decimal(text if text.isascii() and "_" not in text else "")
        except InvalidOperation:
            raise _kind_error(text, "geen getal", "not a number", number_help(text)) from None

    def decode(self, value: Value) -> Plain:
        number = self.step * int(value)
        return int(number) if number == number.to_integral_value() else float(number)


@frozen
class Duration:
    """A whole number of `unit`."""

    word = "duration"
    ordered = True
    unit: Unit

    def encode(self, raw: object) -> Value:
        if isinstance(raw, Scalar):
            count = raw.plain and raw.text.isascii() and raw.text.isdigit() and len(raw.text) < 10
            raw = int(raw.text) if count else raw.text
        if isinstance(raw, float) and raw.is_integer():
            raw = int(raw)
        if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < 10**9:
            return raw
        if isinstance(raw, str):
            try:
                return Amount.parse(raw).in_unit(self.unit)
            except CalendarError as error:
                nl = f"geen duur in {_UNITS[self.unit]}"
                hint_nl = (
                    f"schrijf een geheel aantal {_UNITS[self.unit]}, of een duur zoals `24 months`, `2 years` of `P2Y`"
                )
                raise _calendar_kind_error(raw, nl, hint_nl, error) from None
        hint = Words(
            f"geef een geheel aantal {_UNITS[self.unit]}, of ISO 8601 zoals `P2Y`",
            f"give a whole number of {self.unit.word}, or ISO 8601 such as `P2Y`",
        )
        raise _kind_error(raw, "geen duur", "not a duration", hint)

    def decode(self, value: Value) -> Plain:
        return value


@frozen
class Date:
    """A day of the calendar; encoded as its proleptic ordinal."""

    word = "date"
    ordered = True

    def encode(self, raw: object) -> Value:
        text = raw.text if isinstance(raw, Scalar) else raw
        if isinstance(text, date) and not isinstance(text, datetime):
            return text.toordinal()
        if isinstance(text, str):
            try:
                written = WrittenTime.parse(text)
            except CalendarError as error:
                hint = day_help(text) or _DAY_HINT
                raise FactError(Words(f"{format_value(text)} is geen dag", str(error)), hint) from None
            if written.precision == "day":
                return written.at.toordinal()
        hint = (day_help(text) if isinstance(text, str) else None) or _DAY_HINT
        raise _kind_error(text, "geen dag", "not a date", hint)

    def decode(self, value: Value) -> Plain:
        return date.fromordinal(int(value)).isoformat()


@frozen
class Moment:
    """A point in time; encoded as microseconds since 1970 in UTC."""

    word = "moment"
    ordered = True

    def encode(self, raw: object) -> Value:
        text = raw.text if isinstance(raw, Scalar) else raw
        try:
            if isinstance(text, datetime):
                return to_moment(text)
            if isinstance(text, str):
                return parse_moment(text)
        except CalendarError as error:
            raise _calendar_kind_error(text, "geen tijdstip", _MOMENT_HINT_NL, error) from None
        raise _kind_error(
            text,
            "geen tijdstip",
            "not a moment",
            Words("schrijf ISO 8601 met tijdzone", "write ISO 8601 with an offset"),
        )

    def decode(self, value: Value) -> Plain:
        return moment_text(int(value))


@frozen
class Text:
    """Text kept as evidence; no rule reads it."""

    word = "text"
    ordered = False

    def encode(self, raw: object) -> Value:
        text = raw.text if isinstance(raw, Scalar) else raw
        if isinstance(text, str):
            return text
        raise _kind_error(text, "geen tekst", "not text", Words("zet het tussen aanhalingstekens", "put it in quotes"))

    def decode(self, value: Value) -> Plain:
        return value


Kind: TypeAlias = Choice | Level | Flag | Number | Duration | Date | Moment | Text

KINDS: Final[Mapping[str, type[Kind]]] = {
    kind.word: kind for kind in (Choice, Level, Flag, Number, Duration, Date, Moment, Text)
}
