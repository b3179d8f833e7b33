"""The order of variables in decision diagrams: along the path, so that variables that change together are adjacent.

The width of a diagram is the information that must be kept between two variables. The facts that a step reads, the
facts that it records and its result depend on each other and hardly on the rest. Placed side by side, a step of a long
path costs as much as a step of a short path.
"""

from collections.abc import Iterable, Iterator

from procedures.kernel.machine import CompiledStep, Machine
from rules.algebra import Rule, facts_of


def order_along_path(machines: Iterable[Machine]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each step with the facts that it reads, the facts that it records, and the facts of its result."""
    for machine in machines:
        for name, step in machine.steps.items():
            read_facts = (fact for rule in rules_of_step(step) for fact in facts_of(rule))
            decided = (f"{name}.held", f"{name}.kept", f"{name}.rank", name)
            yield name, tuple(dict.fromkeys((*read_facts, *sorted(step.records), *sorted(step.closing), *decided)))


def mark_variables(step: str) -> tuple[str, str]:
    """The variables of a step that are no facts: whether a candidate owes it, and whether a result of it waits."""
    return duty_variable(step), waiting_variable(step)


def duty_variable(step: str) -> str:
    return f"duty {step}"


def waiting_variable(step: str) -> str:
    return f"waits {step}"


def rules_of_step(step: CompiledStep) -> Iterator[Rule]:
    """Every rule by which a step decides, in the order of evaluation."""
    if step.gate is not None and step.gate.rule is not None:
        yield step.gate.rule
    if step.exempt is not None:
        yield step.exempt
    yield from (outcome.when for outcome in step.outcomes)
