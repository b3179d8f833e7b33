"""`procedures check`: every problem at once, where a file stands, and worked cases as part of the answer."""

import re
import shutil
from pathlib import Path

import pytest
from command import CLERK, ROOT, Command, Write


def test_the_shipped_definitions_are_fine_and_each_has_its_line(procedures: Command) -> None:
    answered = procedures("check", "definitions")
    assert (answered.status, answered.err) == (0, "")
    lines = dict(line.split(": ", 1) for line in answered.out.splitlines())
    shipped = [path for path in (ROOT / "definitions").rglob("*.yaml") if path.suffixes == [".yaml"]]
    assert {str(path.relative_to(ROOT)) for path in shipped} == set(lines)
    coordinator = lines["definitions/kortrijk/coordinator-ontmoetingscentra.yaml"]
    assert coordinator.startswith("11 states, 7 steps, 9 readings, ")
    assert coordinator.endswith(" worked cases")
    assert lines["definitions/maaseik/coordinator-integratie.yaml"] == "a position profile: it states no procedure"
    assert lines["definitions/templates/flemish-local-government.yaml"].startswith("a template, ")


def test_the_lines_come_in_dutch_too(procedures: Command, clerk: Path) -> None:
    answered = procedures("check", clerk, "definitions/maaseik", "--lang", "nl")
    assert answered.out.splitlines() == [
        f"{clerk}: 7 toestanden, 3 stappen, 1 lezing",
        "definitions/maaseik/coordinator-integratie.yaml: een functieprofiel: er staat geen procedure in",
    ]


def test_every_problem_of_every_file_is_told_at_once_beside_the_files_that_are_fine(
    procedures: Command, write: Write
) -> None:
    good = write("a.yaml", CLERK)
    wrong = write("b.yaml", CLERK.replace("to: screened", "too: screened").replace("master: 60", ""))
    worse = write("c.yaml", CLERK.replace("at_least: bachelor", "at_least: doctor").replace("passes:", "pases:"))
    answered = procedures("check", good, wrong, worse)
    assert answered.status == 1
    assert answered.out == f"{good}: 7 states, 3 steps, 1 reading\n"
    told = [line for line in answered.err.splitlines() if not line.startswith("  help: ")]
    assert [line.partition(":")[0] for line in told[:-1]] == sorted(line.partition(":")[0] for line in told[:-1])
    assert any(line.startswith(f"{wrong}:15:5: unknown key `too`") for line in told)
    assert any(line.startswith(f"{worse}:") and "`doctor`" in line for line in told)
    assert any(line.startswith(f"{worse}:") and "`pases`" in line for line in told)
    assert told[-1] == f"{len(told) - 1} problems in 2 of 3 definitions"


def test_one_file_with_one_problem_is_counted_as_one(procedures: Command, write: Write) -> None:
    path = write("clerk.yaml", CLERK.replace("passes: admission", "passes: admision"))
    answered = procedures("check", path)
    assert (answered.status, answered.out) == (1, "")
    assert answered.err.splitlines() == [
        f"{path}:16:13: unknown condition `admision`",
        "  help: did you mean `admission`?",
        "1 problem; nothing was compiled",
    ]


def test_a_missing_file_makes_it_unusable_and_the_others_are_still_checked(procedures: Command, clerk: Path) -> None:
    answered = procedures("check", clerk, "nowhere.yaml")
    assert answered.status == 2
    assert answered.out.startswith(f"{clerk}: 7 states")
    assert "nowhere.yaml:1:1: cannot read the file" in answered.err


def test_a_file_that_is_named_twice_is_checked_once(procedures: Command, clerk: Path) -> None:
    assert procedures("check", clerk, clerk, clerk.parent).out.count("clerk.yaml") == 1


@pytest.mark.parametrize("beside", ["x.cases.yaml", "x.rush.scenario.yaml", ".hidden.yaml", ".git/x.yaml", "x.txt"])
def test_what_is_no_definition_is_passed_over_in_a_folder(procedures: Command, write: Write, beside: str) -> None:
    good, _ = write("set/a.yaml", CLERK), write(f"set/{beside}", "[")
    assert procedures("check", good.parent).out == f"{good}: 7 states, 3 steps, 1 reading\n"


# -- what a file is called by where it stands -----------------------------------------------------------------------

PLACES = [  # path, procedure, whether that is its name
    ("definitions/example/clerk.yaml", "example/clerk", True),
    ("definitions/example/clerk.yaml", "clerk", False),
    ("definitions/clerk.yaml", "clerk", True),
    ("definitions/a/b/c.yaml", "a/b/c", True),
    ("definitions/old/definitions/a/b.yaml", "a/b", True),
    ("elsewhere/clerk.yaml", "anything", True),
]


@pytest.mark.parametrize(("path", "name", "right"), PLACES)
def test_under_definitions_a_procedure_is_called_by_its_path(
    procedures: Command, write: Write, path: str, name: str, *, right: bool
) -> None:
    file = write(path, "# a comment\n" + CLERK.replace("example/clerk", name))
    answered = procedures("check", file)
    assert answered.status == (0 if right else 1)
    if not right:
        assert f"{file}:2:1: under `definitions` the procedure is called by its path: `example/clerk`" in answered.err


