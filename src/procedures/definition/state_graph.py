"""The graph of the states of a definition, without guards: which states lead to which."""

from collections.abc import Iterable, Mapping

from procedures.definition.model import Definition, Step
from procedures.kernel.names import APPLY, INITIAL, REJECTED
from procedures.kernel.outcomes import Count
from rules.algebra import facts_of


def successors(steps: Iterable[Step]) -> Mapping[str, frozenset[str]]:
    """For each state, the states to which a step leads from it."""
    found: dict[str, set[str]] = {}
    for step in steps:
        for origin in step.origins:
            found.setdefault(origin, set()).update(step.targets)
    return {state: frozenset(targets) for state, targets in found.items()}


def predecessors(graph: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    """The same graph with every arc reversed."""
    found: dict[str, set[str]] = {}
    for origin, targets in graph.items():
        for target in targets:
            found.setdefault(target, set()).add(origin)
    return {state: frozenset(origins) for state, origins in found.items()}


def reachable_states(graph: Mapping[str, frozenset[str]], starts: Iterable[str]) -> frozenset[str]:
    """The states that can be reached from `starts`, including `starts`."""
    seen = set(starts)
    pending = list(seen)
    while pending:
        for target in graph.get(pending.pop(), ()):
            if target not in seen:
                seen.add(target)
                pending.append(target)
    return frozenset(seen)


def remove_states(graph: Mapping[str, frozenset[str]], barred: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """The same graph without the barred states."""
    return {state: targets - barred for state, targets in graph.items() if state not in barred}


def find_feeders(steps: Iterable[Step], states: Iterable[str], unsuccessful: frozenset[str]) -> tuple[str, ...]:
    """The steps that bring cases into `states` for the first time; for the first state of all that is `apply`.

    A refused offer that brings a case back to the reserve is no feeder, because the case was there before. An appeal
    is no feeder when there is an ordinary path, because a case that comes back from an unsuccessful state is an
    addition.
    """
    steps, wanted = tuple(steps), frozenset(states)
    if INITIAL in wanted:
        return (APPLY,)
    leading = [step for step in steps if wanted & frozenset(step.targets)]
    for barred in (wanted | unsuccessful, wanted):
        before = reachable_states(remove_states(successors(steps), barred), {INITIAL} - barred)
        if found := tuple(step.name for step in leading if before & frozenset(step.origins)):
            return found
    return ()


def find_gate_feeders(step: Step, steps: Iterable[Step], unsuccessful: frozenset[str]) -> tuple[str, ...]:
    """
    The closings for which the gate of a step waits: of steps, or of the applications (`apply`).

    These are the closings of the steps that first bring cases to its `from`, those of the steps that first bring them
    to the state that it counts, and the closings that record the facts that it asks for.
    """
    steps, held = tuple(steps), step.held
    found = {*find_feeders(steps, step.origins, unsuccessful)}
    if isinstance(held, Count):
        found |= {*find_feeders(steps, [held.state], unsuccessful)}
    elif held is not None:
        asked = set(facts_of(held))
        found |= {other.name for other in steps if not asked.isdisjoint(other.closing)}
    return tuple(name for name in (APPLY, *(other.name for other in steps)) if name in found - {step.name})


def upstream_states(step: Step, definition: Definition) -> frozenset[str]:
    """
    The states from which a case can still come to the step, including its own origins.

    A rejected case that may appeal does not delay a closing, nor does a case after the reserve that may come back:
    such a case is an addition.
    """
    barred = (unsuccessful_states(definition) | _states_after_reserve(step, definition)) - frozenset(step.origins)
    return reachable_states(predecessors(remove_states(successors(definition.steps), barred)), step.origins)


def _states_after_reserve(step: Step, definition: Definition) -> frozenset[str]:
    """The reserve and the states that only follow it, for a step before the reserve."""
    if definition.reserve is None:
        return frozenset()
    graph, reserve = successors(definition.steps), frozenset({definition.reserve.state})
    before = reachable_states(remove_states(graph, reserve), {INITIAL} - reserve)
    return reachable_states(graph, reserve) - before if before & frozenset(step.origins) else frozenset()


def unsuccessful_states(definition: Definition) -> frozenset[str]:
    """The unsuccessful states: declared so, and `rejected` unless it is declared otherwise."""
    declared = {name for name, state in definition.states.items() if state.unsuccessful}
    return frozenset(declared | ({REJECTED} - definition.states.keys()))


def sort_by_path(steps: Iterable[Step], start: str) -> tuple[Step, ...]:
    """The steps by distance from `start`, the unreachable ones last; steps at the same distance by their names."""
    steps = tuple(steps)
    graph = successors(steps)
    distance, near = {start: 0}, [start]
    for state in near:  # the list grows during the loop: breadth first
        for target in sorted(graph.get(state, ())):
            if target not in distance:
                distance[target] = distance[state] + 1
                near.append(target)
    far = len(distance)

    def place(step: Step) -> tuple[int, str]:
        return min(distance.get(origin, far) for origin in step.origins), step.name

    return tuple(sorted(steps, key=place))
