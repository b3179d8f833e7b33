"""Read YAML text into nodes with positions; aliases, tags and duplicate keys are refused, and no type is guessed.

The nodes are built from the events of the parser with an own stack, because the composer of the C parser overflows
its stack on deep nesting and its event stream does not.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

import yaml
from attrs import define, field

from rules.calendar import quote
from rules.nodes import Listing, Node, Scalar, Table
from rules.problems import Place, Problems

MAX_BYTES: Final = 1024 * 1024
MAX_LEVELS: Final = 64


class _Mark(Protocol):
    """The position of the parser; each of the two parsers has its own class for a position."""

    line: int
    column: int


_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_INVALID_CHARACTER: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
# Messages of the parser, each with plain words and help; other messages are reported unchanged.
_PARSER_MESSAGES: Final[Mapping[str, tuple[str, str]]] = {
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
    """The root node of a file; None when the file could not be read, with the reasons in `problems`."""
    start = Place(str(path), 1, 1)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except ValueError:  # a null character, which no path can hold
        problems.add("a path cannot hold a null character", start, "write the path of a file")
        return None
    except OSError as error:
        problems.add(f"cannot read the file: {(error.strerror or str(error)).lower()}", start)
        return None
    if len(data) > MAX_BYTES:
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
    """The root node of YAML text; None when the text could not be read."""
    builder = _NodeBuilder(file, problems)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if not builder.add_event(event):
                return None
    except yaml.MarkedYAMLError as error:
        builder.report_error(error, text)
        return None
    except (yaml.YAMLError, UnicodeEncodeError):
        # The position counts bytes or characters, depending on the parser, so the character is searched.
        strange = _INVALID_CHARACTER.search(text)
        before = _LINE_BREAK.split(text[: strange.start() if strange else 0])
        place = Place(file, len(before), len(before[-1]) + 1)
        problems.add("this is not YAML: it holds a character that text cannot hold", place)
        return None
    if builder.anchors:  # the value of an alias is not known, and its missing keys would be reported too
        return None
    if builder.root is None or (isinstance(builder.root, Scalar) and builder.root.is_null):
        problems.add("the file is empty", Place(file, 1, 1), "`procedures new ID` prints a starter definition")
        return None
    return builder.root


@define
class _OpenCollection:
    """A collection that is still being read; `key` is the key without a value so far."""

    node: Listing | Table
    items: list[Node] = field(factory=list)
    key: str | None = None
    skips_value: bool = False


@define
class _NodeBuilder:
    file: str
    problems: Problems
    root: Node | None = None
    anchors: set[str] = field(factory=set)
    _open_collections: list[_OpenCollection] = field(factory=list)
    _documents: int = 0

    def place(self, mark: "_Mark | None") -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file, 1, 1)

    def report_error(self, error: yaml.MarkedYAMLError, text: str) -> None:
        """Report the position of a parser error; for a collection or quote that is not closed, where it opens."""
        opened = error.context and any(word in error.context for word in ("flow", "quoted", "simple key"))
        mark = (error.context_mark if opened else error.problem_mark) or error.context_mark
        place, lines = self.place(mark), _LINE_BREAK.split(text)
        if place.line > len(lines):  # the error is after the last line
            place = Place(self.file, len(lines), len(lines[-1]) + 1)
        message = error.problem or error.context or "something is wrong"
        if lines[place.line - 1][place.column - 1 : place.column] == "\t":
            message = "found a tab character that violates indentation"
        words, help_ = _PARSER_MESSAGES.get(message, (message, None))
        self.problems.add(f"this is not YAML: {words}", place, help_)

    def add_event(self, event: yaml.Event) -> bool:
        """Add one event of the parser; False when reading must stop."""
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self.problems.add(
                        "a second document starts here", self.place(event.start_mark), "one definition, one file"
                    )
                    return False
            case yaml.AliasEvent():
                self._report_reference(event, "*")
                self._add_node(Scalar("", place=self.place(event.start_mark)))
            case yaml.ScalarEvent():
                self._report_anchor_or_tag(event)
                self._add_node(Scalar(event.value, not event.style, self.place(event.start_mark)))
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                return self._open_collection(event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                done = self._open_collections.pop()
                if isinstance(done.node, Listing):
                    done.node.items = tuple(done.items)
                self._add_node(done.node)
            case _:  # the bounds of stream and document have no content
                pass
        return True

    def _open_collection(self, event: yaml.CollectionStartEvent) -> bool:
        place = self.place(event.start_mark)
        self._report_anchor_or_tag(event)
        if len(self._open_collections) >= MAX_LEVELS:
            self.problems.add(f"nested deeper than {MAX_LEVELS} levels", place)
            return False
        node = Listing((), place) if isinstance(event, yaml.SequenceStartEvent) else Table({}, place)
        self._open_collections.append(_OpenCollection(node))
        return True

    def _add_node(self, node: Node) -> None:
        if not self._open_collections:
            self.root = node
            return
        into = self._open_collections[-1]
        if isinstance(into.node, Listing):
            into.items.append(node)
        elif into.skips_value:
            into.skips_value = False
        elif into.key is None:
            self._add_key(into, into.node, node)
        else:
            into.node.entries[into.key] = node
            into.key = None

    def _add_key(self, into: _OpenCollection, table: Table, node: Node) -> None:
        if not isinstance(node, Scalar):
            self.problems.add("a key is a word, not a collection", node.place, "put braces in quotes to have text")
            into.skips_value = True
        elif node.text in table.entries:
            first = table.keys[node.text]
            self.problems.add(
                f"`{node.text}` is written twice in this mapping",
                node.place,
                f"it stands first on line {first.line}; keep one" if first else None,
            )
            into.skips_value = True
        else:
            into.key = node.text
            table.keys[node.text] = node.place

    def _report_anchor_or_tag(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            self._report_reference(event, "&")
        if (tag := getattr(event, "tag", None)) is not None:
            written = tag.replace("tag:yaml.org,2002:", "!!")
            self.problems.add(
                f"tags such as {quote(written)} are not part of the language",
                self.place(event.start_mark),
                "leave it out: each key says what its value is",
            )

    def _report_reference(self, event: yaml.NodeEvent, sign: str) -> None:
        """Report an anchor, or an alias of an anchor that is not reported yet."""
        anchor = str(event.anchor)
        if anchor not in self.anchors:
            self.anchors.add(anchor)
            self.problems.add(
                f"anchors and aliases such as {quote(sign + anchor)} are not part of the language",
                self.place(event.start_mark),
                "name a rule once under `conditions:` and use its name",
            )
