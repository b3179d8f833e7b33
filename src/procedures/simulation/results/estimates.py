"""Estimates of numbers that vary between selections, with their confidence intervals."""

from collections.abc import Mapping
from math import ceil
from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, NDArray

Plain = dict[str, object]

NORMAL: Final = 1.959963984540054
"""The standard normal deviate within which 95% of the values lie."""

_QUANTILES: Final = (0.05, 0.5, 0.95)
_TAIL: Final = 0.025


@frozen
class Spread:
    """The distribution of a number over replications; `ci95` is the interval of its mean."""

    mean: float
    sd: float
    ci95: tuple[float, float]
    quantiles: Mapping[float, float]

    @classmethod
    def of(cls, values: ArrayLike) -> "Spread":
        """The spread of `values`, one number per replication."""
        numbers = np.asarray(values, np.float64)
        mean = float(numbers.mean()) if len(numbers) else 0.0
        sd = float(numbers.std(ddof=1)) if len(numbers) > 1 else 0.0
        half = NORMAL * sd / np.sqrt(max(len(numbers), 1))
        return cls(mean, sd, (mean - half, mean + half), _quantiles(numbers))

    @property
    def halfwidth(self) -> float:
        """Half the width of the interval of the mean."""
        return (self.ci95[1] - self.ci95[0]) / 2

    def plain(self) -> Plain:
        return {
            "mean": self.mean,
            "sd": self.sd,
            "ci95": list(self.ci95),
            "quantiles": {f"{at:g}": value for at, value in self.quantiles.items()},
        }


def _quantiles(numbers: NDArray[np.float64]) -> dict[float, float]:
    """Quantiles: the least observed number that at least this share does not exceed; never interpolated."""
    ordered, count = np.sort(numbers), len(numbers)
    return {share: float(ordered[max(0, ceil(count * share - 1))]) if count else 0.0 for share in _QUANTILES}


@frozen
class Ratio:
    """The ratio of two sums, pooled over replications, with its interval; None where the denominator is 0."""

    value: float | None
    ci95: tuple[float, float] | None = None

    @classmethod
    def of(cls, part: NDArray[np.int32], whole: NDArray[np.int32]) -> "Ratio":
        """
        The ratio of the sums of two numbers per replication.

        The interval is that of a ratio of sums over independent replications, by linearisation (Cochran 1977, chapter
        6). Where the ratio is 0 or 1, that interval would have no width; then the exact interval of a proportion of
        `total` trials is used (Clopper and Pearson 1934).
        """
        total = int(whole.sum())
        if total == 0:
            return cls(None)
        value, count = int(part.sum()) / total, len(part)
        if count < 2:
            return cls(value)
        if value in (0.0, 1.0):
            most = zero_count_upper_bound(total)
            return cls(value, (0.0, most) if value == 0 else (1 - most, 1.0))
        rest = part - value * whole
        half = NORMAL * float(np.sqrt((rest**2).sum() * count / (count - 1))) / total
        return cls(value, (max(0.0, value - half), min(1.0, value + half)))


def zero_count_upper_bound(trials: int) -> float:
    """The upper end of the 95% interval (two-sided) of the chance of an event not observed in this many trials."""
    return float(1 - _TAIL ** (1 / trials))
