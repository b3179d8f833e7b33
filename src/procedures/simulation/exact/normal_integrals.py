"""
Chances and moments of jointly normal variables within bounds, by quadrature that always gives the same number.

The variables are written as a triangular mixture of independent standard normal ones (Cholesky). The last of these is
integrated in closed form; the others by Gauss–Legendre, level by level, each between the bounds that those before it
leave. Where more variables are bounded than there are independent ones (two scores and their mean), the range of a
level is cut where two bounds of the next one cross, so that every piece is smooth. The mass and the first two moments
come from the same sum; the moments are those for which Tallis (1961) has formulas in chances of fewer variables, and
the tests hold them to these.

The error told is the difference from the same sum with half as many nodes again. It is measured, not proved.
"""

from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy.special import ndtr

from procedures.simulation.exact.normal_mixtures import ALMOST, Mixture

Floats = NDArray[np.float64]

FAR: Final = 8.0
"""Standard deviations beyond which nothing is looked for: both tails together hold 1.3e-15."""

MOST_DIMENSIONS: Final = 5
_CLOSE: Final = 1e-9
_NODES: Final[tuple[int, ...]] = (16, 24, 36, 54, 80, 120, 180, 270)
_MOST_POINTS: Final = 3_000_000
_KNOTS: Final = 800
_DENSITY: Final = float(1 / np.sqrt(2 * np.pi))


class TooManyError(ValueError):
    """More dimensions, or more points, than such an integral takes in reasonable time."""


@frozen(eq=False)
class Moments:
    """Integrals over a region: of 1, of each variable, and of each product of two; `error` is that of the mass."""

    mass: float
    first: Floats
    second: Floats
    error: float = 0.0


@frozen(eq=False)
class Slices:
    """The values of the first variable at which an integral is told separately, with their weights."""

    at: Floats
    weights: Floats


@frozen(eq=False)
class Sliced:
    """The integrals of `Moments` for each slice, its weight and density included."""

    mass: Floats
    first: Floats
    second: Floats


@frozen(eq=False)
class Box:
    """Bounds on standard normal variables with these correlations, of which some may be mixtures of the others."""

    correlation: Floats
    lower: Floats
    upper: Floats


def moments_within(box: Box) -> tuple[Moments, Floats]:
    """
    The mass of a box and the moments of the independent variables within it, and the correlations of all with those.

    Raises:
        TooManyError: it would take too many points.
    """
    mixture = Mixture.of(box.correlation)
    lower, upper = box.lower[mixture.order], box.upper[mixture.order]
    width = mixture.rows.shape[1]
    before: Moments | None = None
    for nodes in _NODES:
        if width > MOST_DIMENSIONS or nodes ** max(width - 1, 0) > _MOST_POINTS:
            break
        found = _integrated(mixture, lower, upper, nodes)
        error = abs(found.mass - before.mass) if before is not None else 1.0
        before = Moments(found.mass, found.first, found.second, 0.0 if width == 1 else error)
        if before.error < _CLOSE:
            break
    if before is None:
        raise TooManyError(f"{width} measures that go together")
    return before, _loadings(mixture)


def sliced_within(box: Box, slices: Slices) -> tuple[Sliced, Floats]:
    """
    As `moments_within`, told for each value of the first variable of the box.

    Where these are many, the integrals are smooth functions of that variable, known at knots and splined between them.

    Raises:
        TooManyError: it would take too many points.
    """
    mixture = Mixture.of(box.correlation, first=0)
    width = mixture.rows.shape[1]
    lower, upper = box.lower[mixture.order], box.upper[mixture.order]
    splined = width > 2 and len(slices.at) > _KNOTS
    budget = _MOST_POINTS // min(len(slices.at), _KNOTS if splined else len(slices.at))
    fitting = [nodes for nodes in _NODES if nodes ** max(width - 2, 0) <= budget]
    if not fitting or fitting[-1] < 32:
        raise TooManyError(f"a ranking beside {width - 1} measures that go together with it")
    nodes = next((nodes for nodes in fitting if nodes >= 54), fitting[-1])
    (least,), (most,) = _bounds(mixture, lower, upper, np.zeros((1, 0)), 0)
    inside = (slices.at >= least - ALMOST) & (slices.at <= most + ALMOST)
    density = np.where(inside, slices.weights * _DENSITY * np.exp(-(slices.at**2) / 2), 0.0)
    if not splined:
        found = _sliced(mixture, lower, upper, nodes, slices.at, density)
    else:
        from scipy.interpolate import CubicSpline

        knots = np.linspace(slices.at.min(), slices.at.max(), _KNOTS)
        rough = _sliced(mixture, lower, upper, nodes, knots, np.ones(_KNOTS))
        mass, first, second = (CubicSpline(knots, each)(slices.at) for each in (rough.mass, rough.first, rough.second))
        found = Sliced(mass * density, first * density[:, None], second * density[:, None, None])
    return found, _loadings(mixture)


def _loadings(mixture: Mixture) -> Floats:
    """The correlation of each variable, in the order of the box, with each of the independent ones."""
    found = np.empty_like(mixture.rows)
    found[mixture.order] = mixture.rows
    return found


@frozen(eq=False)
class _Points:
    """Points of the outer levels: `at` has a column a level, `slice` tells of which slice each is."""

    at: Floats
    weights: Floats
    slice: NDArray[np.intp]


