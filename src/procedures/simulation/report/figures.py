"""What the pictures of a report show, as plain figures: no picture is drawn here."""

from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np
from attrs import frozen

from procedures.kernel.machine import Machine
from procedures.simulation.results.estimates import Spread
from procedures.simulation.results.model import Results
from procedures.simulation.scenario.reader import ScenarioFile
from procedures.simulation.what_if.outcomes import Outcome
from rules.calendar import Moment


@frozen
class Flow:
    """How many go between states, a selection, by the places of the states; `back` leads to where they had been."""

    origin: int
    to: int
    mean: float
    back: bool = False


def flows_of(results: Results, first: int = 0) -> tuple[Flow, ...]:
    """Every flow there is; those that close a circle on the road from the first state lead back."""
    moves = results.block.moves
    back = _closing(moves > 0, first)
    return tuple(
        Flow(origin, to, float(moves[origin, to]) / results.replications, (origin, to) in back)
        for origin, to in ((int(origin), int(to)) for origin, to in zip(*np.nonzero(moves), strict=True))
    )


def _closing(ways: "np.typing.NDArray[np.bool_]", first: int) -> set[tuple[int, int]]:
    """The flows that lead to a state from which one has just come, when all roads are followed in turn."""
    found: set[tuple[int, int]] = set()
    done: set[int] = set()
    road: list[int] = []

    def follow(state: int) -> None:
        road.append(state)
        for to in np.flatnonzero(ways[state]).tolist():
            if to in road:
                found.add((state, to))
            elif to not in done:
                follow(to)
        done.add(road.pop())

    follow(first)
    return found


@frozen
class Bin:
    """So many selected, from `least` to `most`, in a share of the selections."""

    least: int
    most: int
    share: float


def bins_of(results: Results, most: int = 40) -> tuple[Bin, ...]:
    """The distribution of those selected, from the fewest to the most, in no more than so many bins."""
    counts = results.block.selected.sum(axis=1)
    low, high = int(counts.min()), int(counts.max())
    width = -(-(high - low + 1) // most)
    return tuple(
        Bin(at, at + width - 1, float(((counts >= at) & (counts < at + width)).mean()))
        for at in range(low, high + 1, width)
    )


# -- time ---------------------------------------------------------------------------------------------------------


@frozen
class Span:
    """
    Days on which something is open, the last included; `step` is None for applications.

    Where only the `last day` or the `first day` is stated, it is that one day, and `alone` says which.
    """

    step: str | None
    first: date
    last: date
    tentative: bool = False
    alone: str | None = None


def spans_of(machine: Machine) -> tuple[Span, ...]:
    """The windows that are dated, in the order of the procedure."""
    stated: list[tuple[str | None, Moment | None, Moment | None, bool]] = [(None, machine.opens, machine.ends, False)]
    stated += [(step.name, step.opens, step.ends, not step.enforced) for step in machine.steps.values()]
    found = []
    for name, opens, ends, tentative in stated:
        days = [machine.zone.day(opens)] if opens is not None else []
        days += [machine.zone.day(Moment(ends - 1))] if ends is not None else []
        if days:
            alone = "last day" if opens is None else "first day" if ends is None else None
            found.append(Span(name, days[0], days[-1], tentative, alone))
    return tuple(found)


@frozen
class JuryDay:
    """
    A day on which juries of a step sit: how many candidates they see, and how many they could.

    `left` is on the last of the declared days how many candidates there are no places for, on average.
    """

    step: str
    when: date
    seen: Spread
    places: int
    left: float = 0.0


def jury_days_of(results: Results) -> Iterator[JuryDay]:
    """The days that are needed in some selection, the first ones filled first."""
    for name, planned in results.workload.items():
        sessions, places = results.block.sessions[:, results.steps.index(name)], planned.resource.a_day
        dates = planned.dates or ()
        for number, when in enumerate(dates):
            seen = np.clip(sessions - number * places, 0, places)
            left = np.maximum(sessions - len(dates) * places, 0) if number == len(dates) - 1 else np.zeros(1)
            if seen.any():
                yield JuryDay(name, when, Spread.of(seen), places, float(left.mean()))


# -- quality ------------------------------------------------------------------------------------------------------


@frozen
class Quality:
    """How good those selected are: the mean of a `measure`, or the share who would do well; and what holds for all."""

    value: float
    ci95: tuple[float, float] | None = None
    measure: str | None = None
    of_all: float | None = None


def quality_of(file: ScenarioFile, results: Results) -> Quality | None:
    """
    The mean of the first measure that nobody records, for that is a criterion; else the share of those selected who
    would do well.
    """
    scenario, recorded = file.scenario, file.procedure.machine.declared.facts
    for number, measure in enumerate(scenario.measures):
        if measure.name not in recorded:
            found = Outcome.ratio(results.block.totals[:, number], results.block.selected.sum(axis=1))
            shifts = sum(group.share * group.shift.get(measure.name, 0.0) for group in scenario.groups)
            of_all = measure.mean + measure.sd * shifts
            return None if found.value is None else Quality(found.value, found.ci95, measure.name, of_all)
    ratio = results.success_ratio
    return None if ratio.value is None else Quality(ratio.value, ratio.ci95, None, results.base_rate.value)


@frozen
class Point:
    """
    One variant: how good those selected are, and the lowest ratio between groups.

    `first` is what the others are beside, `front` says that none is better in one of the two and as good in the other,
    `tip` is what it is called where there is room.
    """

    name: str
    quality: float
    impact: float
    quality_ci95: tuple[float, float] | None = None
    impact_ci95: tuple[float, float] | None = None
    front: bool = False
    first: bool = False
    tip: str = ""


def points_of(file: ScenarioFile, every: Mapping[str, Results]) -> tuple[Point, ...]:
    """A point for each of the results that have both."""
    found = []
    for name, results in every.items():
        quality, adverse = quality_of(file, results), results.adverse
        if quality is not None and adverse is not None and adverse.ratio is not None:
            found.append(Point(name, quality.value, adverse.ratio, quality.ci95, adverse.ci95))
    return tuple(found)