def test_the_name_is_told_with_everything_else_that_is_wrong(procedures: Command, write: Write) -> None:
    text = CLERK.replace("example/clerk", "clerk").replace("passes: admission", "passes: admision")
    answered = procedures("check", write("definitions/example/clerk.yaml", text))
    assert "called by its path" in answered.err
    assert "unknown condition `admision`" in answered.err
    assert answered.err.endswith("2 problems; nothing was compiled\n")


def test_a_file_that_inherits_its_name_has_none_of_its_own(procedures: Command, write: Write) -> None:
    write("definitions/base.yaml", CLERK.replace("example/clerk", "base"))
    answered = procedures("check", write("definitions/x/y.yaml", "extends: ../base.yaml\nversion: 2\n"))
    assert answered.status == 1
    assert "the procedure is called by its path: `x/y`" in answered.err


# -- worked cases ---------------------------------------------------------------------------------------------------

CASES = """\
cases:
  - case: a bachelor is admitted
    facts: {degree: bachelor}
    conditions: {admission: %s}
"""


def test_worked_cases_beside_a_definition_are_replayed(procedures: Command, clerk: Path, write: Write) -> None:
    write("clerk.cases.yaml", CASES % "true")
    assert procedures("check", clerk).out == f"{clerk}: 7 states, 3 steps, 1 reading, 1 worked case\n"


def test_a_case_that_ends_otherwise_is_a_problem(procedures: Command, clerk: Path, write: Write) -> None:
    cases = write("clerk.cases.yaml", CASES % "false")
    answered = procedures("check", clerk)
    assert (answered.status, answered.out) == (1, "")
    assert answered.err.splitlines()[0] == f"{cases}:4:29: a bachelor is admitted: `admission` is true, not false"
    assert answered.err.splitlines()[-1] == "1 problem"


def test_cases_that_cannot_be_read_are_a_problem(procedures: Command, clerk: Path, write: Write) -> None:
    cases = write("clerk.cases.yaml", "casses: []\n")
    answered = procedures("check", clerk)
    assert answered.status == 1
    assert f"{cases}:1:1: unknown key `casses`" in answered.err


def test_a_changed_rule_is_caught_by_the_shipped_cases(procedures: Command, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "definitions", tmp_path / "definitions")
    file = tmp_path / "definitions/kortrijk/coordinator-ontmoetingscentra.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("more_than: 15", "more_than: 14"), encoding="utf-8")
    assert procedures("check", tmp_path / "definitions").status == 1


# -- as data --------------------------------------------------------------------------------------------------------


def test_as_data_it_is_one_document_with_the_same_problems(procedures: Command, clerk: Path, write: Write) -> None:
    wrong = write("wrong.yaml", CLERK.replace("passes: admission", "passes: admision"))
    answered = procedures("check", clerk, wrong, "--json")
    assert answered.status == 1
    fine, broken = answered.data["files"]
    assert (fine["procedure"], fine["problems"]) == ("example/clerk", [])
    assert fine["digest"].startswith("sha256:")
    assert fine["steps"] == ["screening", "test", "interview"]
    assert (broken["procedure"], broken["steps"]) == (None, [])
    problem = {
        "file": str(wrong),
        "line": 16,
        "column": 13,
        "sentence": "unknown condition `admision`",
        "help": "did you mean `admission`?",
    }
    assert broken["problems"] == answered.data["problems"] == [problem]


def test_what_everybody_inherits_is_told_once(procedures: Command, write: Write) -> None:
    write("base.yaml", CLERK.replace("passes: admission", "passes: admision"))
    one, two = (write(f"{name}.yaml", f"extends: base.yaml\nprocedure: {name}\n") for name in ("one", "two"))
    answered = procedures("check", one, two)
    assert answered.err.count("unknown condition `admision`") == 1


def test_whoever_asks_for_the_cases_means_the_definition_they_are_about(procedures: Command) -> None:
    answered = procedures("check", "definitions/kenniscentrum/stafmedewerker.cases.yaml")
    assert answered.status == 0
    assert answered.out.startswith("definitions/kenniscentrum/stafmedewerker.yaml: ")


NULLS = [
    ("check", "a\0b.yaml"),
    ("show", "a\0b.yaml"),
    ("run", "CLERK", "--events", "a\0b.jsonl"),
    ("explain", "CLERK", "--step", "screening", "--facts", "a\0b.json"),
    ("screen", "CLERK", "a\0b.csv"),
    ("screen", "CLERK", "CSV", "-o", "a\0b.csv"),
    ("simulate", "CLERK", "--scenario", "a\0b.scenario.yaml"),
    ("simulate", "CLERK", "-o", "a\0b.html"),
    ("new", "example/clerk", "-o", "a\0b.yaml"),
]


@pytest.mark.parametrize("arguments", NULLS, ids=lambda row: repr(" ".join(row)))
def test_a_null_character_in_any_path_is_a_problem(
    procedures: Command, clerk: Path, write: Write, arguments: tuple[str, ...]
) -> None:
    files = {"CLERK": clerk, "CSV": write("a.csv", "experience\n30\n")}
    answered = procedures(*(files.get(each, each) for each in arguments))
    assert answered.status == 2
    assert re.search("null (character|byte)", answered.err)
    assert "mistake in the program" not in answered.err
