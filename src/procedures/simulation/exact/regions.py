"""
The space of the measures in cells: within one, every rule says the same; and regions that are made of cells.

A cell is a range of each measure between its edges, and a side of each bounded sum. Each has recorded values that stand
for it, by which the procedure itself is asked what becomes of somebody there.

Scores beyond their range are recorded as its end. Where such a score enters a bounded sum, the end is an edge too, a
wall: on its far side the score counts in the sum for what is recorded, the same for everybody.
"""

from collections.abc import Mapping
from itertools import product
from typing import Final

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from procedures.simulation.exact.thresholds import NotRecognisedError, Plane, Turns, extent, grid
from procedures.simulation.scenario.model import Scenario
from rules.kinds import Kind

MOST_CELLS: Final = 4096
_BEYOND: Final = 6.5
"""Standard deviations beyond which nobody is looked for past the end of a range: that is one in 2.5e10."""

_WIDE: Final = 60.0
"""Standard deviations beyond its edges in which a value is looked for that stands for a cell without an end."""

Mask = NDArray[np.bool_]
Range = tuple[int, int]


@frozen
class Axis:
    """A measure that turns something: its edges, encoded, in order."""

    measure: int
    name: str
    edges: tuple[int, ...]
    ends: tuple[int, int]
    """Encoded values that bound the search for one that stands for a cell: the range of the score, if it has one."""

    walls: tuple[int | None, int | None] = (None, None)
    """What is recorded beyond the first edge and the last, where those are walls."""

    @property
    def cells(self) -> int:
        return len(self.edges) + 1

    def range_of(self, cell: int) -> Range:
        """The first and the last encoded value of a cell."""
        first = self.ends[0] if cell == 0 else self.edges[cell - 1]
        last = self.ends[1] if cell == len(self.edges) else self.edges[cell] - 1
        return min(first, self.ends[1]), max(last, self.ends[0])

    def recorded(self, cells: Range) -> int | None:
        """What is recorded of everybody in these cells, where they are those beyond a wall."""
        if cells == (0, 0):
            return self.walls[0]
        return self.walls[1] if cells == (len(self.edges), len(self.edges)) else None

    @property
    def barred(self) -> frozenset[int]:
        """The cells before which there is a wall."""
        below, above = self.walls
        return frozenset([1] * (below is not None) + [len(self.edges)] * (above is not None))


@frozen(eq=False)
class Regions:
    """
    The cells: a grid with a dimension for each axis and then for each plane (0: below its bound, 1: not).

    `values` are the recorded values that stand for each cell that can be; `of` tells for each place of the grid which
    of those it is. Where the ranges leave only one side of a plane, both places are that cell.
    """

    axes: tuple[Axis, ...]
    planes: tuple[Plane, ...]
    values: tuple[Mapping[str, int], ...]
    of: NDArray[np.intp] = field(eq=False)

    def region(self, which: Mask) -> Mask:
        """The places of the grid that belong to some of the cells."""
        found: Mask = which[self.of]
        return found

    def boxes(self, region: Mask) -> list[tuple[Range, ...]]:
        """A region as boxes that do not overlap: for each dimension the first and the last place."""
        found = [tuple((place, place) for place in cell) for cell in np.argwhere(region).tolist()]
        planes = range(len(self.axes), region.ndim)
        for dimension in (*planes, *range(len(self.axes)), *planes):
            barred = self.axes[dimension].barred if dimension < len(self.axes) else frozenset[int]()
            found = _merged(found, dimension, len(self.axes), barred)
        return found


def regions_of(scenario: Scenario, turns: Turns, recorded: frozenset[str]) -> Regions:
    """
    The cells of the measures of a scenario.

    Raises:
        NotRecognisedError: there are too many, or no recorded value lies in one of them.
    """
    axes = tuple(_axes(scenario, turns, recorded))
    planes = tuple(sorted(turns.planes))
    shape = (*(axis.cells for axis in axes), *(2 for _ in planes))
    if int(np.prod(shape, dtype=np.int64)) > MOST_CELLS:
        raise NotRecognisedError(f"the measures are compared with so much that there are more than {MOST_CELLS} cells")
    values: list[Mapping[str, int]] = []
    of = np.zeros(shape, np.intp)
    for cell in product(*(range(axis.cells) for axis in axes)):
        ranges = {axis.name: axis.range_of(number) for axis, number in zip(axes, cell, strict=True)}
        found: dict[tuple[int, ...], int] = {}
        for sides in product(*(_sides(plane, ranges) for plane in planes)):
            standing = _standing(ranges, planes, sides)
            if standing is not None:
                found[sides] = len(values)
                values.append(standing)
        for sides in product((0, 1), repeat=len(planes)):
            nearest = min(found, key=lambda other: sum(a != b for a, b in zip(sides, other, strict=True)))
            of[(*cell, *sides)] = found[nearest]
    return Regions(axes, planes, tuple(values), of)


