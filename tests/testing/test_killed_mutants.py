"""What is drawn from a definition tells it from every mutant of it: operators, constants, arcs and windows."""

from pathlib import Path
from typing import Any

import pytest
from definition_changes import Mutant, mutants, rule_changes
from mutant_harness import Pool, drawn, is_argued, main, shipped, survivors

from procedures import load
from procedures.testing import facts
from rules.algebra import Named
from rules.evaluation import truth

DEFINITIONS = [path for path in shipped() if load(path).machine.steps]


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.stem)
def test_every_mutant_of_a_shipped_definition_is_killed(path: Path) -> None:
    procedure = load(path)
    counted, alive = survivors(Pool.of(procedure.machine, 300), mutants(procedure.definition))
    assert [mutant.name for mutant in alive if not is_argued(mutant)] == []
    assert {"operator", "constant", "arc"} <= set(counted)


def test_the_command_prints_killed_and_total(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["werker-vast", "--examples", "100"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("kortrijk/maatschappelijk-werker-vast: 26/26 killed")
    assert told[-1] == "26/26 killed; 0 alive and not argued away"


def test_mutants_of_the_file_are_killed_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["werker-vast", "--examples", "100", "--written"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[1] == "  argued  written  timezone: Europe/Brussels → UTC"
    assert told[-1].endswith("0 alive and not argued away")


def test_a_profile_has_nobody_to_move(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stafmedewerker"]) == 0
    assert "it states no steps" in capsys.readouterr().out


def test_out_of_time_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    main(["werker-vast", "--examples", "25", "--seconds", "0"])
    assert "out of time" in capsys.readouterr().out


def test_without_histories_mutants_live() -> None:
    procedure = load(DEFINITIONS[0])
    tried = [Mutant("arc", "none of it is played", procedure.machine)]
    assert survivors(Pool(), tried)[1] == tried


def test_the_facts_of_a_profile_tell_its_conditions_from_their_mutants() -> None:
    """A profile has no steps: what decides are its conditions, asked of facts alone."""
    profile = load("definitions/kenniscentrum/stafmedewerker.yaml")
    declared = profile.machine.declared
    people: list[dict[str, Any]] = [
        {name: declared.encode(name, value) for name, value in each.items()} for each in drawn(facts(profile), 200)
    ]
    alive = []
    for name, rule in profile.definition.conditions.items():
        assert isinstance(rule, Named)
        for _, words, other in rule_changes(rule.rule, declared):
            if all(truth(rule, person) is truth(other, person) for person in people):
                alive.append(f"{name}: {words}")
    assert alive == []
