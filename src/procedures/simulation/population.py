"""Candidates drawn from a scenario: for the cohorts of one block their groups, measures and facts, as columns."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, assert_never

import numpy as np
import polars as pl
from attrs import frozen
from numpy.typing import NDArray

from procedures.simulation.draws import Streams
from procedures.simulation.scenario import (
    Chances,
    Constant,
    Distribution,
    Gamma,
    Given,
    Normal,
    Poisson,
    Scenario,
    Size,
    Uniform,
)
from rules.columns import dtype_of
from rules.kinds import Choice, Date, Duration, Flag, Kind, Level, Moment, Number, Text

Floats = NDArray[np.float64]

# Wide enough that a whole number divided by a step of decimals, which comes out a little short, is not rounded down.
_NEARLY: Final = 1e-9
_UNKNOWN: Final = -1


@frozen(eq=False)
class Population:
    """Candidates, one row each: their cohorts, groups and measures, and the encoded table of their facts."""

    cohort: NDArray[np.intp]
    cohorts: int
    group: NDArray[np.int16]
    measures: Mapping[str, Floats]
    table: pl.DataFrame


def sizes(size: Size, streams: Streams, cohorts: int) -> NDArray[np.int64]:
    """How many apply to each selection."""
    if size.mean is not None:
        return streams.of("candidates").poisson(size.mean, cohorts)
    if size.most is not None:
        return streams.of("candidates").integers(size.least, size.most, cohorts, endpoint=True)
    return np.full(cohorts, size.least, np.int64)


def population(scenario: Scenario, streams: Streams, cohorts: int) -> Population:
    """The candidates of the first cohorts of a block."""
    cohort = np.repeat(np.arange(cohorts), sizes(scenario.size, streams, cohorts))
    rows = len(cohort)
    group = _groups(scenario, streams, rows)
    measures = _measures(scenario, streams, group, rows)
    facts: dict[str, pl.Series] = {}
    for name, distribution in scenario.facts.items():
        facts[name] = _fact(name, distribution, scenario, streams, facts, rows)
    for name, values in measures.items():
        if name in scenario.declared.facts:
            facts[name] = _recorded(name, values, scenario.declared.facts[name].kind)
    return Population(cohort, cohorts, group, measures, pl.DataFrame({"": np.arange(rows), **facts}))


# -- groups and measures ------------------------------------------------------------------------------------------


def _groups(scenario: Scenario, streams: Streams, rows: int) -> NDArray[np.int16]:
    if len(scenario.groups) == 1:
        return np.zeros(rows, np.int16)
    return _chosen([group.share for group in scenario.groups], streams.of("groups").random(rows)).astype(np.int16)


def _chosen(shares: list[float], luck: Floats) -> NDArray[np.intp]:
    """Which of some shares each number between 0 and 1 falls in."""
    edges = np.cumsum(shares)
    edges[-1] = np.inf  # shares add up to 1 but for rounding
    return np.searchsorted(edges, luck, side="right")


def _measures(scenario: Scenario, streams: Streams, group: NDArray[np.int16], rows: int) -> dict[str, Floats]:
    """Jointly normal within a group: independent draws mixed by the root of the correlations."""
    if not scenario.measures:
        return {}
    root = np.linalg.cholesky(np.array(scenario.correlation))
    drawn = [streams.of(f"measure {measure.name}").standard_normal(rows) for measure in scenario.measures]
    found = {}
    for number, measure in enumerate(scenario.measures):
        mixed = np.zeros(rows)
        for part, draws in zip(root[number], drawn, strict=True):
            if part:
                mixed += part * draws
        shifts = np.array([each.shift.get(measure.name, 0.0) for each in scenario.groups])
        if shifts.any():
            mixed += shifts[group]
        found[measure.name] = measure.mean + measure.sd * mixed
    return found


def _recorded(name: str, values: Floats, kind: Kind) -> pl.Series:
    """A measure as a step records it: rounded to its grid and kept within its range; a flag is yes from 0 on."""
    if isinstance(kind, Flag):
        return pl.Series(name, values >= 0)
    step = float(kind.step) if isinstance(kind, Number) else 1.0
    return pl.Series(name, _within(np.rint(values / step), kind), dtype=dtype_of(kind))


def _within(steps: Floats, kind: Kind) -> NDArray[np.int64]:
    """Whole numbers of steps, kept within the range of their kind."""
    least, most = -(2.0**53), 2.0**53
    if isinstance(kind, Duration):
        least = 0.0
    elif isinstance(kind, Number):
        least = least if kind.least is None else float((kind.least / kind.step).to_integral_value("ROUND_CEILING"))
        most = most if kind.most is None else float((kind.most / kind.step).to_integral_value("ROUND_FLOOR"))
    return np.clip(steps, least, most).astype(np.int64)


# -- facts --------------------------------------------------------------------------------------------------------


def _fact(
    name: str,
    distribution: Distribution,
    scenario: Scenario,
    streams: Streams,
    facts: Mapping[str, pl.Series],
    rows: int,
) -> pl.Series:
    """A column of one fact; null where it is unknown."""
    kind = scenario.declared.facts[name].kind
    values, known = _drawn(f"fact {name}", distribution, kind, scenario, streams, facts, rows)
    if isinstance(kind, Choice):
        places = pl.Series(values.astype(np.int32))
        chosen = pl.Series(kind.of, dtype=dtype_of(kind)).gather(
            places if known is None else places.set(~pl.Series(known), None)
        )
        return chosen.alias(name)
    column = pl.Series(name, values.astype(np.bool_) if isinstance(kind, Flag) else values)
    if known is not None:
        column = column.set(~pl.Series(known), None)
    return column.cast(dtype_of(kind))


def _drawn(
    purpose: str,
    distribution: Distribution,
    kind: Kind,
    scenario: Scenario,
    streams: Streams,
    facts: Mapping[str, pl.Series],
    rows: int,
) -> tuple[NDArray[np.int64], NDArray[np.bool_] | None]:
    """Values as whole numbers (the place of a choice), and which are known; None where all are."""
    if not isinstance(distribution, Given):
        return _values(distribution, kind, streams.of(purpose), rows), None
    values, known = np.zeros(rows, np.int64), np.zeros(rows, np.bool_)
    for value, case in distribution.cases.items():
        here = (facts[distribution.fact] == value).fill_null(False).to_numpy()
        # Each case has a stream of its own, drawn for everybody: whoever joins one leaves the luck of the others alone.
        its, some = _drawn(f"{purpose} {distribution.fact}={value}", case, kind, scenario, streams, facts, rows)
        values[here] = its[here]
        known |= here if some is None else here & some
    return values, known


def _values(
    distribution: Chances | Gamma | Normal | Uniform | Poisson | Constant,
    kind: Kind,
    stream: np.random.Generator,
    rows: int,
) -> NDArray[np.int64]:
    match distribution:
        case Constant(value):
            return np.full(rows, _place(value, kind), np.int64)
        case Chances(values, shares):
            places = np.array([_place(value, kind) for value in values], np.int64)
            return places[_chosen([*shares], stream.random(rows))]
        case Gamma(shape, scale):
            return _counted(stream.standard_gamma(shape, rows) * scale, kind)
        case Normal(mean, sd):
            return _counted(mean + sd * stream.standard_normal(rows), kind)
        case Uniform(least, most):
            return _counted(least + (most - least) * stream.random(rows), kind)
        case Poisson(mean):
            return _counted(stream.poisson(mean, rows).astype(np.float64), kind)
        case _:
            assert_never(distribution)


def _place(value: object, kind: Kind) -> int:
    return kind.of.index(str(value)) if isinstance(kind, Choice) else int(value)  # type: ignore[call-overload]


def _counted(values: Floats, kind: Kind) -> NDArray[np.int64]:
    """Values in the unit of a fact, rounded down to its grid and kept within its range."""
    match kind:
        case Number(_, _, step):
            return _within(np.floor(values / float(step) + _NEARLY), kind)
        case Duration() | Date():
            return _within(np.floor(values), kind)
        case Choice() | Level() | Flag() | Moment() | Text():
            raise AssertionError("the reader of scenarios refuses such a distribution")
        case _:
            assert_never(kind)


def measured(values: Floats, step: Decimal) -> NDArray[np.int64]:
    """A measure that nobody records, on the grid of its fact; rounded down, so that bounds on the grid are exact."""
    return np.floor(values / float(step)).astype(np.int64)
