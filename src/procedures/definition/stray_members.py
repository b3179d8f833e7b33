"""Words in braces or brackets that a comma or a missing space made members of their own: `{at_least: 59,5}`.

YAML ends a value within braces at a comma, and takes the rest for a key without a value. In the language each key has
a value, so such a word is reported where it stands and is read as it was meant, whatever the mapping is about.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, TypeAlias, TypeGuard

from attrs import frozen

from procedures.definition.language import SECTIONS
from procedures.definition.yaml_repairs import KEYS
from rules.calendar import quote
from rules.nodes import Listing, Node, Scalar, Table
from rules.notation import find_number, number_help, unseen_help
from rules.problems import Place
from rules.time_notation import find_duration

Position: TypeAlias = tuple[int, int]
"""A line and a column, both from 0."""

_LIST_TYPES: Final = frozenset({
    "names", "fact names", "origins", "citations", "choice list", "languages", "parts", "list", "texts",
})  # fmt: skip
_RULE_LISTS: Final = frozenset({"all", "any", "one_of", "none_of"})
_TEXT_TYPES: Final = frozenset({"words", "text"})
_RULE_TYPES: Final = frozenset({"rule", "held"})
_JOINED: Final = re.compile(r"(?P<key>[A-Za-z_][\w.]*)(?P<sign>:\s*|\s+)(?P<value>\S.*)")
_ITEM: Final = re.compile(r"[a-z][a-z0-9_.]*(?::[0-9-]+)?")
_END: Final = re.compile(r" *(?:, *[\w.]+ *:(?: |$)|[}\]]|$)")


@frozen
class Stray:
    """A word that is no member: the place, sentence and help of its problem, and the members that were meant."""

    place: Place | None
    sentence: str
    help: str | None
    members: Mapping[str, Node]


def has_colon(lines: Sequence[str], end: Position) -> bool:
    """Whether a key that ends here is followed by its `:`; comments and line breaks may stand between."""
    number, column = end
    while number < len(lines):
        rest = lines[number][column:].lstrip(" \t")
        if rest and not rest.startswith("#"):
            return rest.startswith(":")
        number, column = number + 1, 0
    return True


def find_stray(word: Scalar, before: tuple[str, Node] | None, lines: Sequence[str]) -> Stray | None:
    """What a key without a `:` was meant to be; `before` is the member before it in the same braces.

    None where the word stands alone and is no key: what it stands for depends on what the braces are about.
    """
    joined = _JOINED.fullmatch(word.text) if word.plain else None
    if joined and joined["key"] in KEYS and joined["sign"].startswith(":"):
        return _member(joined, word)
    key, value = before or ("", None)
    is_key = word.text in KEYS or (joined is not None and joined["key"] in KEYS)
    is_text = isinstance(value, Scalar) and value.plain and bool(value.text) and word.plain
    if isinstance(value, Scalar) and is_text and (not is_key or _takes(key, _TEXT_TYPES)):
        return _continued(key, value, _whole_text(value, word, lines))
    if joined and (is_key or joined["sign"].startswith(":")):
        return _member(joined, word)
    if before is None and not is_key:
        return None
    sentence = f"{quote(word.text)} is a key without its `:`"
    return Stray(word.place, sentence, f"write {quote(f'{word.text}: …')}", {})


def _member(joined: re.Match[str], word: Scalar) -> Stray:
    """The member that is joined in a word: `from:0`, `by score`."""
    key, sign, value = joined.groups()
    sentence = f"a `:` is missing after `{key}`" if ":" not in sign else "a space is missing after the `:`"
    member = {key: Scalar(value, place=word.place)}
    return Stray(word.place, sentence, unseen_help(word.text) or f"write {quote(f'{key}: {value}')}", member)


def _continued(key: str, value: Scalar, whole: str) -> Stray:
    """What a value with commas was meant to be: a number, a duration, a list, rules, or a text."""
    if number := find_number(whole):
        advice = number_help(whole)
        return _stray(value, "number", whole, advice.en if advice else None, {key: Scalar(number, place=value.place)})
    if duration := find_duration(whole):
        meant = Scalar(duration, place=value.place)
        return _stray(value, "duration", whole, f"write `{duration}`", {key: meant})
    items = re.split(" *, *", whole)
    listed = Listing(tuple(Scalar(item, place=value.place) for item in items), value.place)
    brackets, quoted = f"[{', '.join(items)}]", _in_quotes(whole)
    if _takes(key, _TEXT_TYPES) or not all(_ITEM.fullmatch(item) for item in items):
        meant = Scalar(whole, plain=False, place=value.place)
        return _stray(value, "text", whole, f"put all of it in quotes: `{quoted}`", {key: meant})
    if _takes(key, _LIST_TYPES):
        return _stray(value, "value", whole, f"several are a list: {quote(brackets)}", {key: listed})
    if _takes(key, _RULE_TYPES):
        help_ = f"several rules are a list: `{{all: {brackets}}}`, or under `any:`"
        return _stray(value, "rule", whole, help_, {key: Table({"all": listed}, value.place)})
    help_ = f"several are a list: `{{one_of: {brackets}}}`; a text stands in quotes: `{quoted}`"
    return _stray(value, "value", whole, help_, {key: Table({"one_of": listed}, value.place)})


def _stray(value: Scalar, what: str, whole: str, help_: str | None, members: Mapping[str, Node]) -> Stray:
    return Stray(value.place, f"a comma ends the {what} in {quote(whole)}", help_, members)


def _takes(key: str, value_types: frozenset[str]) -> bool:
    """Whether a key takes one of these types in some section of the language; lists in rules are lists too."""
    types = {keys[key].value_type for keys in SECTIONS.values() if key in keys}
    return not value_types.isdisjoint(types | {"list"} if key in _RULE_LISTS else types)


def _in_quotes(text: str) -> str:
    shown = (text if len(text) <= 60 else f"{text[:59]}…").strip("“”„«»‟")
    sign = "'" if '"' in shown else '"'
    return f"{sign}{shown}{sign}"


def _whole_text(value: Scalar, word: Scalar, lines: Sequence[str]) -> str:
    """The text from a value to the next member, as it stands on its line."""
    if value.place and word.place and value.place.line == word.place.line:
        line = lines[value.place.line - 1]
        end = _END.search(line, word.place.column - 1 + len(word.text))
        return line[value.place.column - 1 : end.start() if end else len(line)]
    return f"{value.text}, {word.text}"


def join_decimals(items: Sequence[Node]) -> tuple[tuple[Node, ...], tuple[Scalar, ...]]:
    """The items of a list in which a comma split decimals, with these decimals in one piece; and the decimals.

    `[a, b, 0,85]` holds one, because its other items are apart; `[40,50,60]` holds none, because all are written alike.
    """
    gaps = [_gap(first, second) for first, second in pairwise(items)]
    if not any(gaps):
        return tuple(items), ()
    whole: list[Node] = []
    joined: list[Scalar] = []
    for item, gap in zip(items, (None, *gaps), strict=True):
        first = whole[-1] if whole else None
        if gap == 0 and _is_digits(first) and _is_digits(item) and first not in joined:
            number = Scalar(f"{first.text}.{item.text}", place=first.place)
            whole[-1] = number
            joined.append(number)
        else:
            whole.append(item)
    return tuple(whole), tuple(joined)


def _is_digits(node: Node | None) -> TypeGuard[Scalar]:
    return isinstance(node, Scalar) and node.plain and re.fullmatch("-?[0-9]+", node.text) is not None


def _gap(first: Node, second: Node) -> int | None:
    """The spaces between an item and the next on its line; None where that is not sure."""
    one, other = first.place, second.place
    if not (isinstance(first, Scalar) and first.plain and one and other and one.line == other.line):
        return None
    return other.column - one.column - len(first.text) - 1
