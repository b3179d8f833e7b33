"""Choosing facts so that a rule comes out as wanted: what a person must be like to go one way and not the other.

Values come from the turning points alone, and where one part of a rule is enough the others are made to say the
opposite, as far as they can: a person in whom just one thing decides is one whom every change of it can move.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from math import floor
from typing import Any, Final, TypeAlias

from attrs import frozen

from rules.algebra import All, AnyOf, Compare, CompareScore, Constant, Elapsed, Named, Not, OneOf, Rule
from rules.evaluation import truth
from rules.facts import Part
from rules.kinds import Value
from rules.truth import Truth

Allowed: TypeAlias = Mapping[str, tuple[Value, ...]]
"""For some facts the values that they may still have."""

Pick: TypeAlias = Callable[[Sequence[Any]], Any]
"""One of these; the first is the plainest."""

_MOST: Final = 600
_NEAREST: Final = 8


@frozen
class Steering:
    """Narrows what facts may be; `domain` is where a fact starts, `pick` chooses between ways that are as good."""

    domain: Allowed
    pick: Pick

    def towards(self, rule: Rule, wanted: bool, allowed: Allowed) -> Allowed | None:
        """`allowed` narrowed to values for which the rule is as wanted; None where there are none."""
        match rule:
            case Constant(value):
                return allowed if value is Truth.of(wanted) else None
            case Named(_, inner):
                return self.towards(inner, wanted, allowed)
            case Not(inner):
                return self.towards(inner, not wanted, allowed)
            case All(rules):
                return self._every(rules, True, allowed) if wanted else self._one(rules, False, allowed)
            case AnyOf(rules):
                return self._one(rules, True, allowed) if wanted else self._every(rules, False, allowed)
            case CompareScore():
                return self._score(rule, wanted, allowed)
            case OneOf(fact) | Compare(fact) | Elapsed(fact):
                kept = tuple(
                    value for value in self._values(fact, allowed) if truth(rule, {fact: value}) is Truth.of(wanted)
                )
                return {**allowed, fact: kept} if kept else None

    def _values(self, fact: str, allowed: Allowed) -> tuple[Value, ...]:
        return allowed.get(fact) or self.domain.get(fact, ())

    def _every(self, rules: Iterable[Rule], wanted: bool, allowed: Allowed) -> Allowed | None:
        narrowed: Allowed | None = allowed
        for rule in rules:
            narrowed = self.towards(rule, wanted, narrowed) if narrowed is not None else None
        return narrowed

    def _one(self, rules: Sequence[Rule], wanted: bool, allowed: Allowed) -> Allowed | None:
        """One of the rules as wanted, and of the others as many as possible the other way."""
        first = self.pick(range(len(rules)))
        for rule in (*rules[first:], *rules[:first]):
            narrowed = self.towards(rule, wanted, allowed)
            if narrowed is not None:
                for other in rules:
                    if other is not rule:
                        narrowed = self.towards(other, not wanted, narrowed) or narrowed
                return narrowed
        return None

    def _score(self, rule: CompareScore, wanted: bool, allowed: Allowed) -> Allowed | None:
        """One way to fill in the parts of the score, near its bound; those that are left out stay open."""
        parts = [part for part in rule.score.parts if not self._is_left_out(part.settled_by, allowed)]
        settled = {
            part.settled_by: self._values(part.settled_by, allowed)[0]
            for part in rule.score.parts
            if part.settled_by and self._is_left_out(part.settled_by, allowed)
        }
        values = [self._values(part.fact, allowed) for part in parts]
        free = max((at for at, part in enumerate(parts) if part.fact not in allowed), default=None)
        filled: list[dict[str, Value]] = []
        for combination in islice(product(*values), _MOST):
            each = dict(zip((part.fact for part in parts), combination, strict=True))
            filled.append({**settled, **each})
            if free is not None:
                filled += (
                    {**settled, **each, parts[free].fact: value} for value in self._meeting(rule, parts[free], each)
                )
        right = [each for each in filled if truth(rule, each) is Truth.of(wanted)]
        if not right:
            return None
        right.sort(key=lambda each: abs((rule.score.value(each) or 0) - rule.bound))
        return {**allowed, **{fact: (value,) for fact, value in self.pick(right[:_NEAREST]).items()}}

    def _meeting(self, rule: CompareScore, free: Part, filled: Mapping[str, Value]) -> Iterator[int]:
        """Values of one part with which the score comes to its bound, or a step beside it, the others being so."""
        if rule.score.how == "best":
            return
        parts = [part for part in rule.score.parts if part.fact in filled]
        others = sum(int(filled[part.fact]) * part.step * part.weight for part in parts if part is not free)
        whole = sum(part.weight for part in parts) if rule.score.how == "mean" else 1
        met = (rule.bound * whole - others) / (free.weight * free.step)
        lowest, highest = min(map(int, self.domain[free.fact])), max(map(int, self.domain[free.fact]))
        nearest = {floor(met) + beside for beside in (-1, 0, 1, 2)}
        yield from (value for value in sorted(nearest) if lowest <= value <= highest)

    @staticmethod
    def _is_left_out(settled_by: str | None, allowed: Allowed) -> bool:
        """Whether it is settled that the step of a part did not come to a result."""
        return settled_by is not None and allowed.get(settled_by) in (("exempt",), ("not_held",), ("lapsed",))
