"""The exemption of a step for one case, asked on one set of facts by whoever asks.

An event starts with the own facts of its step unknown. The exemption is asked before that: on what was known before
those facts were forgotten, with the declared facts that the event brings. So an automatic move, an event, a lapse, a
closing, a correction and an explanation all see the same exemption.
"""

from collections.abc import Mapping, Sequence

from procedures.kernel.cases import Case, Cohort, Move
from procedures.kernel.machine import CompiledStep
from rules.facts import Known
from rules.kinds import Value
from rules.truth import Truth


def exemption_truth(step: CompiledStep, case: Case, cohort: Cohort) -> Truth:
    """Whether a case that is in one of the origins of a step is exempt; FALSE for a step without an exemption."""
    if step.exemption is None:
        return Truth.FALSE
    return step.exemption.truth(cohort.known_facts(facts_for_exemption(step, case)))


def facts_for_exemption(step: CompiledStep, case: Case) -> Mapping[str, Value]:
    """The facts of a case on which the exemption of a step is asked; a result that waits is not among them."""
    if step.name not in case.pending or not step.exemption_reads_own_facts:
        return case.facts
    start = start_of_decision(case.path, len(case.path) - 1, step.name)
    return replace_own_facts(step, case.facts, case.path[start - 1].after)


def replace_own_facts(step: CompiledStep, known: Known, earlier: Known) -> Known:
    """The facts in `known`, with the step's own facts as they were in `earlier`."""
    if not step.exemption_reads_own_facts:
        return known
    own = step.forgotten_facts
    kept = {name: value for name, value in known.items() if name not in own}
    return {**kept, **{name: earlier[name] for name in own if name in earlier}}


def start_of_decision(path: Sequence[Move], last: int, step: str) -> int:
    """
    The first move of a path that belongs to the decision of a step at `last`.

    That is the move itself, or, where a result of the step waited for the closing, the move that recorded the result.
    """
    index = last
    while index > 0:
        move = path[index]
        if move.kind == "recorded" and move.event == step:
            return index
        if index < last and move.kind not in ("recorded", "corrected"):
            break
        index -= 1
    return last
