"""Where the rules of a procedure turn: for each fact the values at which one changes, and the bounds of weighted sums.

A recorded measure is rounded to its grid and kept within its range, and rules see that. So "at least 60" on a grid of
0.01 is a bound at 59.995 on what is measured; and what the range makes certain is no bound at all.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations
from math import ceil, floor, gcd, lcm
from typing import assert_never

from attrs import define, field, frozen

from procedures.kernel.machine import Machine
from procedures.simulation.scenario.model import Measure, Scenario
from rules.algebra import All, AnyOf, Compare, CompareScore, Constant, Elapsed, Named, Not, OneOf, Order, Rule, facts_of
from rules.facts import Part, Score
from rules.kinds import Choice, Duration, Flag, Kind, Number, Value


class NotRecognisedError(Exception):
    """Something of the road is not in the reach of exact answers; the message says what, as half a sentence."""


@frozen(order=True)
class Plane:
    """A weighted sum of recorded measures, in whole units, that is at least `bound`; `factors` are by measure."""

    factors: tuple[tuple[str, int], ...]
    bound: int

    def holds(self, values: Mapping[str, int]) -> bool:
        return sum(factor * values[name] for name, factor in self.factors) >= self.bound


@define
class Turns:
    """
    What turns decisions, over all rules that are asked.

    `edges` are encoded values of ordered facts from which on a rule may say something else; `sets` are the values of
    choices and flags that a rule tells apart; `planes` are bounds of weighted sums of measures.
    """

    scenario: Scenario
    measured: frozenset[str]
    edges: dict[str, set[int]] = field(factory=dict)
    sets: dict[str, set[frozenset[Value]]] = field(factory=dict)
    planes: set[Plane] = field(factory=set)
    asked: set[str] = field(factory=set)
    """Every fact that a rule reads, also where its range leaves it no choice."""

    @classmethod
    def of(cls, machine: Machine, scenario: Scenario) -> "Turns":
        """
        Of the guards of a machine and the success of a scenario.

        Raises:
            NotRecognisedError: a score that a rule compares is not made of measures alone.
        """
        found = cls(scenario, frozenset(measure.name for measure in scenario.measures))
        for rule in _rules(machine, scenario):
            found.enter(rule)
            found.asked |= set(facts_of(rule))
        return found

    def enter(self, rule: Rule) -> None:
        match rule:
            case Constant():
                pass
            case Compare(fact, order, bound):
                self.edge(fact, bound + (order in (Order.MORE_THAN, Order.AT_MOST)))
            case Elapsed(fact):
                self.edge(fact, rule.latest + 1)
            case OneOf(fact, values):
                self._values(fact, values)
            case CompareScore(score, order, score_bound):
                for parts in _present(score):
                    self._score(score, parts, order, score_bound)
            case Not(inner) | Named(_, inner):
                self.enter(inner)
            case All(rules) | AnyOf(rules):
                for each in rules:
                    self.enter(each)
            case _:
                assert_never(rule)

    def edge(self, fact: str, value: int) -> None:
        """A rule turns at a value of an ordered fact; not where its range makes one side certain."""
        least, most = extent(self.scenario.declared.facts[fact].kind)
        if (least is None or value > least) and (most is None or value <= most):
            self.edges.setdefault(fact, set()).add(value)

    def _values(self, fact: str, values: Iterable[Value]) -> None:
        kind = self.scenario.declared.facts[fact].kind
        if isinstance(kind, Choice | Flag) and fact not in self.measured:
            self.sets.setdefault(fact, set()).add(frozenset(values))
            return
        for value in values:
            for at in (int(value), int(value) + 1):
                self.edge(fact, at)

    def _score(self, score: Score, parts: tuple[Part, ...], order: Order, bound: Fraction) -> None:
        if not all(part.fact in self.measured for part in parts):
            raise NotRecognisedError(f"the score `{score.name}` is not made of measures alone")
        strictly = order in (Order.MORE_THAN, Order.AT_MOST)
        if score.how == "best":
            for part in parts:
                self.edge(part.fact, _reached(bound / part.step, strictly=strictly))
            return
        sizes = [part.step * part.weight for part in parts]
        if score.how == "mean":
            bound *= sum((part.weight for part in parts), Fraction(0))
        unit = _common(sizes)
        at = _reached(bound / unit, strictly=strictly)
        factors = tuple(sorted((part.fact, int(size / unit)) for part, size in zip(parts, sizes, strict=True) if size))
        if len(factors) == 1 and factors[0][1] > 0:
            self.edge(factors[0][0], ceil(Fraction(at, factors[0][1])))
        elif factors:
            self.planes.add(Plane(factors, at))

    def cell(self, fact: str, value: Value) -> tuple[object, ...]:
        """What the rules can tell of a value: values of the same cell are alike to all of them."""
        if fact in self.sets:
            return tuple(value in each for each in sorted(self.sets[fact], key=lambda some: sorted(map(str, some))))
        return (bisect_right(sorted(self.edges.get(fact, ())), value),)


def _rules(machine: Machine, scenario: Scenario) -> Iterator[Rule]:
    for step in machine.steps.values():
        if step.exempt is not None:
            yield step.exempt
        yield from (outcome.when for outcome in step.outcomes)
    if scenario.success is not None:
        yield scenario.success


def _present(score: Score) -> Iterator[tuple[Part, ...]]:
    """The parts that may count together: all, or without some of those that may be left out."""
    leaving = [part for part in score.parts if part.settled_by]
    for count in range(len(leaving) + 1):
        for absent in combinations(leaving, count):
            present = tuple(part for part in score.parts if part not in absent)
            if present:
                yield present


def _reached(bound: Fraction, *, strictly: bool) -> int:
    """The least whole number that reaches a bound, or passes it."""
    return floor(bound) + 1 if strictly else ceil(bound)


def _common(sizes: Iterable[Fraction]) -> Fraction:
    """The greatest size of which all are whole multiples."""
    some = [size for size in sizes if size]
    below = lcm(*(size.denominator for size in some))
    return Fraction(gcd(*(int(size * below) for size in some)), below) if some else Fraction(1)


def extent(kind: Kind) -> tuple[int | None, int | None]:
    """The least and the most that an encoded value of an ordered kind can be; None where it has no end."""
    match kind:
        case Number():
            least = None if kind.least is None else int((kind.least / kind.step).to_integral_value("ROUND_CEILING"))
            most = None if kind.most is None else int((kind.most / kind.step).to_integral_value("ROUND_FLOOR"))
            return least, most
        case Duration():
            return 0, None
        case Flag():
            return 0, 1
        case _:
            return None, None


def grid(kind: Kind) -> float:
    """How far apart recorded values of a measure lie."""
    return float(kind.step) if isinstance(kind, Number) else 1.0


def raw(measure: Measure, edge: int, scenario: Scenario, recorded: frozenset[str]) -> float:
    """From where on what is measured is recorded as `edge` or more; a criterion is not recorded, and not rounded."""
    kind = scenario.declared.facts[measure.name].kind
    if isinstance(kind, Flag):
        return 0.0
    return (edge - 0.5 if measure.name in recorded else edge) * grid(kind)
