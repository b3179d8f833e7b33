"""Phrases and values in Dutch and English, in tables, so that no other code depends on the language."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, assert_never

from rules.algebra import Order
from rules.calendar import Duration, Unit, moment_text
from rules.facts import Fact, Score
from rules.kinds import Choice, Date, Flag, Kind, Level, Moment, Number, Text, Value
from rules.kinds import Duration as DurationKind
from rules.words import Language, Words, as_words, value_as_words

PHRASES: Final[Mapping[str, Words]] = {
    # groups
    "all": Words("elk van deze geldt:", "all of these hold:"),
    "any": Words("minstens één van deze geldt:", "at least one of these holds:"),
    "always": Words("geldt altijd", "always holds"),
    "never": Words("geldt nooit", "never holds"),
    "open": Words("niet te beslissen", "cannot be decided"),
    "not": Words("niet: {what}", "not: {what}"),
    # one fact
    "asks": Words("{what}: {asked}", "{what}: {asked}"),
    "given": Words("{what}: {given}, gevraagd is {asked}", "{what}: {given}, {asked} is asked"),
    "as asked": Words("{what}: {given}, zoals gevraagd", "{what}: {given}, as asked"),
    "remark": Words("{sentence}; {remark}", "{sentence}; {remark}"),
    "missing": Words("{what} ontbreekt, gevraagd is {asked}", "{what} is missing, {asked} is asked"),
    "part missing": Words(
        "{what} is nog niet bekend, {missing} ontbreekt; gevraagd is {asked}",
        "{what} is not yet known, {missing} is missing; {asked} is asked",
    ),
    "parts missing": Words(
        "{what} is nog niet bekend, {missing} ontbreken; gevraagd is {asked}",
        "{what} is not yet known, {missing} are missing; {asked} is asked",
    ),
    "left out": Words("{given} (zonder {parts})", "{given} (without {parts})"),
    "but": Words("iets anders dan {values}", "anything but {values}"),
    # what would have been enough
    "number short": Words("{gap} te weinig", "{gap} short"),
    "number over": Words("{gap} te veel", "{gap} over"),
    "duration short": Words("{gap} te kort", "{gap} short"),
    "duration over": Words("{gap} te lang", "{gap} over"),
    "enough from": Words("genoeg vanaf {day}", "would be enough from {day}"),
    "enough since": Words("genoeg bij een begin op {day} of later", "would be enough with a start on {day} or later"),
    # time passed
    "by": Words("{time} op {day}", "{time} by {day}"),
    "since": Words("{day} ({time})", "{day} ({time})"),
    "later": Words("{day} (na {reference})", "{day} (after {reference})"),
    # values
    "yes": Words("ja", "yes"),
    "no": Words("nee", "no"),
    "and": Words("en", "and"),
    "or": Words("of", "or"),
    "point": Words(",", "."),
    "money": Words("{amount} {currency}", "{currency} {amount}"),
    "about": Words("ongeveer {number}", "about {number}"),
    # the opening of a motivation
    "met": Words("Voldaan. ", "Met. "),
    "not met": Words("Niet voldaan. ", "Not met. "),
    "not decided": Words("Nog niet beslist: ", "Not yet decided: "),
    "no alternative": Words("geen enkel alternatief geldt", "no alternative holds"),
    # seniority and pay
    "scale": Words("schaal: {scale}", "scale: {scale}"),
    "counted": Words("{what}: {time}, volledig meegeteld", "{what}: {time}, counted in full"),
    "cut off": Words(
        "{what}: {time}, meegeteld tot het maximum van {ceiling}; {beyond} valt erboven",
        "{what}: {time}, counted up to the ceiling of {ceiling}; {beyond} beyond it",
    ),
    "not counted yet": Words("{what} ontbreekt, telt volledig mee", "{what} is missing, counts in full"),
    "not counted yet, ceiling": Words(
        "{what} ontbreekt, telt mee tot {ceiling}", "{what} is missing, counts up to {ceiling}"
    ),
    "recognised": Words("erkende anciënniteit: {time}", "recognised seniority: {time}"),
    "not recognised yet": Words(
        "erkende anciënniteit: nog niet bekend zonder {missing}",
        "recognised seniority: not yet known without {missing}",
    ),
    "least": Words("minimum: {money}", "least: {money}"),
    "most": Words("maximum: {money}", "most: {money}"),
    "example": Words("voorbeeld: {money}", "example: {money}"),
    "gross": Words("{amount} bruto", "{amount} gross"),
    "per hour": Words("{amount} per uur", "{amount} an hour"),
    "per month": Words("{amount} per maand", "{amount} a month"),
    "per year": Words("{amount} per jaar", "{amount} a year"),
    "with seniority": Words("{amount} bij {time} anciënniteit", "{amount} with {time} of seniority"),
    "applies": Words("{amount}: van toepassing", "{amount}: applies"),
    "seniority not stated": Words(
        "bij welke anciënniteit deze bedragen horen, is niet vermeld",
        "which seniority these amounts go with is not stated",
    ),
    "scale between": Words(
        "{time} anciënniteit: tussen {below} en {above}; de schaal daartussen is niet vermeld",
        "{time} of seniority: between {below} and {above}; the scale between them is not stated",
    ),
    "scale below": Words(
        "{time} anciënniteit: minder dan {above}; de schaal daaronder is niet vermeld",
        "{time} of seniority: less than {above}; the scale below that is not stated",
    ),
    "scale above": Words(
        "{time} anciënniteit: meer dan {below}; de schaal daarboven is niet vermeld",
        "{time} of seniority: more than {below}; the scale above that is not stated",
    ),
}

_AMOUNTS: Final = {
    Order.AT_LEAST: Words("minstens {bound}", "at least {bound}"),
    Order.AT_MOST: Words("hoogstens {bound}", "at most {bound}"),
    Order.MORE_THAN: Words("meer dan {bound}", "more than {bound}"),
    Order.LESS_THAN: Words("minder dan {bound}", "less than {bound}"),
}
_LEVELS: Final = _AMOUNTS | {
    Order.MORE_THAN: Words("hoger dan {bound}", "higher than {bound}"),
    Order.LESS_THAN: Words("lager dan {bound}", "lower than {bound}"),
}
_DAYS: Final = {
    Order.AT_LEAST: Words("op of na {bound}", "on or after {bound}"),
    Order.AT_MOST: Words("op of vóór {bound}", "on or before {bound}"),
    Order.MORE_THAN: Words("na {bound}", "after {bound}"),
    Order.LESS_THAN: Words("vóór {bound}", "before {bound}"),
}
ORDERS: Final[Mapping[str, Mapping[Order, Words]]] = {
    "number": _AMOUNTS,
    "duration": _AMOUNTS,
    "level": _LEVELS,
    "date": _DAYS,
    "moment": _DAYS,
}

UNITS: Final[Mapping[Unit, tuple[Words, Words]]] = {  # singular and plural
    Unit.MINUTES: (Words("minuut", "minute"), Words("minuten", "minutes")),
    Unit.HOURS: (Words("uur", "hour"), Words("uur", "hours")),
    Unit.DAYS: (Words("dag", "day"), Words("dagen", "days")),
    Unit.WEEKS: (Words("week", "week"), Words("weken", "weeks")),
    Unit.MONTHS: (Words("maand", "month"), Words("maanden", "months")),
    Unit.YEARS: (Words("jaar", "year"), Words("jaar", "years")),
}
_BASE_UNITS: Final = {"minutes": Unit.MINUTES, "days": Unit.DAYS, "months": Unit.MONTHS}


def format_phrase(phrase: str, language: Language, **words: str) -> str:
    """A phrase of the table with its fields filled in."""
    return PHRASES[phrase].in_language(language).format(**words)


def label_of(named: Fact | Score, language: Language) -> str:
    return named.label.in_language(language, as_words(named.name))


def join_words(items: Iterable[str], last: str, language: Language) -> str:
    """`A, B or C`; `last` is `or` or `and`."""
    *first, end = items
    return f"{', '.join(first)} {format_phrase(last, language)} {end}" if first else end


def quantity_words(count: int, unit: Unit, language: Language) -> str:
    """`8 months`, `20 months`, `2 years`: months are given in years where these are whole years."""
    if unit is Unit.MONTHS and count >= 12 and count % 12 == 0:
        count, unit = count // 12, Unit.YEARS
    one, many = UNITS[unit]
    return f"{count} {(one if count == 1 else many).in_language(language)}"


def duration_words(duration: Duration, language: Language) -> str:
    return quantity_words(duration.count, _BASE_UNITS[duration.family], language)


def number_words(number: Decimal, language: Language) -> str:
    """The number with all digits and no trailing zeros, with the decimal mark of the language."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", format_phrase("point", language))


