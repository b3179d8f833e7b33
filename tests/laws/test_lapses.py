"""Which end lapses, in which order, and what holds it back: independent of the order of the file."""

from itertools import permutations

import pytest

from answers import accepted, refused
from procedures import DefinitionError, Selection, loads

HEAD = "procedure: p\ntitle: P\nfacts: {ill: {kind: flag}, side: {kind: choice, of: [a, b]}}\n"
AT = "2026-02-01T09:00:00+01:00"
LATER = "2026-03-01T09:00:00+01:00"


def selection_of(steps: str, more: str = "") -> Selection:
    selection = Selection(loads(f"{HEAD}{more}steps:\n{steps}"))
    accepted(selection.apply("ada", at=AT))
    return selection


def lapsed(selection: Selection) -> list[tuple[str, str]]:
    return [(move.event, move.to_state) for move in selection["ada"].history if move.kind == "lapsed"]


A = "a: {from: applied, to: x, until: 2026-02-10, lapses: la}"
A8X = "a: {from: applied, to: x, until: 2026-02-08, lapses: la, exempt: {ill: true}}"
A10X = "a: {from: applied, to: x, until: 2026-02-10, lapses: la, exempt: {ill: true}}"
B8 = "b: {from: applied, to: y, until: 2026-02-08, lapses: lb}"
B10 = "b: {from: applied, to: y, until: 2026-02-10, lapses: lb}"

ENDS = {  # the steps, each in a line; which of them lapses
    "the earlier end": (
        [A, "b: {from: applied, to: y, until: 2026-02-08, lapses: lb}"],
        [("b", "lb")],
    ),
    "an end counted from entry": (
        [A, "b: {from: applied, to: y, within: 3 days, lapses: lb}"],
        [("b", "lb")],
    ),
    "not one that leaves the case for a person": (
        [A, "b: {from: applied, to: y, until: 2026-02-08, lapses: stays}"],
        [("a", "la")],
    ),
    "none while an earlier exemption is unknown": (
        [A8X, B10],
        [],
    ),
    "an earlier one whatever a later exemption is": (
        [A10X, B8],
        [("b", "lb")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDS)
def test_of_the_ends_that_are_over_the_earliest_own_one_lapses(name: str) -> None:
    steps, expected = ENDS[name]
    for order in permutations(steps):
        selection = selection_of("".join(f"  {line}\n" for line in order))
        selection.advance(at=LATER)
        assert lapsed(selection) == expected


def test_ends_that_were_over_before_a_case_came_lapse_in_the_order_of_the_ends() -> None:
    """`max(end, entry)` is the same moment for both; the own end decides, not the file."""
    steps = [
        "first: {from: applied, to: s}",
        "a: {from: s, to: x, until: 2026-02-10, lapses: la}",
        "b: {from: s, to: y, until: 2026-02-08, lapses: lb}",
    ]
    for order in permutations(steps):
        selection = selection_of("".join(f"  {line}\n" for line in order))
        accepted(selection.record("ada", "first", at="2026-02-20T09:00:00+01:00"))
        selection.advance(at=LATER)
        assert lapsed(selection) == [("b", "lb")]
        assert selection["ada"].history[-1].at == selection["ada"].history[-2].at


WRONG = {
    "two ends that are always equal": (
        "  a: {from: applied, to: x, until: 2026-02-10, lapses: la}\n"
        "  b: {from: applied, to: y, until: 2026-02-10, lapses: lb}\n"
    ),
    "the same moment, written otherwise": (
        "  a: {from: applied, to: x, until: 2026-02-10, lapses: la}\n"
        "  b: {from: applied, to: y, before: 2026-02-11, lapses: lb}\n"
    ),
    "the same time from entry": (
        "  a: {from: applied, to: x, within: 2 weeks, lapses: la}\n"
        "  b: {from: applied, to: y, within: 14 days, lapses: lb}\n"
    ),
}


@pytest.mark.parametrize("steps", WRONG.values(), ids=WRONG)
def test_equal_ends_that_lead_apart_are_a_problem(steps: str) -> None:
    with pytest.raises(DefinitionError, match="end at the same moment"):
        loads(f"{HEAD}steps:\n{steps}")


CIRCLES = {
    "a lapse back to where it is taken": "  a: {from: applied, to: x, within: 1 minutes, lapses: applied}\n",
    "two lapses": (
        "  a: {from: applied, to: x, within: 1 days, lapses: s}\n"
        "  b: {from: s, to: x, within: 1 days, lapses: applied}\n"
    ),
    "a lapse and an exemption": (
        "  a: {from: applied, to: x, within: 1 days, lapses: s}\n  b: {from: s, to: applied, exempt: {ill: true}}\n"
    ),
}


@pytest.mark.parametrize("steps", CIRCLES.values(), ids=CIRCLES)
def test_a_circle_of_lapses_and_automatic_moves_is_a_problem(steps: str) -> None:
    with pytest.raises(DefinitionError, match="for ever"):
        loads(f"{HEAD}steps:\n{steps}")


def test_a_case_whose_result_waits_lapses_nowhere() -> None:
    selection = selection_of(
        "  k: {from: applied, to: x, until: 2026-02-20, lapses: lk, keeps: {best: 1, by: score},\n"
        "      records: {score: {kind: number, from: 0, to: 9}}}\n"
        "  b: {from: applied, to: y, until: 2026-02-10, lapses: lb}\n"
    )  # fmt: skip
    accepted(selection.record("ada", "k", {"score": 5}, at="2026-02-02T09:00:00+01:00", by="hr"))
    selection.advance(at=LATER)
    assert lapsed(selection) == []


def test_one_wrong_date_blocks_nobody_else() -> None:
    selection = selection_of("  a: {from: applied, to: x, within: 10 days, lapses: la}\n")
    far = selection.apply("zoe", at="2999-12-30T09:00:00+01:00")
    refused(far, "invalid_fact")
    accepted(selection.advance(at=LATER))
    assert lapsed(selection) == [("a", "la")]


TOO_FAR = {
    "within": "steps: {a: {from: applied, to: x, within: 990 years, lapses: la}}\n",
    "valid": "steps: {a: {from: applied, to: x}}\nreserve: {state: x, valid: 999 years}\n",
    "a year": "steps: {a: {from: applied, to: x, until: 3000-01-01, lapses: la}}\n",
    "a reserve": "steps: {a: {from: applied, to: x}}\nreserve: {state: x, valid: 3001-01-01}\n",
}


@pytest.mark.parametrize("text", TOO_FAR.values(), ids=TOO_FAR)
def test_moments_outside_the_calendar_of_the_library_are_problems_where_they_are_written(text: str) -> None:
    with pytest.raises(DefinitionError, match="1900"):
        loads(f"{HEAD}{text}")
