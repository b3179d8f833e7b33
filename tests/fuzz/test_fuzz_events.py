"""Whatever a file of events or facts holds, reading it ends in events that fold, or in problems that say where."""

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from mutations import EVENT_FILES, ROOT, many, scalars

from procedures import EventsError, Selection, load
from procedures.records.events import event_data, parse_event, read_events, read_facts

T = TypeVar("T")
LINES = [line for path in EVENT_FILES for line in path.read_text(encoding="utf-8").splitlines()]
PROCEDURES = [load(path) for path in sorted((ROOT / "definitions" / "kortrijk").glob("m*tijdelijk.yaml"))] + [
    load(ROOT / "definitions" / "kortrijk" / "coordinator-ontmoetingscentra.yaml")
]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "events.jsonl"


def is_in_order(error: EventsError, raw: bytes, file: Path) -> bool:
    lines = re.split(b"\r\n|\n|\r", raw) if file.suffix == ".json" else raw.split(b"\n")
    return bool(error.problems) and all(
        problem.place is not None
        and problem.place.file == str(file)
        and 1 <= problem.place.line <= len(lines)
        and 1 <= problem.place.column <= len(lines[problem.place.line - 1]) + 1
        and re.match(r"[a-z`\d]", problem.sentence)
        for problem in error.problems
    )


def attempt(read: Callable[[], T]) -> T | EventsError:
    try:
        return read()
    except EventsError as error:
        return error


def folds(file: Path, raw: bytes) -> None:
    """What is read of the bytes folds into a selection without an exception, and is written as it was read."""
    file.write_bytes(raw)
    lines = attempt(lambda: read_events(file))
    if isinstance(lines, EventsError):
        assert is_in_order(lines, raw, file), lines
        return
    for procedure in PROCEDURES:
        selection = Selection(procedure)
        for line in lines:
            selection.handle(line.event)
    show = PROCEDURES[0].machine.zone.show
    assert [parse_event(event_data(line.event, show)) for line in lines] == [line.event for line in lines]


values: st.SearchStrategy[object] = st.recursive(
    st.one_of(scalars.map(str), st.integers(), st.floats(), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=4,
)


@st.composite
def changed_lines(draw: st.DrawFn) -> bytes:
    """A few real lines, in which a key is dropped, renamed or given something else, or characters are cut out."""
    chosen = []
    for line in draw(st.lists(st.sampled_from(LINES), min_size=1, max_size=8)):
        data, text = json.loads(line), line
        match draw(st.sampled_from(["as it is", "as it is", "drop", "rename", "replace", "fact", "cut", "insert"])):
            case "drop":
                data.pop(draw(st.sampled_from(sorted(data))))
                text = json.dumps(data)
            case "rename":
                data[draw(st.sampled_from(["step", "until", "seed", "why", "candidat", ""]))] = data.pop(
                    draw(st.sampled_from(sorted(data)))
                )
                text = json.dumps(data)
            case "replace":
                data[draw(st.sampled_from(sorted(data)))] = draw(values)
                text = json.dumps(data)
            case "fact":
                facts = data.setdefault("facts", {})
                facts[draw(st.sampled_from(["passed", "score", "diploma", "x", *facts]))] = draw(values)
                text = json.dumps(data)
            case "cut":
                start = draw(st.integers(0, len(line)))
                text = line[:start] + line[start + draw(st.integers(1, 9)) :]
            case "insert":
                start = draw(st.integers(0, len(line)))
                text = line[:start] + draw(st.text(max_size=4)) + line[start:]
        chosen.append(text.encode("utf-8", "surrogatepass"))
    return draw(st.sampled_from([b"\n", b"\r\n", b"\n\n"])).join(chosen)


@given(raw=st.binary(max_size=300))
@example(raw=b"\xef\xbb\xbf")
@example(raw=b"\x00")
@example(raw=b'{"a": 1e400}')
@many(1.5)
def test_any_bytes_are_events_or_problems(file: Path, raw: bytes) -> None:
    folds(file, raw)


@given(raw=changed_lines())
@many(2)
def test_real_lines_with_something_changed_are_events_or_problems(file: Path, raw: bytes) -> None:
    folds(file, raw)


@given(data=values)
@many(1.5)
def test_any_data_is_an_event_or_problems(data: object) -> None:
    _event_or_problems(data if isinstance(data, dict) else {"facts": data})


def _event_or_problems(data: dict[str, object]) -> None:
    for name in ("apply", "close", "extend", "advance"):
        whole = {"event": name, "candidate": "c1", "at": "2026-01-10T09:00:00Z", **data}
        event = attempt(partial(parse_event, whole))
        if isinstance(event, EventsError):
            assert event.problems
        else:
            Selection(PROCEDURES[0]).handle(event)


def facts_are(raw: bytes, file: Path) -> None:
    file = file.with_suffix(".json")
    file.write_bytes(raw)
    facts = attempt(lambda: read_facts(file))
    if isinstance(facts, EventsError):
        assert is_in_order(facts, raw, file), facts
    else:
        assert json.dumps(facts).startswith("{")


JSON_LIKE = st.text(alphabet='{}[]":,truefalsn0123.e-\\u \n', max_size=60).map(str.encode)


@given(raw=st.one_of(st.binary(max_size=200), JSON_LIKE))
@many(1.5)
def test_any_bytes_are_facts_or_problems(file: Path, raw: bytes) -> None:
    facts_are(raw, file)


@given(data=values)
@many(1.5)
def test_any_json_is_facts_or_problems(file: Path, data: object) -> None:
    facts_are(json.dumps(data).encode(), file)
