"""Which states lead to which: the bare graph of a definition's steps, without guards."""

from collections.abc import Iterable, Mapping

from procedures.definition.model import Step
from procedures.kernel.names import INITIAL


def successors(steps: Iterable[Step]) -> Mapping[str, frozenset[str]]:
    """For each state, the states to which some step leads from it."""
    found: dict[str, set[str]] = {}
    for step in steps:
        for origin in step.origins:
            found.setdefault(origin, set()).update(step.targets)
    return {state: frozenset(targets) for state, targets in found.items()}


def backwards(graph: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    """The same graph with every arc turned round."""
    found: dict[str, set[str]] = {}
    for origin, targets in graph.items():
        for target in targets:
            found.setdefault(target, set()).add(origin)
    return {state: frozenset(origins) for state, origins in found.items()}


def reachable(graph: Mapping[str, frozenset[str]], starts: Iterable[str]) -> frozenset[str]:
    """The states that can be reached from `starts`, these included."""
    seen = set(starts)
    pending = list(seen)
    while pending:
        for target in graph.get(pending.pop(), ()):
            if target not in seen:
                seen.add(target)
                pending.append(target)
    return frozenset(seen)


def without(graph: Mapping[str, frozenset[str]], barred: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """The same graph as if nobody could be in the barred states."""
    return {state: targets - barred for state, targets in graph.items() if state not in barred}


def feeders(steps: Iterable[Step], states: Iterable[str], unsuccessful: frozenset[str]) -> tuple[str, ...]:
    """The steps that bring cases into `states` for the first time.

    A refused offer that brings a case back to the reserve does not feed it: the case was there before. Nor does an
    appeal, where there is an ordinary road: whoever was unsuccessful and comes back joins as an addition.
    """
    steps, wanted = tuple(steps), frozenset(states)
    leading = [step for step in steps if wanted & frozenset(step.targets)]
    for barred in (wanted | unsuccessful, wanted):
        before = reachable(without(successors(steps), barred), {INITIAL} - barred)
        if found := tuple(step.name for step in leading if before & frozenset(step.origins)):
            return found
    return ()


def in_path_order(steps: Iterable[Step], start: str) -> tuple[Step, ...]:
    """The steps in the order in which a case can come to them; equally near ones, and lost ones, as given."""
    steps = tuple(steps)
    graph = successors(steps)
    distance, near = {start: 0}, [start]
    for state in near:  # grows while it is walked: breadth first
        for target in sorted(graph.get(state, ())):
            if target not in distance:
                distance[target] = distance[state] + 1
                near.append(target)
    far = len(distance)
    return tuple(sorted(steps, key=lambda step: min(distance.get(origin, far) for origin in step.origins)))
