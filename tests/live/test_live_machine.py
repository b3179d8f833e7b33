"""A live machine is a `transitions` machine to those who know one, and decides nothing by itself."""

import asyncio
import pickle
import sys
from copy import copy
from types import SimpleNamespace
from typing import Any

import pytest
import transitions
from attrs import define, field
from transitions.extensions.asyncio import AsyncMachine

from procedures import Moved, Procedure, Refused, Selection, loads
from procedures.kernel.step import step as stepping_step
from procedures.listeners import ListenersError
from procedures.live import NOT_APPLIED, CaseModel, LiveData
from procedures.live.async_machine import AsyncLiveMachine

TEXT = """
procedure: example/live
title: Clerk
facts: {level: {kind: level, of: [none, C, B]}, licence: {kind: flag}}
steps:
  screening: {from: applied, to: screened, passes: {level: {at_least: C}}}
  test:
    to: tested
    exempt: {licence: true}
    records: {passed: {kind: flag}}
    until: 2026-03-01
    lapses: rejected
  state: {to: reserve, records: {score: {kind: number, from: 0, to: 100}}, pass_mark: 60, keeps: {best: 1, by: score}}
reserve: {state: reserve, valid: 1 month}
"""
PROCEDURE = loads(TEXT)
DAYS = [f"2026-02-{day:02}T09:00:00+01:00" for day in range(1, 29)]
B = {"level": "B"}


def applied(machine: Any, **facts: object) -> CaseModel:
    model = CaseModel(machine, "c1")
    assert model.apply({**B, **facts}, at=DAYS[0])
    return model


def test_it_is_a_transitions_machine_with_the_states_and_triggers_of_the_procedure() -> None:
    machine = PROCEDURE.transitions_machine()
    assert isinstance(machine, transitions.Machine)
    assert list(machine.states) == [NOT_APPLIED, *PROCEDURE.machine.states]
    assert list(machine.events) == ["apply", "screening", "test", "state", "withdraw", "correct", "reopen", "advance"]
    assert machine.get_triggers(NOT_APPLIED) == ["apply"]
    assert machine.get_triggers("screened") == ["test", "withdraw", "correct", "reopen", "advance"]
    ends = {(arc.source, arc.dest) for arc in machine.get_transitions("test")}
    assert ends == {("screened", "tested"), ("screened", "rejected")}
    assert [arc.source for arc in machine.get_transitions("advance", dest="rejected")] == ["screened"]
    assert ("rejected", "tested") in {(arc.source, arc.dest) for arc in machine.get_transitions("reopen")}


def test_a_trigger_says_whether_the_event_was_taken_and_the_model_why_not() -> None:
    model = CaseModel(PROCEDURE.transitions_machine(), "c1")
    assert model.state == NOT_APPLIED
    assert model.apply(B, at=DAYS[0]) is True
    assert (model.state, model.is_applied(), model.is_screened()) == ("applied", True, False)
    assert model.test(at=DAYS[1]) is False
    assert isinstance(model.answer, Refused)
    assert (model.answer.code, model.state) == ("wrong_state", "applied")
    assert model.trigger("screening", at=DAYS[1], by="hr")
    assert isinstance(model.answer, Moved)
    assert model.test(at=DAYS[2]) is False
    assert isinstance(model.answer, Refused)
    assert model.answer.missing == ("licence",)
    with pytest.raises(AttributeError, match="offer"):
        model.trigger("offer", at=DAYS[2])
    with pytest.raises(AttributeError, match="offer"):
        model.offer(at=DAYS[2])


def test_a_wrong_state_raises_where_that_is_asked() -> None:
    machine = PROCEDURE.transitions_machine(ignore_invalid_triggers=False)
    model = applied(machine)
    with pytest.raises(transitions.MachineError, match="cannot be taken from state `applied`"):
        model.test(at=DAYS[1])
    model.screening(at=DAYS[1])
    assert model.test(at=DAYS[1]) is False


