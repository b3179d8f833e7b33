"""Days, times of day and durations as people write them elsewhere, and how they are written here.

All of this is help, and never a reading: what is not of the language stays refused.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from rules.words import Words

_LONGEST: Final = 60  # letters of a text that is looked at
_MONTHS: Final[Mapping[str, int]] = {
    "jan": 1, "feb": 2, "mrt": 3, "maa": 3, "mar": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7, "aug": 8,
    "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_TWO_DIGITS: Final = Words("met telkens twee cijfers", "with two digits each")
_YEAR_FIRST: Final = Words("eerst het jaar, dan de maand", "the year stands first, then the month")
_MONTH_BEFORE_DAY: Final = Words("de maand staat voor de dag", "the month stands before the day")
_HYPHENS: Final = Words("met `-` ertussen", "with `-` between")
_FIGURES: Final = Words("in cijfers, eerst het jaar", "in figures, the year first")
_COLON: Final = Words("met `:` ertussen", "with `:` between")
_NO_OFFSET: Final = Words("een lokale tijd heeft geen tijdzone", "a local time has no offset")
_DAY_ALONE: Final = Words("een dag zonder uur", "a day without a time")
_NO_PARTS: Final = Words("zonder delen van een seconde", "without parts of a second")

# The forms of a day, each with the rule that it breaks.
_DAYS: Final = tuple(
    (re.compile(rf"{pattern}(?![0-9])", re.IGNORECASE), rule)
    for pattern, rule in (
        (r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})", _TWO_DIGITS),
        (r"(?P<year>[0-9]{4})[/. ](?P<month>[0-9]{1,2})[/. ](?P<day>[0-9]{1,2})", _HYPHENS),
        (r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})", _HYPHENS),
        (r"(?P<day>[0-9]{1,2})[-/. ](?P<month>[0-9]{1,2})[-/. ](?P<year>[0-9]{4})", _YEAR_FIRST),
        (r"(?P<day>[0-9]{1,2})\.?[ -]?(?P<name>[a-z]{3})[a-z]*\.?[ -]?(?P<year>[0-9]{4})", _FIGURES),
        (r"(?P<name>[a-z]{3})[a-z]*\.? ?(?P<day>[0-9]{1,2}),? ?(?P<year>[0-9]{4})", _FIGURES),
    )
)
_CLOCK: Final = re.compile(
    r"(?P<hour>[0-9]{1,2})"
    r"(?: ?(?:[:.h]|u|uur) ?(?P<minute>[0-9]{2})|(?= ?(?:u|h|uur|[ap]m)))"
    r"(?::(?P<second>[0-9]{2}))?(?P<part>[.,][0-9]+)?"
    r" ?(?:u|uur|h)?(?P<half>[ap]m)?",
    re.IGNORECASE,
)
_OFFSET: Final = re.compile(r" ?(?:Z|[+-][0-9]{2}:?[0-9]{2})$")


def day_help(text: str) -> Words | None:
    """What to write instead of a text that is no day; None where nothing is recognised."""
    found = _find_day(text) if len(text) <= _LONGEST else None
    if found is None or text == f"{found[0]}":
        return None
    day, rule, rest = found
    return _write(f"{day}", rule if not rest else _DAY_ALONE)


def time_help(text: str, *, offset_allowed: bool = False) -> Words | None:
    """What to write instead of a text that is no day or local time; None where nothing is recognised."""
    found = _find_day(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    day, rule, rest = found
    rest = re.sub("^(?:T|,? (?:om |at )?)", "", rest)
    if not rest:
        return None if text == f"{day}" else _write(f"{day}", rule)
    written = _OFFSET.sub("", rest)
    clock = clock_text(written)
    if clock is None:
        return None
    if clock == "24:00":
        return Words(
            f"geen dag heeft een 24:00: schrijf `{day} 23:59` of `{_next_day(day)} 00:00`",
            f"no day has a 24:00: write `{day} 23:59` or `{_next_day(day)} 00:00`",
        )
    if text == f"{day} {clock}" or (offset_allowed and written != rest):
        return None
    return _write(f"{day} {clock}", _clock_rule(rest, written) if text.startswith(f"{day}") else rule)


def _write(text: str, rule: Words) -> Words:
    return Words(f"schrijf `{text}`: {rule.nl}", f"write `{text}`: {rule.en}")


def _clock_rule(rest: str, written: str) -> Words:
    """The rule that a time of day breaks; `rest` is the text with its offset, `written` without."""
    match = _CLOCK.fullmatch(written.strip())
    if written != rest:
        return _NO_OFFSET
    if match and match["part"]:
        return _NO_PARTS
    return _TWO_DIGITS if ":" in written and not (match and match["half"]) else _COLON


def clock_text(text: str) -> str | None:
    """A time of day with two digits each, from `9:00`, `9u30` or `9 am`; None for another text."""
    match = _CLOCK.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        return None
    hour, minute, second = int(match["hour"]), int(match["minute"] or 0), match["second"]
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == "pm" else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute) or int(second or 0) > 59:
        return None
    return f"{hour:02}:{minute:02}" + (f":{second}" if second else "")


def _find_day(text: str) -> tuple[date, Words, str] | None:
    """The day at the beginning of a text, the rule that its form breaks, and the rest of the text."""
    for pattern, rule in _DAYS:
        if (match := pattern.match(text)) and (day := _day_of(match.groupdict())):
            has_swapped = "name" not in match.groupdict() and int(match["month"]) > 12
            return day, _MONTH_BEFORE_DAY if has_swapped else rule, text[match.end() :]
    return None


def _day_of(parts: Mapping[str, str]) -> date | None:
    """The day with these parts, also where month and day are swapped; None where the calendar has no such day."""
    month = _MONTHS.get(parts["name"].lower(), 0) if "name" in parts else int(parts["month"])
    year, day = int(parts["year"]), int(parts["day"])
    if month > 12 >= day:
        month, day = day, month
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next_day(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day


# -- durations --------------------------------------------------------------------------------------------------------

DUTCH_UNITS: Final[Mapping[str, str]] = {
    "minuut": "minutes", "minuten": "minutes", "uur": "hours", "uren": "hours", "dag": "days", "dagen": "days",
    "week": "weeks", "weken": "weeks", "maand": "months", "maanden": "months", "jaar": "years", "jaren": "years",
}  # fmt: skip
"""The Dutch words for units, each with the word of the language."""
_UNITS: Final[Mapping[str, str]] = {
    **DUTCH_UNITS,
    **{word: unit for unit in DUTCH_UNITS.values() for word in (unit, unit[:-1])},
    "min": "minutes", "mins": "minutes", "u": "hours", "h": "hours", "hr": "hours", "hrs": "hours", "d": "days",
    "wk": "weeks", "mnd": "months", "mo": "months", "mos": "months", "j": "years", "jr": "years", "y": "years",
    "yr": "years", "yrs": "years",
}  # fmt: skip
_SMALLER: Final[Mapping[str, tuple[str, int]]] = {
    "years": ("months", 12),
    "weeks": ("days", 7),
    "hours": ("minutes", 60),
}
_AMOUNT: Final = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,6}))? *([a-z]+)\.?", re.IGNORECASE)


def duration_help(text: str) -> str | None:
    """What to write instead of a text that is no duration; None where nothing is recognised."""
    if re.fullmatch("[0-9]{1,9}", text):
        return f"write its unit too, as in `{text} minutes`, `{text} days` or `{text} months`"
    meant = find_duration(text)
    return f"write `{meant}`" if meant else None


def find_duration(text: str) -> str | None:
    """The duration that was probably meant, as it is written here; None where nothing is recognised."""
    match = _AMOUNT.fullmatch(text) if len(text) <= _LONGEST else None
    unit = _UNITS.get(match[3].lower()) if match else None
    if match is None or unit is None:
        return None
    decimals = match[2] or ""
    smaller, size = _SMALLER.get(unit, (unit, 1)) if decimals.strip("0") else (unit, 1)
    count, rest = divmod(int(match[1] + decimals) * size, 10 ** len(decimals))
    return None if rest else f"{count} {smaller}"
