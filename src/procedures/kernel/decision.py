"""How a step goes for one person, on what is known of that person: the guards of a step in the order they are asked."""

from procedures.kernel.cases import Case, Cohort
from procedures.kernel.cohort.ranking import ranking_key
from procedures.kernel.guards import Outcome
from procedures.kernel.machine import CompiledStep, Machine
from rules.calendar import Moment
from rules.facts import Known
from rules.truth import Truth


def decide(taken: CompiledStep, known: Known) -> Outcome | tuple[str, ...] | None:
    """
    How a step goes for one person: the outcome, None for the exempt, or the facts that are missing.

    Asked in order: the exemption, then the outcomes; the first TRUE is taken, and an UNKNOWN before it blocks.
    """
    if taken.exemption is not None:
        exempt = taken.exemption.ask(known)
        if exempt is Truth.TRUE:
            return None
        if exempt is Truth.UNKNOWN:
            return taken.exemption.look(known).missing
    for guard, outcome in taken.guards:
        value = guard.ask(known)
        if value is Truth.TRUE:
            return outcome
        if value is Truth.UNKNOWN:
            return guard.look(known).missing
    raise AssertionError("the last outcome of a step has no guard")


def missing_for_ranking(
    machine: Machine, taken: CompiledStep, outcome: Outcome | None, known: Known
) -> tuple[str, ...]:
    """The facts that are missing to rank a result which the closing of the step will rank."""
    if taken.keeps is None or outcome is None or not outcome.passed:
        return ()
    key = ranking_key(machine.declared, taken.keeps, known)
    return tuple(key) if isinstance(key, list) else ()


def is_addition(taken: CompiledStep, case: Case, cohort: Cohort) -> bool:
    """Whether a case came to a step after it was closed: it joins the closing as an addition."""
    closing = cohort.closings.get(taken.name)
    return closing is not None and (case.reopened == taken.name or case.entered >= closing.at)


def needs_person(machine: Machine, taken: CompiledStep, to: str) -> bool:
    """Whether a move to that state is adverse, and by this step not automatic."""
    return machine.states[to].unsuccessful and not taken.automatic


def is_open(cohort: Cohort, name: str, at: Moment) -> bool:
    """Whether a step was not yet closed at that moment."""
    closing = cohort.closings.get(name)
    return closing is None or at < closing.at
