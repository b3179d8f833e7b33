"""What `procedures screen --cohort` does: a file as one selection, written with its columns, and told."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Final

import polars as pl
import typer

from procedures.cli.exit_status import FINE, NO
from procedures.cli.phrases import count, say
from procedures.cli.printer import Printer
from procedures.cli.screening.arguments import Asked
from procedures.cli.screening.output import sink_of, tell_refused
from procedures.cli.screening.summary import plain_trouble
from procedures.columns import TAKEN, WORDS, Road, Round
from procedures.procedure import Procedure
from procedures.screening import CohortScreening, Formats, screen_cohort
from procedures.screening.files.source import Source
from procedures.text.cases import state_words, step_words
from rules.kinds import FactError
from rules.problems import did_you_mean
from rules.words import Language

_SHOWN: Final = 20


def told_of_cohort(asked: Asked, procedure: Procedure, source: Source, formats: Formats, printer: Printer) -> int:
    """Screen a cohort, write it where that was asked for, and tell of it; the exit status."""
    road = Road(seed=asked.seed, closing=_closing(asked, procedure))
    found = screen_cohort(
        source,
        procedure.machine,
        road,
        mapping=asked.pairs,
        formats=formats,
        language=asked.language,
        plain=asked.as_json,
        prefix=asked.prefix,
        with_reasons=asked.reasons,
    )
    with sink_of(asked, source, formats) as sink:
        if sink is not None:
            sink.write(found.frame)
    bad = [trouble for row in sorted(found.bad) for trouble in found.bad[row]]
    tell_refused(bad, len(bad), len(found.bad), found.frame.height, printer, asked.language)
    if asked.as_json:
        printer.document(_document(procedure, found, asked))
    else:
        _print(procedure, found, asked, Printer.on_stderr() if asked.output == "-" else printer)
    return NO if bad else FINE


def _closing(asked: Asked, procedure: Procedure) -> dict[str, dict[str, object]]:
    """What closings record, by step; a fact that no closing records is wrong usage."""
    machine, found = procedure.machine, dict[str, dict[str, object]]()
    known = [name for step in machine.steps.values() for name in step.closing]
    for text in asked.closing:
        name, equals, value = text.partition("=")
        if not equals or name not in known:
            hint = did_you_mean(name, known) or "no closing of this procedure records anything"
            raise typer.BadParameter(f"`{text}`: write STEP.FACT=VALUE; {hint}", param_hint="'--closing'")
        step, _, short = name.partition(".")
        found.setdefault(step, {})[short] = _value(procedure, name, value)
    lacking = [name for name in known if name.partition(".")[2] not in found.get(name.partition(".")[0], {})]
    if lacking:
        names = ", ".join(f"`--closing {name}=…`" for name in lacking)
        raise typer.BadParameter(f"closing the steps takes {names}", param_hint="'--closing'")
    return found


def _value(procedure: Procedure, name: str, text: str) -> object:
    try:
        raw = json.loads(text)
    except ValueError:
        raw = text
    try:
        procedure.machine.declared.take(name, raw)
    except FactError as error:
        raise typer.BadParameter(f"`{name}`: {error}", param_hint="'--closing'") from None
    return raw


# -- for people -----------------------------------------------------------------------------------------------------


def _print(procedure: Procedure, found: CohortScreening, asked: Asked, printer: Printer) -> None:
    language, machine = asked.language, procedure.machine
    printer.line(procedure.definition.title.in_language(language, procedure.name), style="title")
    printer.heading(say("steps", language))
    for each in found.rounds:
        printer.line(_round_words(procedure, found, each, language), 1)
    gates = found.gone.decisions
    for name, held in gates.held.items():
        if f"{name}.held" in gates.facts:
            words = say("held" if held[0] else "not held", language, step=step_words(machine, name, language))
            printer.line(say("counted", language, gate=words, count=int(gates.counts[name][0])), 1)
    for step in found.ranked:
        printer.heading(say("ranked list", language, step=step_words(machine, step, language)))
        _print_list(found, step, asked, printer)
    printer.line()
    printer.line(_tally(procedure, found, language), style="title")
    if asked.output not in (None, "-"):
        printer.line(say("written", language, file=asked.output))


def _round_words(procedure: Procedure, found: CohortScreening, each: Round, language: Language) -> str:
    """`Screening of the CV: 18 took it; closed`, or why it was not closed."""
    step = step_words(procedure.machine, each.step, language)
    words = say("took it", language, step=step, n=each.taken)
    refused = [f"{n} {code}" for code, n in each.refused.items()]
    if refused:
        words += f" ({', '.join(refused)})"
    if each.is_closed:
        return f"{words}; {say('closed', language)}"
    code = WORDS[int(each.closings[0])] if each.closings is not None and each.closings[0] != TAKEN else ""
    return f"{words}; {say('not closed', language, code=code)}"


def _print_list(found: CohortScreening, step: str, asked: Asked, printer: Printer) -> None:
    """The first of a ranked list: rank, line, the first column, which mostly says who it is, and where they went."""
    language, ignored = asked.language, found.matched.ignored
    who = next(iter(ignored), None)
    rank, state = f"{asked.prefix}.{step}.rank", f"{asked.prefix}.state"
    ranked = found.frame.with_columns(pl.Series("line of the file", found.lines)).filter(pl.col(rank).is_not_null())
    ranked = ranked.sort(rank, maintain_order=True)
    columns = [rank, "line of the file", *([who] if who else []), state]
    header = [say("rank", language), say("line", language), *([who] if who else []), say("state", language)]
    rows = [["" if cell is None else str(cell) for cell in row] for row in ranked.select(columns).head(_SHOWN).rows()]
    printer.table(header, rows)
    if ranked.height > len(rows):
        printer.line(say("more rows", language, n=f"{ranked.height - len(rows):,}"), style="quiet")


def _tally(procedure: Procedure, found: CohortScreening, language: Language) -> str:
    states: Counter[str] = Counter(found.gone.states.to_list())
    parts = [
        f"{states[name]} {state_words(procedure.machine, name, language)}"
        for name in procedure.machine.states
        if states[name]
    ]
    if found.bad:
        parts.append(say("took no part", language, n=len(found.bad)))
    return say("tally", language, people=count("rows", found.frame.height, language), states=", ".join(parts))


# -- for programs ---------------------------------------------------------------------------------------------------


def _document(procedure: Procedure, found: CohortScreening, asked: Asked) -> Mapping[str, object]:
    decisions = found.gone.decisions
    return {
        "procedure": procedure.name,
        "digest": procedure.digest,
        "readings": dict(procedure.readings),
        "rows": found.frame.height,
        "refused": len(found.bad),
        "steps": {each.step: {"taken": each.taken, "closed": each.is_closed} for each in found.rounds},
        "gates": {
            name: {"held": bool(held[0]), "count": int(decisions.counts[name][0])}
            for name, held in decisions.held.items()
            if f"{name}.held" in decisions.facts
        },
        "states": dict(Counter(found.gone.states.to_list())),
        "problems": [plain_trouble(each, asked.language) for row in sorted(found.bad) for each in found.bad[row]],
        "candidates": [
            {"line": line, **{name.removeprefix(f"{asked.prefix}."): row[name] for name in found.added}}
            for line, row in zip(found.lines, found.frame.select(found.added).iter_rows(named=True), strict=True)
        ],
    }
