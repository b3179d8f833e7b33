"""Reads the number of applicants, their groups and their behaviour from a scenario."""

from collections.abc import Iterable
from typing import Final

from procedures.definition.reader.fields import Fields
from procedures.definition.reader.scope import Scope
from procedures.kernel.names import WITHDRAWN
from procedures.procedure import Procedure
from procedures.simulation.scenario.distributions import read_chance, read_number
from procedures.simulation.scenario.model import Behaviour, Group, Measure, Size
from rules.kinds import Flag
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.problems import Problems
from rules.suggestions import did_you_mean

_MOST: Final = 10_000_000


def read_size(fields: Fields, problems: Problems) -> Size:
    """The number of applicants: a fixed number, a Poisson mean, or a range."""
    node = fields.get("candidates")
    match node:
        case Scalar():
            return Size(count := _count(node, problems), count)
        case Table(entries) if entries.keys() == {"poisson"}:
            return Size(mean=read_number(entries["poisson"], "`poisson`", problems, more_than=0.0))
        case Table(entries) if entries.keys() == {"between"}:
            between = entries["between"]
            if isinstance(between, Listing) and len(between.items) == 2:
                least, most = (_count(item, problems) for item in between.items)
                if least > most:
                    problems.add(f"there is no number between {least} and {most}", between.place)
                return Size(least, max(least, most))
            problems.add("`between` takes two numbers, as in `[40, 120]`", between.place)
        case None:
            pass  # already reported as missing
        case _:
            problems.add(
                f"`candidates` is a number, `{{poisson: 80}}` or `{{between: [40, 120]}}`, not {describe(node)}",
                node.place,
            )
    return Size(1, 1)


def _count(node: Node, problems: Problems) -> int:
    found = read_number(node, "`candidates`", problems, least=0)
    if found != int(found):
        problems.add(f"candidates are whole people, not {describe(node)}", node.place)
    elif found == 0:
        problems.add("nobody applies", node.place, "at least one candidate is needed to simulate anything")
    elif found > _MOST:
        problems.add(f"{int(found)} candidates are more than a simulation takes: {_MOST}", node.place)
    return max(1, min(int(found), _MOST))


def read_groups(fields: Fields, measures: tuple[Measure, ...], problems: Problems) -> tuple[Group, ...]:
    """The groups and their shares; one group `all` where none are stated."""
    node = fields.get("groups")
    if node is None:
        return (Group("all", 1.0),)
    if not isinstance(node, Listing) or not node.items:
        problems.add(f"`groups` is a list of groups, not {describe(node)}", node.place)
        return (Group("all", 1.0),)
    before = len(problems.entries)
    groups = tuple(_group(item, measures, problems) for item in node.items)
    if len(problems.entries) > before:
        return groups  # the sum of the shares is unknown
    if abs((total := sum(group.share for group in groups)) - 1) > 1e-6:
        problems.add(f"the shares of the groups add up to {total:g}, not to 1", node.place)
    if len({group.name for group in groups}) < len(groups):
        problems.add("two groups have the same name", node.place, "rename one of them")
    return groups


def _group(node: Node, measures: tuple[Measure, ...], problems: Problems) -> Group:
    own = Fields.read(node, "the group", "group", Scope(problems))
    share, shift = own.get("share"), own.get("shift")
    shifts: dict[str, float] = {}
    if isinstance(shift, Table):
        known = [measure.name for measure in measures]
        for name, value in shift:
            if name not in known:
                hint = did_you_mean(name, known) or "declare it under `measures:`"
                problems.add(f"`{name}` is no measure", shift.place_of(name), hint)
            else:
                shifts[name] = read_number(value, f"the shift of `{name}`", problems)
    elif shift is not None:
        problems.add(f"`shift` is a mapping of measures, not {describe(shift)}", shift.place)
    return Group(own.text("name") or "", 0.0 if share is None else read_chance(share, "`share`", problems), shifts)


def read_behaviour(fields: Fields, procedure: Procedure, problems: Problems) -> Behaviour:
    """The behaviour of candidates: chances by step and by state, checked against the procedure."""
    node = fields.get("behaviour")
    if node is None:
        return Behaviour()
    own = Fields.read(node, "the behaviour", "behaviour", Scope(problems))
    steps = {step.name: step for step in procedure.definition.steps}
    states = [name for name, state in procedure.machine.states.items() if not state.final and name != WITHDRAWN]
    found = Behaviour(
        no_show=_chances(own, "no_show", "step", steps, problems),
        withdraw=_chances(own, "withdraw", "state", states, problems),
        lapse=_chances(own, "lapse", "step", steps, problems),
        decline=_chances(own, "decline", "step", steps, problems),
    )
    for name in found.lapse:
        if not steps[name].window.has_end:
            sentence = f"nobody can let `{name}` lapse: it has no window that ends"
            problems.add(sentence, own.place("lapse"), "use `no_show`")
    for name in found.decline:
        if flag_of(procedure, name) is None:
            problems.add(f"nobody can decline `{name}`: it does not record one flag", own.place("decline"))
    for name in found.no_show:
        if not steps[name].records:
            problems.add(f"`{name}` records nothing: nobody has to come", own.place("no_show"))
    return found


def _chances(own: Fields, key: str, what: str, known: Iterable[str], problems: Problems) -> dict[str, float]:
    node = own.get(key)
    if node is None:
        return {}
    if not isinstance(node, Table):
        problems.add(f"`{key}` is a mapping of {what}s to chances, not {describe(node)}", node.place)
        return {}
    found = {}
    for name, value in node:
        if name not in known:
            problems.add(f"unknown {what} `{name}`", node.place_of(name), did_you_mean(name, known))
        else:
            found[name] = read_chance(value, f"the chance at `{name}`", problems)
    return found


def flag_of(procedure: Procedure, step: str) -> str | None:
    """The one flag that a step records; None where it records no flag or several."""
    machine = procedure.machine
    facts = machine.declared.facts
    flags = [name for name in machine.steps[step].records if isinstance(facts[name].kind, Flag)]
    return flags[0] if len(flags) == 1 else None
