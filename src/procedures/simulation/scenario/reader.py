"""Reads scenario files as strictly as definitions, against their procedure; reports every problem at once."""

import hashlib
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

from attrs import define, evolve, frozen

from procedures.definition.documents import read_file
from procedures.definition.patches import merge
from procedures.definition.reader.fields import Fields
from procedures.definition.reader.scope import Scope
from procedures.errors import DefinitionError, ScenarioError
from procedures.procedure import Procedure, load
from procedures.simulation.scenario.applicants import flag_of, read_behaviour, read_groups, read_size
from procedures.simulation.scenario.correlations import correlation_matrix
from procedures.simulation.scenario.distributions import read_distribution, read_number, sort_by_dependency
from procedures.simulation.scenario.jury_resources import read_resources
from procedures.simulation.scenario.members import read_entries
from procedures.simulation.scenario.model import Chances, Distribution, Measure, Scenario
from procedures.simulation.scenario.success import read_selected, read_success, read_vacancies
from rules.facts import Declared, Fact
from rules.kinds import Duration, Flag, Number
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.problems import Place, Problems, report_null_character
from rules.suggestions import did_you_mean

_START: Final = "start with `scenario:`, `procedure:` and `candidates:`"
# The kind of a measure that no step records: fine enough for any bound an author writes, and within 64 bits.
CRITERION: Final = Number(Decimal(-9_000_000_000), Decimal(9_000_000_000), Decimal("0.000001"))


@frozen
class ScenarioFile:
    """
    A scenario with its procedure and its nodes, so that it can be read again with changes.

    `assumed` is true for a default scenario. `settings` are the changes made to the scenario or the procedure.
    """

    procedure: Procedure
    scenario: Scenario
    root: Table
    assumed: bool = False
    settings: tuple[str, ...] = ()


def read_scenario(path: str | Path, procedure: Procedure | None = None) -> ScenarioFile:
    """
    Read a scenario file for `procedure`, or for the procedure that the file names.

    Raises:
        ScenarioError: the file has problems; the error lists every problem.
        DefinitionError: the definition that the file names cannot be used.
    """
    path, problems = Path(path), Problems()
    root = read_file(path, problems)
    if root is None:
        raise ScenarioError(
            evolve(each, help=_START) if "file is empty" in each.sentence else each for each in problems
        )
    if not isinstance(root, Table):
        problems.add("a scenario is a mapping of keys", root.place, _START)
        raise ScenarioError(problems)
    procedure = _procedure(root, path, procedure, problems)
    return scenario_of(root, procedure, problems)


def scenario_of(root: Table, procedure: Procedure, problems: Problems | None = None) -> ScenarioFile:
    """Read a scenario from nodes, for a procedure; raises ScenarioError."""
    problems = Problems() if problems is None else problems
    if not procedure.definition.has_steps or procedure.definition.template:
        place = root.place_of("procedure")
        what = "is a template that others extend" if procedure.definition.template else "states no procedure"
        problems.add(f"{procedure.name} {what}: there is nothing to simulate", place, "name a definition with `steps:`")
        raise ScenarioError(problems)
    fields = Fields.read(root, "the scenario", "scenario", Scope(problems))
    scenario = _Reader(procedure, fields, problems).scenario()
    if problems:
        raise ScenarioError(problems)
    return ScenarioFile(procedure, evolve(scenario, digest=_digest(root)), root)


def changed(file: ScenarioFile, patch: Table, procedure: Procedure | None = None) -> ScenarioFile:
    """The scenario with a patch applied, or for another version of its procedure; raises ScenarioError."""
    root = merge(file.root, patch)
    assert isinstance(root, Table)
    return scenario_of(root, procedure or file.procedure)


def _procedure(root: Table, path: Path, procedure: Procedure | None, problems: Problems) -> Procedure:
    """The procedure of a scenario; a procedure with another name than the file states is a problem."""
    node = root.get("procedure")
    named = node.text if isinstance(node, Scalar) and not node.is_null else None
    if isinstance(node, Listing | Table):
        problems.add(f"`procedure` is the path of a definition, not {describe(node)}", node.place)
        raise ScenarioError(problems)
    if named is not None and "\0" in named:
        report_null_character(node.place if node else None, problems)
        raise ScenarioError(problems)
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
        return procedure  # the file may have moved; the definition given by the caller is used
    if own.name != procedure.name:
        problems.add(
            f"the scenario is about {own.name}, not about {procedure.name}",
            root.place_of("procedure"),
            "name a scenario of that procedure, or change its `procedure:`",
        )
        raise ScenarioError(problems)
    return procedure


