"""`procedures run`: where everybody ended and why, the gates, what was refused; as text and as data."""

import json
from pathlib import Path

import pytest
from command import CLERK, ROOT, Command, Write

from procedures import Selection, load
from procedures.records.events import read_events

FOLDER = ROOT / "definitions" / "kortrijk"
EXAMPLES = [  # definition, events, how many are refused
    ("coordinator-ontmoetingscentra", "coordinator", 6),
    ("communicatiemedewerker-wsw", "communicatiemedewerker", 4),
    ("maatschappelijk-werker-tijdelijk", "maatschappelijk-werker", 6),
]
COORDINATOR = FOLDER / "coordinator-ontmoetingscentra.yaml"
EVENTS = ROOT / "docs/examples/coordinator.events.jsonl"


def story(*events: dict[str, object]) -> list[dict[str, object]]:
    """Events of the clerk's selection, an hour apart where they do not say when."""
    return [{"at": f"2026-02-11T{hour:02}:00:00+01:00", "by": "hr", **event} for hour, event in enumerate(events, 8)]


APPLIED = {"candidate": "c1", "event": "apply", "facts": {"degree": "none", "experience": 36}}
SCREENED = {"candidate": "c1", "event": "screening"}


# -- as data: the contract ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("definition", "events", "refused"), EXAMPLES)
def test_as_data_it_is_the_report_of_the_contract(
    procedures: Command, definition: str, events: str, refused: int
) -> None:
    file = ROOT / f"docs/examples/{events}.events.jsonl"
    data = procedures("run", FOLDER / f"{definition}.yaml", "--events", file, "--json").data
    procedure = load(FOLDER / f"{definition}.yaml")
    assert list(data) == ["procedure", "digest", "readings", "candidates", "gates", "refused"]
    assert (data["procedure"], data["digest"]) == (f"kortrijk/{definition}", procedure.digest)
    assert data["readings"] == dict(procedure.readings)
    selection = Selection(procedure)
    for line in read_events(file):
        selection.handle(line.event)
    assert {name: case["state"] for name, case in data["candidates"].items()} == {
        name: selection[name].state for name in selection
    }
    for case in data["candidates"].values():
        assert list(case) == ["state", "kind", "history", "facts", "expires"]
        assert {"event", "at", "from", "to", "by"} <= case["history"][0].keys()
        assert (case["history"][0]["event"], case["history"][0]["from"]) == ("apply", None)
        assert case["history"][-1]["to"] == case["state"]
    assert len(data["refused"]) == refused
    for answer in data["refused"]:
        assert {"line", "candidate", "event", "code", "missing", "message"} <= answer.keys()


def test_the_gate_and_the_refused_lines_are_told_with_their_numbers(procedures: Command) -> None:
    data = procedures("run", COORDINATOR, "--events", EVENTS, "--json").data
    assert data["gates"]["prescreening"] | {"decided_at": ""} == {"held": True, "count": 17, "decided_at": ""}
    lines = EVENTS.read_text(encoding="utf-8").splitlines()
    for answer in data["refused"]:
        event = json.loads(lines[answer["line"] - 1])
        assert (event["event"], event.get("candidate")) == (answer["event"], answer["candidate"])


def test_another_option_is_run_and_reported(procedures: Command) -> None:
    data = procedures("run", COORDINATOR, "--events", EVENTS, "--json", "--reading", "prescreening_keeps=best_20").data
    assert data["readings"]["prescreening_keeps"] == "best_20"
    usual = procedures("run", COORDINATOR, "--events", EVENTS, "--json").data
    assert data["digest"] != usual["digest"]
    assert usual["candidates"]["c13"]["state"] == "rejected" != data["candidates"]["c13"]["state"]


def test_messages_come_in_the_language_asked_for(procedures: Command) -> None:
    for language, words in (("en", "cannot be decided"), ("nl", "kan niet beslist worden")):
        data = procedures("run", COORDINATOR, "--events", EVENTS, "--json", "--lang", language).data
        assert words in data["refused"][1]["message"]


def test_strict_says_no_where_something_is_refused_and_answers_all_the_same(
    procedures: Command, clerk: Path, write: Write
) -> None:
    fine = write("fine.jsonl", story(APPLIED, SCREENED))
    wrong = write("wrong.jsonl", story(SCREENED, APPLIED))
    assert procedures("run", clerk, "--events", fine, "--strict").status == 0
    assert procedures("run", clerk, "--events", wrong).status == 0
    strict = procedures("run", clerk, "--events", wrong, "--strict", "--json")
    assert strict.status == 1
    assert [answer["code"] for answer in strict.data["refused"]] == ["unknown_candidate"]


