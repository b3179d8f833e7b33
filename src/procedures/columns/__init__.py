"""The columnar engine: whole cohorts go through a procedure at once, in polars and numpy.

    cohorts = Cohorts(procedure, encode(frame, procedure.machine.declared).table)
    cohorts.apply(at="2025-10-20T09:00:00+02:00")
    cohorts.record("screening", at="2025-10-27T09:00:00+01:00", by="hr")
    cohorts.close("screening", at="2025-10-28T09:00:00+01:00", by="hr")
    cohorts.states

Needs the extra `columns`.
"""

from procedures.columns.answers import CODES, NO_EVENT, TAKEN, WORDS, Answers
from procedures.columns.cohorts import Cohorts
from procedures.columns.walkthrough import Behaviour, Round, WalkthroughOptions, play

__all__ = [
    "CODES",
    "NO_EVENT",
    "TAKEN",
    "WORDS",
    "Answers",
    "Behaviour",
    "Cohorts",
    "Round",
    "WalkthroughOptions",
    "play",
]
