"""A short scenario made from a definition alone, for whoever has none yet; all that it takes for granted is told."""

from collections.abc import Iterator
from datetime import date

from procedures.machine import Machine
from procedures.simulation.scenario import Chances, Distribution, Gamma, Measure, Scenario, Size, Uniform
from rules.algebra import Rule, compared
from rules.kinds import Choice, Date, Duration, Flag, Kind, Level, Moment, Number, Text, Value
from rules.words import Words

_CANDIDATES = 50
_PASSES = 0.6


def assumed_scenario(machine: Machine) -> Scenario:
    """A scenario in which every fact that is asked spreads around what is asked of it."""
    bounds = _bounds(machine)
    told: list[Words] = []
    facts: dict[str, Distribution] = {}
    measures = []
    for name, fact in machine.declared.facts.items():
        if name not in machine.correctable or isinstance(fact.kind, Text | Moment):
            continue
        if name not in machine.declared_facts and isinstance(fact.kind, Number):
            measures.append(measure := _score(name, fact.kind))
            told.append(
                _said(name, f"normal, {measure.mean:g} ± {measure.sd:g}", f"normaal, {measure.mean:g} ± {measure.sd:g}")
            )
        elif name in machine.declared_facts and name not in bounds:
            continue  # nobody asks for it
        else:
            facts[name], words = _spread(fact.kind, bounds.get(name, ()), recorded=name not in machine.declared_facts)
            told.append(_said(name, words.in_language("en"), words.in_language("nl")))
    size = _size(machine)
    told.insert(0, Words(f"{size} kandidaten", f"{size} candidates"))
    return Scenario(
        name="assumed",
        size=Size(size, size),
        declared=machine.declared,
        facts=facts,
        measures=tuple(measures),
        correlation=tuple(
            tuple(1.0 if row == column else 0.0 for column in range(len(measures))) for row in range(len(measures))
        ),
        selected=machine.reserve.state if machine.reserve is not None else _last(machine),
        assumed=tuple(told),
        digest="assumed",
    )


def _said(name: str, english: str, dutch: str) -> Words:
    return Words(f"{name}: {dutch}", f"{name}: {english}")


def _rules(machine: Machine) -> Iterator[Rule]:
    for step in machine.steps.values():
        if step.exempt is not None:
            yield step.exempt
        yield from (outcome.when for outcome in step.outcomes)
    if machine.reserve is not None:
        yield from machine.reserve.kinds.values()


def _bounds(machine: Machine) -> dict[str, tuple[Value, ...]]:
    """For each fact that a rule asks for, what it is compared with."""
    found: dict[str, tuple[Value, ...]] = {}
    for rule in _rules(machine):
        for name, values in compared(rule).items():
            found[name] = (*found.get(name, ()), *values)
    return found


def _score(name: str, kind: Number) -> Measure:
    """A score in the middle of its range, or around 50."""
    least = float(kind.least) if kind.least is not None else 0.0
    most = float(kind.most) if kind.most is not None else least + 100
    return Measure(name, (least + most) / 2, (most - least) / 6)


def _spread(kind: Kind, bounds: tuple[Value, ...], *, recorded: bool) -> tuple[Distribution, Words]:
    """How a fact may spread so that some meet what is asked and some do not; in words too."""
    match kind:
        case Choice(of) | Level(of):
            values: tuple[Value, ...] = of if isinstance(kind, Choice) else tuple(range(len(of)))
            return Chances(values, (1 / len(of),) * len(of)), Words("elke waarde even vaak", "every value as often")
        case Flag():
            share = _PASSES if recorded else 0.5
            return Chances((True, False), (share, 1 - share)), Words(f"ja bij {share:.0%}", f"yes for {share:.0%}")
        case Duration():
            asked = max((int(bound) for bound in bounds), default=12) or 12
            unit = kind.unit.word
            return Gamma(2.0, float(asked)), Words(
                f"gamma, gemiddeld {2 * asked} {unit}", f"gamma, {2 * asked} {unit} on average"
            )
        case Date():
            days = [int(bound) for bound in bounds] or [date(2000, 1, 1).toordinal()]
            first, last = min(days) - 730, max(days) + 731
            between = f"{date.fromordinal(first)} – {date.fromordinal(last - 1)}"
            return Uniform(first, last), Words(f"elke dag even vaak, {between}", f"every day as often, {between}")
        case Number(least, most, step):
            low = float(least) if least is not None else 0.0
            asked_at = [float(int(bound) * step) for bound in bounds]
            high = float(most) if most is not None else 2 * max(asked_at, default=50.0)
            return Uniform(low, high), Words(f"gelijk tussen {low:g} en {high:g}", f"evenly from {low:g} to {high:g}")
        case Moment() | Text():
            raise AssertionError("no rule of a scenario asks for it")


def _size(machine: Machine) -> int:
    """So many that a gate on a number is held about as often as it says, or fifty."""
    counts = [
        bound
        for step in machine.steps.values()
        if step.gate is not None and step.gate.count is not None
        for _, bound in step.gate.count.conditions
    ]
    return max([_CANDIDATES, *(3 * bound for bound in counts)])


def _last(machine: Machine) -> str | None:
    """The last state of the road that is no failure, where there is no reserve."""
    good = [state.name for state in machine.states.values() if not state.unsuccessful and state.name != "withdrawn"]
    return good[-1] if good else None
