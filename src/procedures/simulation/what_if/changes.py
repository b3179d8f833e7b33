"""What-if changes: a definition or a scenario with other values at given paths, or other options of readings.

steps.prescreening.keeps.best=20          a value in the definition, over its chosen readings
scenario.measures.interview.score.mean=60 a value in the scenario
readings.missed_test=stays                another option of a reading
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final

from attrs import evolve, frozen

from procedures.definition.documents import read_text
from procedures.definition.overrides import Setting, apply_setting, split_path
from procedures.errors import DefinitionError, ScenarioError, UsageError
from procedures.procedure import Procedure
from procedures.simulation.scenario.applicants import flag_of
from procedures.simulation.scenario.default_scenario import assumed_file, with_assumptions
from procedures.simulation.scenario.reader import ScenarioFile, scenario_of
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.problems import Place, Problem, Problems
from rules.words import Words

MAX_POINTS: Final = 400
_SCENARIO: Final = "scenario"
_READINGS: Final = "readings"
_NULL: Final = ("null", "~")


@frozen
class Axis:
    """A path, and its values in a sweep."""

    path: str
    settings: tuple[Setting, ...]


def read_setting(text: str, option: str = "--set") -> Setting:
    """Read `PATH=VALUE`; raises UsageError for another form, ScenarioError where the value is no YAML."""
    path, written = _halves(text, "PATH=VALUE, or PATH=null to take away what stands there")
    place = Place(f"{option} {text}", 1, 1)
    if written.strip() in _NULL:
        return Setting(split_path(path), Scalar("null"), text, place)
    return Setting(split_path(path), _read(f"{' ' * len(path)} {written}", place.file), text, place)


def read_axis(text: str, option: str = "--sweep") -> Axis:
    """Read `PATH=a,b,c`; raises UsageError for another form, ScenarioError where the values are no YAML."""
    path, written = _halves(text, "PATH=a,b,c")
    place = Place(f"{option} {text}", 1, 1)
    listed = _read(f"{' ' * len(path)}[{written}]", place.file)  # the bracket replaces `=`, so that columns stay right
    values = listed.items if isinstance(listed, Listing) else ()
    if len(values) < 2:
        raise UsageError(f"`{text}`: write two values or more, as in PATH=10,20")
    if len({format_value(value) for value in values}) < len(values):
        raise UsageError(f"`{text}`: a value is written twice")
    names = split_path(path)
    return Axis(path, tuple(_point(names, value, path, place) for value in values))


def _point(names: tuple[str, ...], value: Node, path: str, place: Place) -> Setting:
    return Setting(names, value, f"{path}={format_value(value)}", value.place or place)


def _halves(text: str, form: str) -> tuple[str, str]:
    path, equals, written = text.partition("=")
    if not (path.strip() and equals and written.strip()) or not all(split_path(path)):
        raise UsageError(f"`{text}`: write {form}")
    return path, written


def _read(text: str, file: str) -> Node:
    problems = Problems()
    node = read_text(text, file, problems)
    if node is None or problems:
        raise ScenarioError(problems)
    return node


def format_value(node: Node) -> str:
    """The text of a value, in a form that can be read again."""
    match node:
        case Scalar():
            return "null" if node.is_null else node.text
        case Listing():
            return f"[{', '.join(map(format_value, node.items))}]"
        case Table():
            return f"{{{', '.join(f'{key}: {format_value(value)}' for key, value in node)}}}"


def combinations(axes: Sequence[Axis]) -> Iterator[tuple[Setting, ...]]:
    """Every combination of the values of the axes, the last axis changing fastest; raises UsageError for too many."""
    size = 1
    for axis in axes:
        size *= len(axis.settings)
    if size > MAX_POINTS:
        raise UsageError(f"{size} combinations are more than {MAX_POINTS}: leave some values out")
    return product(*(axis.settings for axis in axes))


# -- a changed file -----------------------------------------------------------------------------------------------


def with_candidates(file: ScenarioFile, candidates: int) -> ScenarioFile:
    """The same file with another number of candidates."""
    setting = Setting((_SCENARIO, "candidates"), Scalar(str(candidates)), f"scenario.candidates={candidates}")
    return changed_file(file, [setting])


def changed_file(
    file: ScenarioFile, settings: Sequence[Setting], readings: Mapping[str, str] | None = None
) -> ScenarioFile:
    """
    A scenario and its procedure with other values, and other options of readings.

    Raises:
        ScenarioError: a value cannot be set there, or the result is no valid definition or scenario.
        UsageError: there is no such reading or option.
    """
    options = dict(readings or {})
    for setting in settings:
        if setting.names[0] == _READINGS:
            options.update([_option(setting)])
    inside = [setting.without_first_name() for setting in settings if setting.names[0] == _SCENARIO]
    procedure = _procedure(file.procedure, options, settings)
    if file.assumed:
        file = assumed_file(procedure, file)
    root, problems = file.root, Problems()
    for setting in inside:
        if setting.names[:1] in ((), ("procedure",)):
            problems.add("a scenario is not changed as a whole, nor its `procedure`", setting.place)
        else:
            root = apply_setting(root, setting, problems)
    if problems:
        raise ScenarioError(problems)
    assumed = _unchanged_assumptions(file.scenario.assumed, inside)
    if file.assumed:
        root = _without_declined(root, assumed, procedure)
    try:
        changed = scenario_of(root, procedure)
    except ScenarioError as error:
        raise ScenarioError(_with_changes(error.problems, settings, options)) from None
    changed = evolve(changed, settings=(*file.settings, *_names(settings, options)))
    return with_assumptions(changed, assumed) if file.assumed else changed


def _names(settings: Sequence[Setting], options: Mapping[str, str]) -> Iterator[str]:
    """The changes, in the form of arguments of `--set`."""
    yield from (f"readings.{name}={option}" for name, option in options.items())
    yield from (f"{each.path}={format_value(each.value)}" for each in settings if each.names[0] != _READINGS)


def _without_declined(root: Table, assumed: dict[str, Words], procedure: Procedure) -> Table:
    """The root without the assumed facts of flags whose chance of declining is set; `assumed` loses them too."""
    behaviour, facts = root.get("behaviour"), root.get("facts")
    decline = behaviour.get("decline") if isinstance(behaviour, Table) else None
    if not (isinstance(decline, Table) and isinstance(facts, Table)):
        return root
    flags = {flag_of(procedure, step) for step, _ in decline if step in procedure.machine.steps}
    dropped = {flag for flag in flags if assumed.pop(f"facts.{flag}", None) is not None}
    left = Table({name: node for name, node in facts if name not in dropped}, facts.place, facts.keys)
    return Table({**root.entries, "facts": left}, root.place, root.keys)


def _unchanged_assumptions(assumed: Mapping[str, Words], settings: Sequence[Setting]) -> dict[str, Words]:
    """The assumptions that these settings leave unchanged."""
    touched = [".".join(setting.names) for setting in settings]
    return {
        path: words
        for path, words in assumed.items()
        if not any(f"{path}.".startswith(f"{each}.") or each.startswith(f"{path}.") for each in touched)
    }


def _option(setting: Setting) -> tuple[str, str]:
    """Read `readings.NAME=OPTION` or `readings.NAME.chosen=OPTION`."""
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
        other = other.with_settings(inside) if inside else other
    except DefinitionError as error:
        raise ScenarioError(_with_changes(error.problems, settings, options)) from None
    if not other.definition.has_steps:
        raise ScenarioError([Problem("no step is left to simulate", inside[0].place if inside else None)])
    return other


def _with_changes(
    problems: Sequence[Problem], settings: Sequence[Setting], options: Mapping[str, str]
) -> Iterator[Problem]:
    """The problems of a changed file; a problem without a place in a setting names all changes in its sentence."""
    written = {setting.place.file for setting in settings if setting.place}
    names = [setting.text for setting in settings] + [f"readings.{name}={option}" for name, option in options.items()]
    for problem in problems:
        if problem.place is not None and problem.place.file in written:
            yield problem
        else:
            yield evolve(problem, sentence=f"with `{'`, `'.join(dict.fromkeys(names))}`: {problem.sentence}")