def fraction_words(number: Fraction, beside: Fraction, language: Language) -> str:
    """A computed number: exact if it has at most four decimals, else rounded but still on its side of `beside`."""
    exact = next((digits for digits in range(5) if round(number, digits) == number), None)
    if exact is not None:
        return number_words(_decimal(number, exact), language)
    near = (digits for digits in range(2, 15) if _side(round(number, digits), beside) == _side(number, beside))
    return format_phrase("about", language, number=number_words(_decimal(number, next(near, 15)), language))


def _decimal(number: Fraction, digits: int) -> Decimal:
    return Decimal(round(number * 10**digits)).scaleb(-digits)


def _side(number: Fraction, beside: Fraction) -> int:
    return (number > beside) - (number < beside)


def money_words(amount: Decimal, currency: str, language: Language) -> str:
    """An amount with two decimals and no thousands separators: `EUR 3148.08`, `3148,08 EUR`."""
    figure = f"{amount:.2f}".replace(".", format_phrase("point", language))
    return format_phrase("money", language, amount=figure, currency=currency)


def value_words(kind: Kind, value: Value, language: Language) -> str:
    """An encoded value as text for people."""
    match kind:
        case Choice(_, labels):
            return labels.get(str(value), Words()).in_language(language, value_as_words(str(value)))
        case Level(of, labels):
            word = of[int(value)]
            return labels.get(word, Words()).in_language(language, value_as_words(word))
        case Flag():
            return format_phrase("yes" if value else "no", language)
        case Number():
            return number_words(kind.step * int(value), language)
        case DurationKind(unit):
            return quantity_words(int(value), unit, language)
        case Date():
            return date.fromordinal(int(value)).isoformat()
        case Moment():
            return moment_text(int(value))
        case Text():
            return str(value)
        case _:
            assert_never(kind)


def order_words(kind_word: str, order: Order, bound: str, language: Language) -> str:
    """`at least 1 year`, `before 2026-01-01`, `higher than C`."""
    return ORDERS[kind_word][order].in_language(language).format(bound=bound)
