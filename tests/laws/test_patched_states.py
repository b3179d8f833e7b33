"""No patch loses a state's `unsuccessful`, whatever a member is called."""

from pathlib import Path

import pytest

from answers import accepted
from procedures import DefinitionError, Selection, load, loads

NAMES = ("held", "keeps", "passes", "exempt", "outcomes", "rule", "kinds", "options", "when", "parked")
TEXT = """
procedure: p
title: P
states: {{{name}: {{unsuccessful: true}}}}
steps: {{a: {{from: applied, to: ok, otherwise: {name}, records: {{passed: {{kind: flag}}}}}}}}
readings:
  labels:
    question: Which label?
    chosen: {option}
    options: {{as_written: {{}}, labelled: {{states: {{{name}: {{label: Parked}}}}}}}}
"""


@pytest.mark.parametrize("option", ["as_written", "labelled"])
@pytest.mark.parametrize("name", NAMES)
def test_an_adverse_state_stays_adverse_under_a_patch(name: str, option: str) -> None:
    selection = Selection(loads(TEXT.format(name=name, option=option)))
    accepted(selection.apply("ada", at="2026-02-01T09:00:00+01:00"))
    answer = selection.record("ada", "a", {"passed": False}, at="2026-02-02T09:00:00+01:00")
    assert answer.code == "needs_person"


@pytest.mark.parametrize("name", NAMES)
def test_members_of_any_name_are_merged_in_every_section(name: str, tmp_path: Path) -> None:
    base = f"""
procedure: base
title: B
facts: {{{name}: {{kind: number, from: 0, to: 10}}}}
conditions: {{{name}_rule: {{rule: {{{name}: {{at_least: 2}}}}}}}}
steps: {{{name}_step: {{from: applied, to: ok, passes: {name}_rule}}}}
"""
    patch = f"""
procedure: p
title: P
extends: base.yaml
facts: {{{name}: {{label: Points}}}}
conditions: {{{name}_rule: {{label: Enough}}}}
steps: {{{name}_step: {{label: First}}}}
"""
    (tmp_path / "base.yaml").write_text(base, encoding="utf-8")
    (tmp_path / "p.yaml").write_text(patch, encoding="utf-8")
    procedure = load(tmp_path / "p.yaml")
    assert procedure.machine.declared.facts[name].kind.word == "number"
    assert set(procedure.machine.steps) == {f"{name}_step"}
    assert f"{name}_rule" in procedure.definition.conditions


LOSES = {
    "false": "states: {parked: {unsuccessful: false}}",
    "null": "states: {parked: {unsuccessful: null}}",
    "the state removed": "states: {parked: null}",
    "all states removed": "states: null",
    "rejected": "states: {rejected: {unsuccessful: false}}",
}
ADVERSE = """
procedure: p
title: P
states: {{parked: {{unsuccessful: true}}}}
steps: {{a: {{from: applied, to: ok, otherwise: parked, records: {{passed: {{kind: flag}}}}}}}}
readings:
  r:
    question: Which?
    chosen: as_written
    options: {{as_written: {{}}, other: {{{patch}}}}}
"""


@pytest.mark.parametrize("patch", LOSES.values(), ids=LOSES)
def test_a_patch_that_takes_it_away_is_a_problem(patch: str) -> None:
    with pytest.raises(DefinitionError, match="unsuccessful"):
        loads(ADVERSE.format(patch=patch))


@pytest.mark.parametrize("patch", LOSES.values(), ids=LOSES)
def test_so_is_a_file_that_extends_another_and_takes_it_away(patch: str, tmp_path: Path) -> None:
    base = ADVERSE.format(patch="title: Q")
    (tmp_path / "base.yaml").write_text(base, encoding="utf-8")
    (tmp_path / "p.yaml").write_text(f"procedure: p\ntitle: P\nextends: base.yaml\n{patch}\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match="unsuccessful"):
        load(tmp_path / "p.yaml")
