"""`procedures prove`: each obligation of a procedure proved, refuted with a candidate and a history, or undecided."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from attrs import frozen

from procedures.cli.case_writer import write_case
from procedures.cli.exit_status import FINE, NO, OPEN, UNUSABLE
from procedures.cli.inputs import open_procedure, other_readings
from procedures.cli.options import AsJson, DefinitionFile, Lang, ReadingOptions, decimal_number, language
from procedures.cli.phrases import say
from procedures.cli.printer import Printer
from procedures.errors import UsageError
from procedures.procedure import Procedure
from procedures.proofs.verdicts import Refuted
from procedures.text.proofs import (
    AnsweredObligation,
    count_verdicts,
    missing_packages_message,
    proof_lines,
    proofs_data,
)
from rules.words import Language

AllReadings = Annotated[
    bool, typer.Option("--all-readings", help="Also under every other option of every reading, one at a time.")
]


def prove(
    file: DefinitionFile,
    reading: ReadingOptions = None,
    all_readings: AllReadings = False,
    budget: Annotated[
        float | None,
        typer.Option(
            "--budget",
            metavar="SECONDS",
            parser=decimal_number,
            help="Leave open what takes longer.",
            show_default=False,
        ),
    ] = None,
    write: Annotated[
        str | None,
        typer.Option(
            "--write-case", metavar="NAME", help="Add the history that refutes this obligation to the worked cases."
        ),
    ] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> int:
    """Prove a definition sound, or show for whom it is not.

    Each obligation is proved for everybody there could be, refuted with a candidate and a history that can be
    replayed, or left open with the reason. Exit status 1 when one is refuted, 3 when none is but one is left open.

    \b
    Example:
      procedures prove definitions/kortrijk/coordinator-ontmoetingscentra.yaml --all-readings
    """
    chosen, printer = language(lang), Printer()
    if report_missing_packages(printer):
        return UNUSABLE
    procedure = open_procedure(file, reading)
    tasks = [_ProofTask({}, procedure)]
    if all_readings:
        tasks += [_ProofTask({name: option}, other) for name, option, other in other_readings(procedure)]
    answers = [_prove(each, budget, printer, chosen) for each in tasks]
    if as_json:
        printer.document(_data(tasks, answers, chosen))
    else:
        for each, found in zip(tasks, answers, strict=True):
            _print(each, found, printer, chosen)
    if write is not None:
        _write(file, write, tasks, answers)
        printer.warn(say("case written", chosen, file=file.name.removesuffix(".yaml") + ".cases.yaml"))
    words = [word for found in answers for word in count_verdicts(found)]
    return NO if "refuted" in words else OPEN if "undecided" in words else FINE


@frozen
class _ProofTask:
    """A procedure to prove; `reading` is its option that differs from the chosen one, where there is one."""

    reading: Mapping[str, str]
    procedure: Procedure


def report_missing_packages(printer: Printer) -> bool:
    """Report the packages for proofs that are not installed; return whether there are any."""
    if needed := missing_packages_message():
        printer.warn(needed)
    return bool(needed)


def _prove(tasks: _ProofTask, budget: float | None, printer: Printer, language: Language) -> list[AnsweredObligation]:
    from procedures.proofs import obligations
    from procedures.proofs import prove as prove_procedure

    # The options are the same in every reading, so they are compared only once.
    procedure = tasks.procedure.machine if tasks.reading else tasks.procedure
    with printer.progress(say("proving", language), len(obligations(procedure)), many=1) as advance:
        return prove_procedure(procedure, budget, advance)


def _print(tasks: _ProofTask, answers: Sequence[AnsweredObligation], printer: Printer, language: Language) -> None:
    procedure = tasks.procedure
    if tasks.reading:
        printer.line()
    printer.line(procedure.definition.title.in_language(language, procedure.name), style="title")
    for name, option in tasks.reading.items():
        printer.line(say("reading", language, name=name, option=option))
    if not answers:
        printer.line(say("profile", language))
    printer.line()
    printer.lines(tuple(proof_lines(procedure.definition, procedure.machine, answers, language)))
    tally = count_verdicts(answers)
    printer.line()
    words = {word: tally[word] for word in ("proved", "refuted", "undecided")}
    printer.line(say("tally of proofs", language, **words), style="title")


def _data(
    tasks: Sequence[_ProofTask], answers: Sequence[Sequence[AnsweredObligation]], language: Language
) -> dict[str, object]:
    (first, *others), (found, *rest) = tasks, answers
    machine = first.procedure.machine
    data: dict[str, object] = {
        "procedure": first.procedure.name,
        "digest": machine.digest,
        "readings": dict(first.procedure.readings),
        "obligations": proofs_data(first.procedure.definition, machine, found, language),
    }
    if others:
        data["other_readings"] = [
            {
                "readings": dict(each.reading),
                "obligations": proofs_data(each.procedure.definition, each.procedure.machine, told, language),
            }
            for each, told in zip(others, rest, strict=True)
        ]
    return data


def _write(file: Path, name: str, tasks: Sequence[_ProofTask], answers: Sequence[Sequence[AnsweredObligation]]) -> None:
    for each, found in zip(tasks, answers, strict=True):
        for obligation, verdict in found:
            if obligation.id == name and isinstance(verdict, Refuted) and verdict.witness is not None:
                write_case(file, each.procedure, obligation, verdict.witness)
                return
    refuted = [o.id for found in answers for o, v in found if isinstance(v, Refuted) and v.witness is not None]
    shown = ", ".join(f"`{each}`" for each in dict.fromkeys(refuted)) or "none"
    raise UsageError(f"no history refutes `{name}`; refuted by a history: {shown}")
