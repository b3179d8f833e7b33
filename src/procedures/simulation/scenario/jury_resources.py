"""Reads the juries of a scenario: how many sit at once, how long a candidate takes, and the hours of their day."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from procedures.definition.reader.fields import Fields
from procedures.definition.reader.scope import Scope
from procedures.procedure import Procedure
from procedures.simulation.scenario.members import read_entries
from procedures.simulation.scenario.model import Resource
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.problems import Problems
from rules.suggestions import did_you_mean
from rules.time_notation import clock_text

_SPAN: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_DAY: Final = ((9 * 60, 12 * 60), (13 * 60, 17 * 60))


def read_resources(fields: Fields, procedure: Procedure, problems: Problems) -> Iterator[tuple[str, Resource]]:
    """For each step its juries, the duration per candidate, and the hours."""
    steps = {step.name: step for step in procedure.definition.steps}
    for name, node in read_entries(fields, "resources", problems):
        step = steps.get(name)
        if step is None:
            place = fields.table.entries["resources"]
            where = place.place_of(name) if isinstance(place, Table) else node.place
            problems.add(f"unknown step `{name}`", where, did_you_mean(name, steps))
            continue
        own = Fields.read(node, f"the resources of `{name}`", "resource", Scope(problems))
        juries, hours = own.integer("juries", least=1) or 1, _read_hours(own, problems)
        slot = own.duration("slot") or step.slot
        if slot is None or slot.family != "minutes":
            hint = "write `slot: 15 minutes`"
            problems.add(f"how long a candidate takes at `{name}` is not stated in minutes", node.place, hint)
        elif hours and not any(end - start >= slot.count for start, end in hours):
            problems.add(f"no candidate fits in the hours of `{name}`: a slot takes {slot}", own.place("day"))
        elif hours:
            yield name, Resource(juries, slot.count, hours)


def _read_hours(fields: Fields, problems: Problems) -> tuple[tuple[int, int], ...]:
    """Spans in minutes from midnight, in order; office hours by default."""
    node = fields.get("day")
    if node is None:
        return _DAY
    if not isinstance(node, Listing) or not node.items:
        problems.add(f"`day` is a list of hours, not {describe(node)}", node.place, 'as in `["09:00-12:00"]`')
        return ()
    spans = [span for item in node.items if (span := _span(item, problems))]
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            problems.add("the hours of a day follow one another and do not overlap", node.place)
            break
    return tuple(spans)


def _span(node: Node, problems: Problems) -> tuple[int, int] | None:
    match = _SPAN.fullmatch(node.text) if isinstance(node, Scalar) else None
    if match is None:
        meant = _find_hours(node.text) if isinstance(node, Scalar) else None
        problems.add(f"{describe(node)} are no hours", node.place, f'write `"{meant or "09:00-12:00"}"`')
        return None
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if start >= end:
        problems.add(f"{describe(node)} end before they begin", node.place)
        return None
    return start, end


def _find_hours(text: str) -> str | None:
    """The hours that were probably meant, as in `9u-12u30`."""
    clocks = [clock_text(part) for part in re.split("-|–|—| tot | to ", text[:60])]
    return "-".join(map(str, clocks)) if len(clocks) == 2 and None not in clocks else None
