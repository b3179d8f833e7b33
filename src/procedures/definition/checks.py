"""Check the parts of a definition against one another before the definition is compiled.

The checks read names, windows and the graph of steps. They evaluate no guard: proofs find rules that are never TRUE.
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

from procedures.definition.compiler import state_names
from procedures.definition.gate_checks import check_gates, check_list_sizes
from procedures.definition.model import Definition, Step
from procedures.definition.state_graph import reachable_states, successors, unsuccessful_states
from procedures.definition.window_checks import check_durations, check_lapses, check_windows
from procedures.kernel.names import CANDIDATE_EVENTS, EXPIRED, INITIAL, REJECTED, SELECTION_EVENTS, STAYS, WITHDRAWN
from rules.problems import Problems
from rules.suggestions import did_you_mean

_TYPO_SIMILARITY: Final = 0.85
_SHORTEST_TYPO: Final = 5
_EVENT_STATES: Final = (WITHDRAWN, EXPIRED)
_RESERVED_NAMES: Final = frozenset({*CANDIDATE_EVENTS, *SELECTION_EVENTS})


def check(definition: Definition, problems: Problems) -> None:
    """Report every problem between the parts of `definition`."""
    for step in definition.steps:
        if step.name in _RESERVED_NAMES:
            problems.add(f"`{step.name}` is an event of every procedure, not a name for a step", step.place)
    check_windows(definition, problems)
    check_durations(definition, problems)
    # A state that could not be read is "" and already reported; the graph cannot be checked without the state.
    if "" not in state_names(definition):
        _check_states(definition, problems)
        _check_ends(definition, problems)
        _check_automatic(definition, problems)
        check_gates(definition, problems)
        check_list_sizes(definition, problems)
        check_lapses(definition, problems)
        _check_reserve(definition, problems)
        _check_properties(definition, problems)


# -- states -----------------------------------------------------------------------------------------------------


def _check_states(definition: Definition, problems: Problems) -> None:
    if not definition.steps:
        return
    graph = successors(definition.steps)
    by_events = {INITIAL, *_EVENT_STATES} & {*state_names(definition)}
    target_states = {target for targets in graph.values() for target in targets} | by_events
    # States after an origin to which no step leads count as reachable: only the origin itself is reported.
    unreached_origins = {origin for step in definition.steps for origin in step.origins if origin not in target_states}
    reached = reachable_states(graph, by_events | unreached_origins)
    for step in definition.steps:
        for origin in step.origins:
            if origin not in target_states:
                problems.add(
                    f"no step leads to state `{origin}`, where step `{step.name}` is taken",
                    step.place,
                    did_you_mean(origin, target_states - {origin}),
                )
            elif origin not in reached:
                problems.add(
                    f"state `{origin}`, where step `{step.name}` is taken, cannot be reached",
                    step.place,
                    f"no road leads there from `{INITIAL}`",
                )
                reached |= reachable_states(graph, [origin])
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
    """Report properties about states that do not exist."""
    known = state_names(definition)
    for wanted in definition.properties.values():
        for state in (*wanted.states, *([wanted.before] if wanted.before else [])):
            if state not in known:
                sentence = f"property `{wanted.name}` is about state `{state}`, to which no step leads"
                problems.add(sentence, wanted.place, did_you_mean(state, known))


def _check_ends(definition: Definition, problems: Problems) -> None:
    """Report a final state without a description whose name is almost the name of another state."""
    graph = successors(definition.steps)
    target_states = {target for targets in graph.values() for target in targets}
    described = {REJECTED, WITHDRAWN, *definition.states, *(graph.keys() & target_states)}
    for step in definition.steps:
        for target in step.targets:
            if target in described:
                continue
            similar = next((other for other in sorted(described) if _is_typo(target, other)), None)
            if similar is not None:
                problems.add(
                    f"step `{step.name}` leads to `{target}`, which is almost `{similar}`",
                    step.place,
                    f"did you mean `{similar}`? otherwise give `{target}` a label under `states:`",
                )


def _is_typo(word: str, other: str) -> bool:
    """Whether the words differ by one typing error: a letter missing, doubled or changed, but not the first letter."""
    words, others = re.split(r"_|(?<=\D)(?=\d)", word), re.split(r"_|(?<=\D)(?=\d)", other)
    if len(words) != len(others):
        return False
    differing = [(one, two) for one, two in zip(words, others, strict=True) if one != two]
    return all(
        min(len(one), len(two)) >= _SHORTEST_TYPO
        and one[0] == two[0]
        and abs(len(one) - len(two)) <= 1
        and SequenceMatcher(None, one, two).ratio() >= _TYPO_SIMILARITY
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
    _check_cycles(leaving, problems)


def _check_cycles(leaving: dict[str, Step], problems: Problems) -> None:
    reported: set[str] = set()
    for start, first in leaving.items():
        path_states, state = [start], first.to
        while state in leaving and state not in path_states:
            path_states.append(state)
            state = leaving[state].to
        if state in path_states and state not in reported:
            loop = [*path_states[path_states.index(state) :], state]
            reported.update(loop)
            problems.add(
                "automatic moves can go round for ever: " + " → ".join(f"`{each}`" for each in loop),
                leaving[state].place,
                "break the loop with a step that waits for an event",
            )


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
    """Report two chosen options that set the same path, because the order of the options would decide the value."""
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
