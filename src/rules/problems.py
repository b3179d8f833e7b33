"""Problems in an input: the place, one sentence, and help.

Problems are collected and not raised one by one, so that an author sees all of them at once.
"""

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Final

from attrs import Factory, field, frozen

_LONGEST: Final = 64  # letters of a name for which a suggestion is made
_MOST_COMPARED: Final = 32  # words that are compared with one word
_SHORT: Final = 8  # letters of a name that is compared with any other


@frozen(order=True)
class Place:
    """A position in a file; `line` and `column` count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@frozen
class Problem:
    """One thing that is wrong: a lower-case sentence, its place (None for data without a file) and help."""

    sentence: str
    place: Place | None = None
    help: str | None = None

    def __str__(self) -> str:
        head = f"{self.place}: {self.sentence}" if self.place else self.sentence
        return f"{head}\n  help: {self.help}" if self.help else head


@frozen
class Problems:
    """The problems found while an input is read; the reader continues after each problem."""

    entries: list[Problem] = field(factory=list)
    _told: set[Problem] = field(
        init=False, eq=False, repr=False, default=Factory(lambda self: set(self.entries), takes_self=True)
    )

    def add(self, sentence: str, place: Place | None = None, help: str | None = None) -> None:  # noqa: A002 - the word users see
        problem = Problem(sentence, place, help)
        if problem not in self._told:  # a mistake that is found twice is reported once
            self._told.add(problem)
            self.entries.append(problem)

    def __bool__(self) -> bool:
        return bool(self.entries)

    def __iter__(self) -> Iterator[Problem]:
        """In the order of the files, those without a place last."""
        nowhere = Place("\uffff", 0, 0)
        return iter(sorted(self.entries, key=lambda problem: problem.place or nowhere))


class RuleError(Exception):
    """A rule or a declaration of facts could not be read; `problems` lists everything wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def report_null_character(place: Place | None, problems: Problems) -> None:
    """Report a path that holds a null character, as the path of no file does."""
    problems.add("a path cannot hold a null character", place, "write the path of a file")


def find_nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most similar to `word`; None where no known word is similar.

    Comparing two words takes time by the square of their lengths, and a file may hold hundreds of unknown names. So a
    long word is similar to none, only words of about the same length that begin or end alike are compared, and of many
    such words only those that begin or end alike the longest.
    """
    if not 0 < len(word) <= _LONGEST:
        return None
    near = sorted(
        {
            other
            for other in known
            if 0 < len(other) <= _LONGEST
            and abs(len(other) - len(word)) <= max(5, len(word) // 2)
            and (other[0] == word[0] or other[-1] == word[-1] or len(word) <= _SHORT)
        }
    )
    if len(near) > _MOST_COMPARED:
        ends = sorted(other[::-1] for other in near)
        near = sorted({*_around(word, near), *(end[::-1] for end in _around(word[::-1], ends))})
    similar = get_close_matches(word, near, n=1, cutoff=0.65)
    return similar[0] if similar else None


def _around(word: str, ordered: Sequence[str]) -> Sequence[str]:
    """The words just before and after `word` in an ordered list: no others begin alike as long."""
    at = bisect(ordered, word)
    return ordered[max(0, at - 2) : at + 2]


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Help for an unknown `word`: the most similar known word, or all known words where there are at most 12."""
    choices = sorted(set(known))
    if similar := find_nearest(word, choices):
        return f"did you mean `{similar}`?"
    if choices and len(choices) <= 12:
        return "known here: " + ", ".join(f"`{choice}`" for choice in choices)
    return None
