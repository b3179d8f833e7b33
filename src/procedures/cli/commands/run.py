"""`procedures run`: replays a file of events, and prints the final states with reasons, and the refusals."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from procedures.cli.exit_status import FINE, NO, UnusableInputError
from procedures.cli.inputs import open_procedure
from procedures.cli.options import AsJson, DefinitionFile, Lang, ReadingOptions, language
from procedures.cli.phrases import count, say
from procedures.cli.printer import Printer
from procedures.kernel.cases import Refused
from procedures.procedure import Procedure
from procedures.records.events import EventLine, parse_events, read_events
from procedures.records.run_report import report
from procedures.selection import Selection
from procedures.text.cases import history_lines, kind_words, last_decision, state_words, step_words
from rules.problems import Place, Problem
from rules.words import Language

RefusedLines: TypeAlias = Sequence[tuple[int, Refused]]


def run(
    file: DefinitionFile,
    events: Annotated[
        str,
        typer.Option("--events", metavar="EVENTS", help="A file of events, one JSON object a line; - for stdin."),
    ],
    reading: ReadingOptions = None,
    reasons: Annotated[bool, typer.Option("--reasons", help="Print every history, with why of each decision.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit status 1 when an event is refused.")] = False,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> int:
    """Replay events: where every candidate ended, and why.

    Gates and the events that were refused are told as well; a refused event changes nothing.

    \b
    Example:
      procedures run definitions/kortrijk/coordinator-ontmoetingscentra.yaml \\
          --events docs/examples/coordinator.events.jsonl
    """
    chosen, printer = language(lang), Printer()
    procedure = open_procedure(file, reading)
    _refuse_without_steps(procedure, file)
    lines = parse_events(sys.stdin.buffer.read(), "<stdin>") if events == "-" else read_events(Path(events))
    selection, refused = _replay(procedure, lines, printer, chosen)
    if as_json:
        printer.document(report(selection, refused, chosen))
    else:
        printer.line(procedure.definition.title.in_language(chosen, procedure.name), style="title")
        for name in (text.partition("=")[0] for text in reading or ()):
            printer.line(say("reading", chosen, name=name, option=procedure.readings[name]))
        _print_answers(selection, refused, printer, chosen, with_reasons=reasons)
    return NO if strict and refused else FINE


def _refuse_without_steps(procedure: Procedure, file: Path) -> None:
    """Refuse a template, which only other definitions use, and a profile, which has no steps."""
    definition = procedure.definition
    if definition.template:
        sentence, hint = "this is a template: others extend it, and nobody runs it", "run a definition that extends it"
    elif not definition.has_steps:
        sentence = "this is a position profile: its source states no procedure, so there is nothing to run"
        hint = "`procedures explain FILE --condition NAME` asks one of its conditions"
    else:
        return
    place = Place(str(file), 1, 1)
    raise UnusableInputError([Problem(sentence, place, hint)], "nothing was run")


def _replay(
    procedure: Procedure, lines: Sequence[EventLine], printer: Printer, language: Language
) -> tuple[Selection, RefusedLines]:
    selection, refused = Selection(procedure), []
    with printer.progress(say("replaying", language), len(lines)) as advance:
        for line in lines:
            answer = selection.handle(line.event)
            if isinstance(answer, Refused):
                refused.append((line.number, answer))
            advance()
    return selection, refused


def _print_answers(
    selection: Selection, refused: RefusedLines, printer: Printer, language: Language, *, with_reasons: bool
) -> None:
    if len(selection):
        printer.heading(say("candidates", language))
        if with_reasons:
            _print_histories(selection, printer, language)
        else:
            _print_candidates(selection, printer, language)
    if selection.gates:
        printer.heading(say("gates", language))
        _print_gates(selection, printer, language)
    if refused:
        printer.heading(say("refused", language))
        header = [say(name, language) for name in ("line", "candidate", "event", "code", "because")]
        printer.table(header, [_refused_row(number, answer, language) for number, answer in refused])
    printer.line()
    printer.line(_tally(selection, len(refused), language), style="title")


def _print_candidates(selection: Selection, printer: Printer, language: Language) -> None:
    names = ("candidate", "state", "until", "decided by")
    rows = [_candidate_row(selection, name, language) for name in selection]
    # An empty column is left out: most selections have no reserve yet.
    kept = [i for i in range(len(names)) if i == 0 or any(row[i] for row in rows)]
    printer.table([say(names[i], language) for i in kept], [[row[i] for i in kept] for row in rows])


def _candidate_row(selection: Selection, name: str, language: Language) -> tuple[str, ...]:
    case = selection[name]
    decision = last_decision(selection, case, language)
    return (name, _state_with_kind(selection, name, language), _until(selection, name), str(decision))


def _state_with_kind(selection: Selection, name: str, language: Language) -> str:
    """The state, with the kind of reserve where there is one."""
    case = selection[name]
    state, kind = state_words(selection.machine, case.state, language), kind_words(selection.kind(case), language)
    return f"{state} ({kind})" if kind else state


def _until(selection: Selection, name: str) -> str:
    reserve = selection.machine.reserve
    on_reserve = reserve is not None and selection[name].state == reserve.state
    return selection.expires.isoformat() if on_reserve and selection.expires else ""


def _print_histories(selection: Selection, printer: Printer, language: Language) -> None:
    for name in selection:
        until = _until(selection, name)
        state = _state_with_kind(selection, name, language)
        ending = f", {say('until', language)} {until}" if until else ""
        printer.line(f"{name}: {state}{ending}", 0, "title")
        printer.lines(tuple(history_lines(selection, selection[name], language)), 1)


def _print_gates(selection: Selection, printer: Printer, language: Language) -> None:
    for name, gate in selection.gates.items():
        words = say("held" if gate.held else "not held", language, step=step_words(selection.machine, name, language))
        if gate.count is not None:
            words = say("counted", language, gate=words, count=gate.count)
        at = selection.machine.zone.local(gate.at).isoformat(" ", "minutes")[:16]
        printer.line(say("decided at", language, gate=words, at=at), 1)


def _refused_row(number: int, answer: Refused, language: Language) -> tuple[str, ...]:
    event = answer.event
    name = f"{event.name} {event.step}" if event.step else event.name
    return (str(number), event.candidate or "", name, answer.code, answer.message(language))


def _tally(selection: Selection, refused: int, language: Language) -> str:
    """`24 candidates: 3 on the reserve, 21 not selected; 1 event refused`."""
    if not len(selection):
        people = say("nobody", language)
    else:
        states = Counter(selection[name].state for name in selection)
        shown = [
            f"{states[name]} {state_words(selection.machine, name, language)}"
            for name in selection.machine.states
            if states[name]
        ]
        total = count("candidates", len(selection), language)
        people = say("tally", language, people=total, states=", ".join(shown))
    return f"{people}; {count('refused', refused, language)}" if refused else people
