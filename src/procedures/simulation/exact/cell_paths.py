"""Every cell goes the road of the procedure itself: what becomes of somebody with these facts, measures and habits.

Nothing of the procedure is said a second time here. Each combination of facts, behaviour and a cell of the measures is
one candidate, alone in a cohort, played in columns as a simulation plays it.
"""

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Final

import numpy as np
import polars as pl
from attrs import define, field, frozen
from numpy.typing import NDArray

from procedures.columns import Cohorts, Road, play
from procedures.columns.answers import CODES
from procedures.columns.arrays.rows import Flags
from procedures.kernel.machine import CompiledStep, Machine
from procedures.simulation.engine.behaviour import Luck
from procedures.simulation.engine.random_streams import Streams
from procedures.simulation.exact.fact_combinations import Combination
from procedures.simulation.exact.regions import Regions
from procedures.simulation.exact.thresholds import NotRecognisedError
from procedures.simulation.scenario.model import Behaviour, Scenario
from rules.columns import dtype_of, truths

MOST_CANDIDATES: Final = 200_000
_KINDS: Final = ("no_show", "withdraw", "lapse")

Habit = tuple[str, str]
"""What somebody may do, and at which step or in which state."""


@define
class _Decided(Luck):
    """The conduct of candidates of whom it is settled what they do."""

    does: Mapping[Habit, Flags] = field(factory=dict)

    def _happens(self, what: str, where: str) -> Flags:
        return self.does.get((what, where), np.zeros(self.rows, np.bool_))


@frozen(eq=False)
class Kinds:
    """
    All kinds of candidate there are, by what they know and do (`chances` has one for each) and by cell.

    `table` has a row for each, those of one combination and habits together, in the order of the cells; `cells` is how
    many there are.
    """

    chances: NDArray[np.float64]
    cells: int
    table: pl.DataFrame
    does: Mapping[Habit, Flags]

    @classmethod
    def of(cls, scenario: Scenario, regions: Regions, combinations: list[Combination]) -> "Kinds":
        """
        The kinds of candidates of a scenario.

        Raises:
            NotRecognisedError: there are too many.
        """
        habits = _habits(scenario.behaviour)
        ways = [*product(*(_ways(chance) for chance in habits.values()))]
        cells, count = len(regions.values), len(combinations) * len(ways)
        if count * cells > MOST_CANDIDATES:
            raise NotRecognisedError(f"there are more than {MOST_CANDIDATES} kinds of candidates to tell apart")
        chances = np.array([each.chance * _all(chance for _, chance in way) for each in combinations for way in ways])
        does = {
            habit: np.tile(np.repeat([way[number][0] for way in ways], cells), len(combinations))
            for number, habit in enumerate(habits)
        }
        kinds = {name: fact.kind for name, fact in scenario.declared.facts.items()}
        columns: dict[str, pl.Series] = {}
        for name in combinations[0].values:
            values = [each.values[name] for each in combinations for _ in range(len(ways) * cells)]
            columns[name] = pl.Series(name, values, dtype=dtype_of(kinds[name]))
        for axis in regions.axes:
            numbers = [each[axis.name] for each in regions.values] * count
            columns[axis.name] = pl.Series(axis.name, numbers, dtype=pl.Int64()).cast(dtype_of(kinds[axis.name]))
        return cls(chances, cells, pl.DataFrame({"": np.arange(count * cells), **columns}), does)

    def by_cell(self, column: Flags) -> Flags:
        """A column with a row for each combination and habits, and a column for each cell."""
        return column.reshape(len(self.chances), self.cells)


def _habits(behaviour: Behaviour) -> dict[Habit, float]:
    chances = {(what, where): chance for what in _KINDS for where, chance in getattr(behaviour, what).items()}
    return {habit: chance for habit, chance in chances.items() if chance}


def _ways(chance: float) -> list[tuple[bool, float]]:
    return [(True, 1.0)] if chance == 1 else [(False, 1 - chance), (True, chance)]


def _all(chances: Iterable[float]) -> float:
    return float(np.prod([*chances]))


@frozen(eq=False)
class Gone:
    """What became of all kinds of candidates: for each state who stood and who ended there; and how steps went."""

    stood: Mapping[str, Flags]
    ended: Mapping[str, Flags]
    went: Mapping[str, pl.Series]


def gone(machine: Machine, scenario: Scenario, kinds: Kinds) -> Gone:
    """
    Let all kinds of candidates go the road.

    Raises:
        NotRecognisedError: somewhere the scenario leaves open what a step asks, or somebody holds up a closing.
    """
    rows = kinds.table.height
    facts = kinds.table.select(name for name in kinds.table.columns if name in machine.declared.facts or not name)
    cohorts = Cohorts(machine, facts, np.arange(rows), cohorts=rows)
    conduct = _Decided(scenario.behaviour, Streams(0, 0), rows, does=kinds.does)
    rounds = play(cohorts, Road(by="jury", seed="0", closing={}), conduct)
    for each in rounds:
        if (each.answers == CODES["unknown_facts"]).any():
            raise NotRecognisedError(f"`{each.step}` cannot be decided for everybody: the scenario leaves a fact open")
        if not each.is_closed and _matters(machine, machine.steps[each.step]):
            raise NotRecognisedError(f"`{each.step}` cannot be closed while somebody is still before it")
    state = cohorts.cases.state
    return Gone(
        {name: cohorts.cases.has_stood(name) for name in machine.states},
        {name: state == number for number, name in enumerate(machine.states)},
        {
            name: column
            for step in machine.steps
            for name in (step, f"{step}.kept")
            if name in machine.declared.facts and (column := cohorts.cases.column(name)) is not None
        },
    )


def _matters(machine: Machine, step: CompiledStep) -> bool:
    """Whether anything hangs on the closing of a step: results, a gate, the reserve, or lapses that come with it."""
    waited_for = {name for each in machine.steps.values() if each.gate is not None for name in each.gate.feeders}
    if machine.reserve is not None:
        waited_for |= {*machine.reserve.feeders}
    dated = step.enforced and (step.ends is not None or step.within is not None)
    return step.keeps is not None or dated or step.name in waited_for


def suited(scenario: Scenario, kinds: Kinds) -> Flags:
    """Who would do well in the job; nobody, where it is not known of whom."""
    if scenario.success is None:
        return np.zeros(kinds.table.height, np.bool_)
    return truths(scenario.success, kinds.table, scenario.declared).fill_null(False).to_numpy()
