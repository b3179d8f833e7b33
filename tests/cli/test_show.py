"""`procedures show`: everything a definition states, in words, with its sources."""

from string import Formatter

import pytest
from command import CLERK, Answered, Command, Write

from procedures.text.phrases import PHRASES
from procedures.text.values import day_words, written_words
from rules.calendar import WrittenTime

COORDINATOR = "definitions/kortrijk/coordinator-ontmoetingscentra.yaml"
COMMUNICATION = "definitions/kortrijk/communicatiemedewerker-wsw.yaml"
SOCIAL_WORKER = "definitions/kortrijk/maatschappelijk-werker-tijdelijk.yaml"
PROFILES = ["definitions/maaseik/coordinator-integratie.yaml", "definitions/kenniscentrum/stafmedewerker.yaml"]

SHOWN = [  # file, language, a line that is there
    (COORDINATOR, "en", "Coordinator of community centres"),
    (COORDINATOR, "en", "  notice: Vacancy notice, coordinator of community centres (000_daea9bcc8b8bc86c.txt)"),
    (COORDINATOR, "en", "    least: EUR 3148.08 with 2 years of seniority [notice:140-142]"),
    (COORDINATOR, "nl", "    minimum: 3148,08 EUR bij 2 jaar anciënniteit [notice:140-142]"),
    (COORDINATOR, "nl", "  contract: onbepaalde duur"),
    (COORDINATOR, "en", "  1. Screening of the CV (screening) [notice:200-201]"),
    (COORDINATOR, "en", "    applied → admitted, otherwise → not selected"),
    (COORDINATOR, "en", "    passes: conditions of admission"),
    (
        COORDINATOR,
        "en",
        "    held only with more than 15 candidates in “admitted”, counted at the closing of Screening of the CV; "
        "if not, everybody goes on to “through the prescreening”",
    ),
    (COORDINATOR, "en", "      all who are equal at the cut go on, so there may be more"),
    (COORDINATOR, "en", "      the others to “not selected”"),
    (COORDINATOR, "en", "    results announced on Thursday 30 October 2025"),
    (
        COORDINATOR,
        "en",
        "    when: from Thursday 30 October 2025 up to and including Sunday 2 November 2025 at 23:59",
    ),
    (
        COORDINATOR,
        "nl",
        "    wanneer: vanaf donderdag 30 oktober 2025 tot en met zondag 2 november 2025 om 23.59 uur",
    ),
    (COORDINATOR, "en", "    no result in time: on to “not selected”"),
    (
        COORDINATOR,
        "en",
        "    exempt, straight on to “test passed or exempt”: level-B diploma, with direct access",
    ),
    (COORDINATOR, "en", "    no result in time: the candidate stays where they are until a person decides"),
    (COORDINATOR, "nl", "    geen resultaat op tijd: naar “niet weerhouden”"),
    (COORDINATOR, "en", "    length: 15 minutes for each candidate"),
    (COORDINATOR, "en", "    how: Microsoft Teams"),
    (COORDINATOR, "nl", "    meet: Functioneel leidinggeven"),
    (COORDINATOR, "en", "    everybody goes on: nothing is decided"),
    (COORDINATOR, "en", "Reserve [notice:250-253]"),
    (COORDINATOR, "nl", "  werving: externe kandidaat"),
    (
        COORDINATOR,
        "en",
        "  valid for 2 years from the closing of Combined examination, the last day included",
    ),
    (COORDINATOR, "en", "  may be extended before it ends"),
    (COORDINATOR, "en", "  not selected (rejected): final, adverse"),
    (COORDINATOR, "en", "    ● best_15 — chosen: the definition as it stands"),
    (COORDINATOR, "en", "    ○ best_20: changes steps.prescreening.keeps"),
    (COORDINATOR, "en", "  when: no period is stated"),
    (COMMUNICATION, "en", "    announced with a reservation: the dates are shown, not enforced"),
    (COMMUNICATION, "en", "    when: on Wednesday 5 November 2025"),
    (COMMUNICATION, "nl", "    slaagt: score op de gecombineerde proef: minstens 60"),
    (COMMUNICATION, "nl", "    er staan geen bedragen vermeld"),
    (SOCIAL_WORKER, "en", "  when: up to and including Thursday 25 June 2026"),
    (SOCIAL_WORKER, "en", "  valid without an end"),
    (SOCIAL_WORKER, "en", "  recruitment: everybody"),
]
ONCE: dict[tuple[str, str], Answered] = {}