def _digest(root: Table) -> str:
    """A digest of the content of a scenario; layout does not affect it."""
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
    """Reads one scenario; problems are added to `problems`, and reading continues."""

    procedure: Procedure
    fields: Fields
    problems: Problems

    def scenario(self) -> Scenario:
        fields, problems = self.fields, self.problems
        measures = self._measures()
        declared = self._declared(measures)
        facts = dict(self._facts(declared, measures))
        behaviour = read_behaviour(fields, self.procedure, problems)
        for step, share in behaviour.decline.items():
            flag = flag_of(self.procedure, step)
            if flag in facts or flag in {measure.name for measure in measures}:
                hint = f"keep `decline`, or what says how `{flag}` arises"
                place = self._place("behaviour", "decline")
                problems.add(f"`{flag}` is said twice: it is what `{step}` is declined by", place, hint)
            elif flag is not None:
                facts[flag] = Chances((True, False), (1 - share, share))
        return Scenario(
            fields.text("scenario") or "",
            read_size(fields, problems),
            declared,
            sort_by_dependency(facts, problems, fields.place("facts")),
            measures,
            correlation_matrix([measure.name for measure in measures], fields, problems),
            read_groups(fields, measures, problems),
            read_success(fields, declared, problems),
            read_selected(fields, self.procedure, problems),
            behaviour,
            dict(read_resources(fields, self.procedure, problems)),
            fields.integer("wanted", least=1),
            read_vacancies(fields, problems),
        )

    def _measures(self) -> tuple[Measure, ...]:
        found = []
        for name, node in read_entries(self.fields, "measures", self.problems):
            own = Fields.read(node, f"measure `{name}`", "measure", Scope(self.problems))
            mean, sd = own.get("mean"), own.get("sd")
            found.append(
                Measure(
                    name,
                    0.0 if mean is None else read_number(mean, "`mean`", self.problems),
                    1.0 if sd is None else read_number(sd, "`sd`", self.problems, more_than=0.0),
                )
            )
            self._check_measure(name, self._place("measures", name))
        return tuple(found)

    def _place(self, key: str, name: str) -> Place | None:
        node = self.fields.get(key)
        return node.place_of(name) if isinstance(node, Table) else None

    def _check_measure(self, name: str, place: Place | None) -> None:
        machine = self.procedure.machine
        declared = machine.declared
        fact = declared.facts.get(name)
        if fact is None and "." in name:
            known = [each for step in machine.steps.values() for each in step.records]
            self.problems.add(f"no step records `{name}`", place, did_you_mean(name, known))
        elif name in declared.scores or name in machine.steps:
            self.problems.add(f"`{name}` is computed or decided, not measured", place, "measure its parts")
        elif fact is not None and not isinstance(fact.kind, Number | Duration | Flag):
            self.problems.add(f"`{name}` is a {fact.kind.word}: only numbers, durations and flags are measured", place)

    def _declared(self, measures: tuple[Measure, ...]) -> Declared:
        """The facts of the procedure, and a fact for each measure that no step records."""
        own = self.procedure.machine.declared
        criteria = {each.name: Fact(each.name, CRITERION) for each in measures if each.name not in own.facts}
        return Declared({**own.facts, **criteria}, own.scores)

    def _facts(self, declared: Declared, measures: tuple[Measure, ...]) -> Iterator[tuple[str, Distribution]]:
        measured = {measure.name for measure in measures}
        known = self.procedure.machine.correctable  # the facts that an application or a step provides
        for name, node in read_entries(self.fields, "facts", self.problems):
            place = self._place("facts", name)
            if name in measured:
                self.problems.add(f"`{name}` is both a fact and a measure", place, "keep one of them")
            elif name not in known:
                hint = did_you_mean(name, known)
                self.problems.add(f"`{name}` is no fact that a candidate has or a step records", place, hint)
            elif distribution := read_distribution(node, declared.facts[name], declared, self.problems):
                yield name, distribution
