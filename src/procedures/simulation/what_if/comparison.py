"""Variants beside the scenario they vary, on the same candidates: what differs, by how much, and how sure that is.

Streams are keyed by the seed and by what they are for, so that a variant meets the same candidates with the same luck
(common random numbers). What differs from replication to replication in both cancels out of a difference.
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
from procedures.simulation.what_if.outcomes import Outcome, outcomes, quality

_ROUNDING: Final = 1e-18
"""What part of a variance is none."""


@frozen
class Variant:
    """A scenario with something changed; `settings` are the paths and values that make it, as they are written."""

    file: ScenarioFile
    settings: Mapping[str, str]

    @property
    def name(self) -> str:
        """What it is called: all that was changed."""
        return ", ".join(f"{path}={value}" for path, value in self.settings.items())


@frozen
class Difference:
    """
    How one outcome of a variant differs from that of the base.

    `ci95` is the interval of the difference, from the replications in pairs. `gain` says how many times as much its
    variance would be, had the variant met other candidates; None where nothing varies.
    """

    base: float | None
    variant: float | None
    difference: float | None
    ci95: tuple[float, float] | None = None
    gain: float | None = None

    @classmethod
    def between(cls, base: Outcome, variant: Outcome) -> "Difference":
        """The paired difference; without an interval where it cannot be told."""
        if base.value is None or variant.value is None:
            return cls(base.value, variant.value, None)
        size = variant.value - base.value
        pairs = min(len(base.pulls), len(variant.pulls))
        if pairs < 2:
            return cls(base.value, variant.value, size)
        own, other = base.pulls[:pairs], variant.pulls[:pairs]
        paired = float(np.var(other - own, ddof=1))
        apart = float(np.var(own, ddof=1) + np.var(other, ddof=1))
        half = NORMAL * float(np.sqrt(paired / pairs))
        varies = paired > _ROUNDING * apart
        return cls(base.value, variant.value, size, (size - half, size + half), apart / paired if varies else None)

    @property
    def is_told(self) -> bool:
        """Whether luck hardly explains it: its interval leaves nought out."""
        return self.ci95 is not None and not self.ci95[0] <= 0 <= self.ci95[1]

    @property
    def is_none(self) -> bool:
        """Whether there is no difference at all, in any replication."""
        return self.base == self.variant and self.gain is None

    def plain(self) -> Plain:
        return {
            "base": self.base,
            "variant": self.variant,
            "difference": self.difference,
            "ci95": list(self.ci95) if self.ci95 else None,
            "variance_gain": self.gain,
        }


@frozen
class Compared:
    """
    What came of a variant, and how it differs from the base.

    `quality` and `impact` are what is weighed against each other; `front` says that no other point compared with it is
    better in one of them and as good in the other.
    """

    variant: Variant
    results: Results
    differences: Mapping[str, Difference]
    quality: float | None = None
    impact: float | None = None
    front: bool = False

    def plain(self) -> Plain:
        return {
            "settings": dict(self.variant.settings),
            "quality": self.quality,
            "impact": self.impact,
            "front": self.front,
            "results": self.results.plain(),
            "differences": {name: each.plain() for name, each in self.differences.items()},
        }


@frozen
class Comparison:
    """The base and its variants; partial where it was interrupted."""

    file: ScenarioFile
    base: Results
    variants: tuple[Compared, ...] = ()
    partial: bool = False
    quality: str | None = field(default=None)

    def plain(self) -> Plain:
        """What the base is by itself, and the variants."""
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
    A scenario and its variants on the same candidates.

    Where the plan ends at a precision it is the base that reaches it; the variants take as many replications. Ctrl-C
    ends it with what was done, told to be partial.

    Raises:
        ScenarioError: a step cannot be decided, or the candidates do not fit in memory.
    """
    plan = plan or Plan()
    base = simulate(file.procedure.machine, file.scenario, plan, executor=executor, progress=progress)
    own, found, stopped = outcomes(base, file), list[Compared](), base.partial
    measured = quality(file)
    same = evolve(plan, replications=base.replications, until=None)
    for variant in () if stopped else variants:
        machine = variant.file.procedure.machine
        try:
            results = simulate(machine, variant.file.scenario, same, executor=executor, progress=progress)
        except KeyboardInterrupt:  # before there was anything of this one
            stopped = True
            break
        its = outcomes(results, variant.file)
        differences = {name: Difference.between(own[name], its[name]) for name in own if name in its}
        found.append(
            Compared(
                variant,
                results,
                differences,
                _value(its, measured),
                None if measured is None else lowest(results).value,
            )
        )
        if results.partial:
            stopped = True
            break
    # One that was cut short is told, and weighed with none that were not.
    weighed = [(None, None) if each.results.partial else (each.quality, each.impact) for each in found]
    on_front = front(weighed)
    marked = tuple(evolve(each, front=on) for each, on in zip(found, on_front, strict=True))
    return Comparison(file, base, marked, stopped, measured)


def _value(found: Mapping[str, Outcome], name: str | None) -> float | None:
    return found[name].value if name is not None and name in found else None


def lowest(results: Results) -> Ratio:
    """The adverse impact that is weighed: the lowest ratio of any group, either way; 1 where all are selected alike."""
    told = [impact.either_way for impact in results.impacts if impact.ratio is not None]
    return min(told, key=lambda ratio: ratio.value or 0.0, default=Ratio(None))


def front(points: Sequence[tuple[float | None, float | None]]) -> list[bool]:
    """
    The points that no other dominates: none is at least as good in both, and better in one.

    Between the quality of those selected and adverse impact one buys the other; what is not on this front buys
    nothing.

    Source: De Corte, Lievens and Sackett 2007, Combining predictors to achieve optimal trade-offs between selection
    quality and adverse impact, Journal of Applied Psychology 92(5).
    """
    told = np.array([point for point in points if None not in point], np.float64).reshape(-1, 2)

    def dominated(point: NDArray[np.float64]) -> bool:
        return bool(((told >= point).all(axis=1) & (told > point).any(axis=1)).any())

    return [None not in point and not dominated(np.array(point, np.float64)) for point in points]
