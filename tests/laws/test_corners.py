"""Corners where two laws meet, each as a short story told in Python."""

import pytest

from procedures import DefinitionError, Moved, Refused, Selection, UsageError, loads
from procedures.kernel.reasons import explain_step
from rules.truth import Truth

SCORE = "records: {score: {kind: number, from: 0, to: 100}}"
FLAG = "records: {passed: {kind: flag}}"


def at(day: str, clock: str = "09:00") -> str:
    return f"2026-{day}T{clock}:00+01:00"


def opened(text: str) -> Selection:
    return Selection(loads(f"procedure: t/x\ntitle: T\n{text}"))


def code(answer: Moved | Refused) -> str | None:
    return answer.code if isinstance(answer, Refused) else None


def test_a_waiting_result_is_decided_on_the_facts_as_they_stand_at_the_closing() -> None:
    selection = opened(f"steps: {{a: {{to: one, {SCORE}, pass_mark: 60, keeps: {{best: 2, by: score}}}}}}")
    for name in ("x", "y"):
        selection.apply(name, at=at("01-01"))
        selection.record(name, "a", {"score": 70}, at=at("01-02"), by="jury")
    selection.correct("x", {"a.score": 10}, at=at("01-03"), why="typed wrongly")
    selection.close("a", at=at("01-04"), by="jury")
    assert (selection["x"].state, selection["x"].history[-1].kind) == ("rejected", "failed")
    assert selection["y"].state == "one"


def test_an_exemption_found_while_a_result_waits_moves_the_case() -> None:
    selection = opened(
        "facts: {free: {kind: flag}}\n"
        f"steps: {{x: {{to: one, {SCORE}, exempt: {{free: true}}, keeps: {{best: 1, by: score}}}}}}"
    )
    selection.apply("c", {"free": False}, at=at("01-01"))
    selection.record("c", "x", {"score": 3}, at=at("01-02"))
    assert selection["c"].pending == {"x"}
    selection.correct("c", {"free": True}, at=at("01-03"), why="diploma found")
    assert (selection["c"].state, selection["c"].pending) == ("one", frozenset())
    assert "x.score" not in selection.facts("c")


def test_automatic_moves_run_after_a_result_that_waits_too() -> None:
    selection = opened(
        "facts: {free: {kind: flag}}\nsteps:\n"
        f"  x: {{from: applied, to: one, {SCORE}, keeps: {{best: 1, by: score}}}}\n"
        "  y: {from: applied, to: two, exempt: {free: true}, passes: {any: []}}"
    )
    selection.apply("c", at=at("01-01"))
    answer = selection.record("c", "x", {"score": 3, "free": True}, at=at("01-02"))
    assert isinstance(answer, Moved)
    assert [move.kind for move in answer.moves] == ["recorded", "exempt"]


def test_a_cut_cannot_ask_for_what_a_later_closing_records() -> None:
    with pytest.raises(DefinitionError, match="recorded neither by closing step `x` nor by a closing before it"):
        opened(
            f"steps:\n  x: {{to: one, {SCORE}, keeps: {{best: y.places, by: score}}}}\n"
            "  y: {to: two, closing: {places: {kind: number, step: 1, from: 0}}, passes: {all: []}}"
        )


def test_a_cut_asks_for_the_number_that_no_closing_has_recorded_yet() -> None:
    selection = opened(
        "steps:\n  w: {from: applied, to: other, closing: {places: {kind: number, step: 1, from: 0}}}\n"
        f"  x: {{from: applied, to: one, {SCORE}, keeps: {{best: w.places, by: score}}}}"
    )
    answer = selection.close("x", at=at("01-03"), by="jury")
    assert isinstance(answer, Refused)
    assert (answer.code, answer.missing) == ("missing_facts", ("w.places",))


def test_a_gate_cannot_ask_for_what_its_own_closing_records() -> None:
    with pytest.raises(DefinitionError, match=r"asks for `y\.need`, which no closing before it records"):
        opened(
            "steps:\n  x: {to: one, passes: {all: []}}\n"
            "  y: {to: two, held: {y.need: true}, closing: {need: {kind: flag}}, passes: {all: []}}"
        )


