"""Plays every cell through the procedure: the outcome of a candidate with given facts, measures and behaviour.

No rule of the procedure is implemented here. Each combination of facts, behaviour and a cell of the measures is one
candidate, alone in a cohort, played in columns as in a simulation.
"""

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Final

import numpy as np
import polars as pl
from attrs import define, field, frozen
from numpy.typing import NDArray

from procedures.columns import Cohorts, WalkthroughOptions, play
from procedures.columns.answers import CODES
from procedures.columns.arrays.rows import Flags
from procedures.kernel.machine import CompiledStep, Machine
from procedures.simulation.engine.behaviour import DrawnBehaviour
from procedures.simulation.engine.random_streams import Streams
from procedures.simulation.exact.fact_combinations import Combination
from procedures.simulation.exact.regions import Regions
from procedures.simulation.exact.thresholds import NotRecognisedError
from procedures.simulation.scenario.model import Behaviour, Scenario
from rules.columns import dtype_of, truths

MOST_CANDIDATES: Final = 200_000
_BEHAVIOURS: Final = ("no_show", "withdraw", "lapse")

BehaviourKey = tuple[str, str]
"""A kind of behaviour, and its step or state."""


@define
class _FixedBehaviour(DrawnBehaviour):
    """Behaviour that is given for each candidate, not drawn."""

    does: Mapping[BehaviourKey, Flags] = field(factory=dict)

    def _flags_for(self, what: str, where: str) -> Flags:
        return self.does.get((what, where), np.zeros(self.rows, np.bool_))


@frozen(eq=False)
class CandidateKinds:
    """
    All kinds of candidates: every combination of facts and behaviour, in every cell of the measures.

    `chances` has the chance of each combination. `table` has a row per combination and cell; the rows of a combination
    follow one another, in the order of the cells. `cells` is the number of cells. `does` flags the rows with each
    behaviour.
    """

    chances: NDArray[np.float64]
    cells: int
    table: pl.DataFrame
    does: Mapping[BehaviourKey, Flags]

    @classmethod
    def of(cls, scenario: Scenario, regions: Regions, combinations: list[Combination]) -> "CandidateKinds":
        """
        The kinds of candidates of a scenario.

        Raises:
            NotRecognisedError: there are too many kinds.
        """
        behaviours = _behaviour_chances(scenario.behaviour)
        variants = [*product(*(_variants_of(chance) for chance in behaviours.values()))]
        cells, count = len(regions.values), len(combinations) * len(variants)
        if count * cells > MOST_CANDIDATES:
            raise NotRecognisedError(f"there are more than {MOST_CANDIDATES} kinds of candidates to tell apart")
        chances = np.array(
            [each.chance * _product(chance for _, chance in variant) for each in combinations for variant in variants]
        )
        does = {
            key: np.tile(np.repeat([variant[number][0] for variant in variants], cells), len(combinations))
            for number, key in enumerate(behaviours)
        }
        kinds = {name: fact.kind for name, fact in scenario.declared.facts.items()}
        columns: dict[str, pl.Series] = {}
        for name in combinations[0].values:
            values = [each.values[name] for each in combinations for _ in range(len(variants) * cells)]
            columns[name] = pl.Series(name, values, dtype=dtype_of(kinds[name]))
        for axis in regions.axes:
            numbers = [each[axis.name] for each in regions.values] * count
            columns[axis.name] = pl.Series(axis.name, numbers, dtype=pl.Int64()).cast(dtype_of(kinds[axis.name]))
        return cls(chances, cells, pl.DataFrame({"": np.arange(count * cells), **columns}), does)

    def by_cell(self, column: Flags) -> Flags:
        """A column of the table as a matrix: a row per combination, a column per cell."""
        return column.reshape(len(self.chances), self.cells)


def _behaviour_chances(behaviour: Behaviour) -> dict[BehaviourKey, float]:
    chances = {(what, where): chance for what in _BEHAVIOURS for where, chance in getattr(behaviour, what).items()}
    return {key: chance for key, chance in chances.items() if chance}


def _variants_of(chance: float) -> list[tuple[bool, float]]:
    return [(True, 1.0)] if chance == 1 else [(False, 1 - chance), (True, chance)]


def _product(chances: Iterable[float]) -> float:
    return float(np.prod([*chances]))


@frozen(eq=False)
class KindOutcomes:
    """Flags of the kinds that `reached` and `ended` in each state, and the `answers` of steps."""

    reached: Mapping[str, Flags]
    ended: Mapping[str, Flags]
    answers: Mapping[str, pl.Series]


def play_kinds(machine: Machine, scenario: Scenario, kinds: CandidateKinds) -> KindOutcomes:
    """
    Play all kinds of candidates through the procedure.

    Raises:
        NotRecognisedError: a step reads a fact that the scenario does not define, or a needed closing is not possible.
    """
    rows = kinds.table.height
    facts = kinds.table.select(name for name in kinds.table.columns if name in machine.declared.facts or not name)
    cohorts = Cohorts(machine, facts, np.arange(rows), cohorts=rows)
    behaviour = _FixedBehaviour(scenario.behaviour, Streams(0, 0), rows, does=kinds.does)
    rounds = play(cohorts, WalkthroughOptions(by="jury", seed="0", closing={}), behaviour)
    for each in rounds:
        if (each.answers == CODES["missing_facts"]).any():
            raise NotRecognisedError(f"`{each.step}` cannot be decided for everybody: the scenario leaves a fact open")
        if not each.is_closed and _is_closing_needed(machine, machine.steps[each.step]):
            raise NotRecognisedError(f"`{each.step}` cannot be closed while somebody is still before it")
    state = cohorts.cases.state
    return KindOutcomes(
        {name: cohorts.cases.has_been_in(name) for name in machine.states},
        {name: state == number for number, name in enumerate(machine.states)},
        {
            name: column
            for step in machine.steps
            for name in (step, f"{step}.kept")
            if name in machine.declared.facts and (column := cohorts.cases.column(name)) is not None
        },
    )


def _is_closing_needed(machine: Machine, step: CompiledStep) -> bool:
    """Whether results, a gate, the reserve or lapses depend on the closing of a step."""
    needed = {name for each in machine.steps.values() if each.gate is not None for name in each.gate.feeders}
    if machine.reserve is not None:
        needed |= {*machine.reserve.feeders}
    dated = step.enforced and (step.ends is not None or step.within is not None)
    return step.keeps is not None or dated or step.name in needed


def find_suitable(scenario: Scenario, kinds: CandidateKinds) -> Flags:
    """Flag the candidates who would do well in the job; none where the scenario defines no success."""
    if scenario.success is None:
        return np.zeros(kinds.table.height, np.bool_)
    return truths(scenario.success, kinds.table, scenario.declared).fill_null(False).to_numpy()
