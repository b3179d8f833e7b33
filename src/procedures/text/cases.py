"""How a case came where it stands, in words: its last decision, by which step and why, and its whole history."""

from collections.abc import Iterator

from attrs import frozen

from procedures.kernel.cases import Case, Move
from procedures.kernel.machine import Machine
from procedures.kernel.reasons import explain_step
from procedures.selection import Selection
from procedures.text.findings import answer_step, explanation_lines, step_sentence
from procedures.text.outline import Line, deeper
from procedures.text.phrases import MOVES, RESERVE_KINDS
from procedures.text.values import and_list, day_words, statement, tell
from rules.words import Language, Words, as_words

_REASONED = frozenset({"passed", "failed", "exempt"})


@frozen
class Decision:
    """The last decision in a case: `step` as people call it (None for the application), how it went, and why."""

    step: str | None
    result: str
    reason: str

    def __str__(self) -> str:
        return f"{self.step}: {self.reason}" if self.step else self.reason


def last_decision(selection: Selection, case: Case, language: Language) -> Decision:
    """What put the case where it stands; a correction decides nothing, but is told where it would have."""
    decided = [move for move in case.path if move.move != "corrected"]
    move = case.history[-1] if case.history[-1].move == "reopened" else decided[-1]
    reason = _reason(selection, move, language)
    differs = dict.fromkeys(name for each in case.path if each.move == "corrected" for name in each.differs)
    if differs:
        steps = and_list([step_words(selection.machine, name, language) for name in differs], language)
        reason = f"{reason} {tell('differs', language, steps=steps)}"
    step = step_words(selection.machine, move.event, language) if move.event in selection.machine.steps else None
    return Decision(step, MOVES[move.move].in_language(language), reason)


def _reason(selection: Selection, move: Move, language: Language) -> str:
    machine = selection.machine
    if move.move in _REASONED and move.event in machine.steps:
        return step_sentence(explain_step(machine, move.event, move.known), language)
    sources = machine.steps[move.event].sources if move.event in machine.steps else ()
    return statement(_told(selection, move, language), sources)


def _told(selection: Selection, move: Move, language: Language) -> str:
    match move.move:
        case "kept" | "cut":
            rank = move.known.get(f"{move.event}.rank", "?")
            return tell("kept" if move.move == "kept" else "cut at", language, rank=rank)
        case "not_held":
            gate = selection.gates.get(move.event)
            counted = gate is not None and gate.count is not None
            return tell("not_held count" if counted else "not_held", language, count=gate.count if gate else "")
        case "expired":
            day = selection.expires
            return tell("expired", language, day=day_words(day, language)) if day else tell("expired unknown", language)
        case "reopened":
            return tell("reopened", language, why=move.why)
        case simple:
            return tell(simple, language)


def history_lines(selection: Selection, case: Case, language: Language) -> Iterator[Line]:
    """Every entry of a history, and under a decision all that was asked for it."""
    machine = selection.machine
    for move in case.history:
        yield Line(_entry(machine, move, language), name=move.event)
        if move.move in _REASONED and move.event in machine.steps:
            answer = answer_step(machine, explain_step(machine, move.event, move.known), language)
            for part in answer.tree.parts:
                yield from deeper(explanation_lines(part))
        elif move.move not in ("applied", "corrected", "reopened", "withdrawn"):
            yield Line(_reason(selection, move, language), 1)


def _entry(machine: Machine, move: Move, language: Language) -> str:
    """`2025-10-27 09:00 Screening of the CV: passed → admitted (hr)`."""
    at = machine.zone.local(move.at).isoformat(" ", "minutes")[:16]
    words = MOVES[move.move].in_language(language)
    if move.event in machine.steps:
        words = f"{step_words(machine, move.event, language)}: {words}"
    if move.origin is not None and move.to != move.origin:
        words += f" → {state_words(machine, move.to, language)}"
    by = f" ({move.by})" if move.by else ""
    why = f": {move.why}" if move.why else ""
    differs = [step_words(machine, name, language) for name in move.differs]
    told = f" {tell('differs', language, steps=and_list(differs, language))}" if differs else ""
    return f"{at} {words}{by}{why}{told}"


def step_words(machine: Machine, name: str, language: Language) -> str:
    """A step as people call it."""
    return machine.steps[name].label.in_language(language, as_words(name))


def state_words(machine: Machine, name: str, language: Language) -> str:
    """A state as people call it."""
    return machine.states[name].label.in_language(language, as_words(name))


def kind_words(kind: str | None, language: Language) -> str:
    """A kind of reserve as people call it; nothing where there is none."""
    return RESERVE_KINDS.get(kind, Words()).in_language(language, as_words(kind)) if kind else ""
