# pyright: strict
"""What a service writes, as strict type checkers see it; nobody runs this file, `test_types` has it checked."""

from collections.abc import Mapping
from datetime import date
from typing import Literal, assert_never, assert_type

from procedures import (
    Case,
    Code,
    Event,
    Language,
    Machine,
    Move,
    Moved,
    MoveName,
    Procedure,
    Refused,
    Selection,
    StepFinding,
    StepResult,
    load,
    run,
)
from procedures.kernel.cases import GateDecision
from procedures.listeners import Listener
from procedures.live import CaseModel, LiveData, LiveMachine
from procedures.live.async_machine import AsyncLiveMachine
from procedures.records.events import EventLine, read_events
from rules import Finding, Problem, Truth, find
from rules.kinds import Plain

procedure = load("clerk.yaml")
assert_type(procedure, Procedure)
assert_type(procedure.machine, Machine)
assert_type(procedure.with_reading("missed_test", "stays"), Procedure)
selection = Selection(procedure)


languages: dict[str, Language] = {"ann": "nl"}


def answered(answer: Moved | Refused) -> str:
    """Both answers are told apart, and nothing else can come."""
    match answer:
        case Moved():
            assert_type(answer.moves, tuple[Move, ...])
            assert_type(answer.case, Case)
            return answer.case.state
        case Refused():
            assert_type(answer.code, Code)
            assert_type(answer.missing, tuple[str, ...])
            return answer.message("nl")
        case _:
            assert_never(answer)


def told(code: Code) -> str:
    """A code that is misspelt is a mistake of types; so is one that is forgotten."""
    match code:
        case "missing_facts" | "invalid_fact":
            return "facts"
        case "too_early" | "too_late" | "out_of_order":
            return "time"
        case "unknown_candidate" | "duplicate" | "unknown_event" | "wrong_state" | "already_closed":
            return "place"
        case "gate_undecided" | "not_next" | "needs_person" | "undecided" | "built_upon" | "conflict":
            return "others"
        case _:
            assert_never(code)


def moved(move: Move) -> bool:
    assert_type(move.kind, MoveName)
    assert_type(move.from_state, str | None)
    return move.kind in ("passed", "kept")


assert_type(selection.apply("ann", {"degree": True}, at="2027-01-10T09:00:00+01:00"), Moved | Refused)
assert_type(selection.record("ann", "test", {"score": 60}, at="2027-02-10T09:00:00+01:00", by="hr"), Moved | Refused)
assert_type(selection.close("test", at="2027-02-15T09:00:00+01:00", by="hr"), Moved | Refused)
assert_type(selection["ann"].history, tuple[Move, ...])
assert_type(selection.find("bob"), Case | None)
assert_type(selection.gates, Mapping[str, GateDecision])
assert_type(selection.expires, date | None)
assert_type(selection.facts("ann"), dict[str, Plain])
assert_type(selection.kind(selection["ann"]), str | None)

why = selection.explain("ann", "test")
assert_type(why, StepFinding)
assert_type(why.value, Truth)
assert_type(why.result, StepResult | None)
assert_type(why.exempt, Finding | None)
assert_type(why.outcomes, tuple[Finding, ...])
assert_type(why.reasons("nl"), str)
result: Literal["passed", "failed", "exempt", "not_held", "lapsed"] | None = why.result
assert_type(find(why.outcomes[0].rule, why.known).missing, tuple[str, ...])

lines = read_events("clerk.events.jsonl")
assert_type(lines, list[EventLine])
replayed, refused = run(procedure, [line.event for line in lines])
assert_type(replayed.events, list[Event])
assert_type(refused, list[Refused])


def heard(answer: Moved) -> None:
    print(answer.event.name)


listener: Listener = heard
selection.listen(listener)

machine = procedure.transitions_machine(selection)
assert_type(machine, LiveMachine)
model = CaseModel(machine, "bob")
assert_type(machine.record(model, "apply", {"degree": True}, at="2027-01-11T09:00:00+01:00"), Moved | Refused)
assert_type(model.state, str)
assert_type(model.answer, Moved | Refused | None)


def arrived(data: LiveData) -> None:
    assert_type(data.move, Move | None)
    assert_type(data.answer, Moved | Refused | None)


async def serve() -> None:
    awaited = AsyncLiveMachine(procedure)
    assert_type(
        await awaited.record(CaseModel(awaited, "eve"), "apply", at="2027-01-11T09:00:00+01:00"), Moved | Refused
    )


def first(problems: tuple[Problem, ...]) -> str:
    return problems[0].sentence
