"""The decision of a step for one candidate: its guards, evaluated in order on the known facts."""

from procedures.kernel.cases import Case, Cohort
from procedures.kernel.cohort.ranking import ranking_key
from procedures.kernel.exemptions import facts_for_exemption
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.outcomes import Outcome
from rules.calendar import Moment
from rules.facts import Known
from rules.truth import Truth


def decide(
    step: CompiledStep, known: Known, known_for_exemption: Known | None = None
) -> Outcome | tuple[str, ...] | None:
    """
    The decision of a step for one candidate: the outcome, None if exempt, or the missing facts.

    The exemption is evaluated first, then the outcomes in order. The first TRUE decides; an UNKNOWN before it blocks.
    The exemption is asked on `known_for_exemption` (see `kernel.exemptions`), by default on the same facts.
    """
    if step.exemption is not None:
        earlier = known if known_for_exemption is None else known_for_exemption
        exempt = step.exemption.truth(earlier)
        if exempt is Truth.TRUE:
            return None
        if exempt is Truth.UNKNOWN:
            return step.exemption.finding(earlier).missing
    for guard, outcome in step.guards:
        value = guard.truth(known)
        if value is Truth.TRUE:
            return outcome
        if value is Truth.UNKNOWN:
            return guard.finding(known).missing
    raise AssertionError("the last outcome of a step has no guard")


def missing_for_ranking(machine: Machine, step: CompiledStep, outcome: Outcome | None, known: Known) -> tuple[str, ...]:
    """The facts that are missing to rank a result at the closing of the step; empty where the step does not rank it."""
    if step.keeps is None or outcome is None or not outcome.passed:
        return ()
    key = ranking_key(machine.declared, step.keeps, known)
    return tuple(key) if isinstance(key, list) else ()


def is_addition(step: CompiledStep, case: Case, cohort: Cohort) -> bool:
    """Whether a case came to a step after the step was closed; such a case joins the closing as an addition."""
    closing = cohort.closings.get(step.name)
    return closing is not None and (case.reopened or case.entered >= closing.at)


def needs_person(machine: Machine, step: CompiledStep, to: str) -> bool:
    """Whether a move to state `to` is adverse and the step is not `automatic`, so that a person must decide it."""
    return machine.states[to].unsuccessful and not step.automatic


def is_open(cohort: Cohort, name: str, at: Moment) -> bool:
    """Whether step `name` was not yet closed at moment `at`."""
    closing = cohort.closings.get(name)
    return closing is None or at < closing.at


def waiting_outcome(machine: Machine, step: CompiledStep, case: Case, cohort: Cohort) -> Outcome | None:
    """The outcome of a waiting result on the present facts; None where it cannot be decided or ranked."""
    known = cohort.known_facts(case.facts)
    decided = decide(step, known, cohort.known_facts(facts_for_exemption(step, case)))
    if not isinstance(decided, Outcome) or missing_for_ranking(machine, step, decided, known):
        return None
    return decided
