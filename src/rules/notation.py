"""Numbers as people write them elsewhere, and how they are written here.

All of this is help, and never a reading: what is not of the language stays refused.
"""

import re
from collections.abc import Callable
from typing import Final

from attrs import frozen

from rules.words import LANGUAGES, Words

_LONGEST: Final = 60  # letters of a text that is looked at
UNSEEN: Final = re.compile("[\u00a0\u00ad\u061c\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")
"""Marks that cannot be seen, and spaces that only look like an ordinary one."""
_GROUPED: Final = re.compile(r"-?[1-9][0-9]{0,2}(?:([.,' \u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})*")
_DECIMAL: Final = "-?[0-9]{1,15}(?:[.,][0-9]{1,15})?"

_WITH_A_POINT: Final = Words("een decimaal getal heeft een punt: `{}`", "a decimal has a point: `{}`")
_WITHOUT_GROUPS: Final = Words("schrijf `{}`", "write `{}`")
_WITHOUT_SIGN: Final = Words("schrijf het getal zonder teken: `{}`", "write the number without the sign: `{}`")
_WITHOUT_UNIT: Final = Words("schrijf alleen het getal: `{}`", "write the number alone: `{}`")
_POINTS_ALONE: Final = Words("schrijf alleen de punten: `{}`", "write the points alone: `{}`")
_SHARE: Final = Words("schrijf het als deel van 1: `{}`", "write it as a part of 1: `{}`")


@frozen
class _Notation:
    """A way to write a number elsewhere: its pattern, the number as it is written here, and advice with that number."""

    pattern: re.Pattern[str]
    number: Callable[[re.Match[str]], str]
    advice: Words

    def find(self, text: str) -> tuple[str, Words] | None:
        match = self.pattern.fullmatch(text)
        if match is None:
            return None
        number = self.number(match)
        nl, en = (self.advice.in_language(language).format(number) for language in LANGUAGES)
        return number, Words(nl, en)


def _notation(pattern: str, advice: Words, number: Callable[[re.Match[str]], str] | None = None) -> _Notation:
    return _Notation(re.compile(pattern, re.IGNORECASE), number or (lambda match: _with_point(match[1])), advice)


def _with_point(text: str) -> str:
    return text.replace(",", ".")


def _digits(text: str) -> str:
    return re.sub("[^0-9-]", "", text)


def _percent_as_share(match: re.Match[str]) -> str:
    whole, _, decimals = _with_point(match[1]).partition(".")
    digits = whole.rjust(3, "0")
    return _short(f"{digits[:-2]}.{digits[-2:]}{decimals}")


def _short(number: str) -> str:
    """A number without zeros that say nothing: `1` for `1.000`."""
    return number.rstrip("0").removesuffix(".") if "." in number else number


_NUMBERS: Final = (
    _notation(r"(-?[0-9]{1,15},[0-9]{1,15})", _WITH_A_POINT),
    _notation(
        r"(-?[0-9]{1,3}(?:([.,' \u00a0\u202f])[0-9]{3})+)(?!\2)[.,]([0-9]{1,15})",
        _WITHOUT_GROUPS,
        lambda match: f"{_digits(match[1])}.{match[3]}",
    ),
    _notation(rf"({_DECIMAL}) ?%", _WITHOUT_SIGN),
    _notation(rf"({_DECIMAL}) ?(?:/|op|on|out of|van de) ?[0-9]{{1,15}}", _POINTS_ALONE),
    _notation(rf"({_DECIMAL}) ?(?:punt|punten|point|points|pt|ptn|p\.?|€|euro|eur)", _WITHOUT_UNIT),
    _notation(rf"(?:€|euro|eur) ?({_DECIMAL})", _WITHOUT_UNIT),
)
_FLAGS: Final = {
    **dict.fromkeys(("yes", "ja", "y", "j", "on", "waar", "wel", "oui"), "true"),
    **dict.fromkeys(("no", "nee", "neen", "n", "off", "onwaar", "niet", "geen", "non"), "false"),
}
_SHARES: Final = (_notation(r"([0-9]{1,3}(?:[.,][0-9]{1,15})?) ?%", _SHARE, _percent_as_share), _NUMBERS[0])


def number_help(text: str) -> Words | None:
    """What to write instead of a text that is no number, or not surely one; None where nothing is recognised."""
    if question := thousands_help(text):
        return question
    found = _find(_NUMBERS, text)
    return found[1] if found else None


def find_number(text: str) -> str | None:
    """The number that was probably meant, as it is written here; where it may be a thousand, the thousand."""
    if thousands_help(text):
        return _digits(text)
    found = _find(_NUMBERS, text)
    return found[0] if found else None


def share_help(text: str) -> Words | None:
    """What to write instead of a text that is no chance or share, which are from 0 to 1."""
    found = _find(_SHARES, text)
    return found[1] if found else None


def _find(notations: tuple[_Notation, ...], text: str) -> tuple[str, Words] | None:
    if len(text) > _LONGEST:
        return None
    return next((found for each in notations if (found := each.find(text))), None)


def unseen_help(text: str) -> str | None:
    """Help for a text with a mark that cannot be seen, or with a space that only looks like an ordinary one."""
    if not UNSEEN.search(text):
        return None
    shown = " ".join(UNSEEN.sub(" ", text[:_LONGEST]).split())
    return f"a character in it cannot be seen, or is no ordinary space: type `{shown}` anew"


def flag_help(text: str) -> Words | None:
    """The flag that a word for yes or no stands for."""
    value = _FLAGS.get(text.lower())
    return Words(f"schrijf `{value}`", f"write `{value}`") if value else None


def thousands_help(text: str) -> Words | None:
    """The question that a number such as `1.000` raises: one, or a thousand; None where there is no such question.

    A single point before three digits is asked about where the last digit is 0, because a decimal is seldom written
    so. A number such as 12.345 is a decimal like others.
    """
    match = _GROUPED.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        return None
    whole = _digits(text)
    if text.count(match[1]) > 1 or match[1] not in ".,":
        return Words(f"schrijf `{whole}`", f"write `{whole}`")
    if match[1] == "." and not text.endswith("0"):
        return None
    decimal = _short(_with_point(text))
    return Words(
        f"duizendtal of decimaal? schrijf `{whole}` of `{decimal}`",
        f"a thousand or a decimal? write `{whole}` or `{decimal}`",
    )
