"""The nodes of rules: nine closed classes, and the functions that build every other kind of rule from them.

Constructors flatten, drop repeats and fold constants once, so that no interpreter has to, and equal rules compare
equal. An interpreter is one `match` that ends in `assert_never`. A node caches its hash, because interpreters cache
results by rule.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Final, TypeAlias

from attrs import field, frozen

from rules.calendar import Duration, add_duration, latest_start
from rules.facts import Score
from rules.kinds import Value
from rules.truth import Truth
from rules.words import Words


class Order(Enum):
    """How an ordered value is compared with a bound."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"

    @property
    def comparison(self) -> Callable[[int | Fraction, int | Fraction], bool]:
        """The comparison of a value with a bound, as a function."""
        return _COMPARISONS[self]

    def holds(self, value: int | Fraction, bound: int | Fraction) -> bool:
        return _COMPARISONS[self](value, bound)


_COMPARISONS: Final[Mapping[Order, Callable[[int | Fraction, int | Fraction], bool]]] = {
    Order.AT_LEAST: operator.ge,
    Order.AT_MOST: operator.le,
    Order.MORE_THAN: operator.gt,
    Order.LESS_THAN: operator.lt,
}


@frozen(cache_hash=True)
class Constant:
    """A fixed value: the rule holds for every candidate, or for none."""

    value: Truth


@frozen(cache_hash=True)
class OneOf:
    """The fact has one of these values; UNKNOWN while it is not recorded."""

    fact: str
    values: tuple[Value, ...]


@frozen(cache_hash=True)
class Compare:
    """The comparison of a fact, in its encoded form, with `bound`; UNKNOWN while the fact is not recorded."""

    fact: str
    order: Order
    bound: int


@frozen(cache_hash=True)
class CompareScore:
    """The comparison of a computed score with `bound`; UNKNOWN while the score is unknown."""

    score: Score
    order: Order
    bound: Fraction


@frozen(cache_hash=True)
class Elapsed:
    """The comparison of the time from the day in `fact` to `reference` with `duration`.

    The anniversary rule: the duration has passed when the day plus the duration is not after the reference.
    `latest` is the last day from which at least `duration` has passed (or more than `duration`, where the order is
    MORE_THAN or AT_MOST); the rule is decided by one comparison with it.
    """

    fact: str
    order: Order
    duration: Duration
    reference: date
    latest: int = field(init=False, eq=False, repr=False)

    @latest.default
    def _latest(self) -> int:
        is_strict = self.order in (Order.MORE_THAN, Order.AT_MOST)
        end = add_duration(self.reference, Duration(-1, "days")) if is_strict else self.reference
        return latest_start(self.duration, end).toordinal()

    def holds(self, day: int) -> bool:
        passed = day <= self.latest
        return passed if self.order in (Order.AT_LEAST, Order.MORE_THAN) else not passed


@frozen(cache_hash=True)
class Not:
    rule: "Rule"


@frozen(cache_hash=True)
class All:
    """Every one of `rules` holds."""

    rules: tuple["Rule", ...]


@frozen(cache_hash=True)
class AnyOf:
    """At least one of `rules` holds."""

    rules: tuple["Rule", ...]


@frozen(cache_hash=True)
class Named:
    """A rule with a name, a label and sources; it has the value of the rule."""

    name: str
    rule: "Rule"
    label: Words = field(factory=Words)
    sources: tuple[str, ...] = ()


Rule: TypeAlias = Constant | OneOf | Compare | CompareScore | Elapsed | Not | All | AnyOf | Named

ALWAYS: Final = Constant(Truth.TRUE)
NEVER: Final = Constant(Truth.FALSE)


def one_of(fact: str, values: Iterable[Value]) -> Rule:
    """The fact is one of `values`; NEVER where there are no values."""
    unique = tuple(dict.fromkeys(values))
    return OneOf(fact, unique) if unique else NEVER


def not_(rule: Rule) -> Rule:
    match rule:
        case Constant(value):
            return Constant(~value)
        case Not(inner):
            return inner
        case _:
            return Not(rule)


def all_of(*rules: Rule) -> Rule:
    """Every one of `rules` holds; ALWAYS where there are no rules."""
    flat = _flatten(rules, All)
    if NEVER in flat:
        return NEVER
    unique = tuple(rule for rule in flat if rule != ALWAYS)
    return All(unique) if len(unique) > 1 else unique[0] if unique else ALWAYS


def any_of(*rules: Rule) -> Rule:
    """At least one of `rules` holds; NEVER where there are no rules."""
    flat = _flatten(rules, AnyOf)
    if ALWAYS in flat:
        return ALWAYS
    unique = tuple(rule for rule in flat if rule != NEVER)
    return AnyOf(unique) if len(unique) > 1 else unique[0] if unique else NEVER


def _flatten(rules: Iterable[Rule], kind: type[All] | type[AnyOf]) -> dict[Rule, None]:
    """The rules without nesting of the same kind and without repeats, in order."""
    flat: dict[Rule, None] = {}
    for rule in rules:
        flat.update(dict.fromkeys(rule.rules if isinstance(rule, kind) else (rule,)))
    return flat


def facts_of(rule: Rule) -> tuple[str, ...]:
    """The facts that a rule reads, each once and in order; a score reads its parts and the facts that settle them."""
    found: dict[str, None] = {}
    pending: list[Rule] = [rule]
    while pending:
        match pending.pop(0):
            case Constant():
                pass
            case OneOf(fact) | Compare(fact) | Elapsed(fact):
                found[fact] = None
            case CompareScore(score):
                found.update(dict.fromkeys(score.facts))
            case Not(inner) | Named(_, inner):
                pending.insert(0, inner)
            case All(inners) | AnyOf(inners):
                pending[:0] = inners
    return tuple(found)


def comparison_values(rule: Rule) -> Mapping[str, tuple[Value, ...]]:
    """For each fact, the encoded values that a rule compares it with; at these values the rule may change."""
    values: dict[str, list[Value]] = {}
    pending: list[Rule] = [rule]
    while pending:
        match pending.pop(0):
            case OneOf(fact, of):
                values.setdefault(fact, []).extend(of)
            case Compare(fact, _, bound):
                values.setdefault(fact, []).append(bound)
            case Elapsed(fact) as elapsed:
                values.setdefault(fact, []).append(elapsed.latest)
            case CompareScore(score, _, score_bound):
                for name, turns in _turning_values(score, score_bound):
                    values.setdefault(name, []).extend(turns)
            case Not(inner) | Named(_, inner):
                pending.append(inner)
            case All(inners) | AnyOf(inners):
                pending.extend(inners)
            case Constant():
                pass
    return {fact: tuple(dict.fromkeys(found)) for fact, found in values.items()}


def _turning_values(score: Score, bound: Fraction) -> Iterable[tuple[str, Iterable[Value]]]:
    """The values of parts near which a score may reach its bound, and the values that leave a part out."""
    for part in score.parts:
        yield part.fact, (int(bound / part.step),)
        if part.settled_by:
            yield part.settled_by, sorted(part.settled_as, key=str)
