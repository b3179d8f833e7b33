"""What is wrong where the parser refuses a text: a change of one line that helps, or else its message in plain words.

The parser says where it gave up, which is often a word or a line after what is wrong. So repairs of the lines near that
place are tried, and one is told only where the parser reads the changed text beyond it: the cure is always right.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import yaml

from procedures.definition.yaml_repairs import LONGEST_LINE, RULES, Repair, Spot, find_open_quote

LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LINE_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_MOST_TRIALS: Final = 64
_MOST_OTHERS: Final = 2
_LONGEST_TEXT: Final = 128 * 1024
_MOST_LINES_ABOVE: Final = 200
# Messages of the parser, each with plain words and help; other messages are reported unchanged.
_MESSAGES: Final[Mapping[str, tuple[str, str]]] = {
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

Fault: TypeAlias = tuple[int, int, str, str | None]
"""The line and the column, both from 0; a sentence; and help."""


def find_fault(error: yaml.MarkedYAMLError, text: str) -> Fault:
    """What is wrong, and where: the word that a repair changes, or where the braces or the quote open."""
    lines = LINE_BREAK.split(text)
    if found := _find_repair(error, text, lines):
        number, repair = found
        return number, repair.column, repair.sentence, repair.help
    mark = (error.context_mark if _is_enclosed(error) else error.problem_mark) or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    if line >= len(lines):  # the error is after the last line
        line, column = len(lines) - 1, len(lines[-1])
    message = error.problem or error.context or "something is wrong"
    if lines[line][column : column + 1] == "\t":
        message = "found a tab character that violates indentation"
    return line, column, *_MESSAGES.get(message, (message, None))


def _is_enclosed(error: yaml.MarkedYAMLError) -> bool:
    """Whether the parser stopped inside braces, brackets or quotes, or at a key."""
    return any(word in (error.context or "") for word in ("flow", "quoted", "simple key"))


def _find_repair(error: yaml.MarkedYAMLError, text: str, lines: Sequence[str]) -> tuple[int, Repair] | None:
    """The number of a line (from 0) and its repair; None where no change of one line, or of a few, helps."""
    if len(text) > _LONGEST_TEXT:
        return None
    trials = iter(range(_MOST_TRIALS))
    return next((found for others in range(_MOST_OTHERS + 1) if (found := _try(error, lines, others, trials))), None)


def _try(
    error: yaml.MarkedYAMLError, lines: Sequence[str], others: int, trials: Iterator[int]
) -> tuple[int, Repair] | None:
    """The repair after which the parser reads on, or would after so many `others` in the same braces or quotes."""
    proposed = ((spot, repair) for rule in RULES for spot in _spots(error, lines) for repair in rule(spot))
    for (spot, repair), _ in zip(proposed, trials, strict=False):
        changed = [*lines[: spot.number], repair.line, *lines[spot.number + 1 :]]
        after = _first_error("\n".join(changed))
        if after is None:
            return spot.number, repair
        if not isinstance(after, yaml.MarkedYAMLError) or not _is_further(error, after, spot, repair):
            continue
        is_inside = _is_enclosed(after) and after.context_mark and after.context_mark.line <= spot.number
        if not is_inside or (others and _try(after, changed, others - 1, trials)):
            return spot.number, repair
    return None


def _spots(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> Iterator[Spot]:
    """The lines where the parser stopped and where what it was reading opens, the one above, and an open quote."""
    columns = {mark.line: mark.column for mark in (error.context_mark, error.problem_mark) if mark}
    stopped = min(error.problem_mark.line if error.problem_mark else 0, len(lines))
    numbers_above = range(stopped - 1, max(-1, stopped - _MOST_LINES_ABOVE), -1)
    above = next((number for number in numbers_above if lines[number].strip()), stopped)
    quoted = next((number for number in numbers_above if find_open_quote(lines[number]) is not None), stopped)
    for number in dict.fromkeys((stopped, *columns, above, quoted)):
        line = lines[number] if number < len(lines) else ""
        if 0 < len(line) <= LONGEST_LINE and "\t" not in line[: len(line) - len(line.lstrip())]:
            column = find_open_quote(line) if number == quoted != stopped else None
            yield Spot(lines, number, columns.get(number, len(line)) if column is None else column)


def _first_error(text: str) -> yaml.YAMLError | None:
    try:
        for _ in yaml.parse(text, Loader=LOADER):
            pass
    except yaml.YAMLError as error:
        return error
    return None


def _is_further(before: yaml.MarkedYAMLError, after: yaml.MarkedYAMLError, spot: Spot, repair: Repair) -> bool:
    """Whether the parser came further in the text than before the repair."""
    if not (after.problem_mark and before.problem_mark):
        return False
    line, column = before.problem_mark.line, before.problem_mark.column
    if line == spot.number:
        column += len(repair.line) - len(spot.line)
    return bool((after.problem_mark.line, after.problem_mark.column) > (line, column))
