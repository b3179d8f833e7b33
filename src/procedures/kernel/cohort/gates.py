"""The decision of gates: whether a step is held, once every closing is made for which its gate waits."""

from attrs import evolve

from procedures.kernel.automatic_moves import make_automatic_moves
from procedures.kernel.case_index import ChangedCases, candidates_in
from procedures.kernel.cases import Closing, Cohort, GateDecision
from procedures.kernel.cohort.reserve import begin_reserve
from procedures.kernel.machine import Gate, Machine
from rules.calendar import Moment
from rules.evaluation import truth
from rules.truth import Truth


def decide_gates(machine: Machine, current: ChangedCases, cohort: Cohort, at: Moment) -> Cohort:
    """
    Make all automatic moves and decide every gate whose feeders are closed, until nothing is left to decide.

    Gates that can be decided at the same time count the same cases, so the order of the steps makes no difference. A
    gate that is not held closes its step, and other gates may have waited for that.
    """
    while True:
        make_all_automatic_moves(machine, current, at, cohort)
        decided = {
            step.name: decision
            for step in machine.steps.values()
            if step.gate is not None and step.name not in cohort.gates and _is_ready(step.gate, cohort)
            if (decision := _decide_gate(step.gate, current, cohort, at)) is not None
        }
        if not decided:
            return cohort
        closed = {name: Closing(name, at, held=False) for name, decision in decided.items() if not decision.held}
        cohort = evolve(
            cohort,
            closings={**cohort.closings, **closed},
            gates={**cohort.gates, **decided},
            facts={**cohort.facts, **{f"{name}.held": decision.held for name, decision in decided.items()}},
        )
        cohort = begin_reserve(machine, cohort, at)


def _is_ready(gate: Gate, cohort: Cohort) -> bool:
    return cohort.closings.keys() >= set(gate.feeders)


def _decide_gate(gate: Gate, current: ChangedCases, cohort: Cohort, at: Moment) -> GateDecision | None:
    if gate.count is not None:
        count = len(candidates_in(current, (gate.count.state,)))
        return GateDecision(all(order.holds(count, bound) for order, bound in gate.count.conditions), count, at)
    assert gate.rule is not None
    held = truth(gate.rule, cohort.facts)
    return None if held is Truth.UNKNOWN else GateDecision(held is Truth.TRUE, None, at)


def make_all_automatic_moves(machine: Machine, current: ChangedCases, at: Moment, cohort: Cohort) -> None:
    """Make the automatic moves of every case in a state that has such moves."""
    states = {*machine.automatic, *((machine.reserve.state,) if machine.reserve and cohort.ends is not None else ())}
    for candidate in candidates_in(current, states):
        current.put(make_automatic_moves(machine, current[candidate], at, cohort))


def gates_decided_by(machine: Machine, closed: str) -> frozenset[str]:
    """The steps whose gates a closing may decide, also through steps that are then not held."""
    found: set[str] = set()
    waiting = {closed}
    while waiting:
        further = {
            step.name for step in machine.steps.values() if step.gate is not None and waiting & {*step.gate.feeders}
        }
        waiting = further - found
        found |= further
    return frozenset(found)
