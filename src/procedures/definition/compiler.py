"""Compile a checked definition to a machine: resolve defaults and turn windows into moments."""

from collections.abc import Iterator
from datetime import date

from procedures.definition.model import Definition, Step
from procedures.definition.state_graph import (
    find_feeders,
    find_gate_feeders,
    reachable_states,
    successors,
    unsuccessful_states,
    upstream_states,
)
from procedures.kernel.machine import CompiledReserve, CompiledState, CompiledStep, Gate, Machine
from procedures.kernel.names import EXPIRED, INITIAL, REJECTED, STAYS, WITHDRAWN
from procedures.kernel.outcomes import Count
from rules.calendar import Duration
from rules.words import Words

_BUILT_IN_LABELS = {
    INITIAL: Words("kandidaat gesteld", "applied"),
    REJECTED: Words("afgewezen", "rejected"),
    WITHDRAWN: Words("teruggetrokken", "withdrawn"),
    EXPIRED: Words("vervallen", "expired"),
}


def compile_definition(definition: Definition) -> Machine:
    """The machine of a definition in which `check` found no problem."""
    applications = definition.applications.bounds(definition.zone)
    return Machine(
        name=definition.name,
        version=definition.version,
        zone=definition.zone,
        declared=definition.declared,
        states={state.name: state for state in _states(definition)},
        steps={step.name: _step(step, definition) for step in definition.steps},
        opens=applications[0],
        ends=applications[1],
        reserve=_reserve(definition),
        readings={name: reading.chosen for name, reading in definition.readings.items()},
        properties=tuple(definition.properties.values()),
    )


def state_names(definition: Definition) -> tuple[str, ...]:
    """Every state of the definition, in the order in which the file leads to them."""
    names = [INITIAL]
    for step in definition.steps:
        names += [*step.origins, *step.targets]
    if definition.steps:
        names.append(WITHDRAWN)
        if definition.reserve and definition.reserve.valid is not None:
            names.append(EXPIRED)
    return tuple(dict.fromkeys(names))


def _states(definition: Definition) -> Iterator[CompiledState]:
    graph = successors(definition.steps)
    unsuccessful = unsuccessful_states(definition)
    reserve = definition.reserve.state if definition.reserve else None
    selected = reachable_states(graph, [reserve]) if reserve else frozenset()
    for name in state_names(definition):
        described = definition.states.get(name)
        label = described.label if described and described.label else _BUILT_IN_LABELS.get(name, Words())
        stated = described.final if described else None
        final = name != reserve and (stated is True or not graph.get(name))
        yield CompiledState(name, final, name in unsuccessful, name in selected - unsuccessful, label)


def _step(step: Step, definition: Definition) -> CompiledStep:
    opens, ends = step.window.bounds(definition.zone)
    facts = definition.declared.facts
    decided = (step.name, f"{step.name}.kept", f"{step.name}.rank")
    return CompiledStep(
        name=step.name,
        origins=frozenset(step.origins),
        to=step.to,
        otherwise=step.otherwise,
        outcomes=step.outcomes,
        records=frozenset(step.records),
        forgotten_facts=tuple(name for name in (*sorted(step.records), *decided) if name in facts),
        closing=tuple(sorted(step.closing)),
        upstream=upstream_states(step, definition),
        exempt=step.exempt,
        gate=_gate(step, definition),
        keeps=step.keeps,
        opens=opens,
        ends=ends,
        within=step.window.within,
        enforced=not step.tentative,
        lapses=None if step.lapses == STAYS else step.lapses,
        left_for_person=step.lapses == STAYS,
        automatic=step.automatic,
        in_order=step.in_order,
        label=step.label,
        sources=step.sources,
    )


def _gate(step: Step, definition: Definition) -> Gate | None:
    if step.held is None:
        return None
    feeders = find_gate_feeders(step, definition.steps, unsuccessful_states(definition))
    return Gate(feeders, step.held) if isinstance(step.held, Count) else Gate(feeders, None, step.held)


def _reserve(definition: Definition) -> CompiledReserve | None:
    reserve = definition.reserve
    if reserve is None:
        return None
    return CompiledReserve(
        state=reserve.state,
        feeders=find_feeders(definition.steps, [reserve.state], unsuccessful_states(definition)),
        kinds=reserve.kinds,
        ranked=reserve.ranked,
        valid=reserve.valid if isinstance(reserve.valid, Duration) else None,
        last_day=reserve.valid if isinstance(reserve.valid, date) else None,
        extendable=reserve.extendable,
    )
