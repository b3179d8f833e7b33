"""Definitions and events drawn without mercy: structures over the real keys, and files with something changed."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from hypothesis import settings
from hypothesis import strategies as st

from procedures import Event, Procedure
from procedures.definition.documents import read_text
from procedures.definition.language import DEFINITION_SECTIONS, Key
from procedures.kernel.names import EVENTS
from rules.calendar import Moment
from rules.kinds import KINDS, Choice, Kind, Level
from rules.nodes import Listing, Node, Scalar, Table
from rules.problems import Problems
from rules.reader import OPERATORS

ROOT: Final = Path(__file__).parents[2]
DEFINITIONS: Final = sorted(
    path for path in (ROOT / "definitions").rglob("*.yaml") if not re.search(r"\.(cases|scenario)\.", path.name)
)
EVENT_FILES: Final = sorted((ROOT / "docs" / "examples").glob("*.jsonl"))


def many(share: float) -> settings:
    """So many times the examples of the profile: `HYPOTHESIS_PROFILE=thorough` looks ten times as far."""
    return settings(max_examples=int(settings().max_examples * share))


Plain: TypeAlias = Any
"""Mappings, lists and texts; a text that stands without quotes is wrapped in Bare."""


class Bare(str):
    """A scalar written without quotes."""


def text_of(data: Plain) -> str:
    """The data as YAML on one line; what needs quotes gets them."""
    if isinstance(data, dict):
        return "{" + ", ".join(f"{text_of(key)}: {text_of(value)}" for key, value in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(map(text_of, data)) + "]"
    if isinstance(data, Bare) and re.fullmatch(r"[\w~.+-]([\w .:/+-]*[\w.+-])?", data) and ": " not in data:
        return str(data)
    return json.dumps(str(data), ensure_ascii=False)


def lines_of(data: Plain) -> str:
    """The data as YAML with each key of the top on a line of its own."""
    if not isinstance(data, dict) or not data:
        return text_of(data)
    return "\n".join(f"{text_of(Bare(key))}: {text_of(value)}" for key, value in data.items()) + "\n"


def plain_of(node: Node) -> Plain:
    match node:
        case Scalar(text, plain):
            return Bare(text) if plain else text
        case Listing(items):
            return [plain_of(item) for item in items]
        case Table(entries):
            return {key: plain_of(value) for key, value in entries.items()}


def read_plain(path: Path) -> Plain:
    node = read_text(path.read_text(encoding="utf-8"), str(path), Problems())
    assert node is not None
    return plain_of(node)


# -- structures over the real keys --------------------------------------------------------------------------------

_NAMES = ["admission", "experience", "passed", "score", "screening", "interview", "applied", "screened", "reserve"]
names = st.sampled_from([*_NAMES, "rejected", "withdrawn", "final", "interview.score", "a", "stays"]).map(Bare)
_NASTY = [
    "", "~", "null", "true", "no", "0", "1", "-1", "15", "60.5", "1e999", "0x10", "1_000", "10 days", "2 years",
    "P1Y2D", "2026-02-13", "2026-02-30", "2026-02-13 23:59", "2025-03-30 02:30", "9999-12-31", "0001-01-01",
    "2999-12-31", "١", "left_out", "lot", "keep", "notice:12", "notice:9-1", "nl", "Europe/Brussels", "Nowhere/Land",
    "../..", "é", "\x07", "applications.until", "as_written", "<<", "99999999999999999999", "999999999 years",
    "0 days", "a b", "Ünïcode",
]  # fmt: skip
scalars = st.one_of(names, st.sampled_from(_NASTY).map(Bare), st.sampled_from(_NASTY), st.text(max_size=6))
dates = st.sampled_from(["2026-01-05", "2026-01-31 17:00", "2026-02-28", "2026-03-29 02:30", "soon"]).map(Bare)
junk = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(scalars, inner, max_size=3)),
    max_leaves=6,
)

rules = st.recursive(
    st.one_of(
        names,
        st.builds(lambda fact, value: {fact: value}, names, scalars),
        st.builds(
            lambda fact, op, value: {fact: {op: value}},
            names,
            st.sampled_from([*OPERATORS, "at_leest"]),
            st.one_of(scalars, st.lists(scalars, max_size=3)),
        ),
    ),
    lambda inner: st.one_of(
        st.builds(lambda word, parts: {word: parts}, st.sampled_from(["all", "any"]), st.lists(inner, max_size=3)),
        inner.map(lambda rule: {"not": rule}),
    ),
    max_leaves=5,
)


def _members(section: str) -> st.SearchStrategy[Plain]:
    return st.deferred(lambda: st.dictionaries(names, sections(section), max_size=3))


def _lists(section: str) -> st.SearchStrategy[Plain]:
    return st.deferred(lambda: st.lists(sections(section), max_size=3))


_numbers = st.one_of(st.integers(-2, 120).map(str).map(Bare), scalars)
_flags = st.sampled_from(["true", "false", "yes"]).map(Bare)
_words = st.one_of(scalars, st.dictionaries(st.sampled_from(["nl", "en", "fr"]), scalars, max_size=2))
_several = st.one_of(names, st.lists(names, max_size=3))
_weights = st.one_of(st.lists(names, max_size=3), st.dictionaries(names, _numbers, max_size=3))

TAKES: Final[Mapping[str, st.SearchStrategy[Plain]]] = {
    "name": names, "names": _several, "text": scalars, "texts": scalars, "words": _words,
    "citation": st.just(Bare("notice:12")),
    "citations": st.lists(st.sampled_from(["notice:1", "x:2"]).map(Bare), max_size=2),
    "integer": _numbers, "flag": _flags, "date": dates, "local time": dates, "number": _numbers,
    "duration": st.sampled_from(["10 days", "2 hours", "1 month", "0 days"]).map(Bare),
    "rule": rules, "rules": st.dictionaries(names, rules, max_size=2), "state": names, "states": _several,
    "facts": _members("fact"), "fact names": _several, "steps": _members("step"), "conditions": _members("condition"),
    "scores": _members("score"), "sources": _members("source"), "competencies": _members("competency"),
    "readings": _members("reading"), "held": st.one_of(rules, st.deferred(lambda: sections("held"))),
    "keeps": st.deferred(lambda: sections("keeps")), "outcomes": _lists("outcome"), "takes": _lists("take"),
    "applications": st.deferred(lambda: sections("applications")),
    "position": st.deferred(lambda: sections("position")),
    "reserve": st.deferred(lambda: sections("reserve")), "ranked": st.deferred(lambda: sections("ranked")),
    "kinds": st.dictionaries(names, rules, max_size=2), "valid": st.one_of(dates, st.just(Bare("2 years"))),
    "options": st.deferred(lambda: st.dictionaries(names, st.one_of(st.just({}), sections("definition")), max_size=2)),
    "ties": st.one_of(st.sampled_from(["keep", "none", "lot"]).map(Bare), st.deferred(lambda: sections("ties"))),
    "fact kind": st.sampled_from([*KINDS, "colour"]).map(Bare), "choice list": st.lists(scalars, max_size=3),
    "labels": st.dictionaries(names, _words, max_size=2), "languages": st.lists(st.sampled_from(["nl", "en", "fr"])),
    "unit": st.sampled_from(["months", "days", "year", "hours"]).map(Bare), "scalar": _numbers, "mapping": _weights,
}  # fmt: skip


def _key(key: Key) -> st.SearchStrategy[Plain]:
    given = TAKES.get(key.value_type, junk)
    return st.one_of(given, given, given, given, given, junk)


def sections(section: str) -> st.SearchStrategy[Plain]:
    """A mapping with some keys of a section, mostly holding what they take, and now and then another key."""
    keys = DEFINITION_SECTIONS[section]
    required = {key.name: _key(key) for key in keys.values() if key.required}
    optional = {key.name: _key(key) for key in keys.values() if not key.required}
    return st.one_of(
        st.fixed_dictionaries(required, optional=optional),
        st.fixed_dictionaries(required, optional={**optional, "colour": junk}),
    )


definitions = sections("definition").map(lambda data: {**data, "extends": Bare("~")}).map(lines_of)


# -- shipped definitions with something changed -------------------------------------------------------------------


def _spots(data: Plain, found: list[tuple[Any, Any]] | None = None) -> list[tuple[Any, Any]]:
    """Every collection with one of its keys or indices, all the way down."""
    found = [] if found is None else found
    pairs = list(data.items()) if isinstance(data, dict) else list(enumerate(data)) if isinstance(data, list) else []
    for key, value in pairs:
        found.append((data, key))
        _spots(value, found)
    return found


def _copy(data: Plain) -> Plain:
    if isinstance(data, dict):
        return {key: _copy(value) for key, value in data.items()}
    return [_copy(item) for item in data] if isinstance(data, list) else data


@st.composite
def changed(draw: st.DrawFn, original: Plain) -> Plain:
    """A definition with one to three things deleted, doubled, swapped, renamed, wrapped or replaced."""
    data = _copy(original)
    for _ in range(draw(st.sampled_from([1, 1, 2, 3]))):
        spots = _spots(data)
        if not spots:
            break
        into, key = spots[draw(st.integers(0, len(spots) - 1))]
        other, at = spots[draw(st.integers(0, len(spots) - 1))]
        match draw(st.sampled_from(["delete", "double", "swap", "rename", "replace", "wrap", "copy"])):
            case "delete":
                del into[key]
            case "double" if isinstance(into, list):
                into.append(_copy(into[key]))
            case "double":
                into[Bare(f"{key}_2")] = _copy(into[key])
            case "swap":
                one, two = _copy(into[key]), _copy(other[at])
                into[key], other[at] = two, one
            case "rename" if isinstance(into, dict):
                into[draw(st.one_of(scalars, st.just(key[:-1]), st.just(str(at))))] = into.pop(key)
            case "wrap":
                into[key] = draw(st.sampled_from([[into[key]], {"a": into[key]}, {"not": into[key]}]))
            case "copy":
                into[key] = _copy(other[at])
            case _:
                into[key] = draw(junk)
    return data


# -- events -------------------------------------------------------------------------------------------------------


def _value(kind: Kind) -> st.SearchStrategy[object]:
    ordinary: Mapping[str, list[object]] = {
        "flag": [True, False], "number": [0, 1, 50, 60.5, 100, 1e400, 10**30], "text": ["words", ""],
        "duration": [0, 11, 24, 600, "P2Y", "10 days", 10**9], "date": ["2026-01-31", "2999-12-31", "1900-01-01"],
        "moment": ["2026-01-31T09:00:00Z", "2026-01-31"],
    }  # fmt: skip
    good = list(kind.of) if isinstance(kind, Choice | Level) else ordinary[kind.word]
    return st.sampled_from([*good, *good, None, -1, "no", [], {"a": 1}, float("nan")])


@st.composite
def events(draw: st.DrawFn, procedure: Procedure) -> Event:
    """An event that may or may not happen: any name, anybody, any time near a window, facts of any kind."""
    machine = procedure.machine
    name = draw(st.sampled_from(["apply", *machine.steps, *machine.steps, *EVENTS, "nothing"]))
    facts = {}
    for full in draw(st.lists(st.sampled_from([*machine.declared.facts] or ["a"]), max_size=4)):
        fact = machine.declared.facts.get(full)
        short = full.removeprefix(f"{name}.")
        facts[short] = draw(_value(fact.kind)) if fact else None
    turns = [t for step in machine.steps.values() for t in (step.opens, step.ends)] + [machine.opens, machine.ends]
    base = draw(st.sampled_from([turn for turn in turns if turn is not None] or [Moment(1_770_000_000_000_000)]))
    at = Moment(base + draw(st.sampled_from([-1, 0, 1, 86_400_000_000, 40_000_000_000_000, 4_000_000_000_000_000])))
    return Event(
        name,
        at,
        draw(st.sampled_from(["c1", "c2", "c3"])),
        facts,
        draw(st.sampled_from(["hr", None])),
        draw(st.sampled_from(["error", None])),
        draw(st.sampled_from([*machine.steps, "nothing", None])),
        draw(st.sampled_from([1, "lot", None])),
        draw(st.one_of(st.none(), st.dates())),
    )
