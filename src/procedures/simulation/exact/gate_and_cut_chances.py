"""The best N of a random number of candidates: the chance that a gate is held, and that a score is kept.

Each of n applicants is counted with the same chance, independently. So the count is binomial; it is Poisson if the
number of applicants is Poisson, and a mixture if that number is uniform between two numbers. For a counted candidate,
the number of other counted candidates is also binomial (of n - 1; for a Poisson number, again Poisson). A candidate is
kept if fewer than N other candidates have a better score. Scores are recorded on a grid, so the integral over the score
is a sum over the grid, with ties as the definition resolves them.
"""

from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy.special import bdtr, gammaln, xlog1py, xlogy

from procedures.kernel.outcomes import Count, Ties
from procedures.simulation.exact.thresholds import NotRecognisedError
from procedures.simulation.scenario.model import Size

Floats = NDArray[np.float64]

_WIDE: Final = 12.0
_MOST_SIZES: Final = 5_000
_MOST_TERMS: Final = 60_000_000
_NEGLIGIBLE: Final = 1e-18


@frozen(eq=False)
class CountDistribution:
    """The distribution of a count: the chance of each number from `least` on; the omitted mass is below 1e-15."""

    least: int
    chances: Floats

    @property
    def values(self) -> NDArray[np.int64]:
        return self.least + np.arange(len(self.chances))

    def chance(self, which: NDArray[np.bool_]) -> float:
        return min(1.0, float(self.chances[which].sum()))


def mean_size(size: Size) -> float:
    """The mean number of applicants."""
    if size.mean is not None:
        return size.mean
    return (size.least + (size.most if size.most is not None else size.least)) / 2


def counted_distribution(size: Size, chance: float) -> CountDistribution:
    """The distribution of the number of counted applicants, each counted with this chance."""
    if size.mean is not None:
        return _poisson(size.mean * chance)
    sizes = _sizes(size)
    return _binomial_mixture(sizes, np.full(len(sizes), 1 / len(sizes)), chance)


def others_distribution(size: Size, chance: float) -> CountDistribution:
    """The distribution of the number of other counted applicants, for one applicant (sizes are weighted by size)."""
    if size.mean is not None:
        return _poisson(size.mean * chance)
    sizes = _sizes(size)
    return _binomial_mixture(sizes - 1, sizes / sizes.sum(), chance)


def _sizes(size: Size) -> NDArray[np.int64]:
    most = size.most if size.most is not None else size.least
    if most - size.least >= _MOST_SIZES:
        raise NotRecognisedError(f"the number of candidates may be any of more than {_MOST_SIZES}")
    return np.arange(size.least, most + 1)


def _poisson(mean: float) -> CountDistribution:
    half = _WIDE * np.sqrt(mean) + 30
    at = np.arange(max(0, int(mean - half)), int(mean + half) + 1)
    return CountDistribution(int(at[0]), np.exp(xlogy(at, mean) - mean - gammaln(at + 1)))


def _binomial_mixture(sizes: NDArray[np.int64], shares: Floats, chance: float) -> CountDistribution:
    """The mixture of binomial distributions with these sizes and shares."""
    half = _WIDE * np.sqrt(float(sizes[-1]) * chance * (1 - chance)) + 30
    least = max(0, int(sizes[0] * chance - half))
    at = np.arange(least, min(int(sizes[-1]), int(sizes[-1] * chance + half)) + 1)
    found = np.zeros(len(at))
    for size, share in zip(sizes.tolist(), shares.tolist(), strict=True):
        some = at[at <= size]
        ways = gammaln(size + 1) - gammaln(some + 1) - gammaln(size - some + 1)
        found[: len(some)] += share * np.exp(ways + xlogy(some, chance) + xlog1py(size - some, -chance))
    return CountDistribution(least, found)


def is_held(count: Count | None, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Flag the numbers for which a gate is held; without a gate, all numbers."""
    held = np.ones(len(numbers), np.bool_)
    for order, bound in count.conditions if count is not None else ():
        held &= order.holds(numbers, bound)  # type: ignore[arg-type]  # arrays are compared elementwise
    return held


def keep_chances(best: int, ties: Ties, count: Count | None, rest: CountDistribution, masses: Floats) -> Floats:
    """
    For each score of the grid, the chance that the gate is held and the score is kept.

    `rest` is the distribution of the number of other counted candidates. `masses` has the chance of each score for one
    of them, in ascending order; if the sum is below 1, the rest is the chance of not being ranked.

    Raises:
        NotRecognisedError: the grid is too fine for this number of candidates.
    """
    above = np.clip(np.append(np.cumsum(masses[::-1])[::-1][1:], 0.0), 0.0, 1.0)
    some = np.flatnonzero(masses > _NEGLIGIBLE)
    found = np.zeros(len(masses))
    match ties:
        case "keep":
            found[some] = _fewer_better(best, count, rest, above[some])
        case "none":
            found[some] = _fewer_better(best, count, rest, np.minimum(1.0, above[some] + masses[some]))
        case "lot":
            # A lot is an additional continuous score among equal scores.
            at, weights = np.polynomial.legendre.leggauss(8)
            for place, weight in zip((at + 1) / 2, weights / 2, strict=True):
                better = np.minimum(1.0, above[some] + masses[some] * place)
                found[some] += weight * _fewer_better(best, count, rest, better)
    return found


def _fewer_better(best: int, count: Count | None, rest: CountDistribution, better: Floats) -> Floats:
    """The chance that the gate is held and fewer than `best` others are better; `better` is the chance for each."""
    numbers = rest.values
    held = is_held(count, numbers + 1) & (rest.chances > _NEGLIGIBLE)
    if int(held.sum()) * len(better) > _MOST_TERMS:
        raise NotRecognisedError("the grid of the score that ranks is too fine for so many candidates")
    found = np.full(len(better), rest.chance(held & (numbers < best)))
    for number, chance in zip(*(each[held & (numbers >= best)] for each in (numbers, rest.chances)), strict=True):
        found += chance * bdtr(best - 1, number, better)
    return found if best > 0 else np.zeros(len(better))
