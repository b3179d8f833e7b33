"""The size of a rule with the conditions that it names written out, and how large a rule may be.

Rules share the conditions that they name, but whoever reads, explains or proves a rule walks through all of it: two
conditions that each name the next twice double it. These limits keep every such walk short.
"""

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from rules.algebra import All, AnyOf, Named, Not, Rule

MOST_PARTS: Final = 2_000
"""The parts of one rule."""
MOST_LEVELS: Final = 64
"""The levels of one rule, as in a file: parts inside parts."""
MOST_PARTS_TOGETHER: Final = 100_000
"""The parts of all rules of a definition."""


@frozen
class Size:
    """How many parts a rule has, and on how many levels."""

    parts: int
    levels: int

    def inside_another(self) -> "Size":
        """The size of a rule that has this one as its only part."""
        return Size(self.parts + 1, self.levels + 1)

    def beyond_limit(self) -> str | None:
        """What is too large about the rule, as the end of a sentence; None where nothing is."""
        if self.parts > MOST_PARTS:
            return f"has {self.parts:,} parts, with the conditions that it names written out; at most {MOST_PARTS:,}"
        if self.levels > MOST_LEVELS:
            return f"has {self.levels} levels, with the conditions that it names written out; at most {MOST_LEVELS}"
        return None


def size_of(rule: Rule, named: Mapping[str, Size]) -> Size:
    """The size of a rule; `named` has the sizes of the conditions."""
    match rule:
        case Named(name) if name in named:
            return named[name]
        case Named(_, inner) | Not(inner):
            return size_of(inner, named).inside_another()
        case All(rules) | AnyOf(rules):
            sizes = [size_of(part, named) for part in rules]
            return Size(1 + sum(size.parts for size in sizes), 1 + max((size.levels for size in sizes), default=0))
        case _:
            return Size(1, 1)