def test_whoever_is_on_a_reserve_that_ended_waits_for_an_advance() -> None:
    selection = opened(
        f"steps: {{a: {{to: reserve, {SCORE}, pass_mark: 50}}}}\nreserve: {{state: reserve, valid: 2026-03-01}}"
    )
    selection.apply("x", at=at("01-01"))
    selection.record("x", "a", {"score": 60}, at=at("01-02"))
    selection.correct("x", {"a.score": 61}, at=at("03-20"), why="typed wrongly")
    assert selection["x"].state == "reserve"
    answer = selection.advance(at=at("03-21"))
    assert isinstance(answer, Moved)
    assert [(move.kind, str(move.at)) for move in answer.moves] == [("expired", "2026-03-01T23:00:00+00:00")]


def test_a_result_of_an_earlier_attempt_does_not_count_for_the_exempt() -> None:
    selection = opened(
        "facts: {free: {kind: flag}}\nscores: {final: {mean: [a.score, c.score], missing: left_out}}\nsteps:\n"
        f"  a: {{from: applied, to: one, otherwise: again, exempt: {{free: true}}, {SCORE}, pass_mark: 50}}\n"
        "  b: {from: again, to: applied, passes: {all: []}}\n"
        f"  c: {{from: one, to: two, {SCORE}, passes: {{final: {{at_least: 60}}}}}}"
    )
    selection.apply("x", {"free": False}, at=at("01-01"))
    selection.record("x", "a", {"score": 10}, at=at("01-02"))
    selection.correct("x", {"free": True}, at=at("01-03"), why="diploma found")
    selection.record("x", "b", at=at("01-04"))
    assert selection["x"].state == "one"
    selection.record("x", "c", {"score": 70}, at=at("01-05"))
    assert selection["x"].state == "two"


def test_a_correction_lists_a_deadline_that_did_not_bind() -> None:
    selection = opened(
        "facts: {free: {kind: flag}}\nsteps: {a: {to: one, exempt: {free: true}, until: 2026-01-10, lapses: rejected, "
        f"{FLAG}}}}}"
    )
    selection.apply("x", {"free": False}, at=at("01-01"))
    selection.advance(at=at("01-20"))
    assert selection["x"].state == "rejected"
    answer = selection.correct("x", {"free": True}, at=at("01-21"), why="diploma found")
    assert isinstance(answer, Moved)
    assert answer.moves[0].differs == ("a",)


def test_nobody_is_left_by_a_step_while_their_exemption_is_unknown() -> None:
    selection = opened(
        "facts: {free: {kind: flag}}\nsteps: {a: {to: one, exempt: {free: true}, until: 2026-01-10, lapses: stays, "
        f"{FLAG}}}}}"
    )
    selection.apply("x", at=at("01-01"))
    assert code(selection.close("a", at=at("01-20"), by="hr")) == "undecided"


def test_a_gated_step_is_not_taken_before_its_gate_was_decided() -> None:
    selection = opened(
        "steps:\n  a: {to: one, closing: {need: {kind: flag}}, passes: {all: []}}\n"
        "  b: {to: two, held: {a.need: true}, passes: {all: []}}"
    )
    selection.apply("x", at=at("01-01"))
    selection.record("x", "a", at=at("01-02"))
    selection.close("a", at=at("01-10"), by="hr", facts={"need": True})
    assert code(selection.record("x", "b", at=at("01-03"))) == "gate_undecided"
    assert code(selection.record("x", "b", at=at("01-10"))) is None


