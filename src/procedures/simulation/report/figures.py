"""The figures that the pictures of a report show, as plain data. This module draws nothing."""

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
    """
    The mean number of candidates a selection that move from one state to another. States are given by index.

    `is_back` marks a flow that leads back to a state where the candidates were before.
    """

    origin: int
    to: int
    mean: float
    is_back: bool = False


def flows_of(results: Results, first: int = 0) -> tuple[Flow, ...]:
    """Every flow; a flow that closes a cycle on a path from state `first` leads back."""
    moves = results.block.moves
    back = _find_back_flows(moves > 0, first)
    return tuple(
        Flow(origin, to, float(moves[origin, to]) / results.replications, (origin, to) in back)
        for origin, to in ((int(origin), int(to)) for origin, to in zip(*np.nonzero(moves), strict=True))
    )


def _find_back_flows(connections: "np.typing.NDArray[np.bool_]", first: int) -> set[tuple[int, int]]:
    """The flows that lead to a state already on the current path, in a depth-first search from `first`."""
    found: set[tuple[int, int]] = set()
    done: set[int] = set()
    path: list[int] = []

    def follow(state: int) -> None:
        path.append(state)
        for to in np.flatnonzero(connections[state]).tolist():
            if to in path:
                found.add((state, to))
            elif to not in done:
                follow(to)
        done.add(path.pop())

    follow(first)
    return found


@frozen
class Bin:
    """The share of the selections in which `least` to `most` candidates are selected."""

    least: int
    most: int
    share: float


def bins_of(results: Results, most: int = 40) -> tuple[Bin, ...]:
    """The distribution of the number selected, from the lowest to the highest, in at most `most` bins."""
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
    The days on which a step or the applications are open, the last day included; `step` is None for applications.

    Where only the first or only the last day is stated, the span is that one day. `stated_end` is then `first day` or
    `last day`.
    """

    step: str | None
    first: date
    last: date
    tentative: bool = False
    stated_end: str | None = None


def spans_of(machine: Machine) -> tuple[Span, ...]:
    """The windows with a date, in the order of the procedure."""
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
    A day on which juries of a step sit: how many candidates they see, and how many places they have.

    `without_place` is, on the last declared day, the mean number of candidates that get no place; 0 on other days.
    """

    step: str
    when: date
    candidates: Spread
    places: int
    without_place: float = 0.0


def jury_days_of(results: Results) -> Iterator[JuryDay]:
    """The days that at least one selection needs; earlier days are filled first."""
    for name, planned in results.workload.items():
        sessions, places = results.block.sessions[:, results.steps.index(name)], planned.resource.sessions_per_day
        dates = planned.dates or ()
        for number, when in enumerate(dates):
            seen = np.clip(sessions - number * places, 0, places)
            left = np.maximum(sessions - len(dates) * places, 0) if number == len(dates) - 1 else np.zeros(1)
            if seen.any():
                yield JuryDay(name, when, Spread.of(seen), places, float(left.mean()))


# -- quality ------------------------------------------------------------------------------------------------------


@frozen
class Quality:
    """The quality of the selected candidates: the mean of a `measure`, or the share that would do well.

    `all_applicants` is the same number for all who apply.
    """

    value: float
    ci95: tuple[float, float] | None = None
    measure: str | None = None
    all_applicants: float | None = None


def quality_of(file: ScenarioFile, results: Results) -> Quality | None:
    """
    The mean of the first measure that no step records, because such a measure is a criterion; without one, the share of
    the selected candidates that would do well. None where neither is defined.
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
    One variant: the quality of the selected candidates, and the lowest ratio between groups.

    `is_reference` marks the variant with which the others are compared. `is_on_front` says that no other point is
    better in one of the two numbers and at least as good in the other. `tip` is the longer name, shown in a tooltip.
    """

    name: str
    quality: float
    impact: float
    quality_ci95: tuple[float, float] | None = None
    impact_ci95: tuple[float, float] | None = None
    is_on_front: bool = False
    is_reference: bool = False
    tip: str = ""


def points_of(file: ScenarioFile, every: Mapping[str, Results]) -> tuple[Point, ...]:
    """A point for each result that has both a quality and an adverse impact."""
    found = []
    for name, results in every.items():
        quality, adverse = quality_of(file, results), results.lowest_impact
        if quality is not None and adverse is not None and adverse.ratio is not None:
            found.append(Point(name, quality.value, adverse.ratio, quality.ci95, adverse.ci95))
    return tuple(found)