def _integrated(mixture: Mixture, lower: Floats, upper: Floats, nodes: int) -> Moments:
    start = _Points(np.zeros((1, 0)), np.ones(1), np.zeros(1, np.intp))
    found = _ended(mixture, lower, upper, nodes, start, 1)
    return Moments(float(found.mass[0]), found.first[0], found.second[0])


def _sliced(mixture: Mixture, lower: Floats, upper: Floats, nodes: int, at: Floats, weights: Floats) -> Sliced:
    some = np.flatnonzero(weights)
    start = _Points(at[some, None], weights[some], some)
    return _ended(mixture, lower, upper, nodes, start, len(at))


def _ended(mixture: Mixture, lower: Floats, upper: Floats, nodes: int, start: _Points, count: int) -> Sliced:
    """The sums over the points that follow from these, for each of `count` slices."""
    width, points = mixture.rows.shape[1], start
    for level in range(start.at.shape[1], width - 1):
        points = _spread(mixture, lower, upper, nodes, points, level)
    mass, mean, square = points.weights, np.zeros(0), np.zeros(0)
    last = points.at.shape[1] < width
    if last:
        inner, mean, square = _closed_form(*_bounds(mixture, lower, upper, points.at, width - 1))
        mass, mean, square = points.weights * inner, points.weights * mean, points.weights * square

    def summed(values: Floats) -> Floats:
        found: Floats = np.bincount(points.slice, weights=values, minlength=count).astype(np.float64)
        return found

    first, second = np.zeros((count, width)), np.zeros((count, width, width))
    outer = points.at.T
    for one, values in enumerate(outer):
        first[:, one] = summed(mass * values)
        for other in range(one + 1):
            second[:, one, other] = second[:, other, one] = summed(mass * values * outer[other])
        if last:
            second[:, one, -1] = second[:, -1, one] = summed(mean * values)
    if last:
        first[:, -1], second[:, -1, -1] = summed(mean), summed(square)
    return Sliced(summed(mass), first, second)


def _closed_form(least: Floats, most: Floats) -> tuple[Floats, Floats, Floats]:
    """The integrals of 1, of the variable and of its square between two bounds of a standard normal one."""
    # In the lower tail, where differences of nearly 1 do not lose their digits.
    above = least > 0
    mass = np.where(above, ndtr(-least) - ndtr(-most), ndtr(most) - ndtr(least))
    at_least, at_most = (_DENSITY * np.exp(-(each**2) / 2) for each in (least, most))
    return mass, at_least - at_most, mass + least * at_least - most * at_most


def _bounds(mixture: Mixture, lower: Floats, upper: Floats, outer: Floats, level: int) -> tuple[Floats, Floats]:
    """For each point of the outer levels the least and the most that the rows of a level leave."""
    least, most = np.full(len(outer), -FAR), np.full(len(outer), FAR)
    for row in np.flatnonzero(mixture.levels == level):
        slope = mixture.rows[row, level]
        before = outer @ mixture.rows[row, : outer.shape[1]]
        ends = (lower[row] - before) / slope, (upper[row] - before) / slope
        least = np.maximum(least, ends[0] if slope > 0 else ends[1])
        most = np.minimum(most, ends[1] if slope > 0 else ends[0])
    return least, np.maximum(least, most)


def _spread(mixture: Mixture, lower: Floats, upper: Floats, nodes: int, points: _Points, level: int) -> _Points:
    """Each point with the nodes of one more level between its bounds, piece by piece."""
    least, most = _bounds(mixture, lower, upper, points.at, level)
    most = np.maximum(most, least)
    cuts = [least, *_crossings(mixture, lower, upper, points.at, level), most]
    edges = np.sort(np.clip(np.stack(cuts, axis=1), least[:, None], most[:, None]), axis=1)
    at, weights = np.polynomial.legendre.leggauss(nodes)
    half = np.diff(edges, axis=1)[:, :, None] / 2
    values = (edges[:, :-1, None] + half * (at + 1)).reshape(len(points.at), -1)
    weighed = (half * weights).reshape(len(points.at), -1) * _DENSITY * np.exp(-(values**2) / 2)
    weighed *= points.weights[:, None]
    some = np.flatnonzero(weighed.ravel() > 0)
    parent = some // values.shape[1]
    if len(some) > 4 * _MOST_POINTS:
        raise TooManyError(f"{mixture.rows.shape[1]} measures that go together and whose weighted sums are bounded")
    at_points = np.concatenate([points.at[parent], values.ravel()[some, None]], axis=1)
    return _Points(at_points, weighed.ravel()[some], points.slice[parent])


def _crossings(mixture: Mixture, lower: Floats, upper: Floats, outer: Floats, level: int) -> list[Floats]:
    """Where bounds of the next level cross, as values of this one; for each point of the levels before."""
    lines = []
    for row in np.flatnonzero(mixture.levels == level + 1):
        coefficients = mixture.rows[row]
        before = outer @ coefficients[: outer.shape[1]]
        for bound in (lower[row], upper[row]):
            if np.isfinite(bound):
                lines.append(
                    ((bound - before) / coefficients[level + 1], coefficients[level] / coefficients[level + 1])
                )
    found = []
    for number, (height, slope) in enumerate(lines):
        for other_height, other_slope in lines[number + 1 :]:
            if abs(slope - other_slope) > ALMOST:
                found.append((height - other_height) / (slope - other_slope))
    return found
