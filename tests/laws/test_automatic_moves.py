"""What a move keeps of its event, and what is due first: short stories, each about one line of stepping."""

from collections.abc import Mapping

import pytest

from procedures import Event, Moved, Refused, Selection, loads
from procedures.selection import moment

SCORE = "records: {score: {kind: number, from: 0, to: 100}}"


def at(day: str, clock: str = "09:00") -> str:
    return f"2026-{day}T{clock}:00+01:00"


def opened(text: str) -> Selection:
    return Selection(loads(f"procedure: t/x\ntitle: T\n{text}"))


def event(name: str, facts: Mapping[str, object] | None = None, *, why: str | None = None) -> Event:
    return Event(name, moment(at("01-02")), "x", facts or {}, "jury", why)


REASONS = [  # the step, the event, how it moves
    (f"a: {{to: one, {SCORE}, pass_mark: 50}}", event("a", {"score": 60}, why="read twice"), "passed"),
    (
        f"a: {{to: one, {SCORE}, keeps: {{best: 1, by: score}}}}",
        event("a", {"score": 60}, why="read twice"),
        "recorded",
    ),
    (f"a: {{to: one, {SCORE}, pass_mark: 50}}", event("withdraw", {"town": "Kortrijk"}, why="moved"), "withdrawn"),
]


@pytest.mark.parametrize(("step", "event", "move"), REASONS)
def test_a_move_keeps_the_reason_and_the_facts_of_its_event(step: str, event: Event, move: str) -> None:
    selection = opened(f"facts: {{town: {{kind: text}}}}\nsteps: {{{step}}}")
    selection.apply("x", at=at("01-01"))
    answer = selection.handle(event)
    assert isinstance(answer, Moved)
    (made,) = answer.moves
    assert (made.kind, made.why, made.differs) == (move, event.why, ())
    assert len(made.facts) == len(event.facts)


def test_whoever_withdraws_changes_no_known_fact() -> None:
    selection = opened(f"facts: {{town: {{kind: text}}}}\nsteps: {{a: {{to: one, {SCORE}, pass_mark: 50}}}}")
    selection.apply("x", {"town": "Kortrijk"}, at=at("01-01"))
    answer = selection.handle(event("withdraw", {"town": "Maaseik"}))
    assert isinstance(answer, Refused)
    assert answer.code == "invalid_fact"


def test_a_window_that_is_only_announced_binds_nobody_on_a_reserve_with_an_end_either() -> None:
    selection = opened(
        "steps:\n  a: {to: reserve, passes: {all: []}}\n"
        "  b: {to: talked, on: 2026-02-01, tentative: true, lapses: stays, passes: {all: []}}\n"
        "reserve: {state: reserve, valid: 2026-12-31}"
    )
    selection.apply("x", at=at("01-01"))
    selection.record("x", "a", at=at("01-02"))
    assert selection.cohort.ends is not None
    assert isinstance(selection.record("x", "b", at=at("03-03")), Moved)


def test_a_window_of_minutes_is_told_to_the_last_of_them() -> None:
    selection = opened("steps: {a: {to: one, within: 30 minutes, lapses: rejected, passes: {all: []}}}")
    selection.apply("x", at=at("01-01"))
    answer = selection.record("x", "a", at=at("01-01", "09:31"))
    assert isinstance(answer, Refused)
    assert answer.message().count("09:30") == 1


# -- lapses -------------------------------------------------------------------------------------------------------

OPEN = "{from: applied, to: one, passes: {all: []}}"
FIRST = "{from: applied, to: one, until: 2026-01-10, lapses: early, passes: {all: []}}"
LATER = "{from: applied, to: one, until: 2026-01-20, lapses: late, passes: {all: []}}"
ASKED = f"{{from: applied, to: one, {SCORE}, until: 2026-01-05, lapses: late, keeps: {{best: 1, by: score}}}}"

LAPSES = [  # the steps that leave a state, in their order; where who did none of them goes
    ([OPEN, FIRST], "early"),
    ([LATER, FIRST], "early"),
    ([FIRST, LATER], "early"),
]


@pytest.mark.parametrize(("steps", "state"), LAPSES)
def test_the_first_lapse_that_is_due_moves_the_case(steps: list[str], state: str) -> None:
    selection = opened("steps:\n" + "\n".join(f"  s{number}: {step}" for number, step in enumerate(steps)))
    selection.apply("x", at=at("01-01"))
    selection.advance(at=at("01-25"))
    assert selection["x"].state == state


def test_a_step_that_is_not_due_keeps_no_other_from_lapsing() -> None:
    selection = opened(f"steps:\n  a: {LATER}\n  b: {FIRST}")
    selection.apply("x", at=at("01-01"))
    selection.advance(at=at("01-15"))  # only the second is due
    assert selection["x"].state == "early"


def test_a_case_whose_result_waits_lapses_by_no_other_step() -> None:
    selection = opened(f"steps:\n  a: {ASKED}\n  b: {FIRST}")
    selection.apply("x", at=at("01-01"))
    selection.record("x", "a", {"score": 3}, at=at("01-02"))
    selection.advance(at=at("01-15"))
    assert selection["x"].state == "applied"


# -- facts --------------------------------------------------------------------------------------------------------

MISSPELT = [  # a fact that an event brings, what is meant
    ("scor", "score"),
    ("a.scor", "score"),
    ("tow", "town"),
]


@pytest.mark.parametrize(("name", "meant"), MISSPELT)
def test_a_misspelt_fact_is_met_with_the_one_that_is_meant(name: str, meant: str) -> None:
    selection = opened(f"facts: {{town: {{kind: text}}}}\nsteps: {{a: {{to: one, {SCORE}, pass_mark: 50}}}}")
    selection.apply("x", at=at("01-01"))
    answer = selection.record("x", "a", {name: 1}, at=at("01-02"))
    assert isinstance(answer, Refused)
    assert f"did you mean `{meant}`?" in answer.message()


def test_candidates_stay_in_the_order_in_which_they_applied() -> None:
    selection = opened(f"steps: {{a: {FIRST}}}")
    for name in ("zoë", "anna", "mieke"):
        selection.apply(name, at=at("01-01"))
    answer = selection.advance(at=at("01-25"))
    assert isinstance(answer, Moved)
    assert [case.candidate for case in answer.cases] == ["zoë", "anna", "mieke"]
