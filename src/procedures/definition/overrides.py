"""Another value at one place of a file: `steps.prescreening.keeps.best=20`, as a question "what if" asks it.

Names of a path are separated by points. A name that holds a point itself, as `prescreening.score` does, is found where
it is there; `\\.` writes such a point wherever there is doubt. An item of a list is called by its number, from 0, or by
its `name`. The value is YAML; null takes away what stands there. All but the last name of a path must be there, or be
keys of the language.
"""

import re
from collections.abc import Iterable
from typing import Final

from attrs import frozen

from procedures.definition.language import SECTIONS
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.problems import Place, Problems, did_you_mean

_POINT: Final = re.compile(r"(?<!\\)\.")
_KEYS: Final = frozenset(key for section in SECTIONS.values() for key in section)
# They say which file this is and what it leaves open: another value there would be another procedure.
_FIXED: Final = {
    "procedure": "it says which procedure this is",
    "extends": "it was read already",
    "template": "it says what kind of file this is",
    "readings": "choose one of its options instead",
}


@frozen
class Setting:
    """A path, and the value that is put there; `text` is all of it as it was written, and `place` where."""

    names: tuple[str, ...]
    value: Node
    text: str
    place: Place | None = None

    @property
    def path(self) -> str:
        """The path as it is written."""
        return ".".join(name.replace(".", r"\.") for name in self.names)

    def below(self) -> "Setting":
        """The same, seen from one level down."""
        return Setting(self.names[1:], self.value, self.text, self.place)


def names_of(path: str) -> tuple[str, ...]:
    """The names of a path; an escaped point belongs to a name."""
    return tuple(part.replace(r"\.", ".") for part in _POINT.split(path))


def put_all(root: Table, settings: Iterable[Setting], problems: Problems) -> Table:
    """A definition with these values, one after the other; neither is changed, and what cannot be is told."""
    for setting in settings:
        if setting.names[0] in _FIXED:
            why = _FIXED[setting.names[0]]
            problems.add(f"`{setting.names[0]}` cannot be set: {why}", setting.place)
        else:
            root = put(root, setting, problems)
    return root


def put(root: Table, setting: Setting, problems: Problems) -> Table:
    """A mapping with a value at one place."""
    found = _put(root, setting.names, (), setting, problems)
    assert isinstance(found, Table)
    return found


def _put(node: Node, names: tuple[str, ...], above: tuple[str, ...], setting: Setting, problems: Problems) -> Node:
    if not names:
        return setting.value
    match node:
        case Table():
            return _in_table(node, names, above, setting, problems)
        case Listing():
            return _in_listing(node, names, above, setting, problems)
        case Scalar():
            where = ".".join(above)
            problems.add(
                f"`{where}` is {describe(node)}: there is no `{names[0]}` in it", setting.place, f"set `{where}` itself"
            )
            return node


def _in_table(
    table: Table, names: tuple[str, ...], above: tuple[str, ...], setting: Setting, problems: Problems
) -> Node:
    key, rest = _member(table, names)
    old = table.get(key)
    entries, keys = dict(table.entries), dict(table.keys)
    removes = not rest and isinstance(setting.value, Scalar) and setting.value.is_null
    if old is None and (removes or (rest and key not in _KEYS)):
        where = f"in `{'.'.join(above)}`" if above else "at the top"
        problems.add(f"there is no `{key}` {where}", setting.place, did_you_mean(key, entries))
        return table
    if removes:
        del entries[key]
        keys.pop(key, None)  # what no file says has no place
    else:
        inside = old if old is not None and not (isinstance(old, Scalar) and old.is_null) else Table({}, setting.place)
        entries[key] = _put(inside, rest, (*above, key), setting, problems)
        keys[key] = setting.place if not rest or old is None else table.place_of(key)
    return Table(entries, table.place, keys)


def _member(table: Table, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The name of a member and the names below it: the shortest that is there, else the first of all."""
    for size in range(1, len(names) + 1):
        if (joined := ".".join(names[:size])) in table.entries:
            return joined, names[size:]
    return names[0], names[1:]


def _in_listing(
    listing: Listing, names: tuple[str, ...], above: tuple[str, ...], setting: Setting, problems: Problems
) -> Node:
    called = [_name(item) for item in listing.items]
    first, items = names[0], [*listing.items]
    number = called.index(first) if first in called else int(first) if re.fullmatch(r"\d{1,4}", first) else -1
    if not 0 <= number < len(items):
        known = [name for name in called if name]
        last = len(items) - 1
        help_ = did_you_mean(first, known) if known else f"write the number of an item, from 0 to {last}"
        problems.add(f"there is no item `{first}` in `{'.'.join(above)}`", setting.place, help_)
        return listing
    if len(names) == 1 and isinstance(setting.value, Scalar) and setting.value.is_null:
        del items[number]
    else:
        items[number] = _put(items[number], names[1:], (*above, first), setting, problems)
    return Listing(tuple(items), listing.place)


def _name(item: Node) -> str | None:
    named = item.get("name") if isinstance(item, Table) else None
    return named.text if isinstance(named, Scalar) else None
