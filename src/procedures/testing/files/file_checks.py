"""The checks of definition files, worked cases and scenarios: each has a name and returns its problems.

The plugin makes a test of each check. Further checks of a definition are added to the table at the end.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from attrs import evolve

from procedures.definition.patches import read_extended
from procedures.errors import DefinitionError, ScenarioError, UsageError
from procedures.procedure import Procedure, load
from procedures.testing.files.branches import named_rules
from procedures.testing.files.check import Check, Checks
from procedures.testing.files.proof_checks import proof_checks
from procedures.worked_cases.reader import WorkedCases, read_cases
from procedures.worked_cases.replay import find_failures
from rules.algebra import All, AnyOf, Named, Not, Rule
from rules.nodes import Listing, Node, Scalar, Table
from rules.problems import Place, Problem, Problems, RuleError
from rules.reader import plain_rule, read_rule
from rules.words import LANGUAGES

CASES: Final = ".cases.yaml"
SCENARIO: Final = ".scenario.yaml"


def checks_of(path: Path, *, proofs: bool = True, budget: float | None = None) -> tuple[Check, ...]:
    """
    The checks of a file: a definition, worked cases, or a scenario, by its name.

    Without `proofs` the obligations of a definition are left out; `budget` is how many seconds proving them may take.
    """
    if path.name.endswith(CASES):
        return tuple(_case_checks(path))
    if path.name.endswith(SCENARIO):
        return (Check("reads", lambda: _scenario_problems(path)),)
    return tuple(_definition_checks(path, proofs, budget))


def _definition_checks(path: Path, proofs: bool, budget: float | None) -> Checks:
    procedure, problems = load_or_problems(path)
    yield Check("loads", lambda: problems)
    if procedure is not None:
        for make in DEFINITION_CHECKS:
            yield from make(path, procedure)
        if proofs:
            yield from proof_checks(procedure, budget)


def load_or_problems(path: Path) -> tuple[Procedure | None, tuple[Problem, ...]]:
    """The procedure of a file, or everything that is wrong with it."""
    try:
        return load(path), ()
    except DefinitionError as error:
        return None, error.problems


# -- definitions ------------------------------------------------------------------------------------------------


def _round_trip(path: Path, procedure: Procedure) -> Checks:
    yield Check("round-trip", lambda: _round_trip_problems(path, procedure))


def _round_trip_problems(path: Path, procedure: Procedure) -> Iterator[Problem]:
    """Problems where loading again gives another machine, or a rule that is written out reads back differently."""
    again, problems = load_or_problems(path)
    yield from problems
    if again is not None and again.digest != procedure.digest:
        yield Problem("loaded a second time it is another machine", Place(str(path), 1, 1))
    declared = procedure.machine.declared
    for rule, place in _rules(procedure):
        named = {each.name: plain_rule(each.rule, declared) for each in named_rules(rule)}
        try:
            back = read_rule(plain_rule(rule, declared), declared, conditions=named)
        except RuleError as error:
            yield Problem(f"written out, the rule cannot be read back: {error.problems[0].sentence}", place)
            continue
        if _without_texts(back) != _without_texts(rule):
            yield Problem(f"written out and read back, `{plain_rule(rule, declared)}` is another rule", place)


def _rules(procedure: Procedure) -> Iterator[tuple[Rule, Place | None]]:
    for name, condition in procedure.definition.conditions.items():
        yield condition, procedure.place("conditions", name, "rule")
    for step in procedure.machine.steps.values():
        gate = step.gate.rule if step.gate else None
        for rule in (step.exempt, gate, *(outcome.when for outcome in step.outcomes)):
            if rule is not None:
                yield rule, procedure.place("steps", step.name)
    for name, kind in (procedure.machine.reserve.kinds if procedure.machine.reserve else {}).items():
        yield kind, procedure.place("reserve", "kinds", name)


def _without_texts(rule: Rule) -> Rule:
    """The rule without labels and sources, which are not written out."""
    match rule:
        case Named(name, inner):
            return Named(name, _without_texts(inner))
        case Not(inner):
            return Not(_without_texts(inner))
        case All(rules):
            return All(tuple(_without_texts(part) for part in rules))
        case AnyOf(rules):
            return AnyOf(tuple(_without_texts(part) for part in rules))
        case _:
            return rule


def _translation(path: Path, procedure: Procedure) -> Checks:
    yield Check("translation", lambda: _translation_problems(path))


def _translation_problems(path: Path) -> Iterator[Problem]:
    """Words in one language only, where the file uses both."""
    root = read_extended(path, Problems())
    if root is not None and _languages(root) == set(LANGUAGES):
        yield from _missing_languages(root)


def _languages(root: Table) -> set[str]:
    """The languages of a definition: those that it lists, else those of its title."""
    listed = root.get("languages")
    if isinstance(listed, Listing):
        return {item.text for item in listed.items if isinstance(item, Scalar)}
    title = root.get("title")
    return set(title.entries) if isinstance(title, Table) else set()


def _missing_languages(node: Node) -> Iterator[Problem]:
    match node:
        case Table(entries=entries) if entries and all(
            key in LANGUAGES and isinstance(value, Scalar) for key, value in entries.items()
        ):
            for language in LANGUAGES:
                if language not in entries:
                    (other,) = entries
                    sentence = f"`{language}` is missing beside `{other}`"
                    yield Problem(sentence, node.place, "the definition speaks both languages")
        case Table():
            for _, member in node:
                yield from _missing_languages(member)
        case Listing():
            for item in node.items:
                yield from _missing_languages(item)
        case Scalar():
            pass


def _readings(path: Path, procedure: Procedure) -> Checks:
    for name, reading in procedure.definition.readings.items():
        for option in reading.options:
            place = procedure.place("readings", name, "options", option)
            yield Check(f"reading {name}={option}", _compile_option(procedure, name, option), place)


def _compile_option(procedure: Procedure, name: str, option: str) -> Callable[[], Iterable[Problem]]:
    def problems() -> Iterable[Problem]:
        try:
            procedure.with_reading(name, option)
        except UsageError as error:
            return (Problem(str(error), procedure.place("readings", name)),)
        except DefinitionError as error:
            return error.problems
        return ()

    return problems


# -- worked cases and scenarios ---------------------------------------------------------------------------------


def _case_checks(path: Path) -> Checks:
    try:
        worked = read_cases(path)
    except DefinitionError as error:
        problems = error.problems
        yield Check("reads", lambda: problems)
        return
    yield Check("reads", lambda: ())
    seen: dict[str, int] = {}
    for case in worked.cases:
        name = case.text("case") or "a case"
        seen[name] = seen.get(name, 0) + 1
        number = f" ({seen[name]})" if seen[name] > 1 else ""
        yield Check(name + number, _replay_case(evolve(worked, cases=(case,))), case.table.place)


def _replay_case(worked: WorkedCases) -> Callable[[], Iterable[Problem]]:
    return lambda: find_failures(worked)


def _scenario_problems(path: Path) -> Iterable[Problem]:
    """What is wrong with a scenario; raises ModuleNotFoundError where the extra `simulate` is not installed."""
    from procedures.simulation.scenario.reader import read_scenario

    try:
        read_scenario(path)
    except (DefinitionError, ScenarioError) as error:
        return error.problems
    return ()


# Each function makes checks of a definition that loads, in this order; the obligations come after them.
DEFINITION_CHECKS: Final[tuple[Callable[[Path, Procedure], Checks], ...]] = (_round_trip, _translation, _readings)
