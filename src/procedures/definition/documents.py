"""YAML text to nodes, strictly: no aliases, tags, duplicate keys or guessed types, and every node knows its line.

Built from the parser's events with a stack of our own: composing with the C parser overflows its stack on deep
nesting, while its event stream does not.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

import yaml
from attrs import define, field

from rules.calendar import quoted
from rules.nodes import Listing, Node, Scalar, Table
from rules.problems import Place, Problems

MOST_BYTES: Final = 1024 * 1024
MOST_LEVELS: Final = 64


class _Mark(Protocol):
    """Where the parser was; both parsers have a class of their own for it."""

    line: int
    column: int


_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_STRANGE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
# What the parser says, in words for people, and what they can do; anything else is told as the parser says it.
_SAID: Final[Mapping[str, tuple[str, str]]] = {
    "did not find expected ',' or '}'": (
        "the mapping that opens here is not closed, or a comma is missing in it", "close it with `}`",
    ),
    "did not find expected ',' or ']'": (
        "the list that opens here is not closed, or a comma is missing in it", "close it with `]`",
    ),
    "found unexpected end of stream": ("the quote that opens here is never closed", "a quote inside a text is doubled"),
    "did not find expected key": (
        "this does not line up with the keys above", "indent it as they are; quotes go around a whole text",
    ),
    "did not find expected '-' indicator": ("this does not line up with the list above", "begin each item with `- `"),
    "mapping values are not allowed in this context": (
        "a `:` does not belong here", "put a text that holds `: ` in quotes",
    ),
    "could not find expected ':'": ("a key without its `:`", "write `key: value`, or indent it as part of a text"),
    "found character that cannot start any token": (
        "no text can begin with this character", "put the text in quotes",
    ),
    "found a tab character that violates indentation": ("a tab cannot indent", "indent with spaces"),
    "found incompatible YAML document": ("another version of YAML", "leave the line `%YAML` out"),
}  # fmt: skip


def read_file(path: Path, problems: Problems) -> Node | None:
    """The root node of a file; None where it could not be read, with the reasons in `problems`."""
    start = Place(str(path), 1, 1)
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        problems.add(f"cannot read the file: {(error.strerror or str(error)).lower()}", start)
        return None
    if len(data) > MOST_BYTES:
        problems.add("the file is larger than 1 MiB", start, "a definition is a text of some hundred lines")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        problems.add("the file is not UTF-8 text", Place(str(path), line, column), "save it as UTF-8")
        return None
    return read_text(text, str(path), problems)


def read_text(text: str, file: str, problems: Problems) -> Node | None:
    """The root node of YAML text; None where it could not be read."""
    builder = _Builder(file, problems)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if not builder.take(event):
                return None
    except yaml.MarkedYAMLError as error:
        builder.refuse(error, text)
        return None
    except (yaml.YAMLError, UnicodeEncodeError):
        # The parser counts bytes or characters, as it happens; so the character is looked for.
        strange = _STRANGE.search(text)
        before = _BREAK.split(text[: strange.start() if strange else 0])
        place = Place(file, len(before), len(before[-1]) + 1)
        problems.add("this is not YAML: it holds a character that text cannot hold", place)
        return None
    if builder.referred:  # what an alias stood for is not known, and all that it leaves out would be told again
        return None
    if builder.root is None or (isinstance(builder.root, Scalar) and builder.root.is_null):
        problems.add("the file is empty", Place(file, 1, 1), "`procedures new ID` prints a starter definition")
        return None
    return builder.root


@define
class _Open:
    """A collection that is still being read; `key` waits for its value."""

    node: Listing | Table
    items: list[Node] = field(factory=list)
    key: str | None = None
    skips: bool = False


@define
class _Builder:
    file: str
    problems: Problems
    root: Node | None = None
    referred: set[str] = field(factory=set)
    _open: list[_Open] = field(factory=list)
    _documents: int = 0

    def place(self, mark: "_Mark | None") -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file, 1, 1)

    def refuse(self, error: yaml.MarkedYAMLError, text: str) -> None:
        """Tell where the parser gave up; for what is not closed, where it was opened."""
        opened = error.context and any(word in error.context for word in ("flow", "quoted", "simple key"))
        mark = (error.context_mark if opened else error.problem_mark) or error.context_mark
        place, lines = self.place(mark), _BREAK.split(text)
        if place.line > len(lines):  # the parser gave up after the last line
            place = Place(self.file, len(lines), len(lines[-1]) + 1)
        said = error.problem or error.context or "something is wrong"
        if lines[place.line - 1][place.column - 1 : place.column] == "\t":
            said = "found a tab character that violates indentation"
        words, help_ = _SAID.get(said, (said, None))
        self.problems.add(f"this is not YAML: {words}", place, help_)

    def take(self, event: yaml.Event) -> bool:
        """Take one event of the parser; False when reading on makes no sense."""
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self.problems.add(
                        "a second document starts here", self.place(event.start_mark), "one definition, one file"
                    )
                    return False
            case yaml.AliasEvent():
                self._refuse_reference(event, "*")
                self._put(Scalar("", place=self.place(event.start_mark)))
            case yaml.ScalarEvent():
                self._refuse_extras(event)
                self._put(Scalar(event.value, not event.style, self.place(event.start_mark)))
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                return self._start(event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                done = self._open.pop()
                if isinstance(done.node, Listing):
                    done.node.items = tuple(done.items)
                self._put(done.node)
            case _:  # the bounds of stream and document carry nothing
                pass
        return True

    def _start(self, event: yaml.CollectionStartEvent) -> bool:
        place = self.place(event.start_mark)
        self._refuse_extras(event)
        if len(self._open) >= MOST_LEVELS:
            self.problems.add(f"nested deeper than {MOST_LEVELS} levels", place)
            return False
        node = Listing((), place) if isinstance(event, yaml.SequenceStartEvent) else Table({}, place)
        self._open.append(_Open(node))
        return True

    def _put(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        into = self._open[-1]
        if isinstance(into.node, Listing):
            into.items.append(node)
        elif into.skips:
            into.skips = False
        elif into.key is None:
            self._key(into, into.node, node)
        else:
            into.node.entries[into.key] = node
            into.key = None

    def _key(self, into: _Open, table: Table, node: Node) -> None:
        if not isinstance(node, Scalar):
            self.problems.add("a key is a word, not a collection", node.place, "put braces in quotes to have text")
            into.skips = True
        elif node.text in table.entries:
            first = table.keys[node.text]
            self.problems.add(
                f"`{node.text}` is written twice in this mapping",
                node.place,
                f"it stands first on line {first.line}; keep one" if first else None,
            )
            into.skips = True
        else:
            into.key = node.text
            table.keys[node.text] = node.place

    def _refuse_extras(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            self._refuse_reference(event, "&")
        if (tag := getattr(event, "tag", None)) is not None:
            written = tag.replace("tag:yaml.org,2002:", "!!")
            self.problems.add(
                f"tags such as {quoted(written)} are not part of the language",
                self.place(event.start_mark),
                "leave it out: each key says what its value is",
            )

    def _refuse_reference(self, event: yaml.NodeEvent, sign: str) -> None:
        """An anchor, or an alias of an anchor not told yet."""
        anchor = str(event.anchor)
        if anchor not in self.referred:
            self.referred.add(anchor)
            self.problems.add(
                f"anchors and aliases such as {quoted(sign + anchor)} are not part of the language",
                self.place(event.start_mark),
                "name a rule once under `conditions:` and use its name",
            )
