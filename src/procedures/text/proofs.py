"""Describe verdicts on obligations, in words and as data: the verdict, the witness, and the place in the file."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Final, TypeAlias

from procedures.definition.model import Definition
from procedures.kernel.machine import Machine
from procedures.proofs.verdicts import Obligation, Proved, Refuted, Undecided, Verdict, Witness
from procedures.records.events import event_data
from procedures.selection import run
from procedures.text.cases import history_lines
from procedures.text.outline import Line, indent
from procedures.text.values import format_phrase
from rules.kinds import Plain
from rules.phrases import label_of, value_words
from rules.problems import Place
from rules.truth import Truth
from rules.words import Language

AnsweredObligation: TypeAlias = tuple[Obligation, Verdict]

REQUIRED_PACKAGES: Final = ("dd", "z3")
_MISSING_MESSAGE: Final = "proofs need {names}: pip install 'selection-procedures[prove]'"
_VALUES: Final[Mapping[str, Truth]] = {"proved": Truth.TRUE, "refuted": Truth.FALSE, "undecided": Truth.UNKNOWN}


def missing_packages_message() -> str:
    """The message about packages that proofs need and that are not installed; empty when all are installed."""
    absent = [name for name in REQUIRED_PACKAGES if not _is_installed(name)]
    return _MISSING_MESSAGE.format(names=" and ".join(absent)) if absent else ""


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ValueError:  # a blocked module
        return False


def verdict_word(verdict: Verdict) -> str:
    """`proved`, `refuted` or `undecided`."""
    match verdict:
        case Proved():
            return "proved"
        case Refuted():
            return "refuted"
        case Undecided():
            return "undecided"


def count_verdicts(answers: Iterable[AnsweredObligation]) -> Counter[str]:
    """The number of obligations for each verdict."""
    return Counter(verdict_word(verdict) for _, verdict in answers)


def place_of(definition: Definition, obligation: Obligation) -> Place | None:
    """The place of the subject of an obligation: a step, a state, or a step that leads to the state."""
    steps = {step.name: step for step in definition.steps}
    if obligation.step is not None:
        return steps[obligation.step].place
    kind, _, name = obligation.id.partition(":")
    if kind == "property":
        return definition.properties[name].place
    if kind == "kinds" and definition.reserve is not None:
        return definition.reserve.place
    if kind == "option":
        reading, _, option = name.partition(":")
        return definition.readings[reading].options[option].place
    described = definition.states.get(obligation.state or "")
    if described is not None and described.place is not None:
        return described.place
    leading = (step.place for step in definition.steps if obligation.state in step.targets)
    return next(leading, definition.place)


def proof_lines(
    definition: Definition, machine: Machine, answers: Sequence[AnsweredObligation], language: Language
) -> Iterator[Line]:
    """Each obligation with its verdict; below an unproved one, the witness and its history, or the reason."""
    for obligation, verdict in answers:
        word, place = verdict_word(verdict), place_of(definition, obligation)
        at = (f"{place.file}:{place.line}",) if place is not None and word != "proved" else ()
        yield Line(obligation.sentence.in_language(language), 0, at, obligation.id, value=_VALUES[word])
        if not isinstance(verdict, Proved):
            yield from indent(unproved_lines(machine, obligation, verdict, language))


def unproved_lines(
    machine: Machine, obligation: Obligation, verdict: Refuted | Undecided, language: Language
) -> Iterator[Line]:
    """The lines below an obligation that is not proved: the witness and its history, or the reason."""
    yield Line(format_phrase(verdict_word(verdict), language, id=obligation.id))
    if reason := verdict.reason.in_language(language):
        yield Line(reason)
    if isinstance(verdict, Refuted) and verdict.witness is not None:
        yield from witness_lines(machine, verdict.witness, language)


def witness_lines(machine: Machine, witness: Witness, language: Language, who: str = "candidate") -> Iterator[Line]:
    """The witness against an obligation: the facts of the candidate and their history."""
    yield Line(format_phrase("of whom", language, facts=facts_words([machine], witness.facts, language)))
    selection, _ = run(machine, witness.events)
    others = len(selection) - 1
    if others > 0:
        yield Line(format_phrase("others", language, others=others))
    if who in selection:
        yield from indent(history_lines(selection, selection[who], language))


def facts_words(
    machines: Sequence[Machine], facts: Mapping[str, Plain], language: Language, names: Sequence[str] | None = None
) -> str:
    """`diploma: level B, experience: 24 months`: the declared facts, or the facts with these names.

    The words of a fact come from the first machine that declares the fact.
    """
    parts = []
    for name, value in facts.items():
        machine = next((each for each in machines if name in each.declared.facts), None)
        if machine is not None and name in (machine.declared_facts if names is None else names):
            fact = machine.declared.facts[name]
            words = value_words(fact.kind, machine.declared.encode(name, value), language)
            parts.append(f"{label_of(fact, language)}: {words}")
    return ", ".join(parts) or format_phrase("nothing known" if names is None else "anybody", language)


def proofs_data(
    definition: Definition, machine: Machine, answers: Sequence[AnsweredObligation], language: Language
) -> list[dict[str, object]]:
    """Each obligation with its verdict, as plain data for JSON."""
    return [_data(definition, machine, obligation, verdict, language) for obligation, verdict in answers]


def _data(
    definition: Definition, machine: Machine, obligation: Obligation, verdict: Verdict, language: Language
) -> dict[str, object]:
    place = place_of(definition, obligation)
    witness = verdict.witness if isinstance(verdict, Refuted) else None
    reason = "" if isinstance(verdict, Proved) else verdict.reason.in_language(language)
    return {
        "id": obligation.id,
        "sentence": obligation.sentence.in_language(language),
        "verdict": verdict_word(verdict),
        **({"reason": reason} if reason else {}),
        "witness": witness_data(machine, witness) if witness is not None else None,
        "where": f"{place.file}:{place.line}" if place is not None else None,
    }


def witness_data(machine: Machine, witness: Witness) -> dict[str, object]:
    """A witness as plain data for JSON; the events have the form of lines of an events file."""
    events = [event_data(event, machine.zone.show) for event in witness.events]
    return {"facts": dict(witness.facts), "events": events}
