"""What the live machines share: how an event is taken, without the calling of callbacks.

An event goes to `stepping` (or to a selection, which asks there), the models are put where the answer says, and only
then is anybody told: no failing callback leaves a case between two states.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from attrs import define
from transitions import core

from procedures.errors import UsageError
from procedures.kernel.cases import Case, Cohort, Event, Move, Moved, Refused
from procedures.kernel.cohort.closings import advance
from procedures.kernel.machine import Machine
from procedures.kernel.step import OPEN, step
from procedures.listeners import ListenersError
from procedures.live.transition_table import Calls, LiveTable, Row, call_each
from procedures.selection import Compiled, Selection, When, moment

Put: TypeAlias = Sequence[tuple[object, list[tuple[Move, Row]]]]
"""Models that were put somewhere, each with the moves of which somebody is to be told."""


@define
class Taken:
    """An event that was decided, the models put where it led: what failed meanwhile, and whom to tell of what."""

    answer: Moved | Refused
    failed: Sequence[Exception]
    put: Put


class LiveBase(LiveTable):
    """
    A machine whose transitions show what stepping decides.

    A model is any object that takes attributes: a CaseModel, or one of the service's own. On it the machine reads
    `candidate`, and reads and writes `case`; `state` shows the name of the state, and `answer` what became of the last
    event (None for `answer_attribute` leaves that out). `options` are those of `transitions.Machine`: callbacks,
    `model_attribute`, `send_event` (True here). A refused event raises nothing, unless `ignore_invalid_triggers` is
    False: then a wrong state is a MachineError.

    With a `selection`, that one decides and keeps the events, and whatever moves a case there moves its model among
    `models`. Without one each model is decided on its own, within the `cohort` that the service sets.
    """

    def __init__(
        self,
        procedure: Compiled | Machine,
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
        self.followed: Mapping[str, object] = {} if models is None else models
        self._cohort = OPEN
        self._own: Event | None = None

    @property
    def cohort(self) -> Cohort:
        """What closings have decided: in the selection, or as the service set it."""
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
        at: When,
        by: str | None = None,
        why: str | None = None,
    ) -> Event:
        """The event of that name for the candidate of a model; an `advance` is for nobody in particular."""
        return self._event(model, self.case_of(model), name, facts, at, by, why)

    def _event(
        self,
        model: object,
        case: Case | None,
        name: str,
        facts: Mapping[str, object] | None,
        at: When,
        by: str | None,
        why: str | None,
    ) -> Event:
        candidate = None if name == "advance" else self._candidate(model, case)
        return Event(name, moment(at), candidate, facts or {}, by, why)

    def may(self, model: object, trigger: str, *args: Any, **kwargs: Any) -> bool:
        """Whether an event would be taken, at its moment; without `at`, whether the state admits it at all."""
        if trigger not in self.get_triggers(self.get_model_state(model)):
            return False
        if "at" not in kwargs or trigger == "advance":
            return True
        event = self.event(model, trigger, *args, **kwargs)
        return isinstance(step(self.compiled, self.case_of(model), event, self.cohort), Moved)

    def case_of(self, model: object) -> Case | None:
        """The case of a model, None before the application; of its candidate in the selection, where there is one."""
        if self.selection is None:
            case: Case | None = getattr(model, self.case_attribute, None)
            return case
        return self.selection.find(self._candidate(model, None))

    def _candidate(self, model: object, case: Case | None) -> str:
        candidate: str = getattr(model, self.candidate_attribute) if case is None else case.candidate
        return candidate

    def _taking(self, model: object, event: Event) -> Calls[Moved | Refused]:
        """Prepare, decide and put, tell: the order in which every event is taken. Nothing waits between the middle two.

        That, and that a moved case is put before anybody is told, is what keeps an event that a callback triggers,
        or another task, from being lost.
        """
        if prepare := self.preparing(event, self.case_of(model)):
            failed = yield from call_each(prepare, self.data(model, event))
            if failed:
                return (yield from self._ended(model, event, None, failed))
        taken = self._taken(model, self.case_of(model), event)
        return (yield from self._told(model, event, taken))

    def _told(self, model: object, event: Event, taken: Taken) -> Calls[Moved | Refused]:
        """Tell of an event that was taken, and of what failed meanwhile."""
        failed = [*taken.failed]
        for its, moves in taken.put:
            failed += yield from self.telling(its, taken.answer, moves)
        return (yield from self._ended(model, event, taken.answer, failed))

    def _ended(
        self, model: object, event: Event, answer: Moved | Refused | None, failed: list[Exception]
    ) -> Calls[Moved | Refused]:
        """The end of every event, whatever became of it; `failed` are the callbacks that did."""
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
        return self._answered(answer)

    def _answered(self, answer: Moved | Refused) -> Moved | Refused:
        """The answer, or MachineError for a wrong state where that is asked."""
        if self.ignore_invalid_triggers is False and isinstance(answer, Refused) and answer.code == "wrong_state":
            raise core.MachineError(answer.message())
        return answer

    def _following(self, answer: Moved | Refused) -> Calls[None]:
        """Put and tell the models that an answer of the selection is about, unless this machine asked for it."""
        failed: list[Exception] = []
        if isinstance(answer, Moved) and answer.event is not self._own:
            for model, moves in self._put(answer, None):
                failed += yield from self.telling(model, answer, moves)
        if failed:
            raise ListenersError(answer, failed)

    def _taken(self, model: object, case: Case | None, event: Event) -> Taken:
        """Decide and put, without a word to anybody."""
        own = self._candidate(model, case)
        if event.candidate is not None and event.candidate != own:
            raise UsageError(f"the model is of `{own}`, the event of `{event.candidate}`")
        failed: Sequence[Exception] = ()
        answer: Moved | Refused
        if self.selection is not None:
            answer, failed = self._asked(self.selection, event)
        elif event.name == "advance":
            cases = {} if case is None else {own: case}
            decided = advance(self.compiled, cases, self._cohort, event.at)
            answer = Moved(event, decided.moves(cases), tuple(decided.cases.values()))
        else:
            answer = step(self.compiled, case, event, self._cohort)
        if self.answer_attribute is not None:
            setattr(model, self.answer_attribute, answer)
        return Taken(answer, failed, () if isinstance(answer, Refused) else self._put(answer, model, own))

    def _asked(self, selection: Selection, event: Event) -> tuple[Moved | Refused, list[Exception]]:
        """What the selection answers; what this machine hears of it meanwhile is not news."""
        outer, self._own = self._own, event
        try:
            return selection.take(event), []
        except ListenersError as error:
            if error.answer is None:
                raise  # never: the selection tells of what it folded in
            return error.answer, [*error.exceptions]
        finally:
            self._own = outer

    def _put(self, answer: Moved, model: object, own: str | None = None) -> Put:
        """Put the models where an answer says, all of them before anybody is told; each with what to tell."""
        put = []
        alone = len(answer.cases) == 1
        for case in answer.cases:
            name = case.candidate
            its = model if name == own else self.followed.get(name)
            if its is not None:
                # Whoever listens to the selection may have recorded the next event by now.
                now = case if self.selection is None else self.selection[name]
                setattr(its, self.model_attribute, now.state)
                setattr(its, self.case_attribute, now)
                moves = answer.moves if alone else [move for move in answer.moves if move.candidate == name]
                if heard := self.listening(its, moves):
                    put.append((its, heard))
        return put
