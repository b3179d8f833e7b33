"""`procedures prove`: verdicts in sentences and as data, exit statuses, time, readings, and the witness as a case."""

import json
from pathlib import Path

import pytest
from command import ROOT, Command, Write

from procedures.text import proofs

WRONG = ROOT / "tests/proofs/wrong"
STATUSES = [  # definition, exit status
    (ROOT / "definitions/kortrijk/maatschappelijk-werker-vast.yaml", 0),
    (WRONG / "round-walked-around.yaml", 1),
    (WRONG / "gate-never-held.yaml", 3),
]


@pytest.mark.parametrize(("path", "status"), STATUSES, ids=lambda each: getattr(each, "stem", each))
def test_the_exit_status_tells_the_worst_verdict(procedures: Command, path: Path, status: int) -> None:
    assert procedures("prove", path).status == status


def test_as_data_every_obligation_has_what_the_contract_says(procedures: Command) -> None:
    obligations = procedures("prove", WRONG / "round-walked-around.yaml", "--json").data["obligations"]
    for each in obligations:
        assert each.keys() - {"reason"} == {"id", "sentence", "verdict", "witness", "where"}
    refuted = {each["id"]: each for each in obligations if each["verdict"] == "refuted"}
    assert list(refuted) == ["round:interview"]
    assert refuted["round:interview"]["where"].endswith("round-walked-around.yaml:7")
    assert refuted["round:interview"]["witness"]["facts"] == {
        "degree": True, "appeal.granted": True, "recall.willing": True,
    }  # fmt: skip


def test_a_witness_is_an_events_file(procedures: Command, write: Write) -> None:
    path = WRONG / "round-walked-around.yaml"
    (witness,) = (
        each["witness"] for each in procedures("prove", path, "--json").data["obligations"] if each["witness"]
    )
    events = write("events.jsonl", witness["events"])
    ran = procedures("run", path, "--events", events, "--json", "--strict")
    assert ran.status == 0
    assert ran.data["candidates"]["candidate"]["state"] == "reserve"


def test_a_refutation_is_told_with_its_place_and_history(procedures: Command) -> None:
    out = procedures("prove", WRONG / "round-walked-around.yaml").out
    assert "round-walked-around.yaml:7]\n  refuted (round:interview)\n  for whom: degree: yes\n" in out
    assert "recall: passed → reserve (jury)" in out
    assert out.endswith("\n24 proved, 1 refuted, 0 undecided\n")
    assert "weerlegd (round:interview)" in procedures("prove", WRONG / "round-walked-around.yaml", "--lang", "nl").out


def test_what_the_time_is_too_short_for_is_left_open(procedures: Command, clerk: Path) -> None:
    answered = procedures("prove", clerk, "--budget", "0", "--json")
    assert answered.status == 3
    obligations = answered.data["obligations"]
    assert {each["verdict"] for each in obligations} == {"undecided"}
    assert obligations[0]["reason"].endswith(f"{len(obligations)} of {len(obligations)} left to prove")


def test_other_readings_are_proved_too(procedures: Command, clerk: Path) -> None:
    data = procedures("prove", clerk, "--all-readings", "--json").data
    option = next(iter(data["readings"]))
    assert [list(each["readings"]) for each in data["other_readings"]] == [[option]]
    assert data["other_readings"][0]["readings"] != {option: data["readings"][option]}


def test_a_witness_becomes_a_worked_case_that_check_replays(procedures: Command, write: Write) -> None:
    path = write("wrong.yaml", (WRONG / "round-walked-around.yaml").read_text(encoding="utf-8"))
    assert procedures("prove", path, "--write-case", "round:interview").status == 1
    assert "1 worked case\n" in procedures("check", path).out
    procedures("prove", path, "--write-case", "round:interview")
    assert "2 worked cases\n" in procedures("check", path).out
    # The case holds the history to where it ends: mended, the definition fails it.
    cases = path.with_name("wrong.cases.yaml")
    mended = path.read_text(encoding="utf-8").replace("to: waiting, records: {granted", "to: hired, records: {granted")
    path.write_text(mended, encoding="utf-8")
    assert procedures("check", path).status == 1
    before = cases.read_text(encoding="utf-8")
    answered = procedures("prove", path, "--write-case", "ends")
    assert (answered.status, cases.read_text(encoding="utf-8")) == (2, before)
    assert "no history refutes `ends`" in answered.err


def test_a_file_of_cases_that_takes_no_more_is_left_as_it_was(procedures: Command, write: Write) -> None:
    path = write("wrong.yaml", (WRONG / "round-walked-around.yaml").read_text(encoding="utf-8"))
    cases = write("wrong.cases.yaml", "cases:\n- {case: other, events: [], outcome: {}}\nby: hr\n")
    answered = procedures("prove", path, "--write-case", "round:interview")
    assert answered.status == 2
    assert "no case was added" in answered.err
    assert cases.read_text(encoding="utf-8").endswith("by: hr\n")


def test_without_the_packages_it_says_what_to_install(
    procedures: Command, clerk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs, "REQUIRED_PACKAGES", ("dd", "no_such_package"))
    answered = procedures("prove", clerk)
    assert (answered.status, answered.out) == (2, "")
    assert "no_such_package: pip install 'selection-procedures[prove]'" in answered.err


def test_json_is_one_document(procedures: Command, clerk: Path) -> None:
    assert json.loads(procedures("prove", clerk, "--json").out)["procedure"] == "example/clerk"


def test_a_file_of_cases_that_is_no_text_is_told_and_left_as_it_was(procedures: Command, write: Write) -> None:
    path = write("walk.yaml", (WRONG / "round-walked-around.yaml").read_text(encoding="utf-8"))
    beside = path.with_name("walk.cases.yaml")
    beside.write_bytes(b"procedure: walk.yaml\ncases: # \xff\n")
    answered = procedures("prove", path, "--write-case", "round:interview")
    assert answered.status == 2
    assert "no case was added to walk.cases.yaml: the file is not UTF-8 text" in answered.err
    assert beside.read_bytes().endswith(b"\xff\n")
    assert [each.name for each in path.parent.glob("walk.cases*")] == [beside.name]


def test_a_position_profile_owes_nothing(procedures: Command) -> None:
    answered = procedures("prove", ROOT / "definitions/maaseik/coordinator-integratie.yaml")
    assert answered.status == 0
    assert "a position profile: it states no procedure" in answered.out
    assert answered.out.endswith("0 proved, 0 refuted, 0 undecided\n")
