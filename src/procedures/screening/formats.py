"""Formats of cells, which are declared and never guessed, and the conversion of a cell to a value of its kind.

`Kind.encode` alone defines what a value means. This module only converts text to its input, where that is declared: a
decimal comma to a point, 13/02/2026 to a date, `ja` to true.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Final

from attrs import evolve, field, frozen

from procedures.errors import UsageError
from procedures.screening.problems import make_hint, make_sentence
from procedures.screening.value_hints import find_word_hint
from rules.calendar import DUTCH_UNITS, Unit
from rules.kinds import Choice, Date, Duration, FactError, Flag, Kind, Level, Moment, Number, Text, Value
from rules.kinds import format_value as as_shown
from rules.suggestions import did_you_mean
from rules.words import Words

DECIMALS: Final[Mapping[str, str]] = {"point": ".", "comma": ","}
DATES: Final = tuple(order.replace("-", sign) for sign in "/-." for order in ("dd-mm-yyyy", "mm-dd-yyyy", "yyyy-mm-dd"))
_PARTS: Final[Mapping[str, str]] = {
    "dd": "(?P<day>[0-9]{1,2})",
    "mm": "(?P<month>[0-9]{1,2})",
    "yyyy": "(?P<year>[0-9]{4})",
}
_ISO: Final = "yyyy-mm-dd"


@frozen
class FormulaError:
    """
    The content of a spreadsheet cell whose formula has no usable result.

    `problem` is the name of the sentence about it: the formula gave an error, or it has no stored result.
    """

    problem: str = "formula"

    def __str__(self) -> str:
        return "#ERROR!"  # the reader does not report which error it is


@frozen
class Formats:
    """
    How the cells of a table are written.

    `decimal` is `point` or `comma`; `dates` is one of `DATES`; ISO 8601 is always read. `yes` and `no` are words for a
    flag, added to `true` and `false`. `unknown` are words for an unknown value, added to the empty cell. `units` are
    words for units of duration, added to the English ones. `separator` and `encoding` are for csv.
    """

    decimal: str = field(default="point")
    dates: str = field(default=_ISO)
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    units: Mapping[str, Unit] = field(factory=dict, hash=False)
    separator: str = field(default=",")
    encoding: str = "utf-8"

    def __attrs_post_init__(self) -> None:
        _check_one_of("decimal sign", self.decimal, DECIMALS)
        _check_one_of("form of dates", self.dates, DATES)
        if len(self.separator) != 1 or not self.separator.isascii() or self.separator in '"\n\r':
            raise UsageError(f"`{self.separator}` cannot separate cells; give one character such as `;`")
        both = {word.strip().casefold() for word in self.yes} & {word.strip().casefold() for word in self.no}
        if both:
            raise UsageError(f"`{min(both)}` cannot be both yes and no")

    def read_cell(self, kind: Kind, raw: object) -> Value:
        """The value of a cell that is not empty; raises FactError, with the option that would read it as its hint."""
        try:
            return self.convert(kind, raw)
        except FactError as error:
            raise FactError(error.words, self._find_help(kind, raw) or error.hint) from None

    def is_unknown(self, raw: object) -> bool:
        """Whether a cell is empty or holds a word for unknown."""
        return raw is None or (isinstance(raw, str) and raw.strip() in ("", *self.unknown))

    def convert(self, kind: Kind, raw: object) -> Value:
        """The same; the error has the help of the kind, for which no option is tried."""
        if isinstance(raw, FormulaError):
            raise FactError(make_sentence(raw.problem), make_hint(raw.problem))
        cell = raw.strip() if isinstance(raw, str) else raw
        taken = _READERS[type(kind)](self, kind, cell)
        try:
            return kind.encode(taken)
        except FactError as error:
            if taken is cell:
                raise
            raise FactError(_restore_cell_text(error.words, taken, cell), error.hint) from None

    def _find_help(self, kind: Kind, raw: object) -> Words | None:
        """Help for a cell that cannot be read: the options that would read it, found by trying each, or its words."""
        found = [option for option, formats in self._other_formats() if formats._can_read(kind, raw)]
        if found:
            return make_hint("reads", options=_join_with_or(found[:2]))
        if isinstance(kind, Date) and isinstance(raw, int | float) and not isinstance(raw, bool):
            return make_hint("serial")
        if not isinstance(raw, str):
            return None
        if isinstance(kind, Choice | Level):
            return find_word_hint(kind, raw.strip())
        if len(raw) > 20:
            return None
        if isinstance(kind, Flag):
            return make_hint("meaning", value=_quoted(raw.strip()))
        # A word in place of a number most often means that there is no number.
        is_word = isinstance(kind, Number) and not re.search("[0-9]", raw)
        return make_hint("unknown", value=_quoted(raw.strip())) if is_word else None

    def _can_read(self, kind: Kind, raw: object) -> bool:
        try:
            self.convert(kind, raw)
        except FactError:
            return False
        return True

    def _other_formats(self) -> Iterator[tuple[str, "Formats"]]:
        """The formats that differ in one option, each with that option."""
        for name in DECIMALS:
            yield f"`--decimal {name}`", evolve(self, decimal=name)
        for form in DATES:
            yield f"`--dates {form}`", evolve(self, dates=form)
        for name, preset in PRESETS.items():
            yield (
                f"`--format {name}`",
                evolve(self, yes=self.yes + preset.yes, no=self.no + preset.no, units=preset.units),
            )


def _restore_cell_text(words: Words, taken: object, cell: object) -> Words:
    """A sentence about a value, with the value as written in the cell: 3,5 and not 3.5."""
    old, new = as_shown(taken), as_shown(cell)
    return Words((words.nl or "").replace(old, new, 1), (words.en or "").replace(old, new, 1))


def _check_one_of(what: str, word: str, known: Mapping[str, str] | tuple[str, ...]) -> None:
    if word not in known:
        raise UsageError(f"`{word}` is no {what}; {did_you_mean(word, known)}")


def _join_with_or(options: list[str]) -> Words:
    return Words(" of ".join(options), " or ".join(options))


def _quoted(text: str) -> str:
    return f"'{text}'" if " " in text else text


PRESETS: Final[Mapping[str, Formats]] = {
    # As a spreadsheet saves csv in Dutch: decimal comma, day first, and WAAR and ONWAAR for its own yes and no.
    "nl": Formats("comma", "dd/mm/yyyy", ("ja", "waar"), ("nee", "onwaar"), units=DUTCH_UNITS, separator=";"),
}


def preset(name: str) -> Formats:
    """The formats of a preset by its name; raises UsageError for an unknown name."""
    _check_one_of("format", name, tuple(PRESETS))
    return PRESETS[name]


# -- from a cell to the input of its kind ----------------------------------------------------------------------------


def _parse_number(formats: Formats, raw: object) -> Decimal | None:
    """The number that text writes with the declared decimal sign; None for other text."""
    sign = DECIMALS[formats.decimal]
    if isinstance(raw, str) and re.fullmatch(rf"[+-]?[0-9]+(?:[{sign}][0-9]+)?(?:[eE][+-]?[0-9]{{1,3}})?", raw):
        return Decimal(raw.replace(sign, "."))
    return None


def _read_number(formats: Formats, _kind: Kind, raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    number = _parse_number(formats, raw)
    if number is None:
        raise FactError(make_sentence("no number", value=as_shown(raw)))
    return number


def _read_duration(formats: Formats, _kind: Kind, raw: object) -> object:
    if isinstance(raw, str) and (match := re.fullmatch(r"([0-9]{1,9}) *([a-z]+)", raw.casefold())):
        unit = formats.units.get(match[2])
        return f"{match[1]} {unit.word}" if unit else raw
    has_exponent = isinstance(raw, str) and "e" in raw.casefold()  # nobody counts months so: 1e3
    number = None if has_exponent else _parse_number(formats, raw)
    if number is None or abs(number.adjusted()) > 15:
        return raw
    return int(number) if number == number.to_integral_value() else number


def _read_flag(formats: Formats, _kind: Kind, raw: object) -> object:
    if isinstance(raw, bool):
        return raw
    value = _list_flag_words(formats.yes, formats.no).get(_as_word(raw).casefold())
    if value is not None:
        return value
    raise FactError(make_sentence("no flag", value=as_shown(raw)))


@lru_cache(maxsize=64)
def _list_flag_words(yes: tuple[str, ...], no: tuple[str, ...]) -> dict[str, bool]:
    words = {True: ("true", *yes), False: ("false", *no)}
    return {word.strip().casefold(): value for value, spellings in words.items() for word in spellings}


def _read_date(formats: Formats, _kind: Kind, raw: object) -> object:
    if isinstance(raw, datetime) and raw.tzinfo is None and raw.time() == time():
        return raw.date()  # spreadsheets and data frames store a day as midnight
    if not isinstance(raw, str):
        return raw
    pattern = re.escape(formats.dates)
    for part, group in _PARTS.items():
        pattern = pattern.replace(part, group)
    match = re.fullmatch(pattern.replace(r"\-", "-"), raw) if formats.dates != _ISO else None
    if match is None:
        return raw
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise FactError(make_sentence("not in calendar", value=as_shown(raw))) from None


def _read_word(_formats: Formats, kind: Kind, raw: object) -> object:
    """A value by its name, or by its label in the definition in either language."""
    assert isinstance(kind, Choice | Level)
    word = _as_word(raw) if not isinstance(raw, bool) else raw
    if not isinstance(word, str) or word in kind.of:
        return word
    plain = word.casefold()
    labelled = [
        value
        for value, label in kind.labels.items()
        if plain in ((label.nl or "").casefold(), (label.en or "").casefold())
    ]
    return labelled[0] if len(labelled) == 1 else word


def _as_word(raw: object) -> str:
    """A cell as a word; a spreadsheet stores a typed 1 as the number 1.0."""
    return str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw)


def _keep_unchanged(_formats: Formats, _kind: Kind, raw: object) -> object:
    return raw


_READERS: Final[Mapping[type, Callable[[Formats, Kind, object], object]]] = {
    Choice: _read_word,
    Level: _read_word,
    Flag: _read_flag,
    Number: _read_number,
    Duration: _read_duration,
    Date: _read_date,
    Moment: _keep_unchanged,
    Text: _keep_unchanged,
}
