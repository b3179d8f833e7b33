"""Wrong definitions: each names above its steps what a proof must find wrong in it, and nothing else."""

import re
from pathlib import Path

import pytest

from procedures import Refused, Selection, load, loads
from procedures.properties import Proved, Refuted, Undecided, Verdict
from procedures.proving import Prover, obligations
from procedures.proving.histories import WHO

WRONG = sorted((Path(__file__).parent / "wrong").glob("*.yaml"))
SHOWN = {  # what somebody can show, and where `run` then leaves the case
    "round-walked-around": ("round:interview", "reserve"),
    "read-before-recorded": ("recorded:screening", "applied"),
    "never-ends": ("ends", "waiting"),
}


def verdicts(path: Path) -> dict[str, Verdict]:
    prover = Prover(load(path).machine)
    return {obligation.id: prover.prove(obligation) for obligation in obligations(prover.machine)}


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
    assert not [answer for event in verdict.witness.events if isinstance(answer := selection.take(event), Refused)]
    assert selection[WHO].state == state


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
