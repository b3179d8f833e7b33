"""The eight kinds of fact, each with exact values.

Inside, every value is an int, a bool or a str, so that comparing is exact and cheap: a number counts its steps,
a duration its unit, a level its rank, a date its ordinal, a moment its microseconds. `Kind.take` turns what a
caller gives into that form and `Kind.give` turns it back; nothing else knows the encoding.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Context, Decimal, InvalidOperation
from typing import Final, TypeAlias

from attrs import field, frozen

from rules.calendar import CalendarError, Unit, Written, moment_text, parse_moment, quoted, to_moment
from rules.calendar import Duration as Amount
from rules.nodes import Listing, Scalar, Table, describe
from rules.words import Words

Value: TypeAlias = bool | int | str
"""A known fact, encoded by its kind."""

Plain: TypeAlias = bool | int | float | str
"""A fact as JSON carries it."""


# Wide enough that a number of 15 digits divides by a step of 15 decimals, which the usual 28 digits are not.
_EXACT: Final = Context(prec=64)


class FactError(ValueError):
    """A value is outside its kind: `str` is the sentence, `help` says what would be inside."""

    def __init__(self, sentence: str, help: str | None = None) -> None:  # noqa: A002 - the word users see
        super().__init__(sentence)
        self.help = help


def shown(raw: object) -> str:
    """A caller's value in a message: as JSON writes it, shortened."""
    if isinstance(raw, Scalar | Listing | Table):
        return describe(raw)
    if isinstance(raw, list | dict):
        return "a list" if isinstance(raw, list) else "a mapping"
    text = "null" if raw is None else str(raw).lower() if isinstance(raw, bool) else str(raw)
    return quoted(text)


@frozen
class Choice:
    """One of a few words."""

    word = "choice"
    ordered = False
    of: tuple[str, ...]
    labels: Mapping[str, Words] = field(factory=dict)

    def take(self, raw: object) -> Value:
        text = raw.text if isinstance(raw, Scalar) else raw
        if isinstance(text, str) and text in self.of:
            return text
        raise FactError(f"{shown(text)} is not one of the choices", "one of " + ", ".join(f"`{c}`" for c in self.of))

    def give(self, value: Value) -> Plain:
        return value


@frozen
class Level:
    """One of a few words that are ordered, low to high; encoded as its rank from 0."""

    word = "level"
    ordered = True
    of: tuple[str, ...]
    labels: Mapping[str, Words] = field(factory=dict)

    def take(self, raw: object) -> Value:
        text = raw.text if isinstance(raw, Scalar) else raw
        if isinstance(text, str) and text in self.of:
            return self.of.index(text)
        raise FactError(f"{shown(text)} is not one of the levels", "one of " + " < ".join(f"`{c}`" for c in self.of))

    def give(self, value: Value) -> Plain:
        return self.of[int(value)]


@frozen
class Flag:
    """Yes or no."""

    word = "flag"
    ordered = False

    def take(self, raw: object) -> Value:
        if isinstance(raw, Scalar):
            raw = {"true": True, "false": False}.get(raw.text, raw.text) if raw.plain else raw.text
        if isinstance(raw, bool):
            return raw
        raise FactError(f"{shown(raw)} is not a flag", "write `true` or `false`")

    def give(self, value: Value) -> Plain:
        return value


@frozen
class Number:
    """A number on a grid of `step`, within `least` and `most` where those are given; encoded in steps."""

    word = "number"
    ordered = True
    least: Decimal | None = None
    most: Decimal | None = None
    step: Decimal = Decimal("0.01")

    def take(self, raw: object) -> Value:
        number = self._exact(raw)
        steps, rest = _EXACT.divmod(number, self.step)
        if rest:
            raise FactError(f"{shown(number)} is not a multiple of {self.step}", f"round it to steps of {self.step}")
        if (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            raise FactError(f"{shown(number)} is not a number {self.range}", f"give a number {self.range}")
        return int(steps)

    @property
    def range(self) -> str:
        if self.least is None and self.most is None:
            return "any range"
        if self.most is None:
            return f"of at least {self.least:f}"
        if self.least is None:
            return f"of at most {self.most:f}"
        return f"from {self.least:f} to {self.most:f}"

    def _exact(self, raw: object) -> Decimal:
        text = raw.text if isinstance(raw, Scalar) and raw.plain else raw
        # Decimal("1_0") and Decimal("١") are numbers to Python, not to an author.
        if isinstance(text, str) and isinstance(raw, Scalar) and text.isascii() and "_" not in text:
            try:
                number = Decimal(text)
            except InvalidOperation:
                raise FactError(f"{shown(text)} is not a number") from None
        elif isinstance(text, int | float | Decimal) and not isinstance(text, bool):
            number = Decimal(repr(text)) if isinstance(text, float) else Decimal(text)
        else:
            raise FactError(f"{shown(text)} is not a number", "write it without quotes")
        # The exponent bounds the work that exact arithmetic would have to do on `1e999999`.
        if not number.is_finite() or abs(number.adjusted()) > 15:
            raise FactError(f"{shown(number)} is not a number that can be recorded")
        return number

    def give(self, value: Value) -> Plain:
        number = self.step * int(value)
        return int(number) if number == number.to_integral_value() else float(number)


@frozen
class Duration:
    """A whole number of `unit`."""

    word = "duration"
    ordered = True
    unit: Unit

    def take(self, raw: object) -> Value:
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
                raise FactError(str(error), error.help) from None
        raise FactError(
            f"{shown(raw)} is not a duration",
            f"give a whole number of {self.unit.word}, or ISO 8601 such as `P2Y`",
        )

    def give(self, value: Value) -> Plain:
        return value


@frozen
class Date:
    """A day of the calendar; encoded as its proleptic ordinal."""

    word = "date"
    ordered = True

    def take(self, raw: object) -> Value:
        text = raw.text if isinstance(raw, Scalar) else raw
        if isinstance(text, date) and not isinstance(text, datetime):
            return text.toordinal()
        if isinstance(text, str):
            try:
                written = Written.parse(text)
            except CalendarError as error:
                raise FactError(str(error), "write a day as `2026-02-13`") from None
            if written.precision == "day":
                return written.at.toordinal()
        raise FactError(f"{shown(text)} is not a date", "write a day as `2026-02-13`")

    def give(self, value: Value) -> Plain:
        return date.fromordinal(int(value)).isoformat()


@frozen
class Moment:
    """A point in time; encoded as microseconds since 1970 in UTC."""

    word = "moment"
    ordered = True

    def take(self, raw: object) -> Value:
        text = raw.text if isinstance(raw, Scalar) else raw
        try:
            if isinstance(text, datetime):
                return to_moment(text)
            if isinstance(text, str):
                return parse_moment(text)
        except CalendarError as error:
            raise FactError(str(error), error.help) from None
        raise FactError(f"{shown(text)} is not a moment", "write ISO 8601 with an offset")

    def give(self, value: Value) -> Plain:
        return moment_text(int(value))


@frozen
class Text:
    """Words kept as evidence; no rule decides on them."""

    word = "text"
    ordered = False

    def take(self, raw: object) -> Value:
        text = raw.text if isinstance(raw, Scalar) else raw
        if isinstance(text, str):
            return text
        raise FactError(f"{shown(text)} is not text", "put it in quotes")

    def give(self, value: Value) -> Plain:
        return value


Kind: TypeAlias = Choice | Level | Flag | Number | Duration | Date | Moment | Text

KINDS: Final[Mapping[str, type[Kind]]] = {
    kind.word: kind for kind in (Choice, Level, Flag, Number, Duration, Date, Moment, Text)
}
