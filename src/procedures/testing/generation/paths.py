"""The legs of which a case's road through a procedure is made, and the paths that they make together.

An arc says which event can lead where; a leg says also how: passed and exempt lead to the same state, and ask
different things of a person.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from attrs import frozen

from procedures.kernel.cases import Case
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import EXPIRED, WITHDRAWN
from rules.algebra import ALWAYS, NEVER, All, AnyOf, Constant, Named, Not, Rule

_HEAVIEST: Final = 12


@frozen
class Leg:
    """A case moves from `origin` to `to` by `step`; `move` is the move in its history.

    `outcome` counts the outcomes of the step from 0, where it is one of them that decides. Withdrawing and the end
    of the reserve are legs too, of the steps `withdraw` and `reserve`; and so is staying where one is, when the time
    for a step goes by that leaves a case for a person (`stays`).
    """

    step: str
    move: str
    origin: str
    to: str
    outcome: int | None = None

    def __str__(self) -> str:
        return f"{self.origin} –{self.step}: {self.move}→ {self.to}"


Path: TypeAlias = tuple[Leg, ...]
"""Legs that follow one another, from the application on."""


@lru_cache(maxsize=256)
def legs(machine: Machine) -> tuple[Leg, ...]:
    """Every leg of a procedure, in the order of its steps."""
    found = [leg for step in machine.steps.values() for origin in machine.states for leg in _legs(step, origin)]
    if machine.reserve is not None and EXPIRED in machine.states:
        found.append(Leg("reserve", "expired", machine.reserve.state, EXPIRED))
    open_states = [state.name for state in machine.states.values() if not state.final]
    return (*found, *(Leg("withdraw", "withdrawn", name, WITHDRAWN) for name in open_states if machine.steps))


def _legs(step: CompiledStep, origin: str) -> Iterator[Leg]:
    if origin not in step.origins:
        return
    for index, outcome in enumerate(step.outcomes):
        if outcome.when != NEVER and not (step.keeps and outcome.passed):
            yield Leg(step.name, "passed" if outcome.passed else "failed", origin, outcome.to, index)
        if outcome.when == ALWAYS:
            break
    if step.keeps is not None:
        yield from (Leg(step.name, "kept", origin, take.to) for take in step.keeps.takes)
        yield Leg(step.name, "cut", origin, step.otherwise)
    if step.exempt is not None:
        yield Leg(step.name, "exempt", origin, step.to)
    if step.gate is not None:
        yield Leg(step.name, "not_held", origin, step.to)
    if step.lapses is not None and step.enforced:
        yield Leg(step.name, "lapsed", origin, step.lapses)
    if step.left_for_person:
        yield Leg(step.name, "stays", origin, origin)


@lru_cache(maxsize=256)
def weighed(machine: Machine) -> tuple[Leg, ...]:
    """The legs that can be reached, each the more often the more its guards ask: there is more to get wrong."""
    reached = [leg for leg in legs(machine) if leg.origin in nearest(machine)]
    return tuple(leg for leg in reached for _ in range(_weight(machine, leg)))


def _weight(machine: Machine, leg: Leg) -> int:
    step = machine.steps.get(leg.step)
    guards = asked(step, leg) if step is not None else ()
    return 1 + 3 * min(sum(_leaves(rule) for rule, _ in guards), _HEAVIEST)


def _leaves(rule: Rule) -> int:
    match rule:
        case Named(_, inner) | Not(inner):
            return _leaves(inner)
        case All(rules) | AnyOf(rules):
            return sum(_leaves(part) for part in rules)
        case Constant():
            return 0
        case _:
            return 1


@lru_cache(maxsize=256)
def leaving(machine: Machine) -> Mapping[str, tuple[Leg, ...]]:
    """The legs from each state."""
    return {state: tuple(leg for leg in legs(machine) if leg.origin == state) for state in machine.states}


@lru_cache(maxsize=256)
def nearest(machine: Machine) -> Mapping[str, tuple[Leg, ...]]:
    """For each state that can be reached, the last legs of the shortest paths to it; for the first state none."""
    found: dict[str, tuple[Leg, ...]] = {machine.initial: ()}
    frontier = {machine.initial}
    while frontier:
        onwards = [leg for leg in legs(machine) if leg.origin in frontier and leg.to not in found]
        frontier = {leg.to for leg in onwards}
        found |= {state: tuple(leg for leg in onwards if leg.to == state) for state in frontier}
    return found


def simple_paths(machine: Machine, loops: bool = False) -> Iterator[Path]:
    """
    Every path from the application to where nothing follows, that passes no state twice.

    With `loops` a path may come back to states where it was, and go along no leg twice. Nobody withdraws on these
    paths. There may be very many of them: take as many as you need.
    """
    if machine.steps:
        yield from _onwards(machine, (), machine.initial, loops)


def _onwards(machine: Machine, path: Path, state: str, loops: bool) -> Iterator[Path]:
    passed = {leg.origin for leg in path}
    further = [
        leg
        for leg in leaving(machine)[state]
        if leg.move not in ("withdrawn", "stays") and leg not in path and (loops or leg.to not in passed | {state})
    ]
    for leg in further:
        yield from _onwards(machine, (*path, leg), leg.to, loops)
    if not further and path:
        yield path


def asked(step: CompiledStep, leg: Leg) -> tuple[tuple[Rule, bool], ...]:
    """What the guards of a step must say of a person for a leg to be the one taken; of a gate nothing."""
    if leg.move == "exempt":
        return ((step.exempt, True),) if step.exempt is not None else ()
    not_exempt = ((step.exempt, False),) if step.exempt is not None else ()
    if leg.move in ("lapsed", "stays", "not_held"):
        return not_exempt
    last = leg.outcome
    if last is None:  # kept or cut: whoever the guards let on to the ranking
        last = next((index for index, outcome in enumerate(step.outcomes) if outcome.passed), 0)
    before = tuple((outcome.when, False) for outcome in step.outcomes[:last])
    return (*not_exempt, *before, (step.outcomes[last].when, True))


def went(case: Case, leg: Leg) -> bool:
    """Whether a case has gone along a leg."""
    return any(
        move.event == leg.step and move.move == leg.move and move.origin == leg.origin and move.to == leg.to
        for move in case.path
    ) or (leg.step == "withdraw" and case.state == leg.to)
