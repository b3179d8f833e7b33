"""A problem of a definition in a language: the sentence and its help, in English as they are made, or in Dutch."""

import re
from functools import cache, lru_cache
from typing import Final

from procedures.text.dutch_problems import NAMED, SENTENCES
from rules.problems import Problem
from rules.words import Language

_LONGEST: Final = 400  # letters of a text that is looked up
_NAME: Final = re.compile("`[^`]*`")


def problem_in_language(problem: Problem, language: Language) -> Problem:
    """The same problem, with its sentence and its help in a language; what has no translation stays as it is."""
    if language == "en":
        return problem
    help_ = None if problem.help is None else in_dutch(problem.help)
    return Problem(in_dutch(problem.sentence), problem.place, help_)


def in_dutch(text: str) -> str:
    """A sentence or a help in Dutch; what it names is translated too, where that is a word of ours."""
    return _translate(text, is_named=False)


@lru_cache(maxsize=4096)
def _translate(text: str, *, is_named: bool) -> str:
    table = NAMED if is_named else SENTENCES
    if "{}" not in text and (known := table.get(text)) is not None:
        return known
    if len(text) > _LONGEST or _NAME.fullmatch(text):
        return text
    for pattern, dutch in _patterns(is_named=is_named):
        if match := pattern.fullmatch(text):
            return dutch.format(*(_translate(part, is_named=True) for part in match.groups()))
    return text


@cache
def _patterns(*, is_named: bool) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The texts with places for what they name, the most particular first."""
    table = NAMED if is_named else SENTENCES
    templates = sorted((text for text in table if "{}" in text), key=lambda text: (-len(text), text))
    return tuple((_pattern(text), table[text]) for text in templates)


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(re.escape(part) for part in template.split("{}")), re.DOTALL)
