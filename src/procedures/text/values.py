"""Dates, facts and phrases in words, in Dutch and English."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from procedures.text.outline import cited
from procedures.text.phrases import PHRASES
from rules.calendar import Written
from rules.facts import Fact
from rules.kinds import Choice, Duration, Kind, Level, Number
from rules.phrases import UNITS, listed, number_words, value_words
from rules.words import Language

_WEEKDAYS: Final[Mapping[Language, tuple[str, ...]]] = {
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS: Final[Mapping[Language, tuple[str, ...]]] = {
    "nl": ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
           "november", "december"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
}  # fmt: skip
_CLOCK: Final[Mapping[Language, str]] = {"nl": "%H.%M", "en": "%H:%M"}


def tell(phrase: str, language: Language, **words: object) -> str:
    """A phrase of the table with its gaps filled."""
    return PHRASES[phrase].in_language(language).format(**words)


def named(label: str, name: str) -> str:
    """What people call it, with the name under which a definition knows it."""
    return label if label == name else f"{label} ({name})"


def statement(text: str, sources: Sequence[str] = ()) -> str:
    """A phrase as a sentence of its own, with its sources."""
    return f"{text[:1].upper()}{text[1:]}{cited(sources)}."


def day_words(day: date, language: Language) -> str:
    """`Friday 7 November 2025`."""
    return f"{_WEEKDAYS[language][day.weekday()]} {day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def written_words(written: Written, language: Language) -> str:
    """A local date or time as it was written: no time of day where none was."""
    day = day_words(written.at.date(), language)
    if written.precision == "day":
        return day
    clock = written.at.strftime(_CLOCK[language] + ("" if written.precision == "minute" else _seconds(language)))
    return tell("at", language, day=day, clock=clock)


def _seconds(language: Language) -> str:
    return _CLOCK[language][2] + "%S"


def and_list(items: Iterable[str], language: Language) -> str:
    return listed(items, "and", language)


def kind_words(kind: Kind, language: Language) -> str:
    """What values a fact can have."""
    match kind:
        case Choice(of):
            return listed([value_words(kind, value, language) for value in of], "or", language)
        case Level(of):
            values = [value_words(kind, rank, language) for rank in range(len(of))]
            return tell("level", language, values=" < ".join(values))
        case Duration(unit):
            return tell("duration", language, unit=UNITS[unit][1].in_language(language))
        case Number(least, most):
            return _range(least, most, language)
        case _:
            return tell(kind.word, language)


def _range(least: Decimal | None, most: Decimal | None, language: Language) -> str:
    phrase = {(True, True): "number between", (True, False): "number from", (False, True): "number to"}
    words = {
        name: number_words(bound, language) for name, bound in (("least", least), ("most", most)) if bound is not None
    }
    return tell(phrase.get((least is not None, most is not None), "number"), language, **words)


def fact_words(fact: Fact, label: str, name: str, language: Language) -> str:
    """A fact with what it can be: `score (score): a number from 0 to 100`."""
    return tell("asked", language, label=label, name=name, kind=kind_words(fact.kind, language))
