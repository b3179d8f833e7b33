"""How many went from which state to which, and how long they took: counted from where candidates came from."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from procedures.columns import Cohorts
from procedures.columns.arrays.state_index import NOT_APPLIED
from rules.calendar import SECOND

Moves = NDArray[np.int64]

_DAY: Final = 86_400 * SECOND


def moves_of(gone: Cohorts, bounds: NDArray[np.intp]) -> list[Moves]:
    """
    From each state (a row) to each other (a column) how many candidates went, as often as they did.

    For the rows between each two bounds on their own.
    """
    states = len(gone.machine.states)
    found = np.zeros((len(bounds) - 1, states, states), np.int64)
    for passage in gone.cases.where.passages:
        if passage.origin not in (NOT_APPLIED, passage.to):
            found[:, passage.origin, passage.to] += passage.counts(bounds)
    return [*found]


def days_until(gone: Cohorts, state: str | None) -> NDArray[np.float64]:
    """For each cohort the days from application until the last who ever came to a state came there first; else 0."""
    days = np.zeros(gone.decisions.size)
    if state is None:
        return days
    came = np.zeros(len(gone), np.bool_)
    where = gone.cases.where
    applied = next(passage for passage in where.passages if passage.origin == NOT_APPLIED)  # on a road all do at once
    for passage in where.to(gone.cases.codes[state]):
        new = np.flatnonzero(~came.take(passage.rows))
        rows = passage.rows.take(new)
        came[rows] = True
        np.maximum.at(days, gone.cases.cohort.take(rows), (passage.at[new] - applied.at[:1]) / _DAY)
    return days
