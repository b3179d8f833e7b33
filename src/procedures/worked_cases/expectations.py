"""Compare the end of a worked case with its expected end; report each difference at its line, with the reason."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from attrs import frozen

from procedures.definition.reader.fields import Fields
from procedures.kernel.cases import Refused
from procedures.selection import Selection
from procedures.text.cases import last_decision
from rules.calendar import quote
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.suggestions import did_you_mean

_SPAN: Final = re.compile(r"(.*?)([0-9]+)\.\.(.*?)([0-9]+)")
_LONGEST_SPAN: Final = 200  # letters; the pattern and its numbers take time by the square of the length
DEFAULT_CANDIDATE: Final = "candidate"
MAX_SPAN: Final = 10_000

FailureReporter: TypeAlias = Callable[[str, Node | None, str | None], None]
"""Reports one failure of a case: a sentence, its node, and help."""


@frozen
class RefusedEvent:
    """An event that was refused in the replay of a case, and its node in the file."""

    answer: Refused
    node: Node


def entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    """The members of a mapping; none when the node is no mapping."""
    if isinstance(node, Table):
        yield from node


def candidate_names(node: Node | str) -> tuple[str, ...]:
    """The candidates at a node: a name, a span `c01..c16`, or a list of these."""
    if isinstance(node, Listing):
        return tuple(name for item in node.items for name in candidate_names(item))
    text = node if isinstance(node, str) else node.text if isinstance(node, Scalar) else ""
    span = _SPAN.fullmatch(text) if len(text) <= _LONGEST_SPAN else None
    if span is None or span[1] != span[3] or not 0 <= int(span[4]) - int(span[2]) < MAX_SPAN:
        return (text,)
    return tuple(f"{span[1]}{number:0{len(span[2])}d}" for number in range(int(span[2]), int(span[4]) + 1))


def looks_like_span(text: str) -> bool:
    """Whether a text is written as a span of candidates, possible or not."""
    if len(text) <= _LONGEST_SPAN:
        return _SPAN.fullmatch(text) is not None
    return ".." in text and text[-1].isdigit()


def compare(
    case: Fields, selection: Selection, refused: Sequence[RefusedEvent], report_failure: FailureReporter
) -> None:
    """Report every difference between the selection of a case and the expectations of the case."""
    if not _compare_refused(case, refused, report_failure):
        return  # the states of the candidates follow from the refusals
    _compare_states(case, selection, report_failure)
    _compare_gates(case, selection, report_failure)
    _compare_kinds(case, selection, report_failure)
    expires = case.day("expires")
    if expires and selection.expires != expires:
        report_failure(f"the reserve ends on {selection.expires}, not {expires}", case.get("expires"), None)


def _compare_refused(case: Fields, refused: Sequence[RefusedEvent], report_failure: FailureReporter) -> bool:
    listed = case.get("refused")
    items = listed.items if isinstance(listed, Listing) else ()
    expected = [item.text for item in items if isinstance(item, Scalar)]
    if [each.answer.code for each in refused] == expected:
        return True
    if not expected:
        for each in _first_of_each(refused):
            report_failure(f"refused as {each.answer.code}: {each.answer.message()}", each.node, None)
        return False
    reported = "; ".join(f"{each.answer.code}: {each.answer.message()}" for each in refused)
    report_failure(
        (f"refused was {reported}" if reported else "no event was refused") + f"; expected {', '.join(expected)}",
        listed,
        None,
    )
    return False


def _first_of_each(refused: Sequence[RefusedEvent]) -> Iterator[RefusedEvent]:
    """The first refusal of each candidate; a refused closing counts only when it is the first refusal."""
    reported: set[str | None] = set()
    for each in refused:
        who = each.answer.event.candidate
        if who not in reported and (who is not None or not reported):
            reported.add(who)
            yield each


def _compare_states(case: Fields, selection: Selection, report_failure: FailureReporter) -> None:
    outcome = case.get("outcome")
    expected = entries(outcome) if isinstance(outcome, Table) else [(DEFAULT_CANDIDATE, outcome)] if outcome else []
    states = selection.machine.states
    for candidates, node in expected:
        for name in candidate_names(candidates):
            if name not in selection:
                report_failure(f"{quote(name)} has not applied; expected {describe(node)}", node, None)
                continue
            got = selection[name]
            if isinstance(node, Scalar) and got.state == node.text:
                continue
            known = isinstance(node, Scalar) and node.text in states
            why = None if known else did_you_mean(node.text, states) if isinstance(node, Scalar) else None
            if known:
                why = str(last_decision(selection, got, "en"))
            report_failure(f"`{name}` ends in `{got.state}`, not in {describe(node)}", node, why)


def _compare_kinds(case: Fields, selection: Selection, report_failure: FailureReporter) -> None:
    for candidates, node in entries(case.get("kinds")):
        for name in candidate_names(candidates):
            got = selection.kind(selection[name]) if name in selection else None
            if not isinstance(node, Scalar) or got != (None if node.is_null else node.text):
                report_failure(f"{quote(name)} is on reserve {got or 'none'}, not {describe(node)}", node, None)


def _compare_gates(case: Fields, selection: Selection, report_failure: FailureReporter) -> None:
    for name, node in entries(case.get("gates")):
        gate = selection.gates.get(name)
        got = {"held": str(gate.held).lower(), "count": str(gate.count)} if gate else {}
        for key, expected in entries(node):
            if not isinstance(expected, Scalar) or got.get(key) != expected.text:
                report_failure(
                    f"gate `{name}`: {key} is {got.get(key, 'undecided')}, not {describe(expected)}", expected, None
                )
