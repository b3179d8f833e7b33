"""The rules by which a line that is no YAML may be repaired: each proposes changes of the line, with sentence and help.

A rule need not be sure. A repair is told only where the parser reads on after it (`yaml_errors`).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeAlias

from attrs import frozen

from procedures.definition.language import SECTIONS
from rules.calendar import quote
from rules.formulas import find_bound
from rules.reader import OPERATORS
from rules.words import LANGUAGES

KEYS: Final = frozenset({*(key for section in SECTIONS.values() for key in section), *OPERATORS, *LANGUAGES})
"""Every key of the language, of rules and of words."""
LONGEST_LINE: Final = 400
_WORD: Final = r"[A-Za-z_][\w.]*"


@frozen
class Repair:
    """A change of one line: where it is wrong (from 0), what is wrong, what to write, and the line after the change."""

    column: int
    sentence: str
    help: str
    line: str


@frozen
class Spot:
    """A line where something may be wrong; `column` is where the parser stopped in it, or its end."""

    lines: Sequence[str]
    number: int
    column: int

    @property
    def line(self) -> str:
        return self.lines[self.number]

    def above(self) -> Iterator[str]:
        """The lines above that hold more than a comment, the nearest first."""
        return (line for line in reversed(self.lines[: self.number]) if line.strip() and line.lstrip()[0] != "#")


Rule: TypeAlias = Callable[[Spot], Iterator[Repair]]


# -- spaces and indentation -------------------------------------------------------------------------------------------

_ODD_SPACE: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_MEMBER: Final = re.compile(r"(?P<indent> *(?:- +)*)(?P<key>[\w.-]+) *:(?: +(?P<value>\S.*?))? *$")


def _ordinary_spaces(spot: Spot) -> Iterator[Repair]:
    line = _UNSEEN.sub("", _ODD_SPACE.sub(" ", spot.line))
    if odd := re.search(f"{_ODD_SPACE.pattern}|{_UNSEEN.pattern}", spot.line):
        sentence, help_ = "this space is no ordinary space", "delete it and type a space"
        if _UNSEEN.match(odd[0]):
            sentence, help_ = "a mark that cannot be seen", "delete it"
        yield Repair(odd.start(), sentence, f"{help_}; such characters come along with text that is copied", line)


def _indentation(spot: Spot) -> Iterator[Repair]:
    own = _MEMBER.match(spot.line)
    if own is None or spot.column == len(spot.line):
        return
    tried = {len(own["indent"])}
    for line in islice(spot.above(), 200):
        above = _MEMBER.match(line)
        if above is None or (indent := len(above["indent"])) in tried:
            continue
        tried.add(indent)
        yield Repair(
            len(own["indent"]),
            f"`{own['key']}` does not line up with the keys above",
            f"indent it by {_spaces(indent)}, like `{above['key']}`",
            " " * indent + spot.line[len(own["indent"]) :],
        )


def _spaces(count: int) -> str:
    return f"{count} space{'s' if count != 1 else ''}" if count else "no space"


# -- signs that are missing -------------------------------------------------------------------------------------------

_JOINED: Final = re.compile(rf"(?<![\w.'\"-])({_WORD}):(?=[^\s:/,}}\]])([^,}}\]]*)")
_DASH: Final = re.compile(r"( *)-(?=[^\s-])")
_BARE_KEY: Final = re.compile(rf"(?P<indent> *(?:- +)?)(?P<key>{_WORD})(?P<value> +[^\s:].*)?")
_EQUALS: Final = re.compile(rf"(?P<indent> *(?:- +)?)(?P<key>{_WORD}) *= *(?P<value>.*)")
_NEXT_MEMBER: Final = re.compile(rf"(?<=[^\s,{{\[:]) +(?=({_WORD}): )")


def _space_after_colon(spot: Spot) -> Iterator[Repair]:
    for match in _JOINED.finditer(spot.line):
        value = "…" if match[2][0] in "{[" else match[2].strip()
        line = f"{spot.line[: match.end(1) + 1]} {spot.line[match.end(1) + 1 :]}"
        yield Repair(match.start(), "a space is missing after the `:`", f"write {quote(f'{match[1]}: {value}')}", line)


def _space_after_dash(spot: Spot) -> Iterator[Repair]:
    if match := _DASH.match(spot.line):
        line = f"{match[0]} {spot.line[match.end() :]}"
        yield Repair(match.end(1), "a space is missing after the `-`", "begin each item with `- `", line)


def _colon(spot: Spot) -> Iterator[Repair]:
    match = _BARE_KEY.fullmatch(spot.line.rstrip())
    if match is None or (match["value"] and match["key"] not in KEYS):
        return
    line = f"{match['indent']}{match['key']}:{match['value'] or ''}"
    help_ = f"write {quote(match['key'] + ':' + (match['value'] or ' …'))}"
    yield Repair(match.start("key"), f"a `:` is missing after `{match['key']}`", help_, line)


def _colon_for_equals(spot: Spot) -> Iterator[Repair]:
    if match := _EQUALS.fullmatch(spot.line.rstrip()):
        member = f"{match['key']}: {match['value']}"
        sentence = "a key is followed by a `:`, not by a `=`"
        yield Repair(match.start("key"), sentence, f"write {quote(member)}", match["indent"] + member)


def _comma(spot: Spot) -> Iterator[Repair]:
    for match in _NEXT_MEMBER.finditer(spot.line):
        before = re.split(r"[,{\[]|: ", spot.line[: match.start()])[-1].strip()
        if match[1] in KEYS or re.fullmatch(r"[0-9.]+|.*[\"'}\]]", before):
            line = f"{spot.line[: match.start()]},{spot.line[match.start() :]}"
            sentence = f"a comma is missing before `{match[1]}`"
            yield Repair(match.end(), sentence, f"write {quote(f'{before}, {match[1]}: …')}", line)


# -- braces and brackets ----------------------------------------------------------------------------------------------

_CLOSED_BY: Final = {"{": "}", "[": "]"}
_OPENS: Final = {"{": "the mapping", "[": "the list"}
_BRACKETS: Final = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"|[{}\[\]]")


def _closing(spot: Spot) -> Iterator[Repair]:
    """The brace or bracket that is missing where another one closes, or at the end of the line."""
    opened: list[int] = []
    for match in (*_BRACKETS.finditer(spot.line), None):
        sign, at = (match[0], match.start()) if match else ("", len(spot.line.rstrip()))
        if sign in _CLOSED_BY:
            opened.append(at)
        elif sign in ("", "}", "]"):
            first = opened.pop() if opened else None
            wanted = _CLOSED_BY[spot.line[first]] if first is not None else ""
            if first is not None and wanted != sign:
                missing = wanted + "".join(_CLOSED_BY[spot.line[other]] for other in reversed(opened) if not sign)
                line = f"{spot.line[:at]}{missing}{spot.line[at:]}"
                what = _OPENS[spot.line[first]]
                yield Repair(first, f"{what} that opens here is not closed", f"close it with `{wanted}`", line)
                return
            if sign and first is None:
                line = f"{spot.line[:at]}{spot.line[at + 1 :]}"
                yield Repair(at, f"nothing is open that this `{sign}` closes", "delete it", line)
                return


# -- texts that need quotes -------------------------------------------------------------------------------------------

_TYPOGRAPHIC: Final = re.compile('[“”„«»‟]([^“”„«»‟"]*)[“”„«»‟]')
_STARTS: Final = re.compile(r"(?:[{\[,]|: |^ *(?:- +)+) *(?=[^\s{\[])")
_MEMBER_END: Final = re.compile(rf" *(?:, *(?:{_WORD}:(?: |$)|$)|[}}\]]|$)")
_ITEM_END: Final = re.compile(r" *(?:,|\]|$)")
_QUOTED: Final = re.compile(r"(?<![\w'\"])(?:'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"|(['\"]))")
_APOSTROPHE: Final = re.compile(r"'[A-Za-z]{1,2}(?![\w'])")  # 's, 't, 'n: a word of Dutch
_HIDDEN: Final = re.compile(r"(?<=[ {\[,])(?:#|'[A-Za-z]{1,2}(?![\w']))")
_INDICATORS: Final = "@%`*&!|>?-,"


def _straight_quotes(spot: Spot) -> Iterator[Repair]:
    for match in _TYPOGRAPHIC.finditer(spot.line):
        line = f'{spot.line[: match.start()]}"{match[1]}"{spot.line[match.end() :]}'
        sentence = f"`{match[0][0]}` does not quote a text"
        yield Repair(match.start(), sentence, f"write {_as_code(line[match.start() : match.end()])}", line)


def _comparison(spot: Spot) -> Iterator[Repair]:
    for start, end in _spans(spot):
        if bound := find_bound(spot.line[start:end]):
            match = re.search(rf"({_WORD}): *$", spot.line[:start])
            key = match[1] if match and match[1] in KEYS else None
            value = bound[1] if key else f"{{{bound[0]}: {bound[1]}}}"
            sentence = f"`{key}` takes no sign" if key else "a comparison is written with words"
            yield Repair(start, sentence, f"write `{value}`", f"{spot.line[:start]}{value}{spot.line[end:]}")


def _quotes_further_on(spot: Spot) -> Iterator[Repair]:
    """Quotes around a text within braces of which a `#` made a comment, or an apostrophe a quoted text."""
    for match in _HIDDEN.finditer(spot.line, spot.column):
        yield from _quotes(Spot(spot.lines, spot.number, match.start()))


def _quotes(spot: Spot) -> Iterator[Repair]:
    for start, end in _spans(spot):
        text = spot.line[start:end]
        quoted = _in_quotes(text)
        if quoted is not None and text:
            at, sentence = _why_quotes(text)
            line = f"{spot.line[:start]}{quoted}{spot.line[end:]}"
            yield Repair(start + at, sentence, f"write {_as_code(quoted)}", line)


def _spans(spot: Spot) -> Iterator[tuple[int, int]]:
    """Where the text at the column may begin and end: the nearest beginning first, and the next end after it."""
    starts = [match.end() for match in _STARTS.finditer(spot.line) if match.end() <= spot.column]
    member = _MEMBER.match(spot.line)
    if member and member["value"] and member.start("value") not in starts:
        starts.insert(0, member.start("value"))
    for start in reversed(starts):
        before = spot.line[:start]
        in_brackets = before.rfind("[") > max(before.rfind("{"), before.rfind("]"))
        end = (_ITEM_END if in_brackets else _MEMBER_END).search(spot.line, max(start, spot.column))
        if end:
            yield start, end.start()


def _in_quotes(text: str) -> str | None:
    """The text in quotes, without those around it; None for what holds both kinds of quote, and for braces."""
    inner = text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
    if inner[:1] in _CLOSED_BY and inner.find(_CLOSED_BY[inner[0]]) in (-1, len(inner) - 1):
        return None
    sign = next((sign for sign in "\"'" if sign not in inner), None)
    return f"{sign}{inner}{sign}" if sign and "\\" not in inner else None


def find_open_quote(line: str) -> int | None:
    """Where a quote opens in a line that does not close it; lines that are too long are not looked at."""
    if len(line) > LONGEST_LINE:
        return None
    return next((match.start(1) for match in _QUOTED.finditer(line) if match[1]), None)


def _closing_quote(spot: Spot) -> Iterator[Repair]:
    for start, end in _spans(spot):
        text = spot.line[start:end]
        if text[:1] in ("'", '"') and text[0] not in text[1:] and not _APOSTROPHE.match(text):
            line = f"{spot.line[:end]}{text[0]}{spot.line[end:]}"
            sentence = "the quote that opens here is never closed"
            yield Repair(start, sentence, f"write {_as_code(text + text[0])}", line)


def _why_quotes(text: str) -> tuple[int, str]:
    """Where a text needs quotes, and why."""
    if text[0] == "'" and text[-1] != "'":
        return 0, "a text that begins with an apostrophe stands in double quotes"
    if text[0] in "'\"":
        return text.index(text[0], 1) if text.count(text[0]) > 1 else 0, f"the quoted text ends at this `{text[0]}`"
    if comment := re.search("(?:^| )#", text):
        return comment.end() - 1, "a comment begins at this `#`"
    if colon := re.search(":(?: |$)", text):
        return colon.start(), "a text with `: ` in it stands in quotes"
    if text[0] in _INDICATORS:
        return 0, f"a text that begins with `{text[0]}` stands in quotes"
    return 0, "this text stands in quotes"


def _as_code(text: str) -> str:
    """A quoted text for help: as code, and shortened in the middle, so that both quotes are seen."""
    return f"`{text if len(text) <= 70 else f'{text[:60]}…{text[-1]}'}`"


RULES: Final[tuple[Rule, ...]] = (
    _ordinary_spaces,
    _straight_quotes,
    _space_after_colon,
    _space_after_dash,
    _colon_for_equals,
    _colon,
    _indentation,
    _comparison,
    _comma,
    _closing,
    _closing_quote,
    _quotes_further_on,
    _quotes,
)
