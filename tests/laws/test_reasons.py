"""What a decision was, is told by its reasons: where it leads, which list took a candidate, and why nothing else."""

import pytest

from answers import accepted
from procedures import Selection, loads

AT = "2026-02-{:02}T09:00:00+01:00"
TALK = """
procedure: p
title: P
facts: {bad: {kind: flag}, grade: {kind: number, from: 0, to: 100}}
steps:
  talk:
    from: applied
    outcomes:
      - {when: {bad: true}, to: rejected}
      - {when: {grade: {at_least: 60}}, to: ok}
      - {when: {grade: {at_least: 40}}, to: backup}
      - {to: rejected}
"""
OUTCOMES = [
    ({"bad": True, "grade": 90}, "rejected", "Leads to “rejected”: bad: yes, as asked."),
    ({"bad": False, "grade": 70}, "ok", "Leads to “ok”: grade: 70, at least 60 is asked."),
    ({"bad": False, "grade": 50}, "backup", "Leads to “backup”: grade: 50, at least 40 is asked."),
    (
        {"bad": False, "grade": 20},
        "rejected",
        "Leads to “rejected”, because nothing else applies: bad: no, yes is asked. Grade: 20, at least 60 is asked; "
        "40 short. Grade: 20, at least 40 is asked; 20 short.",
    ),
]


@pytest.mark.parametrize(("facts", "state", "reasons"), OUTCOMES)
def test_an_outcome_tells_where_it_leads_and_never_falsely_met(
    facts: dict[str, object], state: str, reasons: str
) -> None:
    selection = Selection(loads(TALK))
    accepted(selection.apply("ada", facts, at=AT.format(1)))
    accepted(selection.record("ada", "talk", at=AT.format(2), by="jury"))
    finding = selection.explain("ada", "talk")
    assert (finding.to, selection["ada"].state) == (state, state)
    assert finding.reasons("en") == reasons


LISTS = """
procedure: p
title: P
states: {second: {label: {nl: tweede lijst, en: second list}}}
steps:
  test:
    from: applied
    records: {score: {kind: number, from: 0, to: 100}}
    keeps: {takes: [{best: 1, to: first}, {best: 1, to: second}], by: score}
"""


@pytest.mark.parametrize("text", [LISTS, LISTS.replace("from: applied", "from: applied\n    to: first")])
def test_a_ranking_tells_which_list_took_a_candidate(text: str) -> None:
    selection = Selection(loads(text))
    for name, score in (("ada", 90), ("bo", 80), ("cy", 70)):
        accepted(selection.apply(name, at=AT.format(1)))
        accepted(selection.record(name, "test", {"score": score}, at=AT.format(2), by="jury"))
    assert selection.explain("bo", "test").to is None
    accepted(selection.close("test", at=AT.format(3), by="chair"))
    assert [selection.explain(name, "test").to for name in ("ada", "bo", "cy")] == ["first", "second", "rejected"]
    assert selection.explain("bo", "test").reasons("en") == "Rank 2, among the best: “second list”."
    assert selection.explain("cy", "test").reasons("nl") == "Rang 3, niet bij de besten."


def test_only_what_can_still_decide_is_told_to_be_missing() -> None:
    text = TALK.replace("{bad: true}", "{any: [{bad: true}, {all: [{bad: true}, {grade: {at_least: 90}}]}]}")
    selection = Selection(loads(text))
    accepted(selection.apply("ada", at=AT.format(1)))
    finding = selection.explain("ada", "talk")
    assert finding.missing == ("bad",)
    assert finding.reasons("en") == "Not yet decided: bad is missing, yes is asked."
