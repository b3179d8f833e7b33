"""The points of a sweep as plain figures: the outcomes of each point and of the base, with intervals."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from math import prod
from typing import Final

import numpy as np
from attrs import define, frozen

from procedures.errors import UsageError
from procedures.simulation.results.model import Ratio, Results
from procedures.simulation.scenario.reader import ScenarioFile
from procedures.simulation.what_if.changes import Axis, format_value
from procedures.simulation.what_if.comparison import Comparison, lowest_ratio
from procedures.simulation.what_if.outcomes import Outcome, outcomes

MAX_AXES: Final = 2
"""A sweep has at most two axes, because a table has two directions."""
_SHARE: Final = "selected.success_ratio"
_MEAN: Final = re.compile(r"selected\.measures\.(.*)\.mean")
_NUMBER: Final = re.compile(r"[-+]?\d+(\.\d+)?")


@frozen
class Estimate:
    """A number with its 95% interval; `value` is None where the number is not defined."""

    value: float | None = None
    ci95: tuple[float, float] | None = None

    @classmethod
    def of(cls, found: Outcome | Ratio | None) -> "Estimate":
        return cls() if found is None else cls(found.value, found.ci95)


@frozen
class _SimulatedPoint:
    """The results of one point, from which outcomes are read; `quality` is the path of the outcome for quality."""

    results: Results
    file: ScenarioFile
    outcomes: Mapping[str, Outcome]
    quality: str | None

    def sum_over_steps(self, what: str) -> Estimate:
        """The sum of a workload outcome over all steps with juries; without a value where no step has juries."""
        parts = [each for name, each in self.outcomes.items() if name.startswith("workload.") and name.endswith(what)]
        if not parts:
            return Estimate()
        return Estimate.of(
            Outcome(sum(each.value or 0.0 for each in parts), np.sum([p.influences for p in parts], axis=0))
        )

    def share_too_few(self) -> Estimate:
        """The share of the replications that select fewer candidates than wanted."""
        wanted, counts = self.file.scenario.wanted, self.results.block.selected.sum(axis=1)
        if wanted is None:
            return Estimate()
        return Estimate.of(Ratio.of((counts < wanted).astype(np.int32), np.ones(len(counts), np.int32)))

    def quality_estimate(self) -> Estimate:
        """The quality of the selected candidates, for the trade-off with adverse impact."""
        if self.quality == _SHARE:
            return Estimate.of(self.results.success_ratio)
        return Estimate.of(self.outcomes.get(self.quality or ""))


_OUTCOMES: Final[Mapping[str, Callable[[_SimulatedPoint], Estimate]]] = {
    "selected": lambda point: Estimate.of(point.outcomes["selected.mean"]),
    "do well": lambda point: Estimate.of(point.results.success_ratio),
    "quality": lambda point: Estimate() if point.quality == _SHARE else point.quality_estimate(),
    "adverse": lambda point: (
        Estimate() if (worst := point.results.lowest_impact) is None else Estimate(worst.ratio, worst.ci95)
    ),
    "too few": _SimulatedPoint.share_too_few,
    "jury hours": lambda point: point.sum_over_steps(".jury_hours"),
    "jury days": lambda point: point.sum_over_steps(".days"),
}
"""The outcomes of each point, in the order of the table."""


@frozen
class SweepPoint:
    """
    One point, or the base: the values of its settings, and its outcomes by name.

    `quality` and `impact` are the two numbers of the trade-off; `is_on_front` says that no other point is better in one
    of them and at least as good in the other. `is_base` says that the rules and the scenario are those of the base.
    """

    values: tuple[str, ...]
    outcomes: Mapping[str, Estimate]
    quality: Estimate
    impact: Estimate
    is_on_front: bool = False
    is_base: bool = False


@frozen
class Direction:
    """One axis: the path, and the values as they are written."""

    path: str
    values: tuple[str, ...]

    @property
    def positions(self) -> tuple[float, ...]:
        """The position of each value from 0 to 1: numbers in proportion, others at equal distances; 0.5 for one."""
        numeric = all(_NUMBER.fullmatch(value) for value in self.values)
        at = [float(value) if numeric else float(number) for number, value in enumerate(self.values)]
        low, high = min(at), max(at)
        return tuple((each - low) / (high - low) if high > low else 0.5 for each in at)


@define(frozen=True, slots=False)
class Sweep:
    """The simulated points of one or two axes, the last axis changing fastest, and the base."""

    directions: tuple[Direction, ...]
    base: SweepPoint
    points: tuple[SweepPoint, ...]
    quality: str | None = None
    partial: bool = False

    @classmethod
    def of(cls, comparison: Comparison, axes: Sequence[Axis]) -> "Sweep":
        """
        The sweep over `axes`. The variants of `comparison` are the combinations of the values of `axes`.

        Raises:
            UsageError: there are no axes, or more than two.
        """
        if not 1 <= len(axes) <= MAX_AXES:
            raise UsageError("a sweep has one axis or two")
        base, quality = comparison.base, comparison.quality
        own = (base.digest, base.scenario_digest)
        return cls(
            tuple(
                Direction(axis.settings[0].path, tuple(format_value(each.value) for each in axis.settings))
                for axis in axes
            ),
            _point((), base, comparison.file, quality, is_base=True),
            tuple(
                _point(
                    tuple(each.variant.settings.values()),
                    each.results,
                    each.variant.file,
                    quality,
                    front=each.is_on_front,
                    is_base=(each.results.digest, each.results.scenario_digest) == own,
                )
                for each in comparison.variants
            ),
            quality,
            comparison.partial,
        )

    @property
    def measure(self) -> str | None:
        """The measure whose mean is the quality; None where the quality is a share, or not defined."""
        found = _MEAN.fullmatch(self.quality or "")
        return found[1] if found else None

    @property
    def planned_count(self) -> int:
        """The number of points of a complete sweep."""
        return prod(len(each.values) for each in self.directions)

    @property
    def all_points(self) -> tuple[SweepPoint, ...]:
        """The base and the points."""
        return self.base, *self.points

    @cached_property
    def defined_outcomes(self) -> tuple[str, ...]:
        """The outcomes with a value at some point: not every scenario has groups, juries or a criterion."""
        return tuple(name for name in _OUTCOMES if any(row.outcomes[name].value is not None for row in self.all_points))

    @cached_property
    def varying_outcomes(self) -> tuple[str, ...]:
        """The outcomes that are not equal at all points."""
        return tuple(
            name for name in self.defined_outcomes if len({row.outcomes[name].value for row in self.all_points}) > 1
        )


def _point(
    values: tuple[str, ...],
    results: Results,
    file: ScenarioFile,
    quality: str | None,
    *,
    front: bool = False,
    is_base: bool = False,
) -> SweepPoint:
    simulated = _SimulatedPoint(results, file, outcomes(results, file), quality)
    found = {name: estimate(simulated) for name, estimate in _OUTCOMES.items()}
    return SweepPoint(values, found, simulated.quality_estimate(), Estimate.of(lowest_ratio(results)), front, is_base)
