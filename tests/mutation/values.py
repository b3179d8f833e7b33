"""The nearest other values of what a definition states: one step up and down, or the neighbours in a list.

A definition is plain data here: mappings, lists, and every scalar as the text that was written.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from rules.calendar import UNITS, CalendarError, Duration, Unit, WrittenTime

Plain: TypeAlias = Any
Facts: TypeAlias = Mapping[str, Mapping[str, Plain]]

_FINEST = {unit.family: unit for unit in Unit if unit.size == 1}


def beside(text: str, fact: Mapping[str, Plain] | None) -> Iterator[str]:
    """The nearest thresholds to `text` for a fact declared so; a score has no declaration."""
    match (fact or {"kind": "number"}).get("kind"):
        case "number":
            yield from numbers(text, (fact or {}).get("step") or "0.01")
        case "duration":
            yield from durations(text, (fact or {})["unit"])
        case "level" if fact:
            at = fact["of"].index(text)
            yield from fact["of"][max(at - 1, 0) : at] + fact["of"][at + 1 : at + 2]
        case "choice" if fact:
            yield from (other for other in fact["of"] if other != text)
        case "flag":
            yield "false" if text == "true" else "true"
        case "date" | "moment":  # of a date a duration may be asked too
            yield from (*moments(text), *durations(text))
        case _:
            return


def numbers(text: Plain, step: str = "1") -> Iterator[str]:
    """One step less and one step more; nothing where a name stands in the place of a number."""
    try:
        value = Decimal(str(text))
    except InvalidOperation:
        return
    yield from (str(value - Decimal(step)), str(value + Decimal(step)))


def durations(text: str, unit: str | None = None) -> Iterator[str]:
    """One less and one more of `unit`, or else of the finest unit that compares: 2 years are 23 or 25 months."""
    known = UNITS[unit] if unit else None
    try:
        stated = Duration.parse(f"{text} {unit}" if text.isdigit() else text)
        finest = known or _FINEST[stated.family]
        count = stated.in_unit(finest)
    except CalendarError:
        return
    yield from (f"{other} {finest.word}" for other in (count - 1, count + 1) if other >= 0)


def moments(text: str) -> Iterator[str]:
    """One of the precision written earlier and later: a day, or a minute, or a second."""
    try:
        written = WrittenTime.parse(text)
    except CalendarError:
        return
    if len(text) == len("2026-02-13"):
        day = date.fromisoformat(text)
        yield from (str(day - timedelta(days=1)), str(day + timedelta(days=1)))
        return
    seconds = text.count(":") == 2
    step = timedelta(seconds=1) if seconds else timedelta(minutes=1)
    at: datetime = written.at
    yield from (moment.isoformat(" ", "seconds" if seconds else "minutes") for moment in (at - step, at + step))


def without_one(items: Sequence[Plain]) -> Iterator[tuple[str, list[Plain]]]:
    """The list with each item left out in turn, and which one that was."""
    for at, item in enumerate(items):
        yield shown(item), [*items[:at], *items[at + 1 :]]


def swapped(items: Sequence[Plain]) -> Iterator[tuple[str, list[Plain]]]:
    """The list with each two neighbours exchanged, and which two they were."""
    for at in range(len(items) - 1):
        first, second = items[at : at + 2]
        yield f"{shown(first)} and {shown(second)}", [*items[:at], second, first, *items[at + 2 :]]


def shown(value: Plain) -> str:
    """A value on one line, as an author would write it between braces."""
    match value:
        case None:
            return "null"
        case dict():
            return "{" + ", ".join(f"{key}: {shown(each)}" for key, each in value.items()) + "}"
        case list():
            return "(" + ", ".join(shown(each) for each in value) + ")"
        case _:
            return str(value)
