"""Whole cohorts through a procedure at once: the door to polars and numpy of this package.

    cohorts = Cohorts(procedure, encode(frame, procedure.machine.declared).table)
    cohorts.apply(at="2025-10-20T09:00:00+02:00")
    cohorts.record("screening", at="2025-10-27T09:00:00+01:00", by="hr")
    cohorts.close("screening", at="2025-10-28T09:00:00+01:00", by="hr")
    cohorts.states

Needs the extra `columns`.
"""

from procedures.columns.answers import CODES, NO_EVENT, TAKEN, WORDS, Answers
from procedures.columns.cohorts import Cohorts
from procedures.columns.walkthrough import Conduct, Road, Round, play

__all__ = ["CODES", "NO_EVENT", "TAKEN", "WORDS", "Answers", "Cohorts", "Conduct", "Road", "Round", "play"]
