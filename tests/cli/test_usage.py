"""Wrong usage and input that cannot be read: exit status 2, a sentence on stderr, nothing on stdout, no traceback."""

import json
from importlib.metadata import version
from pathlib import Path

import pytest
from command import Command, Write

COORDINATOR = "definitions/kortrijk/coordinator-ontmoetingscentra.yaml"
PROFILE = "definitions/kenniscentrum/stafmedewerker.yaml"
TEMPLATE = "definitions/templates/flemish-local-government.yaml"
EVENTS = "docs/examples/coordinator.events.jsonl"

WRONG = [  # arguments, what stderr says
    (["chekc"], "Did you mean 'check'?"),
    (["check"], "Missing argument"),
    (["check", "nowhere.yaml"], "nowhere.yaml:1:1: cannot read the file: no such file or directory"),
    (["check", "src/rules"], "src/rules:1:1: the folder holds no definitions"),
    (["check", "tests/bad/cases/refused-otherwise.cases.yaml"], "this is no definition"),
    (["check", COORDINATOR, "--lang", "fr"], "unknown language `fr`: choose nl or en"),
    (["show"], "Missing argument"),
    (["show", "nowhere.yaml"], "nowhere.yaml:1:1: cannot read the file: no such file or directory"),
    (["show", "definitions"], "definitions:1:1: cannot read the file: is a directory"),
    (["show", COORDINATOR, "--lang", "NL"], "unknown language `NL`"),
    (["show", COORDINATOR, "--reading", "elimination"], "`elimination`: write NAME=OPTION"),
    (["show", COORDINATOR, "--reading", "=closing_only"], "`=closing_only`: write NAME=OPTION"),
    (["show", COORDINATOR, "--reading", "eliminaton=closing_only"], "did you mean `elimination`?"),
    (["show", COORDINATOR, "--reading", "elimination=never"], "its options are every_round, closing_only"),
    (
        ["show", COORDINATOR, "--reading", "missed_test=stays", "--reading", "missed_test=eliminates"],
        "`missed_test` is given two options",
    ),
    (["run", COORDINATOR], "Missing option '--events'"),
    (["run", COORDINATOR, "--events", "nowhere.jsonl"], "nowhere.jsonl:1:1: cannot read the file: no such file"),
    (["run", COORDINATOR, "--events", "docs"], "docs:1:1: cannot read the file: is a directory"),
    (["run", "nowhere.yaml", "--events", EVENTS], "nowhere.yaml:1:1: cannot read the file"),
    (["run", PROFILE, "--events", EVENTS], "its source states no procedure, so there is nothing to run"),
    (["run", TEMPLATE, "--events", EVENTS], "others extend it, and nobody runs it"),
    (["run", COORDINATOR, "--events", EVENTS, "--lang", "de"], "unknown language `de`"),
    (["explain", COORDINATOR, "--facts", "f.json"], "ask for one of --step, --condition and --pay"),
    (["explain", COORDINATOR, "--step", "screening"], "Missing option '--facts'"),
    (["explain", COORDINATOR, "--step", "screening", "--pay", "--facts", "f.json"], "ask for one of --step"),
    (["explain", COORDINATOR, "--step", "screning", "--facts", "f.json"], "did you mean `screening`?"),
    (["explain", COORDINATOR, "--condition", "admision", "--facts", "f.json"], "did you mean `admission`?"),
    (["explain", COORDINATOR, "--step", "screening", "--facts", "nowhere.json"], "nowhere.json:1:1: cannot read"),
    (["explain", COORDINATOR, "--step", "screening", "--facts", "docs"], "docs:1:1: cannot read the file: is a dir"),
    (["explain", PROFILE, "--step", "screening", "--facts", "f.json"], "no procedure is stated: there are no steps"),
    (["new"], "Missing argument"),
    (["new", "Example/Clerk"], "`Example/Clerk` is no identifier"),
    (["new", "example//clerk"], "is no identifier"),
    (["new", "../clerk"], "is no identifier"),
    (["new", "example/clerk", "--template", "flemish"], "there is no template `flemish`"),
    (["new", "example/clerk", "--template", "nowhere.yaml"], "there is no file `nowhere.yaml` to extend"),
    (["schema", "--lang", "fr"], "No such option"),
]


@pytest.mark.parametrize(("arguments", "told"), WRONG, ids=lambda value: " ".join(value)[-60:])
def test_wrong_usage_is_told_and_nothing_is_answered(procedures: Command, arguments: list[str], told: str) -> None:
    answered = procedures(*arguments)
    assert (answered.status, answered.out) == (2, "")
    assert told in answered.err
    assert "Traceback" not in answered.err


