"""
Cells in the space of the measures, within which every rule has one value, and regions that consist of cells.

A cell is a range of each measure between edges, and a side of each bounded sum. Each cell has representative recorded
values, with which the procedure is played for the candidates of the cell.

Scores beyond their range are recorded as the end of the range. Where such a score is part of a bounded sum, the end is
also an edge, called a limit: beyond a limit, the score counts in the sum with the same recorded value for all.
"""

from collections.abc import Mapping
from itertools import product
from typing import Final

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from procedures.simulation.exact.thresholds import NotRecognisedError, Plane, Thresholds, encoded_range, grid_step
from procedures.simulation.scenario.model import Scenario
from rules.kinds import Kind

MOST_CELLS: Final = 4096
_BEYOND: Final = 6.5
"""Standard deviations beyond which scores past the end of a range are ignored: one in 2.5e10."""

_WIDE: Final = 60.0
"""Standard deviations beyond the edges within which unbounded cells get their representative value."""

Mask = NDArray[np.bool_]
Range = tuple[int, int]


@frozen
class Axis:
    """A measure with its encoded edges, in order."""

    measure: int
    name: str
    edges: tuple[int, ...]
    ends: tuple[int, int]
    """Encoded bounds of representative values: the range of the score, if it has one."""

    limits: tuple[int | None, int | None] = (None, None)
    """The recorded values beyond the first and the last edge, where these edges are limits."""

    @property
    def cells(self) -> int:
        return len(self.edges) + 1

    def range_of(self, cell: int) -> Range:
        """The first and the last encoded value of a cell."""
        first = self.ends[0] if cell == 0 else self.edges[cell - 1]
        last = self.ends[1] if cell == len(self.edges) else self.edges[cell] - 1
        return min(first, self.ends[1]), max(last, self.ends[0])

    def recorded(self, cells: Range) -> int | None:
        """The recorded value of all candidates in these cells, if the cells lie beyond a limit; else None."""
        if cells == (0, 0):
            return self.limits[0]
        return self.limits[1] if cells == (len(self.edges), len(self.edges)) else None

    @property
    def limit_cells(self) -> frozenset[int]:
        """The cells that start at a limit."""
        below, above = self.limits
        return frozenset([1] * (below is not None) + [len(self.edges)] * (above is not None))


@frozen(eq=False)
class Regions:
    """
    The cells: a grid with a dimension for each axis and then for each plane (0: below its bound, 1: not).

    `values` has the representative recorded values of each possible cell; `cell_at` has the cell of each place of the
    grid. Where the ranges allow only one side of a plane, both places belong to the same cell.
    """

    axes: tuple[Axis, ...]
    planes: tuple[Plane, ...]
    values: tuple[Mapping[str, int], ...]
    cell_at: NDArray[np.intp] = field(eq=False)

    def region(self, which: Mask) -> Mask:
        """The places of the grid that belong to the flagged cells."""
        found: Mask = which[self.cell_at]
        return found

    def boxes(self, region: Mask) -> list[tuple[Range, ...]]:
        """A region as disjoint boxes: the first and the last place in each dimension."""
        found = [tuple((place, place) for place in cell) for cell in np.argwhere(region).tolist()]
        planes = range(len(self.axes), region.ndim)
        for dimension in (*planes, *range(len(self.axes)), *planes):
            limit_cells = self.axes[dimension].limit_cells if dimension < len(self.axes) else frozenset[int]()
            found = _merge(found, dimension, len(self.axes), limit_cells)
        return found


def find_regions(scenario: Scenario, thresholds: Thresholds, recorded: frozenset[str]) -> Regions:
    """
    The cells of the measures of a scenario.

    Raises:
        NotRecognisedError: there are too many cells, or a cell contains no recorded value.
    """
    axes = tuple(_axes(scenario, thresholds, recorded))
    planes = tuple(sorted(thresholds.planes))
    shape = (*(axis.cells for axis in axes), *(2 for _ in planes))
    if int(np.prod(shape, dtype=np.int64)) > MOST_CELLS:
        raise NotRecognisedError(f"the measures are compared with so much that there are more than {MOST_CELLS} cells")
    values: list[Mapping[str, int]] = []
    cell_at = np.zeros(shape, np.intp)
    for cell in product(*(range(axis.cells) for axis in axes)):
        ranges = {axis.name: axis.range_of(number) for axis, number in zip(axes, cell, strict=True)}
        found: dict[tuple[int, ...], int] = {}
        for sides in product(*(_sides(plane, ranges) for plane in planes)):
            representative = _representative(ranges, planes, sides)
            if representative is not None:
                found[sides] = len(values)
                values.append(representative)
        for sides in product((0, 1), repeat=len(planes)):
            nearest = min(found, key=lambda other: sum(a != b for a, b in zip(sides, other, strict=True)))
            cell_at[(*cell, *sides)] = found[nearest]
    return Regions(axes, planes, tuple(values), cell_at)


