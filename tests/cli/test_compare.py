"""`procedures compare`: verdicts, candidates whom `run` leaves where the comparison says, and what is no difference."""

from pathlib import Path

import pytest
from command import ROOT, Command, Write

from procedures import load, run
from procedures.errors import UsageError
from procedures.proofs import compare
from procedures.records.events import parse_event

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
            selection, refused = run(machine, [parse_event(event) for event in events])
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


FACT_TEST = """\
procedure: example/fact
title: A fact of that name
facts: {{interview: {{kind: flag}}}}
steps: {{screening: {{to: hired, passes: {{interview: true}}}}}}
"""
UNLIKE = [  # what the second has otherwise, and the fact that cannot be compared
    (BASE.replace("[none, B, A]", "[none, C, B, A]"), "degree"),
    (FACT_TEST, "interview"),  # a fact in one, a step in the other
    (FACT_TEST.replace("kind: flag", "kind: choice, of: [passed, failed, exempt, not_held, lapsed]")
     .replace("interview: true", "interview: passed"), "interview"),
]  # fmt: skip


@pytest.mark.parametrize(("second", "fact"), UNLIKE)
def test_what_is_declared_otherwise_cannot_be_compared(
    procedures: Command, write: Write, second: str, fact: str
) -> None:
    values = {"bar": "B", "mark": 50, "more": "", "name": "first"}
    files = [write("first.yaml", BASE.format(**values)), write("second.yaml", second.format(**values))]
    for a, b in (files, files[::-1]):
        answered = procedures("compare", a, b)
        assert (answered.status, answered.out) == (2, "")
        assert f"fact `{fact}` is declared differently" in answered.err


ASKS_MORE = """
  background: {to: known, passes: {licence: true}}
"""


def test_facts_that_only_one_declares_are_named(procedures: Command, write: Write) -> None:
    values: dict[str, object] = {"bar": "none", "mark": 50, "name": "first"}
    first = write("first.yaml", BASE.format(more="", **values))
    second = BASE.format(more=ASKS_MORE, **values).replace("facts: {", "facts: {licence: {kind: flag}, ")
    answered = procedures("compare", first, write("second.yaml", second))
    assert "“hired” becomes “rejected” (interview: score: 50, licence: no)" in answered.out
    back = procedures("compare", first.with_name("second.yaml"), first)
    assert "“rejected” becomes “hired” (licence: no, interview: score: 50)" in back.out


def test_a_profile_selects_nobody(procedures: Command, clerk: Path, write: Write) -> None:
    profile = write("profile.yaml", "procedure: example/profile\ntitle: A position\n")
    for arguments in ([profile, clerk], [clerk, profile], [profile, "--all-readings"]):
        answered = procedures("compare", *arguments)
        assert (answered.status, answered.out) == (2, "")
        assert f"{profile}:1:1: this is a position profile: its source states no procedure" in answered.err
        assert "help: a procedure has `steps:`" in answered.err
        assert answered.err.endswith("1 problem; nothing was compared\n")
    with pytest.raises(UsageError, match="`example/profile` states no procedure"):
        compare(load(clerk).machine, load(profile).machine)


def test_without_another_option_there_is_nothing_to_compare(procedures: Command, write: Write) -> None:
    file = write("first.yaml", BASE.format(bar="B", mark=50, more="", name="first"))
    answered = procedures("compare", file, "--all-readings", "--json")
    assert (answered.status, answered.data) == (0, {"verdict": "equivalent", "differences": [], "comparisons": []})
    assert procedures("compare", file, "--all-readings").out == "no reading has another option\n"
    assert procedures("compare", file, "--all-readings", "--lang", "nl").out == "geen lezing heeft een andere optie\n"


@pytest.mark.parametrize("more", [[], ["--all-readings", "--reading", "a=b"]])
def test_one_thing_to_compare_with_is_asked_for(procedures: Command, clerk: Path, more: list[str]) -> None:
    answered = procedures("compare", clerk, *more)
    assert answered.status == 2
    assert "what to compare with" in answered.err
