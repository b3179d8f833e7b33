"""Selection procedures as code: load a definition, run a selection, ask why.

from procedures import load, Selection

procedure = load("definitions/kortrijk/coordinator-ontmoetingscentra.yaml")
selection = Selection(procedure)
answer = selection.apply("c1", {"candidate_type": "external"}, at="2025-10-01T09:00:00+02:00", by="hr")
"""

from procedures.cases import Case, Event, Move, Moved, Refused
from procedures.errors import DefinitionError, EventsError, ProcedureError, UsageError
from procedures.machine import Machine
from procedures.procedure import Procedure, load, loads
from procedures.selection import Selection, run
from rules.problems import Problem

__all__ = [
    "Case",
    "DefinitionError",
    "Event",
    "EventsError",
    "Machine",
    "Move",
    "Moved",
    "Problem",
    "Procedure",
    "ProcedureError",
    "Refused",
    "Selection",
    "UsageError",
    "load",
    "loads",
    "run",
]
