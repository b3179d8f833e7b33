"""Rules as terms of z3 on two rails: a judge of the decision diagrams that knows values and no regions of them.

Every fact is whether it is known and its value, a whole number; a day is its year, month and day of the month, so that
the anniversary rule is said here a second time, in another way: so many months have passed when the month comes that
much later, or that month itself and the day, which where it does not exist is the last one.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from math import lcm
from typing import Any, Final, assert_never

import z3
from attrs import define, field, frozen

from procedures.kernel.names import RESULTS
from rules.algebra import All, AnyOf, Compare, CompareScore, Constant, Elapsed, Named, Not, OneOf, Order, Rule
from rules.facts import Score
from rules.kinds import Choice, Date, Duration, Flag, Kind, Level, Moment, Number, Text, Value
from rules.truth import Truth

_LONGEST: Final = 10**9 - 1
_IS: Final = {
    Order.AT_LEAST: lambda value, bound: value >= bound,
    Order.AT_MOST: lambda value, bound: value <= bound,
    Order.MORE_THAN: lambda value, bound: value > bound,
    Order.LESS_THAN: lambda value, bound: value < bound,
}


@frozen
class Terms:
    """A rule on two rails: when it is surely true, and when surely false."""

    true: Any
    false: Any


@define
class Solving:
    """The facts of some rules as variables; `kinds` are those of all facts but the results of steps."""

    kinds: Mapping[str, Kind]
    limits: list[Any] = field(factory=list)
    _values: dict[str, Any] = field(factory=dict)

    def can(self, *wanted: Any) -> bool:
        """Whether there is anybody of whom all this holds."""
        solver = z3.Solver()
        solver.add(*wanted, *self.limits)
        answer = solver.check()
        assert answer != z3.unknown, solver.reason_unknown()
        return bool(answer == z3.sat)

    def terms(self, rule: Rule) -> Terms:
        match rule:
            case All(parts):
                terms = [self.terms(part) for part in parts]
                return Terms(z3.And(*(each.true for each in terms)), z3.Or(*(each.false for each in terms)))
            case AnyOf(parts):
                terms = [self.terms(part) for part in parts]
                return Terms(z3.Or(*(each.true for each in terms)), z3.And(*(each.false for each in terms)))
            case Not(inner):
                terms_of = self.terms(inner)
                return Terms(terms_of.false, terms_of.true)
            case Named(_, inner):
                return self.terms(inner)
            case Constant(value):
                return Terms(z3.BoolVal(value is Truth.TRUE), z3.BoolVal(value is Truth.FALSE))
            case OneOf(fact, values):
                number = self.value(fact)
                return self._told(self.known(fact), z3.Or(*(number == self._code(fact, each) for each in values)))
            case Compare(fact, order, bound):
                compared = _numbered(date.fromordinal(bound)) if isinstance(self.kinds.get(fact), Date) else bound
                return self._told(self.known(fact), _IS[order](self.value(fact), compared))
            case Elapsed(fact):
                return self._told(self.known(fact), self._elapsed(rule))
            case CompareScore(score, order, bound):
                return self._told(self._is_known(score), self._over(score, order, bound))
            case _:
                assert_never(rule)

    def _told(self, known: Any, holds: Any) -> Terms:
        return Terms(z3.And(known, holds), z3.And(known, z3.Not(holds)))

    # -- facts ----------------------------------------------------------------------------------------------------

    def known(self, fact: str) -> Any:
        return z3.Bool(f"{fact} is known")

    def value(self, fact: str) -> Any:
        """The value of a fact as a number, within its kind."""
        if fact not in self._values:
            self._values[fact] = z3.Int(fact)
            kind = self.kinds.get(fact)
            if isinstance(kind, Date):
                self._values[fact] = self._day(fact)
            else:
                least, most = _ends(kind)
                self.limits += [self._values[fact] >= least] if least is not None else []
                self.limits += [self._values[fact] <= most] if most is not None else []
        return self._values[fact]

    def _code(self, fact: str, value: Value) -> int:
        match self.kinds.get(fact):
            case None:
                return RESULTS.index(str(value))
            case Choice(of):
                return of.index(str(value))
            case Date():
                return _numbered(date.fromordinal(int(value)))
            case _:
                return int(value)

    # -- days -----------------------------------------------------------------------------------------------------

    def _parts(self, fact: str) -> tuple[Any, Any, Any]:
        return z3.Int(f"{fact} year"), z3.Int(f"{fact} month"), z3.Int(f"{fact} day")

    def _day(self, fact: str) -> Any:
        year, month, day = self._parts(fact)
        leap = z3.And(year % 4 == 0, z3.Or(year % 100 != 0, year % 400 == 0))
        short = z3.Or(*(month == each for each in (4, 6, 9, 11)))
        self.limits += [year >= date.min.year, year <= date.max.year, month >= 1, month <= 12, day >= 1, day <= 31]
        self.limits += [z3.Implies(short, day <= 30), z3.Implies(month == 2, day <= z3.If(leap, 29, 28))]
        return year * 10_000 + month * 100 + day

    def _elapsed(self, rule: Elapsed) -> Any:
        strictly = rule.order in (Order.MORE_THAN, Order.AT_MOST)
        number, reference = self.value(rule.fact), rule.reference
        if rule.duration.family == "days":
            day = _numbered(reference - timedelta(days=rule.duration.count))
            passed = number < day if strictly else number <= day
        else:
            year, month, day_of_month = self._parts(rule.fact)
            later = year * 12 + month + rule.duration.count
            then = reference.year * 12 + reference.month
            last = reference.day == monthrange(reference.year, reference.month)[1]
            by_day = day_of_month < reference.day if strictly else z3.Or(last, day_of_month <= reference.day)
            passed = z3.Or(later < then, z3.And(later == then, by_day))
        return passed if rule.order in (Order.AT_LEAST, Order.MORE_THAN) else z3.Not(passed)

    # -- scores ---------------------------------------------------------------------------------------------------

    def _is_known(self, score: Score) -> Any:
        ready = []
        for part in score.parts:
            gone = z3.BoolVal(False)
            if part.settled_by is not None:
                how = self.value(part.settled_by)
                ways = [how == self._code(part.settled_by, each) for each in part.settled_as]
                gone = z3.And(self.known(part.settled_by), z3.Or(*ways))
            ready.append(z3.Or(self.known(part.fact), gone))
        return z3.And(*ready, z3.Or(*(self.known(part.fact) for part in score.parts)))

    def _over(self, score: Score, order: Order, bound: Fraction) -> Any:
        numbers = [(self.known(part.fact), self.value(part.fact), part) for part in score.parts]
        if score.how == "best":
            each = [(there, _IS[order](*_whole(number, part.step, bound))) for there, number, part in numbers]
            if order in (Order.AT_LEAST, Order.MORE_THAN):
                return z3.Or(*(z3.And(there, holds) for there, holds in each))
            return z3.And(*(z3.Implies(there, holds) for there, holds in each))
        share = bound if score.how == "mean" else Fraction(0)  # a mean is over its bound when its parts are together
        unit = lcm(bound.denominator, *((part.step * part.weight).denominator for _, _, part in numbers))
        unit *= lcm(*((share * part.weight).denominator for _, _, part in numbers))
        total = sum(
            z3.If(there, number * int(part.step * part.weight * unit) - int(share * part.weight * unit), 0)
            for there, number, part in numbers
        )
        return _IS[order](total, int((bound - share) * unit))


def _whole(number: Any, step: Fraction, bound: Fraction) -> tuple[Any, int]:
    return number * step.numerator * bound.denominator, bound.numerator * step.denominator


def _numbered(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _ends(kind: Kind | None) -> tuple[int | None, int | None]:
    """The least and the greatest value of a kind, as a number; None where there is no such end."""
    match kind:
        case None:
            return 0, len(RESULTS) - 1
        case Choice(of) | Level(of):
            return 0, len(of) - 1
        case Flag():
            return 0, 1
        case Number(least, most, step):
            return (
                int(least / step) if least is not None else None,
                int(most / step) if most is not None else None,
            )
        case Duration():
            return 0, _LONGEST
        case Text() | Moment() | Date():
            return None, None
        case _:
            assert_never(kind)