def test_what_may_happen_is_asked_of_the_state_or_of_stepping() -> None:
    model = applied(PROCEDURE.transitions_machine(), licence=False)
    assert model.may_screening()
    assert not model.may_test()
    model.screening(at=DAYS[1])
    assert model.may_test({"passed": True}, at=DAYS[2])
    assert not model.may_test({"passed": True}, at="2026-03-02T09:00:00+01:00")
    assert isinstance(model.answer, Moved), "asking is no event"
    assert model.state == "screened"


def test_callbacks_are_called_in_the_order_of_transitions() -> None:
    """One event, two moves: the exemption follows by itself and is told of as its own transition."""
    told: list[str] = []

    def note(name: str) -> Any:
        return lambda data: told.append(f"{name} {data.event.name} {data.state.name}")

    machine = PROCEDURE.transitions_machine(
        prepare_event=note("prepare_event"),
        before_state_change=note("before_state_change"),
        after_state_change=note("after_state_change"),
        finalize_event=note("finalize_event"),
    )
    model = applied(machine, licence=True)
    told.clear()
    machine.prepare_screening(note("prepare"))
    machine.before_screening(note("before"))
    machine.after_screening(note("after"))
    machine.on_exit_applied(note("exit"))
    machine.on_enter_screened(note("enter"))
    machine.on_exit_screened(note("exit"))
    machine.on_enter_tested(note("enter"))
    assert model.screening(at=DAYS[1], by="hr")
    assert told == [
        "prepare_event screening applied",
        "prepare screening applied",
        "before_state_change screening applied",
        "before screening applied",
        "exit screening applied",
        "enter screening screened",
        "after screening screened",
        "after_state_change screening screened",
        "before_state_change test screened",
        "exit test screened",
        "enter test tested",
        "after_state_change test tested",
        "finalize_event screening tested",
    ]


def test_a_model_has_the_triggers_of_its_machine_as_methods() -> None:
    machine = PROCEDURE.transitions_machine()
    model = CaseModel(machine, "c1")
    assert {
        *machine.events,
        *(f"is_{name}" for name in machine.states),
        *(f"may_{name}" for name in machine.events),
    } <= {*dir(model)}
    assert type(CaseModel(machine, "c2")) is type(model)
    assert type(CaseModel(PROCEDURE.transitions_machine(), "c3")) is not type(model)
    with pytest.raises(AttributeError, match="nothing_like_it"):
        model.nothing_like_it(at=DAYS[0])


def test_a_model_is_copied_with_its_case_and_pickled_with_its_machine() -> None:
    model = applied(PROCEDURE.transitions_machine())
    for other in (copy(model), pickle.loads(pickle.dumps(model))):
        assert isinstance(other, CaseModel)
        assert (other.candidate, other.state, other.case) == (model.candidate, model.state, model.case)
        assert other.may_withdraw()
    assert copy(model).machine is model.machine


@define(eq=False)
class Filed(CaseModel):
    """A model with a field that must be given."""

    dossier: str = field(kw_only=True)


class Row(CaseModel):
    """A model that is made of something else."""

    def __init__(self, *, row: dict[str, Any]) -> None:
        super().__init__(row["machine"], row["id"])


@pytest.mark.parametrize("made", [lambda m: Filed(m, "c1", dossier="7"), lambda m: Row(row={"machine": m, "id": "c1"})])
def test_a_model_of_a_subclass_is_copied_with_all_that_it_holds(made: Any) -> None:
    model = made(PROCEDURE.transitions_machine())
    assert model.apply(B, at=DAYS[0])
    for other in (copy(model), pickle.loads(pickle.dumps(model))):
        assert isinstance(other, Filed | Row)
        assert (other.state, other.answer) == (model.state, model.answer)
        assert getattr(other, "dossier", None) == getattr(model, "dossier", None)
        assert other.screening(at=DAYS[1], by="hr")
        assert model.state == "applied"


