"""Read YAML text into nodes with positions; aliases, tags and duplicate keys are refused, and no type is guessed.

The nodes are built from the events of the parser with an own stack, because the composer of the C parser overflows
its stack on deep nesting and its event stream does not.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import yaml
from attrs import define, field

from procedures.definition.stray_members import find_stray, has_colon, join_decimals
from procedures.definition.yaml_errors import LINE_BREAK, LOADER, find_fault
from rules.calendar import quote
from rules.nodes import Listing, Node, Scalar, Table
from rules.problems import Place, Problems, report_null_character

MAX_BYTES: Final = 1024 * 1024
MAX_LEVELS: Final = 64


class _Mark(Protocol):
    """The position of the parser; each of the two parsers has its own class for a position."""

    line: int
    column: int


_INVALID_CHARACTER: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_file(path: Path, problems: Problems) -> Node | None:
    """The root node of a file; None when the file could not be read, with the reasons in `problems`."""
    start = Place(str(path), 1, 1)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except ValueError:
        report_null_character(start, problems)
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
    builder = _NodeBuilder(file, problems, LINE_BREAK.split(text))
    try:
        for event in yaml.parse(text, Loader=LOADER):
            if not builder.add_event(event):
                return None
    except yaml.MarkedYAMLError as error:
        line, column, words, help_ = find_fault(error, text)
        problems.add(f"this is not YAML: {words}", Place(file, line + 1, column + 1), help_)
        return None
    except (yaml.YAMLError, UnicodeEncodeError):
        # The position counts bytes or characters, depending on the parser, so the character is searched.
        strange = _INVALID_CHARACTER.search(text)
        before = LINE_BREAK.split(text[: strange.start() if strange else 0])
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
    """A collection that is still being read; `key` is the key without a value so far.

    `last_key` is the key of the last member, and `last_is_whole` says that words after it were added to its value.
    """

    node: Listing | Table
    in_braces: bool
    items: list[Node] = field(factory=list)
    key: str | None = None
    skips_value: bool = False
    last_key: str | None = None
    last_is_whole: bool = False


@define
class _NodeBuilder:
    file: str
    problems: Problems
    lines: Sequence[str]
    root: Node | None = None
    anchors: set[str] = field(factory=set)
    _open_collections: list[_OpenCollection] = field(factory=list)
    _documents: int = 0

    def place(self, mark: "_Mark | None") -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file, 1, 1)

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
                self._add_node(Scalar(event.value, not event.style, self.place(event.start_mark)), event.end_mark)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                return self._open_collection(event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                done = self._open_collections.pop()
                if isinstance(done.node, Listing):
                    done.node.items = self._items(done)
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
        self._open_collections.append(_OpenCollection(node, bool(event.flow_style)))
        return True

    def _items(self, listing: _OpenCollection) -> tuple[Node, ...]:
        """The items of a list that ends; in brackets a decimal comma made two of one."""
        if not listing.in_braces:
            return tuple(listing.items)
        items, joined = join_decimals(listing.items)
        for number in joined:
            first, second = number.text.split(".")
            help_ = f"write `{number.text}`, or `{first}, {second}` with a space"
            self.problems.add(f"`{first},{second}` is two items of a list, or a decimal", number.place, help_)
        return items

    def _add_node(self, node: Node, end: _Mark | None = None) -> None:
        if not self._open_collections:
            self.root = node
            return
        into = self._open_collections[-1]
        if isinstance(into.node, Listing):
            into.items.append(node)
        elif into.skips_value:
            into.skips_value = False
        elif into.key is None:
            self._add_key(into, into.node, node, end)
        else:
            into.node.entries[into.key] = node
            into.key = None

    def _add_key(self, into: _OpenCollection, table: Table, node: Node, end: _Mark | None) -> None:
        if not isinstance(node, Scalar):
            self.problems.add("a key is a word, not a collection", node.place, "put braces in quotes to have text")
            into.skips_value = True
        elif self._is_stray(into, table, node, end):
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
            into.key = into.last_key = node.text
            into.last_is_whole = False
            table.keys[node.text] = node.place

    def _is_stray(self, into: _OpenCollection, table: Table, word: Scalar, end: _Mark | None) -> bool:
        """Whether a word in braces is no member; it is reported, and what was meant by it is added."""
        if not into.in_braces or end is None or has_colon(self.lines, (end.line, end.column)):
            return False
        if into.last_is_whole:
            return True
        before = table.entries.get(into.last_key) if into.last_key is not None else None
        stray = find_stray(word, (into.last_key or "", before) if before is not None else None, self.lines)
        if stray is None:
            return False
        self.problems.add(stray.sentence, stray.place, stray.help)
        for key, node in stray.members.items():
            into.last_is_whole = key == into.last_key
            if into.last_is_whole or key not in table.entries:
                table.entries[key] = node
                table.keys.setdefault(key, stray.place)
        return True

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
