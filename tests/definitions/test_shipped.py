"""The shipped definitions: they load, their worked cases hold, and they say what the contract promises."""

from pathlib import Path

import pytest

from procedures import load
from procedures.records.events import read_events
from procedures.selection import Selection
from procedures.worked_cases.reader import read_cases
from procedures.worked_cases.replay import find_failures

ROOT = Path(__file__).parents[2]
DEFINITIONS = ROOT / "definitions"
FILES = sorted(path for path in DEFINITIONS.rglob("*.yaml") if path.suffixes == [".yaml"])
CASES = sorted(DEFINITIONS.rglob("*.cases.yaml"))


def name_of(path: Path) -> str:
    return str(path.relative_to(DEFINITIONS))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_definition_is_called_after_its_file(path: Path) -> None:
    assert load(path).name == str(path.relative_to(DEFINITIONS).with_suffix(""))


@pytest.mark.parametrize("path", CASES, ids=name_of)
def test_every_worked_case_ends_as_it_says(path: Path) -> None:
    worked = read_cases(path)
    assert len(worked) > 0
    assert [str(problem) for problem in find_failures(worked)] == []


CONTRACT = [  # file, states along the way, steps
    (
        "kortrijk/coordinator-ontmoetingscentra",
        "applied screened prescreened tested interviewed reserve rejected withdrawn expired offered hired",
        "screening prescreening capacity_test speed_interview combined offer hire",
    ),
    (
        "kortrijk/communicatiemedewerker-wsw",
        "applied tested screened interviewed reserve rejected withdrawn expired offered hired",
        "capacity_test screening speed_interview combined offer hire",
    ),
    (
        "kortrijk/maatschappelijk-werker-tijdelijk",
        "applied screened waiting offered matched hired rejected withdrawn",
        "screening online_interview offer match_interview hire",
    ),
]


@pytest.mark.parametrize(("name", "states", "steps"), CONTRACT)
def test_states_and_steps_are_those_promised(name: str, states: str, steps: str) -> None:
    machine = load(DEFINITIONS / f"{name}.yaml").machine
    assert set(machine.states) == set(states.split())
    assert list(machine.steps) == steps.split()


READINGS = [  # file, reading, options: the chosen one first
    ("kortrijk/coordinator-ontmoetingscentra", "test_for_internals", "as_written externals_only"),
    ("kortrijk/coordinator-ontmoetingscentra", "prescreening_keeps", "best_15 best_20 pass_mark_60"),
    ("kortrijk/coordinator-ontmoetingscentra", "elimination", "every_round closing_only"),
    ("kortrijk/coordinator-ontmoetingscentra", "missed_test", "eliminates stays"),
    ("kortrijk/coordinator-ontmoetingscentra", "missed_interview", "stays eliminates"),
    ("kortrijk/coordinator-ontmoetingscentra", "reserve_end", "after_two_years until_decided"),
    ("kortrijk/communicatiemedewerker-wsw", "test_for_internals", "externals_only everyone"),
    ("kortrijk/communicatiemedewerker-wsw", "experience_binds", "both_branches without_degree_only"),
    ("kortrijk/communicatiemedewerker-wsw", "pass_mark", "combined_round overall_at_close"),
    ("kortrijk/maatschappelijk-werker-tijdelijk", "end_of_application_day", "whole_day office_hours"),
    ("kortrijk/maatschappelijk-werker-tijdelijk", "declined_offer", "stays_waiting leaves_list"),
    ("kortrijk/maatschappelijk-werker-tijdelijk", "failed_match", "stays_waiting leaves_list"),
    ("kortrijk/maatschappelijk-werker-tijdelijk", "unwilling", "eliminates noted"),
]


@pytest.mark.parametrize(("name", "reading", "options"), READINGS)
def test_what_the_source_leaves_open_is_a_reading(name: str, reading: str, options: str) -> None:
    procedure = load(DEFINITIONS / f"{name}.yaml")
    stated = procedure.definition.readings[reading]
    assert [stated.chosen, *(option for option in stated.options if option != stated.chosen)] == options.split()
    for option in stated.options:
        assert procedure.with_reading(reading, option).readings[reading] == option


@pytest.mark.parametrize("name", ["maaseik/coordinator-integratie", "kenniscentrum/stafmedewerker"])
def test_a_profile_states_no_procedure(name: str) -> None:
    procedure = load(DEFINITIONS / f"{name}.yaml")
    assert not procedure.definition.has_steps
    assert procedure.definition.position is not None
    assert procedure.definition.position.competencies


EXAMPLES = [  # definition, events, where some candidates end
    ("coordinator-ontmoetingscentra", "coordinator", {"c01": "reserve", "c05": "hired", "c13": "rejected"}),
    ("communicatiemedewerker-wsw", "communicatiemedewerker", {}),
    ("maatschappelijk-werker-tijdelijk", "maatschappelijk-werker", {}),
]


@pytest.mark.parametrize(("definition", "events", "ends"), EXAMPLES)
def test_the_example_candidates_run_from_application_to_the_end(
    definition: str, events: str, ends: dict[str, str]
) -> None:
    selection = Selection(load(DEFINITIONS / "kortrijk" / f"{definition}.yaml"))
    for line in read_events(ROOT / "docs" / "examples" / f"{events}.events.jsonl"):
        selection.handle(line.event)
    states = {name: selection[name].state for name in selection}
    assert {name: states[name] for name in ends} == ends
    assert {"hired", "rejected"} <= set(states.values())
