"""Help for a cell that holds none of the words of a choice or level: the word that was meant, else all words."""

from typing import Final

from procedures.screening.problems import make_hint
from rules.kinds import Choice, Level
from rules.problems import find_nearest
from rules.words import Language, Words

_LONGEST: Final = 200
"""The most letters of a text that is compared with the words."""


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
    values = by_text[near] if near is not None else set()
    return min(values) if len(values) == 1 else None


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
