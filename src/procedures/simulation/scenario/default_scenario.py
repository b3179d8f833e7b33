"""A default scenario made from a definition alone, with a list of its assumptions.

It is built as the nodes of a scenario file and read like one, so it can be written to a file and changed.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from attrs import evolve

from procedures.kernel.machine import Machine
from procedures.procedure import Procedure
from procedures.simulation.scenario.reader import ScenarioFile, scenario_of
from rules.algebra import Rule, comparison_values
from rules.facts import Fact
from rules.kinds import Choice, Date, Duration, Flag, Kind, Level, Moment, Number, Text, Value
from rules.nodes import PlainData, Table, node_of
from rules.words import Words

_CANDIDATES: Final = 50
_PASSES: Final = 0.6

Assumptions = dict[str, Words]
"""Assumptions in words, by their path in the scenario."""


def assumed_file(procedure: Procedure, before: ScenarioFile | None = None) -> ScenarioFile:
    """
    A scenario in which every fact that a rule reads is distributed around the values that rules compare it with.

    `before` is the assumed scenario of an earlier version of the procedure: its values stay, and only facts that the
    changed procedure reads in addition are added.

    Raises:
        ScenarioError: the procedure states no steps.
    """
    root, said = _build_scenario(procedure.machine)
    if before is not None:
        _, had = _build_scenario(before.procedure.machine)
        root = _keep_values(root, procedure.machine, before, had)
        # A path of the earlier procedure that is no longer listed as assumed was set by the user.
        inherited = {path: before.scenario.assumed.get(path, words) for path, words in said.items()}
        said = {path: words for path, words in inherited.items() if path in before.scenario.assumed or path not in had}
    return with_assumptions(scenario_of(root, procedure), said)


def with_assumptions(file: ScenarioFile, said: Mapping[str, Words]) -> ScenarioFile:
    """The scenario file marked as assumed, with these assumptions."""
    return evolve(file, scenario=evolve(file.scenario, assumed=said), assumed=True)


def _build_scenario(machine: Machine) -> tuple[Table, Assumptions]:
    """The nodes of the default scenario, and the assumption of each part in words."""
    size = _size(machine)
    said = {"candidates": Words(f"{size} kandidaten", f"{size} candidates")}
    bounds = _bounds(machine)
    facts: dict[str, PlainData] = {}
    measures: dict[str, PlainData] = {}
    for name, fact in _needed_facts(machine, bounds):
        if isinstance(fact.kind, Number) and name not in machine.declared_facts:
            mean, sd = _score(fact.kind)
            measures[name] = {"mean": mean, "sd": sd}
            words = Words(f"normaal, {mean:g} ± {sd:g}", f"normal, {mean:g} ± {sd:g}")
        else:
            recorded = name not in machine.declared_facts
            facts[name], words = _distribution(fact.kind, bounds.get(name, ()), recorded=recorded)
        path = f"measures.{name}" if name in measures else f"facts.{name}"
        said[path] = Words(f"{name}: {words.nl}", f"{name}: {words.en}")
    selected = machine.reserve.state if machine.reserve is not None else _last_successful_state(machine)
    parts: dict[str, PlainData] = {"facts": facts, "measures": measures, "selected": selected}
    root = node_of({"scenario": "assumed", "candidates": size, **{name: part for name, part in parts.items() if part}})
    assert isinstance(root, Table)
    return root, said


def _needed_facts(machine: Machine, bounds: Mapping[str, object]) -> Iterator[tuple[str, Fact]]:
    """The facts that the scenario must define: facts that steps record, and declared facts that a rule reads."""
    for name, fact in machine.declared.facts.items():
        is_wanted = name in machine.correctable and not isinstance(fact.kind, Text | Moment)
        if is_wanted and (name in bounds or name not in machine.declared_facts):
            yield name, fact


def _keep_values(again: Table, machine: Machine, before: ScenarioFile, had: Assumptions) -> Table:
    """The assumed scenario of another version of a procedure, with the values of the scenario `before`."""
    entries = dict(before.root.entries)
    for key in ("facts", "measures"):
        needed, known = again.get(key), before.root.get(key)
        left = known.entries if isinstance(known, Table) else {}
        kept = {
            name: left.get(name, node)
            for name, node in (needed if isinstance(needed, Table) else ())
            if name in left or f"{key}.{name}" not in had  # else the user removed it
        }
        entries.pop(key, None)
        if kept:
            entries[key] = Table(kept)
    if "selected" in entries and before.scenario.selected not in machine.states:  # the state no longer exists
        entries |= {key: node for key, node in again if key == "selected"}
    return Table(entries, before.root.place)


def _rules(machine: Machine) -> Iterator[Rule]:
    for step in machine.steps.values():
        if step.exempt is not None:
            yield step.exempt
        yield from (outcome.when for outcome in step.outcomes)
    if machine.reserve is not None:
        yield from machine.reserve.kinds.values()


def _bounds(machine: Machine) -> dict[str, tuple[Value, ...]]:
    """For each fact that a rule reads, the values it is compared with."""
    found: dict[str, tuple[Value, ...]] = {}
    for rule in _rules(machine):
        for name, values in comparison_values(rule).items():
            found[name] = (*found.get(name, ()), *values)
    return found


def _score(kind: Number) -> tuple[float, float]:
    """The mean and standard deviation of a score in the middle of its range, or around 50."""
    least = float(kind.least) if kind.least is not None else 0.0
    most = float(kind.most) if kind.most is not None else least + 100
    return (least + most) / 2, (most - least) / 6 or 1.0


def _distribution(kind: Kind, bounds: tuple[Value, ...], *, recorded: bool) -> tuple[PlainData, Words]:
    """A distribution of a fact such that some candidates meet the rules and some do not, and its description."""
    match kind:
        case Choice(of) | Level(of):
            return {"choice": dict.fromkeys(of, 1 / len(of))}, Words("elke waarde even vaak", "every value as often")
        case Flag():
            share = _PASSES if recorded else 0.5
            return {"flag": share}, Words(f"ja bij {share:.0%}", f"yes for {share:.0%}")
        case Duration():
            typical = max((int(bound) for bound in bounds), default=12) or 12
            unit = kind.unit.word
            words = Words(f"gamma, gemiddeld {2 * typical} {unit}", f"gamma, {2 * typical} {unit} on average")
            return {"gamma": {"shape": 2, "scale": typical}}, words
        case Date():
            days = [int(bound) for bound in bounds] or [date(2000, 1, 1).toordinal()]
            first, last = date.fromordinal(min(days) - 730), date.fromordinal(max(days) + 730)
            words = Words(f"elke dag even vaak, {first} – {last}", f"every day as often, {first} – {last}")
            return {"uniform": {"from": first, "to": last}}, words
        case Number(least, most, step):
            low = float(least) if least is not None else 0.0
            asked_at = [float(int(bound) * step) for bound in bounds]
            high = float(most) if most is not None else 2 * max(asked_at, default=50.0)
            high = high if high > low else low + 1
            words = Words(f"gelijk tussen {low:g} en {high:g}", f"evenly from {low:g} to {high:g}")
            return {"uniform": {"from": low, "to": high}}, words
        case Moment() | Text():
            raise AssertionError("no rule of a scenario asks for it")


def _size(machine: Machine) -> int:
    """The number of candidates: fifty, or three times the largest number that a gate counts."""
    counts = [
        bound
        for step in machine.steps.values()
        if step.gate is not None and step.gate.count is not None
        for _, bound in step.gate.count.conditions
    ]
    return max([_CANDIDATES, *(3 * bound for bound in counts)])


def _last_successful_state(machine: Machine) -> str | None:
    """The last state that is not unsuccessful, for procedures without a reserve."""
    good = [state.name for state in machine.states.values() if not state.unsuccessful and state.name != "withdrawn"]
    return good[-1] if good else None
