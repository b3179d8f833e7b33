"""Which event can lead from which state to which: the arcs of a procedure, without its guards."""

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from procedures.kernel.cases import Move
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import EXPIRED, WITHDRAWN

_OF_TIME: Final = frozenset({"lapsed", "expired"})
_STAYING: Final = frozenset({"recorded", "corrected"})


@frozen
class Arc:
    """`event` can lead from `origin` (None: before the application) to `to` (None: the case stays where it is)."""

    event: str
    origin: str | None
    to: str | None


def along(move: Move) -> tuple[str, str | None, str | None]:
    """The event, origin and end of the arc that a move went along; lapses and expiries go along those of `advance`."""
    if move.move in _OF_TIME:
        return "advance", move.origin, move.to
    return move.event, move.origin, None if move.move in _STAYING else move.to


def arcs(machine: Machine) -> tuple[Arc, ...]:
    """Every arc a case can go along, each once: applying, the steps in the order of the file, the other events."""
    return tuple(dict.fromkeys(_arcs(machine)))


def _arcs(machine: Machine) -> Iterator[Arc]:
    yield Arc("apply", None, machine.initial)
    for step in machine.steps.values():
        yield from _taken(machine, step)
    for state in machine.states.values():
        if not state.final:
            yield Arc("withdraw", state.name, WITHDRAWN)
    for name in machine.states:
        yield Arc("correct", name, None)
    for origin, to in _decisions(machine):
        for stands in _in_order(machine, _rest(machine, to)):
            yield Arc("reopen", stands, origin)
    for step in machine.steps.values():
        for origin in _in_order(machine, step.origins):
            yield from (Arc("advance", origin, lapses) for lapses in _lapses(step))
    if machine.reserve is not None and EXPIRED in machine.states:
        yield Arc("advance", machine.reserve.state, EXPIRED)


def _taken(machine: Machine, step: CompiledStep) -> Iterator[Arc]:
    """The arcs along which a step leads, by its event, its closing or automatically; None for results that wait."""
    passes_on = {step.to} if step.exempt is not None or step.gate is not None else set()
    waits = (None,) if step.keeps is not None else ()
    for origin in _in_order(machine, step.origins):
        for to in (*_in_order(machine, _results(step) | passes_on), *waits):
            yield Arc(step.name, origin, to)


def _lapses(step: CompiledStep) -> set[str]:
    """The state to which a step that is not taken lapses, if any."""
    return {step.lapses} if step.lapses is not None and step.enforced else set()


def _results(step: CompiledStep) -> set[str]:
    """The states to which the outcomes of a step lead, or its cut."""
    cut = {step.otherwise, *(take.to for take in step.keeps.takes)} if step.keeps is not None else set()
    return {outcome.to for outcome in step.outcomes} | cut


def _decisions(machine: Machine) -> Iterator[tuple[str, str]]:
    """From where to where the decisions lead that a reopening takes back."""
    for step in machine.steps.values():
        for origin in _in_order(machine, step.origins):
            for to in _in_order(machine, _results(step) | _lapses(step)):
                yield origin, to
    for state in machine.states.values():
        if not state.final:
            yield state.name, WITHDRAWN


def _rest(machine: Machine, state: str) -> set[str]:
    """Where a case may stand that came to a state and decided nothing since: there, or moved on automatically."""
    found = {state}
    while True:
        further = {machine.automatic[name].to for name in found if name in machine.automatic} - found
        if machine.reserve is not None and machine.reserve.state in found and EXPIRED in machine.states:
            further |= {EXPIRED} - found
        if not further:
            return found
        found |= further


def _in_order(machine: Machine, states: set[str] | frozenset[str]) -> list[str]:
    return [name for name in machine.states if name in states]