def test_a_step_may_be_called_as_a_question_would_be() -> None:
    steps = "{may_offer: {from: applied, to: one, passes: {all: []}}, offer: {to: two, passes: {all: []}}}"
    model = CaseModel(loads(f"procedure: t/x\ntitle: T\nsteps: {steps}").transitions_machine(), "c1")
    assert model.apply(at=DAYS[0])
    assert model.may_offer(at=DAYS[1])
    assert model.state == "one"


class Told(CaseModel):
    """A service's model with methods of its own."""

    def on_enter_screened(self, data: LiveData) -> None:
        assert data.move is not None
        self.heard = [(data.move.from_state, data.move.to_state, data.kwargs["by"])]

    def on_exit_applied(self, data: LiveData) -> None:
        assert self.state == "screened", "the model was put before anybody is told"


def test_methods_of_a_model_are_called_and_only_on_models_that_have_them() -> None:
    machine = PROCEDURE.transitions_machine()
    model = Told(machine, "c1")
    model.apply(B, at=DAYS[0])
    model.screening(at=DAYS[1], by="hr")
    assert model.heard == [("applied", "screened", "hr")]
    assert applied(machine).screening(at=DAYS[1])


def test_without_send_event_callbacks_take_what_the_trigger_took() -> None:
    heard: list[object] = []
    machine = PROCEDURE.transitions_machine(
        send_event=False, after_state_change=lambda facts, *, at, by, why: heard.append((facts, str(at), by, why))
    )
    applied(machine)
    assert heard == [(B, "2026-02-01T08:00:00+00:00", None, None)]


def test_the_objects_of_a_service_are_models_as_they_are() -> None:
    person = SimpleNamespace(number="c1")
    machine = PROCEDURE.transitions_machine(
        model_attribute="status", case_attribute="file", candidate_attribute="number", answer_attribute=None
    )
    answer = machine.record(person, "apply", B, at=DAYS[0])
    assert isinstance(answer, Moved)
    assert (person.status, person.file) == ("applied", answer.case)
    assert sorted(vars(person)) == ["file", "number", "status"]
    assert machine.events["screening"].trigger(person, at=DAYS[1])
    machine.add_model(person)
    assert person.is_status_screened()
    assert person.test({"passed": True, "licence": False}, at=DAYS[2])
    assert person.trigger("state", {"score": 70}, at=DAYS[3])
    assert person.status == "tested"
    assert person.file.pending == {"state"}
    assert person.may_withdraw()


def test_a_step_called_as_an_attribute_of_the_model_leaves_it_alone() -> None:
    machine = PROCEDURE.transitions_machine()
    model = applied(machine, licence=True)
    model.screening(at=DAYS[1])
    assert model.trigger("state", {"score": 70}, at=DAYS[2])
    assert model.state == "tested"


def test_names_of_a_definition_are_never_looked_up() -> None:
    """A step named as a module, and states named as its functions, import and call nothing."""
    text = """
procedure: example/names
title: Names
steps:
  antigravity: {from: applied, to: os, records: {passed: {kind: flag}}, otherwise: breakpoint}
  exit: {from: os, to: system}
states: {breakpoint: {unsuccessful: false}}
"""
    machine = loads(text).transitions_machine()
    person = SimpleNamespace(candidate="c1")
    machine.add_model(person)
    assert person.apply(at=DAYS[0])
    assert person.antigravity({"passed": True}, at=DAYS[0])
    assert person.trigger("exit", at=DAYS[0])
    assert person.state == "system"
    assert "antigravity" not in sys.modules


