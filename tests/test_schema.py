"""The JSON Schema takes what `check` takes and knows every key of the language; what is no key it refuses."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from procedures import DefinitionError, load
from procedures.definition.documents import read_file
from procedures.definition.language import DEFINITION_SECTIONS
from procedures.definition.schema import definition_schema
from procedures.definition.starters import make_starter
from rules.nodes import Listing, Node, Scalar, Table
from rules.pay import AMOUNT_KEYS, PAY_KEYS, SENIORITY_KEYS
from rules.problems import Problems

ROOT = Path(__file__).parents[1]
SHIPPED = sorted(path for path in (ROOT / "definitions").rglob("*.yaml") if path.suffixes == [".yaml"])
SCHEMA = json.loads(json.dumps(definition_schema()))
VALIDATOR = Draft202012Validator(SCHEMA)


def plain(node: Node) -> Any:
    """What an editor makes of a file: YAML 1.2, in which only numbers, true, false and null are not text."""
    match node:
        case Table():
            return {name: plain(value) for name, value in node}
        case Listing():
            return [plain(item) for item in node.items]
        case Scalar(text, unquoted):
            if unquoted and text in ("true", "false"):
                return text == "true"
            if unquoted and re.fullmatch(r"-?\d+(\.\d+)?", text):
                return json.loads(text)
            return None if node.is_null else text


def read(path: Path) -> Any:
    problems = Problems()
    node = read_file(path, problems)
    assert node is not None, list(problems)
    return plain(node)


def pyyaml(path: Path) -> Any:
    """What PyYAML makes of it, where `on` is true and a day is a date; keys are text again."""

    def keyed(value: Any) -> Any:
        if isinstance(value, dict):
            return {"on" if key is True else str(key): keyed(each) for key, each in value.items()}
        return [keyed(each) for each in value] if isinstance(value, list) else value

    return keyed(yaml.safe_load(path.read_text(encoding="utf-8")))


def wrong(data: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(data)]


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@pytest.mark.parametrize("reader", [read, pyyaml])
def test_every_shipped_definition_is_taken(path: Path, reader: Any) -> None:
    assert wrong(reader(path)) == []


def test_a_starter_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "starter.yaml"
    path.write_text(make_starter("example/clerk"), encoding="utf-8")
    assert wrong(read(path)) == []


def tables(data: Any, road: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The road to every mapping in the data."""
    if isinstance(data, dict):
        yield road
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from tables(value, (*road, key))


# Where the author chooses the names, a misspelt key is a name.
WHOLE = ("communicatiemedewerker-wsw", "maatschappelijk-werker-vast", "stafmedewerker")
CHOSEN = {
    "sources",
    "facts",
    "conditions",
    "states",
    "steps",
    "readings",
    "records",
    "labels",
    "competencies",
    "options",
}


@pytest.mark.parametrize("path", [path for path in SHIPPED if path.stem in WHOLE], ids=lambda path: path.stem)
def test_a_key_that_is_none_is_refused_wherever_it_stands(path: Path) -> None:
    data = read(path)
    tried = 0
    for road in tables(data):
        if road and (road[-1] in CHOSEN or road[-1] in ("counts", "kinds", "mean")):
            continue
        changed = copy.deepcopy(data)
        inner = changed
        for key in road:
            inner = inner[key]
        inner["no-such-key"] = "x"
        assert wrong(changed), road
        tried += 1
    assert tried > 10


def definition(**keys: Any) -> dict[str, Any]:
    return {"procedure": "x", "title": "X", **keys}


def step(**keys: Any) -> dict[str, Any]:
    return definition(steps={"test": {"to": "done", **keys}})


def rule(written: Any) -> dict[str, Any]:
    return definition(conditions={"admission": {"rule": written}})


