"""The facts of candidates in cells: values alike to every rule are one, and each combination has its exact chance."""

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Final, assert_never

from attrs import frozen
from scipy.special import gammainc, ndtr, pdtr

from procedures.simulation.exact.thresholds import NotRecognisedError, Turns, extent, grid
from procedures.simulation.scenario.model import (
    Chances,
    Constant,
    Distribution,
    Gamma,
    Given,
    Normal,
    Poisson,
    Scenario,
    Uniform,
)
from rules.kinds import Choice, Flag, Kind, Number, Value

MOST_COMBINATIONS: Final = 20_000
# As the drawing of facts has it: a whole number divided by a step of decimals comes out a little short.
_NEARLY: Final = 1e-9

Continuous = Gamma | Normal | Uniform | Poisson


@frozen
class Combination:
    """One value for each fact that decides something (None: it is not known), and how often it arises."""

    chance: float
    values: Mapping[str, Value | None]


def combinations_of(scenario: Scenario, turns: Turns) -> list[Combination]:
    """
    Every combination of facts that may arise.

    Raises:
        NotRecognisedError: there are too many.
    """
    found = [Combination(1.0, {})]
    for name in _asked(scenario, turns):
        distribution, apart = scenario.facts[name], _tells_cases(name, scenario)
        found = [
            Combination(each.chance * chance, {**each.values, name: value})
            for each in found
            for value, chance in _cells(name, distribution, scenario, turns, each.values, apart=apart)
            if chance > 0
        ]
        if len(found) > MOST_COMBINATIONS:
            raise NotRecognisedError(f"the facts of candidates come in more than {MOST_COMBINATIONS} combinations")
    return found


def _asked(scenario: Scenario, turns: Turns) -> list[str]:
    """The facts that a rule asks or a step records, with those that they depend on; each after what it depends on."""
    asked = {name for name in scenario.facts if name in turns.asked or "." in name}
    for name in reversed([*scenario.facts]):
        if name in asked:
            asked |= set(_depends(scenario.facts[name]))
    return [name for name in scenario.facts if name in asked and name not in turns.measured]


def _depends(distribution: Distribution) -> Iterator[str]:
    if isinstance(distribution, Given):
        yield distribution.fact
        for case in distribution.cases.values():
            yield from _depends(case)


def _tells_cases(name: str, scenario: Scenario) -> bool:
    """Whether another fact depends on this one."""
    return any(name in _depends(each) for each in scenario.facts.values())


def _cells(
    name: str,
    distribution: Distribution,
    scenario: Scenario,
    turns: Turns,
    known: Mapping[str, Value | None],
    *,
    apart: bool,
) -> list[tuple[Value | None, float]]:
    """The values of a fact that differ to some rule, each with its chance; all values where they are kept apart."""
    match distribution:
        case Given(fact, cases):
            if fact not in known:
                raise NotRecognisedError(f"`{name}` depends on `{fact}`, which is measured")
            value = known[fact]
            case = cases.get(value) if value is not None else None
            return [(None, 1.0)] if case is None else _cells(name, case, scenario, turns, known, apart=apart)
        case Constant(value):
            return [(value, 1.0)]
        case Chances(values, shares):
            merged: dict[object, tuple[Value, float]] = {}
            for value, share in zip(values, shares, strict=True):
                key = value if apart else turns.cell(name, value)
                first, total = merged.get(key, (value, 0.0))
                merged[key] = first, total + share
            return [*merged.values()]
        case Gamma() | Normal() | Uniform() | Poisson():
            return _intervals(distribution, scenario.declared.facts[name].kind, sorted(turns.edges.get(name, ())))
        case _:
            assert_never(distribution)


def _intervals(distribution: Continuous, kind: Kind, edges: list[int]) -> list[tuple[Value | None, float]]:
    """A value and a chance for each of the ranges that the edges leave; the ends of the kind belong to the outer."""
    step = grid(kind) if isinstance(kind, Number) else 1.0
    below = [0.0, *(chance_below(distribution, _from(edge, step, kind)) for edge in edges), 1.0]
    values = [_before(edges, kind), *edges] if edges else [_ordinary(kind)]
    return [(value, after - before) for value, before, after in zip(values, below, below[1:], strict=False)]


def _from(edge: int, step: float, kind: Kind) -> float:
    """The least of what is drawn that is rounded down to `edge` or more."""
    return (edge - _NEARLY) * step if isinstance(kind, Number) else float(edge)


def _ordinary(kind: Kind) -> int:
    least, most = extent(kind)
    return least if least is not None else most if most is not None else 1


def _before(edges: list[int], kind: Kind) -> int:
    """A value under the first edge: such an edge is above the least of its kind."""
    assert not isinstance(kind, Choice | Flag)
    return edges[0] - 1


def chance_below(distribution: Continuous, bound: float) -> float:
    """The chance of less than `bound`."""
    match distribution:
        case Gamma(shape, scale):
            return float(gammainc(shape, max(bound, 0.0) / scale))
        case Normal(mean, sd):
            return float(ndtr((bound - mean) / sd))
        case Uniform(least, most):
            return min(1.0, max(0.0, (bound - least) / (most - least)))
        case Poisson(mean):
            last = ceil(bound) - 1
            return 0.0 if last < 0 else float(pdtr(last, mean))
        case _:
            assert_never(distribution)
