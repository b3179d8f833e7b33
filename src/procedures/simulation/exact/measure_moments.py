"""Integrals over regions for the measures of a group: of 1 (the chance), of the measures and of their squares.

Bounded directions are grouped in blocks that are uncorrelated with one another. Each block is integrated separately; a
measure without bounds follows from its regression on the bounded directions.
"""

from functools import cached_property
from typing import Final

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from procedures.simulation.exact.normal_integrals import Box, Slices, moments_within, slice_moments_within
from procedures.simulation.exact.regions import Mask, Range, Regions
from procedures.simulation.exact.thresholds import Plane, grid_step, raw_bound
from procedures.simulation.scenario.model import Scenario

Floats = NDArray[np.float64]

_APART: Final = 1e-12


@frozen(eq=False)
class Sums:
    """Integrals over a region: of 1, of each measure and of its square; a row per slice, or one row."""

    mass: Floats
    first: Floats
    second: Floats
    error: float = 0.0


@frozen(eq=False)
class _Bounds:
    """Directions in the space of the measures, one per row, and their bounds."""

    directions: Floats
    lower: Floats
    upper: Floats

    def select(self, which: list[int]) -> "_Bounds":
        return _Bounds(self.directions[which], self.lower[which], self.upper[which])


@frozen(eq=False)
class _BlockEffect:
    """The effect of a block: its mass, and its shifts of the means and variances of all measures; a row per slice."""

    mass: Floats
    mean: Floats
    variance: Floats
    error: float


