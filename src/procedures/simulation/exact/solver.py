"""
Computes the exact answer for a jointly normal model, from cells of facts, behaviour and measures.

Every cell is played through the procedure (`cell_paths`); this module adds the chance of each cell. Where a step
depends on all candidates there are three paths (`cohort_step`), and `gate_and_cut_chances` has the chance of each path.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from procedures.columns.arrays.rows import Flags
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.outcomes import Count
from procedures.simulation.exact.answer import Exact, NotAnalytic
from procedures.simulation.exact.cell_paths import CandidateKinds, find_suitable
from procedures.simulation.exact.cohort_step import CellWeights, CohortPaths, cohort_step
from procedures.simulation.exact.fact_combinations import find_combinations
from procedures.simulation.exact.gate_and_cut_chances import (
    counted_distribution,
    is_held,
    keep_chances,
    mean_size,
    others_distribution,
)
from procedures.simulation.exact.measure_moments import GroupIntegrals, Sums
from procedures.simulation.exact.normal_integrals import FAR, Slices, TooManyError
from procedures.simulation.exact.regions import Mask, Regions, find_regions
from procedures.simulation.exact.rounding_error import rounding_error
from procedures.simulation.exact.thresholds import NotRecognisedError, Thresholds, encoded_range, grid_step
from procedures.simulation.scenario.model import Scenario

Floats = NDArray[np.float64]

_EVERYBODY: Final = 10**9
_MOST_SCORES: Final = 30_000
_PANEL: Final = 0.25
"""Standard deviations of a score over which its density is approximated by a polynomial."""


def exact(machine: Machine, scenario: Scenario) -> Exact | NotAnalytic:
    """
    Compute the limit of the simulated results of a scenario for infinitely many replications.

    An exact answer exists if chance affects only facts, behaviour, and measures that are compared with a bound, alone
    or in a weighted sum, and if at most one step counts or ranks candidates. Otherwise the answer has the reason.
    """
    try:
        return _Solver.of(machine, scenario).answer()
    except NotRecognisedError as error:
        return NotAnalytic(f"there is no exact answer: {error}")
    except TooManyError as error:
        return NotAnalytic(f"there is no exact answer within reach: {error}")


def _regions(weights: Floats, chances: Floats, regions: Regions) -> list[tuple[Mask, float]]:
    """Weights by cell as regions, each with its total weight over all combinations."""
    found: dict[bytes, tuple[Flags, float]] = {}
    rows, places = np.unique(weights, axis=0, return_inverse=True)  # most combinations have equal rows
    together = np.bincount(places.ravel(), weights=chances)
    for row, chance in zip(rows, together.tolist(), strict=True):
        for value in np.unique(row[row != 0]).tolist():
            which = row == value
            before = found.get(which.tobytes(), (which, 0.0))[1]
            found[which.tobytes()] = which, before + value * chance
    return [(regions.region(which), weight) for which, weight in found.values()]


@define(slots=False)
class _Solver:
    machine: Machine
    scenario: Scenario
    step: CompiledStep | None
    regions: Regions
    kinds: CandidateKinds
    paths: CohortPaths
    groups: tuple[GroupIntegrals, ...]
    cells: NDArray[np.intp] = field(factory=lambda: np.zeros(0, np.intp))
    """For each slice of the ranking score, its score on the grid."""

    @classmethod
    def of(cls, machine: Machine, scenario: Scenario) -> "_Solver":
        step = cohort_step(machine, scenario)
        thresholds = Thresholds.of(machine, scenario)
        recorded = frozenset(each.name for each in scenario.measures if each.name in machine.declared.facts)
        regions = find_regions(scenario, thresholds, recorded)
        kinds = CandidateKinds.of(scenario, regions, find_combinations(scenario, thresholds))
        paths = CohortPaths.of(machine, scenario, kinds, step)
        groups = tuple(GroupIntegrals(scenario, regions, recorded, number) for number in range(len(scenario.groups)))
        found = cls(machine, scenario, step, regions, kinds, paths, groups)
        if step is not None and step.keeps is not None:
            found._slice(step.keeps.by[0])
        return found

    def _slice(self, score: str) -> None:
        """Cut the ranking score into the values of its grid, and each value into pieces with quadrature points."""
        place = [each.name for each in self.scenario.measures].index(score)
        measure, kind = self.scenario.measures[place], self.scenario.declared.facts[score].kind
        step, (least, most) = grid_step(kind), encoded_range(kind)
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
        """The chance that an applicant is counted by the cohort step."""
        return float(
            self.shares @ [self._mass(group, self.kinds.by_cell(self.paths.is_counted)) for group in self.groups]
        )

    def _mass(self, group: GroupIntegrals, weights: NDArray[np.generic]) -> float:
        regions = _regions(weights.astype(np.float64), self.kinds.chances, self.regions)
        return float(sum(weight * group.integrate(region).mass[0] for region, weight in regions))

    @cached_property
    def chance_held(self) -> float:
        """The chance that the cohort step is held, for a counted candidate."""
        if self.count is None:
            return 1.0
        rest = others_distribution(self.scenario.size, min(1.0, self.chance_counted))
        return rest.chance(is_held(self.count, rest.values + 1))

    @cached_property
    def chance_kept(self) -> Floats:
        """For each slice the chance, for a counted candidate, that the step is held and the score is kept."""
        if self.step is None or self.step.keeps is None:
            return np.zeros(0)
        chance = 1.0 if self.count is None else min(1.0, self.chance_counted)
        masses = np.zeros(int(self.cells[-1]) + 1)
        regions = _regions(
            self.kinds.by_cell(self.paths.is_ranked).astype(np.float64), self.kinds.chances, self.regions
        )
        for group, share in zip(self.groups, self.shares.tolist(), strict=True):
            for region, weight in regions:
                masses += np.bincount(self.cells, weights=share * weight * group.integrate_slices(region).mass)
        best, ties = self.step.keeps.takes[0].best, self.step.keeps.ties
        assert isinstance(best, int)
        rest = others_distribution(self.scenario.size, chance)
        return keep_chances(best, ties, self.count, rest, masses / chance if chance else masses)[self.cells]

    def _sums(self, weights: CellWeights) -> list[Sums]:
        """The integrals of a quantity for each group."""
        plain = _regions(weights.plain, self.kinds.chances, self.regions)
        ranked = _regions(weights.ranked, self.kinds.chances, self.regions)
        found = []
        for group in self.groups:
            mass, first, second, error = 0.0, group.mean * 0, group.mean * 0, 0.0
            for region, weight in plain:
                sums = group.integrate(region)
                mass, error = mass + weight * sums.mass[0], error + abs(weight) * sums.error
                first, second = first + weight * sums.first[0], second + weight * sums.second[0]
            for region, weight in ranked:
                sums = group.integrate_slices(region)
                mass += weight * float(self.chance_kept @ sums.mass)
                # The unweighted sum over the grid is known exactly, so its deviation measures the error.
                error += abs(weight * (float(sums.mass.sum()) - float(group.integrate(region).mass[0])))
                first, second = (
                    first + weight * (self.chance_kept @ sums.first),
                    second + weight * (self.chance_kept @ sums.second),
                )
            found.append(Sums(np.array([mass]), first, second, error))
        return found

    def _chance(self, which: Mapping[str, tuple[Flags, Flags, Flags]]) -> dict[str, float]:
        found = {}
        for name, each in which.items():
            sums = self._sums(self.paths.weights(self.kinds, self.chance_held, each))
            found[name] = float(self.shares @ [float(one.mass[0]) for one in sums])
        return found

    def answer(self) -> Exact:
        paths, scenario = (self.paths.all_kept, self.paths.none_kept, self.paths.not_held), self.scenario
        states = list(self.machine.states)
        reached = {name: (paths[0].reached[name], paths[1].reached[name], paths[2].reached[name]) for name in states}
        ended = {name: (paths[0].ended[name], paths[1].ended[name], paths[2].ended[name]) for name in states}
        nobody = np.zeros(self.kinds.table.height, np.bool_)
        selected = reached[scenario.selected] if scenario.selected is not None else (nobody, nobody, nobody)
        does_well = find_suitable(scenario, self.kinds)
        both = (selected[0] & does_well, selected[1] & does_well, selected[2] & does_well)
        sums = self._sums(self.paths.weights(self.kinds, self.chance_held, selected))
        rates = [float(one.mass[0]) for one in sums]
        ratio, size = float(self.shares @ rates), mean_size(scenario.size)
        well = self._chance({"selected": both, "all": (does_well, does_well, does_well)})
        has_success = scenario.success is not None
        names = [group.name for group in scenario.groups]
        return Exact(
            candidates=size,
            selected=size * ratio,
            ratio=ratio,
            reached=self._chance(reached),
            ended=self._chance(ended),
            gates=self._gates(),
            success_ratio=well["selected"] / ratio if has_success and ratio > 0 else None,
            base_rate=well["all"] if has_success else None,
            measures=self._measures(sums, ratio),
            groups=dict(zip(names, rates, strict=True)),
            impacts={
                name: rate / rates[0] if rates[0] > 0 else None for name, rate in zip(names[1:], rates[1:], strict=True)
            },
            error=sum(one.error for one in sums) + max(map(rounding_error, self.groups)),
        )

    def _gates(self) -> dict[str, float]:
        if self.step is None or self.count is None:
            return {}
        number = counted_distribution(self.scenario.size, min(1.0, self.chance_counted))
        return {self.step.name: number.chance(is_held(self.count, number.values))}

    def _measures(self, sums: list[Sums], ratio: float) -> dict[str, tuple[float | None, float | None]]:
        """The mean and standard deviation of each measure over the selected candidates of all groups."""
        found: dict[str, tuple[float | None, float | None]] = {}
        for number, measure in enumerate(self.scenario.measures):
            if ratio <= 0:
                found[measure.name] = None, None
                continue
            mean = float(self.shares @ [one.first[number] for one in sums]) / ratio
            square = float(self.shares @ [one.second[number] for one in sums]) / ratio
            found[measure.name] = mean, float(np.sqrt(max(0.0, square - mean**2)))
        return found
