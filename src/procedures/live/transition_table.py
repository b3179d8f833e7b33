"""The machine as `transitions` sees it: states, triggers, transitions and callbacks, none of which decides anything.

Nothing that a definition says is looked up as an attribute or a module: states and triggers are keys of tables, and
a model's `on_enter_…` is called where its class has it.
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from functools import partial, partialmethod
from typing import Any, Final, TypeAlias, TypeVar

from transitions import core

from procedures.kernel.arcs import along, arcs
from procedures.kernel.cases import Case, Event, Move, Moved, Refused
from procedures.kernel.machine import Machine

BEFORE: Final = "not applied"
"""The state of a model before the application; a definition cannot have a state of this name."""

Callback: TypeAlias = str | Callable[..., bool | None]
"""As in the types of `transitions`: a function, or the name of a method of the model."""

Result = TypeVar("Result")
Model = TypeVar("Model")
Calls: TypeAlias = Generator[tuple[Callback, core.EventData], Exception | None, Result]
"""Callbacks to be called, each to be answered by how it failed, or None."""


Row: TypeAlias = tuple[core.Event, core.Transition, core.State, core.State]


class LiveData(core.EventData):
    """What a callback is told: as in `transitions`, with the answer to the event and the move that this is about."""

    answer: Moved | Refused | None = None
    move: Move | None = None


class LiveTable(core.Machine):
    """States and transitions of a compiled procedure, and who is told when a model went along one of them."""

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
        self._shapes: dict[type, type] = {}
        self._hooks: dict[type, Mapping[tuple[str, str], Sequence[str]]] = {}
        self._arcs: dict[tuple[str, str | None, str | None], Row] = {}
        self._initial = BEFORE
        for name in (BEFORE, *compiled.states):
            final = name in compiled.states and compiled.states[name].final
            self.states[name] = self._create_state(name, final=final)
        for arc in arcs(compiled):
            if arc.event not in self.events:
                self.events[arc.event] = self._create_event(arc.event, self)
            trigger, source = self.events[arc.event], self.states[arc.origin or BEFORE]
            transition = self._create_transition(source.name, arc.to)
            trigger.add_transition(transition)
            dest = source if arc.to is None else self.states[arc.to]
            self._arcs[arc.event, arc.origin, arc.to] = trigger, transition, source, dest

    # -- what transitions asks of a machine -----------------------------------------------------------------------

    def add_states(self, *args: Any, **kwargs: Any) -> None:
        """Raises MachineError: the states are those of the procedure."""
        raise core.MachineError("the procedure says which states there are")

    def add_transition(self, *args: Any, **kwargs: Any) -> None:
        """Raises MachineError: a transition beside the procedure would never be taken."""
        raise core.MachineError("the procedure says which transitions there are")

    def add_model(self, model: object, initial: Any = None) -> None:
        """Put the triggers on an object; it stands where its case stands, whatever `initial` says."""
        for each in core.listify(model):
            super().add_model(each, self.get_model_state(each).name)

    def get_model_state(self, model: object) -> core.State:
        """The state of a model by its case, whatever the attribute that shows it says."""
        case = self.case_of(model)
        return self.states[BEFORE if case is None else case.state]

    def case_of(self, model: object) -> Case | None:
        """The case of a model; None before the application."""
        case: Case | None = getattr(model, self.case_attribute, None)
        return case

    def shaped(self, model: type[Model]) -> type[Model]:
        """The class of models of this machine: with its triggers, `is_…` and `may_…` as methods, where none stands."""
        found = self._shapes.get(model)
        if found is None:
            methods: dict[str, Any] = {f"is_{name}": partialmethod(_stands, name) for name in self.states}
            methods |= {f"may_{name}": partialmethod(_may, name) for name in self.events}
            events: Mapping[str, Any] = self.events  # of a class that makes methods
            methods |= {name: event.method() for name, event in events.items()}  # a trigger comes before a question
            own = {name: method for name, method in methods.items() if not hasattr(model, name)}
            found = type(model.__name__, (model,), {"__slots__": (), "__module__": model.__module__, **own})
            self._shapes[model] = self._shapes[found] = found
        return found

    def unshaped(self, model: type) -> type:
        """The class that a class of models was made of."""
        made = self._shapes.get(model) is model
        return model.__base__ or model if made else model

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_shapes": {}, "_hooks": {}}  # classes made here are made anew elsewhere

    def _checked_assignment(self, model: object, name: str, func: Callable[..., bool | None]) -> None:
        # A step may be called as one of these; then it has no method, and `model.trigger(name)` takes it.
        if name not in (self.model_attribute, self.case_attribute, self.candidate_attribute, self.answer_attribute):
            super()._checked_assignment(model, name, func)

    def _add_model_to_state(self, state: core.State, model: object) -> None:
        # Without the names of the model's `on_enter_…`: they would be called on other models too.
        shown = "" if self.model_attribute == "state" else f"{self.model_attribute}_"
        self._checked_assignment(model, f"is_{shown}{state.name}", partial(self.is_state, state.name, model))

    # -- telling --------------------------------------------------------------------------------------------------

    def preparing(self, event: Event, case: Case | None) -> list[Callback]:
        """Who is to be called before the event is decided, each once."""
        found = [*self._prepare_event]
        if (trigger := self.events.get(event.name)) is not None:
            for transition in trigger.transitions.get(BEFORE if case is None else case.state, ()):
                if transition.prepare:
                    found += [each for each in transition.prepare if each not in found]
        return found

    def listening(self, model: object, moves: Iterable[Move]) -> list[tuple[Move, Row]]:
        """The moves of which somebody is to be told, each with what there is to tell."""
        found = []
        hooks = self._hooks.get(type(model))
        if hooks is None:
            hooks = self._hooks_of(type(model))
        always = self._before_state_change or self._after_state_change or self._on_final or hooks
        for move in moves:
            row = self._arcs[along(move)]
            _, transition, source, dest = row
            if always or transition.before or transition.after or source.on_exit or dest.on_enter:
                found.append((move, row))
        return found

    def telling(
        self, model: object, answer: Moved | Refused, moves: Iterable[tuple[Move, Row]]
    ) -> Calls[list[Exception]]:
        """Tell of each move, in the order of `transitions`. No data is made where nobody is to be told."""
        failed: list[Exception] = []
        hooks = self._hooks_of(type(model))
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
        """What callbacks are told of an event; without `send_event` they are called with its `args` and `kwargs`."""
        told = {"at": event.at, "by": event.by, "why": event.why}
        data = LiveData(self.get_model_state(model), self.events.get(event.name), self, model, (event.facts,), told)
        data.answer, data.result = answer, isinstance(answer, Moved)
        return data

    def _hooks_of(self, model: type) -> Mapping[tuple[str, str], Sequence[str]]:
        """The methods `on_enter_…` and `on_exit_…` that a class of models has for states there are."""
        if model not in self._hooks:
            names = {name for name in dir(model) if name.startswith(("on_enter_", "on_exit_"))}
            self._hooks[model] = {
                (kind, state): (f"{kind}_{state}",)
                for kind in ("on_enter", "on_exit")
                for state in self.states
                if f"{kind}_{state}" in names
            }
        return self._hooks[model]


def _stands(model: Any, state: str) -> bool:
    found: bool = model.machine.is_state(state, model)
    return found


def _may(model: Any, trigger: str, *args: Any, **options: Any) -> Any:
    return model.machine._can_trigger(model, trigger, *args, **options)


def call_each(callbacks: Sequence[Callback], data: LiveData) -> Calls[list[Exception]]:
    """Have every callback called, and say which failed how."""
    failed = []
    for callback in tuple(callbacks):
        if (error := (yield callback, data)) is not None:
            failed.append(error)
    return failed
