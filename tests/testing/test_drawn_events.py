"""Paths, histories and cohorts drawn from a definition: they go where it leads, and come everywhere."""

from collections import Counter
from itertools import islice, pairwise
from pathlib import Path as File

import pytest
from generated import Plain, definitions, law
from generated import load as load_plain
from hypothesis import given, settings
from hypothesis import strategies as st
from mutant_harness import drawn, shipped

from procedures import Procedure, Selection, load, loads, run
from procedures.records.events import event_data, parse_event
from procedures.testing import cohorts, histories, legs, paths, simple_paths
from procedures.testing.generation.paths import Leg, has_taken

SMALL = """
procedure: small
title: Small
facts: {degree: {kind: flag}, experience: {kind: duration, unit: months}}
steps:
  screening: {from: applied, to: screened, passes: {experience: {at_least: 24}}}
  test:
    to: reserve
    exempt: {degree: true}
    opens: 2026-02-02
    until: 2026-02-06
    lapses: rejected
    records: {score: {kind: number, from: 0, to: 20}}
    pass_mark: 10
  offer: {from: reserve, to: hired, otherwise: reserve, records: {accepted: {kind: flag}}}
reserve: {state: reserve, valid: 1 year}
"""
CUT = """
procedure: cut
title: Cut
steps:
  sifting: {from: applied, to: sifted, records: {passed: {kind: flag}}}
  ranking:
    to: chosen
    held: {count: sifted, more_than: 3}
    records: {score: {kind: number, from: 0, to: 10, step: 1}}
    keeps: {best: 2, by: score, ties: none}
"""
DEFINITIONS = [path for path in shipped() if load(path).machine.steps]


def name_of(path: File) -> str:
    return path.stem


def test_the_simple_paths_of_a_small_procedure() -> None:
    told = ["; ".join(f"{leg.step} {leg.move}" for leg in path) for path in simple_paths(loads(SMALL).machine)]
    assert told == [
        "screening passed; test passed; offer passed",
        "screening passed; test passed; reserve expired",
        "screening passed; test failed",
        "screening passed; test exempt; offer passed",
        "screening passed; test exempt; reserve expired",
        "screening passed; test lapsed",
        "screening failed",
    ]


def test_with_loops_a_path_comes_back() -> None:
    looping = [path for path in simple_paths(loads(SMALL).machine, loops=True) if len(path) > 3]
    assert any([leg.move for leg in path[-2:]] == ["failed", "passed"] for path in looping)
    assert all(len(set(path)) == len(path) for path in looping)


@pytest.mark.parametrize("path", DEFINITIONS, ids=name_of)
def test_paths_follow_the_legs(path: File) -> None:
    machine = load(path).machine

    @settings(max_examples=50)
    @given(paths(machine))
    def test(path: tuple[Leg, ...]) -> None:
        assert path[0].origin == machine.initial
        assert set(path) <= set(legs(machine))
        assert all(before.to == after.origin for before, after in pairwise(path))

    test()


@pytest.mark.parametrize("path", list(simple_paths(loads(SMALL).machine)), ids=lambda path: str(path[-1]))
def test_a_history_goes_along_the_path_that_it_is_given(path: tuple[Leg, ...]) -> None:
    """One candidate can go along every path here, for nothing on it needs others."""
    procedure = loads(SMALL)
    for events in drawn(histories(procedure, path, attempts=0), 25):
        selection, _ = run(procedure, events)
        assert all(has_taken(selection["c1"], leg) for leg in path), (events, selection["c1"].history)


def test_attempts_are_refused_beside_the_path() -> None:
    procedure = loads(SMALL)
    codes = Counter(
        refused.code for events in drawn(histories(procedure), 200) for refused in run(procedure, events)[1]
    )
    assert {"wrong_state", "too_early", "too_late", "invalid_fact", "missing_facts", "needs_person"} <= set(codes)
    without = drawn(histories(procedure, next(simple_paths(procedure.machine)), attempts=0), 25)
    assert any(not run(procedure, events)[1] for events in without)


@pytest.mark.parametrize("path", DEFINITIONS, ids=name_of)
def test_every_leg_of_a_shipped_definition_is_gone_along(path: File) -> None:
    procedure = load(path)
    found: set[Leg] = set()
    for events in (*drawn(histories(procedure), 200), *drawn(cohorts(procedure), 200)):
        selection, _ = run(procedure, events)
        for name in selection:
            found |= {leg for leg in legs(procedure.machine) if leg not in found and has_taken(selection[name], leg)}
    missed = [leg for leg in legs(procedure.machine) if leg not in found and leg.move != "stays"]
    # Everybody passes a step without a rule, so nobody goes where the others would.
    assert [str(leg) for leg in missed if not _passed_by_all(procedure, leg)] == []


def _passed_by_all(procedure: Procedure, leg: Leg) -> bool:
    return leg.origin == "withdrawn" or (leg.step == "hire" and leg.move == "failed")


def test_gates_are_decided_both_ways_and_cuts_have_ties_astride() -> None:
    procedure = loads(CUT)
    held: Counter[bool] = Counter()
    ties = 0
    for events in drawn(cohorts(procedure), 200):
        selection, _ = run(procedure, events)
        held.update(gate.held for gate in selection.gates.values())
        closing = selection.cohort.closings.get("ranking")
        standing = sorted(closing.ranking_keys.values(), reverse=True) if closing else []
        ties += len(standing) > 2 and standing[1] == standing[2]
    assert held[True] > 5
    assert held[False] > 5
    assert ties > 5


@settings(max_examples=30)
@given(st.data())
def test_events_can_be_written_and_read(data: st.DataObject) -> None:
    procedure = loads(SMALL)
    events = data.draw(st.one_of(histories(procedure), cohorts(procedure)))
    zone = procedure.machine.zone
    again = [parse_event(event_data(event, zone.show)) for event in events]
    ours, theirs = Selection(procedure), Selection(procedure)
    assert [type(ours.handle(event)) for event in events] == [type(theirs.handle(event)) for event in again]


@law(definitions(), st.data(), share=0.5)
def test_any_definition_can_be_drawn_from(data: Plain, draws: st.DataObject) -> None:
    procedure = load_plain(data)
    events = draws.draw(st.one_of(histories(procedure), cohorts(procedure)))
    _, refused = run(procedure, events)
    assert len(refused) < len(events)
    assert all(path[0].origin == "applied" for path in islice(simple_paths(procedure.machine, loops=True), 20))


def test_a_strategy_prints_no_machine() -> None:
    assert len(repr(histories(load("definitions/kortrijk/coordinator-ontmoetingscentra.yaml")))) < 100
