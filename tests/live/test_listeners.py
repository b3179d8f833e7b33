"""Whoever listens to a selection hears of what was taken, when it was taken, and cannot undo it."""

import pytest

from procedures import Moved, Selection, loads
from procedures.errors import ProcedureError
from procedures.listeners import ListenersError

PROCEDURE = loads("""
procedure: example/listening
title: Clerk
steps: {test: {from: applied, to: tested, until: 2026-03-01, lapses: rejected, records: {passed: {kind: flag}}}}
""")
AT = "2026-02-01T09:00:00+01:00"


def test_listeners_hear_of_what_was_taken_after_it_was_folded_in() -> None:
    heard: list[tuple[str, str, int]] = []
    selection = Selection(PROCEDURE, [lambda answer: heard.append(("first", selection["c1"].state, len(answer.moves)))])
    selection.listen(lambda answer: heard.append(("second", selection["c1"].state, len(answer.moves))))
    selection.apply("c1", at=AT)
    selection.apply("c1", at=AT)
    selection.advance(at=AT)
    selection.advance(at="2026-03-05T09:00:00+01:00")
    assert heard == [
        ("first", "applied", 1),
        ("second", "applied", 1),
        ("first", "rejected", 1),
        ("second", "rejected", 1),
    ]


def test_a_failing_listener_keeps_nobody_from_hearing_and_the_state_stays() -> None:
    heard: list[Moved] = []

    def fails(answer: Moved) -> None:
        raise OSError(f"no mail to {answer.case.candidate}")

    def breaks(answer: Moved) -> None:
        raise KeyError(answer.case.candidate)

    selection = Selection(PROCEDURE, [fails, heard.append, breaks])
    with pytest.raises(ListenersError) as failed:
        selection.apply("c1", at=AT)
    assert isinstance(failed.value, ProcedureError)
    assert [type(error) for error in failed.value.exceptions] == [OSError, KeyError]
    assert [failed.value.answer] == heard
    assert selection["c1"].state == "applied"
    assert len(selection.events) == 1
    part = failed.value.subgroup(OSError)
    assert isinstance(part, ListenersError)
    assert part.answer is failed.value.answer
