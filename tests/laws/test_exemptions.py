"""An exemption is asked on one set of facts: what was known before the step's own facts are forgotten."""

from answers import accepted, refused
from procedures import Selection, loads

RETAKE = """
procedure: p
title: P
facts: {{known_well: {{kind: flag}}}}
steps:
  exam:
    {{from: applied, to: done, otherwise: again, records: {{score: {{kind: number, from: 0, to: 100}}}},
     exempt: {exempt}, pass_mark: 50}}
  retake: {{from: again, to: applied, records: {{paid: {{kind: flag}}}}}}
"""
WELL = "{all: [{known_well: true}, {exam.score: {at_least: 40}}]}"


def at(day: int) -> str:
    return f"2026-02-{day:02}T09:00:00+01:00"


def failed_once(*, known_well: bool, score: int, exempt: str = WELL) -> Selection:
    """Somebody who failed the exam once and stands before it again."""
    selection = Selection(loads(RETAKE.format(exempt=exempt)))
    accepted(selection.apply("ada", {"known_well": False}, at=at(1)))
    accepted(selection.record("ada", "exam", {"score": score}, at=at(2), by="jury"))
    accepted(selection.correct("ada", {"known_well": known_well}, at=at(3), why="typed wrongly", by="hr"))
    accepted(selection.record("ada", "retake", {"paid": True}, at=at(4), by="hr"))
    return selection


def test_the_result_of_the_last_time_exempts() -> None:
    selection = failed_once(known_well=True, score=45)
    assert [move.kind for move in selection["ada"].history][-2:] == ["passed", "exempt"]
    assert "exam.score" not in selection.facts("ada")
    assert selection.explain("ada", "exam").result == "exempt"
    assert selection.explain("ada", "exam").missing == ()


def test_an_event_asks_the_exemption_before_its_own_facts_are_forgotten() -> None:
    """The new score is no reason for an exemption, and the old one is none against it."""
    selection = failed_once(known_well=False, score=30)
    moved = accepted(selection.record("ada", "exam", {"score": 45}, at=at(5), by="jury"))
    assert moved.case.state == "again"
    assert selection.explain("ada", "exam").result == "failed"


def test_a_declared_fact_that_the_event_brings_counts() -> None:
    selection = Selection(loads(RETAKE.format(exempt="{known_well: true}")))
    accepted(selection.apply("ada", at=at(1)))
    refusal = refused(selection.record("ada", "exam", {"score": 60}, at=at(2), by="jury"), "missing_facts")
    assert refusal.missing == ("known_well",)
    moved = accepted(selection.record("ada", "exam", {"score": 20, "known_well": True}, at=at(2), by="jury"))
    assert moved.moves[0].kind == "exempt"


def test_it_counts_beside_the_result_of_the_last_time() -> None:
    """The first score was 45; what the second event tells exempts from it, and its own score does not count."""
    text = RETAKE.format(exempt="{all: [{known_well: true}, {told: true}, {exam.score: {at_least: 40}}]}")
    selection = Selection(loads(text.replace("facts: {", "facts: {told: {kind: flag}, ")))
    accepted(selection.apply("ada", {"known_well": False}, at=at(1)))
    accepted(selection.record("ada", "exam", {"score": 45}, at=at(2), by="jury"))
    accepted(selection.correct("ada", {"known_well": True}, at=at(3), why="typed wrongly", by="hr"))
    accepted(selection.record("ada", "retake", {"paid": True}, at=at(4), by="hr"))
    assert refused(selection.record("ada", "exam", {"score": 10}, at=at(5), by="jury"), "missing_facts").missing == (
        "told",
    )
    moved = accepted(selection.record("ada", "exam", {"score": 10, "told": True}, at=at(5), by="jury"))
    assert moved.moves[0].kind == "exempt"


def test_a_correction_of_something_else_reports_no_decision() -> None:
    selection = failed_once(known_well=True, score=45)
    moved = accepted(selection.correct("ada", {"known_well": True}, at=at(6), why="confirmed", by="hr"))
    assert moved.moves[0].differs == ()


def test_what_is_not_known_cannot_be_corrected() -> None:
    selection = failed_once(known_well=True, score=45)
    refused(selection.correct("ada", {"exam.score": 90}, at=at(6), why="typed wrongly", by="hr"), "invalid_fact")


WAITS = """
procedure: p
title: P
facts: {known_well: {kind: flag}}
steps:
  exam:
    from: applied
    to: done
    otherwise: again
    records: {score: {kind: number, from: 0, to: 100}}
    exempt: {all: [{known_well: true}, {exam.score: {at_least: 40}}]}
    keeps: {best: 1, by: score}
  retake: {from: again, to: applied}
"""


def test_a_result_that_waits_is_no_reason_for_an_exemption() -> None:
    """As long as a result waits, what was known before its event counts: 30 the first time."""
    selection = Selection(loads(WAITS))
    for name, score in (("ada", 30), ("bo", 90)):
        accepted(selection.apply(name, {"known_well": False}, at=at(1)))
        accepted(selection.record(name, "exam", {"score": score}, at=at(2), by="jury"))
    accepted(selection.close("exam", at=at(3), by="hr"))
    accepted(selection.record("ada", "retake", at=at(4), by="hr"))
    accepted(selection.record("ada", "exam", {"score": 20}, at=at(5), by="jury"))
    assert selection["ada"].state == "again"


def test_before_the_closing_too() -> None:
    selection = Selection(loads(WAITS))
    accepted(selection.apply("ada", {"known_well": False}, at=at(1)))
    accepted(selection.record("ada", "exam", {"score": 50}, at=at(2), by="jury"))
    accepted(selection.correct("ada", {"known_well": True}, at=at(3), why="typed wrongly", by="hr"))
    assert selection["ada"].state == "applied"  # 50 is the result that waits, and nothing was known before it
