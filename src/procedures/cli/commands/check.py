"""`procedures check`: every problem of every definition at once, and its worked cases replayed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from attrs import frozen

from procedures import load
from procedures.cli.definition_files import cases_beside, check_name, definition_files
from procedures.cli.exit_status import FINE, NO, UNUSABLE, counted, number_of
from procedures.cli.options import AsJson, Lang, language
from procedures.cli.phrases import count, say
from procedures.cli.printer import Printer
from procedures.errors import DefinitionError
from procedures.procedure import Procedure
from procedures.worked_cases.replay import failures, read_cases
from rules.problems import Problem, Problems
from rules.words import Language


def check(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Definition files, and folders of them.", show_default=False)
    ],
    lang: Lang = "en",
    as_json: AsJson = False,
) -> int:
    """Check definitions: every problem of every file at once.

    Worked cases beside a definition (x.cases.yaml beside x.yaml) are replayed, and one that ends otherwise is a
    problem too. Exit status 1 when there are problems.

    \b
    Example:
      procedures check definitions
    """
    chosen, unusable = language(lang), Problems()
    files = [_checked(file) for file in definition_files(paths, unusable)]
    problems = tuple(dict.fromkeys((*unusable, *(problem for file in files for problem in file.problems))))
    printer = Printer()
    if as_json:
        printer.document({"files": [file.data() for file in files], "problems": [_plain(each) for each in problems]})
    else:
        for file in files:
            if not file.problems:
                printer.line(f"{file.path}: {_summary(file, chosen)}")
    if problems:
        printer.problems(problems, _count(problems, files))
    return UNUSABLE if unusable else NO if problems else FINE


@frozen
class _Checked:
    """What came of one file; `procedure` is None where it could not be compiled, `cases` the worked cases replayed."""

    path: Path
    procedure: Procedure | None
    cases: int
    problems: tuple[Problem, ...]

    def data(self) -> dict[str, object]:
        procedure = self.procedure
        return {
            "file": str(self.path),
            "procedure": procedure.name if procedure else None,
            "digest": procedure.digest if procedure else None,
            "states_a_procedure": procedure.definition.states_a_procedure if procedure else None,
            "states": list(procedure.machine.states) if procedure else [],
            "steps": list(procedure.machine.steps) if procedure else [],
            "readings": dict(procedure.readings) if procedure else {},
            "cases": self.cases,
            "problems": [_plain(problem) for problem in self.problems],
        }


def _checked(path: Path) -> _Checked:
    problems = Problems()
    check_name(path, problems)
    try:
        procedure = load(path)
    except DefinitionError as error:
        return _Checked(path, None, 0, tuple(_in_order((*problems, *error.problems))))
    beside = cases_beside(path)
    cases = 0
    try:
        worked = read_cases(beside) if beside else None
    except DefinitionError as error:
        return _Checked(path, procedure, 0, (*problems, *error.problems))
    if worked is not None:
        cases = len(worked)
        return _Checked(path, procedure, cases, (*problems, *failures(worked)))
    return _Checked(path, procedure, cases, tuple(problems))


def _in_order(problems: Sequence[Problem]) -> Problems:
    ordered = Problems()
    for problem in problems:
        ordered.add(problem.sentence, problem.place, problem.help)
    return ordered


def _summary(file: _Checked, language: Language) -> str:
    assert file.procedure is not None, "a file without problems was compiled"
    machine, definition = file.procedure.machine, file.procedure.definition
    if not definition.states_a_procedure and not definition.template:
        parts = [say("profile", language)]
    else:
        sizes = {"states": machine.states, "steps": machine.steps, "readings": machine.readings}
        shown = {what: len(things) for what, things in sizes.items() if things and machine.steps}
        parts = [count(what, n, language) for what, n in shown.items()]
    if file.cases:
        parts.append(count("cases", file.cases, language))
    counts = ", ".join(parts)
    return say("template", language, counts=counts).removesuffix(", ") if definition.template else counts


def _count(problems: Sequence[Problem], files: Sequence[_Checked]) -> str:
    """The last line: how many problems, and in how many of the definitions."""
    wrong = [file for file in files if file.problems]
    if len(files) == 1 and files[0].procedure:
        return number_of(problems)
    if wrong and any(file.procedure for file in files):
        return f"{number_of(problems)} in {len(wrong)} of {count('definitions', len(files), 'en')}"
    return counted(problems, "what could be read is fine" if files and not wrong else "nothing was compiled")


def _plain(problem: Problem) -> dict[str, object]:
    place = problem.place
    return {
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "sentence": problem.sentence,
        "help": problem.help,
    }
