"""What must hold between the parts of a definition before anything is compiled.

Reads names, windows and the graph of steps; never evaluates a guard. Whether a rule can ever be TRUE is for proofs.
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

from procedures.definition.compiler import state_names, unsuccessful_states
from procedures.definition.model import Definition, Step
from procedures.definition.state_graph import feeders, reachable, successors
from procedures.definition.window_checks import check_lapses, check_windows
from procedures.kernel.guards import Count
from procedures.kernel.names import CANDIDATE_EVENTS, EXPIRED, INITIAL, REJECTED, SELECTION_EVENTS, STAYS, WITHDRAWN
from rules.algebra import facts_of
from rules.problems import Problems, did_you_mean

_ALMOST: Final = 0.85
_SHORTEST_SLIP: Final = 5
_BY_EVENTS: Final = (WITHDRAWN, EXPIRED)
_RESERVED: Final = frozenset({*CANDIDATE_EVENTS, *SELECTION_EVENTS})


def check(definition: Definition, problems: Problems) -> None:
    """Add every problem between the parts of `definition`."""
    for step in definition.steps:
        if step.name in _RESERVED:
            problems.add(f"`{step.name}` is an event of every procedure, not a name for a step", step.place)
    check_windows(definition, problems)
    # A state that could not be read is "" and was told; what leads where cannot be judged without it.
    if "" not in state_names(definition):
        _check_states(definition, problems)
        _check_ends(definition, problems)
        _check_automatic(definition, problems)
        _check_gates(definition, problems)
        check_lapses(definition, problems)
        _check_reserve(definition, problems)
        _check_properties(definition, problems)


# -- states -----------------------------------------------------------------------------------------------------


def _check_states(definition: Definition, problems: Problems) -> None:
    if not definition.steps:
        return
    graph = successors(definition.steps)
    by_events = {INITIAL, *_BY_EVENTS} & {*state_names(definition)}
    led_to = {target for targets in graph.values() for target in targets} | by_events
    # What lies beyond a state to which nothing leads would be reached if it were: told once, where the road breaks.
    broken = {origin for step in definition.steps for origin in step.origins if origin not in led_to}
    reached = reachable(graph, by_events | broken)
    for step in definition.steps:
        for origin in step.origins:
            if origin not in led_to:
                problems.add(
                    f"no step leads to state `{origin}`, where step `{step.name}` is taken",
                    step.place,
                    did_you_mean(origin, led_to - {origin}),
                )
            elif origin not in reached:
                problems.add(
                    f"state `{origin}`, where step `{step.name}` is taken, cannot be reached",
                    step.place,
                    f"no road leads there from `{INITIAL}`",
                )
                reached |= reachable(graph, [origin])
        for target in step.targets:
            if target == STAYS:
                problems.add(f"`{STAYS}` is no state: step `{step.name}` cannot lead there", step.place)
    known = state_names(definition)
    reserve = definition.reserve.state if definition.reserve else None
    for state in definition.states.values():
        if state.name not in known:
            problems.add(f"no step leads to state `{state.name}`", state.place, did_you_mean(state.name, known))
        if state.final and graph.get(state.name) and state.name != reserve:
            step = next(step for step in definition.steps if state.name in step.origins)
            problems.add(
                f"state `{state.name}` is final, and step `{step.name}` leaves it",
                state.place,
                "leave `final` out, or take the step from another state",
            )


def _check_properties(definition: Definition, problems: Problems) -> None:
    """What the author wants proved is about states that there are."""
    known = state_names(definition)
    for wanted in definition.properties.values():
        for state in (*wanted.states, *([wanted.before] if wanted.before else [])):
            if state not in known:
                sentence = f"property `{wanted.name}` is about state `{state}`, to which no step leads"
                problems.add(sentence, wanted.place, did_you_mean(state, known))


def _check_ends(definition: Definition, problems: Problems) -> None:
    """An end that nobody describes and that is written almost like another state is a slip of the pen."""
    graph = successors(definition.steps)
    led_to = {target for targets in graph.values() for target in targets}
    described = {REJECTED, WITHDRAWN, *definition.states, *(graph.keys() & led_to)}
    for step in definition.steps:
        for target in step.targets:
            if target in described:
                continue
            meant = next((other for other in sorted(described) if _is_slip(target, other)), None)
            if meant is not None:
                problems.add(
                    f"step `{step.name}` leads to `{target}`, which is almost `{meant}`",
                    step.place,
                    f"did you mean `{meant}`? otherwise give `{target}` a label under `states:`",
                )


def _is_slip(word: str, other: str) -> bool:
    """Whether one is the other with a letter missing, doubled or changed inside: not another prefix, part or number."""
    words, others = re.split(r"_|(?<=\D)(?=\d)", word), re.split(r"_|(?<=\D)(?=\d)", other)
    if len(words) != len(others):
        return False
    differing = [(one, two) for one, two in zip(words, others, strict=True) if one != two]
    return all(
        min(len(one), len(two)) >= _SHORTEST_SLIP
        and one[0] == two[0]
        and abs(len(one) - len(two)) <= 1
        and SequenceMatcher(None, one, two).ratio() >= _ALMOST
        for one, two in differing
    )


# -- automatic moves --------------------------------------------------------------------------------------------


def _check_automatic(definition: Definition, problems: Problems) -> None:
    automatic = [step for step in definition.steps if step.exempt is not None or step.held is not None]
    leaving: dict[str, Step] = {}
    unsuccessful = unsuccessful_states(definition)
    for step in automatic:
        for origin in step.origins:
            first = leaving.setdefault(origin, step)
            if first is not step:
                problems.add(
                    f"steps `{first.name}` and `{step.name}` both move cases from `{origin}` by themselves",
                    step.place,
                    "at most one step with `exempt` or `held` leaves a state",
                )
        if step.to in unsuccessful:
            problems.add(
                f"step `{step.name}` would move cases to `{step.to}` by itself, which is adverse",
                step.place,
                "an exemption, or a step that is not held, never leads to an unsuccessful state",
            )
    _check_loops(leaving, problems)


def _check_loops(leaving: dict[str, Step], problems: Problems) -> None:
    told: set[str] = set()
    for start, first in leaving.items():
        road, state = [start], first.to
        while state in leaving and state not in road:
            road.append(state)
            state = leaving[state].to
        if state in road and state not in told:
            loop = [*road[road.index(state) :], state]
            told.update(loop)
            problems.add(
                "automatic moves can go round for ever: " + " → ".join(f"`{each}`" for each in loop),
                leaving[state].place,
                "break the loop with a step that waits for an event",
            )


# -- gates ------------------------------------------------------------------------------------------------------


def _check_gates(definition: Definition, problems: Problems) -> None:
    known = state_names(definition)
    for step in definition.steps:
        if step.held is None:
            continue
        if not feeders(definition.steps, step.origins, unsuccessful_states(definition)):
            problems.add(
                f"the gate of step `{step.name}` is never decided: no step leads to where it is taken",
                step.place,
                "a gate is decided when the steps before it are closed",
            )
        if isinstance(step.held, Count):
            if step.held.state not in known:
                problems.add(
                    f"unknown state `{step.held.state}` in the gate of step `{step.name}`",
                    step.place,
                    did_you_mean(step.held.state, known),
                )
            continue
        before = _recorded_before(step, definition)
        for fact in facts_of(step.held):
            if fact not in before:
                problems.add(
                    f"the gate of step `{step.name}` asks for `{fact}`, which no closing before it records",
                    step.place,
                    "a gate is for all candidates at once: declare the fact under `closing:` of the step before",
                )
    for step in definition.steps:
        for take in step.keeps.takes if step.keeps else ():
            if isinstance(take.best, str) and take.best not in _recorded_before(step, definition) | {*step.closing}:
                problems.add(
                    f"`{take.best}` is recorded neither by closing step `{step.name}` nor by a closing before it",
                    step.place,
                    "declare it under `closing:` of the step",
                )


def _recorded_before(step: Step, definition: Definition) -> set[str]:
    """The facts recorded by closings of the other steps that can be taken, and so closed, without this one."""
    others = [other for other in definition.steps if other is not step]
    reached = reachable(successors(others), [INITIAL])
    return {name for other in others if reached & frozenset(other.origins) for name in other.closing}


# -- reserve ----------------------------------------------------------------------------------------------------


def _check_reserve(definition: Definition, problems: Problems) -> None:
    reserve = definition.reserve
    ranked = reserve.ranked if reserve else ()
    for step in definition.steps:
        if step.in_order and not ranked:
            problems.add(
                f"step `{step.name}` goes in order, and nothing ranks those who wait",
                step.place,
                "add `ranked: {by: [...]}` to `reserve:`",
            )
    if reserve is None or not reserve.state or not definition.steps:
        return
    known = state_names(definition)
    if reserve.state not in known:
        problems.add(
            f"no step leads to the reserve's state `{reserve.state}`", reserve.place, did_you_mean(reserve.state, known)
        )
        return
    described = definition.states.get(reserve.state)
    if described and described.final:
        problems.add(f"state `{reserve.state}` is the reserve's, and never final", described.place, "leave `final` out")
    if reserve.extendable and reserve.valid is None:
        problems.add(
            "a reserve that never ends cannot be extended", reserve.place, "give `valid:`, or drop `extendable`"
        )


def check_paths(
    chosen: Iterable[tuple[str, Iterable[tuple[str, ...]]]], definition: Definition, problems: Problems
) -> None:
    """Two chosen options that set the same path are a problem: which of them holds would be an accident."""
    taken: dict[tuple[str, ...], str] = {}
    for reading, set_paths in chosen:
        for path in set_paths:
            clash = next(
                (
                    (other, name)
                    for other, name in taken.items()
                    if name != reading and (other[: len(path)] == path or path[: len(other)] == other)
                ),
                None,
            )
            if clash:
                place = definition.readings[reading].place
                problems.add(
                    f"readings `{clash[1]}` and `{reading}` both set `{'.'.join(path)}`",
                    place,
                    "choose options that do not touch the same place, or make them one reading",
                )
            taken[path] = reading
