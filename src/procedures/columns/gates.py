"""Gates of many cohorts, decided when every step they wait for is closed; see `kernel.cohort.closings`."""

import numpy as np
import polars as pl

from procedures.columns.arrays.cases import NEVER, Cases
from procedures.columns.arrays.decisions import Decisions
from procedures.columns.arrays.rows import Flags
from procedures.columns.automatic_moves import make_all_automatic_moves
from procedures.kernel.machine import Gate
from procedures.kernel.outcomes import Count
from rules.algebra import facts_of
from rules.calendar import Moment
from rules.columns import expression


def decide_gates(cases: Cases, decisions: Decisions, cohorts: Flags, at: Moment) -> None:
    """Make all automatic moves and decide every gate whose feeders are closed, until nothing is left to decide."""
    gated = [(step, step.gate) for step in cases.machine.steps.values() if step.gate is not None]
    again: Flags = cohorts
    while again.any():
        make_all_automatic_moves(cases, decisions, again, at)
        found = [
            each for step, gate in gated if (each := _evaluate(cases, decisions, step.name, gate, again)) is not None
        ]
        again = np.zeros(decisions.size, np.bool_)
        for name, ready, held in found:  # gates that can be decided at the same time count the same cases
            _record(decisions, name, ready, held, at)
            again |= ready


def _evaluate(
    cases: Cases, decisions: Decisions, name: str, gate: Gate, cohorts: Flags
) -> tuple[str, Flags, Flags] | None:
    """A gate with the cohorts in which it can be decided and whether the step is held there; None if in no cohort."""
    ready = cohorts & (decisions.gate_decided_at[name] == NEVER)
    for feeder in gate.feeders:
        ready &= decisions.closed_at[feeder] != NEVER
    if not ready.any():
        return None
    held, known = (
        _evaluate_count(cases, decisions, gate.count, name)
        if gate.count is not None
        else _evaluate_rule(decisions, gate)
    )
    ready = ready & known
    return (name, ready, held) if ready.any() else None


def _record(decisions: Decisions, name: str, ready: Flags, held: Flags, at: Moment) -> None:
    """Record the decision of a gate; a step that is not held is closed too."""
    decisions.gate_decided_at[name][ready] = at
    decisions.held[name][ready] = held[ready]
    decisions.record(f"{name}.held", ready, held)
    over = ready & ~held
    if over.any():
        decisions.closed_at[name][over] = at
        decisions.begin_reserve(over, at)


def _evaluate_count(cases: Cases, decisions: Decisions, count: Count, name: str) -> tuple[Flags, Flags]:
    """For each cohort whether the number of cases in the counted state meets the bounds, and whether that is known."""
    there = cases.rows_at(frozenset({count.state}))
    counts = np.diff(np.searchsorted(there, cases.bounds(decisions.size)))
    undecided = decisions.gate_decided_at[name] == NEVER
    decisions.counts[name][undecided] = counts[undecided]
    held = np.ones(decisions.size, np.bool_)
    for order, bound in count.conditions:
        held &= order.holds(counts, bound)  # type: ignore[arg-type]  # the operators of arrays
    return held, np.ones(decisions.size, np.bool_)


def _evaluate_rule(decisions: Decisions, gate: Gate) -> tuple[Flags, Flags]:
    """For each cohort whether the rule holds on the facts that closings recorded, and whether that is known."""
    assert gate.rule is not None
    facts = {name: decisions.facts[name] for name in facts_of(gate.rule) if name in decisions.facts}
    table = pl.DataFrame({"": np.arange(decisions.size), **facts})
    rule = expression(gate.rule, decisions.machine.declared, table.columns)
    found = table.with_columns(rule.alias("held"))["held"]
    return found.fill_null(False).to_numpy(), found.is_not_null().to_numpy()
