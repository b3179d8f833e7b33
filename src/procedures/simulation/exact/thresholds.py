"""Thresholds of the rules of a procedure: the values of each fact at which a rule changes, and bounds of weighted sums.

Rules read a recorded measure, which is rounded to its grid and limited to its range. So "at least 60" on a grid of 0.01
is a bound of 59.995 on the measure; a comparison that the range decides is no threshold.
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
    """Part of the procedure is not supported by exact answers; the message is the reason, as half a sentence."""


@frozen(order=True)
class Plane:
    """A weighted sum of recorded measures, in whole units, that is at least `bound`; `factors` are by measure."""

    factors: tuple[tuple[str, int], ...]
    bound: int

    def holds(self, values: Mapping[str, int]) -> bool:
        return sum(factor * values[name] for name, factor in self.factors) >= self.bound


@define
class Thresholds:
    """
    The thresholds of all rules.

    `edges` has the encoded values of ordered facts from which a rule may have another value; `sets` has the sets of
    values of choices and flags that rules distinguish; `planes` has the bounds of weighted sums of measures. `measured`
    has the names of the measures.
    """

    scenario: Scenario
    measured: frozenset[str]
    edges: dict[str, set[int]] = field(factory=dict)
    sets: dict[str, set[frozenset[Value]]] = field(factory=dict)
    planes: set[Plane] = field(factory=set)
    read_facts: set[str] = field(factory=set)
    """Every fact that a rule reads, even if its range decides the rule."""

    @classmethod
    def of(cls, machine: Machine, scenario: Scenario) -> "Thresholds":
        """
        The thresholds of the guards of a machine and of the success rule of a scenario.

        Raises:
            NotRecognisedError: a score that a rule compares is not made of measures alone.
        """
        found = cls(scenario, frozenset(measure.name for measure in scenario.measures))
        for rule in _rules(machine, scenario):
            found.add_rule(rule)
            found.read_facts |= set(facts_of(rule))
        return found

    def add_rule(self, rule: Rule) -> None:
        match rule:
            case Constant():
                pass
            case Compare(fact, order, bound):
                self.add_edge(fact, bound + (order in (Order.MORE_THAN, Order.AT_MOST)))
            case Elapsed(fact):
                self.add_edge(fact, rule.latest + 1)
            case OneOf(fact, values):
                self._add_values(fact, values)
            case CompareScore(score, order, score_bound):
                for parts in _countable_parts(score):
                    self._add_score(score, parts, order, score_bound)
            case Not(inner) | Named(_, inner):
                self.add_rule(inner)
            case All(rules) | AnyOf(rules):
                for each in rules:
                    self.add_rule(each)
            case _:
                assert_never(rule)

    def add_edge(self, fact: str, value: int) -> None:
        """Add an edge of an ordered fact, unless its range makes one side certain."""
        least, most = encoded_range(self.scenario.declared.facts[fact].kind)
        if (least is None or value > least) and (most is None or value <= most):
            self.edges.setdefault(fact, set()).add(value)

    def _add_values(self, fact: str, values: Iterable[Value]) -> None:
        kind = self.scenario.declared.facts[fact].kind
        if isinstance(kind, Choice | Flag) and fact not in self.measured:
            self.sets.setdefault(fact, set()).add(frozenset(values))
            return
        for value in values:
            for at in (int(value), int(value) + 1):
                self.add_edge(fact, at)

    def _add_score(self, score: Score, parts: tuple[Part, ...], order: Order, bound: Fraction) -> None:
        if not all(part.fact in self.measured for part in parts):
            raise NotRecognisedError(f"the score `{score.name}` is not made of measures alone")
        strictly = order in (Order.MORE_THAN, Order.AT_MOST)
        if score.how == "best":
            for part in parts:
                self.add_edge(part.fact, _least_integer(bound / part.step, strictly=strictly))
            return
        sizes = [part.step * part.weight for part in parts]
        if score.how == "mean":
            bound *= sum((part.weight for part in parts), Fraction(0))
        unit = _common_unit(sizes)
        at = _least_integer(bound / unit, strictly=strictly)
        factors = tuple(sorted((part.fact, int(size / unit)) for part, size in zip(parts, sizes, strict=True) if size))
        if len(factors) == 1 and factors[0][1] > 0:
            self.add_edge(factors[0][0], ceil(Fraction(at, factors[0][1])))
        elif factors:
            self.planes.add(Plane(factors, at))

    def cell(self, fact: str, value: Value) -> tuple[object, ...]:
        """The cell of a value: no rule distinguishes values of the same cell."""
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


def _countable_parts(score: Score) -> Iterator[tuple[Part, ...]]:
    """The sets of parts that may count: all parts, or all without some of the optional parts."""
    optional = [part for part in score.parts if part.settled_by]
    for count in range(len(optional) + 1):
        for absent in combinations(optional, count):
            present = tuple(part for part in score.parts if part not in absent)
            if present:
                yield present


def _least_integer(bound: Fraction, *, strictly: bool) -> int:
    """The least whole number that is at least the bound, or above it if `strictly`."""
    return floor(bound) + 1 if strictly else ceil(bound)


def _common_unit(sizes: Iterable[Fraction]) -> Fraction:
    """The greatest common divisor of the sizes."""
    some = [size for size in sizes if size]
    below = lcm(*(size.denominator for size in some))
    return Fraction(gcd(*(int(size * below) for size in some)), below) if some else Fraction(1)


def encoded_range(kind: Kind) -> tuple[int | None, int | None]:
    """The least and the greatest encoded value of an ordered kind; None where it is unbounded."""
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


def grid_step(kind: Kind) -> float:
    """The distance between recorded values of a measure."""
    return float(kind.step) if isinstance(kind, Number) else 1.0


def raw_bound(measure: Measure, edge: int, scenario: Scenario, recorded: frozenset[str]) -> float:
    """The least measured value that is recorded as `edge` or more; a criterion is not recorded and not rounded."""
    kind = scenario.declared.facts[measure.name].kind
    if isinstance(kind, Flag):
        return 0.0
    return (edge - 0.5 if measure.name in recorded else edge) * grid_step(kind)
