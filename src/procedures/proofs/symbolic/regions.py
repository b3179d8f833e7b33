"""The finite regions of a fact: values that no rule of a procedure distinguishes, each with a representative value."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias, assert_never

from rules.algebra import All, AnyOf, Compare, CompareScore, Constant, Elapsed, Named, Not, OneOf, Rule
from rules.evaluation import truth
from rules.kinds import Choice, Date, Duration, Flag, Kind, Level, Moment, Number, Text, Value

Leaf: TypeAlias = Compare | OneOf | Elapsed

_OTHER_DAYS: Final = (date(1990, 1, 1).toordinal(), date(2030, 1, 1).toordinal())


def leaves(rules: Iterable[Rule]) -> dict[str, list[Leaf]]:
    """For each fact, the leaves of some rules that read it."""
    found: dict[str, list[Leaf]] = {}
    pending = list(rules)
    while pending:
        match pending.pop():
            case Compare(fact) | OneOf(fact) | Elapsed(fact) as leaf:
                if leaf not in found.setdefault(fact, []):
                    found[fact].append(leaf)
            case All(parts) | AnyOf(parts):
                pending.extend(parts)
            case Not(inner) | Named(_, inner):
                pending.append(inner)
            case CompareScore() | Constant():
                pass
    return found


def representatives(kind: Kind, asked_leaves: Sequence[Leaf], fact: str) -> tuple[Value, ...]:
    """
    One value of each region; every leaf gives the same answer for all values of a region.

    The value is the bound where the region contains one, because that is the plainest value.
    """
    found: dict[tuple[int, ...], Value] = {}
    for value in _sample_values(kind, asked_leaves):
        answers = tuple(int(truth(leaf, {fact: value})) for leaf in asked_leaves)
        found.setdefault(answers, value)
    return tuple(found.values())


def extent(kind: Kind, asked_leaves: Sequence[Leaf], fact: str, value: Value) -> tuple[Value, Value]:
    """The least and the greatest of the plain values in the region of a value of an ordered kind."""
    answers = [truth(leaf, {fact: value}) for leaf in asked_leaves]
    same_region = [
        each
        for each in _sample_values(kind, asked_leaves)
        if [truth(leaf, {fact: each}) for leaf in asked_leaves] == answers
    ]
    return min(same_region, key=int), max(same_region, key=int)


def _sample_values(kind: Kind, asked_leaves: Sequence[Leaf]) -> list[Value]:
    """Values that include at least one of every region, plain ones first."""
    match kind:
        case Choice(of):
            return list(of)
        case Level(of):
            return list(range(len(of)))
        case Flag():
            return [True, False]
        case Text():
            return [""]
        case Number() | Duration() | Date() | Moment():
            bounds = sorted(_bounds(asked_leaves))
            around = [*bounds, *(bound - 1 for bound in bounds), *(bound + 1 for bound in bounds)]
            return [value for value in [*around, *_ordinary(kind)] if _has_value(kind, value)]
        case _:
            assert_never(kind)


def _bounds(asked_leaves: Iterable[Leaf]) -> set[int]:
    found: set[int] = set()
    for leaf in asked_leaves:
        match leaf:
            case Compare(_, _, bound):
                found.add(bound)
            case OneOf(_, values):
                found.update(int(value) for value in values)
            case Elapsed():
                found.add(leaf.latest)
            case _:
                assert_never(leaf)
    return found


def _ordinary(kind: Number | Duration | Date | Moment) -> list[int]:
    match kind:
        case Number(least, most, step):
            low = least if least is not None else Decimal(0)
            high = most if most is not None else low + 100
            return [int((low + high) / 2 / step), int(low / step), int(high / step)]
        case Duration():
            return [12, 0]
        case Date():
            return [*_OTHER_DAYS]
        case Moment():
            return [day * 86_400_000_000 for day in (10_000, 30_000)]
        case _:
            assert_never(kind)


def _has_value(kind: Number | Duration | Date | Moment, value: int) -> bool:
    """Whether an ordered kind has the encoded value."""
    match kind:
        case Number(least, most, step):
            return (least is None or value * step >= least) and (most is None or value * step <= most)
        case Duration():
            return 0 <= value < 10**9
        case Date():
            return 1 <= value <= date.max.toordinal()
        case Moment():
            return True
        case _:
            assert_never(kind)
