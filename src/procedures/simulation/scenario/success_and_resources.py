"""Reads the success rule, the selected state, the jury resources and the vacancies of a scenario."""

from collections.abc import Iterator

from procedures.definition.reader.fields import Fields
from procedures.definition.reader.scope import Scope
from procedures.procedure import Procedure
from procedures.simulation.scenario.distributions import read_number
from procedures.simulation.scenario.jury_hours import read_hours
from procedures.simulation.scenario.model import Resource
from rules.algebra import Rule
from rules.facts import Declared
from rules.nodes import Node, Scalar, Table, describe
from rules.problems import Problems, did_you_mean
from rules.reader import RuleReader


def read_success(fields: Fields, declared: Declared, problems: Problems) -> Rule | None:
    """The success rule: a rule over measures and facts that is true of candidates who would do well in the job."""
    node = fields.get("success")
    return None if node is None else RuleReader(declared, problems).rule(node)


def read_selected(fields: Fields, procedure: Procedure, problems: Problems) -> str | None:
    """The state that counts as selected; the state of the reserve by default."""
    machine, node = procedure.machine, fields.get("selected")
    if node is None:
        return machine.reserve.state if machine.reserve is not None else None
    if not isinstance(node, Scalar):
        problems.add(f"`selected` is a state, not {describe(node)}", node.place)
        return None
    name = node.text
    if name not in machine.states:
        problems.add(f"unknown state {describe(node)}", node.place, did_you_mean(name, machine.states))
        return None
    return name


def read_resources(fields: Fields, procedure: Procedure, problems: Problems) -> Iterator[tuple[str, Resource]]:
    """For each step its juries, the duration per candidate, and the hours."""
    steps = {step.name: step for step in procedure.definition.steps}
    for name, node in read_entries(fields, "resources", problems):
        step = steps.get(name)
        if step is None:
            place = fields.table.entries["resources"]
            where = place.place_of(name) if isinstance(place, Table) else node.place
            problems.add(f"unknown step `{name}`", where, did_you_mean(name, steps))
            continue
        own = Fields.read(node, f"the resources of `{name}`", "resource", Scope(problems))
        hours = read_hours(own, problems)
        slot = own.duration("slot") or step.slot
        if slot is None or slot.family != "minutes":
            hint = "write `slot: 15 minutes`"
            problems.add(f"how long a candidate takes at `{name}` is not stated in minutes", node.place, hint)
        elif hours and not any(end - start >= slot.count for start, end in hours):
            problems.add(f"no candidate fits in the hours of `{name}`: a slot takes {slot}", own.place("day"))
        elif hours:
            yield name, Resource(own.integer("juries", least=1) or 1, slot.count, hours)


def read_vacancies(fields: Fields, problems: Problems) -> float | None:
    """The number of vacancies per year."""
    node = fields.get("vacancies")
    if node is None:
        return None
    rate = Fields.read(node, "`vacancies`", "vacancies", Scope(problems)).get("per_year")
    return None if rate is None else read_number(rate, "`per_year`", problems, more_than=0.0)


def read_entries(fields: Fields, key: str, problems: Problems) -> Iterator[tuple[str, Node]]:
    """The members of a mapping, whose keys may be full names such as `step.fact`."""
    node = fields.get(key)
    if isinstance(node, Table):
        yield from node
    elif node is not None:
        problems.add(f"`{key}` is a mapping, not {describe(node)}", node.place)
