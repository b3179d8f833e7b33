"""Nodes with positions: the text of an author, before it gets a meaning.

A scalar stays text until the reader has the kind that is required, so that `NO`, `010` or `1:30`
never become a value that the author did not write.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from attrs import define, field

from rules.calendar import quote
from rules.notation import thousands_help
from rules.problems import Place

# The loader creates nodes and never changes them. They are not frozen, because a frozen instance costs five times as
# much to create and a definition has a thousand nodes.


@define(eq=False)
class Scalar:
    """A word, number or sentence as written; `plain` where it was written without quotes."""

    text: str
    plain: bool = True
    place: Place | None = None

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in ("", "~", "null")


@define(eq=False)
class Listing:
    """A list of nodes."""

    items: tuple["Node", ...]
    place: Place | None = None


@define(eq=False)
class Table:
    """A mapping of keys to nodes, in the order written; `keys` holds the place of each key."""

    entries: dict[str, "Node"] = field(factory=dict)
    place: Place | None = None
    keys: dict[str, Place | None] = field(factory=dict)

    def __iter__(self) -> Iterator[tuple[str, "Node"]]:
        return iter(self.entries.items())

    def get(self, key: str) -> "Node | None":
        return self.entries.get(key)

    def place_of(self, key: str) -> Place | None:
        return self.keys.get(key, self.place)


Node: TypeAlias = Scalar | Listing | Table

PlainData: TypeAlias = (
    "bool | int | float | Decimal | str | date | Sequence[PlainData] | Mapping[str, PlainData] | None"
)


def node_of(data: PlainData) -> Node:
    """Plain Python data (as from JSON) as nodes without places."""
    match data:
        case None:
            return Scalar("null")
        case bool():
            return Scalar("true" if data else "false")
        case str():
            return Scalar(data, plain=data not in ("", "~", "null"))
        case datetime() | date():
            return Scalar(data.isoformat())
        case Decimal() if thousands_help(str(data)):  # no question here: its point is the point of a decimal
            return Scalar(str(data).rstrip("0").removesuffix("."))
        case int() | float() | Decimal():
            return Scalar(repr(data) if isinstance(data, float) else str(data))
        case Mapping():
            return Table({str(key): node_of(value) for key, value in data.items()})
        case Sequence():
            return Listing(tuple(node_of(item) for item in data))
    raise TypeError(f"cannot read a {type(data).__name__} as plain data")


def describe(node: Node) -> str:
    """The node for a message: the user's word in backticks, or the kind of collection."""
    match node:
        case Scalar():
            if node.is_null:
                return "nothing"
            return quote(node.text)
        case Listing():
            return "a list"
        case Table():
            return "a mapping"
