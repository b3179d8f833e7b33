"""The order of variables in decision diagrams: along the road, so that what turns together stands together.

A diagram is as wide as what has to be remembered between two variables. What a step asks, what it records and how it
went are bound to one another and hardly to the rest; side by side, a long road costs as much a step as a short one.
"""

from collections.abc import Iterable, Iterator

from procedures.kernel.machine import CompiledStep, Machine
from rules.algebra import Rule, facts_of


def along_the_road(machines: Iterable[Machine]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each step with the facts that it asks about, those that it records, and those that tell how it went."""
    for machine in machines:
        for name, step in machine.steps.items():
            asked = (fact for rule in rules_of_step(step) for fact in facts_of(rule))
            decided = (f"{name}.held", f"{name}.kept", f"{name}.rank", name)
            yield name, tuple(dict.fromkeys((*asked, *sorted(step.records), *sorted(step.closing), *decided)))


def marks(step: str) -> tuple[str, str]:
    """The variables of a step that are no facts: whether somebody owes it, and whether a result of it waits."""
    return duty(step), waits(step)


def duty(step: str) -> str:
    return f"duty {step}"


def waits(step: str) -> str:
    return f"waits {step}"


def rules_of_step(step: CompiledStep) -> Iterator[Rule]:
    """Every rule by which a step decides, in the order in which they are asked."""
    if step.gate is not None and step.gate.rule is not None:
        yield step.gate.rule
    if step.exempt is not None:
        yield step.exempt
    yield from (outcome.when for outcome in step.outcomes)
