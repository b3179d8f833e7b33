"""The measures of a group within a region: its chance, and the sums of the measures and of their squares there.

What is bounded falls into blocks that do not go together with one another; each block is integrated on its own, and a
measure that nobody bounds follows from its regression on those that are.
"""

from functools import cached_property
from typing import Final

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from procedures.simulation.exact.normal_integrals import Box, Slices, moments_within, sliced_within
from procedures.simulation.exact.regions import Mask, Range, Regions
from procedures.simulation.exact.thresholds import Plane, grid, raw
from procedures.simulation.scenario.model import Scenario

Floats = NDArray[np.float64]

_APART: Final = 1e-12


@frozen(eq=False)
class Sums:
    """Integrals over a region: of 1, of each measure and of its square; a row a slice, or one for all."""

    mass: Floats
    first: Floats
    second: Floats
    error: float = 0.0


@frozen(eq=False)
class _Bounds:
    """Directions in the space of the measures, a row each, and their bounds."""

    directions: Floats
    lower: Floats
    upper: Floats

    def some(self, which: list[int]) -> "_Bounds":
        return _Bounds(self.directions[which], self.lower[which], self.upper[which])


@frozen(eq=False)
class _Within:
    """What a block comes to: its mass, and how it moves the means and variances of all measures; a row a slice."""

    mass: Floats
    mean: Floats
    variance: Floats
    error: float


@define(slots=False)
class Measuring:
    """The measures of one group over regions; what was integrated is kept."""

    scenario: Scenario
    regions: Regions
    recorded: frozenset[str]
    group: int
    axis: int = 0
    """The measure by which `sliced` tells integrals separately."""
    slices: Slices = field(factory=lambda: Slices(np.zeros(0), np.zeros(0)))
    """Values of that measure, with their weights."""
    _found: dict[tuple[bool, bytes], Sums] = field(factory=dict)

    @cached_property
    def mean(self) -> Floats:
        shift = self.scenario.groups[self.group].shift
        return np.array([each.mean + each.sd * shift.get(each.name, 0.0) for each in self.scenario.measures])

    @cached_property
    def covariance(self) -> Floats:
        deviation = np.array([each.sd for each in self.scenario.measures])
        count = len(deviation)
        return np.array(self.scenario.correlation, np.float64).reshape(count, count) * np.outer(deviation, deviation)

    def over(self, region: Mask) -> Sums:
        """Over a region of the grid."""
        return self._kept(region, sliced=False)

    def sliced(self, region: Mask) -> Sums:
        """Over a region of the grid, for each slice."""
        return self._kept(region, sliced=True)

    def _kept(self, region: Mask, *, sliced: bool) -> Sums:
        key = sliced, region.tobytes()
        if key not in self._found:
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
            self._found[key] = total
        return self._found[key]

    # -- one box ----------------------------------------------------------------------------------------------------

    def _bounds(self, box: tuple[Range, ...]) -> _Bounds:
        axes, planes = self.regions.axes, self.regions.planes
        directions, lower, upper = [], [], []
        for number, (first, last) in enumerate(box):
            if number < len(axes):
                axis = axes[number]
                measure = self.scenario.measures[axis.measure]
                directions.append(np.eye(len(self.mean))[axis.measure])
                inner = [raw(measure, edge, self.scenario, self.recorded) for edge in axis.edges]
            else:
                plane = self._here(planes[number - len(axes)], box)
                directions.append(self.direction(plane))
                inner = [plane.bound - 0.5]  # halfway from the sum below it, in units of the sum
            edges = [-np.inf, *inner, np.inf]
            lower.append(edges[first])
            upper.append(edges[last + 1])
        found = _Bounds(np.array(directions).reshape(len(box), len(self.mean)), np.array(lower), np.array(upper))
        return found.some(np.flatnonzero(np.isfinite(found.lower) | np.isfinite(found.upper)).tolist())

    def _here(self, plane: Plane, box: tuple[Range, ...]) -> Plane:
        """A sum as it is in a box: scores beyond their range are what is recorded of them."""
        told = {axis.name: axis.recorded(cells) for axis, cells in zip(self.regions.axes, box, strict=False)}
        left = tuple((name, factor) for name, factor in plane.factors if told[name] is None)
        fixed = sum(factor * (told[name] or 0) for name, factor in plane.factors)
        return Plane(left, plane.bound - fixed)

    def direction(self, plane: Plane) -> Floats:
        """A weighted sum of recorded values as a direction of what is measured."""
        factors, facts = dict(plane.factors), self.scenario.declared.facts
        return np.array([factors.get(each.name, 0) / grid(facts[each.name].kind) for each in self.scenario.measures])

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
        """The bounds with those of the axis of the slices in front, where it may have none."""
        unit = np.eye(len(self.mean))[self.axis]
        own = [number for number, each in enumerate(bounds.directions) if (each == unit).all()]
        if own:
            others = [number for number in range(len(bounds.lower)) if number not in own]
            return bounds.some([*own, *others])
        return _Bounds(
            np.concatenate([unit[None], bounds.directions.reshape(-1, len(unit))]),
            np.append(-np.inf, bounds.lower),
            np.append(np.inf, bounds.upper),
        )

    def _blocks(self, bounds: _Bounds) -> list[_Bounds]:
        """The bounds in blocks that are independent of one another; the first bound is in the first block."""
        if not len(bounds.lower):
            return []
        together = np.abs(bounds.directions @ self.covariance @ bounds.directions.T)
        deviation = np.sqrt(np.diag(together))
        linked = together > _APART * np.outer(deviation, deviation)
        left, found = [*range(len(linked))], []
        while left:
            block = {left[0]}
            while more := {number for number in left if linked[number, [*block]].any()} - block:
                block |= more
            found.append(bounds.some(sorted(block)))
            left = [number for number in left if number not in block]
        return found

    def _block(self, bounds: _Bounds, *, sliced: bool) -> _Within:
        together = bounds.directions @ self.covariance @ bounds.directions.T
        deviation = np.sqrt(np.diag(together))
        middle = bounds.directions @ self.mean
        box = Box(
            together / np.outer(deviation, deviation),
            (bounds.lower - middle) / deviation,
            (bounds.upper - middle) / deviation,
        )
        # How all measures go together with what is bounded, and by that with the independent variables behind it.
        bounded = self.covariance @ bounds.directions.T / deviation
        if not sliced:
            moments, loadings = moments_within(box)
            first, second, mass = moments.first[None], moments.second[None], np.array([moments.mass])
            error = moments.error
        else:
            scale = float(np.sqrt(self.covariance[self.axis, self.axis]))
            at = Slices((self.slices.at - self.mean[self.axis]) / scale, self.slices.weights / scale)
            told, loadings = sliced_within(box, at)
            first, second, mass, error = told.first, told.second, told.mass, 0.0
        return self._moved(bounded @ loadings @ np.linalg.inv(loadings.T @ loadings), mass, first, second, error)

    @staticmethod
    def _moved(loadings: Floats, mass: Floats, first: Floats, second: Floats, error: float) -> _Within:
        """By the loadings of all measures on independent variables, with the moments of these: what becomes of them."""
        some = np.where(mass > 0, mass, 1.0)
        mean = first / some[:, None]
        spread = second / some[:, None, None] - mean[:, :, None] * mean[:, None, :] - np.eye(loadings.shape[1])
        spread[mass <= 0] = 0.0
        return _Within(mass, mean @ loadings.T, np.einsum("mi,sij,mj->sm", loadings, spread, loadings), error)
