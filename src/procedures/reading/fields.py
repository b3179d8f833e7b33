"""One mapping of the language, field by field: each key read as what the tables say it takes.

Whatever is wrong is told with its position and reading goes on with a harmless value.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final, TypeAlias, TypeVar, cast

from attrs import define, field

from procedures.language import SECTIONS
from rules.calendar import CalendarError, Duration, Written
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.problems import Place, Problems, did_you_mean
from rules.words import LANGUAGES, Words

NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_CITATION: Final = re.compile(r"([a-z][a-z0-9_]*)(?::(\d+)(?:-(\d+))?)?")


_Result = TypeVar("_Result")
Memo: TypeAlias = dict[tuple[str, int], object]


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
        key = (what, id(node))
        if key not in self.memo:
            self.memo[key] = read(node)
        return cast("_Result", self.memo[key])

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
            self.problems.add(f"unknown source `{match[1]}`", node.place, did_you_mean(match[1], self.sources))
        elif match[3] and int(match[3]) < int(match[2]):
            self.problems.add(f"`{match[0]}` ends before it begins", node.place)
        return match[0]


@define
class Fields:
    """A mapping read by one table of the language; `what` names it in messages."""

    table: Table
    what: str
    section: str
    scope: Scope
    problems: Problems = field(init=False)

    @classmethod
    def of(cls, node: Node, what: str, section: str, scope: Scope) -> "Fields":
        """The fields at `node`; unknown and missing keys are told at once."""
        keys = SECTIONS[section]
        if not isinstance(node, Table):
            wanted = ", ".join(f"`{key}`" for key in list(keys)[:4])
            scope.problems.add(f"{what} is a mapping, not {describe(node)}", node.place, f"with keys such as {wanted}")
            node = Table({}, node.place)
        else:
            for name in node.entries:
                if name not in keys:
                    scope.problems.add(f"unknown key `{name}` in {what}", node.place_of(name), did_you_mean(name, keys))
            for key in keys.values():
                if key.required and key.name not in node.entries:
                    scope.problems.add(f"{what} has no `{key.name}`", node.place, key.meaning)
        return cls(node, what, section, scope)

    def __attrs_post_init__(self) -> None:
        self.problems = self.scope.problems

    def get(self, key: str) -> Node | None:
        """The node at a key that was given and is not null."""
        assert key in SECTIONS[self.section], f"{key} is in no table"
        node = self.table.get(key)
        return None if isinstance(node, Scalar) and node.is_null else node

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
        self.problems.add(f"`{key}` is a flag, not {describe(node)}", node.place, "write `true` or `false`")
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
        self.problems.add(f"`{key}` is a whole number, not {describe(node)}", node.place)
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
            node = self.table.get(key)
            self.problems.add(f"`{key}` is a day, without a time", node.place if node else None)
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
        node = self.get(key)
        if node is None:
            return ()
        nodes = node.items if isinstance(node, Listing) else (node,)
        found = [text for item in nodes if (text := self._name(item, f"`{key}`"))]
        return tuple(dict.fromkeys(found))

    def name(self, key: str) -> str | None:
        node = self.get(key)
        return None if node is None else self._name(node, f"`{key}`")

    def _name(self, node: Node, what: str) -> str | None:
        text = self._text(node, what)
        if text is not None and not all(NAME.fullmatch(part) for part in text.split(".")):
            self.problems.add(f"`{text}` is not a name", node.place, "small letters, digits and `_`, a letter first")
            return None
        return text

    def members(self, key: str, what: str) -> Iterator[tuple[str, Node]]:
        """The named members of a mapping, as `conditions` has them; names that are none are told."""
        node = self.get(key)
        if node is not None:
            yield from named_members(node, f"`{key}`", what, self.problems)


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
                f"`{name}` is not a name for a {what}",
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
    return Words(**texts)


def pairs(given: Mapping[str, Node | None]) -> list[str]:
    """The keys that were given, for messages about keys that exclude one another."""
    return [key for key, node in given.items() if node is not None]