def _axes(scenario: Scenario, turns: Turns, recorded: frozenset[str]) -> list[Axis]:
    found, summed = [], {name for plane in turns.planes for name, _ in plane.factors}
    for number, measure in enumerate(scenario.measures):
        edges = sorted(turns.edges.get(measure.name, ()))
        kind = scenario.declared.facts[measure.name].kind
        if edges or measure.name in summed or measure.name in recorded:
            walls = _walls(scenario, number, kind) if measure.name in summed else (None, None)
            edges = [*(walls[:1] if walls[0] is not None else ()), *edges]
            edges += [walls[1] + 1] if walls[1] is not None else []
            found.append(Axis(number, measure.name, tuple(edges), _ends(scenario, number, kind, tuple(edges)), walls))
    return found


def _walls(scenario: Scenario, number: int, kind: Kind) -> tuple[int | None, int | None]:
    """The ends of the range of a measure, where anybody may lie beyond them."""
    measure, (least, most), step = scenario.measures[number], extent(kind), grid(kind)
    middles = [measure.mean + group.shift.get(measure.name, 0.0) * measure.sd for group in scenario.groups]
    below = least is not None and (least * step - min(middles)) / measure.sd > -_BEYOND
    above = most is not None and (most * step - max(middles)) / measure.sd < _BEYOND
    return least if below else None, most if above else None


def _ends(scenario: Scenario, number: int, kind: Kind, edges: tuple[int, ...]) -> tuple[int, int]:
    measure = scenario.measures[number]
    shifts = [group.shift.get(measure.name, 0.0) for group in scenario.groups]
    step, (least, most) = grid(kind), extent(kind)
    low = measure.mean + (min(shifts) - _WIDE) * measure.sd
    high = measure.mean + (max(shifts) + _WIDE) * measure.sd
    first = min([int(low / step) - 1, *(edge - 1 for edge in edges)])
    last = max([int(high / step) + 1, *edges])
    return first if least is None else least, last if most is None else most


def _sides(plane: Plane, ranges: Mapping[str, Range]) -> tuple[int, ...]:
    """Which sides of a plane the ranges leave."""
    ends = [[factor * end for end in ranges[name]] for name, factor in plane.factors]
    least, most = sum(map(min, ends)), sum(map(max, ends))
    return (1,) if least >= plane.bound else (0,) if most < plane.bound else (0, 1)


def _standing(
    ranges: Mapping[str, Range], planes: tuple[Plane, ...], sides: tuple[int, ...]
) -> Mapping[str, int] | None:
    """Values within the ranges and on these sides of the planes, far from their bounds; None where there are none."""
    decisive = [number for number, plane in enumerate(planes) if len(_sides(plane, ranges)) > 1]
    if not decisive:
        return {name: _inside(first, last) for name, (first, last) in ranges.items()}
    from scipy.optimize import linprog

    names = [*ranges]
    rows, bounds = [], []
    for number in decisive:
        factors, sign = dict(planes[number].factors), -1 if sides[number] else 1
        size = sum(map(abs, factors.values()))
        # The last variable is how far off all bounds are, in units that rounding to whole numbers cannot use up.
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


def _inside(first: int, last: int) -> int:
    return 0 if first <= 0 <= last else first if first > 0 else last


def _merged(
    boxes: list[tuple[Range, ...]], dimension: int, axes: int, barred: frozenset[int]
) -> list[tuple[Range, ...]]:
    """Boxes that are alike but for one dimension, and follow one another there, as one; not across a barred place.

    What a wall bars is only a box that lies on one side of a sum, which is another sum behind the wall.
    """
    alike: dict[tuple[Range, ...], list[Range]] = {}
    for box in boxes:
        alike.setdefault((*box[:dimension], *box[dimension + 1 :]), []).append(box[dimension])
    found = []
    for others, ranges in alike.items():
        summed = dimension < axes and any(sides != (0, 1) for sides in others[axes - 1 :])
        joined: list[Range] = []
        for first, last in sorted(ranges):
            if joined and joined[-1][1] + 1 == first and not (summed and first in barred):
                joined[-1] = (joined[-1][0], last)
            else:
                joined.append((first, last))
        found += [(*others[:dimension], each, *others[dimension:]) for each in joined]
    return found
