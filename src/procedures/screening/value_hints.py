"""Help for a cell that holds none of the words of a choice or level: the word that was meant, else all words."""

import re
from collections.abc import Iterable
from typing import Final

from procedures.screening.problems import make_hint
from rules.kinds import Choice, Level
from rules.suggestions import find_nearest
from rules.words import Language, Words

_LONGEST: Final = 200
"""The most letters of a text that is compared with the words."""
_NEGATIONS: Final = frozenset(("geen", "niet", "zonder", "no", "not", "without"))
_UNIT: Final = re.compile(r"\([^()]*\)")


def find_word_hint(kind: Choice | Level, text: str) -> Words | None:
    """The word that the text resembles, by its name or label; else all words with their labels, if there are any."""
    meant = _find_meant(kind, text) if len(text) <= _LONGEST else None
    if meant is not None:
        return make_hint("did you mean", near=_show(kind, meant))
    if not kind.labels:
        return None  # the kind itself lists its words
    return make_hint("one of", words=_list_words(kind))


def _find_meant(kind: Choice | Level, text: str) -> str | None:
    by_text: dict[str, set[str]] = {}
    for value in kind.of:
        label = kind.labels.get(value, Words())
        for each in (value, label.nl, label.en):
            if each:
                by_text.setdefault(each.casefold(), set()).add(value)
    near = find_nearest(text.casefold(), by_text)
    found = [near] if near is not None else find_by_words(text, by_text)
    values = {value for each in found for value in by_text[each]}
    return min(values) if len(values) == 1 else None


def find_by_words(text: str, known: Iterable[str]) -> list[str]:
    """The known texts that have all words of a text, or whose words the text has; none where it denies something."""
    words = _split(text)
    if not words or words & _NEGATIONS or len(text) > _LONGEST:
        return []
    return [each for each in known if (found := _split(each)) and (words <= found or found <= words)]


def _split(text: str) -> set[str]:
    """The words of a text, without a remark in brackets such as a unit."""
    return {*re.findall(r"\w+", _UNIT.sub(" ", text).casefold())}


def _show(kind: Choice | Level, value: str) -> Words:
    """The name of a value, and its label between brackets where it has one."""

    def show(language: Language) -> str:
        label = kind.labels.get(value, Words()).in_language(language)
        return f"`{value}` ({label})" if label and label != value else f"`{value}`"

    return Words(show("nl"), show("en"))


def _list_words(kind: Choice | Level) -> Words:
    separator = " < " if isinstance(kind, Level) else ", "
    shown = [_show(kind, value) for value in kind.of]
    return Words(separator.join(each.nl or "" for each in shown), separator.join(each.en or "" for each in shown))
