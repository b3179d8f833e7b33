"""One block of a simulation: its candidates go the road of the procedure in columns, and are counted."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import polars as pl
from attrs import frozen
from numpy.typing import NDArray

from procedures.columns import TAKEN, Cohorts, Road, Round, play
from procedures.columns.arrays.cases import NEVER, Cases
from procedures.columns.arrays.rows import Flags, Rows
from procedures.kernel.machine import Machine
from procedures.kernel.reasons import explain_step
from procedures.kernel.refusals import REFUSALS
from procedures.simulation.engine.behaviour import Luck
from procedures.simulation.engine.flows import Moves, days_until, moves_of
from procedures.simulation.engine.population import Population, measured, population
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
    """Candidates are called by replication and place: `17:3` is the fourth of the eighteenth."""

    cohort: NDArray[np.intp]
    first: int

    def __len__(self) -> int:
        return len(self.cohort)

    def __getitem__(self, row: int) -> str:  # type: ignore[override]  # no slices are taken
        cohort = self.cohort[row]
        return f"{self.first + cohort}:{row - np.searchsorted(self.cohort, cohort)}"


@frozen(eq=False)
class Block:
    """
    What became of the candidates of some replications: a row a replication.

    `reached` and `ended` have a column a state, `held` one a gate (as in the machine), `sessions` and `closed` one a
    step, `applied`, `selected`, `successes` (selected who do well) and `suited` (all who would) one a group. `sums` are
    over those selected: for each measure its sum and that of its squares; `totals` has the sums of each replication.
    `waited` is for each replication the days from application until the last selected candidate was. `moves` counts
    over all of them how many went from each state to each. `stuck` tells of steps that could not be decided: the step,
    a candidate, and the facts that are missing.
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
    def together(cls, blocks: Sequence["Block"]) -> "Block":
        """Blocks after one another, in the order of their replications."""

        def joined(name: str) -> Any:
            return np.concatenate([getattr(block, name) for block in blocks])

        # One after the other, so that rounding is the same however they were dealt out.
        sums = sum((block.sums for block in blocks[1:]), blocks[0].sums)
        moves = sum((block.moves for block in blocks[1:]), blocks[0].moves)
        stuck = tuple(dict.fromkeys(each for block in blocks for each in block.stuck))
        return cls(**{name: joined(name) for name in _PER_REPLICATION}, sums=sums, moves=moves, stuck=stuck)


def simulate_blocks(
    machine: Machine, scenario: Scenario, seed: int, block: int, cohorts: int, first: int
) -> list[Block]:
    """So many replications from the first of a block on, block by block; `first` is the number of the first of them."""
    return _counted(scenario, *play_block(machine, scenario, seed, block, cohorts, first, journal=False))


def play_block(
    machine: Machine, scenario: Scenario, seed: int, block: int, cohorts: int, first: int, *, journal: bool = True
) -> tuple[Population, Cohorts, list[Round]]:
    """
    The candidates of a block, where they stand at the end of their road, and the rounds of it.

    More cohorts than a block has are those of the blocks after it: they go the same road at the same time, and it
    takes less time to tell many where to go than to tell few often.
    """
    people = population(scenario, Streams(seed, block), cohorts)
    names = Names(people.cohort, first)
    gone = Cohorts(machine, people.table, people.cohort, names, cohorts=cohorts, journal=journal)
    luck = Luck(scenario.behaviour, people.streams, len(people.cohort))
    return people, gone, play(gone, Road(by="jury", seed=f"{seed}", closing={}), luck)


