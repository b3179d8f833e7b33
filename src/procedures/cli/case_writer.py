"""A history that refutes something, added to the worked cases of its definition, so that `check` replays it."""

import json
from pathlib import Path

from procedures.cli.definition_files import CASES
from procedures.errors import DefinitionError, UsageError
from procedures.procedure import Procedure
from procedures.proofs.verdicts import Obligation, Witness
from procedures.records.events import event_data
from procedures.selection import run
from procedures.worked_cases.replay import failures, read_cases


def write_case(file: Path, procedure: Procedure, obligation: Obligation, witness: Witness) -> Path:
    """
    The file of worked cases with one more, which ends where it ends today.

    Raises:
        UsageError: the file of cases cannot take one more at its end; nothing was written.
    """
    beside = file.with_name(file.name.removesuffix(".yaml") + CASES)
    before = _read(beside) if beside.is_file() else None
    text = (before if before is not None else f"procedure: {file.name}\n\ncases:\n").rstrip("\n")
    tried = beside.with_name(f"{beside.name}.new")  # beside it, for it names its definition from there
    try:
        tried.write_text(f"{text}\n{_case(procedure, obligation, witness)}", encoding="utf-8")
        if broken := _broken(tried):
            raise UsageError(f"no case was added to {beside.name}: {broken.replace(tried.name, beside.name)}")
        tried.replace(beside)
    finally:
        tried.unlink(missing_ok=True)
    return beside


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"no case was added to {file.name}: the file is not UTF-8 text") from None


def _broken(file: Path) -> str | None:
    """What is wrong with a file of worked cases, first of all; None where they hold."""
    try:
        return next((str(problem) for problem in failures(read_cases(file))), None)
    except DefinitionError as error:
        return str(error.problems[0])


def _case(procedure: Procedure, obligation: Obligation, witness: Witness) -> str:
    """The case as YAML; each event is a line of JSON, which YAML reads too."""
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
