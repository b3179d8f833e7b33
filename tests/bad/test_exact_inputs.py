"""Numbers of JSON are exact, no path holds a null character, and suggestions take no time on long names."""

from pathlib import Path
from time import process_time

import pytest

from procedures import DefinitionError, Refused, Selection, load, loads
from procedures.records import parse_events
from procedures.worked_cases.reader import read_cases
from rules.problems import did_you_mean, find_nearest

MARKS = """
procedure: p
title: P
steps:
  exam: {from: applied, to: ok, records: {score: {kind: number, from: 0, to: 100, step: 0.01}}, pass_mark: 60}
"""
APPLY = '{"candidate": "ada", "event": "apply", "at": "2026-02-01T09:00:00+01:00"}\n'
EXAM = '{"candidate": "ada", "event": "exam", "at": "2026-02-02T09:00:00+01:00", "by": "hr", "facts": {"score": %s}}\n'


@pytest.mark.parametrize("score", ["59.99999999999999999", "100.0000000000000000001", "60.001", "1e400", "-0.00001"])
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
