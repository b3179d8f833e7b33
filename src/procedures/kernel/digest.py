"""The digest of a machine: a fingerprint of everything that decides how its cases move.

The digest uses the names in the tables below and no name of the program. So a class or a field may be renamed, and
every stored digest stays the same. A tag or a key in these tables is never changed; a new class or field gets its own
row. The order of a mapping is no part of the digest, but that of `kinds` is, because the first kind decides. Fields
without a row are for people only (labels, sources, places) and decide nothing.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, Final

from attrs import frozen

from rules import algebra, calendar
from rules.truth import Truth


@frozen
class Entry:
    """
    How a class is written in the digest: its tag, and for each field that decides the name and the key.

    `in_order` are the mappings whose order decides.
    """

    tag: str
    keys: Mapping[str, str]
    in_order: frozenset[str] = frozenset()


def _entry(tag: str, *names: str, in_order: tuple[str, ...] = (), **renamed: str) -> Entry:
    """An entry whose keys are the field names; `renamed` maps the present name of a field to its first name."""
    return Entry(tag, {name: name for name in names} | renamed, frozenset(in_order))


ENTRIES: Final[Mapping[str, Entry]] = {
    "machine.Machine": _entry(
        "Machine", "name", "version", "zone", "declared", "states", "steps", "opens", "ends", "reserve", "initial"
    ),
    "machine.CompiledState": _entry("CompiledState", "name", "final", "unsuccessful", "selected"),
    "machine.CompiledStep": _entry(
        "CompiledStep", "name", "origins", "to", "otherwise", "outcomes", "records", "closing", "upstream",
        "exempt", "gate", "keeps", "opens", "ends", "within", "enforced", "lapses", "automatic", "in_order",
        forgotten_facts="forgets", left_for_person="leaves",
    ),
    "machine.Gate": _entry("Gate", "feeders", "count", "rule"),
    "machine.CompiledReserve": _entry(
        "CompiledReserve", "state", "feeders", "kinds", "ranked", "valid", "last_day", "extendable", in_order=("kinds",)
    ),
    "outcomes.Outcome": _entry("Outcome", "when", "to", "passed"),
    "outcomes.Count": _entry("Count", "state", "conditions"),
    "outcomes.Take": _entry("Take", "best", "to"),
    "outcomes.Keeps": _entry("Keeps", "takes", "by", "tie_break", "ties"),
    "facts.Declared": _entry("Declared", "facts", "scores"),
    "facts.Fact": _entry("Fact", "name", "kind"),
    "facts.Score": _entry("Score", "name", "how", "parts"),
    "facts.Part": _entry("Part", "fact", "weight", "step", "settled_by", "settled_as"),
    "kinds.Choice": _entry("Choice", "of"),
    "kinds.Level": _entry("Level", "of"),
    "kinds.Flag": _entry("Flag"),
    "kinds.Number": _entry("Number", "least", "most", "step"),
    "kinds.Duration": _entry("Duration", "unit"),
    "kinds.Date": _entry("Date"),
    "kinds.Moment": _entry("Moment"),
    "kinds.Text": _entry("Text"),
    "calendar.Duration": _entry("Duration", "count", "family"),
    "calendar.Zone": _entry("Zone", "name"),
    "algebra.Constant": _entry("Constant", "value"),
    "algebra.OneOf": _entry("OneOf", "fact", "values"),
    "algebra.Compare": _entry("Compare", "fact", "order", "bound"),
    "algebra.CompareScore": _entry("CompareScore", "score", "order", "bound"),
    "algebra.Elapsed": _entry("Elapsed", "fact", "order", "duration", "reference", "latest"),
    "algebra.Not": _entry("Not", "rule"),
    "algebra.All": _entry("All", "rules"),
    "algebra.AnyOf": _entry("AnyOf", "rules"),
    "algebra.Named": _entry("Named", "name", "rule"),
}  # fmt: skip
WORDS: Final[Mapping[Enum, str]] = {
    Truth.FALSE: "FALSE",
    Truth.UNKNOWN: "UNKNOWN",
    Truth.TRUE: "TRUE",
    algebra.Order.AT_LEAST: "AT_LEAST",
    algebra.Order.AT_MOST: "AT_MOST",
    algebra.Order.MORE_THAN: "MORE_THAN",
    algebra.Order.LESS_THAN: "LESS_THAN",
    calendar.Unit.MINUTES: "MINUTES",
    calendar.Unit.HOURS: "HOURS",
    calendar.Unit.DAYS: "DAYS",
    calendar.Unit.WEEKS: "WEEKS",
    calendar.Unit.MONTHS: "MONTHS",
    calendar.Unit.YEARS: "YEARS",
}


def class_key(class_: type) -> str:
    """The key of a class in ENTRIES: its module and its name. It finds the entry, and is no part of the digest."""
    return f"{class_.__module__.rpartition('.')[2]}.{class_.__name__}"


def digest_of(machine: object) -> str:
    """The digest of a machine, as `sha256:…`: equal digests, equal runs."""
    text = json.dumps(canonical(machine), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def canonical(value: Any) -> Any:
    """The value as nested plain data, equal for equal meanings. Raises KeyError for a class without an entry."""
    match value:
        case Enum():
            return WORDS[value]
        case Mapping():
            return {str(key): canonical(each) for key, each in value.items()}
        case frozenset() | set():
            return sorted(str(each) for each in value)
        case tuple() | list():
            return [canonical(each) for each in value]
        case Fraction() | Decimal() | date():
            return str(value)
        case None | bool() | int() | str():
            return value
        case _:
            entry = ENTRIES[class_key(type(value))]
            return [entry.tag, {key: _field(entry, name, getattr(value, name)) for name, key in entry.keys.items()}]


def _field(entry: Entry, name: str, value: Any) -> Any:
    """A field as plain data; a mapping whose order decides becomes a list."""
    if name in entry.in_order:
        return [[key, canonical(each)] for key, each in value.items()]
    return canonical(value)
