"""Check that every gate can be decided: it waits for closings that are made before it, and not for itself."""

from collections.abc import Iterator, Mapping

from procedures.definition.compiler import state_names
from procedures.definition.model import Definition, Step
from procedures.definition.state_graph import (
    find_feeders,
    find_gate_feeders,
    reachable_states,
    successors,
    unsuccessful_states,
    upstream_states,
)
from procedures.kernel.names import INITIAL
from procedures.kernel.outcomes import Count
from rules.algebra import facts_of
from rules.problems import Problems
from rules.suggestions import did_you_mean

_NEVER_DECIDED = "a gate is decided when the steps before it are closed"


def check_gates(definition: Definition, problems: Problems) -> None:
    """Report every gate that could never be decided, or whose count the order of events would decide."""
    unsuccessful = unsuccessful_states(definition)
    feeders = {
        step.name: find_gate_feeders(step, definition.steps, unsuccessful)
        for step in definition.steps
        if step.held is not None
    }
    for step in definition.steps:
        if step.held is None:
            continue
        if not {*find_feeders(definition.steps, step.origins, unsuccessful)} - {step.name}:
            problems.add(
                f"the gate of step `{step.name}` is never decided: no step leads to where it is taken",
                step.place,
                _NEVER_DECIDED,
            )
        if isinstance(step.held, Count):
            _check_counted_state(step, step.held.state, definition, problems)
        else:
            _check_rule(step, definition, problems)
        _check_feeders_come_before(step, feeders[step.name], definition, problems)
    _check_circles(definition, feeders, problems)


def _check_counted_state(step: Step, state: str, definition: Definition, problems: Problems) -> None:
    known = state_names(definition)
    if state not in known:
        problems.add(
            f"unknown state `{state}` in the gate of step `{step.name}`", step.place, did_you_mean(state, known)
        )
        return
    for other in definition.steps:
        if other is not step and state in other.origins and (other.exempt is not None or other.held is not None):
            problems.add(
                f"the gate of step `{step.name}` counts `{state}`, which step `{other.name}` leaves by itself",
                step.place,
                "whoever is moved on without an event is no longer there when it counts: count another state",
            )


def _check_rule(step: Step, definition: Definition, problems: Problems) -> None:
    assert step.held is not None
    assert not isinstance(step.held, Count)
    before = _recorded_before(step, definition)
    for fact in facts_of(step.held):
        if fact not in before:
            problems.add(
                f"the gate of step `{step.name}` asks for `{fact}`, which no closing before it records",
                step.place,
                "a gate is for all candidates at once: declare the fact under `closing:` of the step before",
            )


def _check_feeders_come_before(
    step: Step, feeders: tuple[str, ...], definition: Definition, problems: Problems
) -> None:
    """A case that waits for the gate must not be on its way to a closing for which the gate waits."""
    for name, upstream in _upstream_of(feeders, definition):
        for origin in step.origins:
            if origin in upstream:
                problems.add(
                    f"the gate of step `{step.name}` waits for the closing of `{name}`, to which a candidate in "
                    f"`{origin}` can still come",
                    step.place,
                    f"step `{name}` could not be closed before the gate is decided: count a state that is reached "
                    "before it",
                )
                break


def _upstream_of(feeders: tuple[str, ...], definition: Definition) -> Iterator[tuple[str, frozenset[str]]]:
    by_name = {step.name: step for step in definition.steps}
    for name in feeders:
        if name in by_name:
            yield name, upstream_states(by_name[name], definition)


def _check_circles(definition: Definition, feeders: Mapping[str, tuple[str, ...]], problems: Problems) -> None:
    """Gates wait for one another where each waits for a closing that only the other's decision makes possible."""
    gated = {step.name: step for step in definition.steps if step.name in feeders}
    waits: dict[str, frozenset[str]] = {}
    for name, feeding in feeders.items():
        upstream = dict(_upstream_of(feeding, definition))
        waits[name] = frozenset(
            other
            for other, step in gated.items()
            if other != name and (other in feeding or any(upstream[each] & {*step.origins} for each in upstream))
        )
    reported: set[str] = set()
    for name, step in gated.items():
        circle = {other for other in waits[name] if name in reachable_states(waits, [other])} | {name}
        if len(circle) > 1 and name not in reported:
            reported |= circle
            names = " and ".join(f"`{each}`" for each in sorted(circle))
            problems.add(f"the gates of steps {names} wait for one another", step.place, _NEVER_DECIDED)


def check_list_sizes(definition: Definition, problems: Problems) -> None:
    """Report a size of a list that no closing records in time."""
    for step in definition.steps:
        for take in step.keeps.takes if step.keeps else ():
            if isinstance(take.best, str) and take.best not in _recorded_before(step, definition) | {*step.closing}:
                problems.add(
                    f"`{take.best}` is recorded neither by closing step `{step.name}` nor by a closing before it",
                    step.place,
                    "declare it under `closing:` of the step",
                )


def _recorded_before(step: Step, definition: Definition) -> set[str]:
    """The facts recorded by closings of other steps that a case can reach without this step."""
    others = [other for other in definition.steps if other is not step]
    reached = reachable_states(successors(others), [INITIAL])
    return {name for other in others if reached & frozenset(other.origins) for name in other.closing}
