"""Verdicts on obligations in words and as data: what holds, for whom something does not, and where it is written."""

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
from procedures.text.outline import Line, deeper
from procedures.text.values import tell
from rules.kinds import Plain
from rules.phrases import label_of, value_words
from rules.problems import Place
from rules.truth import Truth
from rules.words import Language

Answered: TypeAlias = tuple[Obligation, Verdict]

NEEDS: Final = ("dd", "z3")
_WITHOUT: Final = "proofs need {names}: pip install 'selection-procedures[prove]'"
_VALUES: Final[Mapping[str, Truth]] = {"proved": Truth.TRUE, "refuted": Truth.FALSE, "undecided": Truth.UNKNOWN}


def needed_for_proofs() -> str:
    """What to install before anything can be proved; empty where nothing is lacking."""
    absent = [name for name in NEEDS if not _is_there(name)]
    return _WITHOUT.format(names=" and ".join(absent)) if absent else ""


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ValueError:  # a module that somebody blocked
        return False


def word_of(verdict: Verdict) -> str:
    """`proved`, `refuted` or `undecided`."""
    match verdict:
        case Proved():
            return "proved"
        case Refuted():
            return "refuted"
        case Undecided():
            return "undecided"


def counted(answers: Iterable[Answered]) -> Counter[str]:
    """How many obligations came to each verdict."""
    return Counter(word_of(verdict) for _, verdict in answers)


def place_of(definition: Definition, obligation: Obligation) -> Place | None:
    """Where a definition says what an obligation is about: the step, the state, or what leads to that state."""
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
    definition: Definition, machine: Machine, answers: Sequence[Answered], language: Language
) -> Iterator[Line]:
    """Each obligation with what it came to; below one that does not hold, for whom and how, or why it is open."""
    for obligation, verdict in answers:
        word, place = word_of(verdict), place_of(definition, obligation)
        at = (f"{place.file}:{place.line}",) if place is not None and word != "proved" else ()
        yield Line(obligation.sentence.in_language(language), 0, at, obligation.id, value=_VALUES[word])
        if not isinstance(verdict, Proved):
            yield from deeper(unproved_lines(machine, obligation, verdict, language))


def unproved_lines(
    machine: Machine, obligation: Obligation, verdict: Refuted | Undecided, language: Language
) -> Iterator[Line]:
    """What is told below an obligation that was not proved: for whom it fails and how, or why it is open."""
    yield Line(tell(word_of(verdict), language, id=obligation.id))
    if reason := verdict.reason.in_language(language):
        yield Line(reason)
    if isinstance(verdict, Refuted) and verdict.witness is not None:
        yield from witness_lines(machine, verdict.witness, language)


def witness_lines(machine: Machine, witness: Witness, language: Language, who: str = "candidate") -> Iterator[Line]:
    """Somebody for whom something does not hold: what is known of them, and their history."""
    yield Line(tell("of whom", language, facts=facts_words([machine], witness.facts, language)))
    selection, _ = run(machine, witness.events)
    others = len(selection) - 1
    if others > 0:
        yield Line(tell("others", language, others=others))
    if who in selection:
        yield from deeper(history_lines(selection, selection[who], language))


def facts_words(
    machines: Sequence[Machine], facts: Mapping[str, Plain], language: Language, names: Sequence[str] | None = None
) -> str:
    """`diploma: level B, experience: 24 months`: the declared facts, or those of these names.

    The words of a fact are those of the first machine that declares it.
    """
    told = []
    for name, value in facts.items():
        machine = next((each for each in machines if name in each.declared.facts), None)
        if machine is not None and name in (machine.declared_facts if names is None else names):
            fact = machine.declared.facts[name]
            words = value_words(fact.kind, machine.declared.take(name, value), language)
            told.append(f"{label_of(fact, language)}: {words}")
    return ", ".join(told) or tell("nothing known" if names is None else "anybody", language)


def proofs_data(
    definition: Definition, machine: Machine, answers: Sequence[Answered], language: Language
) -> list[dict[str, object]]:
    """Each obligation as JSON carries it."""
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
        "verdict": word_of(verdict),
        **({"reason": reason} if reason else {}),
        "witness": witness_data(machine, witness) if witness is not None else None,
        "where": f"{place.file}:{place.line}" if place is not None else None,
    }


def witness_data(machine: Machine, witness: Witness) -> dict[str, object]:
    """Somebody as JSON carries them; the events are lines of an events file."""
    events = [event_data(event, machine.zone.show) for event in witness.events]
    return {"facts": dict(witness.facts), "events": events}
