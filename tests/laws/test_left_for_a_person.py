"""A step whose `lapses` is `stays`: after its window or its closing a person decides, with a name and a reason."""

from datetime import datetime, timedelta

import pytest

from answers import accepted, refused
from procedures import Refused, Selection, loads

TEXT = """
procedure: p
title: P
steps:
  interview:
    {from: applied, to: ok, on: 2026-02-20, lapses: stays, tentative: false, records: {passed: {kind: flag}}}
"""
DAY = "2026-02-20T10:00:00+01:00"
LATE = "2026-02-21T10:00:00+01:00"


def started(text: str = TEXT) -> Selection:
    selection = Selection(loads(text))
    accepted(selection.apply("ada", at="2026-02-01T09:00:00+01:00"))
    return selection


@pytest.mark.parametrize("passed", [True, False])
def test_a_late_result_is_taken_for_and_against_with_a_name_and_a_reason(passed: bool) -> None:
    selection = started()
    accepted(selection.record("ada", "interview", {"passed": passed}, at=LATE, by="jo", why="was ill that day"))
    assert selection["ada"].state == ("ok" if passed else "rejected")


@pytest.mark.parametrize("given", [{}, {"by": "jo"}, {"why": "was ill"}], ids=["neither", "no reason", "no name"])
def test_without_them_it_is_too_late_and_the_refusal_says_what_is_wanted(given: dict[str, str]) -> None:
    answer = started().record("ada", "interview", {"passed": True}, at=LATE, **given)
    assert isinstance(answer, Refused)
    assert answer.code == "too_late"
    assert "`by`" in answer.message("en")
    assert "`why`" in answer.message("en")
    assert "`by`" in answer.message("nl")


def test_after_the_closing_too() -> None:
    selection = started()
    accepted(selection.close("interview", at=LATE, by="hr"))
    later = "2026-02-22T10:00:00+01:00"
    refused(selection.record("ada", "interview", {"passed": True}, at=later, by="jo"), "too_late")
    accepted(selection.record("ada", "interview", {"passed": True}, at=later, by="jo", why="was ill"))
    assert selection["ada"].state == "ok"


@pytest.mark.parametrize("seconds", [0, 1])
def test_who_enters_about_the_moment_of_the_closing_is_late_all_the_same(seconds: int) -> None:
    steps = "  first: {from: applied, to: s}\n  b: {from: s, to: ok, until: 2026-12-31, lapses: stays}\n"
    selection = started(f"procedure: p\ntitle: P\nsteps:\n{steps}")
    accepted(selection.withdraw("ada", at="2026-02-02T09:00:00+01:00"))
    closed = datetime.fromisoformat("2026-02-10T09:00:00+01:00")
    accepted(selection.close("b", at=closed, by="hr"))
    accepted(selection.reopen("ada", at="2026-02-10T09:00:00+01:00", by="jo", why="by mistake"))
    entered = closed + timedelta(seconds=seconds)
    accepted(selection.record("ada", "first", at=entered))
    refused(selection.record("ada", "b", at=closed + timedelta(days=1), by="jo"), "too_late")
    accepted(selection.record("ada", "b", at=closed + timedelta(days=1), by="jo", why="came late"))


def test_a_tentative_window_never_ends() -> None:
    selection = started(TEXT.replace("tentative: false", "tentative: true"))
    accepted(selection.record("ada", "interview", {"passed": True}, at=LATE, by="hr"))


def test_opening_and_state_bind_as_ever() -> None:
    selection = started()
    early = selection.record("ada", "interview", {"passed": True}, at="2026-02-19T10:00:00+01:00", by="jo", why="early")
    assert early.code == "too_early"
    accepted(selection.record("ada", "interview", {"passed": True}, at=DAY, by="jo"))
    again = selection.record("ada", "interview", {"passed": True}, at=LATE, by="jo", why="again")
    assert again.code == "wrong_state"


def test_a_reopened_case_is_not_late() -> None:
    selection = started()
    accepted(selection.record("ada", "interview", {"passed": False}, at=DAY, by="jo"))
    accepted(selection.reopen("ada", at=LATE, by="jo", why="the wrong file"))
    accepted(selection.record("ada", "interview", {"passed": True}, at="2026-02-22T10:00:00+01:00", by="jo"))


QUEUE = """
procedure: p
title: P
facts: {points: {kind: number, from: 0, to: 100}}
steps:
  a: {from: applied, to: r}
  offer: {from: r, to: taken, otherwise: r, within: 10 days, lapses: stays, in_order: true, records: {accepted: {kind: flag}}}
reserve: {state: r, ranked: {by: [points]}}
"""  # noqa: E501


def test_whoever_is_late_is_in_no_queue() -> None:
    selection = Selection(loads(QUEUE))
    for name, points, day in (("ada", 90, 1), ("bo", 80, 12)):
        accepted(selection.apply(name, {"points": points}, at=f"2026-02-{day:02}T09:00:00+01:00"))
        accepted(selection.record(name, "a", at=f"2026-02-{day:02}T10:00:00+01:00"))
    accepted(selection.record("bo", "offer", {"accepted": False}, at="2026-02-13T09:00:00+01:00", by="hr"))
    accepted(
        selection.record("ada", "offer", {"accepted": True}, at="2026-02-14T09:00:00+01:00", by="jo", why="abroad")
    )
