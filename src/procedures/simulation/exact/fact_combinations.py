"""Combinations of facts with their exact chances; values that no rule distinguishes are merged."""

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Final, assert_never

from attrs import frozen
from scipy.special import gammainc, ndtr, pdtr

from procedures.simulation.exact.thresholds import NotRecognisedError, Thresholds, encoded_range, grid_step
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
# As in the drawing of facts: a whole number divided by a decimal step may come out slightly too low.
_NEARLY: Final = 1e-9

Continuous = Gamma | Normal | Uniform | Poisson


@frozen
class Combination:
    """One value for each relevant fact (None: unknown), and the chance of the combination."""

    chance: float
    values: Mapping[str, Value | None]


def find_combinations(scenario: Scenario, thresholds: Thresholds) -> list[Combination]:
    """
    Every possible combination of facts.

    Raises:
        NotRecognisedError: there are too many combinations.
    """
    found = [Combination(1.0, {})]
    for name in _relevant_facts(scenario, thresholds):
        distribution, apart = scenario.facts[name], _is_dependency(name, scenario)
        found = [
            Combination(each.chance * chance, {**each.values, name: value})
            for each in found
            for value, chance in _cells(name, distribution, scenario, thresholds, each.values, apart=apart)
            if chance > 0
        ]
        if len(found) > MOST_COMBINATIONS:
            raise NotRecognisedError(f"the facts of candidates come in more than {MOST_COMBINATIONS} combinations")
    return found


def _relevant_facts(scenario: Scenario, thresholds: Thresholds) -> list[str]:
    """The facts that a rule reads or a step records, and the facts they depend on; dependencies come first."""
    relevant = {name for name in scenario.facts if name in thresholds.read_facts or "." in name}
    for name in reversed([*scenario.facts]):
        if name in relevant:
            relevant |= set(_dependencies(scenario.facts[name]))
    return [name for name in scenario.facts if name in relevant and name not in thresholds.measured]


def _dependencies(distribution: Distribution) -> Iterator[str]:
    if isinstance(distribution, Given):
        yield distribution.fact
        for case in distribution.cases.values():
            yield from _dependencies(case)


def _is_dependency(name: str, scenario: Scenario) -> bool:
    """Whether the distribution of another fact depends on this fact."""
    return any(name in _dependencies(each) for each in scenario.facts.values())


def _cells(
    name: str,
    distribution: Distribution,
    scenario: Scenario,
    thresholds: Thresholds,
    known: Mapping[str, Value | None],
    *,
    apart: bool,
) -> list[tuple[Value | None, float]]:
    """The values of a fact that rules distinguish, with their chances; all values if `apart`."""
    match distribution:
        case Given(fact, cases):
            if fact not in known:
                raise NotRecognisedError(f"`{name}` depends on `{fact}`, which is measured")
            value = known[fact]
            case = cases.get(value) if value is not None else None
            return [(None, 1.0)] if case is None else _cells(name, case, scenario, thresholds, known, apart=apart)
        case Constant(value):
            return [(value, 1.0)]
        case Chances(values, shares):
            merged: dict[object, tuple[Value, float]] = {}
            for value, share in zip(values, shares, strict=True):
                key = value if apart else thresholds.cell(name, value)
                first, total = merged.get(key, (value, 0.0))
                merged[key] = first, total + share
            return [*merged.values()]
        case Gamma() | Normal() | Uniform() | Poisson():
            return _intervals(distribution, scenario.declared.facts[name].kind, sorted(thresholds.edges.get(name, ())))
        case _:
            assert_never(distribution)


def _intervals(distribution: Continuous, kind: Kind, edges: list[int]) -> list[tuple[Value | None, float]]:
    """A value and a chance for each range between edges; the outer ranges include the ends of the kind."""
    step = grid_step(kind) if isinstance(kind, Number) else 1.0
    below = [0.0, *(chance_below(distribution, _drawn_bound(edge, step, kind)) for edge in edges), 1.0]
    values = [_below(edges, kind), *edges] if edges else [_any_value(kind)]
    return [(value, after - before) for value, before, after in zip(values, below, below[1:], strict=False)]


def _drawn_bound(edge: int, step: float, kind: Kind) -> float:
    """The least drawn value that is rounded down to `edge` or more."""
    return (edge - _NEARLY) * step if isinstance(kind, Number) else float(edge)


def _any_value(kind: Kind) -> int:
    least, most = encoded_range(kind)
    return least if least is not None else most if most is not None else 1


def _below(edges: list[int], kind: Kind) -> int:
    """A value below the first edge; an edge is always above the least value of its kind."""
    assert not isinstance(kind, Choice | Flag)
    return edges[0] - 1


def chance_below(distribution: Continuous, bound: float) -> float:
    """The chance of a value less than `bound`."""
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
