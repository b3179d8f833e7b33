"""Dates, facts and phrases in words, in Dutch and English."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from procedures.text.outline import format_sources
from procedures.text.phrases import PHRASES
from rules.calendar import WrittenTime
from rules.facts import Fact
from rules.kinds import Choice, Duration, Kind, Level, Number
from rules.phrases import UNITS, join_words, number_words, value_words
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


def format_phrase(phrase: str, language: Language, **words: object) -> str:
    """A phrase of the table with its placeholders filled."""
    return PHRASES[phrase].in_language(language).format(**words)


def label_with_name(label: str, name: str) -> str:
    """The label, with the name in the definition when that is different."""
    return label if label == name else f"{label} ({name})"


def statement(text: str, sources: Sequence[str] = ()) -> str:
    """A phrase as a full sentence, with its sources."""
    return f"{text[:1].upper()}{text[1:]}{format_sources(sources)}."


def day_words(day: date, language: Language) -> str:
    """`Friday 7 November 2025`."""
    return f"{_WEEKDAYS[language][day.weekday()]} {day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def written_words(written: WrittenTime, language: Language) -> str:
    """A local date or time as it was written: without a time of day when none was written."""
    day = day_words(written.at.date(), language)
    if written.precision == "day":
        return day
    clock = written.at.strftime(_CLOCK[language] + ("" if written.precision == "minute" else _seconds(language)))
    return format_phrase("at", language, day=day, clock=clock)


def _seconds(language: Language) -> str:
    return _CLOCK[language][2] + "%S"


def and_list(items: Iterable[str], language: Language) -> str:
    return join_words(items, "and", language)


def kind_words(kind: Kind, language: Language) -> str:
    """The values that a fact can have, in words."""
    match kind:
        case Choice(of):
            return join_words([value_words(kind, value, language) for value in of], "or", language)
        case Level(of):
            values = [value_words(kind, rank, language) for rank in range(len(of))]
            return format_phrase("level", language, values=" < ".join(values))
        case Duration(unit):
            return format_phrase("duration", language, unit=UNITS[unit][1].in_language(language))
        case Number(least, most):
            return _range(least, most, language)
        case _:
            return format_phrase(kind.word, language)


def _range(least: Decimal | None, most: Decimal | None, language: Language) -> str:
    phrase = {(True, True): "number between", (True, False): "number from", (False, True): "number to"}
    words = {
        name: number_words(bound, language) for name, bound in (("least", least), ("most", most)) if bound is not None
    }
    return format_phrase(phrase.get((least is not None, most is not None), "number"), language, **words)


def fact_words(fact: Fact, label: str, name: str, language: Language) -> str:
    """A fact with its possible values: `score (score): a number from 0 to 100`."""
    return format_phrase("asked", language, label=label, name=name, kind=kind_words(fact.kind, language))
