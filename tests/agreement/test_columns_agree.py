"""What happens to a selection one event after another ends in columns where `run` ends, refusals and all."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import polars as pl
from attrs import evolve, frozen
from generated import Story, cutting, law, reserving, stories

from procedures import Event, Moved, Procedure, Refused, Selection, loads
from procedures.columns import TAKEN, WORDS, Cohorts
from procedures.kernel.machine import Machine
from procedures.selection import moment
from rules.columns import dtype_of

# What is about one person alone has no columns: corrections and reopenings, and extensions of the reserve.
ACTIONS = (
    *("march",) * 2,
    *("round",) * 8,
    *("single",) * 5,
    *("close",) * 3,
    *("advance",) * 3,
    "withdraw",
    "close_applications",
)


@frozen
class Call:
    """Events of one name that follow one another, of candidates in the order of their rows."""

    name: str
    by: str | None
    why: str | None
    events: tuple[Event, ...]


def in_columns(machine: Machine, events: Iterable[Event]) -> list[Event]:
    """The events as columns can have them: a step brings what it records and nothing else."""
    kept = []
    for event in events:
        step = machine.steps.get(event.name)
        own = {name: value for name, value in event.facts.items() if step and f"{step.name}.{name}" in step.records}
        kept.append(evolve(event, facts=own) if step else event)
    return kept


def calls(events: Sequence[Event], rows: dict[str, int]) -> Iterator[Call]:
    """Neighbouring events of one name and actor as one call, as long as their rows ascend."""
    waiting: list[Event] = []
    for event in events:
        fits = (
            waiting
            and event.candidate is not None
            and (event.name, event.by, event.why) == (waiting[-1].name, waiting[-1].by, waiting[-1].why)
            and rows[event.candidate] > rows[waiting[-1].candidate or ""]
        )
        if waiting and not fits:
            yield Call(waiting[0].name, waiting[0].by, waiting[0].why, tuple(waiting))
            waiting = []
        waiting.append(event)
    if waiting:
        yield Call(waiting[0].name, waiting[0].by, waiting[0].why, tuple(waiting))


def table(machine: Machine, facts: dict[int, dict[str, object]], names: Iterable[str], size: int) -> pl.DataFrame:
    """Facts of some rows as an encoded table."""
    columns = {
        name: pl.Series(
            [
                machine.declared.encode(name, facts[row][name]) if name in facts.get(row, {}) else None
                for row in range(size)
            ],
            dtype=dtype_of(machine.declared.facts[name].kind),
        )
        for name in names
    }
    return pl.DataFrame({"who": range(size), **columns})


def played(procedure: Procedure, events: Sequence[Event]) -> tuple[Cohorts, list[str], list[str]]:
    """The events called in columns: the cohorts, the candidates by their rows, and a code for each event."""
    machine = procedure.machine
    names = list(dict.fromkeys(event.candidate for event in events if event.candidate is not None))
    rows = {name: row for row, name in enumerate(names)}
    applied = {
        rows[event.candidate]: dict(event.facts) for event in events if event.name == "apply" and event.candidate
    }
    cohorts = Cohorts(procedure, table(machine, applied, sorted(machine.declared_facts), len(names)), names=names)
    codes = []
    for call in calls(events, rows):
        first = call.events[0]
        if call.name == "advance":
            cohorts.advance(at=first.at)
            codes.append("")
        elif call.name == "close":
            answers = cohorts.close(first.step or "", at=first.at, by=first.by, facts=first.facts, seed=first.seed)
            codes.append(WORDS[answers[0]])
        else:
            its = [rows[event.candidate or ""] for event in call.events]
            at = np.zeros(len(names), np.int64)
            at[its] = [event.at for event in call.events]
            if call.name == "apply":
                answers = cohorts.apply(at=at, by=call.by, rows=its)
            elif call.name == "withdraw":
                answers = cohorts.withdraw(its, at=at, by=call.by)
            else:
                step = machine.steps[call.name]
                full = {
                    row: {f"{step.name}.{name}": value for name, value in event.facts.items()}
                    for row, event in zip(its, call.events, strict=True)
                }
                facts = table(machine, full, sorted(step.records), len(names))
                answers = cohorts.record(call.name, at=at, by=call.by, why=call.why, facts=facts, rows=its)
            codes += [WORDS[code] for code in answers[its]]
    return cohorts, names, codes


def agree(procedure: Procedure, story: Iterable[Event]) -> None:
    events = in_columns(procedure.machine, story)
    reference = Selection(procedure)
    answers = [reference.handle(event) for event in events]
    cohorts, names, codes = played(procedure, events)
    assert codes == [answer.code if isinstance(answer, Refused) else "" for answer in answers]
    assert [name for name in names if name in reference] == list(reference)
    for row, name in enumerate(names):
        case = reference.find(name)
        assert cohorts.states[row] == (case.state if case else None)
        if case is not None:
            assert cohorts.known_facts(row) == reference.cohort.known_facts(case.facts)
            heard = cohorts.cases.last_moments(np.array([row]))[0]
            assert (heard, cohorts.cases.entered[row]) == (case.at, case.entered)
            assert cohorts.kinds[row] == reference.kind(case)
            assert {name for name, rows in cohorts.cases.waiting_rows.items() if row in rows} == set(case.pending)
    gates = {name: (gate.held, gate.count or 0, gate.at) for name, gate in reference.gates.items()}
    decisions = cohorts.decisions
    assert gates == {
        name: (bool(decisions.held[name][0]), int(decisions.counts[name][0]), int(at[0]))
        for name, at in decisions.gate_decided_at.items()
        if name in gates or at[0] != np.iinfo(np.int64).max
    }
    assert decisions.ends[0] == (reference.cohort.ends or np.iinfo(np.int64).max)
    assert any(isinstance(answer, Moved) for answer in answers) or TAKEN not in codes


LATE = """
procedure: example/late
title: Late
facts: {side: {kind: choice, of: [left, right]}}
steps:
  sorting: {from: applied, outcomes: [{when: {side: left}, to: here}, {to: there}]}
  talk: {from: there, to: done, closing: {free: {kind: flag}}}
  test: {from: here, to: reserve, exempt: {talk.free: true}, records: {passed: {kind: flag}}}
