"""Reads the hours of a jury's day from a scenario: `["09:00-12:00", "13:00-17:00"]`."""

import re
from itertools import pairwise
from typing import Final

from procedures.definition.reader.fields import Fields
from rules.nodes import Listing, Node, Scalar, describe
from rules.problems import Problems

_SPAN: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_DAY: Final = ((9 * 60, 12 * 60), (13 * 60, 17 * 60))


def read_hours(fields: Fields, problems: Problems) -> tuple[tuple[int, int], ...]:
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
        problems.add(f"{describe(node)} are no hours", node.place, 'write `"09:00-12:00"`')
        return None
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if start >= end:
        problems.add(f"{describe(node)} end before they begin", node.place)
        return None
    return start, end
