"""Candidates drawn from a scenario: the groups, measures and facts of the cohorts of a block, as columns."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property, lru_cache, partial
from typing import Any, Final, TypeAlias, assert_never

import numpy as np
import polars as pl
from attrs import frozen
from numpy.typing import NDArray

from procedures.columns.arrays.rows import find_flagged
from procedures.simulation.engine.random_streams import BLOCK, Floats, Streams, Transform
from procedures.simulation.scenario.model import (
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

Values: TypeAlias = NDArray[Any]
"""Whole numbers or flags, in the narrowest type that holds them."""

# Added before rounding down, because a whole number divided by a decimal step may come out slightly too low.
_NEARLY: Final = 1e-9
_FEW: Final = 30
_FEW_WORDS: Final = 6


@frozen(eq=False)
class Population:
    """
    Candidates, one row each: their cohorts, groups and measures, and the encoded table of their facts.

    `sizes` is the number of candidates in each cohort. `streams` are the random streams for all other draws.
    """

    cohort: NDArray[np.intp]
    cohorts: int
    group: NDArray[np.signedinteger[Any]]
    measures: Mapping[str, Floats]
    table: pl.DataFrame
    sizes: NDArray[np.int64]
    streams: Streams

    def count(self, which: NDArray[np.bool_]) -> NDArray[np.int32]:
        """The number of flagged rows in each cohort."""
        if which.all():
            return self.sizes.astype(np.int32)
        found = np.zeros(self.cohorts, np.int32)
        if which.any():
            some, first = self._starts
            found[some] = np.add.reduceat(which, first, dtype=np.int32)
        return found

    @cached_property
    def _starts(self) -> tuple[NDArray[np.intp] | slice, NDArray[np.int64]]:
        """The cohorts that have candidates, and their first rows."""
        some = find_flagged(self.sizes > 0)
        return some, (np.cumsum(self.sizes) - self.sizes)[some]


def draw_sizes(size: Size, streams: Streams, cohorts: int) -> NDArray[np.int64]:
    """Draw the number of applicants of each selection, in this block and the blocks after it."""
    if size.mean is None and size.most is None:
        return np.full(cohorts, size.least, np.int64)
    found = np.empty(cohorts, np.int64)
    for after, first in enumerate(range(0, cohorts, BLOCK)):
        its, stream = found[first : first + BLOCK], streams.generator("candidates", after)
        if size.mean is not None:
            its[:] = stream.poisson(size.mean, len(its))
        else:
            its[:] = stream.integers(size.least, size.most or 0, len(its), endpoint=True)
    return found


def draw_population(scenario: Scenario, streams: Streams, cohorts: int) -> Population:
    """Draw the candidates of `cohorts` cohorts: those of a block, and of the blocks after it where more are needed."""
    sizes = draw_sizes(scenario.size, streams, cohorts)
    cohort = np.repeat(np.arange(cohorts), sizes)
    streams = streams.with_rows(tuple(np.add.reduceat(sizes, np.arange(0, cohorts, BLOCK)).tolist()))
    group = _draw_groups(scenario, streams)
    measures = _draw_measures(scenario, streams, group)
    facts: dict[str, pl.Series] = {}
    for name, distribution in scenario.facts.items():
        facts[name] = _draw_fact(name, distribution, scenario, streams, facts)
    for name, values in measures.items():
        if name in scenario.declared.facts:
            facts[name] = _record_measure(name, values, scenario.declared.facts[name].kind, streams)
    table = pl.DataFrame({"": np.zeros(len(cohort), np.int8), **facts})
    return Population(cohort, cohorts, group, measures, table, sizes, streams)


# -- groups and measures ------------------------------------------------------------------------------------------


def _draw_groups(scenario: Scenario, streams: Streams) -> NDArray[np.signedinteger[Any]]:
    if len(scenario.groups) == 1:
        return np.zeros(len(streams), np.int8)
    return streams.random("groups", partial(_choose_shares, _edges(group.share for group in scenario.groups)))


def _edges(shares: Iterable[float]) -> Floats:
    """The cumulative shares: where each share ends and the next begins."""
    return np.cumsum([*shares])[:-1]  # the last is 1 but for rounding


def _choose_shares(edges: Floats, draws: Floats) -> NDArray[np.signedinteger[Any]]:
    """The index of the share in which each number between 0 and 1 falls."""
    if len(edges) > _FEW:
        return np.searchsorted(edges, draws, side="right").astype(np.int32)
    found = np.zeros(len(draws), np.int8)
    for edge in edges:  # for few edges, comparing all rows takes a tenth of the time of a search
        found += draws >= edge
    return found


def _draw_measures(scenario: Scenario, streams: Streams, group: NDArray[np.signedinteger[Any]]) -> dict[str, Floats]:
    """Draw measures, jointly normal within a group: independent draws mixed by the root of the correlations."""
    if not scenario.measures:
        return {}
    root = np.linalg.cholesky(np.array(scenario.correlation)).tolist()
    drawn = [streams.normal(f"measure {measure.name}") for measure in scenario.measures]
    shifts = [
        np.array([each.shift.get(measure.name, 0.0) for each in scenario.groups]) for measure in scenario.measures
    ]
    for here in streams.blocks:
        its = [values[here] for values in drawn]
        # From the last to the first: no earlier measure uses the draws of a later one, so the result overwrites them.
        for parts, shift, measure in reversed([*zip(root, shifts, scenario.measures, strict=True)]):
            values = its[len(its) - 1]
            _mix([(part, draws) for part, draws in zip(parts, its, strict=False) if part], values)
            if shift.any():
                values += shift.take(group[here])
            if measure.sd != 1:
                values *= measure.sd
            if measure.mean:
                values += measure.mean
            its.pop()
    return {measure.name: values for measure, values in zip(scenario.measures, drawn, strict=True)}


def _mix(parts: list[tuple[float, Floats]], own: Floats) -> None:
    """Write the weighted sum of draws into `own`, the draws of the last part; the other draws stay unchanged."""
    if parts[-1][0] != 1:
        own *= parts[-1][0]
    if len(parts) > 1:
        mixed = parts[0][0] * parts[0][1]
        for part, draws in parts[1:-1]:
            mixed += part * draws
        own += mixed


def _record_measure(name: str, values: Floats, kind: Kind, streams: Streams) -> pl.Series:
    """A measure as a step records it: rounded to its grid and limited to its range; a flag is true from 0 on."""
    if isinstance(kind, Flag):
        return pl.Series(name, values >= 0)
    step, steps = float(kind.step) if isinstance(kind, Number) else 1.0, np.empty(len(values), np.int64)
    (least, most), buffer = _range_of(kind), np.empty(max(streams.rows, default=0))
    for here in streams.blocks:
        own = np.divide(values[here], step, out=buffer[: here.stop - here.start])
        steps[here] = np.clip(np.rint(own, out=own), least, most, out=own)
    return pl.Series(name, steps, dtype=dtype_of(kind))


def _range_of(kind: Kind) -> tuple[float, float]:
    """The least and the greatest encoded value of a kind, in whole steps."""
    least, most = -(2.0**53), 2.0**53
    if isinstance(kind, Duration):
        least = 0.0
    elif isinstance(kind, Number):
        least = least if kind.least is None else float((kind.least / kind.step).to_integral_value("ROUND_CEILING"))
        most = most if kind.most is None else float((kind.most / kind.step).to_integral_value("ROUND_FLOOR"))
    return least, most


# -- facts --------------------------------------------------------------------------------------------------------


def _draw_fact(
    name: str, distribution: Distribution, scenario: Scenario, streams: Streams, facts: Mapping[str, pl.Series]
) -> pl.Series:
    """The column of one fact; null where the fact is unknown."""
    kind = scenario.declared.facts[name].kind
    values, known = _draw_known(f"fact {name}", distribution, kind, streams, facts)
    column = _words(values, kind) if isinstance(kind, Choice) else pl.Series(values).cast(dtype_of(kind))
    if known is not None:
        column = column.set(~pl.Series(known), None)
    return column.alias(name)


def _words(places: Values, kind: Choice) -> pl.Series:
    """The words at these places of a choice."""
    words = _all_words(kind.of)
    if len(words) > _FEW_WORDS:
        return words.gather(pl.Series(places.astype(np.uint32)))
    found = words[:1].new_from_index(0, len(places))
    for place in range(1, len(words)):  # for few words, this takes a fifth of the time of a lookup per row
        found = words.new_from_index(place, len(places)).zip_with(pl.Series(places == place), found)
    return found


@lru_cache(maxsize=256)
def _all_words(words: tuple[str, ...]) -> pl.Series:
    return pl.Series(words, dtype=dtype_of(Choice(words)))


def _draw_known(
    purpose: str, distribution: Distribution, kind: Kind, streams: Streams, facts: Mapping[str, pl.Series]
) -> tuple[Values, NDArray[np.bool_] | None]:
    """Draw values as whole numbers (the place of a choice) or flags, and which are known (None: all are)."""
    if not isinstance(distribution, Given):
        return _draw_values(distribution, kind, streams, purpose), None
    values: Values = np.zeros(len(streams), np.int64)
    known = np.zeros(len(streams), np.bool_)
    for value, case in distribution.cases.items():
        here = (facts[distribution.fact] == value).fill_null(False).to_numpy()
        # Each case has its own stream, drawn for all rows: a candidate who joins a case does not change other draws.
        its, some = _draw_known(f"{purpose} {distribution.fact}={value}", case, kind, streams, facts)
        there = np.flatnonzero(here)
        values[there] = its[there]
        known |= here if some is None else here & some
    return values.astype(np.bool_) if isinstance(kind, Flag) else values, known


def _draw_values(
    distribution: Chances | Gamma | Normal | Uniform | Poisson | Constant, kind: Kind, streams: Streams, purpose: str
) -> Values:
    match distribution:
        case Constant(value):
            return np.full(len(streams), _place(value, kind), _width(kind))
        case Chances(values, shares):
            places = np.array([_place(value, kind) for value in values], _width(kind))
            is_range = bool((places == np.arange(len(places))).all())
            lookup = None if is_range else places
            return streams.random(purpose, partial(_choose_places, lookup, _edges(shares), places.dtype))
        case Gamma(shape, scale):
            return streams.gamma(purpose, shape, _rounding(kind, scale))
        case Normal(mean, sd):
            return streams.normal(purpose, _rounding(kind, sd, mean))
        case Uniform(least, most):
            return streams.random(purpose, _rounding(kind, most - least, least))
        case Poisson(mean):
            return streams.poisson(purpose, mean, _rounding(kind))
        case _:
            assert_never(distribution)


def _choose_places(places: Values | None, edges: Floats, width: np.dtype[Any], draws: Floats) -> Values:
    """The place that each number chooses; `places` is None where the places are 0, 1, 2 and so on."""
    chosen = _choose_shares(edges, draws)
    return chosen.astype(width, copy=False) if places is None else places.take(chosen)


def _width(kind: Kind) -> type[np.generic]:
    """The narrowest type for the values of a kind, where known, so that less memory is copied."""
    match kind:
        case Flag():
            return np.bool_
        case Level() | Date():
            return np.int32
        case Choice(of) if len(of) < np.iinfo(np.int8).max:
            return np.int8
        case _:
            return np.int64


def _place(value: object, kind: Kind) -> int:
    return kind.of.index(str(value)) if isinstance(kind, Choice) else int(value)  # type: ignore[call-overload]


def _rounding(kind: Kind, scale: float = 1.0, start: float = 0.0) -> Transform:
    """A transform to `scale` times a number plus `start`, rounded down to the grid of a fact, within its range."""
    least, most = _range_of(kind)
    match kind:
        case Number():
            step = float(kind.step)
        case Duration() | Date():
            step = 0.0
        case Choice() | Level() | Flag() | Moment() | Text():
            raise AssertionError("the reader of scenarios refuses such a distribution")
        case _:
            assert_never(kind)

    def round_down(values: Floats) -> NDArray[np.int64]:
        np.multiply(values, scale, out=values)
        if start:
            np.add(values, start, out=values)
        if step:
            np.divide(values, step, out=values)
            np.add(values, _NEARLY, out=values)
        if least < 0:  # not needed for positive values, because the conversion to integers truncates
            np.floor(values, out=values)
        return np.clip(values, least, most, out=values).astype(np.int64)

    return round_down


def round_to_grid(values: Floats, step: Decimal) -> NDArray[np.int64]:
    """A measure that no step records, on the grid of its fact; rounded down, so that bounds on the grid are exact."""
    return np.floor(values / float(step)).astype(np.int64)
