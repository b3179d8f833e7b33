"""The shared base of the live machines: recording an event, except the calls of callbacks.

The kernel's `step` (or a selection, which uses `step`) decides an event. The models get their new states, and only
then callbacks are called: a failing callback leaves no case between two states.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from attrs import define
from transitions import core

from procedures.errors import UsageError
from procedures.kernel.cases import Case, Cohort, Event, Move, Moved, Refused
from procedures.kernel.cohort.closings import advance
from procedures.kernel.machine import Machine
from procedures.kernel.step import EMPTY_COHORT, step
from procedures.listeners import ListenersError
from procedures.live.transition_table import Calls, LiveTable, Row, call_each
from procedures.selection import HasMachine, MomentInput, Selection, moment

PlacedModels: TypeAlias = Sequence[tuple[object, list[tuple[Move, Row]]]]
"""Updated models, each with the moves for which there are callbacks."""


@define
class Decision:
    """A decided event: its answer, errors of listeners meanwhile, and the updated models with their moves."""

    answer: Moved | Refused
    failed: Sequence[Exception]
    placed_models: PlacedModels


class LiveBase(LiveTable):
    """
    A machine whose transitions show the decisions of the kernel.

    A model is any object that accepts attributes: a CaseModel, or an object of the service. The machine reads its
    `candidate`, and reads and writes its `case`. `state` is the name of the state, and `answer` the answer to the last
    event (no answer is stored when `answer_attribute` is None). `options` are those of `transitions.Machine`:
    callbacks, `model_attribute`, `send_event` (True here). A refused event raises nothing, unless
    `ignore_invalid_triggers` is False: then a wrong state raises MachineError.

    With a `selection`, the selection decides and keeps the events, and every move of a case updates the model of its
    candidate in `models`. Without a selection each model is decided alone, with the `cohort` that the service sets.
    """

    def __init__(
        self,
        procedure: HasMachine | Machine,
        selection: Selection | None = None,
        models: Mapping[str, object] | None = None,
        *,
        case_attribute: str = "case",
        candidate_attribute: str = "candidate",
        answer_attribute: str | None = "answer",
        send_event: bool = True,
        **options: Any,
    ) -> None:
        compiled = procedure if isinstance(procedure, Machine) else procedure.machine
        super().__init__(compiled, case_attribute, candidate_attribute, answer_attribute, send_event, **options)
        self.selection = selection
        self.tracked_models: Mapping[str, object] = {} if models is None else models
        self._cohort = EMPTY_COHORT
        self._current_event: Event | None = None

    @property
    def cohort(self) -> Cohort:
        """The decisions of closings: those of the selection, or those that the service set."""
        return self._cohort if self.selection is None else self.selection.cohort

    @cohort.setter
    def cohort(self, cohort: Cohort) -> None:
        if self.selection is not None:
            raise UsageError("what closings decided is for the selection to say")
        self._cohort = cohort

    def event(
        self,
        model: object,
        name: str,
        facts: Mapping[str, object] | None = None,
        *,
        at: MomentInput,
        by: str | None = None,
        why: str | None = None,
    ) -> Event:
        """The event of this name for the candidate of a model; an `advance` has no candidate."""
        return self._make_event(model, self.case_of(model), name, facts, at, by, why)

    def _make_event(
        self,
        model: object,
        case: Case | None,
        name: str,
        facts: Mapping[str, object] | None,
        at: MomentInput,
        by: str | None,
        why: str | None,
    ) -> Event:
        candidate = None if name == "advance" else self._candidate(model, case)
        return Event(name, moment(at), candidate, facts or {}, by, why)

    def may(self, model: object, trigger: str, *args: Any, **kwargs: Any) -> bool:
        """Whether an event would be accepted at its moment; without `at`, whether the state has the trigger."""
        if trigger not in self.get_triggers(self.get_model_state(model)):
            return False
        if "at" not in kwargs or trigger == "advance":
            return True
        event = self.event(model, trigger, *args, **kwargs)
        return isinstance(step(self.compiled, self.case_of(model), event, self.cohort), Moved)

    def case_of(self, model: object) -> Case | None:
        """The case of a model, or of its candidate in the selection when there is one; None before the application."""
        if self.selection is None:
            case: Case | None = getattr(model, self.case_attribute, None)
            return case
        return self.selection.find(self._candidate(model, None))

    def _candidate(self, model: object, case: Case | None) -> str:
        candidate: str = getattr(model, self.candidate_attribute) if case is None else case.candidate
        return candidate

    def _take_event(self, model: object, event: Event) -> Calls[Moved | Refused]:
        """Prepare, decide, update the models, run callbacks: the order for every event.

        Nothing is awaited between the decision and the update, and the update comes before the callbacks. So no event
        of a callback or of another task is lost.
        """
        if prepare := self.find_prepare_callbacks(event, self.case_of(model)):
            failed = yield from call_each(prepare, self.data(model, event))
            if failed:
                return (yield from self._finish(model, event, None, failed))
        decision = self._decide(model, self.case_of(model), event)
        return (yield from self._notify(model, event, decision))

    def _notify(self, model: object, event: Event, decision: Decision) -> Calls[Moved | Refused]:
        """Run the callbacks of a decided event, and report the errors."""
        failed = [*decision.failed]
        for its_model, moves in decision.placed_models:
            failed += yield from self.run_move_callbacks(its_model, decision.answer, moves)
        return (yield from self._finish(model, event, decision.answer, failed))

    def _finish(
        self, model: object, event: Event, answer: Moved | Refused | None, failed: list[Exception]
    ) -> Calls[Moved | Refused]:
        """Finish an event, accepted or refused; `failed` are the errors of callbacks."""
        if self._finalize_event:
            failed += yield from call_each(self.finalize_event, self.data(model, event, answer))
        if failed:
            error = ListenersError(answer, failed)
            data = self.data(model, event, answer)
            data.error = error
            failed = yield from call_each(self.on_exception, data)
            if answer is None or failed or not self.on_exception:
                raise error
        assert answer is not None
        return self._check_answer(answer)

    def _check_answer(self, answer: Moved | Refused) -> Moved | Refused:
        """The answer; raises MachineError for a wrong state when the options ask for it."""
        if self.ignore_invalid_triggers is False and isinstance(answer, Refused) and answer.code == "wrong_state":
            raise core.MachineError(answer.message())
        return answer

    def _follow_answer(self, answer: Moved | Refused) -> Calls[None]:
        """Update the models in an answer of the selection and run callbacks, unless this machine recorded the event."""
        failed: list[Exception] = []
        if isinstance(answer, Moved) and answer.event is not self._current_event:
            for model, moves in self._place_models(answer, None):
                failed += yield from self.run_move_callbacks(model, answer, moves)
        if failed:
            raise ListenersError(answer, failed)

    def _decide(self, model: object, case: Case | None, event: Event) -> Decision:
        """Decide an event and update the models, without callbacks."""
        own = self._candidate(model, case)
        if event.candidate is not None and event.candidate != own:
            raise UsageError(f"the model is of `{own}`, the event of `{event.candidate}`")
        failed: Sequence[Exception] = ()
        answer: Moved | Refused
        if self.selection is not None:
            answer, failed = self._record_in_selection(self.selection, event)
        elif event.name == "advance":
            cases = {} if case is None else {own: case}
            decided = advance(self.compiled, cases, self._cohort, event.at)
            answer = Moved(event, decided.moves(cases), tuple(decided.cases.values()))
        else:
            answer = step(self.compiled, case, event, self._cohort)
        if self.answer_attribute is not None:
            setattr(model, self.answer_attribute, answer)
        return Decision(answer, failed, () if isinstance(answer, Refused) else self._place_models(answer, model, own))

    def _record_in_selection(self, selection: Selection, event: Event) -> tuple[Moved | Refused, list[Exception]]:
        """Record an event in the selection; `follow` ignores this event meanwhile."""
        outer, self._current_event = self._current_event, event
        try:
            return selection.handle(event), []
        except ListenersError as error:
            if error.answer is None:
                raise  # never: the selection calls listeners after an answer
            return error.answer, [*error.exceptions]
        finally:
            self._current_event = outer

    def _place_models(self, answer: Moved, model: object, own: str | None = None) -> PlacedModels:
        """Update all models of an answer, before any callback; return the models with moves that have callbacks."""
        put = []
        alone = len(answer.cases) == 1
        for case in answer.cases:
            name = case.candidate
            its_model = model if name == own else self.tracked_models.get(name)
            if its_model is not None:
                # A listener of the selection may have recorded the next event already.
                now = case if self.selection is None else self.selection[name]
                setattr(its_model, self.model_attribute, now.state)
                setattr(its_model, self.case_attribute, now)
                moves = answer.moves if alone else [move for move in answer.moves if move.candidate == name]
                if observed_moves := self.find_observed_moves(its_model, moves):
                    put.append((its_model, observed_moves))
        return put
