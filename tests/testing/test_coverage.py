"""Coverage: what worked cases exercise, and what they do not, each with its place."""

from pathlib import Path

import pytest

from procedures import load, loads
from procedures.testing import coverage
from procedures.testing.files.branches import branches, decisive_branches
from procedures.worked_cases.reader import read_cases
from rules import Declared, Fact, kinds, read_rule
from rules.calendar import Unit

CLERK = """\
procedure: clerk
title: Clerk
applications: {opens: 2026-01-05, until: 2026-01-31}
facts: {degree: {kind: flag}, experience: {kind: duration, unit: months}}
conditions:
  admission: {rule: {any: [{degree: true}, {experience: {at_least: 24}}]}}
steps:
  screening: {from: applied, to: screened, passes: admission}
  test:
    to: tested
    held: {count: screened, more_than: 1}
    on: 2026-02-10
    lapses: rejected
    records: {passed: {kind: flag}}
"""
HEAD = "by: hr\ncases:\n  - case: one\n    outcome: {ann: %s}\n    events:\n"
APPLY = "      - {event: apply, candidate: ann, facts: {%s}, at: %s}\n"
SCREENING = "      - {event: screening, candidate: ann, at: 2026-02-02 09:00}\n"
EVERYTHING = {
    "goes from `applied` to `screened` by `screening`",
    "goes from `applied` to `rejected` by `screening`",
    "goes from `screened` to `tested` by `test`",
    "goes from `screened` to `rejected` by `test`",
    "goes from `screened` to `rejected` by time passing",
}
COVERED = [  # events, what they exercise beyond nothing at all
    ("", {}),
    (APPLY % ("degree: true", "2026-01-05 09:00"), {"arcs": 1, "windows": 1}),
    (APPLY % ("degree: true", "2026-01-31 23:59"), {"arcs": 1, "windows": 1}),
    (APPLY % ("degree: true", "2026-01-20 09:00"), {"arcs": 1}),
    (APPLY % ("degree: true", "2026-02-01 09:00"), {"windows": 1, "refusals": 1}),
    (APPLY % ("degree: true", "2026-01-04 09:00"), {"windows": 1, "refusals": 1}),
    # The whole is a yes that the degree alone gives, for nothing is known of the experience.
    (APPLY % ("degree: true", "2026-01-20 09:00") + SCREENING, {"arcs": 2, "branches": 2}),
    # Either would do, so neither decides: only the whole is a yes.
    (APPLY % ("degree: true, experience: 24", "2026-01-20 09:00") + SCREENING, {"arcs": 2, "branches": 1}),
    # A no needs both of them.
    (APPLY % ("degree: false, experience: 23", "2026-01-20 09:00") + SCREENING, {"arcs": 2, "branches": 3}),
    (APPLY % ("degree: false", "2026-01-20 09:00") + SCREENING, {"arcs": 1, "refusals": 1}),
    (
        APPLY % ("degree: true", "2026-01-20 09:00")
        + SCREENING
        + "      - {event: close, step: screening, at: 2026-02-03 09:00}\n",
        {"arcs": 3, "branches": 3},
    ),
]


@pytest.mark.parametrize(("events", "exercised"), COVERED)
def test_a_case_exercises_what_it_decides(events: str, exercised: dict[str, int], tmp_path: Path) -> None:
    (tmp_path / "clerk.yaml").write_text(CLERK, encoding="utf-8")
    cases = tmp_path / "clerk.cases.yaml"
    cases.write_text(HEAD % "applied" + events if events else HEAD.replace("    events:\n", "") % "x", encoding="utf-8")
    found = coverage(load(tmp_path / "clerk.yaml"), read_cases(cases))
    assert {group: covered for group, (covered, _) in found.counts().items() if covered} == exercised
    assert {group: whole for group, (_, whole) in found.counts().items()} == {
        "arcs": 6,
        "branches": 10,
        "windows": 8,
        "readings": 0,
        "refusals": 9,
    }


