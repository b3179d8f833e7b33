"""The items of a procedure that worked cases can exercise: arcs, branches of rules, windows, readings, refusals."""

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from procedures.kernel.arcs import arcs
from procedures.kernel.machine import CompiledStep, Machine
from procedures.procedure import Procedure
from procedures.testing.files.branches import Branch, branches, named_rules
from rules.algebra import Named, Rule
from rules.problems import Place
from rules.reader import plain_rule
from rules.truth import Truth

GROUPS: Final = ("arcs", "branches", "windows", "readings", "refusals")
_ALWAYS_POSSIBLE: Final = ("duplicate", "wrong_state", "already_closed", "missing_facts", "needs_person", "undecided")
_TOP: Final = {"apply": "applications"}
_SIDES: Final = {
    "early": "comes before its window opens",
    "first": "comes on the first day of its window",
    "last": "comes on the last day of its window",
    "late": "comes after its window",
}


@frozen
class Item:
    """One thing that a worked case may exercise; `sentence` reports that no case does."""

    group: str
    key: object
    sentence: str
    place: Place | None
    covered: bool = False


def items_of(procedure: Procedure) -> Iterator[Item]:
    machine = procedure.machine
    for arc in arcs(machine) if machine.steps else ():
        if arc.event in ("apply", "advance", *machine.steps):
            event = "time passing" if arc.event == "advance" else f"`{arc.event}`"
            way = f"from `{arc.origin}` to `{arc.to}`" if arc.to else f"waiting in `{arc.origin}` for the closing"
            key = (arc.event, arc.origin, arc.to)
            sentence = f"no case goes {way} by {event}" if arc.origin else "no case applies"
            yield Item("arcs", key, sentence, _place_of_arc(procedure, arc.event, arc.origin))
    yield from _branch_items(procedure)
    for step, side in _windows(machine):
        place = procedure.place("steps", step) if step in machine.steps else procedure.place(_TOP.get(step, step))
        yield Item("windows", (step, side), f"no case of `{step}` {_SIDES[side]}", place)
    for name, reading in procedure.definition.readings.items():
        for option in reading.options:
            sentence = f"no case reads `{name}` as `{option}`"
            yield Item("readings", (name, option), sentence, procedure.place("readings", name, "options", option))
    for code in _refusal_codes(machine):
        yield Item("refusals", code, f"no case is refused with `{code}`", procedure.place("steps"))


def _place_of_arc(procedure: Procedure, event: str, origin: str | None) -> Place | None:
    if event == "apply":
        return procedure.place("applications")
    if event != "advance":
        return procedure.place("steps", event)
    lapsing = [step.name for step in procedure.machine.steps_from[origin or ""] if step.lapses is not None]
    return procedure.place("steps", *lapsing[:1]) if lapsing else procedure.place("reserve")


def _branch_items(procedure: Procedure) -> Iterator[Item]:
    machine = procedure.machine
    seen: set[Branch] = set()
    for unit, rule, place in _units(procedure):
        for branch in branches(unit, rule):
            if branch in seen:
                continue
            seen.add(branch)
            words = _short(str(plain_rule(branch.rule, machine.declared)).replace("'", ""))
            for value in (Truth.TRUE, Truth.FALSE):
                answer = "yes" if value is Truth.TRUE else "no"
                sentence = f"in {branch.unit} no case owes its {answer} to `{words}`"
                yield Item("branches", (branch, value), sentence, place)
    for step in machine.steps.values():
        for held in (True, False) if step.gate is not None else ():
            sentence = f"in no case `{step.name}` is {'held' if held else 'not held'}"
            yield Item(
                "branches", (f"gate of {step.name}", held), sentence, procedure.place("steps", step.name, "held")
            )


def _units(procedure: Procedure) -> Iterator[tuple[str, Rule, Place | None]]:
    """Every guard and condition that decides, with its place in the definition."""
    machine = procedure.machine
    guards: list[tuple[str, Rule, Place | None]] = []
    for step in machine.steps.values():
        guards += ((name, rule, procedure.place("steps", step.name, key)) for name, rule, key in guards_of(step))
    for name, rule in (machine.reserve.kinds if machine.reserve else {}).items():
        guards.append((f"reserve {name}", rule, procedure.place("reserve", "kinds", name)))
    for condition in procedure.definition.conditions.values() if not machine.steps else ():
        guards.append(("a condition", condition, None))
    for unit, rule, place in guards:
        if not isinstance(rule, Named):
            yield unit, rule, place
        for named in named_rules(rule):
            yield named.name, named, procedure.place("conditions", named.name, "rule")


def guards_of(step: CompiledStep) -> Iterator[tuple[str, Rule, str]]:
    """The guards of a step, each with a name and its key in the definition; the last outcome (all others) has none."""
    if step.exempt is not None:
        yield f"{step.name}: exempt", step.exempt, "exempt"
    several = len(step.outcomes) > 2
    for index, outcome in enumerate(step.outcomes[:-1]):
        name = f"outcome {index + 1}" if several else "passes"
        yield f"{step.name}: {name}", outcome.when, "outcomes" if several else "passes"
    if step.gate is not None and step.gate.rule is not None:
        yield f"{step.name}: held", step.gate.rule, "held"


def _windows(machine: Machine) -> Iterator[tuple[str, str]]:
    """The sides of every window that binds."""
    bounds = [("apply", machine.opens, machine.ends)]
    for step in machine.steps.values() if machine.steps else ():
        ends = step.ends or step.within
        bounds += [(step.name, step.opens, ends)] if step.enforced else []  # type: ignore[list-item]  # only whether
    for name, opens, ends in bounds:
        if opens is not None:
            yield from ((name, "early"), (name, "first"))
        if ends is not None:
            yield from ((name, "last"), (name, "late"))
    if machine.reserve is not None and (machine.reserve.valid or machine.reserve.last_day):
        yield "reserve", "late"


def _refusal_codes(machine: Machine) -> tuple[str, ...]:
    """The refusal codes that this procedure can give, without those that are the same in every procedure."""
    sides = {side for _, side in _windows(machine)}
    possible = {
        "too_early": "early" in sides,
        "too_late": "late" in sides,
        "gate_undecided": any(step.gate is not None for step in machine.steps.values()),
        "not_next": any(step.in_order for step in machine.steps.values()),
    }
    always = _ALWAYS_POSSIBLE if machine.steps else ()
    return (*always, *(code for code, can_be in possible.items() if can_be))


def _short(text: str, most: int = 80) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
