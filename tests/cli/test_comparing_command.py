"""`procedures compare`: verdicts, candidates whom `run` leaves where the comparison says, and what is no difference."""

from pathlib import Path

import pytest
from answering import ROOT, Command, Write

from procedures import load, run
from procedures.events import event_of
from procedures.proving import compare

FOLDER = ROOT / "definitions" / "kortrijk"
VERDICTS = [  # definition, reading, verdict
    ("coordinator-ontmoetingscentra", "test_for_internals=externals_only", "looser"),
    ("coordinator-ontmoetingscentra", "prescreening_keeps=best_20", "looser"),
    ("coordinator-ontmoetingscentra", "prescreening_keeps=pass_mark_60", "incomparable"),
    ("coordinator-ontmoetingscentra", "prescreening_ties=by_lot", "stricter"),
    ("coordinator-ontmoetingscentra", "missed_test=stays", "looser"),
    ("communicatiemedewerker-wsw", "test_for_internals=everyone", "stricter"),
    ("communicatiemedewerker-wsw", "experience_binds=without_degree_only", "looser"),
    ("communicatiemedewerker-wsw", "pass_mark=overall_at_close", "incomparable"),
    ("maatschappelijk-werker-tijdelijk", "end_of_application_day=office_hours", "stricter"),
    ("maatschappelijk-werker-tijdelijk", "failed_match=leaves_list", "stricter"),
    ("maatschappelijk-werker-tijdelijk", "list_end=two_years", "stricter"),
    ("coordinator-ontmoetingscentra", "promotion_reserve=below_level_b", "incomparable"),
]


@pytest.mark.parametrize(("name", "reading", "verdict"), VERDICTS)
def test_every_difference_is_shown_by_run_in_both(procedures: Command, name: str, reading: str, verdict: str) -> None:
    path = FOLDER / f"{name}.yaml"
    answered = procedures("compare", path, "--reading", reading, "--json")
    assert (answered.data["verdict"], answered.status) == (verdict, 0 if verdict == "equivalent" else 1)
    assert answered.data["not_shown"] == []
    assert bool(answered.data["differences"]) is (verdict != "equivalent")
    option = dict([reading.split("=")])
    procedure = load(path)
    for each in answered.data["differences"]:
        for machine, events, side in (
            (procedure.machine, each["events"], "a"),
            (procedure.with_readings(option).machine, each["events_b"], "b"),
        ):
            selection, refused = run(machine, [event_of(event) for event in events])
            case = selection.find("candidate")
            assert (case.state if case else None) == each[side]
            assert (selection.kind(case) if case else None) == each[f"kind_{side}"]
            assert (selection.expires.isoformat() if selection.expires else None) == each[f"expires_{side}"]
            assert {refusal.code for refusal in refused} <= {"too_late", "too_early"}
        assert any(each[f"{what}a"] != each[f"{what}b"] for what in ("", "kind_", "expires_"))


def test_an_application_that_comes_too_late_in_one_is_told(procedures: Command) -> None:
    path = FOLDER / "maatschappelijk-werker-tijdelijk.yaml"
    out = procedures("compare", path, "--reading", "end_of_application_day=office_hours").out
    assert "“hired” becomes “no candidate”" in out
    assert "    second: `apply` was possible until 2026-06-25 17:00; 2026-06-25 17:01 is too late.\n" in out
    assert "  dates differ: apply\n" in out


def test_another_kind_and_another_day_are_told(procedures: Command) -> None:
    path = FOLDER / "coordinator-ontmoetingscentra.yaml"
    out = procedures("compare", path, "--reading", "promotion_reserve=below_level_b").out
    assert "  “on the reserve”: “promotion” becomes “recruitment” (" in out
    out = procedures("compare", path, "--reading", "reserve_end=until_decided", "--lang", "nl").out
    assert "geldt tot en met vrijdag 12 november 2027, en dan zonder einde\n" in out


ROUND = """
  medical: {to: fit, records: {passed: {kind: flag}}, otherwise: fit}
"""
BASE = """\
procedure: example/{name}
title: Two versions
facts: {{degree: {{kind: level, of: [none, B, A]}}}}
steps:
  screening: {{from: applied, to: screened, passes: {{degree: {{at_least: {bar}}}}}}}
{more}
  interview: {{to: hired, records: {{score: {{kind: number, from: 0, to: 100}}}}, pass_mark: {mark}}}
"""
VERSIONS = [  # what the second has otherwise, and how it stands to the first
    ({}, "equivalent"),
    ({"more": ROUND}, "equivalent"),  # one step more on the way
    ({"bar": "A"}, "stricter"),
    ({"bar": "none"}, "looser"),
    ({"mark": 60}, "stricter"),
    ({"mark": 40, "bar": "A"}, "incomparable"),
    ({"more": ROUND.replace("otherwise: fit", "otherwise: rejected")}, "stricter"),
]


@pytest.mark.parametrize(("otherwise", "verdict"), VERSIONS)
def test_two_versions_are_compared_on_who_is_selected(
    procedures: Command, write: Write, otherwise: dict[str, object], verdict: str
) -> None:
    values: dict[str, object] = {"bar": "B", "mark": 50, "more": ""}
    first = write("first.yaml", BASE.format(name="first", **values))
    second = write("second.yaml", BASE.format(name="second", **{**values, **otherwise}))
    answered = procedures("compare", first, second)
    assert answered.out.startswith(f"{verdict}: ")
    assert answered.status == (0 if verdict == "equivalent" else 1)
    back = compare(load(second).machine, load(first).machine).verdict
    assert back == {"stricter": "looser", "looser": "stricter"}.get(verdict, verdict)


def test_what_is_declared_otherwise_cannot_be_compared(procedures: Command, write: Write) -> None:
    values = {"bar": "B", "mark": 50, "more": "", "name": "first"}
    first = write("first.yaml", BASE.format(**values))
    second = write("second.yaml", BASE.format(**values).replace("[none, B, A]", "[none, C, B, A]"))
    answered = procedures("compare", first, second)
    assert (answered.status, answered.out) == (2, "")
    assert "fact `degree` is declared differently" in answered.err


@pytest.mark.parametrize("more", [[], ["--all-readings", "--reading", "a=b"]])
def test_one_thing_to_compare_with_is_asked_for(procedures: Command, clerk: Path, more: list[str]) -> None:
    answered = procedures("compare", clerk, *more)
    assert answered.status == 2
    assert "what to compare with" in answered.err
