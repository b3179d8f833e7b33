"""The points of a sweep as plain figures: the outcomes of each, with intervals, beside those of what is written now."""

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
from procedures.simulation.what_if.changes import Axis, shown
from procedures.simulation.what_if.comparison import Comparison, lowest
from procedures.simulation.what_if.outcomes import Outcome, outcomes

MOST_AXES: Final = 2
"""A table has two directions at most."""
_SHARE: Final = "selected.success_ratio"
_MEAN: Final = re.compile(r"selected\.measures\.(.*)\.mean")
_NUMBER: Final = re.compile(r"[-+]?\d+(\.\d+)?")


@frozen
class Estimate:
    """A number with its 95% interval; without a value where it is not defined."""

    value: float | None = None
    ci95: tuple[float, float] | None = None

    @classmethod
    def of(cls, found: Outcome | Ratio | None) -> "Estimate":
        return cls() if found is None else cls(found.value, found.ci95)


@frozen
class _Simulated:
    """What an outcome is read from; `quality` is the path of the outcome that tells how good those selected are."""

    results: Results
    file: ScenarioFile
    found: Mapping[str, Outcome]
    quality: str | None

    def total(self, what: str) -> Estimate:
        """What all steps that take juries come to together; nothing where there are none."""
        parts = [each for name, each in self.found.items() if name.startswith("workload.") and name.endswith(what)]
        if not parts:
            return Estimate()
        return Estimate.of(Outcome(sum(each.value or 0.0 for each in parts), np.sum([p.pulls for p in parts], axis=0)))

    def too_few(self) -> Estimate:
        wanted, counts = self.file.scenario.wanted, self.results.block.selected.sum(axis=1)
        if wanted is None:
            return Estimate()
        return Estimate.of(Ratio.of((counts < wanted).astype(np.int32), np.ones(len(counts), np.int32)))

    def weighed(self) -> Estimate:
        """How good those selected are, as it is weighed against adverse impact."""
        if self.quality == _SHARE:
            return Estimate.of(self.results.success_ratio)
        return Estimate.of(self.found.get(self.quality or ""))


_OUTCOMES: Final[Mapping[str, Callable[[_Simulated], Estimate]]] = {
    "selected": lambda of: Estimate.of(of.found["selected.mean"]),
    "do well": lambda of: Estimate.of(of.results.success_ratio),
    "quality": lambda of: Estimate() if of.quality == _SHARE else of.weighed(),
    "adverse": lambda of: Estimate() if (worst := of.results.adverse) is None else Estimate(worst.ratio, worst.ci95),
    "too few": _Simulated.too_few,
    "jury hours": lambda of: of.total(".jury_hours"),
    "jury days": lambda of: of.total(".days"),
}
"""What is told of each point, in this order."""


@frozen
class Swept:
    """
    One point, or the base: the values of its settings, and its outcomes by name.

    `quality` and `impact` are what is weighed, `front` says that no other point is better in one of them and as good in
    the other. `is_base` says that the rules and the scenario are those of the base.
    """

    values: tuple[str, ...]
    outcomes: Mapping[str, Estimate]
    quality: Estimate
    impact: Estimate
    front: bool = False
    is_base: bool = False


@frozen
class Direction:
    """One axis: the path, and the values as they are written."""

    path: str
    values: tuple[str, ...]

    @property
    def places(self) -> tuple[float, ...]:
        """Where each value stands from 0 to 1: numbers at their place, others evenly, in the middle where it is one."""
        numeric = all(_NUMBER.fullmatch(value) for value in self.values)
        at = [float(value) if numeric else float(number) for number, value in enumerate(self.values)]
        low, high = min(at), max(at)
        return tuple((each - low) / (high - low) if high > low else 0.5 for each in at)


@define(frozen=True, slots=False)
class Sweep:
    """The points of one or two axes that were simulated, the last axis turning fastest, and the base."""

    directions: tuple[Direction, ...]
    base: Swept
    points: tuple[Swept, ...]
    quality: str | None = None
    partial: bool = False

    @classmethod
    def of(cls, comparison: Comparison, axes: Sequence[Axis]) -> "Sweep":
        """
        What came of the combinations of the values of `axes`, of which the variants of `comparison` are made.

        Raises:
            UsageError: there are no axes, or more than a table has directions.
        """
        if not 1 <= len(axes) <= MOST_AXES:
            raise UsageError("a sweep has one axis or two")
        base, measured = comparison.base, comparison.quality
        own = (base.digest, base.scenario_digest)
        return cls(
            tuple(
                Direction(axis.settings[0].path, tuple(shown(each.value) for each in axis.settings)) for axis in axes
            ),
            _swept((), base, comparison.file, measured, is_base=True),
            tuple(
                _swept(
                    tuple(each.variant.settings.values()),
                    each.results,
                    each.variant.file,
                    measured,
                    front=each.front,
                    is_base=(each.results.digest, each.results.scenario_digest) == own,
                )
                for each in comparison.variants
            ),
            measured,
            comparison.partial,
        )

    @property
    def measure(self) -> str | None:
        """The measure whose mean tells how good those selected are; None where it is a share of them, or unknown."""
        found = _MEAN.fullmatch(self.quality or "")
        return found[1] if found else None

    @property
    def planned(self) -> int:
        """How many points there are where nothing interrupts it."""
        return prod(len(each.values) for each in self.directions)

    @property
    def every(self) -> tuple[Swept, ...]:
        """The base, and the points."""
        return self.base, *self.points

    @cached_property
    def told(self) -> tuple[str, ...]:
        """The outcomes that something is said of: not every scenario has groups, juries or a criterion."""
        return tuple(name for name in _OUTCOMES if any(row.outcomes[name].value is not None for row in self.every))

    @cached_property
    def varying(self) -> tuple[str, ...]:
        """The outcomes that are not the same everywhere."""
        return tuple(name for name in self.told if len({row.outcomes[name].value for row in self.every}) > 1)


def _swept(
    values: tuple[str, ...],
    results: Results,
    file: ScenarioFile,
    quality: str | None,
    *,
    front: bool = False,
    is_base: bool = False,
) -> Swept:
    simulated = _Simulated(results, file, outcomes(results, file), quality)
    found = {name: estimate(simulated) for name, estimate in _OUTCOMES.items()}
    return Swept(values, found, simulated.weighed(), Estimate.of(lowest(results)), front, is_base)
