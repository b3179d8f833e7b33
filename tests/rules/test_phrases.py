"""Phrases and values in Dutch and English."""

from fractions import Fraction
from string import Formatter

import pytest

from rules.calendar import Unit
from rules.phrases import ORDERS, PHRASES, UNITS, fraction_words, quantity_words


def gaps(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


ALL_WORDS = {
    **PHRASES,
    **{f"{word} {order.value}": words for word, orders in ORDERS.items() for order, words in orders.items()},
    **{f"{unit.word} {n}": words for unit, forms in UNITS.items() for n, words in enumerate(forms)},
}


@pytest.mark.parametrize("key", ALL_WORDS)
def test_every_phrase_is_in_both_languages_with_the_same_gaps(key):
    words = ALL_WORDS[key]
    assert words.nl
    assert words.en
    assert gaps(words.nl) == gaps(words.en)


COUNTS = [
    (0, Unit.MONTHS, "0 maanden", "0 months"),
    (1, Unit.MONTHS, "1 maand", "1 month"),
    (12, Unit.MONTHS, "1 jaar", "1 year"),
    (20, Unit.MONTHS, "20 maanden", "20 months"),
    (24, Unit.MONTHS, "2 jaar", "2 years"),
    (2, Unit.YEARS, "2 jaar", "2 years"),
    (14, Unit.DAYS, "14 dagen", "14 days"),
    (1, Unit.WEEKS, "1 week", "1 week"),
    (2, Unit.HOURS, "2 uur", "2 hours"),
    (1, Unit.MINUTES, "1 minuut", "1 minute"),
]


@pytest.mark.parametrize(("count", "unit", "dutch", "english"), COUNTS)
def test_durations_in_words(count, unit, dutch, english):
    assert quantity_words(count, unit, "nl") == dutch
    assert quantity_words(count, unit, "en") == english


FRACTIONS = [  # number, beside, Dutch, English
    (Fraction(60), 60, "60", "60"),
    (Fraction(5999, 100), 60, "59,99", "59.99"),
    (Fraction(59994, 1000), 60, "59,994", "59.994"),
    (Fraction(200, 3), 60, "ongeveer 66,67", "about 66.67"),
    (60 - Fraction(1, 300), 60, "ongeveer 59,997", "about 59.997"),
    (60 - Fraction(1, 3 * 10**7), 60, "ongeveer 59,99999997", "about 59.99999997"),
    (Fraction(-1, 3), 0, "ongeveer -0,33", "about -0.33"),
]


@pytest.mark.parametrize(("number", "beside", "dutch", "english"), FRACTIONS)
def test_a_rounded_number_never_seems_to_reach_a_bound_it_missed(number, beside, dutch, english):
    assert fraction_words(number, Fraction(beside), "nl") == dutch
    assert fraction_words(number, Fraction(beside), "en") == english