def test_nobody_can_add_a_way_beside_the_procedure() -> None:
    machine = PROCEDURE.transitions_machine()
    with pytest.raises(transitions.MachineError):
        machine.add_transition("promote", "applied", "reserve")
    with pytest.raises(transitions.MachineError):
        machine.add_states(["favourite"])
    model = applied(machine)
    machine.set_state("tested", model)
    assert not model.trigger("state", {"score": 70}, at=DAYS[1]), "the case decides, not what the attribute shows"


def test_what_is_due_for_one_model_lapses_when_time_is_said_to_have_come() -> None:
    machine = PROCEDURE.transitions_machine()
    entered: list[tuple[str, str]] = []
    machine.on_enter_rejected(lambda data: entered.append((data.event.name, data.move.kind)))
    model = applied(machine, licence=False)
    model.screening(at=DAYS[1])
    assert model.advance(at=DAYS[20])
    assert model.state == "screened"
    assert model.advance(at="2026-03-02T09:00:00+01:00")
    assert (model.state, entered) == ("rejected", [("advance", "lapsed")])


def test_no_data_is_made_where_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = PROCEDURE.transitions_machine()
    monkeypatch.setattr(machine, "data", None)
    assert applied(machine).screening(at=DAYS[1])


# -- what fails -------------------------------------------------------------------------------------------------


class MailError(Exception):
    pass


def fails(data: object) -> None:
    raise MailError("no mail today")


HOOKS = ["before_state_change", "after_state_change", "finalize_event"]


@pytest.mark.parametrize("hook", HOOKS)
def test_a_failing_callback_leaves_the_case_wholly_after(hook: str) -> None:
    heard: list[str] = []
    machine = PROCEDURE.transitions_machine(**{hook: [fails, lambda data: heard.append("told")]})
    model = CaseModel(machine, "c1")
    with pytest.raises(ListenersError) as failed:
        model.apply(B, at=DAYS[0])
    assert [type(error) for error in failed.value.exceptions] == [MailError]
    assert failed.value.answer == model.answer
    assert (model.state, heard) == ("applied", ["told"])
    assert model.case == stepping_step(PROCEDURE.machine, None, model.answer.event).case  # type: ignore[union-attr]


def test_a_failing_preparation_leaves_the_case_wholly_before() -> None:
    machine = PROCEDURE.transitions_machine(prepare_event=fails)
    model = CaseModel(machine, "c1")
    with pytest.raises(ListenersError, match="nothing happened") as failed:
        model.apply(B, at=DAYS[0])
    assert failed.value.answer is None
    assert (model.state, model.case, model.answer) == (NOT_APPLIED, None, None)


def test_an_event_that_was_not_decided_raises_even_so() -> None:
    machine = PROCEDURE.transitions_machine(prepare_event=fails, on_exception=lambda data: None)
    with pytest.raises(ListenersError):
        CaseModel(machine, "c1").apply(B, at=DAYS[0])


def test_on_exception_hears_of_failures_in_place_of_the_caller() -> None:
    heard: list[object] = []
    machine = PROCEDURE.transitions_machine(
        after_state_change=fails, on_exception=lambda data: heard.append(data.error)
    )
    assert applied(machine).state == "applied"
    assert isinstance(heard[0], ListenersError)


def test_failures_are_found_by_their_own_class() -> None:
    found: list[BaseException] = []
    try:
        applied(PROCEDURE.transitions_machine(after_state_change=fails))
    except* MailError as group:
        found += group.exceptions
    assert [str(error) for error in found] == ["no mail today"]


def test_a_callback_may_trigger_the_next_event() -> None:
    """It happens to the case as it is by then, alone and in a selection."""
    for selection in (None, Selection(PROCEDURE)):
        machine = PROCEDURE.transitions_machine(selection)
        machine.on_exit_applied(lambda data: data.model.trigger("test", {"passed": True, "licence": False}, at=DAYS[2]))
        model = applied(machine)
        assert model.screening(at=DAYS[1])
        assert model.state == "tested"
        assert selection is None or selection["c1"] == model.case


# -- in a selection ---------------------------------------------------------------------------------------------