def test_what_no_case_exercises_is_told_with_its_place(tmp_path: Path) -> None:
    procedure = loads(CLERK, str(tmp_path / "clerk.yaml"))
    found = coverage(procedure, [])
    told = {problem.sentence.removeprefix("no case ") for problem in found.uncovered}
    assert told >= EVERYTHING
    lines = {problem.sentence: problem.place.line for problem in found.uncovered if problem.place}
    assert lines["no case goes from `applied` to `screened` by `screening`"] == 8
    assert lines["in admission no case owes its no to `{degree: True}`"] == 6
    assert lines["no case of `test` comes after its window"] == 9
    assert lines["no case of `apply` comes before its window opens"] == 3
    assert lines["in no case `test` is held"] == 11
    assert found.table().splitlines()[:2] == ["coverage of clerk", "  arcs         0 of 6      0%"]


DECISIVE = [  # rule, facts, the parts that decide: the whole as (), its parts by their number
    ({"any": [{"degree": True}, {"experience": {"at_least": 24}}]}, {"degree": True}, {(), (0,)}),
    ({"any": [{"degree": True}, {"experience": {"at_least": 24}}]}, {"degree": True, "experience": 24}, {()}),
    ({"any": [{"degree": True}, {"experience": {"at_least": 24}}]}, {"degree": False}, {()}),
    ({"all": [{"degree": True}, {"experience": {"at_least": 24}}]}, {"degree": False}, {(), (0,)}),
    ({"all": [{"degree": True}, {"experience": 24}]}, {"degree": True, "experience": 24}, {(), (0,), (1,)}),
    ({"not": {"any": [{"degree": True}, {"experience": 24}]}}, {"degree": True}, {(), (0,)}),
    ({"all": [{"degree": True}, {"any": [{"experience": 24}, {"experience": 36}]}]},
     {"degree": True, "experience": 24}, {(), (0,), (1,), (1, 0)}),
]  # fmt: skip


@pytest.mark.parametrize(("data", "known", "ways"), DECISIVE)
def test_a_part_decides_where_the_whole_would_be_otherwise(data: dict, known: dict, ways: set) -> None:  # type: ignore[type-arg]
    declared = Declared(
        {"degree": Fact("degree", kinds.Flag()), "experience": Fact("experience", kinds.Duration(Unit.MONTHS))}
    )
    rule = read_rule(data, declared)
    found = {branch.path for branch, _ in decisive_branches("rule", rule, known)}
    assert found == ways
    assert found <= {branch.path for branch in branches("rule", rule)}


SHIPPED = [  # file, exercised of how many: arcs, branches, windows, readings
    ("kortrijk/coordinator-ontmoetingscentra", (17, 17), (48, 50), (12, 13), (20, 20)),
    ("kortrijk/communicatiemedewerker-wsw", (13, 13), (52, 54), (1, 1), (12, 12)),
    ("kortrijk/maatschappelijk-werker-tijdelijk", (11, 11), (26, 26), (6, 6), (12, 12)),
    ("kortrijk/maatschappelijk-werker-vast", (5, 5), (4, 4), (0, 0), (2, 2)),
    ("kenniscentrum/stafmedewerker", (0, 0), (10, 10), (0, 0), (0, 0)),
]


@pytest.mark.parametrize(("name", "arcs", "branches", "windows", "readings"), SHIPPED)
def test_worked_cases_of_shipped_definitions_exercise_at_least_so_much(
    name: str, arcs: tuple[int, int], branches: tuple[int, int], windows: tuple[int, int], readings: tuple[int, int]
) -> None:
    root = Path(__file__).parents[2] / "definitions"
    worked = read_cases(root / f"{name}.cases.yaml")
    counts = coverage(worked.procedure, worked).counts()
    expected = {"arcs": arcs, "branches": branches, "windows": windows, "readings": readings}
    for group, (covered, whole) in expected.items():
        assert counts[group][0] >= covered
        assert counts[group][1] == whole
