"""Reads the members of a mapping in a scenario."""

from collections.abc import Iterator

from procedures.definition.reader.fields import Fields
from rules.nodes import Node, Table, describe
from rules.problems import Problems


def read_entries(fields: Fields, key: str, problems: Problems) -> Iterator[tuple[str, Node]]:
    """The members of a mapping, whose keys may be full names such as `step.fact`."""
    node = fields.get(key)
    if isinstance(node, Table):
        yield from node
    elif node is not None:
        problems.add(f"`{key}` is a mapping, not {describe(node)}", node.place)
