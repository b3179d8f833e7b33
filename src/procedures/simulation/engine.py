"""One block of a simulation: its candidates go the road of the procedure in columns, and are counted."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import polars as pl
from attrs import define, field, frozen
from numpy.typing import NDArray

from procedures.columns import TAKEN, Cohorts, Conduct, Road, Round, play
from procedures.columns.cases import NEVER, Flags, Rows
from procedures.columns.rows import places
from procedures.machine import CompiledStep, Machine
from procedures.motivating import find_step
from procedures.refusals import REFUSALS
from procedures.simulation.draws import BLOCK, Floats, Streams
from procedures.simulation.moves import Moves, Roads
from procedures.simulation.population import Population, measured, population
from procedures.simulation.scenario import Behaviour, Scenario
from rules.calendar import SECOND, Moment
from rules.columns import dtype_of, truths
from rules.kinds import Flag, Kind, Number

Counts = NDArray[np.int32]

_DAY: Final = 86_400 * SECOND
_PASSED, _FAILED = 0, 1
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


@define
class Luck(Conduct):
    """
    What candidates do of themselves, as a scenario has it: who does not come, lets a window pass, or gives up.

    And for each cohort the days from application until the last of those who came to the state `selected` first did.
    """

    behaviour: Behaviour
    streams: Streams
    rows: int
    selected: str | None = None
    waited: NDArray[np.float64] = field(factory=lambda: np.zeros(0))
    goes_on = True
    _came: Flags = field(init=False)
    _asked: dict[str, Flags] = field(factory=dict)
    _drawn: dict[tuple[str, str], Flags] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._came = np.zeros(self.rows, np.bool_)

    def takings(self, cohorts: Cohorts, step: CompiledStep) -> Iterator[tuple[Rows | None, pl.DataFrame | None]]:
        """Those who come, with what the table has; those who do not come fail, where no lapse waits for them."""
        here = cohorts.cases.rows_at(step.origins)
        where = cohorts.cases.index(here)
        absent, missing = (self._happens(what, step.name) for what in ("lapse", "no_show"))
        if absent is None and missing is None:
            yield here, None
            return
        nobody = np.zeros(len(here), np.bool_)
        absent = nobody if absent is None else absent[where]
        missing = nobody if missing is None else missing[where] & ~absent
        if waits_for_lapse(step):
            absent, missing = absent | missing, nobody
        yield here[places(~(absent | missing))], None
        if missing.any():
            yield here[places(missing)], adverse_table(cohorts.machine, step, self.rows)

    def leave(self, cohorts: Cohorts, now: Moment) -> None:
        """Of those who reached a state since they were asked last, some give up."""
        self._note(cohorts)
        for state in self.behaviour.withdraw:
            there, happens = cohorts.cases.rows_at(frozenset({state})), self._happens("withdraw", state)
            if not len(there) or happens is None:
                continue
            asked = self._asked.setdefault(state, np.zeros(self.rows, np.bool_))
            new = there[places(~asked[there])]
            asked[new] = True
            leaving = happens[new]
            if leaving.any():
                cohorts.withdraw(new[places(leaving)], at=now)

    def _note(self, cohorts: Cohorts) -> None:
        """How long those waited who now stand where the selected do, for the first time."""
        if self.selected is None:
            return
        there = cohorts.cases.rows_at(frozenset({self.selected}))
        self._wait(cohorts, there[places(~self._came[there])])

    def note_the_rest(self, cohorts: Cohorts) -> None:
        """The same of those who went on from there at once, so that they were never met there."""
        if self.selected is not None:
            self._wait(cohorts, places(cohorts.cases.has_stood(self.selected) & ~self._came))

    def _wait(self, cohorts: Cohorts, rows: Rows | slice) -> None:
        cases = cohorts.cases
        self._came[rows] = True
        np.maximum.at(self.waited, cases.cohort[rows], (cases.entered[rows] - cohorts.applied[rows]) / _DAY)

    def _happens(self, what: str, where: str) -> Flags | None:
        """To whom it happens; drawn once, for everybody, and None where it never can."""
        chance = getattr(self.behaviour, what).get(where, 0.0)
        if not chance:
            return None
        if (what, where) not in self._drawn:
            self._drawn[what, where] = self.streams.random(f"{what} {where}", lambda luck: luck < chance)
        return self._drawn[what, where]


def waits_for_lapse(step: CompiledStep) -> bool:
    """Whether somebody who does not come lapses, or stays for a person to judge; else the step is failed."""
    dated = step.ends is not None or step.within is not None
    return dated and (step.leaves or (step.lapses is not None and step.enforced))


def adverse_table(machine: Machine, step: CompiledStep, rows: int) -> pl.DataFrame:
    """What is recorded of somebody who did not come: every flag no, every number the least there is."""
    columns = {}
    for name in sorted(step.records):
        kind = machine.declared.facts[name].kind
        columns[name] = pl.Series([_least(kind)], dtype=dtype_of(kind)).new_from_index(0, rows)
    return pl.DataFrame({"": np.zeros(rows, np.int8), **columns})


def _least(kind: Kind) -> bool | int | None:
    if isinstance(kind, Flag):
        return False
    if isinstance(kind, Number) and kind.least is not None:
        return int(kind.least / kind.step)
    return None


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
    people, gone, rounds, luck = _play(machine, scenario, seed, block, cohorts, first, journal=False)
    return _counted(machine, scenario, people, gone, rounds, luck.waited)


def play_block(
    machine: Machine, scenario: Scenario, seed: int, block: int, cohorts: int, first: int, *, journal: bool = True
) -> tuple[Population, Cohorts, list[Round]]:
    """
    The candidates of a block, where they stand at the end of their road, and the rounds of it.

    More cohorts than a block has are those of the blocks after it: they go the same road at the same time, and it
    takes less time to tell many where to go than to tell few often.
    """
    return _play(machine, scenario, seed, block, cohorts, first, journal=journal)[:3]


def _play(
    machine: Machine, scenario: Scenario, seed: int, block: int, cohorts: int, first: int, *, journal: bool
) -> tuple[Population, Cohorts, list[Round], Luck]:
    people = population(scenario, Streams(seed, block), cohorts)
    names = Names(people.cohort, first)
    gone = Cohorts(machine, people.table, people.cohort, names, cohorts=cohorts, journal=journal)
    luck = Luck(scenario.behaviour, people.streams, len(people.cohort), scenario.selected, np.zeros(people.cohorts))
    rounds = play(gone, Road(by="jury", seed=f"{seed}", closing={}), luck)
    luck.note_the_rest(gone)
    return people, gone, rounds, luck


def _counted(
    machine: Machine,
    scenario: Scenario,
    people: Population,
    gone: Cohorts,
    rounds: list[Round],
    waited: NDArray[np.float64],
) -> list[Block]:
    """What became of the candidates of each block."""
    cases, count = gone.cases, people.count
    size = people.cohorts
    held = [gone.decisions.held[name] & (gone.decisions.gated[name] != NEVER) for name in gone.decisions.gated]
    selected = cases.has_stood(scenario.selected) if scenario.selected is not None else np.zeros(len(cases), np.bool_)
    chosen = np.flatnonzero(selected)
    cohort_of, measured_of = people.cohort[chosen], [values[chosen] for values in people.measures.values()]
    suited = _suited(scenario, people)
    groups = [people.group == number for number in range(len(scenario.groups))]
    whole: dict[str, NDArray[Any]] = {
        "size": people.sizes,
        "reached": np.stack([count(cases.has_stood(name)) for name in machine.states], axis=1),
        "ended": np.stack([count(cases.state == code) for code in cases.codes.values()], axis=1),
        "held": np.stack(held, axis=1) if held else np.zeros((size, 0), np.bool_),
        "sessions": np.stack([count(_came(gone, name)) for name in machine.steps], axis=1),
        "closed": np.stack([gone.decisions.closed[name] != NEVER for name in machine.steps], axis=1),
        "applied": np.stack([count(group) for group in groups], axis=1),
        "selected": np.stack([count(group & selected) for group in groups], axis=1),
        "successes": np.stack([count(group & selected & suited) for group in groups], axis=1),
        "suited": np.stack([count(group & suited) for group in groups], axis=1),
        "waited": waited,
        "totals": _totals(cohort_of, measured_of, size),
    }
    roads, left_open = Roads.of(machine), [each for each in rounds if not each.is_closed]
    blocks = []
    for start in range(0, size, BLOCK):
        here = slice(start, start + BLOCK)
        own = slice(*np.searchsorted(cohort_of, [start, start + BLOCK]))
        sums = [((its := values[own]).sum(), (its**2).sum()) for values in measured_of]
        parts = {name: values[here] for name, values in whole.items()}
        rows = slice(*np.searchsorted(people.cohort, [start, start + BLOCK]))
        moves = roads.moves(cases.visited[rows], cases.state[rows])
        stuck = tuple(_stuck(gone, left_open, start))
        blocks.append(Block(**parts, sums=np.array(sums, np.float64).reshape(len(sums), 2), moves=moves, stuck=stuck))
    return blocks


def _totals(cohort: Rows, measured_of: list[Floats], size: int) -> NDArray[np.float64]:
    """For each replication the sum of each measure over those selected."""
    sums = [np.bincount(cohort, values, size) for values in measured_of]
    return np.stack(sums, axis=1) if sums else np.zeros((size, 0))


def _came(gone: Cohorts, step: str) -> Flags:
    """Who sat a step: it has a result of theirs, or had one that was then cut."""
    results = gone.cases.results[step]
    found: Flags = (results == _PASSED) | (results == _FAILED)
    return found | gone.cases.pending[step] if step in gone.cases.pending else found


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
    return truths(scenario.success, people.table.with_columns(columns), declared).fill_null(False).to_numpy()


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
            yield each.step, gone.name(row), find_step(gone.machine, each.step, gone.known(row)).missing
