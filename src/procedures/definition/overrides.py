"""Replace the value at one path of a file, for example `steps.prescreening.keeps.best=20` in a what-if question.

Points separate the names of a path. A name that contains a point, such as `prescreening.score`, is found when it
exists; `\\.` always writes a point inside a name. An item of a list has its number, from 0, or its `name` as name.
The value is YAML; null removes the key or item. All names of a path except the last must exist, or be keys of the
language.
"""

import re
from collections.abc import Iterable
from typing import Final

from attrs import frozen

from procedures.definition.language import SECTIONS
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.problems import Place, Problems
from rules.suggestions import did_you_mean

_POINT: Final = re.compile(r"(?<!\\)\.")
_KEYS: Final = frozenset(key for section in SECTIONS.values() for key in section)
# Keys that identify the file and its open questions: another value would make another procedure.
_FIXED_KEYS: Final = {
    "procedure": "it says which procedure this is",
    "extends": "it was read already",
    "template": "it says what kind of file this is",
    "readings": "choose one of its options instead",
}


@frozen
class Setting:
    """A path and its new value; `text` is the whole setting as written, and `place` its position."""

    names: tuple[str, ...]
    value: Node
    text: str
    place: Place | None = None

    @property
    def path(self) -> str:
        """The path in written form."""
        return ".".join(name.replace(".", r"\.") for name in self.names)

    def without_first_name(self) -> "Setting":
        """The same setting, relative to the first name of the path."""
        return Setting(self.names[1:], self.value, self.text, self.place)


def split_path(path: str) -> tuple[str, ...]:
    """The names of a path; an escaped point belongs to a name."""
    return tuple(part.replace(r"\.", ".") for part in _POINT.split(path))


def apply_settings(root: Table, settings: Iterable[Setting], problems: Problems) -> Table:
    """A copy of a definition with these values, set in order; settings that are not possible are reported."""
    for setting in settings:
        if setting.names[0] in _FIXED_KEYS:
            why = _FIXED_KEYS[setting.names[0]]
            problems.add(f"`{setting.names[0]}` cannot be set: {why}", setting.place)
        else:
            root = apply_setting(root, setting, problems)
    return root


def apply_setting(root: Table, setting: Setting, problems: Problems) -> Table:
    """A copy of a mapping with one value replaced."""
    found = _put(root, setting.names, (), setting, problems)
    assert isinstance(found, Table)
    return found


def _put(node: Node, names: tuple[str, ...], above: tuple[str, ...], setting: Setting, problems: Problems) -> Node:
    if not names:
        return setting.value
    match node:
        case Table():
            return _put_in_table(node, names, above, setting, problems)
        case Listing():
            return _put_in_listing(node, names, above, setting, problems)
        case Scalar():
            where = ".".join(above)
            problems.add(
                f"`{where}` is {describe(node)}: there is no `{names[0]}` in it", setting.place, f"set `{where}` itself"
            )
            return node


def _put_in_table(
    table: Table, names: tuple[str, ...], above: tuple[str, ...], setting: Setting, problems: Problems
) -> Node:
    key, rest = _split_member(table, names)
    old = table.get(key)
    entries, keys = dict(table.entries), dict(table.keys)
    removes = not rest and isinstance(setting.value, Scalar) and setting.value.is_null
    if old is None and (removes or (rest and key not in _KEYS)):
        where = f"in `{'.'.join(above)}`" if above else "at the top"
        problems.add(f"there is no `{key}` {where}", setting.place, did_you_mean(key, entries))
        return table
    if removes:
        del entries[key]
        keys.pop(key, None)  # a key that no file contains has no place
    else:
        inside = old if old is not None and not (isinstance(old, Scalar) and old.is_null) else Table({}, setting.place)
        entries[key] = _put(inside, rest, (*above, key), setting, problems)
        keys[key] = setting.place if not rest or old is None else table.place_of(key)
    return Table(entries, table.place, keys)


def _split_member(table: Table, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The name of a member and the remaining names: the shortest existing name, else the first name."""
    for size in range(1, len(names) + 1):
        if (joined := ".".join(names[:size])) in table.entries:
            return joined, names[size:]
    return names[0], names[1:]


def _put_in_listing(
    listing: Listing, names: tuple[str, ...], above: tuple[str, ...], setting: Setting, problems: Problems
) -> Node:
    item_names = [_item_name(item) for item in listing.items]
    first, items = names[0], [*listing.items]
    number = item_names.index(first) if first in item_names else int(first) if re.fullmatch(r"\d{1,4}", first) else -1
    if not 0 <= number < len(items):
        known = [name for name in item_names if name]
        last = len(items) - 1
        help_ = did_you_mean(first, known) if known else f"write the number of an item, from 0 to {last}"
        problems.add(f"there is no item `{first}` in `{'.'.join(above)}`", setting.place, help_)
        return listing
    if len(names) == 1 and isinstance(setting.value, Scalar) and setting.value.is_null:
        del items[number]
    else:
        items[number] = _put(items[number], names[1:], (*above, first), setting, problems)
    return Listing(tuple(items), listing.place)


def _item_name(item: Node) -> str | None:
    named = item.get("name") if isinstance(item, Table) else None
    return named.text if isinstance(named, Scalar) else None
