"""Describe a case in words: its last decision, with the step and the reason, and its history."""

from collections.abc import Iterator

from attrs import frozen

from procedures.kernel.cases import Case, Move
from procedures.kernel.machine import Machine
from procedures.kernel.reasons import StepFinding, explain_decision
from procedures.selection import Selection
from procedures.text.decision_reasons import answer_step, explanation_lines
from procedures.text.outline import Line, indent
from procedures.text.phrases import MOVES, RESERVE_KINDS
from procedures.text.values import and_list, day_words, format_phrase, statement
from rules.words import Language, Words, as_words

_REASONED = frozenset({"passed", "failed", "exempt"})


@frozen
class Decision:
    """The last decision in a case: the label of the `step` (None for the application), the result and the reason."""

    step: str | None
    result: str
    reason: str

    def __str__(self) -> str:
        return f"{self.step}: {self.reason}" if self.step else self.reason


def last_decision(selection: Selection, case: Case, language: Language) -> Decision:
    """The decision that led to the state of the case; the reason names decisions that a correction would change."""
    decided = [move for move in case.path if move.kind != "corrected"]
    move = case.history[-1] if case.history[-1].kind == "reopened" else decided[-1]
    reason = _reason(selection, case, move, language)
    differs = dict.fromkeys(name for each in case.path if each.kind == "corrected" for name in each.differs)
    if differs:
        steps = and_list([step_words(selection.machine, name, language) for name in differs], language)
        reason = f"{reason} {format_phrase('differs', language, steps=steps)}"
    step = step_words(selection.machine, move.event, language) if move.event in selection.machine.steps else None
    return Decision(step, MOVES[move.kind].in_language(language), reason)


def _reason(selection: Selection, case: Case, move: Move, language: Language) -> str:
    machine = selection.machine
    if move.kind in _REASONED and move.event in machine.steps:
        return _explain(machine, case, move).reasons(language)
    sources = machine.steps[move.event].sources if move.event in machine.steps else ()
    return statement(_describe_move(selection, move, language), sources)


def _describe_move(selection: Selection, move: Move, language: Language) -> str:
    match move.kind:
        case "kept" | "cut":
            rank = move.known.get(f"{move.event}.rank", "?")
            return format_phrase("kept" if move.kind == "kept" else "cut at", language, rank=rank)
        case "not_held":
            gate = selection.gates.get(move.event)
            counted = gate is not None and gate.count is not None
            return format_phrase(
                "not_held count" if counted else "not_held", language, count=gate.count if gate else ""
            )
        case "expired":
            day = selection.expires
            return (
                format_phrase("expired", language, day=day_words(day, language))
                if day
                else format_phrase("expired unknown", language)
            )
        case "reopened":
            return format_phrase("reopened", language, why=move.why)
        case simple:
            return format_phrase(simple, language)


def history_lines(selection: Selection, case: Case, language: Language) -> Iterator[Line]:
    """Every entry of a history; below a decision, the rules that were evaluated."""
    machine = selection.machine
    for move in case.history:
        yield Line(_history_entry(machine, move, language), name=move.event)
        if move.kind in _REASONED and move.event in machine.steps:
            answer = answer_step(machine, _explain(machine, case, move), language)
            for part in answer.tree.parts:
                yield from indent(explanation_lines(part))
        elif move.kind not in ("applied", "corrected", "reopened", "withdrawn"):
            yield Line(_reason(selection, case, move, language), 1)


def _explain(machine: Machine, case: Case, move: Move) -> StepFinding:
    """The decision of a move, with its reasons."""
    number = next(number for number, each in enumerate(case.history) if each is move)
    return explain_decision(machine, case.history, number)


def _history_entry(machine: Machine, move: Move, language: Language) -> str:
    """`2025-10-27 09:00 Screening of the CV: passed → admitted (hr)`."""
    at = machine.zone.local(move.at).isoformat(" ", "minutes")[:16]
    words = MOVES[move.kind].in_language(language)
    if move.event in machine.steps:
        words = f"{step_words(machine, move.event, language)}: {words}"
    if move.from_state is not None and move.to_state != move.from_state:
        words += f" → {state_words(machine, move.to_state, language)}"
    by = f" ({move.by})" if move.by else ""
    why = f": {move.why}" if move.why else ""
    differs = [step_words(machine, name, language) for name in move.differs]
    difference = f" {format_phrase('differs', language, steps=and_list(differs, language))}" if differs else ""
    return f"{at} {words}{by}{why}{difference}"


def step_words(machine: Machine, name: str, language: Language) -> str:
    """The label of a step."""
    return machine.steps[name].label.in_language(language, as_words(name))


def state_words(machine: Machine, name: str, language: Language) -> str:
    """The label of a state."""
    return machine.states[name].label.in_language(language, as_words(name))


def kind_words(kind: str | None, language: Language) -> str:
    """The label of a kind of reserve; empty when `kind` is None."""
    return RESERVE_KINDS.get(kind, Words()).in_language(language, as_words(kind)) if kind else ""
