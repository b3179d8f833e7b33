"""The window of a step for many rows; see `kernel.windows`. No row is reopened here, so every end binds."""

import numpy as np

from procedures.columns.arrays.cases import NEVER, Cases
from procedures.columns.arrays.decisions import Decisions
from procedures.columns.arrays.rows import Moments, Rows
from procedures.kernel.machine import CompiledStep


def binding_ends(cases: Cases, step: CompiledStep, rows: Rows) -> Moments:
    """The first moment after the window of a step for each row; NEVER where no end binds."""
    return cases.window_ends(step, rows) if step.enforced else np.full(len(rows), NEVER, np.int64)


def late_moments(cases: Cases, decisions: Decisions, step: CompiledStep, rows: Rows) -> Moments:
    """The moment from which a step is left for a person, for each row; NEVER where it never is."""
    if not step.left_for_person:
        return np.full(len(rows), NEVER, np.int64)
    closed: Moments = decisions.closed_at[step.name][cases.cohort[rows]]
    return np.minimum(binding_ends(cases, step, rows), closed)
