"""A procedure ready for use: its definition and machine, also under other readings and with other values."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from procedures.definition.checks import check, check_paths
from procedures.definition.compiler import compile_definition
from procedures.definition.documents import read_text
from procedures.definition.model import Definition
from procedures.definition.overrides import Setting, apply_settings
from procedures.definition.patches import (
    check_unsuccessful,
    merge,
    merge_extended,
    patch_paths,
    read_extended,
    with_origins,
)
from procedures.definition.reader.readings import chosen_patches
from procedures.definition.reader.scope import Memo
from procedures.definition.reader.sections import read_definition
from procedures.errors import DefinitionError, UsageError
from procedures.kernel.machine import Machine
from rules.nodes import Node, Table
from rules.problems import Place, Problems
from rules.suggestions import did_you_mean

if TYPE_CHECKING:
    from procedures.live import LiveMachine
    from procedures.selection import Selection


@frozen(eq=False, repr=False)
class Procedure:
    """A loaded definition: `machine` decides, `definition` describes; both are immutable."""

    definition: Definition
    machine: Machine
    _root: Table
    _settings: tuple[Setting, ...] = ()

    def __repr__(self) -> str:
        return f"<Procedure {self.name}, version {self.definition.version}>"

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def digest(self) -> str:
        """A fingerprint of everything that decides moves of cases."""
        return self.machine.digest

    @property
    def readings(self) -> Mapping[str, str]:
        """For each reading its chosen option."""
        return {name: reading.chosen for name, reading in self.definition.readings.items()}

    @property
    def options(self) -> Mapping[str, tuple[str, ...]]:
        """For each reading its options, in the order of the file."""
        return {name: tuple(reading.options) for name, reading in self.definition.readings.items()}

    def place(self, *keys: str) -> Place | None:
        """The position of the value at these keys, or at the longest part of the keys that exists."""
        place, found = self._root.place, self._root
        for key in keys:
            if key not in found.entries:
                break
            place, inner = found.place_of(key), found.entries[key]
            if not isinstance(inner, Table):
                break
            found = inner
        return place

    def with_reading(self, name: str, option: str) -> "Procedure":
        """The same procedure with another option of one reading; raises UsageError for unknown names."""
        return self.with_readings({name: option})

    def with_readings(self, options: Mapping[str, str]) -> "Procedure":
        """
        The same procedure with other options of some readings; other readings keep their chosen option.

        Raises:
            UsageError: there is no such reading or option.
            DefinitionError: two of the chosen options set the same path.
        """
        for name, option in options.items():
            reading = self.definition.readings.get(name)
            if reading is None:
                known = did_you_mean(name, self.definition.readings)
                raise UsageError(f"no reading `{name}` in {self.name}" + (f"; {known}" if known else ""))
            if option not in reading.options:
                raise UsageError(
                    f"reading `{name}` has no option `{option}`; its options are {', '.join(reading.options)}"
                )
        return self._rebuild(options, self._settings)

    def with_settings(self, settings: Sequence[Setting]) -> "Procedure":
        """The same procedure with other values, applied after its chosen readings; raises DefinitionError."""
        return self._rebuild({}, (*self._settings, *settings))

    def _rebuild(self, options: Mapping[str, str], settings: tuple[Setting, ...]) -> "Procedure":
        problems = Problems()
        definition = _resolve(self._root, {**self.readings, **options}, problems, settings=settings)
        _check_choices(definition, problems)
        if problems:
            raise DefinitionError(problems)
        return Procedure(definition, compile_definition(definition), self._root, settings)

    def transitions_machine(
        self, selection: "Selection | None" = None, models: Mapping[str, object] | None = None, **options: Any
    ) -> "LiveMachine":
        """A `transitions` machine that this procedure decides; LiveBase describes `options`."""
        from procedures.live import LiveMachine

        return LiveMachine(self, selection, models, **options)


def load(path: str | Path) -> Procedure:
    """
    Load the procedure in a definition file; every option of every reading is checked.

    Raises:
        DefinitionError: the file has problems; the error lists all of them, and nothing is compiled.
    """
    problems = Problems()
    root = read_extended(Path(path), problems)
    return _procedure(root, problems)


def loads(text: str, file: str = "<text>") -> Procedure:
    """Load the procedure in a text; paths of `extends` start at the folder of `file`. Raises DefinitionError."""
    problems = Problems()
    node = read_text(text, file, problems)
    if isinstance(node, Table):
        return _procedure(merge_extended(node, Path(file), problems, (Path(file).resolve(),)), problems)
    if node is not None:
        problems.add("a definition is a mapping of keys", node.place, "start with `procedure:` and `title:`")
    raise DefinitionError(problems)


def _procedure(root: Table | None, problems: Problems) -> Procedure:
    if root is None:
        raise DefinitionError(problems)
    memo: Memo = {}
    definition = _resolve(root, {}, problems, memo)
    _check_choices(definition, problems)
    _try_options(root, definition, problems, memo)
    if problems:
        raise DefinitionError(problems)
    return Procedure(definition, compile_definition(definition), root)


def _resolve(
    root: Table,
    options: Mapping[str, str],
    problems: Problems,
    memo: Memo | None = None,
    settings: Sequence[Setting] = (),
) -> Definition:
    """The checked definition with the given or chosen options patched in, and then the settings."""
    patched: Node = root
    for _, patch in chosen_patches(root, options):
        if isinstance(patch, Table) and isinstance(patched, Table):
            check_unsuccessful(patched, patch, problems)
            patched = merge(patched, with_origins(patch, patched))
    assert isinstance(patched, Table)
    patched = apply_settings(patched, settings, problems)
    definition = read_definition(patched, problems, memo)
    check(definition, problems)
    named = {
        name: evolve(reading, chosen=options.get(name, reading.chosen)) for name, reading in definition.readings.items()
    }
    return evolve(definition, readings=named)


def _check_choices(definition: Definition, problems: Problems) -> None:
    chosen = [
        (name, tuple(patch_paths(reading.options[reading.chosen])))
        for name, reading in definition.readings.items()
        if reading.chosen in reading.options
    ]
    check_paths(chosen, definition, problems)


def _try_options(root: Table, definition: Definition, problems: Problems, memo: Memo) -> None:
    """Report options that do not compile, chosen or not; problems of the definition itself are not reported again."""
    reported = {problem.sentence for problem in problems.entries}
    for name, reading in definition.readings.items():
        for option in reading.options:
            if option == reading.chosen:
                continue
            found = Problems()
            _resolve(root, {name: option}, found, memo)
            for problem in found:
                if problem.sentence not in reported:
                    problems.add(
                        f"with option `{option}` of reading `{name}`: {problem.sentence}",
                        problem.place,
                        _option_help(problem.help, reading.options[option]),
                    )


def _option_help(help_: str | None, patch: Node) -> str | None:
    """The help for a problem of an option, with the note that the option replaces `keeps` and `held` whole."""
    whole = dict.fromkeys(path[-1] for path in patch_paths(patch) if path[-1] in ("keeps", "held"))
    if help_ is None or not whole:
        return help_
    return f"{help_}; an option replaces {' and '.join(f'`{key}`' for key in whole)} whole, so write all of it"
