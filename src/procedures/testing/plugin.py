"""The pytest plugin: `pytest definitions/` checks every definition, proves its obligations and runs its worked cases.

Pytest loads the plugin in every run in the environment, so it imports nothing until there is a definition to collect.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from procedures.testing.files.check import Check
    from rules.problems import Problem

_COMPANION_SUFFIXES: Final = (".cases.yaml", ".scenario.yaml")
_MAX_BYTES: Final = 1 << 20
_PROCEDURE_KEY: Final = re.compile(rb"""^(?:procedure|"procedure"|'procedure')[ \t]*:""", re.MULTILINE)
_CASES: Final = pytest.StashKey[list[Path]]()
_SEEN: Final = "definition_cases"
_PROOFS: Final = pytest.StashKey[tuple[bool, float | None]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("procedures", "selection procedures")
    group.addoption(
        "--definition-coverage",
        action="store_true",
        help="tell of each definition which arcs, branches, windows, readings and refusals its worked cases exercise",
    )
    group.addoption(
        "--no-definition-proofs",
        action="store_true",
        help="prove no obligations of definitions (as `definition_proofs = false`)",
    )
    group.addoption(
        "--definition-budget",
        metavar="SECONDS",
        help="leave open which obligations of a definition are not proved within so many seconds",
    )
    parser.addini("definition_proofs", "each obligation of a definition is a test", type="bool", default=True)
    parser.addini("definition_budget", "as --definition-budget: seconds for each definition", default="")


def pytest_configure(config: pytest.Config) -> None:
    text = config.getoption("--definition-budget") or config.getini("definition_budget")
    budget = _seconds(text) if text else None
    proofs = config.getini("definition_proofs") and not config.getoption("--no-definition-proofs")
    config.stash[_PROOFS] = (proofs, budget)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not seconds >= 0:  # nor is nan
        raise pytest.UsageError(f"definition budget: `{text}` is no number of seconds")
    return seconds


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "DefinitionFile | None":
    if file_path.suffix == ".yaml" and not file_path.name.startswith(".") and _is_definition_file(file_path):
        file: DefinitionFile = DefinitionFile.from_parent(parent, path=file_path)
        return file
    return None


def _is_definition_file(path: Path) -> bool:
    """Whether a YAML file is a definition, or belongs to one."""
    for ending in _COMPANION_SUFFIXES:
        if path.name.endswith(ending):
            definition = path.with_name(path.name.partition(".")[0] + ".yaml")
            return _has_procedure_key(definition) or _has_procedure_key(path)
    return _has_procedure_key(path)


def _has_procedure_key(path: Path) -> bool:
    """Whether a file has `procedure:` among its top-level keys."""
    try:
        with path.open("rb") as file:
            return _PROCEDURE_KEY.search(file.read(_MAX_BYTES)) is not None
    except OSError:
        return False


class DefinitionFile(pytest.File):
    """A definition, its worked cases or a scenario; each check of it is a test."""

    def collect(self) -> Iterator["DefinitionItem"]:
        from procedures.testing.files.file_checks import checks_of

        proofs, budget = self.config.stash[_PROOFS]
        for check in checks_of(self.path, proofs=proofs, budget=budget):
            yield DefinitionItem.from_parent(self, name=check.name, check=check)
        if self.path.name.endswith(_COMPANION_SUFFIXES[0]):
            self.config.stash.setdefault(_CASES, []).append(self.path)


class DefinitionItem(pytest.Item):
    """One check; it fails with every problem that it found, as `file:line:column: sentence`."""

    def __init__(self, *, check: "Check", **options: Any) -> None:
        super().__init__(**options)
        self.check = check

    def runtest(self) -> None:
        from procedures.testing.files.check import UndecidedCheckError

        try:
            problems = tuple(self.check.run())
        except ModuleNotFoundError as error:
            pytest.skip(f"`{error.name}` is not installed")
        except UndecidedCheckError as error:
            pytest.skip(str(error))
        if problems:
            raise DefinitionProblems(problems)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, DefinitionProblems):
            return _with_relative_paths(str(excinfo.value), self.config)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        place = self.check.place
        return self.path, place.line - 1 if place and Path(place.file) == self.path else None, self.name


class DefinitionProblems(Exception):  # noqa: N818 - the result of a check
    """The problems that a check found, printed one per line as compilers do."""

    def __init__(self, problems: "tuple[Problem, ...]") -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist reports its worked cases to the controller; each worker collects all of them."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_SEEN] = [str(path) for path in session.config.stash.get(_CASES, [])]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    seen = map(Path, getattr(node, "workeroutput", {}).get(_SEEN, ()))  # a crashed worker reports nothing
    cases = node.config.stash.setdefault(_CASES, [])
    cases += [path for path in seen if path not in cases]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if not config.getoption("--definition-coverage") or not config.stash.get(_CASES, []):
        return
    terminalreporter.section("coverage of definitions")
    for table in _tables(config.stash[_CASES]):
        terminalreporter.line(_with_relative_paths(table, config))


def _tables(paths: list[Path]) -> Iterator[str]:
    """The coverage of each definition by all the worked cases about it."""
    from procedures.errors import ProcedureError
    from procedures.testing.files.coverage import coverage
    from procedures.worked_cases.reader import WorkedCases, read_cases

    about: dict[str, list[WorkedCases]] = {}
    for path in paths:
        try:
            worked = read_cases(path)
        except ProcedureError:
            continue  # a failed test reports this
        about.setdefault(worked.procedure.name, []).append(worked)
    for files in about.values():
        yield coverage(files[0].procedure, files).table()


def _with_relative_paths(text: str, config: pytest.Config) -> str:
    """The text with paths relative to the folder where pytest was started."""
    return text.replace(f"{config.invocation_params.dir}{os.sep}", "")