@pytest.mark.parametrize(("file", "language", "line"), SHOWN, ids=lambda value: value.strip()[-50:])
def test_a_definition_is_told_in_words(procedures: Command, file: str, language: str, line: str) -> None:
    if (file, language) not in ONCE:
        ONCE[file, language] = procedures("show", file, "--lang", language)
    answered = ONCE[file, language]
    assert (answered.status, answered.err) == (0, "")
    assert line in answered.out.splitlines()


@pytest.mark.parametrize("file", PROFILES)
@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "states no selection procedure; none is invented here."), ("nl", "hier wordt er geen verzonnen.")],
)
def test_a_profile_says_that_no_procedure_is_stated(
    procedures: Command, file: str, language: str, sentence: str
) -> None:
    answered = procedures("show", file, "--lang", language)
    assert sentence in answered.out
    sections = {section["name"] for section in procedures("show", file, "--json").data["sections"]}
    assert sections.isdisjoint({"steps", "states", "reserve"})


def test_a_reading_chosen_otherwise_is_shown_with_what_it_does(procedures: Command) -> None:
    usual = procedures("show", COORDINATOR).out
    other = procedures("show", COORDINATOR, "--reading", "prescreening_keeps=best_20", "--reading", "missed_test=stays")
    assert "    ● best_20 — chosen: changes steps.prescreening.keeps" in other.out
    assert "the best 20 go on" in other.out
    assert "the best 15 go on" not in other.out
    assert "no result in time: on to “not selected”" not in other.out
    assert "the best 15 go on" in usual


def test_a_condition_is_spelled_out_where_it_is_asked_and_not_twice(procedures: Command) -> None:
    lines = procedures("show", COORDINATOR).out.splitlines()
    conditions = lines[lines.index("Conditions") + 1 : lines.index("Steps")]
    named = [line for line in conditions if line.startswith("  ") and not line.startswith("   ")]
    assert [line.partition(" [")[0].strip() for line in named] == [
        "level-B diploma, with direct access (direct_access)",
        "conditions of admission (admission)",
    ]
    assert (
        sum("experience in managing people or leading projects: at least 2 years" in line for line in conditions) == 1
    )


def test_as_data_it_holds_the_same_lines(procedures: Command) -> None:
    shown, data = procedures("show", COORDINATOR).out, procedures("show", COORDINATOR, "--json").data
    assert list(data)[:6] == ["procedure", "digest", "readings", "states_a_procedure", "language", "title"]
    assert data["readings"]["elimination"] == "every_round"

    def texts(lines: list[dict[str, object]]) -> list[object]:
        return [text for line in lines for text in (line["text"], *texts(line["lines"]))]  # type: ignore[arg-type]

    told = [text for section in data["sections"] for text in texts(section["lines"])]
    assert len(told) > 100
    assert all(str(text) in shown for text in told)
    steps = next(section for section in data["sections"] if section["name"] == "steps")
    assert [step["name"] for step in steps["lines"]][:2] == ["screening", "prescreening"]
    assert steps["lines"][0]["sources"] == ["notice:200-201"]
    options = data["sections"][-1]["lines"][0]["lines"]
    assert [option["chosen"] for option in options] == [True, False]


RARE = {  # what the shipped definitions do not have: text to put in place, and the line it gives
    "passes: admission": (
        "outcomes: [{when: {degree: master}, to: fast}, {when: admission, to: screened}, {to: rejected}]",
        "    to “fast”: degree: master",
    ),
    "pass_mark: 60": ("pass_mark: 60\n    automatic: true", "    an adverse outcome needs no person"),
    "on: 2026-02-20": ("within: 10 days", "    when: within 10 days of the candidate's arriving here"),
    "until: 2026-02-13 23:59": ("before: 2026-02-14", "    when: from Tuesday 10 February 2026 before Saturday 14 Fe"),
    "valid: 2 years": ("valid: 2028-02-29", "  valid up to and including Tuesday 29 February 2028"),
    "exempt: {degree: master}": (
        "exempt: {all: [{degree: master}, {experience: {more_than: 12}}]}",
        "    exempt, straight on to “tested”: all of these hold:",
    ),
}


