"""The arcs of a procedure: which event can lead from which state to which, without regard to guards."""

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from procedures.kernel.cases import Move
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import EXPIRED, WITHDRAWN

_TIME_MOVES: Final = frozenset({"lapsed", "expired"})
_MOVES_IN_PLACE: Final = frozenset({"recorded", "corrected"})


@frozen
class Arc:
    """`event` can lead from `origin` (None: before the application) to `to` (None: the case stays where it is)."""

    event: str
    origin: str | None
    to: str | None


def arc_of_move(move: Move) -> tuple[str, str | None, str | None]:
    """The event, origin and target of the arc that a move followed; lapses and expiries follow arcs of `advance`."""
    if move.kind in _TIME_MOVES:
        return "advance", move.from_state, move.to_state
    return move.event, move.from_state, None if move.kind in _MOVES_IN_PLACE else move.to_state


def arcs(machine: Machine) -> tuple[Arc, ...]:
    """Every arc a case can follow, each once: applying, the steps in the order of the file, the other events."""
    return tuple(dict.fromkeys(_arcs(machine)))


def _arcs(machine: Machine) -> Iterator[Arc]:
    yield Arc("apply", None, machine.initial)
    for step in machine.steps.values():
        yield from _step_arcs(machine, step)
    for state in machine.states.values():
        if not state.final:
            yield Arc("withdraw", state.name, WITHDRAWN)
    for name in machine.states:
        yield Arc("correct", name, None)
    for origin, to in _decision_ends(machine):
        for resting_state in _in_order(machine, _resting_states(machine, to)):
            yield Arc("reopen", resting_state, origin)
    for name in machine.states:
        for moved in _in_order(machine, _states_after_closing(machine, name)):
            yield Arc("reopen", moved, name)
    for step in machine.steps.values():
        for origin in _in_order(machine, step.origins):
            yield from (Arc("advance", origin, lapses) for lapses in _lapse_targets(step))
    if machine.reserve is not None and EXPIRED in machine.states:
        yield Arc("advance", machine.reserve.state, EXPIRED)


def _step_arcs(machine: Machine, step: CompiledStep) -> Iterator[Arc]:
    """The arcs of a step: by its event, by its closing, or automatic; `to` is None for results that wait."""
    passes_on = {step.to} if step.exempt is not None or step.gate is not None else set()
    waits = (None,) if step.keeps is not None else ()
    for origin in _in_order(machine, step.origins):
        for to in (*_in_order(machine, _result_targets(step) | passes_on), *waits):
            yield Arc(step.name, origin, to)


def _lapse_targets(step: CompiledStep) -> set[str]:
    """The state to which a case lapses if the step is not taken in time, if any."""
    return {step.lapses} if step.lapses is not None and step.enforced else set()


def _result_targets(step: CompiledStep) -> set[str]:
    """The states to which the outcomes of a step or its cut lead."""
    cut = {step.otherwise, *(take.to for take in step.keeps.takes)} if step.keeps is not None else set()
    return {outcome.to for outcome in step.outcomes} | cut


def _decision_ends(machine: Machine) -> Iterator[tuple[str, str]]:
    """The origin and the target of every decision that a reopening can take back."""
    for step in machine.steps.values():
        for origin in _in_order(machine, step.origins):
            for to in _in_order(machine, _result_targets(step) | _lapse_targets(step)):
                yield origin, to
    for state in machine.states.values():
        if not state.final:
            yield state.name, WITHDRAWN


def _states_after_closing(machine: Machine, state: str) -> set[str]:
    """The states to which one closing can move a case: by ranking it, by lapses that were due, and automatically."""
    found: set[str] = set()
    pending = [state]
    while pending:
        name = pending.pop()
        further: set[str] = set()
        for step in machine.steps_from[name]:
            further |= _lapse_targets(step) | (_result_targets(step) if step.keeps is not None else set())
        if name in machine.automatic:
            further.add(machine.automatic[name].to)
        if machine.reserve is not None and name == machine.reserve.state and EXPIRED in machine.states:
            further.add(EXPIRED)
        pending += further - found
        found |= further
    return found


def _resting_states(machine: Machine, state: str) -> set[str]:
    """The states of a case that came to `state` and had no decision since: `state`, and targets of automatic moves."""
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
