"""The tables of a `transitions` machine: states, triggers, transitions and callbacks, which decide nothing.

No name of a definition is used as an attribute or a module: states and triggers are keys of tables, and the method
`on_enter_…` of a model is called when its class has the method.
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from functools import partial, partialmethod
from typing import Any, Final, TypeAlias, TypeVar

from transitions import core

from procedures.kernel.arcs import arc_of_move, arcs
from procedures.kernel.cases import Case, Event, Move, Moved, Refused
from procedures.kernel.machine import Machine

NOT_APPLIED: Final = "not applied"
"""The state of a model before the application; a definition cannot have a state of this name."""

Callback: TypeAlias = str | Callable[..., bool | None]
"""A function, or the name of a method of the model, as in `transitions`."""

Result = TypeVar("Result")
Model = TypeVar("Model")
Calls: TypeAlias = Generator[tuple[Callback, core.EventData], Exception | None, Result]
"""Yields callbacks with their data; the caller calls each one and sends back its exception, or None."""


Row: TypeAlias = tuple[core.Event, core.Transition, core.State, core.State]


class LiveData(core.EventData):
    """The data of a callback: as in `transitions`, with the answer to the event and the move."""

    answer: Moved | Refused | None = None
    move: Move | None = None


class LiveTable(core.Machine):
    """The states and transitions of a compiled procedure, with the callbacks of each."""

    def __init__(
        self,
        compiled: Machine,
        case_attribute: str,
        candidate_attribute: str,
        answer_attribute: str | None,
        send_event: bool,
        **options: Any,
    ) -> None:
        super().__init__(
            model=None, initial=None, queued=False, auto_transitions=False, send_event=send_event, **options
        )
        self.compiled: Final = compiled
        self.case_attribute: str = case_attribute
        self.candidate_attribute: str = candidate_attribute
        self.answer_attribute: str | None = answer_attribute
        self._model_classes: dict[type, type] = {}
        self._hooks: dict[type, Mapping[tuple[str, str], Sequence[str]]] = {}
        self._arcs: dict[tuple[str, str | None, str | None], Row] = {}
        self._initial = NOT_APPLIED
        for name in (NOT_APPLIED, *compiled.states):
            final = name in compiled.states and compiled.states[name].final
            self.states[name] = self._create_state(name, final=final)
        for arc in arcs(compiled):
            if arc.event not in self.events:
                self.events[arc.event] = self._create_event(arc.event, self)
            trigger, source = self.events[arc.event], self.states[arc.origin or NOT_APPLIED]
            transition = self._create_transition(source.name, arc.to)
            trigger.add_transition(transition)
            dest = source if arc.to is None else self.states[arc.to]
            self._arcs[arc.event, arc.origin, arc.to] = trigger, transition, source, dest

    # -- interface of transitions.Machine -----------------------------------------------------------------------

    def add_states(self, *args: Any, **kwargs: Any) -> None:
        """Raises MachineError, because the states are those of the procedure."""
        raise core.MachineError("the procedure says which states there are")

    def add_transition(self, *args: Any, **kwargs: Any) -> None:
        """Raises MachineError, because a transition outside the procedure would never happen."""
        raise core.MachineError("the procedure says which transitions there are")

    def add_model(self, model: object, initial: Any = None) -> None:
        """Add the triggers to an object; its state is the state of its case, whatever `initial` is."""
        for each in core.listify(model):
            super().add_model(each, self.get_model_state(each).name)

    def get_model_state(self, model: object) -> core.State:
        """The state of a model according to its case, whatever the value of its state attribute."""
        case = self.case_of(model)
        return self.states[NOT_APPLIED if case is None else case.state]

    def case_of(self, model: object) -> Case | None:
        """The case of a model; None before the application."""
        case: Case | None = getattr(model, self.case_attribute, None)
        return case

    def make_model_class(self, model: type[Model]) -> type[Model]:
        """The subclass of `model` with triggers, `is_…` and `may_…` as methods; existing names are kept."""
        found = self._model_classes.get(model)
        if found is None:
            methods: dict[str, Any] = {f"is_{name}": partialmethod(_is_in_state, name) for name in self.states}
            methods |= {f"may_{name}": partialmethod(_may_trigger, name) for name in self.events}
            events: Mapping[str, Any] = self.events  # their class has `method`
            methods |= {
                name: event.method() for name, event in events.items()
            }  # triggers take precedence over `is_…` and `may_…`
            own = {name: method for name, method in methods.items() if not hasattr(model, name)}
            found = type(model.__name__, (model,), {"__slots__": (), "__module__": model.__module__, **own})
            self._model_classes[model] = self._model_classes[found] = found
        return found

    def original_class(self, model: type) -> type:
        """The class from which `make_model_class` made a class of models."""
        made = self._model_classes.get(model) is model
        return model.__base__ or model if made else model

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_model_classes": {}, "_hooks": {}}  # another process makes its own classes

    def _checked_assignment(self, model: object, name: str, func: Callable[..., bool | None]) -> None:
        # A step with one of these names gets no method; `model.trigger(name)` triggers it.
        if name not in (self.model_attribute, self.case_attribute, self.candidate_attribute, self.answer_attribute):
            super()._checked_assignment(model, name, func)

    def _add_model_to_state(self, state: core.State, model: object) -> None:
        # The `on_enter_…` methods of the model are not registered: they would be called for other models too.
        shown = "" if self.model_attribute == "state" else f"{self.model_attribute}_"
        self._checked_assignment(model, f"is_{shown}{state.name}", partial(self.is_state, state.name, model))

    # -- callbacks --------------------------------------------------------------------------------------------------

    def find_prepare_callbacks(self, event: Event, case: Case | None) -> list[Callback]:
        """The callbacks to call before the event is decided, without repetition."""
        found = [*self._prepare_event]
        if (trigger := self.events.get(event.name)) is not None:
            for transition in trigger.transitions.get(NOT_APPLIED if case is None else case.state, ()):
                if transition.prepare:
                    found += [each for each in transition.prepare if each not in found]
        return found

    def find_observed_moves(self, model: object, moves: Iterable[Move]) -> list[tuple[Move, Row]]:
        """The moves for which there are callbacks, each with its transition."""
        found = []
        hooks = self._hooks.get(type(model))
        if hooks is None:
            hooks = self._find_hooks(type(model))
        always = self._before_state_change or self._after_state_change or self._on_final or hooks
        for move in moves:
            row = self._arcs[arc_of_move(move)]
            _, transition, source, dest = row
            if always or transition.before or transition.after or source.on_exit or dest.on_enter:
                found.append((move, row))
        return found

    def run_move_callbacks(
        self, model: object, answer: Moved | Refused, moves: Iterable[tuple[Move, Row]]
    ) -> Calls[list[Exception]]:
        """Run the callbacks of each move, in the order of `transitions`. Without callbacks no data is made."""
        failed: list[Exception] = []
        hooks = self._find_hooks(type(model))
        for move, (trigger, transition, source, dest) in moves:
            leaving, arriving = [*self.before_state_change, *transition.before], []
            if transition.dest is not None:
                leaving += [*source.on_exit, *hooks.get(("on_exit", source.name), ())]
                arriving += [*dest.on_enter, *hooks.get(("on_enter", dest.name), ())]
                arriving += self.on_final if dest.final else ()
            arriving += [*transition.after, *self.after_state_change]
            if leaving or arriving:
                data = self.data(model, answer.event, answer)
                data.event, data.state, data.transition, data.move = trigger, source, transition, move
                failed += yield from call_each(leaving, data)
                data.state = dest
                failed += yield from call_each(arriving, data)
        return failed

    def data(self, model: object, event: Event, answer: Moved | Refused | None = None) -> LiveData:
        """The data of an event for callbacks; without `send_event` callbacks get its `args` and `kwargs`."""
        kwargs = {"at": event.at, "by": event.by, "why": event.why}
        data = LiveData(self.get_model_state(model), self.events.get(event.name), self, model, (event.facts,), kwargs)
        data.answer, data.result = answer, isinstance(answer, Moved)
        return data

    def _find_hooks(self, model: type) -> Mapping[tuple[str, str], Sequence[str]]:
        """The methods `on_enter_…` and `on_exit_…` of a class of models, for existing states."""
        if model not in self._hooks:
            names = {name for name in dir(model) if name.startswith(("on_enter_", "on_exit_"))}
            self._hooks[model] = {
                (kind, state): (f"{kind}_{state}",)
                for kind in ("on_enter", "on_exit")
                for state in self.states
                if f"{kind}_{state}" in names
            }
        return self._hooks[model]


def _is_in_state(model: Any, state: str) -> bool:
    found: bool = model.machine.is_state(state, model)
    return found


def _may_trigger(model: Any, trigger: str, *args: Any, **options: Any) -> Any:
    return model.machine._can_trigger(model, trigger, *args, **options)


def call_each(callbacks: Sequence[Callback], data: LiveData) -> Calls[list[Exception]]:
    """Yield every callback; return the exceptions of those that failed."""
    failed = []
    for callback in tuple(callbacks):
        if (error := (yield callback, data)) is not None:
            failed.append(error)
    return failed