@pytest.mark.parametrize("written", RARE)
def test_rarer_words_of_the_language_are_told_too(procedures: Command, write: Write, written: str) -> None:
    text, line = RARE[written]
    changed = (
        CLERK.replace(written, text)
        .replace("to: screened\n    outcomes", "outcomes")
        .replace("tentative: true\n    lapses: stays\n    records: {score", "lapses: stays\n    records: {score")
    )
    answered = procedures("show", write("clerk.yaml", changed))
    assert answered.err == ""
    assert any(shown.startswith(line) for shown in answered.out.splitlines())


CUT = """\
procedure: cut
title: Cut
steps:
  test:
    to: first
    records: {score: {kind: number}, age: {kind: number, from: 18, step: 1}}
    closing: {places: {kind: number, from: 0, step: 1}}
    keeps: {takes: [{best: places, to: first}, {best: 10, to: second}], by: score, ties: {by: age, then: %s}}
scores: {total: {mean: {test.score: 2, test.age: 1}}}
states: {first: {label: first list}, second: {label: second list}}
"""


@pytest.mark.parametrize("ties", ["keep", "none", "lot"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_cut_tells_its_lists_and_what_happens_to_equals(
    procedures: Command, write: Write, ties: str, language: str
) -> None:
    out = procedures("show", write("cut.yaml", CUT % ties), "--lang", language).out
    assert PHRASES[f"ties {ties}"].in_language(language) in out  # type: ignore[arg-type]
    assert ("the next 10 go to “second list”" in out) is (language == "en")
    assert ("test: leeftijd" in out) is False
    assert ("weighted mean of test: age (weight 1) and test: score (weight 2)" in out) is (language == "en")
    assert ("those who are equal are ranked by test: age" in out) is (language == "en")


WRITTEN = [  # as written, in Dutch, in English
    ("2026-01-01", "donderdag 1 januari 2026", "Thursday 1 January 2026"),
    ("2024-02-29", "donderdag 29 februari 2024", "Thursday 29 February 2024"),
    ("2026-03-08", "zondag 8 maart 2026", "Sunday 8 March 2026"),
    ("2026-02-13 09:05", "vrijdag 13 februari 2026 om 09.05 uur", "Friday 13 February 2026 at 09:05"),
    ("2026-12-31 23:59:59", "donderdag 31 december 2026 om 23.59.59 uur", "Thursday 31 December 2026 at 23:59:59"),
]


@pytest.mark.parametrize(("text", "dutch", "english"), WRITTEN)
def test_dates_are_told_in_words_with_the_time_only_where_one_was_written(text: str, dutch: str, english: str) -> None:
    written = WrittenTime.parse(text)
    assert (written_words(written, "nl"), written_words(written, "en")) == (dutch, english)
    assert dutch.startswith(day_words(written.at.date(), "nl"))


def test_every_phrase_has_both_languages_and_the_same_gaps() -> None:
    for name, words in PHRASES.items():
        gaps = [{gap for _, gap, _, _ in Formatter().parse(text or "") if gap} for text in (words.nl, words.en)]
        assert words.nl, name
        assert words.en, name
        assert gaps[0] == gaps[1], name


def test_a_competency_that_nobody_describes_is_shown_by_its_name(procedures: Command, write: Write) -> None:
    steps = "steps: {talk: {to: done, measures: calm}}"
    text = f"procedure: a/b\ntitle: A\nposition: {{competencies: [customer_focus]}}\n{steps}\n"
    answered = procedures("show", write("b.yaml", text))
    assert answered.status == 0
    assert "\nCompetencies\n  customer focus\n" in answered.out
    assert "measures: calm" in answered.out
