"""`procedures compare`: the candidates that get a different outcome under another version or reading."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import field, frozen

from procedures.cli.commands.prove import AllReadings, report_missing_packages
from procedures.cli.exit_status import FINE, NO, UNUSABLE, UnusableInputError
from procedures.cli.inputs import open_procedure, other_readings
from procedures.cli.options import AsJson, DefinitionFile, Lang, ReadingOptions, language
from procedures.cli.phrases import say
from procedures.cli.printer import Printer
from procedures.kernel.cases import Event
from procedures.procedure import Procedure
from procedures.records.events import event_data
from procedures.selection import run
from procedures.text.cases import kind_words, last_decision, state_words
from procedures.text.proofs import facts_words
from procedures.text.values import day_words, format_phrase
from rules.problems import Place, Problem
from rules.words import Language

if TYPE_CHECKING:
    from procedures.proofs import Comparison, Difference

_WHO = "candidate"


def compare(
    file: DefinitionFile,
    other: Annotated[
        Path | None, typer.Argument(metavar="[B]", help="The other version of the definition.", show_default=False)
    ] = None,
    reading: ReadingOptions = None,
    all_readings: AllReadings = False,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> int:
    """Tell who fares otherwise under another reading.

    For each kind of difference a candidate is shown, with the decision that makes it: another state, another kind of
    reserve, a reserve that ends on another day. Everything is known of everybody, who does the same at the same time in
    both, among the same others; one step more on the way is no difference. Exit status 0 when everybody comes to the
    same end, 1 otherwise.

    \b
    Example:
      procedures compare definitions/kortrijk/coordinator-ontmoetingscentra.yaml --reading missed_test=stays
    """
    chosen, printer = language(lang), Printer()
    if report_missing_packages(printer):
        return UNUSABLE
    if [other is not None, bool(reading), all_readings].count(True) != 1:
        raise typer.BadParameter(
            "give a second FILE, a --reading, or --all-readings", param_hint="what to compare with"
        )
    first = _open_procedure(file)
    if all_readings:
        pairs = [_Pair(first, each, {name: option}) for name, option, each in other_readings(first)]
    elif other is not None:
        pairs = [_Pair(first, _open_procedure(other))]
    else:
        pairs = [_Pair(first, open_procedure(file, reading), dict(text.split("=", 1) for text in reading or ()))]
    found = _compare_pairs(pairs, printer, chosen)
    if as_json:
        documents = [_data(pair, each, chosen) for pair, each in zip(pairs, found, strict=True)]
        first_document = documents[0] if documents else {"verdict": "equivalent", "differences": []}
        printer.document({**first_document, "comparisons": documents} if all_readings else first_document)
    else:
        if not pairs:
            printer.line(say("no other option", chosen))
        for pair, each in zip(pairs, found, strict=True):
            _print(pair, each, printer, chosen)
    return FINE if all(each.verdict == "equivalent" for each in found) else NO


@frozen
class _Pair:
    """Two procedures to compare; `reading` is the option that changes the first into the second, where there is one."""

    first: Procedure
    second: Procedure
    reading: Mapping[str, str] = field(factory=dict)


def _open_procedure(file: Path) -> Procedure:
    procedure = open_procedure(file)
    if procedure.definition.has_steps:
        return procedure
    sentence = "this is a position profile: its source states no procedure, so nobody is selected by it"
    place, hint = Place(str(file), 1, 1), "a procedure has `steps:`"
    raise UnusableInputError([Problem(sentence, place, hint)], "nothing was compared")


def _compare_pairs(pairs: Sequence[_Pair], printer: Printer, language: Language) -> "list[Comparison]":
    from procedures.proofs import compare as compare_machines

    found = []
    with printer.progress(say("comparing", language), len(pairs), many=2) as advance:
        for pair in pairs:
            found.append(compare_machines(pair.first.machine, pair.second.machine))
            advance()
    return found


def _print(pair: _Pair, found: "Comparison", printer: Printer, language: Language) -> None:
    for name, option in pair.reading.items():
        printer.line(say("reading", language, name=name, option=option), style="heading")
    printer.line(say(found.verdict, language), style="title")
    for each in found.differences:
        printer.line(_sentence(pair, each, language), 1)
        if each.a == each.b:
            continue
        for procedure, events, which in ((pair.first, each.events, "first"), (pair.second, each.events_b, "second")):
            printer.line(f"{say(which, language)}: {_decision(procedure, events, language)}", 2, "quiet")
    for a, b in found.unshown_differences:
        printer.line(say("not shown", language, a=_end(a), b=_end(b)), 1, "open")
    if found.changed_dates:
        printer.line(say("dates differ", language, names=", ".join(found.changed_dates)), 1, "open")
    printer.line()


def _sentence(pair: _Pair, each: "Difference", language: Language) -> str:
    """The difference in the second procedure: the state, else the kind of reserve, else the end of the reserve."""
    facts = facts_words([pair.first.machine, pair.second.machine], each.facts, language, each.relevant_facts)
    states = [_state(pair.first, each.a, language), _state(pair.second, each.b, language)]
    if each.a != each.b:
        return format_phrase("differs for", language, facts=facts, a=states[0], b=states[1])
    if each.kind_a != each.kind_b:
        a, b = (kind_words(kind, language) or format_phrase("no kind", language) for kind in (each.kind_a, each.kind_b))
        return format_phrase("kind differs", language, facts=facts, state=states[0], a=a, b=b)
    days = [_until(day, language) for day in (each.expires_a, each.expires_b)]
    return format_phrase("term differs", language, a=days[0], b=days[1])


def _state(procedure: Procedure, name: str | None, language: Language) -> str:
    return format_phrase("not admitted", language) if name is None else state_words(procedure.machine, name, language)


def _until(day: date | None, language: Language) -> str:
    return (
        format_phrase("endless", language)
        if day is None
        else format_phrase("until", language, time=day_words(day, language))
    )


def _end(end: tuple[str | None, str | None]) -> str:
    """The name of a state, with the kind of reserve where there is one."""
    state, kind = end
    return f"{state} ({kind})" if kind else str(state)


def _decision(procedure: Procedure, events: Sequence[Event], language: Language) -> str:
    """The refusals and the last decision of a machine for the events."""
    selection, refused = run(procedure.machine, events)
    refusals = [refusal.message(language) + "." for refusal in refused if refusal.event.candidate == _WHO]
    case = selection.find(_WHO)
    return " ".join([*refusals, *([str(last_decision(selection, case, language))] if case is not None else [])])


def _data(pair: _Pair, found: "Comparison", language: Language) -> dict[str, object]:
    return {
        "a": pair.first.name,
        "b": pair.second.name,
        "reading": dict(pair.reading),
        "verdict": found.verdict,
        "differences": [
            {
                "facts": dict(each.facts),
                "events": [event_data(event, pair.first.machine.zone.show) for event in each.events],
                "events_b": [event_data(event, pair.second.machine.zone.show) for event in each.events_b],
                "a": each.a,
                "b": each.b,
                "kind_a": each.kind_a,
                "kind_b": each.kind_b,
                "expires_a": _iso(each.expires_a),
                "expires_b": _iso(each.expires_b),
                "sentence": _sentence(pair, each, language),
            }
            for each in found.differences
        ],
        "not_shown": [[_end(a), _end(b)] for a, b in found.unshown_differences],
        "dated": list(found.changed_dates),
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
