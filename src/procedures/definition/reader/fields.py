"""One mapping of the language, field by field: each key read as what the tables say it takes.

Whatever is wrong is told with its position and reading goes on with a harmless value.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Final, TypeAlias, TypeVar, cast

from attrs import define, field

from procedures.definition.language import SECTIONS
from rules.calendar import CalendarError, Duration, Written, quoted
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.problems import Place, Problems, did_you_mean
from rules.words import LANGUAGES, Words

NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_CITATION: Final = re.compile(r"([a-z][a-z0-9_]*)(?::([0-9]{1,9})(?:-([0-9]{1,9}))?)?")
# How much alike an unknown key and one of the language are before the one is read as the other.
_MISSPELT: Final = 0.75
_REQUIRED: Final = {section: tuple(key for key in keys.values() if key.required) for section, keys in SECTIONS.items()}


_Result = TypeVar("_Result")
Memo: TypeAlias = dict[tuple[str, int, frozenset[str]], tuple[Node, object]]


@define
class Scope:
    """What every part of one definition needs while it is read: the problems and the sources it may cite.

    `memo` lets the trials of many readings of one file share what their options leave untouched: merging keeps
    such nodes as they are, so a node's identity stands for what it says. Only what depends on nothing but the node
    and the sources goes in; its problems are told the first time.
    """

    problems: Problems
    sources: frozenset[str] = frozenset()
    memo: Memo = field(factory=dict)

    def once(self, what: str, node: Node, read: Callable[[Node], _Result]) -> _Result:
        """What `read` makes of the node, read once for all definitions that share the memo."""
        key = (what, id(node), self.sources)
        if key not in self.memo:
            # INVARIANT: the node is kept with its result, for another could be made where a forgotten one stood.
            self.memo[key] = node, read(node)
        return cast("_Result", self.memo[key][1])

    def cite(self, node: Node) -> tuple[str, ...]:
        """One citation or a list of them: `notice:12`, `notice:12-14`."""
        return self.once("cite", node, self._citations)

    def _citations(self, node: Node) -> tuple[str, ...]:
        nodes = node.items if isinstance(node, Listing) else (node,)
        return tuple(text for item in nodes if (text := self._citation(item)))

    def _citation(self, node: Node) -> str | None:
        match = _CITATION.fullmatch(node.text) if isinstance(node, Scalar) else None
        if match is None:
            self.problems.add(
                f"{describe(node)} is not a citation", node.place, "write `source:line` or `source:first-last`"
            )
            return None
        if match[1] not in self.sources:
            help_ = did_you_mean(match[1], self.sources) or "describe it under `sources:`"
            self.problems.add(f"unknown source `{match[1]}`", node.place, help_)
        elif match[2] and int(match[2]) == 0:
            self.problems.add(f"`{match[0]}` is no line: lines count from 1", node.place)
        elif match[3] and int(match[3]) < int(match[2]):
            self.problems.add(f"`{match[0]}` ends before it begins", node.place)
        return match[0]


@define
class Fields:
    """A mapping read by one table of the language; `what` names it in messages.

    `unread` where something else stood in its place: that was told, and nothing is missed in it.
    """

    table: Table
    what: str
    section: str
    scope: Scope
    unread: bool = False
    problems: Problems = field(init=False)

    @classmethod
    def of(cls, node: Node, what: str, section: str, scope: Scope) -> "Fields":
        """The fields at `node`; unknown and missing keys are told at once."""
        keys = SECTIONS[section]
        if not isinstance(node, Table):
            wanted = ", ".join(f"`{key}`" for key in list(keys)[:4])
            scope.problems.add(f"{what} is a mapping, not {describe(node)}", node.place, f"with keys such as {wanted}")
            return cls(Table({}, node.place), what, section, scope, unread=True)
        for name in _unknown(node, section):
            help_ = did_you_mean(name, keys) or "its keys are " + ", ".join(f"`{key}`" for key in keys)
            scope.problems.add(f"unknown key `{name}` in {what}", node.place_of(name), help_)
        fields = cls(mended(node, section), what, section, scope)
        for key in _REQUIRED[section]:
            if not fields.is_given(key.name):
                scope.problems.add(f"{what} has no `{key.name}`", fields.place(key.name), key.meaning)
        return fields

    def __attrs_post_init__(self) -> None:
        self.problems = self.scope.problems

    def get(self, key: str) -> Node | None:
        """The node at a key that was given and is not null."""
        assert key in SECTIONS[self.section], f"{key} is in no table"
        node = self.table.get(key)
        return None if isinstance(node, Scalar) and node.is_null else node

    def is_given(self, key: str) -> bool:
        """Whether the key is there with something in it, right or wrong."""
        node = self.get(key)
        return node is not None and not (isinstance(node, Scalar) and not node.text)

    def lacks(self, key: str) -> bool:
        """Whether the key is missed: not there, where the mapping itself could be read."""
        return not self.unread and self.get(key) is None

    def place(self, key: str) -> Place | None:
        return self.table.place_of(key)

    def text(self, key: str) -> str | None:
        node = self.get(key)
        return None if node is None else self._text(node, f"`{key}`")

    def _text(self, node: Node, what: str) -> str | None:
        if isinstance(node, Scalar) and not node.is_null:
            return node.text
        self.problems.add(f"{what} is text, not {describe(node)}", node.place)
        return None

    def words(self, key: str) -> Words:
        node = self.get(key)
        if node is None:
            return Words()
        return self.scope.once("words", node, lambda node: read_words(node, f"`{key}`", self.problems))

    def flag(self, key: str) -> bool:
        node = self.get(key)
        if node is None:
            return False
        if isinstance(node, Scalar) and node.plain and node.text in ("true", "false"):
            return node.text == "true"
        help_ = "write `true` or `false`" + (", without quotes" if isinstance(node, Scalar) and not node.plain else "")
        self.problems.add(f"`{key}` is a flag, not {describe(node)}", node.place, help_)
        return False

    def integer(self, key: str, least: int = 0) -> int | None:
        node = self.get(key)
        if node is None:
            return None
        if isinstance(node, Scalar) and node.plain and re.fullmatch(r"0|[1-9]\d{0,8}", node.text):
            if int(node.text) >= least:
                return int(node.text)
            self.problems.add(f"`{key}` is at least {least}, not {node.text}", node.place)
            return None
        digits = isinstance(node, Scalar) and node.text.isdigit()
        self.problems.add(
            f"`{key}` is a whole number of {least} or more, not {describe(node)}",
            node.place,
            "at most nine digits, without quotes or leading zeros" if digits else None,
        )
        return None

    def citations(self, key: str = "source") -> tuple[str, ...]:
        node = self.get(key)
        return () if node is None else self.scope.cite(node)

    def written(self, key: str) -> Written | None:
        node = self.get(key)
        if node is None:
            return None
        text = self._text(node, f"`{key}`")
        try:
            return Written.parse(text) if text is not None else None
        except CalendarError as error:
            self.problems.add(f"`{key}`: {error}", node.place, error.help)
            return None

    def day(self, key: str) -> date | None:
        written = self.written(key)
        if written is None:
            return None
        if written.precision != "day":
            self.problems.add(
                f"`{key}` is a day without a time, not {quoted(str(written))}", self.table.entries[key].place
            )
        return written.at.date()

    def duration(self, key: str) -> Duration | None:
        node = self.get(key)
        if node is None:
            return None
        try:
            duration = Duration.parse(node.text if isinstance(node, Scalar) else "")
        except CalendarError as error:
            sentence = str(error) if isinstance(node, Scalar) else f"{describe(node)} is not a duration"
            self.problems.add(f"`{key}`: {sentence}", node.place, error.help)
            return None
        if duration.count == 0:
            self.problems.add(f"`{key}` lasts no time at all", node.place)
        return duration

    def names(self, key: str) -> tuple[str, ...]:
        """A name or a list of names, in order, each once."""
        return tuple(name for name, _ in self.placed_names(key))

    def placed_names(self, key: str) -> tuple[tuple[str, Place | None], ...]:
        """A name or a list of names, each once with where it stands."""
        node = self.get(key)
        if node is None:
            return ()
        found: dict[str, Place | None] = {}
        for item in node.items if isinstance(node, Listing) else (node,):
            if isinstance(item, Scalar) and not item.is_null:
                if text := self._name(item, f"`{key}`"):
                    found.setdefault(text, item.place)
            else:
                self.problems.add(f"`{key}` is a name or a list of names, not {_within(item, node)}", item.place)
        return tuple(found.items())

    def name(self, key: str) -> str | None:
        node = self.get(key)
        return None if node is None else self._name(node, f"`{key}`")

    def _name(self, node: Node, what: str) -> str | None:
        if not isinstance(node, Scalar):
            self.problems.add(f"{what} is a name, not {describe(node)}", node.place)
            return None
        if not all(NAME.fullmatch(part) for part in node.text.split(".")):
            self.problems.add(
                f"{quoted(node.text)} is not a name", node.place, "small letters, digits and `_`, a letter first"
            )
            return None
        return node.text

    def members(self, key: str, what: str) -> Iterator[tuple[str, Node]]:
        """The named members of a mapping, as `conditions` has them; names that are none are told."""
        node = self.get(key)
        if node is not None:
            yield from named_members(node, f"`{key}`", what, self.problems)


def _unknown(table: Table, section: str) -> list[str]:
    keys = SECTIONS[section]
    return [] if table.entries.keys() <= keys.keys() else [name for name in table.entries if name not in keys]


def mended(table: Table, section: str) -> Table:
    """The table with a misspelt key read as the one it was meant for, so that one slip is told once."""
    unknown = _unknown(table, section)
    if not unknown:
        return table
    keys = SECTIONS[section]
    entries, places = dict(table.entries), dict(table.keys)
    for name in unknown:
        meant = get_close_matches(name, [key for key in keys if key not in entries], n=1, cutoff=_MISSPELT)
        if meant:
            entries[meant[0]], places[meant[0]] = table.entries[name], table.place_of(name)
    return Table(entries, table.place, places)


def _within(item: Node, node: Node) -> str:
    return describe(item) if item is node else f"{describe(item)} in a list"


def named_members(node: Node, where: str, what: str, problems: Problems) -> Iterator[tuple[str, Node]]:
    """Names and nodes of a mapping whose keys the author chooses."""
    if not isinstance(node, Table):
        problems.add(f"{where} is a mapping of names, not {describe(node)}", node.place)
        return
    for name, member in node:
        if NAME.fullmatch(name):
            yield name, member
        else:
            problems.add(
                f"{quoted(name)} is not a name for {'an' if what[0] in 'aeiou' else 'a'} {what}",
                node.place_of(name),
                "small letters, digits and `_`, a letter first",
            )


def read_words(node: Node, what: str, problems: Problems) -> Words:
    """Words in one or both languages: a text, or `{nl: …, en: …}`."""
    if isinstance(node, Scalar) and not node.is_null:
        return Words.same(node.text)
    if not isinstance(node, Table):
        problems.add(f"{what} is text, or a mapping `{{nl: …, en: …}}`, not {describe(node)}", node.place)
        return Words()
    texts: dict[str, str] = {}
    for language, text in node:
        if language not in LANGUAGES:
            problems.add(f"unknown language `{language}`", node.place_of(language), "write `nl` or `en`")
        elif isinstance(text, Scalar) and not text.is_null:
            texts[language] = text.text
        else:
            problems.add(f"{what} in `{language}` is text, not {describe(text)}", text.place)
    if not node.entries:
        problems.add(f"{what} has no words", node.place, "write a text, or `{nl: …, en: …}`")
    return Words(**texts)


def pairs(given: Mapping[str, Node | None]) -> list[str]:
    """The keys that were given, for messages about keys that exclude one another."""
    return [key for key, node in given.items() if node is not None]
