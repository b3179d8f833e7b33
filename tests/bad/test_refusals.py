"""Each way in which an event can be refused earns its code and exactly these sentences, in both languages."""

import pytest
from messages import HERE, refusal
from refusal_cases import HISTORIES, event, refused
from refusal_cases import PROCEDURE as REFUSING

from procedures import Moved, Refused, Selection, UsageError, loads, run
from procedures.kernel.refusals import REFUSALS
from procedures.records.run_report import report

TOLD = (HERE / "refusals.txt").read_text(encoding="utf-8").split("\n\n")
PROCEDURE = loads("procedure: example/clerk\ntitle: Clerk\nsteps: {screening: {to: reserve}}\n")
NOON = "2026-01-10T12:00:00+01:00"


@pytest.mark.parametrize("name", HISTORIES)
def test_a_refusal_is_told_with_exactly_these_sentences(name: str) -> None:
    assert refusal(name).strip() in [told.strip() for told in TOLD]


def test_every_code_that_a_selection_can_answer_is_told_here() -> None:
    assert {refused(name).code for name in HISTORIES} == REFUSALS.keys() - {"conflict"}
    assert len(TOLD) == len(HISTORIES)


@pytest.mark.parametrize("name", HISTORIES)
def test_a_refused_event_changes_nothing(name: str) -> None:
    *before, last = HISTORIES[name]
    selection, _ = run(loads(REFUSING), map(event, before))
    known = report(selection, ())
    assert isinstance(selection.handle(event(last)), Refused)
    assert report(selection, ()) == known
    assert len(selection.events) == len(before)


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("2026-01-10T12:00:00", "the time 2026-01-10T12:00:00 carries no offset"),
        ("yesterday", "`yesterday` is not a moment"),
        ("0026-01-10T12:00:00Z", "the year 26 is outside 1900–2999"),
    ],
)
def test_a_moment_that_is_none_is_the_callers_mistake_and_no_answer(at: str, sentence: str) -> None:
    with pytest.raises(UsageError) as raised:
        Selection(PROCEDURE).apply("c1", at=at)
    assert str(raised.value).partition(";")[0] == sentence


def test_what_is_asked_of_nobody_is_the_callers_mistake() -> None:
    selection = Selection(PROCEDURE)
    assert isinstance(selection.apply("c1", at=NOON), Moved)
    for ask, sentence in (
        (lambda: selection["c2"], "`c2` has not applied"),
        (lambda: selection.explain("c2", "screening"), "`c2` has not applied"),
        (lambda: selection.explain("c1", "sreening"), "no step `sreening` in example/clerk; did you mean `screening`?"),
        (lambda: PROCEDURE.with_reading("x", "y"), "no reading `x` in example/clerk"),
    ):
        with pytest.raises(UsageError) as raised:
            ask()
        assert str(raised.value) == sentence


def test_a_history_is_read_as_it_is_written() -> None:
    read = event('c1 apply 07-10 09:30 {"by": "hr"}')
    assert (read.candidate, read.name, read.by) == ("c1", "apply", "hr")
    assert read.at == event("c1 apply 01-10 09:30").at + (181 * 24 - 1) * 3600 * 1_000_000
