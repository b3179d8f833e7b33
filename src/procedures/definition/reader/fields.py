"""Read one mapping of the language, key by key, with the value types of the tables.

Each problem is reported with its position, and reading continues with a harmless value.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Final

from attrs import define, field

from procedures.definition.language import SECTIONS
from procedures.definition.reader.key_help import as_name_help, joined_key_help, unknown_key_help
from procedures.definition.reader.scope import Scope
from rules.calendar import CalendarError, Duration, WrittenTime, quote
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.notation import flag_help, number_help, unseen_help
from rules.problems import Place, Problems
from rules.words import LANGUAGES, Words

NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
# The similarity from which an unknown key is read as a key of the language.
_MISSPELLING_CUTOFF: Final = 0.75
_REQUIRED_KEYS: Final = {
    section: tuple(key for key in keys.values() if key.required) for section, keys in SECTIONS.items()
}


@define
class Fields:
    """A mapping read by one table of the language; `subject` names it in messages.

    `is_unreadable` means that the node was no mapping. This is already reported, and no missing key is reported.
    """

    table: Table
    subject: str
    section: str
    scope: Scope
    is_unreadable: bool = False
    problems: Problems = field(init=False)

    @classmethod
    def read(cls, node: Node, subject: str, section: str, scope: Scope) -> "Fields":
        """The fields at `node`; unknown and missing keys are reported at once."""
        keys = SECTIONS[section]
        if not isinstance(node, Table):
            wanted = ", ".join(f"`{key}`" for key in list(keys)[:4])
            scope.problems.add(
                f"{subject} is a mapping, not {describe(node)}",
                node.place,
                joined_key_help(node, keys) or f"with keys such as {wanted}",
            )
            return cls(Table({}, node.place), subject, section, scope, is_unreadable=True)
        for name in _unknown_keys(node, section):
            help_ = unknown_key_help(name, node.entries[name], section)
            scope.problems.add(f"unknown key `{name}` in {subject}", node.place_of(name), help_)
        fields = cls(correct_keys(node, section), subject, section, scope)
        for key in _REQUIRED_KEYS[section]:
            if not fields.is_given(key.name):
                scope.problems.add(f"{subject} has no `{key.name}`", fields.place(key.name), key.meaning)
        return fields

    def __attrs_post_init__(self) -> None:
        self.problems = self.scope.problems

    def get(self, key: str) -> Node | None:
        """The node at a key that was given and is not null."""
        assert key in SECTIONS[self.section], f"{key} is in no table"
        node = self.table.get(key)
        return None if isinstance(node, Scalar) and node.is_null else node

    def is_given(self, key: str) -> bool:
        """Whether the key has a value that is not empty, valid or not."""
        node = self.get(key)
        return node is not None and not (isinstance(node, Scalar) and not node.text)

    def is_missing(self, key: str) -> bool:
        """Whether the key is absent from a mapping that could be read."""
        return not self.is_unreadable and self.get(key) is None

    def place(self, key: str) -> Place | None:
        return self.table.place_of(key)

    def text(self, key: str) -> str | None:
        node = self.get(key)
        return None if node is None else self._text(node, f"`{key}`")

    def _text(self, node: Node, subject: str) -> str | None:
        if isinstance(node, Scalar) and not node.is_null:
            return node.text
        self.problems.add(f"{subject} is text, not {describe(node)}", node.place)
        return None

    def words(self, key: str) -> Words:
        node = self.get(key)
        if node is None:
            return Words()
        return self.scope.memoize("words", node, lambda node: read_words(node, f"`{key}`", self.problems))

    def flag(self, key: str) -> bool:
        node = self.get(key)
        if node is None:
            return False
        if isinstance(node, Scalar) and node.plain and node.text in ("true", "false"):
            return node.text == "true"
        help_ = "write `true` or `false`" + (", without quotes" if isinstance(node, Scalar) and not node.plain else "")
        meant = flag_help(node.text) if isinstance(node, Scalar) else None
        self.problems.add(f"`{key}` is a flag, not {describe(node)}", node.place, meant.en if meant else help_)
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
        advice = number_help(node.text) if isinstance(node, Scalar) else None
        self.problems.add(
            f"`{key}` is a whole number of {least} or more, not {describe(node)}",
            node.place,
            "at most nine digits, without quotes or leading zeros" if digits else advice.en if advice else None,
        )
        return None

    def citations(self, key: str = "source") -> tuple[str, ...]:
        node = self.get(key)
        return () if node is None else self.scope.read_citations(node)

    def local_time(self, key: str) -> WrittenTime | None:
        node = self.get(key)
        if node is None:
            return None
        text = self._text(node, f"`{key}`")
        try:
            return WrittenTime.parse(text) if text is not None else None
        except CalendarError as error:
            self.problems.add(f"`{key}`: {error}", node.place, error.help)
            return None

    def day(self, key: str) -> date | None:
        written = self.local_time(key)
        if written is None:
            return None
        if written.precision != "day":
            self.problems.add(
                f"`{key}` is a day without a time, not {quote(str(written))}", self.table.entries[key].place
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
        """A name or a list of names, in order and without repetition."""
        return tuple(name for name, _ in self.names_with_places(key))

    def names_with_places(self, key: str) -> tuple[tuple[str, Place | None], ...]:
        """A name or a list of names, without repetition, each with its place."""
        node = self.get(key)
        if node is None:
            return ()
        found: dict[str, Place | None] = {}
        for item in node.items if isinstance(node, Listing) else (node,):
            if isinstance(item, Scalar) and not item.is_null:
                if text := self._name(item, f"`{key}`"):
                    found.setdefault(text, item.place)
            else:
                self.problems.add(f"`{key}` is a name or a list of names, not {_describe_item(item, node)}", item.place)
        return tuple(found.items())

    def name(self, key: str) -> str | None:
        node = self.get(key)
        return None if node is None else self._name(node, f"`{key}`")

    def _name(self, node: Node, subject: str) -> str | None:
        if not isinstance(node, Scalar):
            self.problems.add(f"{subject} is a name, not {describe(node)}", node.place)
            return None
        if not all(NAME.fullmatch(part) for part in node.text.split(".")):
            self.problems.add(
                f"{quote(node.text)} is not a name", node.place, "small letters, digits and `_`, a letter first"
            )
            return None
        return node.text

    def members(self, key: str, subject: str) -> Iterator[tuple[str, Node]]:
        """The named members of a mapping, such as `conditions`; invalid names are reported."""
        node = self.get(key)
        if node is not None:
            yield from named_members(node, f"`{key}`", subject, self.problems)


def _unknown_keys(table: Table, section: str) -> list[str]:
    keys = SECTIONS[section]
    return [] if table.entries.keys() <= keys.keys() else [name for name in table.entries if name not in keys]


def correct_keys(table: Table, section: str) -> Table:
    """The table with each misspelt key replaced by the most similar key, so that one mistake is reported once."""
    unknown = _unknown_keys(table, section)
    if not unknown:
        return table
    keys = SECTIONS[section]
    entries, places = dict(table.entries), dict(table.keys)
    for name in unknown:
        matches = get_close_matches(name, [key for key in keys if key not in entries], n=1, cutoff=_MISSPELLING_CUTOFF)
        if matches:
            entries[matches[0]], places[matches[0]] = table.entries[name], table.place_of(name)
    return Table(entries, table.place, places)


def _describe_item(item: Node, node: Node) -> str:
    return describe(item) if item is node else f"{describe(item)} in a list"


def named_members(node: Node, where: str, subject: str, problems: Problems) -> Iterator[tuple[str, Node]]:
    """The names and nodes of a mapping whose keys the author chooses."""
    if not isinstance(node, Table):
        problems.add(f"{where} is a mapping of names, not {describe(node)}", node.place)
        return
    article = "an" if subject[0] in "aeiou" else "a"
    for name, member in node:
        if name in SECTIONS.get(subject, {}) and isinstance(member, Scalar) and not member.is_null:
            sentence = f"`{name}` is a key of {article} {subject}, and stands where its name should"
            problems.add(sentence, node.place_of(name), "indent it under the name above")
        elif NAME.fullmatch(name):
            yield name, member
        else:
            sentence = f"{quote(name)} is not a name for {article} {subject}"
            problems.add(sentence, node.place_of(name), as_name_help(name))


def read_words(node: Node, subject: str, problems: Problems) -> Words:
    """Words in one or both languages: a text, or `{nl: …, en: …}`."""
    if isinstance(node, Scalar) and not node.is_null:
        return Words.same(node.text)
    if not isinstance(node, Table):
        problems.add(f"{subject} is text, or a mapping `{{nl: …, en: …}}`, not {describe(node)}", node.place)
        return Words()
    texts: dict[str, str] = {}
    for language, text in node:
        if language not in LANGUAGES:
            help_ = unseen_help(language) or "write `nl` or `en`"
            problems.add(f"unknown language {quote(language)}", node.place_of(language), help_)
        elif isinstance(text, Scalar) and not text.is_null:
            texts[language] = text.text
        else:
            problems.add(f"{subject} in `{language}` is text, not {describe(text)}", text.place)
    if not node.entries:
        problems.add(f"{subject} has no words", node.place, "write a text, or `{nl: …, en: …}`")
    return Words(**texts)


def given_keys(given: Mapping[str, Node | None]) -> list[str]:
    """The keys that have a value, for messages about keys that exclude one another."""
    return [key for key, node in given.items() if node is not None]
