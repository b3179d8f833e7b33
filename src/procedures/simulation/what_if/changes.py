"""Questions "what if": a definition or a scenario with another value at one place, or another reading, or several.

steps.prescreening.keeps.best=20          a value in the definition, over its chosen readings
scenario.measures.interview.score.mean=60 a value in the scenario
readings.missed_test=stays                another option of a reading
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final

from attrs import evolve, frozen

from procedures.definition.documents import read_text
from procedures.definition.overrides import Setting, names_of, put
from procedures.errors import DefinitionError, ScenarioError, UsageError
from procedures.procedure import Procedure
from procedures.simulation.scenario.applicants import flag_of
from procedures.simulation.scenario.default_scenario import assumed_again, assumed_file
from procedures.simulation.scenario.reader import ScenarioFile, scenario_of
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.problems import Place, Problem, Problems
from rules.words import Words

MOST_POINTS: Final = 400
_SCENARIO: Final = "scenario"
_READINGS: Final = "readings"
_NULL: Final = ("null", "~")


@frozen
class Axis:
    """A path, and the values that it takes in turn."""

    path: str
    settings: tuple[Setting, ...]


def read_setting(text: str, option: str = "--set") -> Setting:
    """`PATH=VALUE`; raises UsageError for another form, ScenarioError where the value is no YAML."""
    path, written = _halves(text, "PATH=VALUE, or PATH=null to take away what stands there")
    place = Place(f"{option} {text}", 1, 1)
    if written.strip() in _NULL:
        return Setting(names_of(path), Scalar("null"), text, place)
    return Setting(names_of(path), _read(f"{' ' * len(path)} {written}", place.file), text, place)


def read_axis(text: str, option: str = "--sweep") -> Axis:
    """`PATH=a,b,c`; raises UsageError for another form, ScenarioError where the values are no YAML."""
    path, written = _halves(text, "PATH=a,b,c")
    place = Place(f"{option} {text}", 1, 1)
    listed = _read(f"{' ' * len(path)}[{written}]", place.file)  # the bracket stands where `=` was: columns are right
    values = listed.items if isinstance(listed, Listing) else ()
    if len(values) < 2:
        raise UsageError(f"`{text}`: write two values or more, as in PATH=10,20")
    if len({shown(value) for value in values}) < len(values):
        raise UsageError(f"`{text}`: a value is written twice")
    names = names_of(path)
    return Axis(path, tuple(_point(names, value, path, place) for value in values))


def _point(names: tuple[str, ...], value: Node, path: str, place: Place) -> Setting:
    return Setting(names, value, f"{path}={shown(value)}", value.place or place)


def _halves(text: str, form: str) -> tuple[str, str]:
    path, equals, written = text.partition("=")
    if not (path.strip() and equals and written.strip()) or not all(names_of(path)):
        raise UsageError(f"`{text}`: write {form}")
    return path, written


def _read(text: str, file: str) -> Node:
    problems = Problems()
    node = read_text(text, file, problems)
    if node is None or problems:
        raise ScenarioError(problems)
    return node


def shown(node: Node) -> str:
    """A value as it may be written again."""
    match node:
        case Scalar():
            return "null" if node.is_null else node.text
        case Listing():
            return f"[{', '.join(map(shown, node.items))}]"
        case Table():
            return f"{{{', '.join(f'{key}: {shown(value)}' for key, value in node)}}}"


def points(axes: Sequence[Axis]) -> Iterator[tuple[Setting, ...]]:
    """Every combination of the values of the axes, the last one turning fastest; raises UsageError for too many."""
    size = 1
    for axis in axes:
        size *= len(axis.settings)
    if size > MOST_POINTS:
        raise UsageError(f"{size} combinations are more than {MOST_POINTS}: leave some values out")
    return product(*(axis.settings for axis in axes))


# -- a file with something changed --------------------------------------------------------------------------------


def with_candidates(file: ScenarioFile, candidates: int) -> ScenarioFile:
    """The same with so many candidates."""
    setting = Setting((_SCENARIO, "candidates"), Scalar(str(candidates)), f"scenario.candidates={candidates}")
    return changed_file(file, [setting])


def changed_file(
    file: ScenarioFile, settings: Sequence[Setting], readings: Mapping[str, str] | None = None
) -> ScenarioFile:
    """
    A scenario and its procedure with other values in them, and other options of readings.

    Raises:
        ScenarioError: a value cannot be put there, or what comes of it is no definition or no scenario.
        UsageError: there is no such reading or option.
    """
    options = dict(readings or {})
    for setting in settings:
        if setting.names[0] == _READINGS:
            options.update([_option(setting)])
    inside = [setting.below() for setting in settings if setting.names[0] == _SCENARIO]
    procedure = _procedure(file.procedure, options, settings)
    if file.assumed:
        file = assumed_file(procedure, file)
    root, problems = file.root, Problems()
    for setting in inside:
        if setting.names[:1] in ((), ("procedure",)):
            problems.add("a scenario is not changed as a whole, nor its `procedure`", setting.place)
        else:
            root = put(root, setting, problems)
    if problems:
        raise ScenarioError(problems)
    said = _untouched(file.scenario.assumed, inside)
    if file.assumed:
        root = _without_declined(root, said, procedure)
    try:
        changed = scenario_of(root, procedure)
    except ScenarioError as error:
        raise ScenarioError(_told(error.problems, settings, options)) from None
    changed = evolve(changed, settings=(*file.settings, *_names(settings, options)))
    return assumed_again(changed, said) if file.assumed else changed


def _names(settings: Sequence[Setting], options: Mapping[str, str]) -> Iterator[str]:
    """What was changed, as it may be asked again."""
    yield from (f"readings.{name}={option}" for name, option in options.items())
    yield from (f"{each.path}={shown(each.value)}" for each in settings if each.names[0] != _READINGS)


def _without_declined(root: Table, said: dict[str, Words], procedure: Procedure) -> Table:
    """Without what is assumed of a flag of which somebody says how often it is declined; no more is it told."""
    behaviour, facts = root.get("behaviour"), root.get("facts")
    decline = behaviour.get("decline") if isinstance(behaviour, Table) else None
    if not (isinstance(decline, Table) and isinstance(facts, Table)):
        return root
    flags = {flag_of(procedure, step) for step, _ in decline if step in procedure.machine.steps}
    gone = {flag for flag in flags if said.pop(f"facts.{flag}", None) is not None}
    left = Table({name: node for name, node in facts if name not in gone}, facts.place, facts.keys)
    return Table({**root.entries, "facts": left}, root.place, root.keys)


def _untouched(said: Mapping[str, Words], settings: Sequence[Setting]) -> dict[str, Words]:
    """What is taken for granted still, after somebody set these values."""
    touched = [".".join(setting.names) for setting in settings]
    return {
        path: words
        for path, words in said.items()
        if not any(f"{path}.".startswith(f"{each}.") or each.startswith(f"{path}.") for each in touched)
    }


def _option(setting: Setting) -> tuple[str, str]:
    """`readings.NAME=OPTION` or `readings.NAME.chosen=OPTION`."""
    match setting.names[1:], setting.value:
        case (((name,) | (name, "chosen")), Scalar(text)):
            return name, text
        case _:
            pass
    raise UsageError(f"`{setting.text}`: write readings.NAME=OPTION, not {describe(setting.value)}")


def _procedure(procedure: Procedure, options: Mapping[str, str], settings: Sequence[Setting]) -> Procedure:
    inside = [setting for setting in settings if setting.names[0] not in (_SCENARIO, _READINGS)]
    try:
        other = procedure.with_readings(options) if options else procedure
        other = other.changed(inside) if inside else other
    except DefinitionError as error:
        raise ScenarioError(_told(error.problems, settings, options)) from None
    if not other.definition.states_a_procedure:
        raise ScenarioError([Problem("no step is left to simulate", inside[0].place if inside else None)])
    return other


def _told(problems: Sequence[Problem], settings: Sequence[Setting], options: Mapping[str, str]) -> Iterator[Problem]:
    """Problems of what was changed; where one stands in a file, what was changed is said with it."""
    written = {setting.place.file for setting in settings if setting.place}
    names = [setting.text for setting in settings] + [f"readings.{name}={option}" for name, option in options.items()]
    for problem in problems:
        if problem.place is not None and problem.place.file in written:
            yield problem
        else:
            yield evolve(problem, sentence=f"with `{'`, `'.join(dict.fromkeys(names))}`: {problem.sentence}")
