"""Rules written in Promela: expressions over facts that are small numbers.

A fact is 0 while it is not known, else it tells which of its sampled values it has. A rule is two expressions, for when
it is surely true and when surely false; neither denies anything that may be unknown.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm
from typing import Final, assert_never

from attrs import frozen
from sampled_facts import Sampled

from rules.algebra import All, AnyOf, Compare, CompareScore, Constant, Elapsed, Named, Not, OneOf, Order, Rule
from rules.evaluation import truth
from rules.facts import Score
from rules.kinds import Value
from rules.truth import Truth

_MOST: Final = 2**31
_IS: Final = {Order.AT_LEAST: ">=", Order.AT_MOST: "<=", Order.MORE_THAN: ">", Order.LESS_THAN: "<"}


@frozen
class Rails:
    """A rule as two expressions."""

    true: str
    false: str


def both(parts: Iterable[str]) -> str:
    return "(" + " && ".join(dict.fromkeys(["true", *parts])) + ")"


def either(parts: Iterable[str]) -> str:
    return "(" + " || ".join(dict.fromkeys(["false", *parts])) + ")"


@frozen
class Facts:
    """The facts of one machine as variables, and rules about them as expressions."""

    sampled: Sampled
    untold: frozenset[str] = frozenset()  # taken not to be known, whatever they are

    def variable(self, fact: str) -> str:
        return f"f{[*self.sampled.values].index(fact)}"

    def has(self, fact: str, value: Value) -> str:
        return "false" if fact in self.untold else f"{self.variable(fact)} == {self.number(fact, value)}"

    def number(self, fact: str, value: Value) -> int:
        return self.sampled.values[fact].index(value) + 1

    def is_known(self, fact: str) -> str:
        return "false" if fact in self.untold else f"{self.variable(fact)} != 0"

    def rails(self, rule: Rule) -> Rails:
        match rule:
            case All(parts):
                rails = [self.rails(part) for part in parts]
                return Rails(both(each.true for each in rails), either(each.false for each in rails))
            case AnyOf(parts):
                rails = [self.rails(part) for part in parts]
                return Rails(either(each.true for each in rails), both(each.false for each in rails))
            case Not(inner):
                return Rails(self.rails(inner).false, self.rails(inner).true)
            case Named(_, inner):
                return self.rails(inner)
            case Constant(value):
                return Rails(str(value is Truth.TRUE).lower(), str(value is Truth.FALSE).lower())
            case OneOf(fact) | Compare(fact) | Elapsed(fact):
                ways = {value: truth(rule, {fact: value}) for value in self.sampled.values[fact]}
                holds = [self.has(fact, value) for value, way in ways.items() if way is Truth.TRUE]
                fails = [self.has(fact, value) for value, way in ways.items() if way is Truth.FALSE]
                return Rails(either(holds), either(fails))
            case CompareScore(score, order, bound):
                known, over = self.score_known(score), self._over(score, order, bound)
                return Rails(both([known, over]), both([known, f"!{over}"]))
            case _:
                assert_never(rule)

    def score_known(self, score: Score) -> str:
        ready = []
        for part in score.parts:
            gone = (
                [self.has(part.settled_by, how) for how in sorted(part.settled_as, key=str)] if part.settled_by else []
            )
            ready.append(either([self.is_known(part.fact), *gone]))
        return both([*ready, either(self.is_known(part.fact) for part in score.parts)])

    def _over(self, score: Score, order: Order, bound: Fraction) -> str:
        """Whether a score, of which the parts that are there are known, is over its bound."""
        if score.how == "best":
            ways = [(part, value) for part in score.parts for value in self.sampled.values[part.fact]]
            over = {way: order.holds(int(way[1]) * way[0].step, bound) for way in ways}
            if order in (Order.AT_LEAST, Order.MORE_THAN):
                return either(self.has(part.fact, value) for part, value in ways if over[part, value])
            return f"(!{either(self.has(part.fact, value) for part, value in ways if not over[part, value])})"
        share = bound if score.how == "mean" else Fraction(0)
        factors = [part.step * part.weight for part in score.parts]
        shares = [share * part.weight for part in score.parts]
        unit = lcm(*(each.denominator for each in (*factors, *shares, bound)))
        total = " + ".join(
            self._by_value(part.fact, [int((int(v) * factor - less) * unit) for v in self.sampled.values[part.fact]])
            for part, factor, less in zip(score.parts, factors, shares, strict=True)
        )
        return f"({total} {_IS[order]} {int((bound - share) * unit)})"

    def _by_value(self, fact: str, numbers: Sequence[int]) -> str:
        found = "0"
        for place, number in enumerate(numbers, 1):
            assert abs(number) < _MOST
            found = f"({self.variable(fact)} == {place} -> {number} : {found})"
        return found
