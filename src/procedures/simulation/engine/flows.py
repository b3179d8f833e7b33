"""Counts of moves between states, and days until a state, computed from the passages of candidates."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from procedures.columns import Cohorts
from procedures.columns.arrays.state_index import NOT_APPLIED
from rules.calendar import SECOND

Moves = NDArray[np.int64]

_DAY: Final = 86_400 * SECOND


def count_moves(cohorts: Cohorts, bounds: NDArray[np.intp]) -> list[Moves]:
    """
    The number of moves from each state (a row) to each other state (a column); a repeated move counts again.

    One matrix for the rows between each two successive bounds.
    """
    states = len(cohorts.machine.states)
    found = np.zeros((len(bounds) - 1, states, states), np.int64)
    for transition in cohorts.cases.state_index.transitions:
        if transition.origin not in (NOT_APPLIED, transition.target):
            found[:, transition.origin, transition.target] += transition.counts(bounds)
    return [*found]


def days_until(cohorts: Cohorts, state: str | None) -> NDArray[np.float64]:
    """For each cohort the days from application until the last first entry into a state; 0 if no candidate enters."""
    days = np.zeros(cohorts.decisions.size)
    if state is None:
        return days
    entered = np.zeros(len(cohorts), np.bool_)
    where = cohorts.cases.state_index
    applied = next(
        transition for transition in where.transitions if transition.origin == NOT_APPLIED
    )  # all apply at once
    for transition in where.transitions_to(cohorts.cases.codes[state]):
        new = np.flatnonzero(~entered.take(transition.rows))
        rows = transition.rows.take(new)
        entered[rows] = True
        np.maximum.at(days, cohorts.cases.cohort.take(rows), (transition.moments[new] - applied.moments[:1]) / _DAY)
    return days
