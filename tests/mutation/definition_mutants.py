"""Every way in which a definition can be slightly wrong, its readings and what it extends included.

One mutant, one change. Mutants are made of the definition as plain data, with everything it extends merged in; what
only people read (labels, sources, pay, competencies) is left alone, because no event can tell it.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from attrs import frozen

from mutation.rule_mutants import Change, Path, below, rule_mutants
from mutation.step_mutants import GONE, fact_mutants, step_mutants, window_mutants
from mutation.values import Facts, Plain, durations, moments, numbers, shown, swapped, without_one
from procedures.definition.patches import RULE_KEYS
from rules.nodes import Listing, Node, Scalar, Table

_OTHER_ZONE: Final = "UTC"


@frozen
class Mutant:
    """A definition with one change: `name` says where and what, `data` is the whole of it."""

    name: str
    data: Plain


def mutants(definition: Plain) -> Iterator[Mutant]:
    """Every mutant of a definition, each once."""
    seen = {_text(definition)}
    for path, value, words in _changes(definition, _facts(definition), _states(definition), whole=True):
        data = _with(definition, path, value)
        if (text := _text(data)) not in seen:
            seen.add(text)
            yield Mutant(f"{'.'.join(str(key) for key in path)}: {words}", data)


def plain(node: Node) -> Plain:
    """A node as plain data: every scalar as it was written, null as None."""
    match node:
        case Table():
            return {key: plain(value) for key, value in node}
        case Listing():
            return [plain(item) for item in node.items]
        case Scalar():
            return None if node.is_null else node.text


def _changes(part: Plain, facts: Facts, states: tuple[str, ...], *, whole: bool) -> Iterator[Change]:
    """The changes of a definition, or of what an option of a reading says in its place."""
    if "timezone" in part:
        yield ("timezone",), _OTHER_ZONE, f"{part['timezone']} → {_OTHER_ZONE}"
    yield from below(("applications",), _applications(part.get("applications") or {}))
    for name, fact in (part.get("facts") or {}).items():
        yield from below(("facts", name), fact_mutants(fact))
    for name, score in (part.get("scores") or {}).items():
        yield from below(("scores", name), _score(score))
    for name, condition in (part.get("conditions") or {}).items():
        yield from below(("conditions", name, "rule"), rule_mutants((condition or {}).get("rule"), facts))
    for name, state in (part.get("states") or {}).items():
        for key in ("final", "unsuccessful"):
            if key in (state or {}):
                other = "false" if state[key] == "true" else "true"
                yield ("states", name, key), other, f"{state[key]} → {other}"
    for name, step in (part.get("steps") or {}).items():
        if step is not None:
            yield from below(("steps", name), step_mutants(name, step, facts, states, whole=whole))
    yield from below(("reserve",), _reserve(part.get("reserve") or {}, facts, states))
    for name, reading in (part.get("readings") or {}).items():
        yield from below(("readings", name), _reading(reading, facts, states))


def _applications(window: Mapping[str, Plain]) -> Iterator[Change]:
    for key in ("opens", "until", "before"):
        if key in window:
            yield (key,), GONE, "left out"
    yield from window_mutants(window)


def _score(score: Mapping[str, Plain]) -> Iterator[Change]:
    if "missing" in score:
        yield ("missing",), GONE, "left out"
    for way, other in (("mean", "sum"), ("sum", "mean")):
        parts = score.get(way)
        if parts is None:
            continue
        yield (), {**{key: value for key, value in score.items() if key != way}, other: parts}, f"{way} → {other}"
        for name in parts:
            rest = {key: parts[key] for key in parts if key != name} if isinstance(parts, dict) else None
            yield (way,), rest or [each for each in parts if each != name], f"without {name}"
            for number in numbers(parts[name]) if isinstance(parts, dict) else ():
                yield (way, name), number, f"{parts[name]} → {number}"
    for left_out, rest in without_one(score.get("best") or []):
        yield ("best",), rest, f"without {left_out}"


def _reserve(reserve: Mapping[str, Plain], facts: Facts, states: tuple[str, ...]) -> Iterator[Change]:
    for other in states if "state" in reserve else ():
        if other != reserve["state"]:
            yield ("state",), other, f"{reserve['state']} → {other}"
    kinds = reserve.get("kinds") or {}
    for exchanged, names in swapped(list(kinds)):
        yield ("kinds",), dict(zip(kinds, (kinds[name] for name in names), strict=True)), f"{exchanged} exchanged"
    for name, rule in kinds.items():
        yield ("kinds", name), GONE, "left out"
        yield from below(("kinds", name), rule_mutants(rule, facts))
    ranked = (reserve.get("ranked") or {}).get("by")
    for left_out, rest in without_one(ranked) if isinstance(ranked, list) else ():
        yield ("ranked", "by"), rest, f"without {left_out}"
    for exchanged, order in swapped(ranked) if isinstance(ranked, list) else ():
        yield ("ranked", "by"), order, f"{exchanged} exchanged"
    if isinstance(reserve.get("valid"), str):
        yield ("valid",), GONE, "left out"
        for other in (*durations(reserve["valid"]), *moments(reserve["valid"])):
            yield ("valid",), other, f"{reserve['valid']} → {other}"
    if isinstance(reserve.get("extendable"), str):
        other = "false" if reserve["extendable"] == "true" else "true"
        yield ("extendable",), other, f"{reserve['extendable']} → {other}"


def _reading(reading: Mapping[str, Plain], facts: Facts, states: tuple[str, ...]) -> Iterator[Change]:
    for option, patch in reading["options"].items():
        if option != reading["chosen"]:
            yield ("chosen",), option, f"{reading['chosen']} → {option}"
        yield from below(("options", option), _changes(patch, facts, states, whole=False))
        for path, value in _parts(patch):
            yield ("options", option, *path), GONE, f"{shown(value)} left out"


def _parts(patch: Plain) -> Iterator[tuple[Path, Plain]]:
    """The paths that a patch sets, from where its roads part to where merging stops."""
    for key, value in patch.items():
        yield (key,), value
        if isinstance(value, dict) and key not in RULE_KEYS:
            yield from (((key, *path), each) for path, each in _parts(value))


def _facts(definition: Plain) -> Facts:
    """Every fact that the definition or an option of a reading declares, by its full name."""
    found: dict[str, Mapping[str, Plain]] = {}
    options = [
        patch for reading in (definition.get("readings") or {}).values() for patch in reading["options"].values()
    ]
    for part in (*options, definition):
        found |= part.get("facts") or {}
        for name, step in (part.get("steps") or {}).items():
            for key in ("records", "closing"):
                declared = ((step or {}).get(key) or {}).items()
                found |= {f"{name}.{fact}": each for fact, each in declared if each is not None}
    return found


def _states(definition: Plain) -> tuple[str, ...]:
    steps = (definition.get("steps") or {}).values()
    named = [step.get(key) for step in steps for key in ("from", "to", "otherwise")]
    flat = [name for each in named for name in (each if isinstance(each, list) else [each]) if name]
    return tuple(dict.fromkeys((*flat, *(definition.get("states") or {}))))


def _with(data: Plain, path: Path, value: Plain) -> Plain:
    """The data with `value` at the path, or nothing; all else is shared."""
    if not path:
        return value
    key, *rest = path
    if isinstance(data, list):
        return [_with(item, tuple(rest), value) if at == key else item for at, item in enumerate(data)]
    if value is GONE and not rest:
        return {name: each for name, each in data.items() if name != key}
    return {**data, key: _with(data.get(key), tuple(rest), value)}


def _text(data: Plain) -> str:
    """The same for definitions that say the same; a mapping with nothing in it says nothing."""
    return json.dumps(_pruned(data), sort_keys=False)


def _pruned(data: Plain) -> Plain:
    if isinstance(data, dict):
        return {key: kept for key, value in data.items() if (kept := _pruned(value)) != {}}
    return [_pruned(item) for item in data] if isinstance(data, list) else data
