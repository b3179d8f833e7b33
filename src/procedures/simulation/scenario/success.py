"""Reads what counts as success in a scenario: the rule, the selected state, and the vacancies to be filled."""

from procedures.definition.reader.fields import Fields
from procedures.definition.reader.scope import Scope
from procedures.procedure import Procedure
from procedures.simulation.scenario.distributions import read_number
from rules.algebra import Rule
from rules.facts import Declared
from rules.nodes import Scalar, describe
from rules.problems import Problems
from rules.reader import RuleReader
from rules.suggestions import did_you_mean


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


def read_vacancies(fields: Fields, problems: Problems) -> float | None:
    """The number of vacancies per year."""
    node = fields.get("vacancies")
    if node is None:
        return None
    rate = Fields.read(node, "`vacancies`", "vacancies", Scope(problems)).get("per_year")
    return None if rate is None else read_number(rate, "`per_year`", problems, more_than=0.0)
