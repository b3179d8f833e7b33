"""Gates of many cohorts, decided once every step that leads to them is closed; see `kernel.cohort.closings`."""

import numpy as np
import polars as pl

from procedures.columns.arrays.cases import NEVER, Cases
from procedures.columns.arrays.decisions import Decisions
from procedures.columns.arrays.rows import Flags
from procedures.columns.automatic_moves import settle_all
from procedures.kernel.guards import Count
from procedures.kernel.machine import CompiledStep, Gate
from rules.algebra import facts_of
from rules.calendar import Moment
from rules.columns import expression


def decide_gates(cases: Cases, decisions: Decisions, cohorts: Flags, at: Moment) -> None:
    """Decide every gate whose feeders are closed, in the order of the file; one not held closes its step too."""
    again = True
    while again:
        again = False
        for step in cases.machine.steps.values():
            if step.gate is None:
                continue
            ready = cohorts & (decisions.gated[step.name] == NEVER)
            for feeder in step.gate.feeders:
                ready &= decisions.closed[feeder] != NEVER
            if ready.any():
                again |= _decide(cases, decisions, step, step.gate, ready, at)


def _decide(cases: Cases, decisions: Decisions, step: CompiledStep, gate: Gate, ready: Flags, at: Moment) -> bool:
    """Decide a gate for the cohorts in which it can be; whether there were any."""
    name = step.name
    held, known = _counted(cases, decisions, gate.count, name) if gate.count is not None else _ruled(decisions, gate)
    ready = ready & known
    if not ready.any():
        return False
    decisions.gated[name][ready] = at
    decisions.held[name][ready] = held[ready]
    decisions.record(f"{name}.held", ready, held)
    over = ready & ~held
    if over.any():
        decisions.closed[name][over] = at
        decisions.reserve_begins(over, at)
        settle_all(cases, decisions, over, at)  # those it passes over must have moved before the next gate counts
    return True


def _counted(cases: Cases, decisions: Decisions, count: Count, name: str) -> tuple[Flags, Flags]:
    """For each cohort whether so many stand where they are counted, which is known of all."""
    there = cases.rows_at(frozenset({count.state}))
    counts = np.diff(np.searchsorted(there, cases.bounds(decisions.size)))
    undecided = decisions.gated[name] == NEVER
    decisions.counts[name][undecided] = counts[undecided]
    held = np.ones(decisions.size, np.bool_)
    for order, bound in count.conditions:
        held &= order.holds(counts, bound)  # type: ignore[arg-type]  # the operators of arrays
    return held, np.ones(decisions.size, np.bool_)


def _ruled(decisions: Decisions, gate: Gate) -> tuple[Flags, Flags]:
    """For each cohort whether the rule holds on what closings recorded, and whether that is known."""
    assert gate.rule is not None
    facts = {name: decisions.facts[name] for name in facts_of(gate.rule) if name in decisions.facts}
    table = pl.DataFrame({"": np.arange(decisions.size), **facts})
    rule = expression(gate.rule, decisions.machine.declared, table.columns)
    found = table.with_columns(rule.alias("held"))["held"]
    return found.fill_null(False).to_numpy(), found.is_not_null().to_numpy()
