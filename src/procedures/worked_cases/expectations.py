"""How a worked case ended beside how it says it should end: what differs is told where it stands, with the reason."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from attrs import frozen

from procedures.definition.reader.fields import Fields
from procedures.kernel.cases import Refused
from procedures.selection import Selection
from procedures.text.cases import last_decision
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.problems import did_you_mean

SPAN: Final = re.compile(r"(.*?)(\d+)\.\.(.*?)(\d+)")
ONLY: Final = "candidate"
MOST: Final = 10_000

Fails: TypeAlias = Callable[[str, Node | None, str | None], None]
"""Tells one way in which a case fails: a sentence, where, and help."""


@frozen
class Refusal:
    """An event that was refused while a case was replayed, and where it stands."""

    answer: Refused
    node: Node


def entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    """The members of a mapping; none where there is no mapping."""
    if isinstance(node, Table):
        yield from node


def names(node: Node | str) -> tuple[str, ...]:
    """The candidates that are meant: a name, a span `c01..c16`, or a list of these."""
    if isinstance(node, Listing):
        return tuple(name for item in node.items for name in names(item))
    text = node if isinstance(node, str) else node.text if isinstance(node, Scalar) else ""
    span = SPAN.fullmatch(text)
    if span is None or span[1] != span[3] or not 0 <= int(span[4]) - int(span[2]) < MOST:
        return (text,)
    return tuple(f"{span[1]}{number:0{len(span[2])}d}" for number in range(int(span[2]), int(span[4]) + 1))


def compare(case: Fields, selection: Selection, refused: Sequence[Refusal], fails: Fails) -> None:
    """Tell everything in which the selection of a case ended otherwise than the case says."""
    if not _compare_refused(case, refused, fails):
        return  # where everybody ended follows from that
    _compare_states(case, selection, fails)
    _compare_gates(case, selection, fails)
    _compare_kinds(case, selection, fails)
    expires = case.day("expires")
    if expires and selection.expires != expires:
        fails(f"the reserve ends on {selection.expires}, not {expires}", case.get("expires"), None)


def _compare_refused(case: Fields, refused: Sequence[Refusal], fails: Fails) -> bool:
    listed = case.get("refused")
    items = listed.items if isinstance(listed, Listing) else ()
    expected = [item.text for item in items if isinstance(item, Scalar)]
    if [each.answer.code for each in refused] == expected:
        return True
    if not expected:
        for each in _first_of_each(refused):
            fails(f"refused as {each.answer.code}: {each.answer.message()}", each.node, None)
        return False
    told = "; ".join(f"{each.answer.code}: {each.answer.message()}" for each in refused)
    fails(
        (f"refused was {told}" if told else "no event was refused") + f"; expected {', '.join(expected)}", listed, None
    )
    return False


def _first_of_each(refused: Sequence[Refusal]) -> Iterator[Refusal]:
    """The first refusal of each candidate; what a closing refuses follows from those, where there are any."""
    told: set[str | None] = set()
    for each in refused:
        who = each.answer.event.candidate
        if who not in told and (who is not None or not told):
            told.add(who)
            yield each


def _compare_states(case: Fields, selection: Selection, fails: Fails) -> None:
    outcome = case.get("outcome")
    expected = entries(outcome) if isinstance(outcome, Table) else [(ONLY, outcome)] if outcome else []
    states = selection.machine.states
    for candidates, node in expected:
        for name in names(candidates):
            if name not in selection:
                fails(f"`{name}` has not applied; expected {describe(node)}", node, None)
                continue
            got = selection[name]
            if isinstance(node, Scalar) and got.state == node.text:
                continue
            known = isinstance(node, Scalar) and node.text in states
            why = None if known else did_you_mean(node.text, states) if isinstance(node, Scalar) else None
            if known:
                why = str(last_decision(selection, got, "en"))
            fails(f"`{name}` ends in `{got.state}`, not in {describe(node)}", node, why)


def _compare_kinds(case: Fields, selection: Selection, fails: Fails) -> None:
    for candidates, node in entries(case.get("kinds")):
        for name in names(candidates):
            got = selection.kind(selection[name]) if name in selection else None
            if not isinstance(node, Scalar) or got != (None if node.is_null else node.text):
                fails(f"`{name}` is on reserve {got or 'none'}, not {describe(node)}", node, None)


def _compare_gates(case: Fields, selection: Selection, fails: Fails) -> None:
    for name, node in entries(case.get("gates")):
        gate = selection.gates.get(name)
        got = {"held": str(gate.held).lower(), "count": str(gate.count)} if gate else {}
        for key, expected in entries(node):
            if not isinstance(expected, Scalar) or got.get(key) != expected.text:
                fails(f"gate `{name}`: {key} is {got.get(key, 'undecided')}, not {describe(expected)}", expected, None)
