"""Many cohorts at once end, each, where `run` ends when their events are replayed; and a road goes as far as it can."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from generated import Plain, around_bounds, cutting, definitions, law, load
from hypothesis import strategies as st

from procedures import Procedure, Refused, Selection, loads
from procedures import load as load_file
from procedures.columns import NO_EVENT, TAKEN, WORDS, Cohorts, WalkthroughOptions, play
from procedures.errors import UsageError
from procedures.kernel.machine import Machine
from rules.columns import dtype_of, encode
from rules.kinds import Choice, Flag, Level, Text

ROOT = Path(__file__).parents[2]
KORTRIJK = ROOT / "definitions" / "kortrijk"


def values(machine: Machine, name: str) -> st.SearchStrategy[object]:
    """Values of a fact, near what guards compare it with; mostly known."""
    kind = machine.declared.facts[name].kind
    match kind:
        case Choice(of) | Level(of):
            some: Any = st.sampled_from(of)
        case Flag():
            some = st.sampled_from([True, True, False])
        case Text():
            some = st.just("words")
        case _:
            some = st.sampled_from(around_bounds(machine)[name])
    return st.one_of(some, some, some, st.none())


@st.composite
def tables(draw: st.DrawFn, data: st.SearchStrategy[Plain]) -> tuple[Procedure, pl.DataFrame, list[int]]:
    """A procedure, a table of candidates with what the steps record of them, and the cohort of each."""
    procedure = load(draw(data))
    machine = procedure.machine
    names = sorted(machine.declared_facts | {name for step in machine.steps.values() for name in step.records})
    cohort = sorted(draw(st.lists(st.integers(0, 3), min_size=1, max_size=12)))
    people = [{name: draw(values(machine, name)) for name in names} for _ in cohort]
    columns = {
        name: pl.Series(
            [None if person[name] is None else machine.declared.encode(name, person[name]) for person in people],
            dtype=dtype_of(machine.declared.facts[name].kind),
        )
        for name in names
    }
    return procedure, pl.DataFrame(columns), cohort


def agrees(cohorts: Cohorts, cohort: int) -> None:
    """A cohort stands where `run` ends with its events, and every answer is the same."""
    selection = Selection(cohorts.machine)
    refused = [answer for event in cohorts.events(cohort) if isinstance(answer := selection.handle(event), Refused)]
    for row in np.flatnonzero(cohorts.cases.cohort == cohort).tolist():
        case = selection.find(str(row))
        assert cohorts.states[row] == (case.state if case else None)
        if case is not None:
            assert cohorts.known_facts(row) == selection.cohort.known_facts(case.facts)
            assert cohorts.kinds[row] == selection.kind(case)
    assert all(answer.code in WORDS for answer in refused)


def road(machine: Machine, draw: st.DrawFn) -> WalkthroughOptions:
    facts = {
        name: {fact.partition(".")[2]: draw(st.sampled_from([1, 2, 3, 4])) for fact in step.closing}
        for name, step in machine.steps.items()
    }
    return WalkthroughOptions(draw(st.sampled_from(["jury", "jury", "x"])), draw(st.integers(0, 3)), facts)


@law(tables(definitions()), st.data())
def test_every_cohort_of_a_road_stands_where_run_ends(
    drawn: tuple[Procedure, pl.DataFrame, list[int]], data: st.DataObject
) -> None:
    procedure, table, cohort = drawn
    cohorts = Cohorts(procedure, table, cohort)
    play(cohorts, road(procedure.machine, data.draw))
    for number in set(cohort):
        agrees(cohorts, number)


@law(tables(cutting()), st.data())
def test_every_cohort_is_ranked_by_itself(
    drawn: tuple[Procedure, pl.DataFrame, list[int]], data: st.DataObject
) -> None:
    procedure, table, cohort = drawn
    together = Cohorts(procedure, table, cohort)
    rounds = play(together, gone := road(procedure.machine, data.draw))
    for number in set(cohort):
        agrees(together, number)
        rows = [row for row, its in enumerate(cohort) if its == number]
        alone = Cohorts(procedure, table[rows], names=[str(row) for row in rows])
        # A road with which one cohort cannot go on ends for all; alone it may go further.
        if [(each.step, each.is_closed) for each in play(alone, gone)] == [
            (each.step, each.is_closed) for each in rounds
        ]:
            assert alone.states.to_list() == together.states[rows].to_list()


COORDINATOR = load_file(KORTRIJK / "coordinator-ontmoetingscentra.yaml")


def coordinators(size: int, **columns: list[Any]) -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "candidate_type": ["external"] * size,
            "diploma_level": ["B"] * size,
            "leadership_experience": [24 + number for number in range(size)],
            **columns,
        }
    )
    encoded = encode(frame, COORDINATOR.machine.declared)
    assert encoded.bad == ()
    return encoded.table


def test_a_road_goes_as_far_as_the_table_does() -> None:
    cohorts = Cohorts(COORDINATOR, coordinators(3))
    rounds = play(cohorts)
    # Three are admitted, so the prescreening is not held; all have the diploma; of the interviews nothing is known.
    assert [(each.step, each.taken_count, each.is_closed) for each in rounds] == [
        ("screening", 3, True),
        ("capacity_test", 0, True),
    ]
    assert cohorts.states.to_list() == ["tested"] * 3


def test_a_cohort_with_scores_gives_the_ranked_list() -> None:
    scores = [50.0, 80.0, 80.0, *range(60, 74)]
    cohorts = Cohorts(COORDINATOR, coordinators(17, **{"prescreening.score": scores}))
    play(cohorts)
    table = cohorts.table()
    assert cohorts.decisions.held["prescreening"].tolist() == [True]
    best = table.sort("prescreening.rank").select("prescreening.rank", "prescreening.kept", "state").rows()
    assert best[:3] == [(1, True, "tested"), (1, True, "tested"), (3, True, "tested")]
    assert best[-3:] == [(15, True, "tested"), (16, False, "rejected"), (17, False, "rejected")]


def test_whoever_has_no_result_in_time_lapses_and_whoever_stays_holds_up_the_closing() -> None:
    table = coordinators(2, **{"capacity_test.passed": [True, None], "speed_interview.passed": [True, None]})
    table = table.with_columns(diploma_level=pl.Series([2, 2], dtype=pl.Int32))
    cohorts = Cohorts(COORDINATOR, table)
    assert [each.step for each in play(cohorts)] == ["screening", "capacity_test", "speed_interview"]
    assert cohorts.states.to_list() == ["interviewed", "rejected"]
    assert cohorts.table()["capacity_test"].to_list() == ["passed", "lapsed"]


AGAIN = """
procedure: example/again
title: Again
steps:
  exam: {from: applied, to: reserve, otherwise: waiting, records: {score: {kind: number, from: 0, to: 100, step: 1}},
    keeps: {best: 1, by: score}}
  second: {from: waiting, to: applied}
