"""
The exact answer beside a simulated one, where the model is jointly normal: recognised, put in cells, and summed.

Every cell of facts, behaviour and measures goes the road of the procedure itself (`going`); what is added here is how
probable each cell is. Where a step looks at all candidates at once there are three roads (`looking`), and
`competing` says how often each of them is gone.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from procedures.columns.arrays.rows import Flags
from procedures.kernel.guards import Count
from procedures.kernel.machine import CompiledStep, Machine
from procedures.simulation.exact.answer import Exact, NotAnalytic
from procedures.simulation.exact.cell_paths import Kinds, suited
from procedures.simulation.exact.cohort_step import Roads, Weighing, cohort_step
from procedures.simulation.exact.fact_combinations import combinations_of
from procedures.simulation.exact.measure_moments import Measuring, Sums
from procedures.simulation.exact.normal_integrals import FAR, Slices, TooManyError
from procedures.simulation.exact.order_statistics import counted, holds, kept, mean_size, others
from procedures.simulation.exact.regions import Mask, Regions, regions_of
from procedures.simulation.exact.rounding_error import lost
from procedures.simulation.exact.thresholds import NotRecognisedError, Turns, extent, grid
from procedures.simulation.scenario.model import Scenario

Floats = NDArray[np.float64]

_EVERYBODY: Final = 10**9
_MOST_SCORES: Final = 30_000
_PANEL: Final = 0.25
"""Standard deviations of a score over which its density is taken to be a polynomial."""


def exact(machine: Machine, scenario: Scenario) -> Exact | NotAnalytic:
    """
    What a simulation of the scenario would come to with endlessly many replications.

    It is found where all that depends on chance is a fact, a habit, or a measure compared with a bound, alone or in a
    weighted sum, and at most one step counts or ranks candidates. Otherwise the answer says what stands in the way.
    """
    try:
        return _Answering.of(machine, scenario).answer()
    except NotRecognisedError as error:
        return NotAnalytic(f"there is no exact answer: {error}")
    except TooManyError as error:
        return NotAnalytic(f"there is no exact answer within reach: {error}")


def _regions(weights: Floats, chances: Floats, regions: Regions) -> list[tuple[Mask, float]]:
    """Weights by cell as regions, each with its weight over all combinations."""
    found: dict[bytes, tuple[Flags, float]] = {}
    rows, places = np.unique(weights, axis=0, return_inverse=True)  # most combinations fare alike
    together = np.bincount(places.ravel(), weights=chances)
    for row, chance in zip(rows, together.tolist(), strict=True):
        for value in np.unique(row[row != 0]).tolist():
            which = row == value
            before = found.get(which.tobytes(), (which, 0.0))[1]
            found[which.tobytes()] = which, before + value * chance
    return [(regions.region(which), weight) for which, weight in found.values()]


@define(slots=False)
class _Answering:
    machine: Machine
    scenario: Scenario
    step: CompiledStep | None
    regions: Regions
    kinds: Kinds
    roads: Roads
    groups: tuple[Measuring, ...]
    cells: NDArray[np.intp] = field(factory=lambda: np.zeros(0, np.intp))
    """For each slice of the score that ranks, which score of the grid it is of."""

    @classmethod
    def of(cls, machine: Machine, scenario: Scenario) -> "_Answering":
        step = cohort_step(machine, scenario)
        turns = Turns.of(machine, scenario)
        recorded = frozenset(each.name for each in scenario.measures if each.name in machine.declared.facts)
        regions = regions_of(scenario, turns, recorded)
        kinds = Kinds.of(scenario, regions, combinations_of(scenario, turns))
        roads = Roads.of(machine, scenario, kinds, step)
        groups = tuple(Measuring(scenario, regions, recorded, number) for number in range(len(scenario.groups)))
        found = cls(machine, scenario, step, regions, kinds, roads, groups)
        if step is not None and step.keeps is not None:
            found._slice(step.keeps.by[0])
        return found

    def _slice(self, score: str) -> None:
        """Cut the score that ranks into the values of its grid, and those into pieces with points."""
        place = [each.name for each in self.scenario.measures].index(score)
        measure, kind = self.scenario.measures[place], self.scenario.declared.facts[score].kind
        step, (least, most) = grid(kind), extent(kind)
        low = min(group.mean[place] for group in self.groups) - FAR * measure.sd
        high = max(group.mean[place] for group in self.groups) + FAR * measure.sd
        ends = [round(low / step), round(high / step)]
        first, last = (int(np.clip(end, -np.inf if least is None else least, most or np.inf)) for end in ends)
        if last - first >= _MOST_SCORES:
            raise NotRecognisedError(f"`{score}` is recorded on a grid of more than {_MOST_SCORES} values")
        edges = np.array([low, *((np.arange(first + 1, last + 1) - 0.5) * step), high])
        edges = np.clip(edges, low, high)
        pieces = np.maximum(1, np.ceil(np.diff(edges) / (_PANEL * measure.sd))).astype(np.intp)
        cells = np.repeat(np.arange(len(pieces)), pieces)
        inner = np.arange(len(cells)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        width = (np.diff(edges) / pieces)[cells]
        start = edges[:-1][cells] + inner * width
        at, weights = np.polynomial.legendre.leggauss(4)
        slices = Slices(
            (start[:, None] + width[:, None] * (at + 1) / 2).ravel(), (width[:, None] * weights / 2).ravel()
        )
        self.cells = np.repeat(cells, len(at))
        for group in self.groups:
            group.axis, group.slices = place, slices

    @cached_property
    def shares(self) -> Floats:
        return np.array([group.share for group in self.scenario.groups])

    @property
    def count(self) -> Count | None:
        return self.step.gate.count if self.step is not None and self.step.gate is not None else None

    @cached_property
    def chance_counted(self) -> float:
        """The chance of one who applies to be counted where the cohort step counts."""
        return float(self.shares @ [self._mass(group, self.kinds.by_cell(self.roads.counted)) for group in self.groups])

    def _mass(self, group: Measuring, weights: NDArray[np.generic]) -> float:
        regions = _regions(weights.astype(np.float64), self.kinds.chances, self.regions)
        return float(sum(weight * group.over(region).mass[0] for region, weight in regions))

    @cached_property
    def chance_held(self) -> float:
        """The chance that the cohort step is held, seen from one who is counted."""
        if self.count is None:
            return 1.0
        rest = others(self.scenario.size, min(1.0, self.chance_counted))
        return rest.chance(holds(self.count, rest.at + 1))

    @cached_property
    def kept(self) -> Floats:
        """For each slice the chance, seen from one who is counted, that the step is held and the score is kept."""
        if self.step is None or self.step.keeps is None:
            return np.zeros(0)
        chance = 1.0 if self.count is None else min(1.0, self.chance_counted)
        masses = np.zeros(int(self.cells[-1]) + 1)
        regions = _regions(
            self.kinds.by_cell(self.roads.competing).astype(np.float64), self.kinds.chances, self.regions
        )
        for group, share in zip(self.groups, self.shares.tolist(), strict=True):
            for region, weight in regions:
                masses += np.bincount(self.cells, weights=share * weight * group.sliced(region).mass)
        best, ties = self.step.keeps.takes[0].best, self.step.keeps.ties
        assert isinstance(best, int)
        rest = others(self.scenario.size, chance)
        return kept(best, ties, self.count, rest, masses / chance if chance else masses)[self.cells]

    def _sums(self, weighing: Weighing) -> list[Sums]:
        """The integrals of a quantity for each group."""
        plain = _regions(weighing.plain, self.kinds.chances, self.regions)
        ranked = _regions(weighing.ranked, self.kinds.chances, self.regions)
        found = []
        for group in self.groups:
            mass, first, second, error = 0.0, group.mean * 0, group.mean * 0, 0.0
            for region, weight in plain:
                sums = group.over(region)
                mass, error = mass + weight * sums.mass[0], error + abs(weight) * sums.error
                first, second = first + weight * sums.first[0], second + weight * sums.second[0]
            for region, weight in ranked:
                sums = group.sliced(region)
                mass += weight * float(self.kept @ sums.mass)
                # What the sum over the grid comes to without weights is known: it tells how good the sum is.
                error += abs(weight * (float(sums.mass.sum()) - float(group.over(region).mass[0])))
                first, second = first + weight * (self.kept @ sums.first), second + weight * (self.kept @ sums.second)
            found.append(Sums(np.array([mass]), first, second, error))
        return found

    def _chance(self, which: Mapping[str, tuple[Flags, Flags, Flags]]) -> dict[str, float]:
        found = {}
        for name, each in which.items():
            sums = self._sums(self.roads.weighing(self.kinds, self.chance_held, each))
            found[name] = float(self.shares @ [float(one.mass[0]) for one in sums])
        return found

    def answer(self) -> Exact:
        roads, scenario = (self.roads.keeping, self.roads.cutting, self.roads.passing), self.scenario
        states = list(self.machine.states)
        stood = {name: (roads[0].stood[name], roads[1].stood[name], roads[2].stood[name]) for name in states}
        ended = {name: (roads[0].ended[name], roads[1].ended[name], roads[2].ended[name]) for name in states}
        nobody = np.zeros(self.kinds.table.height, np.bool_)
        selected = stood[scenario.selected] if scenario.selected is not None else (nobody, nobody, nobody)
        does_well = suited(scenario, self.kinds)
        both = (selected[0] & does_well, selected[1] & does_well, selected[2] & does_well)
        sums = self._sums(self.roads.weighing(self.kinds, self.chance_held, selected))
        rates = [float(one.mass[0]) for one in sums]
        ratio, size = float(self.shares @ rates), mean_size(scenario.size)
        well = self._chance({"selected": both, "all": (does_well, does_well, does_well)})
        told = scenario.success is not None
        names = [group.name for group in scenario.groups]
        return Exact(
            candidates=size,
            selected=size * ratio,
            ratio=ratio,
            reached=self._chance(stood),
            ended=self._chance(ended),
            gates=self._gates(),
            success_ratio=well["selected"] / ratio if told and ratio > 0 else None,
            base_rate=well["all"] if told else None,
            measures=self._measures(sums, ratio),
            groups=dict(zip(names, rates, strict=True)),
            impacts={
                name: rate / rates[0] if rates[0] > 0 else None for name, rate in zip(names[1:], rates[1:], strict=True)
            },
            error=sum(one.error for one in sums) + max(map(lost, self.groups)),
        )

    def _gates(self) -> dict[str, float]:
        if self.step is None or self.count is None:
            return {}
        number = counted(self.scenario.size, min(1.0, self.chance_counted))
        return {self.step.name: number.chance(holds(self.count, number.at))}

    def _measures(self, sums: list[Sums], ratio: float) -> dict[str, tuple[float | None, float | None]]:
        """Mean and standard deviation of each measure over those selected, whatever their group."""
        found: dict[str, tuple[float | None, float | None]] = {}
        for number, measure in enumerate(self.scenario.measures):
            if ratio <= 0:
                found[measure.name] = None, None
                continue
            mean = float(self.shares @ [one.first[number] for one in sums]) / ratio
            square = float(self.shares @ [one.second[number] for one in sums]) / ratio
            found[measure.name] = mean, float(np.sqrt(max(0.0, square - mean**2)))
        return found
