"""`procedures check`: reports every problem of every definition at once, and replays worked cases."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from attrs import frozen

from procedures import load
from procedures.cli.definition_files import check_name, definition_files, find_cases
from procedures.cli.exit_status import FINE, NO, UNUSABLE, count_line, count_problems
from procedures.cli.options import AsJson, Lang, language
from procedures.cli.phrases import count, say
from procedures.cli.printer import Printer
from procedures.errors import DefinitionError
from procedures.procedure import Procedure
from procedures.text.problems import problem_in_language
from procedures.worked_cases.reader import read_cases
from procedures.worked_cases.replay import find_failures
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
    files = [_check_file(file) for file in definition_files(paths, unusable)]
    problems = tuple(dict.fromkeys((*unusable, *(problem for file in files for problem in file.problems))))
    printer = Printer()
    if as_json:
        printer.document(
            {"files": [file.data(chosen) for file in files], "problems": [_plain(each, chosen) for each in problems]}
        )
    else:
        for file in files:
            if not file.problems:
                printer.line(f"{file.path}: {_summary(file, chosen)}")
    if problems:
        printer.problems(problems, _count(problems, files, chosen), chosen)
    return UNUSABLE if unusable else NO if problems else FINE


@frozen
class _FileResult:
    """The result of one file: `procedure` is None where it did not compile; `cases` is the number of replayed cases."""

    path: Path
    procedure: Procedure | None
    cases: int
    problems: tuple[Problem, ...]

    def data(self, language: Language) -> dict[str, object]:
        procedure = self.procedure
        return {
            "file": str(self.path),
            "procedure": procedure.name if procedure else None,
            "digest": procedure.digest if procedure else None,
            "states_a_procedure": procedure.definition.has_steps if procedure else None,
            "states": list(procedure.machine.states) if procedure else [],
            "steps": list(procedure.machine.steps) if procedure else [],
            "readings": dict(procedure.readings) if procedure else {},
            "cases": self.cases,
            "problems": [_plain(problem, language) for problem in self.problems],
        }


def _check_file(path: Path) -> _FileResult:
    problems = Problems()
    check_name(path, problems)
    try:
        procedure = load(path)
    except DefinitionError as error:
        return _FileResult(path, None, 0, tuple(_without_repeats((*problems, *error.problems))))
    beside = find_cases(path)
    cases = 0
    try:
        worked = read_cases(beside) if beside else None
    except DefinitionError as error:
        return _FileResult(path, procedure, 0, (*problems, *error.problems))
    if worked is not None:
        cases = len(worked)
        return _FileResult(path, procedure, cases, (*problems, *find_failures(worked)))
    return _FileResult(path, procedure, cases, tuple(problems))


def _without_repeats(problems: Sequence[Problem]) -> Problems:
    ordered = Problems()
    for problem in problems:
        ordered.add(problem.sentence, problem.place, problem.help)
    return ordered


def _summary(file: _FileResult, language: Language) -> str:
    assert file.procedure is not None, "a file without problems was compiled"
    machine, definition = file.procedure.machine, file.procedure.definition
    if not definition.has_steps and not definition.template:
        parts = [say("profile", language)]
    else:
        sizes = {"states": machine.states, "steps": machine.steps, "readings": machine.readings}
        shown = {what: len(things) for what, things in sizes.items() if things and machine.steps}
        parts = [count(what, n, language) for what, n in shown.items()]
    if file.cases:
        parts.append(count("cases", file.cases, language))
    counts = ", ".join(parts)
    return say("template", language, counts=counts).removesuffix(", ") if definition.template else counts


def _count(problems: Sequence[Problem], files: Sequence[_FileResult], language: Language) -> str:
    """The last line: the number of problems, and of the definitions with problems."""
    wrong = [file for file in files if file.problems]
    if len(files) == 1 and files[0].procedure:
        return count_problems(problems, language)
    if wrong and any(file.procedure for file in files):
        return say(
            "problems in",
            language,
            problems=count_problems(problems, language),
            wrong=len(wrong),
            definitions=count("definitions", len(files), language),
        )
    consequence = "what could be read is fine" if files and not wrong else "nothing was compiled"
    return count_line(problems, consequence, language)


def _plain(problem: Problem, language: Language) -> dict[str, object]:
    problem, place = problem_in_language(problem, language), problem.place
    return {
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "sentence": problem.sentence,
        "help": problem.help,
    }