def _axes(scenario: Scenario, thresholds: Thresholds, recorded: frozenset[str]) -> list[Axis]:
    found, summed = [], {name for plane in thresholds.planes for name, _ in plane.factors}
    for number, measure in enumerate(scenario.measures):
        edges = sorted(thresholds.edges.get(measure.name, ()))
        kind = scenario.declared.facts[measure.name].kind
        if edges or measure.name in summed or measure.name in recorded:
            limits = _limits(scenario, number, kind) if measure.name in summed else (None, None)
            edges = [*(limits[:1] if limits[0] is not None else ()), *edges]
            edges += [limits[1] + 1] if limits[1] is not None else []
            found.append(Axis(number, measure.name, tuple(edges), _ends(scenario, number, kind, tuple(edges)), limits))
    return found


def _limits(scenario: Scenario, number: int, kind: Kind) -> tuple[int | None, int | None]:
    """The ends of the range of a measure, where measured values may lie beyond them."""
    measure, (least, most), step = scenario.measures[number], encoded_range(kind), grid_step(kind)
    middles = [measure.mean + group.shift.get(measure.name, 0.0) * measure.sd for group in scenario.groups]
    below = least is not None and (least * step - min(middles)) / measure.sd > -_BEYOND
    above = most is not None and (most * step - max(middles)) / measure.sd < _BEYOND
    return least if below else None, most if above else None


def _ends(scenario: Scenario, number: int, kind: Kind, edges: tuple[int, ...]) -> tuple[int, int]:
    measure = scenario.measures[number]
    shifts = [group.shift.get(measure.name, 0.0) for group in scenario.groups]
    step, (least, most) = grid_step(kind), encoded_range(kind)
    low = measure.mean + (min(shifts) - _WIDE) * measure.sd
    high = measure.mean + (max(shifts) + _WIDE) * measure.sd
    first = min([int(low / step) - 1, *(edge - 1 for edge in edges)])
    last = max([int(high / step) + 1, *edges])
    return first if least is None else least, last if most is None else most


def _sides(plane: Plane, ranges: Mapping[str, Range]) -> tuple[int, ...]:
    """The sides of a plane that the ranges allow."""
    ends = [[factor * end for end in ranges[name]] for name, factor in plane.factors]
    least, most = sum(map(min, ends)), sum(map(max, ends))
    return (1,) if least >= plane.bound else (0,) if most < plane.bound else (0, 1)


def _representative(
    ranges: Mapping[str, Range], planes: tuple[Plane, ...], sides: tuple[int, ...]
) -> Mapping[str, int] | None:
    """Values within the ranges and on these sides of the planes, far from the bounds; None where there are none."""
    decisive = [number for number, plane in enumerate(planes) if len(_sides(plane, ranges)) > 1]
    if not decisive:
        return {name: _nearest_to_zero(first, last) for name, (first, last) in ranges.items()}
    from scipy.optimize import linprog

    names = [*ranges]
    rows, bounds = [], []
    for number in decisive:
        factors, sign = dict(planes[number].factors), -1 if sides[number] else 1
        size = sum(map(abs, factors.values()))
        # The last variable is the distance from all bounds, in units that rounding to whole numbers cannot exceed.
        rows.append([*(sign * factors.get(name, 0) / size for name in names), 1.0])
        bounds.append(sign * (planes[number].bound - 0.5) / size)
    within = [*((float(first), float(last)) for first, last in ranges.values()), (-1.0, 1e6)]
    solved = linprog([0.0] * len(names) + [-1.0], rows, bounds, bounds=within, method="highs")
    if solved.status != 0 or solved.x[-1] <= 0:
        return None
    for rounded in product(*({int(np.floor(value)), int(np.ceil(value))} for value in solved.x[:-1])):
        values = dict(zip(names, rounded, strict=True))
        if all(planes[number].holds(values) == bool(sides[number]) for number in decisive):
            return values
    raise NotRecognisedError("the scores that are weighed together are recorded too coarsely for a bound on their sum")


def _nearest_to_zero(first: int, last: int) -> int:
    return 0 if first <= 0 <= last else first if first > 0 else last


def _merge(
    boxes: list[tuple[Range, ...]], dimension: int, axes: int, limit_cells: frozenset[int]
) -> list[tuple[Range, ...]]:
    """Merge boxes that differ in one dimension only and are adjacent there, except across a limit.

    A limit only separates boxes on one side of a sum, because the sum is different beyond the limit.
    """
    groups: dict[tuple[Range, ...], list[Range]] = {}
    for box in boxes:
        groups.setdefault((*box[:dimension], *box[dimension + 1 :]), []).append(box[dimension])
    found = []
    for others, ranges in groups.items():
        summed = dimension < axes and any(sides != (0, 1) for sides in others[axes - 1 :])
        joined: list[Range] = []
        for first, last in sorted(ranges):
            if joined and joined[-1][1] + 1 == first and not (summed and first in limit_cells):
                joined[-1] = (joined[-1][0], last)
            else:
                joined.append((first, last))
        found += [(*others[:dimension], each, *others[dimension:]) for each in joined]
    return found
