"""What a reopened case knows, which windows bind it, and how its result joins a closing."""

from answers import accepted
from procedures import Selection, loads

KEEPS = """
procedure: p
title: P
facts: {remark: {kind: flag}}
steps:
  k:
    {from: applied, to: ok, until: 2026-02-10, lapses: rejected,
     records: {score: {kind: number, from: 0, to: 100}}, keeps: {best: 2, by: score}}
"""


def at(day: int, hour: int = 9) -> str:
    return f"2026-02-{day:02}T{hour:02}:00:00+01:00"


def moves(selection: Selection, name: str = "ada") -> list[tuple[str, str]]:
    return [(move.kind, move.to_state) for move in selection[name].history]


def ranked() -> Selection:
    selection = Selection(loads(KEEPS))
    for name, score in (("ada", 90), ("bo", 80), ("cy", 70)):
        accepted(selection.apply(name, at=at(1)))
        accepted(selection.record(name, "k", {"score": score}, at=at(9), by="hr"))
    return selection


def test_a_result_that_waits_joins_the_closing_when_a_withdrawal_is_reopened() -> None:
    selection = ranked()
    accepted(selection.withdraw("ada", at=at(11)))
    accepted(selection.close("k", at=at(12), by="hr"))
    accepted(selection.reopen("ada", at=at(13), by="jo", why="withdrawn by mistake"))
    assert moves(selection)[-2:] == [("reopened", "applied"), ("kept", "ok")]
    assert selection["ada"].history[-1].by == "jo"
    assert selection.facts("ada")["k.rank"] == 1
    selection.advance(at=at(20))
    assert selection["ada"].state == "ok"


def test_a_result_that_does_not_rank_among_the_best_is_cut_at_once() -> None:
    selection = ranked()
    accepted(selection.withdraw("cy", at=at(11)))
    accepted(selection.close("k", at=at(12), by="hr"))
    accepted(selection.reopen("cy", at=at(13), by="jo", why="withdrawn by mistake"))
    assert moves(selection, "cy")[-1] == ("cut", "rejected")


def test_ends_that_were_over_do_not_bind_a_reopened_case() -> None:
    """A withdrawal is taken back after the window: nothing lapses, and the step can be taken."""
    selection = Selection(loads(KEEPS))
    accepted(selection.apply("ada", at=at(1)))
    accepted(selection.withdraw("ada", at=at(2)))
    accepted(selection.reopen("ada", at=at(13), by="jo", why="withdrawn by mistake"))
    selection.advance(at=at(20))
    assert selection["ada"].state == "applied"
    accepted(selection.record("ada", "k", {"score": 60}, at=at(21), by="hr"))


FORGETS = """
procedure: p
title: P
facts: {remark: {kind: flag}, other: {kind: flag}}
steps:
  a:
    {from: applied, to: s, until: 2026-02-20, lapses: rejected,
     records: {score: {kind: number, from: 0, to: 100}}, passes: {score: {at_least: 10}}}
  again: {from: s, to: applied, records: {reason: {kind: text}}}
  last: {from: s, to: ok, passes: {all: [{a.score: {at_least: 50}}, {remark: true}]}}
"""


def test_reopening_a_lapse_gives_back_what_the_lapse_forgot() -> None:
    selection = Selection(loads(FORGETS))
    accepted(selection.apply("ada", at=at(1)))
    accepted(selection.record("ada", "a", {"score": 70}, at=at(2), by="hr"))
    accepted(selection.record("ada", "again", at=at(3), by="hr"))
    selection.advance(at=at(22))
    assert selection["ada"].state == "rejected"
    assert "a.score" not in selection.facts("ada")
    accepted(selection.reopen("ada", at=at(23), by="jo", why="a mistake"))
    assert (selection["ada"].state, selection.facts("ada")["a.score"]) == ("applied", 70)


def test_what_the_undone_event_recorded_is_unknown_again_and_what_was_declared_later_stays() -> None:
    selection = Selection(loads(FORGETS))
    accepted(selection.apply("ada", at=at(1)))
    accepted(selection.record("ada", "a", {"score": 70}, at=at(2), by="hr"))
    accepted(selection.record("ada", "last", {"remark": False}, at=at(3), by="hr"))
    assert selection["ada"].state == "rejected"
    accepted(selection.correct("ada", {"a.score": 75, "other": True}, at=at(4), why="misread", by="hr"))
    accepted(selection.reopen("ada", at=at(5), by="jo", why="a mistake"))
    facts = selection.facts("ada")
    assert facts["a.score"] == 75, "a correction of a fact that the case then knew"
    assert facts["other"] is True, "a declared fact"
    assert facts["remark"] is False, "a declared fact that the undone event brought"


def test_a_case_that_comes_back_to_an_ended_reserve_expires_whatever_happened_to_it_before() -> None:
    text = """
procedure: p
title: P
facts: {remark: {kind: flag}}
steps: {a: {from: applied, to: r}}
reserve: {state: r, valid: 1 months}
"""
    selection = Selection(loads(text))
    accepted(selection.apply("ada", at=at(1)))
    accepted(selection.record("ada", "a", at=at(2)))
    accepted(selection.close("a", at=at(3), by="hr"))
    accepted(selection.correct("ada", {"remark": True}, at=at(4), why="forgotten", by="hr"))
    accepted(selection.withdraw("ada", at=at(5)))
    accepted(selection.reopen("ada", at="2026-05-01T09:00:00+02:00", by="jo", why="by mistake"))
    assert selection["ada"].state == "expired"
