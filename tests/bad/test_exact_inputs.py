"""Numbers of JSON are exact, no path holds a null character, and suggestions take no time on long names."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from time import process_time

import pytest

from procedures import DefinitionError, Event, EventsError, Refused, Selection, load, loads
from procedures.errors import ScenarioError
from procedures.records import event_data, parse_events
from procedures.records.events import parse_facts, read_events, read_facts
from procedures.screening import Formats, TableError
from procedures.screening.files.reader import open_table
from procedures.simulation import read_scenario
from procedures.worked_cases.reader import read_cases
from procedures.worked_cases.replay import find_failures
from rules.calendar import Moment
from rules.kinds import FactError
from rules.suggestions import did_you_mean, find_nearest

MARKS = """
procedure: p
title: P
steps:
  exam: {from: applied, to: ok, records: {score: {kind: number, from: 0, to: 100, step: 0.01}}, pass_mark: 60}
"""
APPLY = '{"candidate": "ada", "event": "apply", "at": "2026-02-01T09:00:00+01:00"}\n'
EXAM = '{"candidate": "ada", "event": "exam", "at": "2026-02-02T09:00:00+01:00", "by": "hr", "facts": {"score": %s}}\n'


@pytest.mark.parametrize("score", ["59.99999999999999999", "100.0000000000000000001", "60.001", "-0.00001"])
def test_a_number_that_is_not_on_the_grid_is_refused_as_it_is_written(score: str) -> None:
    selection = Selection(loads(MARKS))
    *_, last = [selection.handle(line.event) for line in parse_events((APPLY + EXAM % score).encode(), "e.jsonl")]
    assert isinstance(last, Refused)
    assert last.code == "invalid_fact"


@pytest.mark.parametrize("score", ["60.01", "60.010", "6001e-2", "100.0", "0.1"])
def test_a_number_that_is_on_the_grid_stays_what_it_was(score: str) -> None:
    (line,) = parse_events((EXAM % score).encode(), "e.jsonl")
    assert type(line.event.facts["score"]) is float
    assert line.event.facts["score"] == float(score)


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("1e3", "e.jsonl:1:1: `1e3` is a whole number with an exponent\n  help: write `1000`"),
        ("1.5E+1", "e.jsonl:1:1: `1.5E+1` is a whole number with an exponent\n  help: write `15`"),
        ("1e400", "e.jsonl:1:1: `1e400` is a whole number with an exponent"),
        ("1e99999999999999999999", "e.jsonl:1:1: `1e99999999999999999999` is not a number that can be recorded"),
    ],
)
def test_a_whole_number_is_written_out(number: str, message: str) -> None:
    with pytest.raises(EventsError) as raised:
        parse_events((EXAM % number).encode(), "e.jsonl")
    assert str(raised.value) == message


@pytest.mark.parametrize(("number", "written"), [(Decimal("59.5"), 59.5), (Decimal("59.99999999999999999"), None)])
def test_an_exact_number_is_written_as_json(number: Decimal, written: float | None) -> None:
    event = Event("exam", Moment(0), "ada", {"score": number}, "hr")
    facts = json.loads(json.dumps(event_data(event)))["facts"]
    assert facts == {"score": str(number) if written is None else written}


def test_a_null_character_in_a_path_is_a_problem_with_a_place(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text('procedure: p\ntitle: P\nextends: "a\\0b.yaml"\n', encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"p\.yaml:3:10: a path cannot hold a null character"):
        load(tmp_path / "p.yaml")
    with pytest.raises(DefinitionError, match="a path cannot hold a null character"):
        load("a\0b.yaml")
    (tmp_path / "p.cases.yaml").write_text('procedure: "a\\0b.yaml"\ncases: []\n', encoding="utf-8")
    with pytest.raises(DefinitionError, match="a path cannot hold a null character"):
        read_cases(tmp_path / "p.cases.yaml")


def test_suggestions_on_hundreds_of_long_names_take_no_time() -> None:
    known = [f"{'experience_' * 13}{number:08}" for number in range(400)]
    start = process_time()
    assert [did_you_mean(f"{name}x", known) for name in known] == [None] * 400
    assert process_time() - start < 5  # it took two minutes; this bound is no measure of speed


@pytest.mark.parametrize(
    ("word", "meant"),
    [("sortlisted", "shortlisted"), ("scor", "score"), ("hscore", "score"), ("experence", "experience"), ("x", None)],
)
def test_a_slip_is_recognised(word: str, meant: str | None) -> None:
    assert find_nearest(word, ["shortlisted", "score", "experience", "since"]) == meant


def test_suggestions_among_hundreds_of_names_that_begin_alike_take_no_time() -> None:
    known = [f"{'experience_' * 5}{number:04}" for number in range(400)]
    start = process_time()
    assert find_nearest(f"{known[7]}x", known) == known[7]
    assert all(find_nearest(f"{name}x", known) for name in known)
    assert process_time() - start < 5  # it took half a minute; this bound is no measure of speed


def test_thousands_of_problems_are_collected_in_no_time() -> None:
    text = "procedure: p\ntitle: P\n" + "".join(f"key{number}: 1\n" for number in range(20_000))
    start = process_time()
    with pytest.raises(DefinitionError) as raised:
        loads(text)
    assert len(raised.value.problems) == 20_000
    assert process_time() - start < 10  # it took twenty seconds; this bound is no measure of speed


def test_a_null_character_in_a_path_of_cases_stands_at_its_word(tmp_path: Path) -> None:
    (tmp_path / "p.cases.yaml").write_text('cases: []\nprocedure: "a\\0b.yaml"\n', encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"p\.cases\.yaml:2:12: a path cannot hold a null character"):
        read_cases(tmp_path / "p.cases.yaml")


def test_a_null_character_in_the_procedure_of_a_scenario_stands_at_its_word(tmp_path: Path) -> None:
    text = 'scenario: s\nprocedure: "a\\0b.yaml"\ncandidates: 5\n'
    (tmp_path / "p.scenario.yaml").write_text(text, encoding="utf-8")
    for procedure in (None, loads(MARKS)):
        with pytest.raises(ScenarioError, match=r"p\.scenario\.yaml:2:12: a path cannot hold a null character"):
            read_scenario(tmp_path / "p.scenario.yaml", procedure)


def test_a_null_character_in_the_path_of_a_table_is_a_problem() -> None:
    with pytest.raises(TableError, match="a path cannot hold a null character"):
        open_table(Path("a\0b.csv"), Formats())


@pytest.mark.parametrize("read", [read_events, read_facts])
def test_a_null_character_in_the_path_of_a_json_file_is_a_problem(read: Callable[[str], object]) -> None:
    with pytest.raises(EventsError, match="a path cannot hold a null character"):
        read("a\0b.json")


@pytest.mark.parametrize("digits", ["1" * 5000, "1" * 16_000, "01" * 60_000])
def test_a_span_of_thousands_of_digits_is_no_span(digits: str, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(MARKS, encoding="utf-8")
    event = f"{{event: apply, at: 2026-02-01 09:00, candidate: c{digits}..c{digits}}}"
    text = f"cases:\n  - case: spans\n    events: [{event}]\n    outcome: {{ada: ok}}\n"
    (tmp_path / "p.cases.yaml").write_text(text, encoding="utf-8")
    start = process_time()
    (problem,) = find_failures(read_cases(tmp_path / "p.cases.yaml"))
    assert process_time() - start < 2
    assert "is no span of candidates" in problem.sentence
    assert problem.help == "as in `c01..c16`, upwards, at most 10000"


@pytest.mark.parametrize("score", ["59.99999999999999999", "100.0000000000000000001"])
def test_facts_of_one_person_are_exact_too(score: str, tmp_path: Path) -> None:
    (tmp_path / "facts.json").write_text(f'{{"exam.score": {score}}}', encoding="utf-8")
    for facts in (read_facts(tmp_path / "facts.json"), parse_facts(f'{{"exam.score": {score}}}', "<facts>")):
        with pytest.raises(FactError):
            loads(MARKS).machine.declared.encode("exam.score", facts["exam.score"])
