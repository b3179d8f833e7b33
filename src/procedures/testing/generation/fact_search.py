"""Search for facts that give a rule a wanted value.

Only turning points are tried as values. Where one part of a rule is enough, the other parts get the opposite value as
far as possible: when a single part decides, every change of that part can change the outcome.
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
"""For some facts, the values that they may still have."""

Pick: TypeAlias = Callable[[Sequence[Any]], Any]
"""A function that picks one of some options; the first option is the plainest."""

_MAX_COMBINATIONS: Final = 600
_MAX_NEAREST: Final = 8


@frozen
class FactSearch:
    """Narrows the values of facts; `domain` has the initial values, `pick` chooses among equally good solutions."""

    domain: Allowed
    pick: Pick

    def narrow(self, rule: Rule, wanted: bool, allowed: Allowed) -> Allowed | None:
        """Narrow `allowed` to values for which the rule has the wanted value; None where there are none."""
        match rule:
            case Constant(value):
                return allowed if value is Truth.of(wanted) else None
            case Named(_, inner):
                return self.narrow(inner, wanted, allowed)
            case Not(inner):
                return self.narrow(inner, not wanted, allowed)
            case All(rules):
                return self._narrow_every(rules, True, allowed) if wanted else self._narrow_one(rules, False, allowed)
            case AnyOf(rules):
                return self._narrow_one(rules, True, allowed) if wanted else self._narrow_every(rules, False, allowed)
            case CompareScore():
                return self._narrow_score(rule, wanted, allowed)
            case OneOf(fact) | Compare(fact) | Elapsed(fact):
                kept = tuple(
                    value for value in self._values(fact, allowed) if truth(rule, {fact: value}) is Truth.of(wanted)
                )
                return {**allowed, fact: kept} if kept else None

    def _values(self, fact: str, allowed: Allowed) -> tuple[Value, ...]:
        return allowed.get(fact) or self.domain.get(fact, ())

    def _narrow_every(self, rules: Iterable[Rule], wanted: bool, allowed: Allowed) -> Allowed | None:
        narrowed: Allowed | None = allowed
        for rule in rules:
            narrowed = self.narrow(rule, wanted, narrowed) if narrowed is not None else None
        return narrowed

    def _narrow_one(self, rules: Sequence[Rule], wanted: bool, allowed: Allowed) -> Allowed | None:
        """Give one of the rules the wanted value, and as many of the others as possible the opposite value."""
        first = self.pick(range(len(rules)))
        for rule in (*rules[first:], *rules[:first]):
            narrowed = self.narrow(rule, wanted, allowed)
            if narrowed is not None:
                for other in rules:
                    if other is not rule:
                        narrowed = self.narrow(other, not wanted, narrowed) or narrowed
                return narrowed
        return None

    def _narrow_score(self, rule: CompareScore, wanted: bool, allowed: Allowed) -> Allowed | None:
        """Fill in the parts of the score near its bound; parts that are left out stay unknown."""
        parts = [part for part in rule.score.parts if not self._is_left_out(part.settled_by, allowed)]
        settled = {
            part.settled_by: self._values(part.settled_by, allowed)[0]
            for part in rule.score.parts
            if part.settled_by and self._is_left_out(part.settled_by, allowed)
        }
        values = [self._values(part.fact, allowed) for part in parts]
        open_part = max((at for at, part in enumerate(parts) if part.fact not in allowed), default=None)
        filled: list[dict[str, Value]] = []
        for combination in islice(product(*values), _MAX_COMBINATIONS):
            each = dict(zip((part.fact for part in parts), combination, strict=True))
            filled.append({**settled, **each})
            if open_part is not None:
                filled += (
                    {**settled, **each, parts[open_part].fact: value}
                    for value in self._values_at_bound(rule, parts[open_part], each)
                )
        matching = [each for each in filled if truth(rule, each) is Truth.of(wanted)]
        if not matching:
            return None
        matching.sort(key=lambda each: abs((rule.score.value(each) or 0) - rule.bound))
        return {**allowed, **{fact: (value,) for fact, value in self.pick(matching[:_MAX_NEAREST]).items()}}

    def _values_at_bound(self, rule: CompareScore, open_part: Part, filled: Mapping[str, Value]) -> Iterator[int]:
        """Values of the open part that bring the score to its bound or next to it, with the other parts as filled."""
        if rule.score.how == "best":
            return
        parts = [part for part in rule.score.parts if part.fact in filled]
        others = sum(int(filled[part.fact]) * part.step * part.weight for part in parts if part is not open_part)
        whole = sum(part.weight for part in parts) if rule.score.how == "mean" else 1
        exact_value = (rule.bound * whole - others) / (open_part.weight * open_part.step)
        lowest, highest = min(map(int, self.domain[open_part.fact])), max(map(int, self.domain[open_part.fact]))
        near_values = {floor(exact_value) + beside for beside in (-1, 0, 1, 2)}
        yield from (value for value in sorted(near_values) if lowest <= value <= highest)

    @staticmethod
    def _is_left_out(settled_by: str | None, allowed: Allowed) -> bool:
        """Whether the result of the step says that the part will not come."""
        return settled_by is not None and allowed.get(settled_by) in (("exempt",), ("not_held",), ("lapsed",))
