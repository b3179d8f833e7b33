"""Whatever a file holds, loading it ends in a procedure that runs, or in problems that say where and what."""

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from mutations import DEFINITIONS, Plain, changed, definitions, events, junk, lines_of, many, read_plain, text_of

from procedures import DefinitionError, Moved, Problem, Procedure, Refused, Selection, load, loads
from procedures.definition.language import DEFINITION_SECTIONS
from procedures.records.run_report import report

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
FILE = "fuzzed.yaml"


def is_inside(problem: Problem, text: str, file: str) -> bool:
    """Whether the place of a problem is in the text, or in a file that the text extends."""
    place = problem.place
    if place is None:
        return False
    lines = _BREAK.split(text if place.file == file else Path(place.file).read_text(encoding="utf-8"))
    return 1 <= place.line <= len(lines) and 1 <= place.column <= len(lines[place.line - 1]) + 1


def loaded(text: str, file: str = FILE) -> Procedure | None:
    """The procedure in a text; None where there are problems, and each is in order."""
    procedure, problems = attempt(lambda: loads(text, file))
    assert (procedure is None) is bool(problems)
    assert len({(problem.sentence, problem.place) for problem in problems}) == len(problems)
    for problem in problems:
        assert is_inside(problem, text, file), problem
        assert re.match(r"[a-z`\d]", problem.sentence), problem
    return procedure


def attempt(load_it: Callable[[], Procedure]) -> tuple[Procedure | None, tuple[Problem, ...]]:
    try:
        return load_it(), ()
    except DefinitionError as error:
        return None, error.problems


def runs(procedure: Procedure, data: st.DataObject) -> None:
    """Every reading's options compile, and a few events are answered, told and reported without an exception."""
    for name, reading in procedure.definition.readings.items():
        for option in reading.options:
            # Two options that are now chosen may set the same place; nothing else may be wrong with them.
            _, problems = attempt(partial(procedure.with_reading, name, option))
            assert all("both set" in problem.sentence for problem in problems)
    selection = Selection(procedure)
    for event in data.draw(st.lists(events(procedure), max_size=6)):
        answer = selection.handle(event)
        assert isinstance(answer, Moved | Refused)
        if isinstance(answer, Refused):
            assert answer.message("nl")
            assert answer.message("en")
    json.dumps(report(selection, ()), allow_nan=False)
    for candidate in selection:
        for step in procedure.machine.steps:
            selection.explain(candidate, step)


@given(st.binary(max_size=200))
@example(b"\xff\xfea\x00")
@example(b"a: [\x00")
@many(1.5)
def test_any_bytes_are_a_definition_or_problems(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "bytes.yaml"
    file.write_bytes(raw)
    with pytest.raises(DefinitionError) as raised:
        load(file)
    assert all(problem.place is not None and problem.place.file == str(file) for problem in raised.value.problems)


SIGNS = [
    "a", "title", ":", "-", "[", "]", "{", "}", ",", "'", '"', "#", "&x", "*x", "!t", "|", ">", "?", "---", "...", "%",
    "@", "`", "<<", "\\u", "é", "\U0001f600",
]  # fmt: skip
YAML_LIKE = st.lists(
    st.sampled_from([*SIGNS, ": ", "- ", "\n", "\n  ", "\t", "\r", "\x85", "\u2028", "\ufeff", "\x07"]), max_size=30
).map("".join)


@given(st.one_of(YAML_LIKE, st.text(max_size=60)))
@example("title: {{ x }}")
@example("? a\n? [")
@example("\r\r\r'")
@example("a: b\r\n\tc")
@many(2.5)
def test_any_text_is_a_definition_or_problems(text: str) -> None:
    assert loaded(text) is None


@given(st.data(), junk)
@many(1)
def test_any_structure_is_a_definition_or_problems(data: st.DataObject, tree: object) -> None:
    if procedure := loaded(text_of(tree)):
        runs(procedure, data)


@given(st.data(), definitions)
@many(0.9)
def test_any_structure_over_the_real_keys_is_a_definition_or_problems(data: st.DataObject, text: str) -> None:
    if procedure := loaded(text):
        runs(procedure, data)


EVERYTHING = read_plain(Path(__file__).with_name("everything.yaml"))
RUNNING = load(Path(__file__).with_name("everything.yaml"))
SHIPPED = tuple((read_plain(path), path) for path in DEFINITIONS)


def keys_of(data: Plain) -> set[str]:
    if isinstance(data, dict):
        return set(data).union(*map(keys_of, data.values()))
    return set().union(*map(keys_of, data)) if isinstance(data, list) else set()


def test_every_key_of_the_language_is_there_to_be_changed() -> None:
    assert {key for keys in DEFINITION_SECTIONS.values() for key in keys} <= keys_of(EVERYTHING)


@given(st.data())
@many(0.9)
def test_a_definition_of_everything_with_something_changed_is_a_definition_or_problems(data: st.DataObject) -> None:
    text = lines_of(data.draw(changed(EVERYTHING)))
    if procedure := loaded(text):
        runs(procedure, data)


@given(st.data())
@many(0.6)
def test_a_definition_of_everything_runs_whatever_happens(data: st.DataObject) -> None:
    selection = Selection(RUNNING)
    for event in sorted(data.draw(st.lists(events(RUNNING), max_size=40)), key=lambda event: event.at):
        assert isinstance(selection.handle(event), Moved | Refused)
    json.dumps(report(selection, ()), allow_nan=False)


@given(st.data())
@many(0.8)
def test_a_shipped_definition_with_something_changed_is_a_definition_or_problems(data: st.DataObject) -> None:
    original, path = data.draw(st.sampled_from(SHIPPED))
    text = lines_of(data.draw(changed(original)))
    if procedure := loaded(text, str(path)):
        runs(procedure, data)


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.name)
def test_what_is_drawn_from_a_shipped_definition_says_what_it_says(path: Path) -> None:
    if path.name == "organisation.yaml":  # a part of others, and no definition alone
        return
    assert loads(lines_of(read_plain(path)), str(path)).digest == load(path).digest
