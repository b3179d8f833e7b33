"""Boundary values: for each fact the values on and next to every constant that a guard compares the fact with.

A wrong comparison shows at these values and nowhere else, so they are the values worth testing.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

from procedures.kernel.machine import Machine
from rules.algebra import Rule, comparison_values
from rules.facts import Fact
from rules.kinds import Choice, Date, Duration, Flag, Kind, Level, Number, Plain, Text, Value

_DAY: Final = date(2024, 2, 29).toordinal()
_MOST_LEVELS: Final = 12


def guards(machine: Machine) -> Iterator[Rule]:
    """Every rule that decides on a case: exemptions, gates, outcomes, kinds of reserve."""
    for step in machine.steps.values():
        yield from (rule for rule in (step.exempt, step.gate.rule if step.gate else None) if rule is not None)
        yield from (outcome.when for outcome in step.outcomes)
    if machine.reserve is not None:
        yield from machine.reserve.kinds.values()


@lru_cache(maxsize=256)
def turning_points(machine: Machine, conditions: tuple[Rule, ...] = ()) -> Mapping[str, tuple[Value, ...]]:
    """
    For each fact, encoded: every constant, one step below and above it, the ends of its range, ordinary values.

    `conditions` are further rules that no guard of the machine names.
    """
    constants: dict[str, list[Value]] = {}
    for rule in (*guards(machine), *conditions):
        for name, values in comparison_values(rule).items():
            constants.setdefault(name, []).extend(values)
    return {name: tuple(_around(fact.kind, constants.get(name, ()))) for name, fact in machine.declared.facts.items()}


def plain_values(machine: Machine, name: str, conditions: tuple[Rule, ...] = ()) -> tuple[Plain, ...]:
    """The values of a fact at which a decision may change, as an event carries them."""
    kind = machine.declared.facts[name].kind
    return tuple(kind.decode(value) for value in turning_points(machine, conditions)[name])


def _around(kind: Kind, constants: Iterable[Value]) -> Iterator[Value]:
    if not kind.ordered:
        yield from dict.fromkeys((*_ordinary(kind), *constants))
        return
    around = [int(constant) + beside for constant in dict.fromkeys(constants) for beside in (0, -1, 1)]
    yield from (value for value in dict.fromkeys((*around, *map(int, _ordinary(kind)))) if is_value_of(kind, value))


def _ordinary(kind: Kind) -> tuple[Value, ...]:
    """A few values that a fact of this kind usually has, and the ends of its range."""
    match kind:
        case Choice(of):
            return of
        case Level(of):
            return tuple(range(len(of))) if len(of) <= _MOST_LEVELS else (0, len(of) - 1)
        case Flag():
            return (True, False)
        case Number(least, most, step):
            low = 0 if least is None else int(least / step)
            high = low + int(100 / step) if most is None else int(most / step)
            return (low, (low + high) // 2, high)
        case Duration():
            return (0, 30)
        case Date():
            return (_DAY,)
        case Text():
            return ("words",)
        case _:
            return (0,)


def is_value_of(kind: Kind, value: Value) -> bool:
    """Whether the encoded value is a value of the kind."""
    try:
        return kind.encode(kind.decode(value)) == value
    except (ValueError, IndexError, OverflowError):
        return False


def values_outside(fact: Fact) -> tuple[Any, ...]:
    """Wrong values of a fact for an event: just beyond its range, off its grid, another word."""
    match fact.kind:
        case Number(least, most, step):
            beyond = [bound + way for bound, way in ((least, -step), (most, step)) if bound is not None]
            return (*(float(each) for each in beyond), float((least or 0) + step / 2))
        case Choice() | Level():
            return ("none of these",)
        case Flag():
            return ("yes", 1)
        case Duration():
            return (-1, "P1Y1D")
        case Date():
            return ("2026-02-30",)
        case Text():
            return (7,)
        case _:
            return ("2026-01-05T09:00",)  # a moment without its offset
