"""
Chances and moments of jointly normal variables within bounds, by deterministic quadrature.

The variables are written as a triangular mixture of independent standard normal variables (Cholesky). The last
independent variable is integrated in closed form; the others by Gauss–Legendre, level by level, each between the bounds
that the earlier levels leave. Where more variables are bounded than there are independent variables (two scores and
their mean), the range of a level is cut where two bounds of the next level cross, so that every piece is smooth. The
mass and the first two moments come from the same sum. Tallis (1961) gives formulas for these moments in chances of
fewer variables; the tests compare with them.

The reported error is the change from the previous number of nodes, which is two thirds of the last one. It is measured,
not proved.
"""

from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy.special import ndtr

from procedures.simulation.exact.normal_mixtures import ALMOST, Mixture

Floats = NDArray[np.float64]

FAR: Final = 8.0
"""Standard deviations beyond which the density is ignored: both tails together have mass 1.3e-15."""

MOST_DIMENSIONS: Final = 5
_CLOSE: Final = 1e-9
_NODES: Final[tuple[int, ...]] = (16, 24, 36, 54, 80, 120, 180, 270)
_MOST_POINTS: Final = 3_000_000
_KNOTS: Final = 800
_DENSITY: Final = float(1 / np.sqrt(2 * np.pi))


class TooManyError(ValueError):
    """An integral has more dimensions or points than can be computed in reasonable time."""


@frozen(eq=False)
class Moments:
    """Integrals over a region: of 1, of each variable and of each product of two; `error` is the error of the mass."""

    mass: float
    first: Floats
    second: Floats
    error: float = 0.0


@frozen(eq=False)
class Slices:
    """The values of the first variable at which an integral is evaluated separately, with their weights."""

    at: Floats
    weights: Floats


@frozen(eq=False)
class Sliced:
    """The integrals of `Moments` for each slice, including its weight and density."""

    mass: Floats
    first: Floats
    second: Floats


@frozen(eq=False)
class Box:
    """Bounds on standard normal variables with these correlations; some may be linear combinations of others."""

    correlation: Floats
    lower: Floats
    upper: Floats


def moments_within(box: Box) -> tuple[Moments, Floats]:
    """
    The mass of a box, the moments of the independent variables in it, and the correlations of all variables with them.

    Raises:
        TooManyError: the integral takes too many points.
    """
    mixture = Mixture.of(box.correlation)
    lower, upper = box.lower[mixture.order], box.upper[mixture.order]
    width = mixture.rows.shape[1]
    best: Moments | None = None
    for nodes in _NODES:
        if width > MOST_DIMENSIONS or nodes ** max(width - 1, 0) > _MOST_POINTS:
            break
        found = _integrate(mixture, lower, upper, nodes)
        error = abs(found.mass - best.mass) if best is not None else 1.0
        best = Moments(found.mass, found.first, found.second, 0.0 if width == 1 else error)
        if best.error < _CLOSE:
            break
    if best is None:
        raise TooManyError(f"{width} measures that go together")
    return best, _loadings(mixture)


def slice_moments_within(box: Box, slices: Slices) -> tuple[Sliced, Floats]:
    """
    As `moments_within`, for each value of the first variable of the box.

    For many values, the integrals are computed at knots and interpolated with splines, because they are smooth.

    Raises:
        TooManyError: the integral takes too many points.
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
        found = _integrate_slices(mixture, lower, upper, nodes, slices.at, density)
    else:
        from scipy.interpolate import CubicSpline

        knots = np.linspace(slices.at.min(), slices.at.max(), _KNOTS)
        rough = _integrate_slices(mixture, lower, upper, nodes, knots, np.ones(_KNOTS))
        mass, first, second = (CubicSpline(knots, each)(slices.at) for each in (rough.mass, rough.first, rough.second))
        found = Sliced(mass * density, first * density[:, None], second * density[:, None, None])
    return found, _loadings(mixture)


def _loadings(mixture: Mixture) -> Floats:
    """The correlations of each variable, in the order of the box, with each independent variable."""
    found = np.empty_like(mixture.rows)
    found[mixture.order] = mixture.rows
    return found


@frozen(eq=False)
class _Points:
    """Points of the outer levels: `at` has a column per level, `slice` has the slice of each point."""

    at: Floats
    weights: Floats
    slice: NDArray[np.intp]


def _integrate(mixture: Mixture, lower: Floats, upper: Floats, nodes: int) -> Moments:
    start = _Points(np.zeros((1, 0)), np.ones(1), np.zeros(1, np.intp))
    found = _integrate_points(mixture, lower, upper, nodes, start, 1)
    return Moments(float(found.mass[0]), found.first[0], found.second[0])


def _integrate_slices(
    mixture: Mixture, lower: Floats, upper: Floats, nodes: int, at: Floats, weights: Floats
) -> Sliced:
    some = np.flatnonzero(weights)
    start = _Points(at[some, None], weights[some], some)
    return _integrate_points(mixture, lower, upper, nodes, start, len(at))


def _integrate_points(mixture: Mixture, lower: Floats, upper: Floats, nodes: int, start: _Points, count: int) -> Sliced:
    """The sums over all points derived from the start points, for each of `count` slices."""
    width, points = mixture.rows.shape[1], start
    for level in range(start.at.shape[1], width - 1):
        points = _add_level(mixture, lower, upper, nodes, points, level)
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
    """The integrals of 1, of the variable and of its square between two bounds of a standard normal variable."""
    # Computed in the lower tail, because differences of values near 1 lose digits.
    above = least > 0
    mass = np.where(above, ndtr(-least) - ndtr(-most), ndtr(most) - ndtr(least))
    at_least, at_most = (_DENSITY * np.exp(-(each**2) / 2) for each in (least, most))
    return mass, at_least - at_most, mass + least * at_least - most * at_most


def _bounds(mixture: Mixture, lower: Floats, upper: Floats, outer: Floats, level: int) -> tuple[Floats, Floats]:
    """The lower and upper bound that the rows of a level leave, for each point of the outer levels."""
    least, most = np.full(len(outer), -FAR), np.full(len(outer), FAR)
    for row in np.flatnonzero(mixture.levels == level):
        slope = mixture.rows[row, level]
        before = outer @ mixture.rows[row, : outer.shape[1]]
        ends = (lower[row] - before) / slope, (upper[row] - before) / slope
        least = np.maximum(least, ends[0] if slope > 0 else ends[1])
        most = np.minimum(most, ends[1] if slope > 0 else ends[0])
    return least, np.maximum(least, most)


def _add_level(mixture: Mixture, lower: Floats, upper: Floats, nodes: int, points: _Points, level: int) -> _Points:
    """The points extended by the nodes of one more level between its bounds, piece by piece."""
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
    """The values of this level at which bounds of the next level cross, for each point of the earlier levels."""
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
