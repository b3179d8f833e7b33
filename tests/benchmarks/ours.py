"""The library on the road: live, as a replay, and asked for reasons."""

from candidate_path import CLOSED, EARLY, EVENTS, LATER, MACHINE, PROCEDURE, closed_cohort
from measurement import Job

from procedures import Event, Selection, run
from procedures.live import CaseModel
from procedures.selection import moment


def live(cases: int) -> Job:
    """Models of a live machine, each event a trigger on a model; the history is kept in its case."""
    machine = PROCEDURE.transitions_machine()
    models = [CaseModel(machine, f"c{number}") for number in range(cases)]
    cohort = closed_cohort()

    def play() -> None:
        for model in models:
            for name, facts, at, by in EARLY:
                getattr(model, name)(facts, at=at, by=by)
        machine.cohort = cohort
        for model in models:
            for name, facts, at, by in LATER:
                getattr(model, name)(facts, at=at, by=by)

    return Job(cases * len(EVENTS), play, lambda: {model.state for model in models})


def events(cases: int) -> list[Event]:
    """The history of a selection in which everybody goes the whole road."""
    names = [f"c{number}" for number in range(max(cases, 16))]
    early = [Event(name, moment(at), who, facts, by) for who in names for name, facts, at, by in EARLY]
    later = [Event(name, moment(at), who, facts, by) for who in names for name, facts, at, by in LATER]
    return [*early, Event("close", moment(CLOSED), step="screening", by="hr"), *later]


def replay(cases: int) -> Job:
    """The fold of a history that lies in memory."""
    history = events(cases)
    found: list[Selection] = []

    def play() -> None:
        selection, refused = run(PROCEDURE, history)
        assert not refused
        found.append(selection)

    return Job(len(history), play, lambda: {found[0][name].state for name in found[0]})


def findings(cases: int) -> Job:
    """Why the screening went as it did, with the whole tree, for so many candidates."""
    selection, _ = run(PROCEDURE, events(16))
    names = list(selection)

    def play() -> None:
        for number in range(cases):
            selection.explain(names[number % 16], "screening")

    finding = selection.explain(names[0], "screening")
    assert finding.outcomes[0].parts
    assert finding.to in MACHINE.states
    return Job(cases, play, lambda: {selection[name].state for name in names})
