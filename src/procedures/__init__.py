"""Selection procedures as code: load a definition, run a selection, ask why.

from procedures import load, Selection

procedure = load("definitions/kortrijk/coordinator-ontmoetingscentra.yaml")
selection = Selection(procedure)
answer = selection.apply("c1", {"candidate_type": "external"}, at="2025-10-01T09:00:00+02:00", by="hr")
"""

from procedures.cases import Case, Event, Move, Moved, MoveName, Refused
from procedures.errors import DefinitionError, EventsError, ProcedureError, UsageError
from procedures.language import StepResult
from procedures.machine import Machine
from procedures.motivating import StepFinding
from procedures.procedure import Procedure, load, loads
from procedures.refusals import Code
from procedures.selection import Selection, run
from rules.problems import Problem

__all__ = [
    "Case",
    "Code",
    "DefinitionError",
    "Event",
    "EventsError",
    "Machine",
    "Move",
    "MoveName",
    "Moved",
    "Problem",
    "Procedure",
    "ProcedureError",
    "Refused",
    "Selection",
    "StepFinding",
    "StepResult",
    "UsageError",
    "load",
    "loads",
    "run",
]
