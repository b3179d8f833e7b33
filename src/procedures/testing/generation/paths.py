"""The legs of a procedure, and the paths that consist of them.

An arc has an event, an origin and a target. A leg has the move too: passed and exempt lead to the same state, but need
different facts.
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

    `outcome` is the index of the outcome of the step that decides, or None. Withdrawing and the end of the reserve are
    legs too, of the steps `withdraw` and `reserve`. The move `stays` is a leg as well: the window of a step passes, and
    the case is left for a person in the same state.
    """

    step: str
    move: str
    origin: str
    to: str
    outcome: int | None = None

    def __str__(self) -> str:
        return f"{self.origin} –{self.step}: {self.move}→ {self.to}"


Path: TypeAlias = tuple[Leg, ...]
"""Consecutive legs, from the application on."""


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
def weighted_legs(machine: Machine) -> tuple[Leg, ...]:
    """The legs that can be reached, repeated by the size of their guards: larger guards need more tests."""
    reached = [leg for leg in legs(machine) if leg.origin in nearest_legs(machine)]
    return tuple(leg for leg in reached for _ in range(_weight(machine, leg)))


def _weight(machine: Machine, leg: Leg) -> int:
    step = machine.steps.get(leg.step)
    guards = guard_requirements(step, leg) if step is not None else ()
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
def legs_by_origin(machine: Machine) -> Mapping[str, tuple[Leg, ...]]:
    """The legs from each state, by the name of the state."""
    return {state: tuple(leg for leg in legs(machine) if leg.origin == state) for state in machine.states}


@lru_cache(maxsize=256)
def nearest_legs(machine: Machine) -> Mapping[str, tuple[Leg, ...]]:
    """For each reachable state, the last legs of the shortest paths to it; none for the initial state."""
    found: dict[str, tuple[Leg, ...]] = {machine.initial: ()}
    frontier = {machine.initial}
    while frontier:
        next_legs = [leg for leg in legs(machine) if leg.origin in frontier and leg.to not in found]
        frontier = {leg.to for leg in next_legs}
        found |= {state: tuple(leg for leg in next_legs if leg.to == state) for state in frontier}
    return found


def simple_paths(machine: Machine, loops: bool = False) -> Iterator[Path]:
    """
    Every path from the application to a state without further legs that visits no state twice.

    With `loops` a path may return to earlier states, but takes no leg twice. The paths contain no withdrawals. There
    may be very many paths: take as many as you need.
    """
    if machine.steps:
        yield from _extend_path(machine, (), machine.initial, loops)


def _extend_path(machine: Machine, path: Path, state: str, loops: bool) -> Iterator[Path]:
    passed = {leg.origin for leg in path}
    next_legs = [
        leg
        for leg in legs_by_origin(machine)[state]
        if leg.move not in ("withdrawn", "stays") and leg not in path and (loops or leg.to not in passed | {state})
    ]
    for leg in next_legs:
        yield from _extend_path(machine, (*path, leg), leg.to, loops)
    if not next_legs and path:
        yield path


def guard_requirements(step: CompiledStep, leg: Leg) -> tuple[tuple[Rule, bool], ...]:
    """The rules of a step with the values that they need for a leg to be taken; the gate is left out."""
    if leg.move == "exempt":
        return ((step.exempt, True),) if step.exempt is not None else ()
    not_exempt = ((step.exempt, False),) if step.exempt is not None else ()
    if leg.move in ("lapsed", "stays", "not_held"):
        return not_exempt
    last = leg.outcome
    if last is None:  # kept or cut: the outcome that leads to the ranking
        last = next((index for index, outcome in enumerate(step.outcomes) if outcome.passed), 0)
    before = tuple((outcome.when, False) for outcome in step.outcomes[:last])
    return (*not_exempt, *before, (step.outcomes[last].when, True))


def has_taken(case: Case, leg: Leg) -> bool:
    """Whether a case has taken a leg."""
    return any(
        move.event == leg.step and move.kind == leg.move and move.from_state == leg.origin and move.to_state == leg.to
        for move in case.path
    ) or (leg.step == "withdraw" and case.state == leg.to)
