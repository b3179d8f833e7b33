"""Declared facts of one person, and scores computed exactly from them."""

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import TypeAlias

from attrs import field, frozen

from rules.kinds import FactError, Kind, Plain, Value
from rules.problems import Place
from rules.words import Words

Known: TypeAlias = Mapping[str, Value]
"""The known facts of one person: fact names to encoded values. A fact that is absent is unknown."""


def remove_facts(known: Known, names: Collection[str]) -> Known:
    """The known facts without these names; the same mapping where it contains none of them."""
    if known.keys().isdisjoint(names):
        return known
    return {name: value for name, value in known.items() if name not in names}


@frozen
class Fact:
    """A declared fact: its full name (`experience`, or `interview.score` for a fact that a step records) and kind."""

    name: str
    kind: Kind
    label: Words = field(factory=Words)
    sources: tuple[str, ...] = ()
    place: Place | None = field(default=None, eq=False)


@frozen
class Part:
    """One number of a score: the fact, its weight and the size of its step.

    The part is left out when the fact `settled_by` has one of the values `settled_as`: then the number will not come.
    """

    fact: str
    weight: Fraction
    step: Fraction
    settled_by: str | None = None
    settled_as: frozenset[Value] = frozenset()

    def is_left_out(self, known: Known) -> bool:
        return self.settled_by is not None and known.get(self.settled_by) in self.settled_as


@frozen
class Score:
    """A number computed exactly from numbers; unknown while one of its parts is unknown and not left out.

    `how` is `mean` (weighted), `sum` (weighted) or `best`. A part is left out only when it is certain that its number
    will not come (`Part.settled_by`: the result of its step), never because the number is unknown. So a later fact
    cannot overturn a decision on the score. A score with no part left is unknown.
    """

    name: str
    how: str
    parts: tuple[Part, ...]
    label: Words = field(factory=Words)
    place: Place | None = field(default=None, eq=False)

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that the score reads: its parts, and the facts that settle them."""
        return tuple(name for part in self.parts for name in (part.fact, part.settled_by) if name)

    def value(self, known: Known) -> Fraction | None:
        """The score, or None while it is unknown."""
        total, weights = Fraction(0), Fraction(0)
        best: Fraction | None = None
        for part in self.parts:
            encoded = known.get(part.fact)
            if encoded is None:
                if part.is_left_out(known):
                    continue
                return None
            number = int(encoded) * part.step
            total += number * part.weight
            weights += part.weight
            best = number if best is None or number > best else best
        if best is None or self.how == "best":
            return best
        return total / weights if self.how == "mean" else total

    def missing(self, known: Known) -> tuple[str, ...]:
        """The facts without which the score stays unknown."""
        absent = [part for part in self.parts if part.fact not in known]
        expected = [part for part in absent if not part.is_left_out(known)]
        # Where every part is left out the score has no number, and any one of the parts would give it one.
        nothing_left = not expected and len(absent) == len(self.parts)
        return tuple(part.fact for part in (absent if nothing_left else expected))


@frozen
class Declared:
    """Every fact and score that rules may name, by full name."""

    facts: Mapping[str, Fact]
    scores: Mapping[str, Score] = field(factory=dict)

    def encode(self, name: str, raw: object) -> Value:
        """Encode a value; raises FactError for an undeclared name and for a value outside its kind."""
        fact = self.facts.get(name)
        if fact is None:
            raise FactError(Words(f"onbekend feit `{name}`", f"unknown fact `{name}`"))
        return fact.kind.encode(raw)

    def facts_behind(self, names: Iterable[str]) -> tuple[str, ...]:
        """The facts that these facts and scores are made of, each once and in order."""
        read = (self.scores[name].facts if name in self.scores else (name,) for name in names)
        return tuple(dict.fromkeys(fact for facts in read for fact in facts))

    def decode(self, known: Known) -> dict[str, Plain]:
        """The known facts as JSON values."""
        return {name: self.facts[name].kind.decode(value) for name, value in known.items()}
