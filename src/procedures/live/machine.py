"""The live machine of a service: a `transitions` machine that the kernel decides, and a model of one case.

`procedure.transitions_machine()` makes the machine; `async_machine` has the machine with awaitable triggers.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import define, field
from transitions import core

from procedures.kernel.cases import Case, Event, Moved, Refused
from procedures.kernel.machine import Machine
from procedures.live.machine_base import LiveBase
from procedures.live.transition_table import NOT_APPLIED, Calls, LiveData, Result
from procedures.selection import HasMachine, MomentInput, Selection

__all__ = ["NOT_APPLIED", "CaseModel", "LiveData", "LiveEvent", "LiveMachine"]


class LiveEvent(core.Event):
    """A trigger: True when the event was accepted, False when it was refused; the model has the `answer`."""

    def trigger(self, model: object, *args: Any, **kwargs: Any) -> bool:
        machine: LiveMachine = self.machine  # type: ignore[assignment]  # which made this event
        return isinstance(machine.record(model, self.name, *args, **kwargs), Moved)

    def method(self) -> Callable[..., bool]:
        """The trigger as a method of a class of models."""
        machine: LiveMachine = self.machine  # type: ignore[assignment]  # which made this event
        record, name = machine.record, self.name

        def trigger(
            model: object,
            facts: Mapping[str, object] | None = None,
            *,
            at: MomentInput,
            by: str | None = None,
            why: str | None = None,
        ) -> bool:
            return isinstance(record(model, name, facts, at=at, by=by, why=why), Moved)

        trigger.__name__, trigger.__doc__ = name, f"`{name}` happened to the case: True when it was taken."
        return trigger


class LiveMachine(LiveBase):
    """The machine of a synchronous service; LiveBase describes its arguments and decisions."""

    event_cls = LiveEvent

    def __init__(
        self,
        procedure: HasMachine | Machine,
        selection: Selection | None = None,
        models: Mapping[str, object] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(procedure, selection, models, **options)
        if selection is not None:
            selection.listen(self.follow)

    def record(
        self,
        model: object,
        name: str,
        facts: Mapping[str, object] | None = None,
        *,
        at: MomentInput,
        by: str | None = None,
        why: str | None = None,
    ) -> Moved | Refused:
        """
        Record the event of this name for the case of a model and return the answer, as a trigger does.

        Raises:
            ListenersError: callbacks failed; when its `answer` is Moved, the case has moved nevertheless.
        """
        case = self.case_of(model)
        return self._take(model, case, self._make_event(model, case, name, facts, at, by, why))

    def handle(self, model: object, event: Event) -> Moved | Refused:
        """Record an existing event; otherwise the same as `record`."""
        return self._take(model, self.case_of(model), event)

    def _take(self, model: object, case: Case | None, event: Event) -> Moved | Refused:
        if self.find_prepare_callbacks(event, case):
            return self._run_callbacks(self._take_event(model, event))
        decision = self._decide(model, case, event)
        if decision.placed_models or decision.failed or self._finalize_event:
            return self._run_callbacks(self._notify(model, event, decision))
        return self._check_answer(decision.answer)  # there are no callbacks

    def follow(self, answer: Moved | Refused) -> None:
        """Update the models in an answer of the selection, and run their callbacks; the selection calls this."""
        self._run_callbacks(self._follow_answer(answer))

    def _run_callbacks(self, calls: Calls[Result]) -> Result:
        failed: Exception | None = None
        while True:
            try:
                callback, data = calls.send(failed) if failed is not None else next(calls)
            except StopIteration as done:
                result: Result = done.value
                return result
            try:
                self.callback(callback, data)
            except Exception as error:
                failed = error
            else:
                failed = None

    def _can_trigger(self, model: object, trigger: str, *args: Any, **kwargs: Any) -> bool:
        return self.may(model, trigger, *args, **kwargs)


@define(eq=False)
class CaseModel:
    """
    One case of a live machine: `model.screening(at=…)`, `model.is_reserve()`, `model.may_offer()`.

    A model has slots and is not registered with the machine, so it is as cheap as a record. `state` is the name of the
    state of the case, `answer` the answer to the last event. Methods `on_enter_…` and `on_exit_…` of a subclass are
    called. A step with a name that is in use here, such as `answer`, is reached by `trigger`. The class of a model is a
    subclass that its machine makes, with the triggers as methods.
    """

    machine: LiveBase = field(repr=False)
    candidate: str
    case: Case | None = field(default=None, repr=False)
    answer: Moved | Refused | None = field(default=None, init=False, repr=False)
    state: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.__class__ = self.machine.make_model_class(type(self))
        self.state = self.machine.get_model_state(self).name

    def trigger(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call the trigger `name`, as `model.name(…)` does; raises AttributeError for an unknown trigger."""
        return self.machine._get_trigger(self, name, *args, **kwargs)

    def __reduce_ex__(self, protocol: Any) -> Any:
        made: tuple[Any, ...] = super().__reduce_ex__(protocol)  # type: ignore[assignment]  # no model is a global
        _, _, *state = made
        return _make_empty_model, (self.machine.original_class(type(self)), self.machine), *state

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Callable[..., Any]: ...


def _make_empty_model(model: type[CaseModel], machine: LiveBase) -> CaseModel:
    """An empty model, for unpickling."""
    return object.__new__(machine.make_model_class(model))
