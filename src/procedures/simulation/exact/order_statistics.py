"""The best N of a random number: how often a gate on a number is held, and with which chance a score is kept.

Of n who apply, each is counted with the same chance, independently of the others; so the count is binomial, Poisson
where the number of applicants is, and a mixture where that is between two numbers. Seen from one who is counted, the
others are a binomial number too (of n - 1; for a Poisson number, again Poisson). Whoever has a score is kept when fewer
than N of them have a better one. Scores are recorded on a grid, so the integral over the score is a sum over the grid,
with ties as the definition settles them.
"""

from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy.special import bdtr, gammaln, xlog1py, xlogy

from procedures.kernel.guards import Count, Ties
from procedures.simulation.exact.thresholds import NotRecognisedError
from procedures.simulation.scenario.model import Size

Floats = NDArray[np.float64]

_WIDE: Final = 12.0
_MOST_SIZES: Final = 5_000
_MOST_TERMS: Final = 60_000_000
_NEGLIGIBLE: Final = 1e-18


@frozen(eq=False)
class Numbers:
    """A random whole number: the chance of each from `least` on; what is left out is less than 1e-15."""

    least: int
    chances: Floats

    @property
    def at(self) -> NDArray[np.int64]:
        return self.least + np.arange(len(self.chances))

    def chance(self, which: NDArray[np.bool_]) -> float:
        return min(1.0, float(self.chances[which].sum()))


def mean_size(size: Size) -> float:
    """How many apply on average."""
    if size.mean is not None:
        return size.mean
    return (size.least + (size.most if size.most is not None else size.least)) / 2


def counted(size: Size, chance: float) -> Numbers:
    """How many of those who apply are counted, each with this chance."""
    if size.mean is not None:
        return _poisson(size.mean * chance)
    sizes = _sizes(size)
    return _mixed(sizes, np.full(len(sizes), 1 / len(sizes)), chance)


def others(size: Size, chance: float) -> Numbers:
    """How many others are counted, seen from somebody who applies: selections with many are seen by as many."""
    if size.mean is not None:
        return _poisson(size.mean * chance)
    sizes = _sizes(size)
    return _mixed(sizes - 1, sizes / sizes.sum(), chance)


def _sizes(size: Size) -> NDArray[np.int64]:
    most = size.most if size.most is not None else size.least
    if most - size.least >= _MOST_SIZES:
        raise NotRecognisedError(f"the number of candidates may be any of more than {_MOST_SIZES}")
    return np.arange(size.least, most + 1)


def _poisson(mean: float) -> Numbers:
    half = _WIDE * np.sqrt(mean) + 30
    at = np.arange(max(0, int(mean - half)), int(mean + half) + 1)
    return Numbers(int(at[0]), np.exp(xlogy(at, mean) - mean - gammaln(at + 1)))


def _mixed(sizes: NDArray[np.int64], shares: Floats, chance: float) -> Numbers:
    """A binomial number of each size, mixed."""
    half = _WIDE * np.sqrt(float(sizes[-1]) * chance * (1 - chance)) + 30
    least = max(0, int(sizes[0] * chance - half))
    at = np.arange(least, min(int(sizes[-1]), int(sizes[-1] * chance + half)) + 1)
    found = np.zeros(len(at))
    for size, share in zip(sizes.tolist(), shares.tolist(), strict=True):
        some = at[at <= size]
        ways = gammaln(size + 1) - gammaln(some + 1) - gammaln(size - some + 1)
        found[: len(some)] += share * np.exp(ways + xlogy(some, chance) + xlog1py(size - some, -chance))
    return Numbers(least, found)


def holds(count: Count | None, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For which numbers a gate is held; without a gate, for all."""
    held = np.ones(len(numbers), np.bool_)
    for order, bound in count.conditions if count is not None else ():
        held &= order.holds(numbers, bound)  # type: ignore[arg-type]  # the operators of arrays
    return held


def kept(best: int, ties: Ties, count: Count | None, rest: Numbers, masses: Floats) -> Floats:
    """
    The chance, for somebody with each score of the grid, that the gate is held and the score is kept.

    `rest` are the others who are counted, `masses` the chance of each score for one of them, in ascending order; what
    they lack to 1 are others who are counted and not ranked.

    Raises:
        NotRecognisedError: the grid is too fine for so many candidates.
    """
    above = np.clip(np.append(np.cumsum(masses[::-1])[::-1][1:], 0.0), 0.0, 1.0)
    some = np.flatnonzero(masses > _NEGLIGIBLE)
    found = np.zeros(len(masses))
    match ties:
        case "keep":
            found[some] = _fewer(best, count, rest, above[some])
        case "none":
            found[some] = _fewer(best, count, rest, np.minimum(1.0, above[some] + masses[some]))
        case "lot":
            # A lot is as a further, continuous score among equals.
            at, weights = np.polynomial.legendre.leggauss(8)
            for place, weight in zip((at + 1) / 2, weights / 2, strict=True):
                better = np.minimum(1.0, above[some] + masses[some] * place)
                found[some] += weight * _fewer(best, count, rest, better)
    return found


def _fewer(best: int, count: Count | None, rest: Numbers, better: Floats) -> Floats:
    """The chance that the gate is held and that fewer than `best` of the others are better, who each are by chance."""
    numbers = rest.at
    held = holds(count, numbers + 1) & (rest.chances > _NEGLIGIBLE)
    if int(held.sum()) * len(better) > _MOST_TERMS:
        raise NotRecognisedError("the grid of the score that ranks is too fine for so many candidates")
    found = np.full(len(better), rest.chance(held & (numbers < best)))
    for number, chance in zip(*(each[held & (numbers >= best)] for each in (numbers, rest.chances)), strict=True):
        found += chance * bdtr(best - 1, number, better)
    return found if best > 0 else np.zeros(len(better))
