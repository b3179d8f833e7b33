"""Compares variants with their base on the same candidates: each difference of outcomes with its interval.

Random streams are keyed by the seed and by their purpose, so that a variant uses the same candidates and the same draws
(common random numbers). Variation between replications that both share cancels out of a difference.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import Final

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from procedures.simulation.engine.runner import Plan, Progress, simulate
from procedures.simulation.results.estimates import NORMAL
from procedures.simulation.results.model import Plain, Ratio, Results
from procedures.simulation.scenario.reader import ScenarioFile
from procedures.simulation.what_if.outcomes import Outcome, outcomes, quality_path

_ROUNDING: Final = 1e-18
"""Variances below this part of the unpaired variance count as 0."""


@frozen
class Variant:
    """A changed scenario; `settings` are the changed paths and their values, as they are written."""

    file: ScenarioFile
    settings: Mapping[str, str]

    @property
    def name(self) -> str:
        """The name of the variant: all its settings."""
        return ", ".join(f"{path}={value}" for path, value in self.settings.items())


@frozen
class Difference:
    """
    The difference of one outcome between a variant and the base.

    `ci95` is the interval of the difference, from the replications in pairs. `variance_gain` is the factor by which the
    variance of the difference would be larger with independent candidates; None where nothing varies.
    """

    base: float | None
    variant: float | None
    difference: float | None
    ci95: tuple[float, float] | None = None
    variance_gain: float | None = None

    @classmethod
    def between(cls, base: Outcome, variant: Outcome) -> "Difference":
        """The paired difference; without an interval where it cannot be estimated."""
        if base.value is None or variant.value is None:
            return cls(base.value, variant.value, None)
        size = variant.value - base.value
        pairs = min(len(base.influences), len(variant.influences))
        if pairs < 2:
            return cls(base.value, variant.value, size)
        own, other = base.influences[:pairs], variant.influences[:pairs]
        paired = float(np.var(other - own, ddof=1))
        apart = float(np.var(own, ddof=1) + np.var(other, ddof=1))
        half = NORMAL * float(np.sqrt(paired / pairs))
        varies = paired > _ROUNDING * apart
        return cls(base.value, variant.value, size, (size - half, size + half), apart / paired if varies else None)

    @property
    def is_significant(self) -> bool:
        """Whether the interval of the difference excludes 0."""
        return self.ci95 is not None and not self.ci95[0] <= 0 <= self.ci95[1]

    @property
    def is_zero(self) -> bool:
        """Whether there is no difference in any replication."""
        return self.base == self.variant and self.variance_gain is None

    def plain(self) -> Plain:
        return {
            "base": self.base,
            "variant": self.variant,
            "difference": self.difference,
            "ci95": list(self.ci95) if self.ci95 else None,
            "variance_gain": self.variance_gain,
        }


@frozen
class VariantResult:
    """
    The results of a variant, and its differences from the base.

    `quality` and `impact` are the two numbers of the trade-off; `is_on_front` says that no other variant is better in
    one of them and at least as good in the other.
    """

    variant: Variant
    results: Results
    differences: Mapping[str, Difference]
    quality: float | None = None
    impact: float | None = None
    is_on_front: bool = False

    def plain(self) -> Plain:
        return {
            "settings": dict(self.variant.settings),
            "quality": self.quality,
            "impact": self.impact,
            "front": self.is_on_front,
            "results": self.results.plain(),
            "differences": {name: each.plain() for name, each in self.differences.items()},
        }


@frozen
class Comparison:
    """The base and its variants; `partial` where it was interrupted. `quality` is the path of an outcome."""

    file: ScenarioFile
    base: Results
    variants: tuple[VariantResult, ...] = ()
    partial: bool = False
    quality: str | None = field(default=None)

    def plain(self) -> Plain:
        """The results of the base as JSON data, with those of the variants."""
        own = {**self.base.plain(), "partial": self.partial, "settings": list(self.file.settings)}
        return {**own, "quality_is": self.quality, "variants": [each.plain() for each in self.variants]}


def compare(
    file: ScenarioFile,
    variants: Sequence[Variant],
    plan: Plan | None = None,
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """
    Simulate a scenario and its variants on the same candidates.

    Where the plan ends at a precision, the base reaches it, and the variants take as many replications. Ctrl-C ends the
    simulation; the comparison is then marked `partial`.

    Raises:
        ScenarioError: a step cannot be decided, or the candidates do not fit in memory.
    """
    plan = plan or Plan()
    base = simulate(file.procedure.machine, file.scenario, plan, executor=executor, progress=progress)
    own, found, is_stopped = outcomes(base, file), list[VariantResult](), base.partial
    quality = quality_path(file)
    same = evolve(plan, replications=base.replications, precision=None)
    for variant in () if is_stopped else variants:
        machine = variant.file.procedure.machine
        try:
            results = simulate(machine, variant.file.scenario, same, executor=executor, progress=progress)
        except KeyboardInterrupt:  # interrupted before this variant has any replication
            is_stopped = True
            break
        its = outcomes(results, variant.file)
        differences = {name: Difference.between(own[name], its[name]) for name in own if name in its}
        found.append(
            VariantResult(
                variant,
                results,
                differences,
                _value(its, quality),
                None if quality is None else lowest_ratio(results).value,
            )
        )
        if results.partial:
            is_stopped = True
            break
    # An interrupted variant is reported, but never on the front: its numbers cannot be compared with complete ones.
    trade_offs = [(None, None) if each.results.partial else (each.quality, each.impact) for each in found]
    on_front = pareto_front(trade_offs)
    marked = tuple(evolve(each, is_on_front=on) for each, on in zip(found, on_front, strict=True))
    return Comparison(file, base, marked, is_stopped, quality)


def _value(found: Mapping[str, Outcome], name: str | None) -> float | None:
    return found[name].value if name is not None and name in found else None


def lowest_ratio(results: Results) -> Ratio:
    """The adverse impact: over all groups the lowest ratio of the lower selection rate to the higher; at most 1."""
    ratios = [impact.symmetric_ratio for impact in results.impacts if impact.ratio is not None]
    return min(ratios, key=lambda ratio: ratio.value or 0.0, default=Ratio(None))


def pareto_front(points: Sequence[tuple[float | None, float | None]]) -> list[bool]:
    """
    Which points no other point dominates. A point dominates another one when it is at least as good in both numbers and
    better in one. A point with a None is never on the front.

    Quality and adverse impact trade off against each other along this front; a point off the front is worse than one
    on it.

    Source: De Corte, Lievens and Sackett 2007, Combining predictors to achieve optimal trade-offs between selection
    quality and adverse impact, Journal of Applied Psychology 92(5).
    """
    defined = np.array([point for point in points if None not in point], np.float64).reshape(-1, 2)

    def is_dominated(point: NDArray[np.float64]) -> bool:
        return bool(((defined >= point).all(axis=1) & (defined > point).any(axis=1)).any())

    return [None not in point and not is_dominated(np.array(point, np.float64)) for point in points]
