"""When a step can be closed, what a closing closes too, and in which order closings come."""

import pytest

from answers import accepted, refused
from procedures import Moved, Selection, loads

HEAD = "procedure: p\ntitle: P\n"
AT = "2026-02-{:02}T09:00:00+01:00"


def selection_of(steps: str, *candidates: str) -> Selection:
    selection = Selection(loads(HEAD + "steps:\n" + steps))
    for name in candidates:
        accepted(selection.apply(name, at=AT.format(1)))
    return selection


def close(selection: Selection, step: str, day: int) -> object:
    """The code of the refusal of a closing; None where it is accepted."""
    answer = selection.close(step, at=AT.format(day), by="hr")
    return None if isinstance(answer, Moved) else answer.code


GATED_FIRST = "  talk: {from: applied, to: done, held: {count: applied, at_least: 2}}\n"


@pytest.mark.parametrize(("candidates", "state"), [(("ada",), "done"), (("ada", "bo"), "applied")])
def test_a_gate_on_those_who_applied_waits_for_the_closing_of_the_applications(
    candidates: tuple[str, ...], state: str
) -> None:
    selection = selection_of(GATED_FIRST, *candidates)
    refusal = refused(selection.record("ada", "talk", at=AT.format(2), by="hr"), "gate_undecided")
    assert refusal.values["waits_for"] == ("apply",)
    assert close(selection, "apply", 3) is None
    assert selection["ada"].state == state
    assert selection.gates["talk"].count == len(candidates)
    refused(selection.apply("cy", at=AT.format(4)), "already_closed")


def test_the_first_closing_closes_the_applications() -> None:
    selection = selection_of("  one: {to: two}\n  other: {from: applied, to: three}\n")
    assert close(selection, "one", 3) is None
    assert close(selection, "apply", 4) == "already_closed"


def test_closing_the_applications_needs_a_person_and_takes_no_facts() -> None:
    selection = selection_of(GATED_FIRST, "ada")
    refused(selection.close("apply", at=AT.format(3)), "needs_person")
    refused(selection.close("apply", at=AT.format(3), by="hr", facts={"x": 1}), "invalid_fact")


TWO = "  one: {to: two, records: {score: {kind: number}}, keeps: {best: 1, by: score}}\n  next: {to: three}\n"


def test_a_closing_is_not_dated_before_the_last_one() -> None:
    selection = selection_of(TWO)
    assert close(selection, "one", 5) is None
    assert close(selection, "next", 4) == "out_of_order"
    assert close(selection, "next", 5) is None


def test_nor_before_an_application_if_it_is_the_first() -> None:
    selection = selection_of("  one: {to: two}\n  aside: {from: applied, to: done}\n", "ada")
    accepted(selection.apply("bo", at=AT.format(4)))
    accepted(selection.record("bo", "aside", at=AT.format(5), by="hr"))
    accepted(selection.record("ada", "aside", at=AT.format(2), by="hr"))
    assert close(selection, "one", 3) == "out_of_order"
    assert close(selection, "one", 4) is None


def test_nor_before_somebody_left_whose_result_waited_then() -> None:
    selection = selection_of(TWO, "ada", "bo")
    for name in ("ada", "bo"):
        accepted(selection.record(name, "one", {"score": 1}, at=AT.format(2), by="hr"))
    accepted(selection.withdraw("ada", at=AT.format(4)))
    assert close(selection, "one", 3) == "out_of_order"


LAPSING = "  one: {to: two, until: 2026-02-02, lapses: late}\n  aside: {from: applied, to: done}\n"


def test_nor_before_an_event_of_somebody_who_would_have_lapsed_by_then() -> None:
    selection = selection_of(LAPSING, "ada")
    accepted(selection.withdraw("ada", at=AT.format(6)))
    assert close(selection, "aside", 4) == "out_of_order"


def test_but_before_one_whose_result_waited_then_for_another_closing() -> None:
    """A case whose result waits lapses nowhere, so nothing was due."""
    ranked = LAPSING.replace(
        "lapses: late", "lapses: late, records: {score: {kind: number}}, keeps: {best: 1, by: score}"
    )
    selection = selection_of(ranked, "ada")
    accepted(selection.record("ada", "one", {"score": 1}, at=AT.format(2), by="hr"))
    accepted(selection.withdraw("ada", at=AT.format(6)))
    assert close(selection, "aside", 4) is None


GATED_STAYS = """  first: {from: applied, to: one}
  talk: {from: one, to: two, held: {count: one, at_least: 1}, until: 2026-02-02, lapses: stays}
  last: {from: two, to: three}
"""


def test_a_step_that_leaves_a_case_must_be_held_to_leave_it() -> None:
    """Until the gate is decided the case may still be moved on, so what comes after cannot be closed."""
    selection = selection_of(GATED_STAYS, "ada")
    accepted(selection.record("ada", "first", at=AT.format(1), by="hr"))
    assert close(selection, "last", 4) == "undecided"
    assert close(selection, "first", 4) is None
    assert close(selection, "last", 5) is None


OFFERS = """
procedure: p
title: P
facts: {mine: {kind: flag}, points: {kind: number, from: 0, to: 10}}
steps:
  test: {to: reserve}
  offer: {from: reserve, to: hired, in_order: true}
reserve: {state: reserve, ranked: {by: points}, kinds: {own: {mine: true}, other: {mine: false}}}
"""


def offering(**facts: dict[str, object]) -> Selection:
    selection = Selection(loads(OFFERS))
    for name, known in facts.items():
        accepted(selection.apply(name, known, at=AT.format(1)))
        accepted(selection.record(name, "test", at=AT.format(2), by="hr"))
    return selection


@pytest.mark.parametrize(
    ("other", "missing"),
    [({"mine": True}, ("points",)), ({"points": 3}, ("mine",)), ({}, ("mine",))],
    ids=["a rank that is not known", "a kind that is not known", "neither"],
)
def test_nobody_is_offered_anything_while_somebody_cannot_be_ranked(
    other: dict[str, object], missing: tuple[str, ...]
) -> None:
    selection = offering(ada={"mine": True, "points": 5}, bo=other)
    refusal = refused(selection.record("ada", "offer", at=AT.format(3), by="hr"), "missing_facts")
    assert refusal.missing == missing
    assert refusal.values["candidate"] == "bo"
    accepted(selection.correct("bo", {"points": 3, "mine": True}, at=AT.format(3), why="asked", by="hr"))
    accepted(selection.record("ada", "offer", at=AT.format(3), by="hr"))


def test_another_kind_holds_nobody_up() -> None:
    selection = offering(ada={"mine": True, "points": 5}, bo={"mine": False})
    accepted(selection.record("ada", "offer", at=AT.format(3), by="hr"))
    assert refused(selection.record("bo", "offer", at=AT.format(3), by="hr"), "missing_facts").missing == ("points",)
