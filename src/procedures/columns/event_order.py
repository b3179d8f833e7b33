"""Whether the closing of many cohorts comes too late in the log; see `kernel.cohort.event_order`."""

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from procedures.columns.arrays.cases import NEVER, Cases
from procedures.columns.arrays.decisions import Decisions
from procedures.columns.arrays.rows import Flags, Moments, Rows, match_any
from procedures.columns.arrays.state_index import NOT_APPLIED
from procedures.columns.automatic_moves import find_due_moves
from procedures.kernel.cohort.event_order import counted_states
from procedures.kernel.machine import CompiledStep
from procedures.kernel.names import APPLY
from rules.calendar import Moment


def find_overtaken(cases: Cases, decisions: Decisions, closed: str, at: Moment) -> Flags:
    """The cohorts with an event after `at` in a case that the closing counts or moves, or with a later closing."""
    found: Flags = decisions.latest > at
    if cases.latest <= at:
        return found
    later = np.flatnonzero(cases.last_moments(slice(None)) > at)
    if len(later):
        touched = _is_touched(cases, decisions, closed, later, at)
        found[cases.cohort[later[touched]]] = True
    return found


def _is_touched(cases: Cases, decisions: Decisions, closed: str, rows: Rows, at: Moment) -> Flags:
    """Which of these rows, all with a later event, the closing counts, ranks, cuts or lets lapse."""
    machine, step = cases.machine, cases.machine.steps.get(closed)
    counted = [cases.codes[name] for name in counted_states(machine, closed)]
    upstream = [cases.codes[name] for name in step.upstream] if step is not None else []
    then = _Whereabouts.of(cases, rows, at)
    found: Flags = match_any(cases.state[rows], [*counted, *upstream]) | match_any(then.state, counted)
    if closed == APPLY:
        found |= then.state == NOT_APPLIED
    else:
        found |= (then.state == NOT_APPLIED) & (decisions.closed_at[APPLY][cases.cohort[rows]] == NEVER)
        found |= np.isin(rows, cases.find_rows_moved_after(machine.steps[closed], at))
    due = find_due_moves(cases, decisions, at, np.ones(decisions.size, np.bool_))
    return found | np.isin(rows, due.rows) | _was_due(cases, decisions, rows, then, at)


@frozen(eq=False)
class _Whereabouts:
    """Where rows stood at an earlier moment, since when, and which of them had a result that waited there."""

    state: NDArray[np.int8]
    entered: Moments
    waits: Flags

    @classmethod
    def of(cls, cases: Cases, rows: Rows, at: Moment) -> "_Whereabouts":
        state = np.full(len(cases), NOT_APPLIED, np.int8)
        entered = np.full(len(cases), at, np.int64)
        for transition in cases.state_index.transitions:
            past = np.flatnonzero(transition.moments <= at)
            state[transition.rows[past]] = transition.target
            entered[transition.rows[past]] = transition.moments[past]
        waits = np.zeros(len(cases), np.bool_)
        for step in cases.machine.steps.values():
            if step.keeps is not None:
                origins = [cases.codes[name] for name in step.origins]
                for moved, moments in cases.moves[step.name]:
                    past = np.flatnonzero((moments <= at) & (moments >= entered[moved]))
                    waits[moved[past]] |= match_any(state[moved[past]], origins)
        return cls(state[rows], entered[rows], waits[rows])


def _was_due(cases: Cases, decisions: Decisions, rows: Rows, then: _Whereabouts, at: Moment) -> Flags:
    """Which of these rows would have lapsed or expired at the moment, if time had been advanced then."""
    found = np.zeros(len(rows), np.bool_)
    for step in cases.machine.steps.values():
        if step.lapses is not None and step.enforced:
            here = np.flatnonzero(match_any(then.state, [cases.codes[name] for name in step.origins]))
            found[here] |= _window_ends(cases, step, then.entered[here]) <= at
    if (reserve := cases.machine.reserve) is not None:
        found |= (then.state == cases.codes[reserve.state]) & (decisions.ends[cases.cohort[rows]] <= at)
    return found & ~then.waits


def _window_ends(cases: Cases, step: CompiledStep, entered: Moments) -> Moments:
    ends = [step.window_end(Moment(each), cases.machine.zone) for each in entered.tolist()]
    return np.array([NEVER if end is None else end for end in ends], np.int64)