@define(slots=False)
class GroupIntegrals:
    """Integrals of the measures of one group over regions; results are cached."""

    scenario: Scenario
    regions: Regions
    recorded: frozenset[str]
    group: int
    axis: int = 0
    """The measure by which `integrate_slices` separates integrals."""
    slices: Slices = field(factory=lambda: Slices(np.zeros(0), np.zeros(0)))
    """Values of that measure, with their weights."""
    _cache: dict[tuple[bool, bytes], Sums] = field(factory=dict)

    @cached_property
    def mean(self) -> Floats:
        shift = self.scenario.groups[self.group].shift
        return np.array([each.mean + each.sd * shift.get(each.name, 0.0) for each in self.scenario.measures])

    @cached_property
    def covariance(self) -> Floats:
        deviation = np.array([each.sd for each in self.scenario.measures])
        count = len(deviation)
        return np.array(self.scenario.correlation, np.float64).reshape(count, count) * np.outer(deviation, deviation)

    def integrate(self, region: Mask) -> Sums:
        """The integrals over a region of the grid."""
        return self._integrate_cached(region, sliced=False)

    def integrate_slices(self, region: Mask) -> Sums:
        """The integrals over a region of the grid, for each slice."""
        return self._integrate_cached(region, sliced=True)

    def _integrate_cached(self, region: Mask, *, sliced: bool) -> Sums:
        key = sliced, region.tobytes()
        if key not in self._cache:
            rows, count = len(self.slices.at) if sliced else 1, len(self.mean)
            total = Sums(np.zeros(rows), np.zeros((rows, count)), np.zeros((rows, count)))
            for box in self.regions.boxes(region):
                found = self._box(self._bounds(box), sliced=sliced)
                total = Sums(
                    total.mass + found.mass,
                    total.first + found.first,
                    total.second + found.second,
                    total.error + found.error,
                )
            self._cache[key] = total
        return self._cache[key]

    # -- one box ----------------------------------------------------------------------------------------------------

    def _bounds(self, box: tuple[Range, ...]) -> _Bounds:
        axes, planes = self.regions.axes, self.regions.planes
        directions, lower, upper = [], [], []
        for number, (first, last) in enumerate(box):
            if number < len(axes):
                axis = axes[number]
                measure = self.scenario.measures[axis.measure]
                directions.append(np.eye(len(self.mean))[axis.measure])
                inner = [raw_bound(measure, edge, self.scenario, self.recorded) for edge in axis.edges]
            else:
                plane = self._within_limits(planes[number - len(axes)], box)
                directions.append(self.direction(plane))
                inner = [plane.bound - 0.5]  # halfway to the sum below, in units of the sum
            edges = [-np.inf, *inner, np.inf]
            lower.append(edges[first])
            upper.append(edges[last + 1])
        found = _Bounds(np.array(directions).reshape(len(box), len(self.mean)), np.array(lower), np.array(upper))
        return found.select(np.flatnonzero(np.isfinite(found.lower) | np.isfinite(found.upper)).tolist())

    def _within_limits(self, plane: Plane, box: tuple[Range, ...]) -> Plane:
        """A weighted sum within a box: scores beyond their range count as the recorded limit."""
        recorded = {axis.name: axis.recorded(cells) for axis, cells in zip(self.regions.axes, box, strict=False)}
        left = tuple((name, factor) for name, factor in plane.factors if recorded[name] is None)
        fixed = sum(factor * (recorded[name] or 0) for name, factor in plane.factors)
        return Plane(left, plane.bound - fixed)

    def direction(self, plane: Plane) -> Floats:
        """A weighted sum of recorded values as a direction in the space of the measures."""
        factors, facts = dict(plane.factors), self.scenario.declared.facts
        return np.array(
            [factors.get(each.name, 0) / grid_step(facts[each.name].kind) for each in self.scenario.measures]
        )

    def _box(self, bounds: _Bounds, *, sliced: bool) -> Sums:
        if sliced:
            bounds = self._axis_first(bounds)
        rows = len(self.slices.at) if sliced else 1
        mass, mean = np.ones(rows), np.tile(self.mean, (rows, 1))
        variance, error = np.tile(np.diag(self.covariance), (rows, 1)), 0.0
        for number, block in enumerate(self._blocks(bounds)):
            found = self._block(block, sliced=sliced and number == 0)
            error = error * float(found.mass.sum()) + found.error * float(mass.sum() if not sliced else 1.0)
            mass, mean, variance = mass * found.mass, mean + found.mean, variance + found.variance
        return Sums(mass, mass[:, None] * mean, mass[:, None] * (variance + mean**2), error)

    def _axis_first(self, bounds: _Bounds) -> _Bounds:
        """The bounds, with the axis of the slices first; it gets infinite bounds if it has none."""
        unit = np.eye(len(self.mean))[self.axis]
        own = [number for number, each in enumerate(bounds.directions) if (each == unit).all()]
        if own:
            others = [number for number in range(len(bounds.lower)) if number not in own]
            return bounds.select([*own, *others])
        return _Bounds(
            np.concatenate([unit[None], bounds.directions.reshape(-1, len(unit))]),
            np.append(-np.inf, bounds.lower),
            np.append(np.inf, bounds.upper),
        )

    def _blocks(self, bounds: _Bounds) -> list[_Bounds]:
        """The bounds in blocks that are mutually independent; the first bound is in the first block."""
        if not len(bounds.lower):
            return []
        covariance = np.abs(bounds.directions @ self.covariance @ bounds.directions.T)
        deviation = np.sqrt(np.diag(covariance))
        linked = covariance > _APART * np.outer(deviation, deviation)
        left, found = [*range(len(linked))], []
        while left:
            block = {left[0]}
            while more := {number for number in left if linked[number, [*block]].any()} - block:
                block |= more
            found.append(bounds.select(sorted(block)))
            left = [number for number in left if number not in block]
        return found

    def _block(self, bounds: _Bounds, *, sliced: bool) -> _BlockEffect:
        covariance = bounds.directions @ self.covariance @ bounds.directions.T
        deviation = np.sqrt(np.diag(covariance))
        middle = bounds.directions @ self.mean
        box = Box(
            covariance / np.outer(deviation, deviation),
            (bounds.lower - middle) / deviation,
            (bounds.upper - middle) / deviation,
        )
        # The covariances of all measures with the bounded directions, and so with their independent variables.
        bounded = self.covariance @ bounds.directions.T / deviation
        if not sliced:
            moments, loadings = moments_within(box)
            first, second, mass = moments.first[None], moments.second[None], np.array([moments.mass])
            error = moments.error
        else:
            scale = float(np.sqrt(self.covariance[self.axis, self.axis]))
            at = Slices((self.slices.at - self.mean[self.axis]) / scale, self.slices.weights / scale)
            sliced_moments, loadings = slice_moments_within(box, at)
            first, second, mass, error = sliced_moments.first, sliced_moments.second, sliced_moments.mass, 0.0
        return self._shifts(bounded @ loadings @ np.linalg.inv(loadings.T @ loadings), mass, first, second, error)

    @staticmethod
    def _shifts(loadings: Floats, mass: Floats, first: Floats, second: Floats, error: float) -> _BlockEffect:
        """The shifts of all measures, from their loadings on independent variables and the moments of these."""
        some = np.where(mass > 0, mass, 1.0)
        mean = first / some[:, None]
        spread = second / some[:, None, None] - mean[:, :, None] * mean[:, None, :] - np.eye(loadings.shape[1])
        spread[mass <= 0] = 0.0
        return _BlockEffect(mass, mean @ loadings.T, np.einsum("mi,sij,mj->sm", loadings, spread, loadings), error)
