"""Suggestions for an unknown word: the known word that was probably meant, or the words that there are."""

from bisect import bisect
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final

_LONGEST: Final = 64  # letters of a name for which a suggestion is made
_MOST_COMPARED: Final = 32  # words that are compared with one word
_SHORT: Final = 8  # letters of a name that is compared with any other


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
