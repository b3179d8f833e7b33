"""Live cases inside a service: a `transitions` machine that stepping decides, and a model of one case.

`procedure.transitions_machine()` makes the machine; `live_async` has the one whose triggers are awaited.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import define, field
from transitions import core

from procedures.kernel.cases import Case, Event, Moved, Refused
from procedures.kernel.machine import Machine
from procedures.live.machine_base import LiveBase
from procedures.live.transition_table import BEFORE, Calls, LiveData, Result
from procedures.selection import Compiled, Selection, When

__all__ = ["BEFORE", "CaseModel", "LiveData", "LiveEvent", "LiveMachine"]


class LiveEvent(core.Event):
    """A trigger: True when the event was taken, False when it was refused; why stands in the model's `answer`."""

    def trigger(self, model: object, *args: Any, **kwargs: Any) -> bool:
        machine: LiveMachine = self.machine  # type: ignore[assignment]  # which made this event
        return isinstance(machine.record(model, self.name, *args, **kwargs), Moved)

    def method(self) -> Callable[..., bool]:
        """The trigger as a method that a class of models can have."""
        machine: LiveMachine = self.machine  # type: ignore[assignment]  # which made this event
        record, name = machine.record, self.name

        def trigger(
            model: object,
            facts: Mapping[str, object] | None = None,
            *,
            at: When,
            by: str | None = None,
            why: str | None = None,
        ) -> bool:
            return isinstance(record(model, name, facts, at=at, by=by, why=why), Moved)

        trigger.__name__, trigger.__doc__ = name, f"`{name}` happened to the case: True when it was taken."
        return trigger


class LiveMachine(LiveBase):
    """The machine of a service that calls and waits; what it takes and how it is decided stands at LiveBase."""

    event_cls = LiveEvent

    def __init__(
        self,
        procedure: Compiled | Machine,
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
        at: When,
        by: str | None = None,
        why: str | None = None,
    ) -> Moved | Refused:
        """
        What a trigger does, with the answer: the event of that name happened to the case of a model.

        Raises:
            ListenersError: callbacks failed; where its `answer` is Moved, the case has moved all the same.
        """
        case = self.case_of(model)
        return self._take(model, case, self._event(model, case, name, facts, at, by, why))

    def take(self, model: object, event: Event) -> Moved | Refused:
        """The same for an event that was made already."""
        return self._take(model, self.case_of(model), event)

    def _take(self, model: object, case: Case | None, event: Event) -> Moved | Refused:
        if self.preparing(event, case):
            return self._called(self._taking(model, event))
        taken = self._taken(model, case, event)
        if taken.put or taken.failed or self._finalize_event:
            return self._called(self._told(model, event, taken))
        return self._answered(taken.answer)  # nobody listens

    def follow(self, answer: Moved | Refused) -> None:
        """Put and tell the models that an answer of the selection is about; the machine listens to it with this."""
        self._called(self._following(answer))

    def _called(self, calls: Calls[Result]) -> Result:
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

    Slotted, and not registered with the machine: making one costs what a record costs. `state` shows where the case
    stands and `answer` what became of the last event. Methods `on_enter_…` and `on_exit_…` of a subclass are called.
    Names that are taken here, such as a step called `answer`, go through `trigger`. A model is of a subclass that its
    machine makes of the class, with the triggers as methods.
    """

    machine: LiveBase = field(repr=False)
    candidate: str
    case: Case | None = field(default=None, repr=False)
    answer: Moved | Refused | None = field(default=None, init=False, repr=False)
    state: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.__class__ = self.machine.shaped(type(self))
        self.state = self.machine.get_model_state(self).name

    def trigger(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """As `model.name(…)`; raises AttributeError for a trigger that the procedure does not have."""
        return self.machine._get_trigger(self, name, *args, **kwargs)

    def __reduce_ex__(self, protocol: Any) -> Any:
        made: tuple[Any, ...] = super().__reduce_ex__(protocol)  # type: ignore[assignment]  # no model is a global
        _, _, *state = made
        return _again, (self.machine.unshaped(type(self)), self.machine), *state

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Callable[..., Any]: ...


def _again(model: type[CaseModel], machine: LiveBase) -> CaseModel:
    """A model to be given the state of another one."""
    return object.__new__(machine.shaped(model))
