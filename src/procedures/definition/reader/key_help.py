"""Help for a key or a name that is none: where it belongs, what it was meant to be, or what in it cannot be seen."""

import re
from collections.abc import Collection, Mapping
from typing import Final
from unicodedata import normalize

from procedures.definition.language import SECTIONS
from rules.calendar import quote
from rules.nodes import Node, Scalar, Table
from rules.notation import unseen_help
from rules.suggestions import did_you_mean, find_nearest

# Sections that stand under a key of the definition as named members, each with a key that shows which one it is.
_MEMBERS: Final[Mapping[str, tuple[str, str]]] = {
    "steps": ("step", "to"),
    "facts": ("fact", "kind"),
    "conditions": ("condition", "rule"),
    "scores": ("score", "mean"),
    "states": ("state", "unsuccessful"),
    "sources": ("source", "document"),
    "competencies": ("competency", "meaning"),
    "readings": ("reading", "options"),
    "properties": ("property", "in"),
}
_NAME: Final = re.compile("[a-z][a-z0-9_]*")
_JOINED: Final = re.compile(r"([a-z][a-z0-9_]*)(:\s*|\s+)(\S.*)")


def joined_key_help(node: Node, keys: Collection[str]) -> str | None:
    """Help for a text in place of a mapping: a key and its value with the `:` or the space after it missing."""
    match = _JOINED.fullmatch(node.text) if isinstance(node, Scalar) and node.plain else None
    if match is None or match[1] not in keys or not isinstance(node, Scalar):
        return None
    if help_ := unseen_help(node.text):
        return help_
    missing = "a `:`" if ":" not in match[2] else "a space after the `:`"
    return f"{missing} is missing: write {quote(f'{match[1]}: {match[3]}')}"


def unknown_key_help(name: str, node: Node, section: str) -> str:
    """Help for a key with this value that a section does not have."""
    keys = SECTIONS[section]
    found = unseen_help(name) or _misplaced_key_help(name, node, section) or did_you_mean(name, keys)
    return found or "its keys are " + ", ".join(f"`{key}`" for key in keys)


def _misplaced_key_help(name: str, node: Node, section: str) -> str | None:
    """Help for a key that stands one level too high: a named member of another section, or a key of that section."""
    if section != "definition":
        return None
    if isinstance(node, Table):
        for group, (member, mark) in _MEMBERS.items():
            if mark in node.entries and node.entries.keys() <= SECTIONS[member].keys():
                return f"it looks like a {member}: indent it under `{group}:`"
    groups = [f"`{group}:`" for group, (member, _) in _MEMBERS.items() if name in SECTIONS[member]]
    if groups and find_nearest(name, SECTIONS[section]) is None:
        return f"indent it: it belongs to one of the {' or '.join(groups)}"
    return None


def as_name_help(text: str) -> str:
    """Help for a text that is no name: the name that it would be."""
    if unseen := unseen_help(text):
        return unseen
    if joined := re.match(r"([a-z][a-z0-9_]*):\S", text):
        return f"a space is missing after the `:`: write `{joined[1]}: …`"
    rule = "small letters, digits and `_`, a letter first"
    letters = normalize("NFKD", text[:64]).encode("ascii", "ignore").decode().lower()
    name = re.sub("[^a-z0-9]+", "_", letters).strip("_")
    return f"write `{name}`: {rule}" if len(text) <= 40 and _NAME.fullmatch(name) else rule
