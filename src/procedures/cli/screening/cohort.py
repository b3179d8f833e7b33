"""Runs `procedures screen --cohort`: a file as one selection, written with added columns, and summarised."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Final

import polars as pl
import typer

from procedures.cli.exit_status import FINE, NO
from procedures.cli.phrases import count, say
from procedures.cli.printer import Printer
from procedures.cli.screening.arguments import ScreenArguments
from procedures.cli.screening.columns import columns_data, print_columns
from procedures.cli.screening.output import open_sink, report_refused
from procedures.cli.screening.summary import problem_data
from procedures.columns import TAKEN, WORDS, Round, WalkthroughOptions
from procedures.procedure import Procedure
from procedures.screening import CohortScreening, Formats, screen_cohort
from procedures.screening.files.source import Source
from procedures.text.cases import state_words, step_words
from rules.kinds import FactError
from rules.suggestions import did_you_mean
from rules.words import Language

_SHOWN: Final = 20


def run_cohort_screening(
    arguments: ScreenArguments, procedure: Procedure, source: Source, formats: Formats, printer: Printer
) -> int:
    """Screen a cohort, write it where requested, and print the summary; return the exit status."""
    options = WalkthroughOptions(seed=arguments.seed, closing=_closing(arguments, procedure))
    found = screen_cohort(
        source,
        procedure.machine,
        options,
        mapping=arguments.pairs,
        formats=formats,
        language=arguments.language,
        plain=arguments.as_json,
        prefix=arguments.prefix,
        with_reasons=arguments.reasons,
    )
    with open_sink(arguments, source, formats) as sink:
        if sink is not None:
            sink.write(found.frame)
    report_refused(found.faults, len(found.bad), found.frame.height, printer, arguments.language)
    if arguments.as_json:
        printer.document(_document(procedure, found, arguments))
    else:
        _print(procedure, found, arguments, Printer.on_stderr() if arguments.output == "-" else printer)
    return NO if found.faults.count else FINE


def _closing(arguments: ScreenArguments, procedure: Procedure) -> dict[str, dict[str, object]]:
    """The facts of closings, by step; a fact that no closing records is wrong usage."""
    machine, found = procedure.machine, dict[str, dict[str, object]]()
    known = [name for step in machine.steps.values() for name in step.closing]
    for text in arguments.closing:
        name, equals, value = text.partition("=")
        if not equals or name not in known:
            hint = did_you_mean(name, known) or "no closing of this procedure records anything"
            raise typer.BadParameter(f"`{text}`: write STEP.FACT=VALUE; {hint}", param_hint="'--closing'")
        step, _, short = name.partition(".")
        found.setdefault(step, {})[short] = _value(procedure, name, value)
    missing = [name for name in known if name.partition(".")[2] not in found.get(name.partition(".")[0], {})]
    if missing:
        names = ", ".join(f"`--closing {name}=…`" for name in missing)
        raise typer.BadParameter(f"closing the steps takes {names}", param_hint="'--closing'")
    return found


def _value(procedure: Procedure, name: str, text: str) -> object:
    try:
        raw = json.loads(text)
    except ValueError:
        raw = text
    try:
        procedure.machine.declared.encode(name, raw)
    except FactError as error:
        raise typer.BadParameter(f"`{name}`: {error}", param_hint="'--closing'") from None
    return raw


# -- for people -----------------------------------------------------------------------------------------------------


def _print(procedure: Procedure, found: CohortScreening, arguments: ScreenArguments, printer: Printer) -> None:
    language, machine = arguments.language, procedure.machine
    printer.line(procedure.definition.title.in_language(language, procedure.name), style="title")
    print_columns(found.matched, machine, found.needed_facts, language, printer)
    printer.heading(say("steps", language))
    for each in found.rounds:
        printer.line(_round_words(procedure, found, each, language), 1)
    gates = found.cohorts.decisions
    for name, held in gates.held.items():
        if f"{name}.held" in gates.facts:
            words = say("held" if held[0] else "not held", language, step=step_words(machine, name, language))
            printer.line(say("counted", language, gate=words, count=int(gates.counts[name][0])), 1)
    for step in found.ranked_steps:
        printer.heading(say("ranked list", language, step=step_words(machine, step, language)))
        _print_list(found, step, arguments, printer)
    printer.line()
    printer.line(_tally(procedure, found, language), style="title")
    if arguments.output not in (None, "-"):
        printer.line(say("written", language, file=arguments.output))


def _round_words(procedure: Procedure, found: CohortScreening, each: Round, language: Language) -> str:
    """`Screening of the CV: 18 took it; closed`, or why it was not closed."""
    step = step_words(procedure.machine, each.step, language)
    words = say("took it", language, step=step, n=each.taken_count)
    refused = [f"{n} {code}" for code, n in each.refused_counts.items()]
    if refused:
        words += f" ({', '.join(refused)})"
    if each.is_closed:
        return f"{words}; {say('closed', language)}"
    code = (
        WORDS[int(each.closing_answers[0])]
        if each.closing_answers is not None and each.closing_answers[0] != TAKEN
        else ""
    )
    return f"{words}; {say('not closed', language, code=code)}"


def _print_list(found: CohortScreening, step: str, arguments: ScreenArguments, printer: Printer) -> None:
    """The first rows of a ranked list: rank, line, the first unused column (mostly a name), and state."""
    language, ignored = arguments.language, found.matched.ignored
    who = next(iter(ignored), None)
    rank, state = f"{arguments.prefix}.{step}.rank", f"{arguments.prefix}.state"
    ranked = found.frame.with_columns(pl.Series("line of the file", found.lines)).filter(pl.col(rank).is_not_null())
    ranked = ranked.sort(rank, maintain_order=True)
    columns = [rank, "line of the file", *([who] if who else []), state]
    header = [say("rank", language), say("line", language), *([who] if who else []), say("state", language)]
    rows = [["" if cell is None else str(cell) for cell in row] for row in ranked.select(columns).head(_SHOWN).rows()]
    printer.table(header, rows)
    if ranked.height > len(rows):
        printer.line(say("more rows", language, n=f"{ranked.height - len(rows):,}"), style="quiet")


def _tally(procedure: Procedure, found: CohortScreening, language: Language) -> str:
    states: Counter[str] = Counter(found.cohorts.states.to_list())
    parts = [
        f"{states[name]} {state_words(procedure.machine, name, language)}"
        for name in procedure.machine.states
        if states[name]
    ]
    if found.bad:
        parts.append(say("took no part", language, n=len(found.bad)))
    return say("tally", language, people=count("rows", found.frame.height, language), states=", ".join(parts))


# -- for programs ---------------------------------------------------------------------------------------------------


def _document(procedure: Procedure, found: CohortScreening, arguments: ScreenArguments) -> Mapping[str, object]:
    decisions = found.cohorts.decisions
    return {
        "procedure": procedure.name,
        "digest": procedure.digest,
        "readings": dict(procedure.readings),
        "rows": found.frame.height,
        "refused": len(found.bad),
        **columns_data(found.matched),
        "steps": {each.step: {"taken": each.taken_count, "closed": each.is_closed} for each in found.rounds},
        "gates": {
            name: {"held": bool(held[0]), "count": int(decisions.counts[name][0])}
            for name, held in decisions.held.items()
            if f"{name}.held" in decisions.facts
        },
        "states": dict(Counter(found.cohorts.states.to_list())),
        "problems": [problem_data(each, arguments.language) for each in found.faults.in_order()],
        "problem_count": found.faults.count,
        "candidates": [
            {"line": line, **{name.removeprefix(f"{arguments.prefix}."): row[name] for name in found.added_columns}}
            for line, row in zip(
                found.lines, found.frame.select(found.added_columns).iter_rows(named=True), strict=True
            )
        ],
    }
