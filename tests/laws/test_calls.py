"""What each call on a selection makes of its arguments, and what it tells of a selection."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from attrs import evolve

from procedures import Event, Refused, Selection, UsageError, loads
from procedures.kernel.case_index import ChangedCases
from rules.calendar import parse_moment

AT = "2026-02-02T09:00:00+01:00"
MOMENT = parse_moment(AT)
DEFINITION = """
procedure: t/x
title: T
facts: {degree: {kind: flag}, months: {kind: duration, unit: months}}
steps:
  test: {to: pool, passes: {months: {at_least: 12}}}
  offer: {to: hired, records: {accepted: {kind: flag}}}
"""


class Heard(Selection):
    """A selection that keeps the event it was given, and takes none."""

    def handle(self, event: Event) -> Refused:
        self.heard = event
        return Refused(event, "unknown_event")


CALLS: list[tuple[Callable[[Heard], object], Event]] = [
    (lambda s: s.apply("c", {"degree": True}, at=AT, by="hr"), Event("apply", MOMENT, "c", {"degree": True}, "hr")),
    (lambda s: s.apply("c", at=AT), Event("apply", MOMENT, "c")),
    (
        lambda s: s.record("c", "test", {"score": 1}, at=AT, by="jury", why="as seen"),
        Event("test", MOMENT, "c", {"score": 1}, "jury", "as seen"),
    ),
    (lambda s: s.record("c", "test", at=AT), Event("test", MOMENT, "c")),
    (lambda s: s.withdraw("c", at=AT, by="c"), Event("withdraw", MOMENT, "c", by="c")),
    (
        lambda s: s.correct("c", {"degree": False}, at=AT, why="typed wrongly", by="hr"),
        Event("correct", MOMENT, "c", {"degree": False}, "hr", "typed wrongly"),
    ),
    (
        lambda s: s.reopen("c", at=AT, by="hr", why="an error"),
        Event("reopen", MOMENT, "c", by="hr", why="an error"),
    ),
    (
        lambda s: s.close("test", at=AT, by="hr", facts={"places": 2}, seed=7),
        Event("close", MOMENT, facts={"places": 2}, by="hr", step="test", seed=7),
    ),
    (lambda s: s.close("test", at=AT), Event("close", MOMENT, step="test")),
    (lambda s: s.advance(at=AT), Event("advance", MOMENT)),
    (
        lambda s: s.extend("2028-01-01", at=AT, by="hr"),
        Event("extend", MOMENT, by="hr", until=date(2028, 1, 1)),
    ),
    (lambda s: s.extend(date(2028, 1, 1), at=AT), Event("extend", MOMENT, until=date(2028, 1, 1))),
    (lambda s: s.advance(at=datetime(2026, 2, 2, 8, tzinfo=UTC)), Event("advance", MOMENT)),
]


@pytest.mark.parametrize(("call", "event"), CALLS)
def test_a_call_is_the_event_that_it_describes(call: Callable[[Heard], object], event: Event) -> None:
    selection = Heard(loads(DEFINITION))
    call(selection)
    assert selection.heard == event


WRONG: list[tuple[Callable[[Selection], object], str]] = [
    (lambda s: s.extend("1 January 2028", at=AT), "`1 January 2028` is not a date; write a day as `2028-01-01`"),
    (lambda s: s["nobody"], "`nobody` has not applied"),
    (lambda s: s.handle(Event("test", MOMENT)), "`test` is an event of a candidate: whose?"),
    (
        lambda s: s.advance(at="2026-02-02T09:00:00"),
        "the time 2026-02-02T09:00:00 carries no offset; give it a time zone, as in `2025-10-01T09:00:00+02:00`",
    ),
    (lambda s: s.advance(at="1066-10-14T09:00:00+00:00"), "the year 1066 is outside 1900–2999"),
]


@pytest.mark.parametrize(("call", "sentence"), WRONG)
def test_a_call_that_makes_no_event_says_what_is_wrong(call: Callable[[Selection], object], sentence: str) -> None:
    with pytest.raises(UsageError) as raised:
        call(Selection(loads(DEFINITION)))
    assert str(raised.value) == sentence


def test_cases_that_are_changing_are_those_there_were() -> None:
    selection = Selection(loads(DEFINITION))
    for name in ("c", "d"):
        selection.apply(name, at=AT)
    moved = evolve(selection["d"], state="pool")
    now = ChangedCases({name: selection[name] for name in selection}, {"d": moved})
    assert (dict(now), list(now), len(now)) == ({"c": selection["c"], "d": moved}, ["c", "d"], 2)
    assert now.base["d"] is selection["d"]


def test_a_closing_says_of_which_step() -> None:
    answer = Selection(loads(DEFINITION)).handle(Event("close", MOMENT, by="hr"))
    assert isinstance(answer, Refused)
    assert (answer.code, answer.values["name"]) == ("unknown_event", "")


def test_a_candidate_is_found_by_name_and_nobody_by_another() -> None:
    selection = Selection(loads(DEFINITION))
    selection.apply("c", at=AT)
    assert selection.find("c") is selection["c"]
    assert selection.find("d") is None
    assert ("c" in selection, "d" in selection, len(selection), list(selection)) == (True, False, 1, ["c"])


def test_a_decided_step_is_explained_on_what_was_known_when_it_was_decided() -> None:
    selection = Selection(loads(DEFINITION))
    selection.apply("c", {"months": 6}, at=AT)
    assert selection.explain("c", "test").value.word == "false"
    selection.correct("c", {"months": 12}, at=AT, why="typed wrongly")
    assert selection.explain("c", "test").value.word == "true"
    selection.record("c", "test", at=AT, by="hr")
    selection.correct("c", {"months": 3}, at=AT, why="typed wrongly again")
    assert selection.explain("c", "test").value.word == "true"