reserve: {state: reserve}
"""


def test_whoever_is_moved_at_an_earlier_moment_was_heard_of_later() -> None:
    """A closing elsewhere, dated earlier, exempts somebody who has come so far since."""
    later, earlier = "2026-01-10T09:00:00+01:00", "2026-01-05T09:00:00+01:00"
    agree(
        loads(LATE),
        [
            Event("apply", moment("2026-01-01T09:00:00+01:00"), "c1", {"side": "left"}),
            Event("sorting", moment(later), "c1", by="x"),
            Event("close", moment(earlier), step="talk", by="x", facts={"free": True}),
            Event("withdraw", moment("2026-01-07T09:00:00+01:00"), "c1"),
        ],
    )


REFUSED = """
procedure: example/refused
title: Refused
timezone: Europe/Brussels
steps:
  sorting: {from: applied, to: sorted}
  exam: {from: sorted, to: reserve, records: {score: {kind: number, from: 0, to: 100}}, keeps: {best: 1, by: score}}
  offer: {from: sorted, to: reserve, until: 2026-01-08, lapses: late, records: {accepted: {kind: flag}}}
reserve: {state: reserve}
"""


def test_a_result_waits_again_when_the_closing_before_which_it_lapsed_is_refused() -> None:
    """The closing comes after the window of the offer, and is undecided because of somebody who is not sorted yet."""
    at = [moment(f"2026-01-{day:02}T09:00:00+01:00") for day in range(1, 20)]
    agree(
        loads(REFUSED),
        [
            *(Event("apply", at[0], name, by="x") for name in ("c1", "c2")),
            Event("sorting", at[1], "c1", by="x"),
            Event("exam", at[2], "c1", {"score": 60}, by="x"),
            Event("close", at[9], step="exam", by="x"),
        ],
    )


@law(stories(actions=ACTIONS))
def test_stories_end_in_columns_where_run_ends(story: Story) -> None:
    agree(story.procedure, story.events)


@law(stories(cutting(), actions=ACTIONS, candidates=(4, 8)))
def test_cuts_and_additions_end_in_columns_where_run_ends(story: Story) -> None:
    agree(story.procedure, story.events)


@law(stories(reserving(), actions=ACTIONS, most=16))
def test_reserves_and_offers_in_order_end_in_columns_where_run_ends(story: Story) -> None:
    agree(story.procedure, story.events)