TAKEN = [
    definition(),
    definition(version=1, timezone="Europe/Brussels", languages=["nl", "en"], template=True),
    {"extends": "base.yaml", "steps": {"test": None}},
    {"extends": ["a.yaml", "b.yaml"]},
    {"extends": "base.yaml", "competencies": {"tact": {"source": "notice:1"}}},
    rule("admission"),
    rule({"all": []}),
    rule({"not": {"any": [{"degree": "none"}, {"experience": {"at_least": "2 years"}}]}}),
    rule({"interview.score": {"at_least": 60, "less_than": 80}}),
    rule({"degree": {"one_of": ["a", "b"]}}),
    rule({"since": {"at_least": "12 months", "as_of": "applications.until"}}),
    step(held={"count": "screened", "more_than": 15}),
    step(held={"closing.held": True}),
    step(keeps={"best": 15, "by": "score", "ties": "lot"}),
    step(keeps={"takes": [{"best": "places", "to": "done"}], "by": ["a", "b"], "ties": {"by": "age", "then": "none"}}),
    step(outcomes=[{"when": "admission", "to": "done"}, {"to": "rejected"}]),
    step(opens="2026-02-10 09:00", until="2026-02-13T23:59", lapses="stays", slot="15 minutes"),
    step(within="P10D", lapses="rejected"),
    step(**{"from": ["a", "b"]}),
    definition(reserve={"state": "done", "valid": "2028-01-01", "kinds": {"recruitment": {"all": []}}}),
    definition(scores={"final": {"mean": {"interview.score": 60, "test.score": 40.5}, "missing": "left_out"}}),
    definition(scores={"final": {"best": ["a.score", "b.score"]}}),
    definition(organisation=None),
]
REFUSED = [
    {},
    [],
    "procedure",
    {"procedure": "x"},
    {"title": "X"},
    definition(titel="X"),
    definition(version="one"),
    definition(steps=[]),
    definition(steps={"Test": {"to": "done"}}),
    definition(facts={"degree": {}}),
    definition(facts={"degree": {"kind": "word"}}),
    definition(facts={"age": {"kind": "duration", "unit": "moons"}}),
    definition(title={"fr": "X"}),
    definition(languages=["fr"]),
    definition(conditions={"admission": {}}),
    definition(reserve={"valid": "2 years"}),
    definition(sources={"notice": {"title": "no document"}}),
    rule(None),
    rule([]),
    rule({}),
    rule({"all": "admission"}),
    rule({"degree": "a", "experience": 12}),
    rule({"experience": {"atleast": 12}}),
    rule({"experience": {}}),
    rule({"degree": {"one_of": "a"}}),
    rule({"degree": ["a", "b"]}),
    step(held={"count": "screened", "more_then": 15}),
    step(keeps={"best": 15}),
    step(keeps={"best": 0, "by": "score"}),
    step(keeps={"best": 15, "by": "score", "ties": "coin"}),
    step(outcomes=[{"when": "admission"}]),
    step(opens="tomorrow"),
    step(opens="2026-2-1"),
    step(slot="15 moments"),
    step(automatic="yes"),
    step(source="notice line 3"),
    definition(readings={"open": {"question": "?", "chosen": "a"}}),
    definition(readings={"open": {"question": "?", "chosen": "a", "options": {"a": {"stepz": {}}}}}),
    {"extends": "base.yaml", "steps": {"test": {"too": "done"}}},
]


@pytest.mark.parametrize("data", TAKEN, ids=lambda data: json.dumps(data)[:70])
def test_what_the_language_allows_is_taken(data: Any) -> None:
    assert wrong(data) == []


@pytest.mark.parametrize("data", REFUSED, ids=lambda data: json.dumps(data)[:70])
def test_what_the_language_does_not_allow_is_refused(data: Any) -> None:
    assert wrong(data)


@pytest.mark.parametrize("section", DEFINITION_SECTIONS)
def test_every_key_of_every_table_is_there_with_its_meaning(section: str) -> None:
    keys = DEFINITION_SECTIONS[section]
    for name in (section, f"patch of {section}"):
        properties = SCHEMA["$defs"][name]["properties"]
        assert {key: each["description"] for key, each in properties.items()} == {
            key.name: key.meaning for key in keys.values()
        }
        assert properties.keys() == keys.keys()
        assert SCHEMA["$defs"][name]["additionalProperties"] is False


def test_the_keys_of_pay_are_those_its_reader_knows() -> None:
    pay = SCHEMA["$defs"]["pay"]["properties"]
    assert set(pay) == set(PAY_KEYS)
    assert set(pay["seniority"]["properties"]) == set(SENIORITY_KEYS)
    assert set(pay["amounts"]["items"]["properties"]) == set(AMOUNT_KEYS)


# What `check` refuses and a schema can say: the text of a step, a reserve or a rule in an otherwise good definition.
REFUSED_BY_BOTH = {
    "a step without a way on": "steps: {test: {from: applied}}",
    "a cut without a way on": "steps: {test: {keeps: {best: 1, by: score}, records: {score: {kind: number}}}}",
    "a number as a period": "steps: {test: {to: reserve}}\nreserve: {state: reserve, valid: 2}",
    "a period in another language": "steps: {test: {to: reserve}}\nreserve: {state: reserve, valid: 2 jaar}",
    "a threshold in another language": (
        "facts: {e: {kind: duration, unit: months}}\nsteps: {test: {to: a, passes: {e: {at_least: 2 jaar}}}}"
    ),
    "a window in another language": "steps: {test: {to: a, within: 3 dagen, lapses: late}}",
    "a number as a window": "steps: {test: {to: a, until: 5, lapses: late}}",
    "a quoted pass mark": 'steps: {test: {to: a, pass_mark: "50", records: {score: {kind: number}}}}',
    "a quoted limit": 'facts: {n: {kind: number, from: "0"}}',
    "yes as a flag": "steps: {test: {to: a, tentative: yes}}",
    "a quoted flag": 'steps: {test: {to: a, automatic: "true"}}',
}


@pytest.mark.parametrize("text", REFUSED_BY_BOTH.values(), ids=REFUSED_BY_BOTH)
def test_what_a_schema_can_say_it_refuses_as_check_does(text: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(f"procedure: p\ntitle: P\n{text}\n", encoding="utf-8")
    with pytest.raises(DefinitionError):
        load(path)
    assert wrong(read(path))
