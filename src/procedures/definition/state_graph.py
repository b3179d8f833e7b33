"""The graph of the states of a definition, without guards: which states lead to which."""

from collections.abc import Iterable, Mapping

from procedures.definition.model import Step
from procedures.kernel.names import INITIAL


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
    """The steps that bring cases into `states` for the first time.

    A refused offer that brings a case back to the reserve is no feeder, because the case was there before. An appeal
    is no feeder when there is an ordinary path, because a case that comes back from an unsuccessful state is an
    addition.
    """
    steps, wanted = tuple(steps), frozenset(states)
    leading = [step for step in steps if wanted & frozenset(step.targets)]
    for barred in (wanted | unsuccessful, wanted):
        before = reachable_states(remove_states(successors(steps), barred), {INITIAL} - barred)
        if found := tuple(step.name for step in leading if before & frozenset(step.origins)):
            return found
    return ()


def sort_by_path(steps: Iterable[Step], start: str) -> tuple[Step, ...]:
    """The steps by distance from `start`; steps at the same distance, and unreachable ones, keep their order."""
    steps = tuple(steps)
    graph = successors(steps)
    distance, near = {start: 0}, [start]
    for state in near:  # the list grows during the loop: breadth first
        for target in sorted(graph.get(state, ())):
            if target not in distance:
                distance[target] = distance[state] + 1
                near.append(target)
    far = len(distance)
    return tuple(sorted(steps, key=lambda step: min(distance.get(origin, far) for origin in step.origins)))
