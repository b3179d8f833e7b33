"""Candidates drawn from a scenario: for the cohorts of one block their groups, measures and facts, as columns."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property, lru_cache, partial
from typing import Any, Final, TypeAlias, assert_never

import numpy as np
import polars as pl
from attrs import frozen
from numpy.typing import NDArray

from procedures.columns.arrays.rows import places
from procedures.simulation.engine.random_streams import BLOCK, Floats, Keep, Streams
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
"""Whole numbers or flags, no wider than they need be."""

# Wide enough that a whole number divided by a step of decimals, which comes out a little short, is not rounded down.
_NEARLY: Final = 1e-9
_FEW: Final = 30
_FEW_WORDS: Final = 6


@frozen(eq=False)
class Population:
    """
    Candidates, one row each: their cohorts, groups and measures, and the encoded table of their facts.

    `sizes` tells how many each cohort has; `streams` are for whatever else there is luck in.
    """

    cohort: NDArray[np.intp]
    cohorts: int
    group: NDArray[np.signedinteger[Any]]
    measures: Mapping[str, Floats]
    table: pl.DataFrame
    sizes: NDArray[np.int64]
    streams: Streams

    def count(self, which: NDArray[np.bool_]) -> NDArray[np.int32]:
        """For each cohort how many of its rows are flagged."""
        if which.all():
            return self.sizes.astype(np.int32)
        found = np.zeros(self.cohorts, np.int32)
        if which.any():
            some, first = self._starts
            found[some] = np.add.reduceat(which, first, dtype=np.int32)
        return found

    @cached_property
    def _starts(self) -> tuple[NDArray[np.intp] | slice, NDArray[np.int64]]:
        """The cohorts in which there is somebody, and their first rows; of nobody there is none to count from."""
        some = places(self.sizes > 0)
        return some, (np.cumsum(self.sizes) - self.sizes)[some]


def sizes(size: Size, streams: Streams, cohorts: int) -> NDArray[np.int64]:
    """How many apply to each selection, in the block and in those after it."""
    if size.mean is None and size.most is None:
        return np.full(cohorts, size.least, np.int64)
    found = np.empty(cohorts, np.int64)
    for after, first in enumerate(range(0, cohorts, BLOCK)):
        its, stream = found[first : first + BLOCK], streams.of("candidates", after)
        if size.mean is not None:
            its[:] = stream.poisson(size.mean, len(its))
        else:
            its[:] = stream.integers(size.least, size.most or 0, len(its), endpoint=True)
    return found


def population(scenario: Scenario, streams: Streams, cohorts: int) -> Population:
    """The candidates of the first cohorts of a block, and of the blocks after it where there are more."""
    of_each = sizes(scenario.size, streams, cohorts)
    cohort = np.repeat(np.arange(cohorts), of_each)
    streams = streams.with_rows(tuple(np.add.reduceat(of_each, np.arange(0, cohorts, BLOCK)).tolist()))
    group = _groups(scenario, streams)
    measures = _measures(scenario, streams, group)
    facts: dict[str, pl.Series] = {}
    for name, distribution in scenario.facts.items():
        facts[name] = _fact(name, distribution, scenario, streams, facts)
    for name, values in measures.items():
        if name in scenario.declared.facts:
            facts[name] = _recorded(name, values, scenario.declared.facts[name].kind, streams)
    table = pl.DataFrame({"": np.zeros(len(cohort), np.int8), **facts})
    return Population(cohort, cohorts, group, measures, table, of_each, streams)


# -- groups and measures ------------------------------------------------------------------------------------------


def _groups(scenario: Scenario, streams: Streams) -> NDArray[np.signedinteger[Any]]:
    if len(scenario.groups) == 1:
        return np.zeros(len(streams), np.int8)
    return streams.random("groups", partial(_chosen, _edges(group.share for group in scenario.groups)))


def _edges(shares: Iterable[float]) -> Floats:
    """Where each of some shares ends and the next begins."""
    return np.cumsum([*shares])[:-1]  # the last is 1 but for rounding


def _chosen(edges: Floats, luck: Floats) -> NDArray[np.signedinteger[Any]]:
    """Which of some shares each number between 0 and 1 falls in."""
    if len(edges) > _FEW:
        return np.searchsorted(edges, luck, side="right").astype(np.int32)
    found = np.zeros(len(luck), np.int8)
    for edge in edges:  # a few comparisons of everybody take a tenth of the time of as many searches
        found += luck >= edge
    return found


def _measures(scenario: Scenario, streams: Streams, group: NDArray[np.signedinteger[Any]]) -> dict[str, Floats]:
    """Jointly normal within a group: independent draws mixed by the root of the correlations."""
    if not scenario.measures:
        return {}
    root = np.linalg.cholesky(np.array(scenario.correlation)).tolist()
    drawn = [streams.normal(f"measure {measure.name}") for measure in scenario.measures]
    shifts = [
        np.array([each.shift.get(measure.name, 0.0) for each in scenario.groups]) for measure in scenario.measures
    ]
    for here in streams.blocks:
        its = [values[here] for values in drawn]
        # From the last on, which no other is mixed with, so that each is put where its own draws were.
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
    """The sum of draws, each so many times, put where the last of them are; what is not mixed is left alone."""
    if parts[-1][0] != 1:
        own *= parts[-1][0]
    if len(parts) > 1:
        mixed = parts[0][0] * parts[0][1]
        for part, draws in parts[1:-1]:
            mixed += part * draws
        own += mixed


def _recorded(name: str, values: Floats, kind: Kind, streams: Streams) -> pl.Series:
    """A measure as a step records it: rounded to its grid and kept within its range; a flag is yes from 0 on."""
    if isinstance(kind, Flag):
        return pl.Series(name, values >= 0)
    step, steps = float(kind.step) if isinstance(kind, Number) else 1.0, np.empty(len(values), np.int64)
    (least, most), room = _range_of(kind), np.empty(max(streams.rows, default=0))
    for here in streams.blocks:
        own = np.divide(values[here], step, out=room[: here.stop - here.start])
        steps[here] = np.clip(np.rint(own, out=own), least, most, out=own)
    return pl.Series(name, steps, dtype=dtype_of(kind))


def _range_of(kind: Kind) -> tuple[float, float]:
    """The least and the most whole number of steps that a kind has."""
    least, most = -(2.0**53), 2.0**53
    if isinstance(kind, Duration):
        least = 0.0
    elif isinstance(kind, Number):
        least = least if kind.least is None else float((kind.least / kind.step).to_integral_value("ROUND_CEILING"))
        most = most if kind.most is None else float((kind.most / kind.step).to_integral_value("ROUND_FLOOR"))
    return least, most


# -- facts --------------------------------------------------------------------------------------------------------


def _fact(
    name: str, distribution: Distribution, scenario: Scenario, streams: Streams, facts: Mapping[str, pl.Series]
) -> pl.Series:
    """A column of one fact; null where it is unknown."""
    kind = scenario.declared.facts[name].kind
    values, known = _drawn(f"fact {name}", distribution, kind, streams, facts)
    column = _words(values, kind) if isinstance(kind, Choice) else pl.Series(values).cast(dtype_of(kind))
    if known is not None:
        column = column.set(~pl.Series(known), None)
    return column.alias(name)


def _words(places: Values, kind: Choice) -> pl.Series:
    """The words at some places of a choice."""
    words = _all_words(kind.of)
    if len(words) > _FEW_WORDS:
        return words.gather(pl.Series(places.astype(np.uint32)))
    found = words[:1].new_from_index(0, len(places))
    for place in range(1, len(words)):  # of few words, in a fifth of the time of looking each up
        found = words.new_from_index(place, len(places)).zip_with(pl.Series(places == place), found)
    return found


@lru_cache(maxsize=256)
def _all_words(words: tuple[str, ...]) -> pl.Series:
    return pl.Series(words, dtype=dtype_of(Choice(words)))


def _drawn(
    purpose: str, distribution: Distribution, kind: Kind, streams: Streams, facts: Mapping[str, pl.Series]
) -> tuple[Values, NDArray[np.bool_] | None]:
    """Values as whole numbers (the place of a choice) or flags, and which are known; None where all are."""
    if not isinstance(distribution, Given):
        return _values(distribution, kind, streams, purpose), None
    values: Values = np.zeros(len(streams), np.int64)
    known = np.zeros(len(streams), np.bool_)
    for value, case in distribution.cases.items():
        here = (facts[distribution.fact] == value).fill_null(False).to_numpy()
        # Each case has a stream of its own, drawn for everybody: whoever joins one leaves the luck of the others alone.
        its, some = _drawn(f"{purpose} {distribution.fact}={value}", case, kind, streams, facts)
        there = np.flatnonzero(here)
        values[there] = its[there]
        known |= here if some is None else here & some
    return values.astype(np.bool_) if isinstance(kind, Flag) else values, known


def _values(
    distribution: Chances | Gamma | Normal | Uniform | Poisson | Constant, kind: Kind, streams: Streams, purpose: str
) -> Values:
    match distribution:
        case Constant(value):
            return np.full(len(streams), _place(value, kind), _width(kind))
        case Chances(values, shares):
            places = np.array([_place(value, kind) for value in values], _width(kind))
            counted_off = bool((places == np.arange(len(places))).all())
            looked_up = None if counted_off else places
            return streams.random(purpose, partial(_placed, looked_up, _edges(shares), places.dtype))
        case Gamma(shape, scale):
            return streams.gamma(purpose, shape, _counting(kind, scale))
        case Normal(mean, sd):
            return streams.normal(purpose, _counting(kind, sd, mean))
        case Uniform(least, most):
            return streams.random(purpose, _counting(kind, most - least, least))
        case Poisson(mean):
            return streams.poisson(purpose, mean, _counting(kind))
        case _:
            assert_never(distribution)


def _placed(places: Values | None, edges: Floats, width: np.dtype[Any], luck: Floats) -> Values:
    """At which of some places each falls; looked up only where they are not simply counted off."""
    chosen = _chosen(edges, luck)
    return chosen.astype(width, copy=False) if places is None else places.take(chosen)


def _width(kind: Kind) -> type[np.generic]:
    """No wider than the values of a kind need, where that is known: less is copied."""
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


def _counting(kind: Kind, scale: float = 1.0, start: float = 0.0) -> Keep:
    """Keeps so many times numbers and `start`, in the unit of a fact, rounded down to its grid and within its range."""
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

    def counted(values: Floats) -> NDArray[np.int64]:
        np.multiply(values, scale, out=values)
        if start:
            np.add(values, start, out=values)
        if step:
            np.divide(values, step, out=values)
            np.add(values, _NEARLY, out=values)
        if least < 0:  # else what is lost in becoming whole is what is after the point
            np.floor(values, out=values)
        return np.clip(values, least, most, out=values).astype(np.int64)

    return counted


def measured(values: Floats, step: Decimal) -> NDArray[np.int64]:
    """A measure that nobody records, on the grid of its fact; rounded down, so that bounds on the grid are exact."""
    return np.floor(values / float(step)).astype(np.int64)