def test_what_a_selection_moves_is_told_to_the_models() -> None:
    selection, models = Selection(PROCEDURE), {}
    machine = PROCEDURE.transitions_machine(selection, models)
    told: list[tuple[str, str]] = []
    machine.on_enter_reserve(lambda data: told.append((data.model.candidate, data.event.name)))
    machine.on_enter_rejected(lambda data: told.append((data.model.candidate, data.event.name)))
    for name, score in (("ann", 80), ("bob", 70), ("cas", 90)):
        models[name] = model = CaseModel(machine, name)
        model.apply({**B, "licence": True}, at=DAYS[0])
        model.screening(at=DAYS[1])
        model.trigger("state", {"score": score}, at=DAYS[2], by="jury")
    del models["cas"]
    for name in ("screening", "test", "state"):
        assert isinstance(selection.close(name, at=DAYS[5], by="hr"), Moved)
    assert {name: model.state for name, model in models.items()} == {"ann": "rejected", "bob": "rejected"}
    assert sorted(told) == [("ann", "state"), ("bob", "state")]
    assert selection["cas"].state == "reserve"
    assert len(selection.events) == 12


def test_a_listener_that_records_the_next_event_leaves_the_model_after_both() -> None:
    selection = Selection(PROCEDURE)

    def screen(answer: Moved) -> None:
        if answer.event.name == "apply":
            selection.record("c1", "screening", at=DAYS[1])

    selection.listen(screen)
    model = CaseModel(PROCEDURE.transitions_machine(selection, models := {}), "c1")
    models["c1"] = model
    assert model.apply({**B, "licence": True}, at=DAYS[0])
    assert (model.state, model.case) == ("tested", selection["c1"])


def test_each_move_is_told_once_though_a_listener_triggers_the_next_event() -> None:
    selection, models, told = Selection(PROCEDURE), {}, []

    def screen(answer: Moved) -> None:
        if answer.event.name == "apply":
            models["c1"].screening(at=DAYS[1])

    selection.listen(screen)
    machine = PROCEDURE.transitions_machine(selection, models, after_state_change=lambda data: told.append(data.move))
    models["c1"] = CaseModel(machine, "c1")
    assert models["c1"].apply({**B, "licence": True}, at=DAYS[0])
    assert sorted(move.kind for move in told) == ["applied", "exempt", "passed"]


def test_a_failing_listener_of_the_selection_does_not_part_it_from_the_model() -> None:
    selection = Selection(PROCEDURE, [fails])
    machine = PROCEDURE.transitions_machine(selection, after_state_change=fails)
    model = CaseModel(machine, "c1")
    with pytest.raises(ListenersError) as failed:
        model.apply(B, at=DAYS[0])
    assert len(failed.value.exceptions) == 2
    assert model.case == selection["c1"]


# -- awaited ----------------------------------------------------------------------------------------------------


def test_the_asynchronous_machine_awaits_its_callbacks() -> None:
    told: list[str] = []

    async def later(data: LiveData) -> None:
        await asyncio.sleep(0)
        told.append(data.model.state)  # type: ignore[attr-defined]

    async def story(procedure: Procedure) -> None:
        machine = AsyncLiveMachine(procedure)
        assert isinstance(machine, AsyncMachine)
        machine.on_enter_screened(later)
        model = CaseModel(machine, "c1")
        assert await model.apply({**B, "licence": False}, at=DAYS[0])
        assert await model.may_screening()
        first, second = await asyncio.gather(model.screening(at=DAYS[1]), model.screening(at=DAYS[1]))
        assert (first, second) == (True, False), "two tasks cannot decide on the same state"
        machine.after_state_change = fails
        with pytest.raises(ListenersError):
            await model.trigger("test", {"passed": True}, at=DAYS[2])
        assert model.state == "tested"

    asyncio.run(story(PROCEDURE))
    assert told == ["screened"]