def _counted(scenario: Scenario, people: Population, gone: Cohorts, rounds: list[Round]) -> list[Block]:
    """What became of the candidates of each block."""
    machine, cases, count = gone.machine, gone.cases, people.count
    size = people.cohorts
    held = [gone.decisions.held[name] & (gone.decisions.gated[name] != NEVER) for name in gone.decisions.gated]
    selected = cases.has_stood(scenario.selected) if scenario.selected is not None else np.zeros(len(cases), np.bool_)
    chosen = np.flatnonzero(selected)
    cohort_of, measured_of = people.cohort[chosen], [values[chosen] for values in people.measures.values()]
    suited = _suited(scenario, people)
    ended = [count(cases.state == code) for code in cases.codes.values()]
    groups = [people.group == number for number in range(len(scenario.groups))]
    whole: dict[str, NDArray[Any]] = {
        "size": people.sizes,
        "reached": np.stack([_reached(people, cases, code, its) for code, its in enumerate(ended)], axis=1),
        "ended": np.stack(ended, axis=1),
        "held": np.stack(held, axis=1) if held else np.zeros((size, 0), np.bool_),
        "sessions": np.stack([count(cases.learned[name]) for name in machine.steps], axis=1),
        "closed": np.stack([gone.decisions.closed[name] != NEVER for name in machine.steps], axis=1),
        "applied": np.stack([count(group) for group in groups], axis=1),
        "selected": np.stack([count(group & selected) for group in groups], axis=1),
        "successes": np.stack([count(group & selected & suited) for group in groups], axis=1),
        "suited": np.stack([count(group & suited) for group in groups], axis=1),
        "waited": days_until(gone, scenario.selected),
        "totals": _totals(cohort_of, measured_of, size),
    }
    left_open = [each for each in rounds if not each.is_closed]
    bounds = np.searchsorted(people.cohort, [*range(0, size, BLOCK), size])
    blocks = []
    for start, moves in zip(range(0, size, BLOCK), moves_of(gone, bounds), strict=True):
        here = slice(start, start + BLOCK)
        own = slice(*np.searchsorted(cohort_of, [start, start + BLOCK]))
        sums = [((its := values[own]).sum(), (its**2).sum()) for values in measured_of]
        parts = {name: values[here] for name, values in whole.items()}
        stuck = tuple(_stuck(gone, left_open, start))
        blocks.append(Block(**parts, sums=np.array(sums, np.float64).reshape(len(sums), 2), moves=moves, stuck=stuck))
    return blocks


def _reached(people: Population, cases: Cases, state: int, ended: Counts) -> Counts:
    """For each cohort how many ever stood in a state, where it is known how many still do."""
    return ended if state in cases.where.final else people.count(cases.where.has_stood(state))


def _totals(cohort: Rows, measured_of: list[Floats], size: int) -> NDArray[np.float64]:
    """For each replication the sum of each measure over those selected."""
    sums = [np.bincount(cohort, values, size) for values in measured_of]
    return np.stack(sums, axis=1) if sums else np.zeros((size, 0))


def _suited(scenario: Scenario, people: Population) -> Flags:
    """Who would do well in the job."""
    if scenario.success is None:
        return np.zeros(len(people.cohort), np.bool_)
    declared = scenario.declared
    columns = [
        pl.Series(name, measured(values, kind.step))
        for name, values in people.measures.items()
        if name not in people.table.columns and isinstance(kind := declared.facts[name].kind, Number)
    ]
    table = people.table.select("", *(name for name in facts_of(scenario.success) if name in people.table.columns))
    return truths(scenario.success, table.with_columns(columns), declared).fill_null(False).to_numpy()


def _stuck(gone: Cohorts, rounds: Iterable[Round], start: int) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """
    The steps that could not be decided for somebody and therefore not be closed: for whom, and what is missing.

    Of the block that starts with a cohort.
    """
    unknown = [*REFUSALS].index("unknown_facts") + 1
    first, last = np.searchsorted(gone.cases.cohort, [start, start + BLOCK])
    for each in rounds:
        is_closed = each.closings is not None and (each.closings[start : start + BLOCK] == TAKEN).all()
        if not is_closed and (each.answers[first:last] == unknown).any():
            row = int(first) + int(np.argmax(each.answers[first:last] == unknown))
            yield each.step, gone.name(row), explain_step(gone.machine, each.step, gone.known(row)).missing