def test_events_may_come_from_a_pipe(procedures: Command, clerk: Path, write: Write) -> None:
    file = write("events.jsonl", story(APPLIED, SCREENED))
    piped = procedures("run", clerk, "--events", "-", "--json", stdin=file.read_bytes())
    assert piped.data == procedures("run", clerk, "--events", file, "--json").data
    broken = procedures("run", clerk, "--events", "-", stdin=b"{")
    assert (broken.status, broken.out) == (2, "")
    assert broken.err.startswith("<stdin>:1:")


def test_no_events_at_all_is_a_selection_of_nobody(procedures: Command, clerk: Path, write: Write) -> None:
    answered = procedures("run", clerk, "--events", write("events.jsonl", b""))
    assert (answered.status, answered.out.splitlines()[-1]) == (0, "nobody has applied")


# -- for people -----------------------------------------------------------------------------------------------------

ROWS = [  # language, a row of the table
    (
        "en",
        "c01        on the reserve (recruitment)  2027-11-14     Combined examination: Met. Combined examination "
        "passed: yes, as asked [notice:239-246, notice:249].",
    ),
    ("en", "c02        withdrawn                                    Withdrew."),
    ("en", "c05        hired (promotion)                            Taking up duty: Everybody goes on [notice:136]."),
    (
        "en",
        "c13        not selected                                 Prescreening: Rank 16, not among the best "
        "[notice:206-208, notice:210].",
    ),
    (
        "en",
        "c14        not selected                                 Level and capacity test: No result within the time "
        "set [notice:215-217, notice:219-220, notice:222-223].",
    ),
    (
        "nl",
        "c15        niet weerhouden           "
        "                   Prescreening: Rang 17, niet bij de besten [notice:206-208, notice:210].",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("language", "row"), ROWS)
def test_everybody_has_a_row_with_state_kind_term_and_reason(procedures: Command, language: str, row: str) -> None:
    answered = procedures("run", COORDINATOR, "--events", EVENTS, "--lang", language)
    assert " ".join(row.split()) in [" ".join(line.split()) for line in answered.out.splitlines()]


def test_the_last_line_counts_everybody(procedures: Command) -> None:
    english = procedures("run", COORDINATOR, "--events", EVENTS).out.splitlines()[-1]
    assert english == "20 candidates: 11 not selected, 4 on the reserve, 2 hired, 3 withdrawn; 6 events refused"
    dutch = procedures("run", COORDINATOR, "--events", EVENTS, "--lang", "nl").out.splitlines()[-1]
    assert dutch.startswith("20 kandidaten: 11 niet weerhouden, 4 op de reserve, ")
    assert dutch.endswith("; 6 gebeurtenissen geweigerd")


def test_refused_lines_stand_with_number_code_and_sentence(procedures: Command) -> None:
    out = procedures("run", COORDINATOR, "--events", EVENTS).out
    table = out.partition("\nRefused\n")[2].splitlines()
    assert table[0].split() == ["line", "candidate", "event", "code", "because"]
    assert table[1].split()[:4] == ["29", "c07", "screening", "needs_person"]
    assert table[2].endswith("`screening` cannot be decided: `leadership_experience` missing")


def test_the_gate_is_told_with_its_count(procedures: Command) -> None:
    out = procedures("run", COORDINATOR, "--events", EVENTS).out
    assert "  Prescreening: held; 17 counted, decided at 2025-10-28 12:00" in out.splitlines()


def test_a_column_without_anything_in_it_is_left_out(procedures: Command, clerk: Path, write: Write) -> None:
    out = procedures("run", clerk, "--events", write("events.jsonl", story(APPLIED, SCREENED))).out
    header = next(line for line in out.splitlines() if line.startswith("candidate"))
    assert header.split() == ["candidate", "state", "decided", "by"]
    assert "valid through" not in out


def test_names_are_never_cut_and_never_steer_a_terminal(procedures: Command, clerk: Path, write: Write) -> None:
    long, evil = "kandidaat-" + "x" * 300, "\x1b[31mred\nnext"
    events = story(APPLIED | {"candidate": long}, APPLIED | {"candidate": evil}, APPLIED | {"candidate": "李四"})
    out = procedures("run", clerk, "--events", write("events.jsonl", events)).out
    assert long in out
    assert "\x1b" not in out
    assert "\\x1b[31mred next" in out
    lines = [line for line in out.splitlines() if "applied" in line][:3]
    assert len(lines) == 3
    assert lines[2].index("applied") == lines[0].index("applied") - 2  # two letters of double width


def test_marks_that_turn_a_line_or_are_invisible_are_shown(procedures: Command, clerk: Path, write: Write) -> None:
    names = ["ada\u202egnp", "ada\u200b", "ada\u2066x\u2069", "ada\u061c", "ada\ufeff"]
    file = write("events.jsonl", story(*(APPLIED | {"candidate": name} for name in names)))
    out = procedures("run", clerk, "--events", file).out
    for name in names:
        assert name not in out
        assert name.encode("ascii", "backslashreplace").decode() in out
    assert {*procedures("run", clerk, "--events", file, "--json").data["candidates"]} == {*names}


# -- why ------------------------------------------------------------------------------------------------------------

WHY = [  # what happens, and how it is told
    ([APPLIED], "Applied; no step taken yet."),
    (
        [APPLIED | {"facts": {"degree": "none", "experience": 12}}, SCREENED],
        "Screening: Not met. No alternative holds. Degree: none, at least bachelor is asked [notice:4]. "
        "Experience: 1 year, at least 2 years is asked; 1 year short [notice:4].",
    ),
    ([APPLIED | {"facts": {"degree": "master"}}, SCREENED], "test: Met. Degree: master, as asked [notice:6]."),
    (
        [APPLIED, SCREENED, {"candidate": "c1", "event": "test", "facts": {"passed": True}}],
        "test: Met. Test: passed: yes, as asked [notice:6].",
    ),
    (
        [APPLIED, SCREENED, {"event": "advance", "at": "2026-02-14T00:00:00+01:00"}],
        "test: No result within the time set [notice:6].",
    ),
    ([APPLIED, SCREENED, {"candidate": "c1", "event": "withdraw"}], "Withdrew."),
    (
        [APPLIED, SCREENED, {"candidate": "c1", "event": "reopen", "why": "read the wrong file"}],
        "Reopened: read the wrong file.",
    ),
    (
        [
            APPLIED,
            SCREENED,
            {"candidate": "c1", "event": "correct", "facts": {"experience": 20}, "why": "counted twice"},
        ],
        "Screening: Met. Experience: 3 years, at least 2 years is asked [notice:4]. "
        "After a correction this would now differ: Screening.",
    ),
    (
        [
            APPLIED | {"facts": {"degree": "master"}},
            SCREENED,
            {"candidate": "c1", "event": "interview", "facts": {"score": 60}},
            {"event": "close", "step": "screening"},
            {"event": "close", "step": "test"},
            {"event": "close", "step": "interview", "at": "2026-02-20T12:00:00+01:00"},
            {"event": "advance", "at": "2028-02-21T00:00:00+01:00"},
        ],
        "The reserve ended on Sunday 20 February 2028.",
    ),
]


@pytest.mark.parametrize(("events", "told"), WHY, ids=[row[1][:25] for row in WHY])
def test_the_last_decision_is_told_with_its_reason_and_source(
    procedures: Command, clerk: Path, write: Write, events: list[dict[str, object]], told: str
) -> None:
    answered = procedures("run", clerk, "--events", write("events.jsonl", story(*events)), "--strict")
    assert answered.status == 0, answered.out
    row = next(line for line in answered.out.splitlines() if line.startswith("c1 "))
    assert row.endswith(told)


def test_reasons_tell_every_history_with_all_that_was_asked(procedures: Command, clerk: Path, write: Write) -> None:
    events = story(APPLIED, SCREENED, {"candidate": "c1", "event": "test", "facts": {"passed": False}})
    out = procedures("run", clerk, "--events", write("events.jsonl", events), "--reasons").out
    assert out.partition("\nCandidates\n")[2].partition("\n\n")[0].splitlines() == [
        "c1: rejected",
        "  2026-02-11 08:00 applied (hr)",
        "  2026-02-11 09:00 Screening: passed → screened (hr)",
        "    ✓ who passes",
        "      ✓ admission [notice:4]",
        "        ✓ at least one of these holds:",
        "          ✗ degree: none, at least bachelor is asked",
        "          ✓ experience: 3 years, at least 2 years is asked [notice:3]",
        "  2026-02-11 10:00 test: failed → rejected (hr)",
        "    ✗ exemption",
        "      ✗ degree: none, master is asked",
        "    ✗ who passes",
        "      ✗ test: passed: no, yes is asked",
    ]


def test_a_reading_that_was_asked_for_is_named(procedures: Command, clerk: Path, write: Write) -> None:
    file = write("events.jsonl", story(APPLIED | {"facts": {"degree": "master"}}, SCREENED))
    out = procedures("run", clerk, "--events", file, "--reading", "who_sits=everyone").out
    assert out.splitlines()[:2] == ["Clerk", "reading who_sits: everyone"]
    assert "screened" in out
    assert "tested" not in out


def test_a_gate_that_is_not_held_is_told(procedures: Command, write: Write) -> None:
    gate = "  test:\n    held: {count: screened, more_than: 15}\n"
    clerk = write("clerk.yaml", CLERK.replace("  test:\n", gate))
    events = story(APPLIED, SCREENED, {"event": "close", "step": "screening"})
    out = procedures("run", clerk, "--events", write("events.jsonl", events)).out
    assert "  test: not held; 1 counted, decided at 2026-02-11 10:00" in out.splitlines()
    assert "test: The step was not held: 1 were counted [notice:6]." in out
