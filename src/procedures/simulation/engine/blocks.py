"""Simulation of one block: its candidates are played through the procedure in columns, and counted."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import polars as pl
from attrs import frozen
from numpy.typing import NDArray

from procedures.columns import TAKEN, Cohorts, Round, WalkthroughOptions, play
from procedures.columns.arrays.cases import NEVER, Cases
from procedures.columns.arrays.rows import Flags, Rows
from procedures.kernel.machine import Machine
from procedures.kernel.reasons import explain_step
from procedures.kernel.refusals import REFUSALS
from procedures.simulation.engine.behaviour import DrawnBehaviour
from procedures.simulation.engine.flows import Moves, count_moves, days_until
from procedures.simulation.engine.population import Population, draw_population, round_to_grid
from procedures.simulation.engine.random_streams import BLOCK, Floats, Streams
from procedures.simulation.scenario.model import Scenario
from rules.algebra import facts_of
from rules.columns import truths
from rules.kinds import Number

Counts = NDArray[np.int32]

_PER_REPLICATION: Final = (
    "size", "reached", "ended", "held", "sessions", "closed", "applied", "selected", "successes", "suited", "waited",
    "totals",
)  # fmt: skip


@frozen
class Names(Sequence[str]):
    """Names of candidates, `REPLICATION:PLACE`, both from 0: `17:3` is the fourth candidate of replication 17."""

    cohort: NDArray[np.intp]
    first: int

    def __len__(self) -> int:
        return len(self.cohort)

    def __getitem__(self, row: int) -> str:  # type: ignore[override]  # slices are not supported
        cohort = self.cohort[row]
        return f"{self.first + cohort}:{row - np.searchsorted(self.cohort, cohort)}"


@frozen(eq=False)
class Block:
    """
    The counts of some replications: one row per replication.

    `reached` and `ended` have one column per state, `held` one per gate (in the order of the machine), `sessions` and
    `closed` one per step. `applied`, `selected`, `suited` (candidates who would do well) and `successes` (selected
    candidates who would do well) have one column per group. `sums` has for each measure its sum and the sum of its
    squares over the selected candidates; `totals` has the sums of each replication. `waited` is for each replication
    the number of days from application until the last candidate was selected. `moves` counts the moves from each state
    to each other state over all replications. `stuck` lists steps that could not be decided: the step, a candidate and
    the missing facts.
    """

    size: NDArray[np.int64]
    reached: Counts
    ended: Counts
    held: Flags
    sessions: Counts
    closed: Flags
    applied: Counts
    selected: Counts
    successes: Counts
    suited: Counts
    sums: NDArray[np.float64]
    waited: NDArray[np.float64]
    totals: NDArray[np.float64]
    moves: Moves
    stuck: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

    @classmethod
    def concatenate(cls, blocks: Sequence["Block"]) -> "Block":
        """Blocks concatenated in the order of their replications."""

        def concatenated(name: str) -> Any:
            return np.concatenate([getattr(block, name) for block in blocks])

        # Summed in order, so that rounding does not depend on how blocks were distributed over workers.
        sums = sum((block.sums for block in blocks[1:]), blocks[0].sums)
        moves = sum((block.moves for block in blocks[1:]), blocks[0].moves)
        stuck = tuple(dict.fromkeys(each for block in blocks for each in block.stuck))
        return cls(**{name: concatenated(name) for name in _PER_REPLICATION}, sums=sums, moves=moves, stuck=stuck)


def simulate_blocks(
    machine: Machine, scenario: Scenario, seed: int, block: int, cohorts: int, first: int
) -> list[Block]:
    """Simulate `cohorts` replications from block number `block` on; `first` is the number of the first replication."""
    return _count_blocks(scenario, *play_block(machine, scenario, seed, block, cohorts, first, journal=False))


def play_block(
    machine: Machine, scenario: Scenario, seed: int, block: int, cohorts: int, first: int, *, journal: bool = True
) -> tuple[Population, Cohorts, list[Round]]:
    """
    The population of a block, its cohorts after the last step, and the rounds that were played.

    More cohorts than a block has belong to the blocks after it. All are played at the same time, because one round
    over many candidates takes less time than many rounds over few.
    """
    population = draw_population(scenario, Streams(seed, block), cohorts)
    names = Names(population.cohort, first)
    played = Cohorts(machine, population.table, population.cohort, names, cohorts=cohorts, journal=journal)
    behaviour = DrawnBehaviour(scenario.behaviour, population.streams, len(population.cohort))
    return population, played, play(played, WalkthroughOptions(by="jury", seed=f"{seed}", closing={}), behaviour)


def _count_blocks(scenario: Scenario, population: Population, cohorts: Cohorts, rounds: list[Round]) -> list[Block]:
    """Count the candidates of each block: states, steps, groups and measures."""
    machine, cases, count = cohorts.machine, cohorts.cases, population.count
    size = population.cohorts
    held = [
        cohorts.decisions.held[name] & (cohorts.decisions.gate_decided_at[name] != NEVER)
        for name in cohorts.decisions.gate_decided_at
    ]
    selected = cases.has_been_in(scenario.selected) if scenario.selected is not None else np.zeros(len(cases), np.bool_)
    chosen = np.flatnonzero(selected)
    cohort_of, measured_of = population.cohort[chosen], [values[chosen] for values in population.measures.values()]
    suited = _find_suited(scenario, population)
    ended = [count(cases.state == code) for code in cases.codes.values()]
    groups = [population.group == number for number in range(len(scenario.groups))]
    whole: dict[str, NDArray[Any]] = {
        "size": population.sizes,
        "reached": np.stack([_count_reached(population, cases, code, its) for code, its in enumerate(ended)], axis=1),
        "ended": np.stack(ended, axis=1),
        "held": np.stack(held, axis=1) if held else np.zeros((size, 0), np.bool_),
        "sessions": np.stack([count(cases.has_recorded[name]) for name in machine.steps], axis=1),
        "closed": np.stack([cohorts.decisions.closed_at[name] != NEVER for name in machine.steps], axis=1),
        "applied": np.stack([count(group) for group in groups], axis=1),
        "selected": np.stack([count(group & selected) for group in groups], axis=1),
        "successes": np.stack([count(group & selected & suited) for group in groups], axis=1),
        "suited": np.stack([count(group & suited) for group in groups], axis=1),
        "waited": days_until(cohorts, scenario.selected),
        "totals": _sum_measures(cohort_of, measured_of, size),
    }
    left_open = [each for each in rounds if not each.is_closed]
    bounds = np.searchsorted(population.cohort, [*range(0, size, BLOCK), size])
    blocks = []
    for start, moves in zip(range(0, size, BLOCK), count_moves(cohorts, bounds), strict=True):
        here = slice(start, start + BLOCK)
        own = slice(*np.searchsorted(cohort_of, [start, start + BLOCK]))
        sums = [((its := values[own]).sum(), (its**2).sum()) for values in measured_of]
        parts = {name: values[here] for name, values in whole.items()}
        stuck = tuple(_find_stuck(cohorts, left_open, start))
        blocks.append(Block(**parts, sums=np.array(sums, np.float64).reshape(len(sums), 2), moves=moves, stuck=stuck))
    return blocks


def _count_reached(population: Population, cases: Cases, state: int, ended: Counts) -> Counts:
    """For each cohort the number of candidates who were ever in a state; `ended` counts those who end in that state."""
    return ended if state in cases.state_index.final else population.count(cases.state_index.has_been_in(state))


def _sum_measures(cohort: Rows, measured_of: list[Floats], size: int) -> NDArray[np.float64]:
    """For each replication the sum of each measure over the selected candidates."""
    sums = [np.bincount(cohort, values, size) for values in measured_of]
    return np.stack(sums, axis=1) if sums else np.zeros((size, 0))


def _find_suited(scenario: Scenario, population: Population) -> Flags:
    """Flag the candidates who would do well in the job."""
    if scenario.success is None:
        return np.zeros(len(population.cohort), np.bool_)
    declared = scenario.declared
    columns = [
        pl.Series(name, round_to_grid(values, kind.step))
        for name, values in population.measures.items()
        if name not in population.table.columns and isinstance(kind := declared.facts[name].kind, Number)
    ]
    table = population.table.select(
        "", *(name for name in facts_of(scenario.success) if name in population.table.columns)
    )
    return truths(scenario.success, table.with_columns(columns), declared).fill_null(False).to_numpy()


def _find_stuck(cohorts: Cohorts, rounds: Iterable[Round], start: int) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """
    The steps that could not be closed because facts of a candidate are missing: step, candidate and missing facts.

    `start` is the first cohort of the block.
    """
    unknown = [*REFUSALS].index("missing_facts") + 1
    first, last = np.searchsorted(cohorts.cases.cohort, [start, start + BLOCK])
    for each in rounds:
        is_closed = each.closing_answers is not None and (each.closing_answers[start : start + BLOCK] == TAKEN).all()
        if not is_closed and (each.answers[first:last] == unknown).any():
            row = int(first) + int(np.argmax(each.answers[first:last] == unknown))
            yield (
                each.step,
                cohorts.name(row),
                explain_step(cohorts.machine, each.step, cohorts.known_facts(row)).missing,
            )