reserve: {state: reserve}
"""


def test_whoever_comes_after_the_closing_is_ranked_in_the_own_cohort() -> None:
    cohorts = Cohorts(loads(AGAIN), pl.DataFrame({"exam.score": [90, 50, 40, 30]}), [0, 0, 1, 1])
    for day, (name, how) in enumerate(
        [
            ("apply", {}),
            ("exam", {}),
            ("close", {}),
            ("second", {"rows": [3]}),
            ("exam", {"rows": [3], "facts": pl.DataFrame({"exam.score": [0, 0, 0, 45]})}),
        ],
        start=1,
    ):
        when: Any = {"at": f"2026-01-0{day}T09:00:00+01:00", "by": "jury", **how}
        match name:
            case "apply":
                cohorts.apply(**when)
            case "close":
                assert cohorts.close("exam", **when).tolist() == [TAKEN, TAKEN]
            case _:
                cohorts.record(name, **when)
    assert cohorts.table()["exam.rank"].to_list() == [1, 2, 1, 1]
    assert cohorts.states.to_list() == ["reserve", "waiting", "reserve", "reserve"]
    for number in range(2):
        agrees(cohorts, number)


def test_a_procedure_has_as_many_states_as_a_small_number_tells_apart() -> None:
    def long(states: int) -> Procedure:
        few = load({"procedure": "example/long", "title": "Long", "steps": {"go": {"from": "applied", "to": "s0"}}})
        count = states - len(few.machine.states)
        steps = {f"to{n}": {"from": "applied" if n == 0 else f"s{n - 1}", "to": f"s{n}"} for n in range(count + 1)}
        return load({"procedure": "example/long", "title": "Long", "steps": steps})

    cohorts = Cohorts(long(127), pl.DataFrame({"": [0]}))
    play(cohorts)
    assert len(cohorts.machine.states) == 127
    assert cohorts.states.to_list() == [[*cohorts.machine.steps.values()][-1].to]
    with pytest.raises(UsageError, match="has more than 127 states"):
        Cohorts(long(128), pl.DataFrame({"": [0]}))


def test_answers_are_told_row_by_row() -> None:
    cohorts = Cohorts(COORDINATOR, coordinators(3).with_columns(pl.Series("leadership_experience", [24, 23, None])))
    at = "2025-10-20T09:00:00+02:00"
    assert cohorts.record("screening", at=at).tolist() == [NO_EVENT] * 3
    assert cohorts.record("screening", at=at, rows=[0]).tolist()[0] != TAKEN
    cohorts.apply(at=at)
    told = [WORDS[code] for code in cohorts.record("screening", at="2025-10-27T09:00:00+01:00")]
    assert told == ["", "needs_person", "missing_facts"]
    told = [WORDS[code] for code in cohorts.close("screening", at="2025-10-27T10:00:00+01:00", by="hr")]
    assert told == ["undecided"]
    assert cohorts.states.to_list() == ["screened", "applied", "applied"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            lambda: Cohorts(COORDINATOR, pl.DataFrame({"leadership_experience": [1.0]})),
            "column of Float64, not of Int64",
        ),
        (lambda: Cohorts(COORDINATOR, coordinators(2), cohort=[1, 0]), "in ascending order from 0"),
        (
            lambda: Cohorts(COORDINATOR, coordinators(2)).record("junk", at="2025-10-20T09:00:00+02:00"),
            "no step `junk`",
        ),
        (lambda: Cohorts(COORDINATOR, coordinators(2)).apply(at="2025-10-20T09:00:00"), "carries no offset"),
        (lambda: Cohorts(COORDINATOR, coordinators(2)).apply(at=np.zeros(1, np.int64)), "one for each row"),
    ],
)
def test_wrong_usage_is_told(wrong: Any, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        wrong()


IN_ORDER = """
procedure: example/offers
title: Offers in order
facts: {origin: {kind: choice, of: [external, internal]}}
steps:
  exam:
    from: applied
    to: pool
    records: {score: {kind: number, from: 0, to: 10, step: 1}}
    pass_mark: 0
  offer: {from: pool, to: hired, otherwise: pool, in_order: true, records: {accepted: {kind: flag}}}
