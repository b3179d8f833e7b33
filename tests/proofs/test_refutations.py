"""Wrong definitions: each names above its steps what a proof must find wrong in it, and nothing else."""

import re
from pathlib import Path

import pytest

from procedures import Refused, Selection, load, loads
from procedures.proofs import obligations, prove
from procedures.proofs.reachability.histories import CANDIDATE
from procedures.proofs.verdicts import Proved, Refuted, Undecided, Verdict

WRONG = sorted((Path(__file__).parent / "wrong").glob("*.yaml"))
SHOWN = {  # what somebody can show, and where `run` then leaves the case
    "round-walked-around": ("round:interview", "reserve"),
    "read-before-recorded": ("recorded:screening", "applied"),
    "never-ends": ("ends", "waiting"),
    "kinds-that-overlap": ("kinds:recruitment:promotion", "reserve"),
}


def verdicts(path: Path) -> dict[str, Verdict]:
    return {obligation.id: verdict for obligation, verdict in prove(load(path))}


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_a_proof_finds_what_is_wrong_and_nothing_else(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = verdicts(path)
    for word, verdict in (("refuted", Refuted), ("undecided", Undecided)):
        told = {name for name, each in found.items() if isinstance(each, verdict)}
        assert told == set(re.findall(rf"^# {word}: (\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", SHOWN)
def test_a_witness_goes_where_it_says(name: str) -> None:
    path = Path(__file__).parent / "wrong" / f"{name}.yaml"
    obligation, state = SHOWN[name]
    verdict = verdicts(path)[obligation]
    assert isinstance(verdict, Refuted)
    assert verdict.witness is not None
    selection = Selection(load(path))
    assert not [answer for event in verdict.witness.events if isinstance(answer := selection.handle(event), Refused)]
    assert selection[CANDIDATE].state == state


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_a_refutation_says_what_stands_above_its_definition(path: Path) -> None:
    refuted = [(each, verdict) for each, verdict in prove(load(path)) if isinstance(verdict, Refuted)]
    said = {words.en for obligation, verdict in refuted for words in (obligation.sentence, verdict.reason)}
    assert said >= set(re.findall(r"^# told: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE))


CLERK = """
procedure: clerk
title: Clerk
facts: {degree: {kind: flag}, experience: {kind: duration, unit: months}}
conditions: {senior: {rule: {experience: {at_least: 24}}}}
steps:
  screening: {from: applied, to: screened, passes: {degree: true}}
  interview: {to: hired, records: {passed: {kind: flag}}}
readings:
  asks:
    question: What is asked for?
    chosen: a_degree
    options: {a_degree: {}, experience: {steps: {screening: {passes: senior}}}}
  other:
    question: And what else?
    chosen: as_written
    options:
      as_written: {}
      otherwise: OTHERWISE
"""
OPTIONS = [  # the second option of the last reading, what is refuted of the readings
    ("{}", ["option:other:otherwise"]),
    ("{steps: {interview: {label: Interview}}}", ["option:other:otherwise"]),
    ("{steps: {interview: {exempt: {degree: true}}}}", []),
    # Nobody asks who is senior, as the other reading is chosen; under its other option somebody does.
    ("{conditions: {senior: {rule: {experience: {at_least: 36}}}}}", []),
    # It says what is written anyway, and cannot be read beside the other option of the other reading.
    ("{steps: {screening: {passes: {degree: true}}}}", ["option:other:otherwise"]),
]


@pytest.mark.parametrize(("option", "refuted"), OPTIONS)
def test_an_option_that_moves_cases_as_another_does_is_dead(option: str, refuted: list[str]) -> None:
    found = prove(loads(CLERK.replace("OTHERWISE", option)))
    told = [each.id for each, verdict in found if each.about == "option counts" and isinstance(verdict, Refuted)]
    assert told == refuted


def test_a_machine_alone_has_no_options() -> None:
    procedure = loads(CLERK.replace("OTHERWISE", "{}"))
    of_machine = {each.id for each in obligations(procedure.machine)}
    told = [each.id for each in obligations(procedure) if each.id not in of_machine]
    assert told == ["option:asks:experience", "option:other:otherwise"]


def test_what_is_left_open_has_a_reason() -> None:
    reasons = {
        path.stem: [each.reason.en for each in verdicts(path).values() if isinstance(each, Undecided)] for path in WRONG
    }
    assert "`test.budget` is not always recorded before the gate" in reasons["gate-without-fact"]
    assert all("`interview` is held hangs on how many others there are" in each for each in reasons["gate-never-held"])


def test_the_shipped_definitions_have_nothing_wrong() -> None:
    shipped = Path(__file__).parents[2] / "definitions" / "kortrijk" / "communicatiemedewerker-wsw.yaml"
    assert all(isinstance(verdict, Proved) for verdict in verdicts(shipped).values())


def test_what_an_author_wants_proved_moves_no_case() -> None:
    path = Path(__file__).parent / "wrong" / "own-properties.yaml"
    text = path.read_text(encoding="utf-8")
    without = text.partition("properties:")[0]
    assert loads(text).machine.properties
    assert loads(without).digest == loads(text).digest
