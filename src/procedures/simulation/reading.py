"""Scenario files: read as strictly as definitions, against the procedure they are about; every problem at once."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final

from attrs import define, evolve, field, frozen

from procedures.documents import read_file
from procedures.errors import DefinitionError, ScenarioError
from procedures.language import WITHDRAWN
from procedures.model import Step
from procedures.patching import merged
from procedures.procedure import Procedure, load
from procedures.reading.fields import Fields, Scope
from procedures.simulation.correlations import correlation_matrix
from procedures.simulation.distributions import chance, in_order, number, read_distribution
from procedures.simulation.hours import read_hours
from procedures.simulation.scenario import (
    Behaviour,
    Chances,
    Distribution,
    Group,
    Measure,
    Resource,
    Scenario,
    Size,
)
from rules.algebra import Rule
from rules.facts import Declared, Fact
from rules.kinds import Duration, Flag, Number
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.problems import Problems, did_you_mean
from rules.reading import RuleReader

# Fine enough for a measure that nobody records to be compared as the author writes it.
CRITERION: Final = Number(step=Decimal("0.000001"))
_MOST: Final = 10_000_000


@frozen
class ScenarioFile:
    """A scenario with the procedure it is about, and what was written, to be read again with something changed."""

    procedure: Procedure
    scenario: Scenario
    root: Table


def read_scenario(path: str | Path, procedure: Procedure | None = None) -> ScenarioFile:
    """
    The scenario of a file, about `procedure` or about the one that it names.

    Raises:
        ScenarioError: something is wrong with it; it lists every problem.
        DefinitionError: the definition that it names cannot be used.
    """
    path, problems = Path(path), Problems()
    root = read_file(path, problems)
    if root is None:
        raise ScenarioError(problems)
    if not isinstance(root, Table):
        problems.add("a scenario is a mapping of keys", root.place, "start with `scenario:` and `candidates:`")
        raise ScenarioError(problems)
    procedure = _procedure(root, path, procedure, problems)
    return scenario_of(root, procedure, problems)


def scenario_of(root: Table, procedure: Procedure, problems: Problems | None = None) -> ScenarioFile:
    """The scenario that a node says about a procedure; raises ScenarioError."""
    problems = Problems() if problems is None else problems
    if not procedure.definition.states_a_procedure or procedure.definition.template:
        problems.add(f"{procedure.name} states no procedure that could be simulated", root.place)
        raise ScenarioError(problems)
    fields = Fields.of(root, "the scenario", "scenario", Scope(problems))
    scenario = _Reader(procedure, fields, problems).scenario()
    if problems:
        raise ScenarioError(problems)
    return ScenarioFile(procedure, evolve(scenario, digest=_digest(root)), root)


def changed(file: ScenarioFile, patch: Table, procedure: Procedure | None = None) -> ScenarioFile:
    """The scenario with a patch, or about another version of its procedure; raises ScenarioError."""
    root = merged(file.root, patch)
    assert isinstance(root, Table)
    return scenario_of(root, procedure or file.procedure)


def _procedure(root: Table, path: Path, procedure: Procedure | None, problems: Problems) -> Procedure:
    """The procedure that a scenario is about; one of another name than it says is refused."""
    node = root.get("procedure")
    named = node.text if isinstance(node, Scalar) and not node.is_null else None
    if named is None:
        if procedure is None:
            problems.add(
                "the scenario names no procedure", root.place, "write `procedure: PATH`, or name the definition"
            )
            raise ScenarioError(problems)
        return procedure
    if procedure is None:
        return load(path.parent / named)
    try:
        own = load(path.parent / named)
    except DefinitionError:
        return procedure  # the file may have moved; whoever names a definition means that one
    if own.name != procedure.name:
        problems.add(
            f"the scenario is about {own.name}, not about {procedure.name}",
            root.place_of("procedure"),
            "name a scenario of that procedure, or change its `procedure:`",
        )
        raise ScenarioError(problems)
    return procedure


def _digest(root: Table) -> str:
    """A fingerprint of what a scenario says; how it is laid out does not enter."""
    text = json.dumps(_plain(root), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _plain(node: Node) -> object:
    match node:
        case Scalar(text):
            return text
        case Listing(items):
            return [_plain(item) for item in items]
        case Table():
            return {key: _plain(value) for key, value in node if key != "procedure"}


@define
class _Reader:
    """Reads one scenario; whatever is wrong goes to `problems`, and reading goes on."""

    procedure: Procedure
    fields: Fields
    problems: Problems
    steps: Mapping[str, Step] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.steps = {step.name: step for step in self.procedure.definition.steps}

    def scenario(self) -> Scenario:
        measures = self._measures()
        declared = self._declared(measures)
        facts = dict(self._facts(declared, measures))
        behaviour = self._behaviour()
        for step, share in behaviour.decline.items():
            flag = self._flag_of(step)
            if flag is not None:
                facts.setdefault(flag, Chances((True, False), (1 - share, share)))
        return Scenario(
            self.fields.text("scenario") or "",
            self._size(),
            declared,
            in_order(facts, self.problems, self.fields.place("facts")),
            measures,
            correlation_matrix([measure.name for measure in measures], self.fields, self.problems),
            self._groups(measures),
            self._success(declared),
            self._selected(),
            behaviour,
            dict(self._resources()),
            self.fields.integer("wanted", least=1),
            self._vacancies(),
        )

    # -- how many -----------------------------------------------------------------------------------------------

    def _size(self) -> Size:
        node = self.fields.get("candidates")
        match node:
            case Scalar():
                return Size(count := self._count(node), count)
            case Table(entries) if entries.keys() == {"poisson"}:
                return Size(mean=number(entries["poisson"], "`poisson`", self.problems, more_than=0.0))
            case Table(entries) if entries.keys() == {"between"}:
                between = entries["between"]
                if isinstance(between, Listing) and len(between.items) == 2:
                    least, most = (self._count(item) for item in between.items)
                    if least > most:
                        self.problems.add(f"there is no number between {least} and {most}", between.place)
                    return Size(least, max(least, most))
                self.problems.add("`between` takes two numbers, as in `[40, 120]`", between.place)
            case None:
                pass  # that it is missing was told
            case _:
                self.problems.add(
                    f"`candidates` is a number, `{{poisson: 80}}` or `{{between: [40, 120]}}`, not {describe(node)}",
                    node.place,
                )
        return Size(1, 1)

    def _count(self, node: Node) -> int:
        found = number(node, "`candidates`", self.problems, least=0)
        if found != int(found):
            self.problems.add(f"candidates are whole people, not {describe(node)}", node.place)
        elif found == 0:
            self.problems.add("nobody applies", node.place, "at least one candidate is needed to simulate anything")
        elif found > _MOST:
            self.problems.add(f"{int(found)} candidates are more than a simulation takes: {_MOST}", node.place)
        return max(1, min(int(found), _MOST))

    # -- facts and measures -------------------------------------------------------------------------------------

    def _measures(self) -> tuple[Measure, ...]:
        found = []
        for name, node in _entries(self.fields, "measures", self.problems):
            own = Fields.of(node, f"measure `{name}`", "measure", Scope(self.problems))
            mean, sd = own.get("mean"), own.get("sd")
            found.append(
                Measure(
                    name,
                    0.0 if mean is None else number(mean, "`mean`", self.problems),
                    1.0 if sd is None else number(sd, "`sd`", self.problems, more_than=0.0),
                )
            )
            self._check_measure(name, node)
        return tuple(found)

    def _check_measure(self, name: str, node: Node) -> None:
        declared, place = self.procedure.machine.declared, node.place
        fact = declared.facts.get(name)
        if fact is None and "." in name:
            known = [each for step in self.steps.values() for each in step.records]
            self.problems.add(f"no step records `{name}`", place, did_you_mean(name, known))
        elif name in declared.scores or name in self.steps:
            self.problems.add(f"`{name}` is computed or decided, not measured", place, "measure its parts")
        elif fact is not None and not isinstance(fact.kind, Number | Duration | Flag):
            self.problems.add(f"`{name}` is a {fact.kind.word}: only numbers, durations and flags are measured", place)

    def _declared(self, measures: tuple[Measure, ...]) -> Declared:
        """The facts of the procedure, and the measures that nobody records as facts of their own."""
        own = self.procedure.machine.declared
        criteria = {each.name: Fact(each.name, CRITERION) for each in measures if each.name not in own.facts}
        return Declared({**own.facts, **criteria}, own.scores)

    def _facts(self, declared: Declared, measures: tuple[Measure, ...]) -> Iterator[tuple[str, Distribution]]:
        measured = {measure.name for measure in measures}
        known = self.procedure.machine.correctable  # what an application or a step brings
        for name, node in _entries(self.fields, "facts", self.problems):
            if name in measured:
                self.problems.add(f"`{name}` is both a fact and a measure", node.place, "keep one of them")
            elif name not in known:
                hint = did_you_mean(name, known)
                self.problems.add(f"`{name}` is no fact that a candidate has or a step records", node.place, hint)
            elif distribution := read_distribution(node, declared.facts[name], declared, self.problems):
                yield name, distribution

    # -- people -------------------------------------------------------------------------------------------------

    def _groups(self, measures: tuple[Measure, ...]) -> tuple[Group, ...]:
        node = self.fields.get("groups")
        if node is None:
            return (Group("all", 1.0),)
        if not isinstance(node, Listing) or not node.items:
            self.problems.add(f"`groups` is a list of groups, not {describe(node)}", node.place)
            return (Group("all", 1.0),)
        groups = tuple(self._group(item, measures) for item in node.items)
        if abs((total := sum(group.share for group in groups)) - 1) > 1e-6:
            self.problems.add(f"the shares of the groups add up to {total:g}, not to 1", node.place)
        if len({group.name for group in groups}) < len(groups):
            self.problems.add("two groups have the same name", node.place, "rename one of them")
        return groups

    def _group(self, node: Node, measures: tuple[Measure, ...]) -> Group:
        own = Fields.of(node, "the group", "group", Scope(self.problems))
        share, shift = own.get("share"), own.get("shift")
        shifts: dict[str, float] = {}
        if isinstance(shift, Table):
            known = [measure.name for measure in measures]
            for name, value in shift:
                if name not in known:
                    hint = did_you_mean(name, known) or "declare it under `measures:`"
                    self.problems.add(f"`{name}` is no measure", shift.place_of(name), hint)
                else:
                    shifts[name] = number(value, f"the shift of `{name}`", self.problems)
        elif shift is not None:
            self.problems.add(f"`shift` is a mapping of measures, not {describe(shift)}", shift.place)
        return Group(own.text("name") or "", 0.0 if share is None else chance(share, "`share`", self.problems), shifts)

    def _behaviour(self) -> Behaviour:
        node = self.fields.get("behaviour")
        if node is None:
            return Behaviour()
        own = Fields.of(node, "the behaviour", "behaviour", Scope(self.problems))
        states = [
            name for name, state in self.procedure.machine.states.items() if not state.final and name != WITHDRAWN
        ]
        found = Behaviour(
            no_show=self._chances(own, "no_show", "step", self.steps),
            withdraw=self._chances(own, "withdraw", "state", states),
            lapse=self._chances(own, "lapse", "step", self.steps),
            decline=self._chances(own, "decline", "step", self.steps),
        )
        for name in found.lapse:
            if not self.steps[name].window.ends:
                self.problems.add(
                    f"nobody can let `{name}` lapse: it has no window that ends", own.place("lapse"), "use `no_show`"
                )
        for name in found.decline:
            if self._flag_of(name) is None:
                self.problems.add(f"nobody can decline `{name}`: it does not record one flag", own.place("decline"))
        for name in found.no_show:
            if not self.steps[name].records:
                self.problems.add(f"`{name}` records nothing: nobody has to come", own.place("no_show"))
        return found

    def _chances(self, own: Fields, key: str, what: str, known: Mapping[str, object] | list[str]) -> dict[str, float]:
        node = own.get(key)
        if node is None:
            return {}
        if not isinstance(node, Table):
            self.problems.add(f"`{key}` is a mapping of {what}s to chances, not {describe(node)}", node.place)
            return {}
        found = {}
        for name, value in node:
            if name not in known:
                self.problems.add(f"unknown {what} `{name}`", node.place_of(name), did_you_mean(name, known))
            else:
                found[name] = chance(value, f"the chance at `{name}`", self.problems)
        return found

    def _flag_of(self, step: str) -> str | None:
        facts = self.procedure.machine.declared.facts
        flags = [name for name in self.steps[step].records if isinstance(facts[name].kind, Flag)]
        return flags[0] if len(flags) == 1 else None

    # -- the outcome --------------------------------------------------------------------------------------------

    def _success(self, declared: Declared) -> Rule | None:
        node = self.fields.get("success")
        return None if node is None else RuleReader(declared, self.problems).rule(node)

    def _selected(self) -> str | None:
        machine, node = self.procedure.machine, self.fields.get("selected")
        if node is None:
            return machine.reserve.state if machine.reserve is not None else None
        name = node.text if isinstance(node, Scalar) else ""
        if name not in machine.states:
            self.problems.add(f"unknown state {describe(node)}", node.place, did_you_mean(name, machine.states))
            return None
        return name

    def _resources(self) -> Iterator[tuple[str, Resource]]:
        for name, node in _entries(self.fields, "resources", self.problems):
            step = self.steps.get(name)
            if step is None:
                self.problems.add(f"unknown step `{name}`", node.place, did_you_mean(name, self.steps))
                continue
            own = Fields.of(node, f"the resources of `{name}`", "resource", Scope(self.problems))
            hours = read_hours(own, self.problems)
            slot = own.duration("slot") or step.slot
            if slot is None or slot.family != "minutes":
                hint = "write `slot: 15 minutes`"
                self.problems.add(f"how long a candidate takes at `{name}` is not stated in minutes", node.place, hint)
            elif hours and not any(end - start >= slot.count for start, end in hours):
                self.problems.add(f"no candidate fits in the hours of `{name}`: a slot takes {slot}", own.place("day"))
            elif hours:
                yield name, Resource(own.integer("juries", least=1) or 1, slot.count, hours)

    def _vacancies(self) -> float | None:
        node = self.fields.get("vacancies")
        if node is None:
            return None
        rate = Fields.of(node, "the vacancies", "vacancies", Scope(self.problems)).get("per_year")
        return None if rate is None else number(rate, "`per_year`", self.problems, more_than=0.0)


def _entries(fields: Fields, key: str, problems: Problems) -> Iterator[tuple[str, Node]]:
    """The members of a mapping, whose keys may be full names with a point."""
    node = fields.get(key)
    if isinstance(node, Table):
        yield from node
    elif node is not None:
        problems.add(f"`{key}` is a mapping, not {describe(node)}", node.place)