BROKEN = {  # what stands in a file that should be a definition
    "nothing": b"",
    "blanks": b"  \n\n",
    "binary": b"\x89PNG\r\n\x1a\n\x00\xff\xfe",
    "control characters": b"procedure: \x01\n",
    "a list": b"- procedure\n",
    "one word": b"procedure\n",
    "an open bracket": b"procedure: [a\n",
    "json lines": b'{"a": 1}\n{"b": 2}\n',
    "too large": b"# " + b"x" * (1024 * 1024 + 1),
    "deep": b"procedure: " + b"[" * 200,
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize(("command", "status"), [("check", 1), ("show", 2), ("run", 2), ("explain", 2)])
def test_a_broken_definition_is_told_with_its_place(
    procedures: Command, write: Write, command: str, status: int, content: bytes
) -> None:
    path = write("broken.yaml", content)
    more = {"run": ["--events", EVENTS], "explain": ["--step", "screening", "--facts", "f.json"]}.get(command, [])
    answered = procedures(command, path, *more)
    assert (answered.status, answered.out) == (status, "")
    lines = answered.err.splitlines()
    assert lines[0].startswith(f"{path}:")
    assert lines[-1].endswith("; nothing was compiled")


def test_a_broken_events_file_is_told_line_by_line_and_nothing_is_run(
    procedures: Command, clerk: Path, write: Write
) -> None:
    good = '{"candidate": "c1", "event": "apply", "at": "2026-01-05T09:00:00+01:00"}'
    path = write("events.jsonl", f'{good}\n{{broken\n\n[1]\n{good[:-1]}, "extra": 1}}\n')
    answered = procedures("run", clerk, "--events", path)
    assert (answered.status, answered.out) == (2, "")
    told = [line.partition(": ")[0] for line in answered.err.splitlines() if line.startswith(str(path))]
    assert [place.removeprefix(f"{path}:").partition(":")[0] for place in told] == ["2", "4", "5"]
    assert answered.err.splitlines()[-1] == "3 problems; nothing was run"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n"], ids=["utf-16", "picture"])
def test_a_binary_events_file_is_no_events_file(procedures: Command, clerk: Path, write: Write, content: bytes) -> None:
    answered = procedures("run", clerk, "--events", write("events.jsonl", content))
    assert answered.status == 2
    assert "events.jsonl:1:1: the line is not UTF-8 text" in answered.err


FACTS = [  # step, facts, what stderr says
    ("screening", {"degree": "doctor"}, ":1:2: `degree`: `doctor` is not one of the levels"),
    ("screening", {"experience": -1}, "`experience`: "),
    ("screening", {"experience": 1.5}, "`experience`: "),
    ("screening", {"experience": None}, "`experience`: "),
    ("screening", {"degre": "none"}, "unknown fact `degre`\n  help: did you mean `degree`?"),
    ("interview", {"score": 101}, "`score`: `101` is not a number from 0 to 100"),
    ("interview", {"interview.score": 60.001}, "`interview.score`: "),
    ("interview", {"scor": 60}, "help: did you mean `score`?"),
    ("interview", {"test": "sat"}, "`test`: `sat` is not one of the choices"),
    ("interview", ["score", 60], "facts are a JSON object"),
    ("interview", "{", "this is not JSON"),
    ("interview", b"\xff", "not UTF-8"),
    ("interview", "", "this is not JSON"),
]


@pytest.mark.parametrize(("step", "facts", "told"), FACTS)
def test_facts_outside_what_is_declared_decide_nothing(
    procedures: Command, clerk: Path, write: Write, step: str, facts: object, told: str
) -> None:
    path = write("facts.json", facts if isinstance(facts, bytes | str) else json.dumps(facts))
    answered = procedures("explain", clerk, "--step", step, "--facts", path)
    assert (answered.status, answered.out) == (2, "")
    assert answered.err.startswith(f"{path}:")
    assert told in answered.err
    assert answered.err.splitlines()[-1] == "1 problem; nothing was decided"


def test_every_wrong_fact_is_told_at_once_where_it_stands(procedures: Command, clerk: Path, write: Write) -> None:
    path = write("facts.json", '{\n  "degree": "doctor",\n  "experience": 12,\n  "salary": 3000\n}\n')
    answered = procedures("explain", clerk, "--step", "screening", "--facts", path)
    assert f"{path}:2:3: `degree`" in answered.err
    assert f"{path}:4:3: unknown fact `salary`" in answered.err
    assert answered.err.splitlines()[-1] == "2 problems; nothing was decided"


def test_a_procedure_without_pay_says_so(procedures: Command, clerk: Path, write: Write) -> None:
    answered = procedures("explain", clerk, "--pay", "--facts", write("facts.json", {}))
    assert (answered.status, answered.out, answered.err) == (2, "", "example/clerk states no pay\n")


HELPED = ["check", "show", "run", "screen", "explain", "simulate", "prove", "compare", "schema", "new"]


@pytest.mark.parametrize("command", HELPED)
def test_every_help_teaches_with_an_example(procedures: Command, command: str) -> None:
    answered = procedures(command, "--help")
    assert answered.status == 0
    example = answered.out.partition("Example:\n")[2].strip().splitlines()
    assert any(line.strip().startswith(f"procedures {command}") for line in example[:2])
    assert answered.out == procedures(command, "-h").out


def test_the_help_names_every_command_in_a_line_that_is_not_cut(procedures: Command) -> None:
    answered = procedures("--help")
    listed = answered.out.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed if line.strip()] == HELPED
    assert not any(line.endswith("...") for line in listed)


def test_the_version_is_that_of_the_package(procedures: Command) -> None:
    assert procedures("--version").out == f"procedures {version('selection-procedures')}\n"
