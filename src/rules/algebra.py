"""The kernel of rules: nine closed nodes, and the small functions that build every richer word from them.

Constructors flatten, drop repeats and fold constants once, so that no interpreter has to and equal rules compare
equal. An interpreter is one `match` that ends in `assert_never`. A node remembers its hash, for interpreters keep
what they made of a rule beside it.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Final, TypeAlias

from attrs import field, frozen

from rules.calendar import Duration, latest_start, plus
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
    def compares(self) -> Callable[[int | Fraction, int | Fraction], bool]:
        """The comparison itself, of a value with a bound."""
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
    """Holds for everybody, or for nobody."""

    value: Truth


@frozen(cache_hash=True)
class OneOf:
    """The fact has one of these values; UNKNOWN while it is not recorded."""

    fact: str
    values: tuple[Value, ...]


@frozen(cache_hash=True)
class Compare:
    """The fact, in its encoded form, stands in this order to `bound`; UNKNOWN while it is not recorded."""

    fact: str
    order: Order
    bound: int


@frozen(cache_hash=True)
class CompareScore:
    """A computed score stands in this order to `bound`; UNKNOWN while the score is."""

    score: Score
    order: Order
    bound: Fraction


@frozen(cache_hash=True)
class Elapsed:
    """The time from the day in `fact` to `reference` stands in this order to `duration`.

    The anniversary rule: so much time has passed when the day plus the duration is not after the reference.
    `latest` is the last day on which at least `duration` had passed (or more than that, where the order is
    MORE_THAN or AT_MOST); deciding is one comparison with it.
    """

    fact: str
    order: Order
    duration: Duration
    reference: date
    latest: int = field(init=False, eq=False, repr=False)

    @latest.default
    def _latest(self) -> int:
        strictly = self.order in (Order.MORE_THAN, Order.AT_MOST)
        end = plus(self.reference, Duration(-1, "days")) if strictly else self.reference
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
    """A rule with a name, words for it and where it comes from; it holds when the rule does."""

    name: str
    rule: "Rule"
    label: Words = field(factory=Words)
    sources: tuple[str, ...] = ()


Rule: TypeAlias = Constant | OneOf | Compare | CompareScore | Elapsed | Not | All | AnyOf | Named

ALWAYS: Final = Constant(Truth.TRUE)
NEVER: Final = Constant(Truth.FALSE)


def one_of(fact: str, values: Iterable[Value]) -> Rule:
    """The fact is one of `values`; of none, never."""
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
    """Every one of `rules`: of none at all, always."""
    flat = _flat(rules, All)
    if NEVER in flat:
        return NEVER
    unique = tuple(rule for rule in flat if rule != ALWAYS)
    return All(unique) if len(unique) > 1 else unique[0] if unique else ALWAYS


def any_of(*rules: Rule) -> Rule:
    """At least one of `rules`: of none at all, never."""
    flat = _flat(rules, AnyOf)
    if ALWAYS in flat:
        return ALWAYS
    unique = tuple(rule for rule in flat if rule != NEVER)
    return AnyOf(unique) if len(unique) > 1 else unique[0] if unique else NEVER


def _flat(rules: Iterable[Rule], kind: type[All] | type[AnyOf]) -> dict[Rule, None]:
    """The rules without nesting of the same kind and without repeats, in order."""
    flat: dict[Rule, None] = {}
    for rule in rules:
        flat.update(dict.fromkeys(rule.rules if isinstance(rule, kind) else (rule,)))
    return flat


def facts_of(rule: Rule) -> tuple[str, ...]:
    """The facts a rule reads, scores resolved to their parts and what settles them, each once and in order."""
    found: dict[str, None] = {}
    pending: list[Rule] = [rule]
    while pending:
        match pending.pop(0):
            case Constant():
                pass
            case OneOf(fact) | Compare(fact) | Elapsed(fact):
                found[fact] = None
            case CompareScore(score):
                found.update(
                    dict.fromkeys(name for part in score.parts for name in (part.fact, part.settled_by) if name)
                )
            case Not(inner) | Named(_, inner):
                pending.insert(0, inner)
            case All(inners) | AnyOf(inners):
                pending[:0] = inners
    return tuple(found)


def compared(rule: Rule) -> Mapping[str, tuple[Value, ...]]:
    """For each fact, the encoded values a rule compares it with: where a decision may turn."""
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
                for name, turns in _turns(score, score_bound):
                    values.setdefault(name, []).extend(turns)
            case Not(inner) | Named(_, inner):
                pending.append(inner)
            case All(inners) | AnyOf(inners):
                pending.extend(inners)
            case Constant():
                pass
    return {fact: tuple(dict.fromkeys(found)) for fact, found in values.items()}


def _turns(score: Score, bound: Fraction) -> Iterable[tuple[str, Iterable[Value]]]:
    """The values of its parts around which a score may pass its bound, and those that leave a part out."""
    for part in score.parts:
        yield part.fact, (int(bound / part.step),)
        if part.settled_by:
            yield part.settled_by, sorted(part.settled_as, key=str)
