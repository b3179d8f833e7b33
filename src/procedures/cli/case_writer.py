"""Adds a history that refutes an obligation to the worked cases of its definition, so that `check` replays it."""

import json
from pathlib import Path

from procedures.cli.definition_files import CASES_SUFFIX
from procedures.errors import DefinitionError, UsageError
from procedures.procedure import Procedure
from procedures.proofs.verdicts import Obligation, Witness
from procedures.records.events import event_data
from procedures.selection import run
from procedures.worked_cases.reader import read_cases
from procedures.worked_cases.replay import find_failures


def write_case(file: Path, procedure: Procedure, obligation: Obligation, witness: Witness) -> Path:
    """
    Add a worked case that expects its current outcome; return the file of worked cases.

    Raises:
        UsageError: no case can be added at the end of the file; nothing was written.
    """
    cases = file.with_name(file.name.removesuffix(".yaml") + CASES_SUFFIX)
    before = _read(cases) if cases.is_file() else None
    text = (before if before is not None else f"procedure: {file.name}\n\ncases:\n").rstrip("\n")
    # In the same folder, because the file names its definition by a relative path.
    new_file = cases.with_name(f"{cases.name}.new")
    try:
        new_file.write_text(f"{text}\n{_case(procedure, obligation, witness)}", encoding="utf-8")
        if problem := _first_problem(new_file):
            raise UsageError(f"no case was added to {cases.name}: {problem.replace(new_file.name, cases.name)}")
        new_file.replace(cases)
    finally:
        new_file.unlink(missing_ok=True)
    return cases


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"no case was added to {file.name}: the file is not UTF-8 text") from None


def _first_problem(file: Path) -> str | None:
    """The first problem of a file of worked cases; None where all cases hold."""
    try:
        return next((str(problem) for problem in find_failures(read_cases(file))), None)
    except DefinitionError as error:
        return str(error.problems[0])


def _case(procedure: Procedure, obligation: Obligation, witness: Witness) -> str:
    """The case as YAML; each event is a line of JSON, which is valid YAML."""
    machine = procedure.machine
    selection, _ = run(machine, witness.events)
    title = f"against {obligation.id}: {obligation.sentence.in_language('en')}"
    lines = [f"  - case: {_plain(title)}"]
    if procedure.readings:
        lines.append(f"    readings: {_plain(dict(procedure.readings))}")
    lines.append("    events:")
    lines += [f"      - {_plain({'by': None, **event_data(event, machine.zone.show)})}" for event in witness.events]
    lines.append(f"    outcome: {_plain({name: selection[name].state for name in selection})}")
    return "\n".join(lines) + "\n"


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
