"""A simulated candidate's road is the one on which `run` goes with that candidate's drawn facts and events."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve
from generated import Plain, definitions, law, load

from procedures import Procedure, Refused, Selection
from procedures import load as load_file
from procedures.errors import ScenarioError
from procedures.kernel.cases import Case
from procedures.simulation import Plan, Scenario, assumed_file, read_scenario, simulate
from procedures.simulation.engine.blocks import play_block, simulate_blocks
from rules.calendar import SECOND

DAY = 86_400 * SECOND
ROOT = Path(__file__).parents[2]
KORTRIJK = ROOT / "definitions" / "kortrijk"
SHIPPED = (
    "coordinator-ontmoetingscentra",
    "communicatiemedewerker-wsw",
    "maatschappelijk-werker-tijdelijk",
    "maatschappelijk-werker-vast",
)


def agrees(procedure: Procedure, scenario: Scenario, cohorts: int, seed: int = 1) -> None:
    machine = procedure.machine
    people, gone, _ = play_block(machine, scenario, seed, 0, cohorts, 0)
    block, states = simulate_blocks(machine, scenario, seed, 0, cohorts, 0)[0], [*machine.states]
    went: Counter[tuple[str, str]] = Counter()
    for number in range(cohorts):
        selection = Selection(procedure)
        answers = [selection.handle(event) for event in gone.events(number)]
        assert all(answer.code != "duplicate" for answer in answers if isinstance(answer, Refused))
        for row in np.flatnonzero(people.cohort == number).tolist():
            case = selection[gone.name(row)]
            assert gone.states[row] == case.state
            assert gone.known_facts(row) == selection.cohort.known_facts(case.facts)
            stood = {name for name in machine.states if gone.cases.has_been_in(name)[row]}
            assert stood == {move.to_state for move in case.history}
            went.update(
                (before.to_state, move.to_state)
                for before, move in pairwise(case.history)
                if before.to_state != move.to_state
            )
        took = [days for name in selection if (days := days_until(selection[name], scenario.selected)) is not None]
        assert block.waited[number] == max(took, default=0)
        for place, state in enumerate(states):
            assert block.reached[number, place] == sum(reaches(selection[name], state) for name in selection)
    ways = zip(*np.nonzero(block.moves), strict=True)
    assert {(states[origin], states[to]): block.moves[origin, to] for origin, to in ways} == went


def reaches(case: Case, state: str) -> bool:
    """Whether a case ever came to a state."""
    return any(move.to_state == state for move in case.history)


def days_until(case: Case, state: str | None) -> float | None:
    """How many days after the application a case first came to a state."""
    at = [move.at for move in case.history if move.to_state == state]
    return (at[0] - case.history[0].at) / DAY if at else None


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_procedures_are_simulated_as_they_run(name: str) -> None:
    procedure = load_file(KORTRIJK / f"{name}.yaml")
    agrees(procedure, assumed_file(procedure).scenario, 3)


def test_the_example_is_simulated_as_it_runs_under_every_reading() -> None:
    file = KORTRIJK / "coordinator-ontmoetingscentra.example.scenario.yaml"
    procedure = read_scenario(file).procedure
    for name, reading in procedure.definition.readings.items():
        for option in reading.options:
            other = procedure.with_reading(name, option)
            agrees(other, read_scenario(file, other).scenario, 2)


@law(definitions())
def test_generated_procedures_are_simulated_as_they_run(data: Plain) -> None:
    procedure = load(data)
    agrees(procedure, assumed_file(procedure).scenario, 2)


def test_the_same_seed_gives_the_same_numbers_however_many_replications_follow() -> None:
    file = read_scenario(KORTRIJK / "coordinator-ontmoetingscentra.example.scenario.yaml")
    machine = file.procedure.machine
    one, again, more = (simulate(machine, file.scenario, Plan(n, 7)) for n in (600, 600, 700))
    assert one.plain() == again.plain()
    assert (more.block.reached[:600] == one.block.reached).all()
    assert simulate(machine, file.scenario, Plan(600, 8)).plain() != one.plain()


def test_a_step_that_the_scenario_leaves_open_is_told() -> None:
    file = read_scenario(KORTRIJK / "coordinator-ontmoetingscentra.example.scenario.yaml")
    facts = {name: each for name, each in file.scenario.facts.items() if name != "leadership_experience"}
    with pytest.raises(ScenarioError, match=r"`screening` cannot be decided for everybody: of candidate 0:\d+, "):
        simulate(file.procedure.machine, evolve(file.scenario, facts=facts), Plan(10, 7))
