"""Live cases end where `run` ends, by the same moves, whoever decides and whoever is told."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from generated import Story, law, stories

from procedures import Event, Move, Moved, Procedure, Refused, Selection, load, run
from procedures.kernel.arcs import arc_of_move, arcs
from procedures.kernel.cases import is_selection_event
from procedures.live import CaseModel, LiveData
from procedures.live.async_machine import AsyncLiveMachine
from procedures.records.events import read_events

ROOT = Path(__file__).parents[2]
SHIPPED = {
    "coordinator-ontmoetingscentra": "coordinator",
    "communicatiemedewerker-wsw": "communicatiemedewerker",
    "maatschappelijk-werker-tijdelijk": "maatschappelijk-werker",
}
Answers = list[Moved | Refused]
Played = tuple[dict[str, CaseModel], Answers, list[Move]]


def in_a_selection(procedure: Procedure, events: Iterable[Event]) -> Played:
    """The selection decides, the machine asks it and hears of its closings."""
    models: dict[str, CaseModel] = {}
    told: list[Move] = []
    selection = Selection(procedure)
    machine = procedure.transitions_machine(selection, models, after_state_change=lambda data: told.append(data.move))
    answers = []
    for event in events:
        if is_selection_event(event):
            answers.append(selection.handle(event))
        else:
            name = event.candidate or ""
            answers.append(machine.handle(models.setdefault(name, CaseModel(machine, name)), event))
    return models, answers, told


def alone(procedure: Procedure, events: Iterable[Event]) -> Played:
    """Each model is decided by itself; a selection elsewhere closes, and its answers are followed."""
    models: dict[str, CaseModel] = {}
    told: list[Move] = []
    elsewhere = Selection(procedure)
    machine = procedure.transitions_machine(None, models, after_state_change=lambda data: told.append(data.move))
    answers: Answers = []
    for event in events:
        machine.cohort = elsewhere.cohort
        if is_selection_event(event):
            answers.append(elsewhere.handle(event))
            machine.follow(answers[-1])
        else:
            name = event.candidate or ""
            answers.append(machine.handle(models.setdefault(name, CaseModel(machine, name)), event))
            elsewhere.handle(event)
    return models, answers, told


def awaited(procedure: Procedure, events: Iterable[Event]) -> Played:
    """As in a selection, with an asynchronous machine."""
    models: dict[str, CaseModel] = {}
    told: list[Move] = []

    async def hear(data: LiveData) -> None:
        await asyncio.sleep(0)
        assert data.move is not None
        told.append(data.move)

    async def play() -> Answers:
        selection = Selection(procedure)
        machine = AsyncLiveMachine(procedure, selection, models, after_state_change=hear)
        answers: Answers = []
        for event in events:
            if is_selection_event(event):
                answers.append(selection.handle(event))
                await machine.follow(answers[-1])
            else:
                name = event.candidate or ""
                answers.append(await machine.handle(models.setdefault(name, CaseModel(machine, name)), event))
        return answers

    return models, asyncio.run(play()), told


ENGINES = [in_a_selection, alone, awaited]


def agree(engine: Callable[[Procedure, Iterable[Event]], Played], procedure: Procedure, events: list[Event]) -> None:
    reference = Selection(procedure)
    expected = [reference.handle(event) for event in events]
    models, answers, told = engine(procedure, events)
    assert answers == expected
    assert {name: model.case for name, model in models.items() if model.case} == {n: reference[n] for n in reference}
    assert all(model.case is None or model.state == model.case.state for model in models.values())
    moves = [move for answer in expected if isinstance(answer, Moved) for move in answer.moves]
    by = [[move for move in each if move.candidate == name] for name in reference for each in (told, moves)]
    assert by[::2] == by[1::2]
    assert len(told) == len(moves)


@law(stories())
def test_generated_stories_end_live_where_run_ends(story: Story) -> None:
    for engine in ENGINES:
        agree(engine, story.procedure, [*story.events])


@law(stories())
def test_every_move_goes_along_an_arc(story: Story) -> None:
    selection, _ = run(story.procedure, story.events)
    known = {(arc.event, arc.origin, arc.to) for arc in arcs(story.procedure.machine)}
    assert {arc_of_move(move) for name in selection for move in selection[name].history} <= known


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_examples_end_live_where_run_ends(
    name: str, engine: Callable[[Procedure, Iterable[Event]], Played]
) -> None:
    procedure = load(ROOT / "definitions" / "kortrijk" / f"{name}.yaml")
    lines = read_events(ROOT / "docs" / "examples" / f"{SHIPPED[name]}.events.jsonl")
    agree(engine, procedure, [line.event for line in lines])