def test_a_step_that_was_not_held_or_lapsed_says_so() -> None:
    selection = opened(
        "steps:\n  a: {to: one, passes: {all: []}}\n"
        f"  b: {{to: two, held: {{count: one, more_than: 1}}, {SCORE}, keeps: {{best: 1, by: score}}}}\n"
        f"  c: {{to: three, until: 2026-01-20, lapses: rejected, {FLAG}}}"
    )
    selection.apply("x", at=at("01-01"))
    selection.record("x", "a", at=at("01-02"))
    selection.close("a", at=at("01-03"), by="hr")
    selection.advance(at=at("01-25"))
    gate, test = selection.explain("x", "b"), selection.explain("x", "c")
    assert (gate.value, gate.result, gate.to) == (Truth.TRUE, "not_held", "two")
    assert gate.reasons("en") == "This round is not held."
    assert (test.value, test.result, test.to) == (Truth.FALSE, "lapsed", "rejected")
    assert test.reasons("nl") == "Geen resultaat binnen de gestelde tijd."


RANKED = [  # known, value, result, the sentence
    ({}, Truth.UNKNOWN, None, "Cannot be ranked without b: score."),
    ({"b.score": 50}, Truth.UNKNOWN, None, "Waits for the closing, which ranks."),
    ({"b.score": 50, "b.kept": True, "b.rank": 2}, Truth.TRUE, "passed", "Rank 2, among the best."),
    ({"b.score": 50, "b.kept": False, "b.rank": 9}, Truth.FALSE, "failed", "Rank 9, not among the best."),
]


@pytest.mark.parametrize(("raw", "value", "result", "sentence"), RANKED)
def test_where_the_best_are_kept_the_ranking_has_the_last_word(
    raw: dict[str, object], value: Truth, result: str | None, sentence: str
) -> None:
    machine = opened(f"steps: {{b: {{to: two, {SCORE}, keeps: {{best: 1, by: score}}}}}}").machine
    finding = explain_step(machine, "b", {name: machine.declared.encode(name, each) for name, each in raw.items()})
    assert (finding.value, finding.result, finding.reasons("en")) == (value, result, sentence)


def test_from_with_nothing_behind_it_is_the_default() -> None:
    machine = opened("steps: {a: {to: one, passes: {all: []}}, b: {from: , to: two}}").machine
    assert machine.steps["b"].origins == {"one"}


def test_a_step_may_end_on_the_day_on_which_applications_close() -> None:
    text = "applications: {until: 2026-01-31}\nsteps: {a: {to: one, on: 2026-01-31, lapses: stays}}"
    assert opened(text).machine.steps["a"].ends == opened(text).machine.ends


def test_a_state_that_nothing_leaves_is_final_whatever_is_declared() -> None:
    selection = opened("states: {one: {final: false}}\nsteps: {a: {to: one, passes: {all: []}}}")
    selection.apply("x", at=at("01-01"))
    selection.record("x", "a", at=at("01-02"))
    assert code(selection.withdraw("x", at=at("01-03"))) == "wrong_state"


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        (("eligible", "ineligible"), None),
        (("done", "one"), None),
        (("reserve_a", "reserve_b"), None),
        (("passed_1", "passed_2"), None),
        (("hired", "rejectd"), "rejected"),
        (("screened", "screnned"), "screened"),
    ],
)
def test_only_a_slip_of_the_pen_is_taken_for_one(ends: tuple[str, str], told: str | None) -> None:
    first, second = ends
    text = (
        f"steps:\n  a: {{to: {first}, {FLAG}}}\n  b: {{from: {first}, to: hired}}\n  c: {{from: applied, to: {second}}}"
    )
    if told is None:
        assert second in opened(text).machine.states
    else:
        with pytest.raises(DefinitionError, match=f"`{second}`, which is almost `{told}`"):
            opened(text)


def test_an_event_of_a_candidate_names_the_candidate() -> None:
    from procedures import Event
    from procedures.selection import moment

    with pytest.raises(UsageError, match="whose"):
        opened("steps: {a: {to: one}}").handle(Event("apply", moment(at("01-01"))))


def test_facts_are_given_back_as_they_were_taken() -> None:
    selection = opened(f"facts: {{since: {{kind: date}}}}\nsteps: {{a: {{to: one, {SCORE}, pass_mark: 50}}}}")
    selection.apply("x", {"since": "2020-02-29"}, at=at("01-01"))
    selection.record("x", "a", {"score": 59.99}, at=at("01-02"))
    assert selection.facts("x") == {"since": "2020-02-29", "a.score": 59.99}