reserve:
  state: pool
  kinds: {recruitment: {origin: external}, promotion: {origin: internal}}
  ranked: {by: [exam.score]}
"""

OFFERS = [  # cohort, origin, score
    (0, "external", 5),
    (0, "external", 7),
    (0, "external", 7),  # equal: neither is before the other
    (0, "external", 9),
    (0, "internal", 1),  # the only one of its kind
    (1, "external", 2),  # the best of its cohort
]


def test_offers_go_in_order_within_a_kind_and_a_cohort() -> None:
    procedure = loads(IN_ORDER, "offers.yaml")
    table = pl.DataFrame(
        {"origin": [row[1] for row in OFFERS], "exam.score": [row[2] for row in OFFERS], "offer.accepted": [True] * 6}
    )
    encoded = encode(table, procedure.machine.declared).table
    cohorts = Cohorts(procedure, encoded, [row[0] for row in OFFERS])
    cohorts.apply(at="2026-01-05T09:00:00+01:00")
    cohorts.record("exam", at="2026-01-06T09:00:00+01:00", by="jury")
    best_first = np.flatnonzero(encoded["exam.score"].to_numpy() == 9)
    assert WORDS[cohorts.record("offer", at="2026-01-07T09:00:00+01:00", by="hr", rows=[0])[0]] == "not_next"
    assert WORDS[cohorts.record("offer", at="2026-01-07T09:00:00+01:00", by="hr", rows=[1])[1]] == "not_next"
    assert WORDS[cohorts.record("offer", at="2026-01-07T09:00:00+01:00", by="hr", rows=best_first)[3]] == ""
    codes = cohorts.record("offer", at="2026-01-08T09:00:00+01:00", by="hr")
    assert [WORDS[code] if code >= 0 else None for code in codes] == ["not_next", "", "", None, "", ""]
    for number in (0, 1):
        agrees(cohorts, number)
