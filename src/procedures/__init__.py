"""Selection procedures as code: load a definition, run a selection, ask why.

from procedures import load, Selection

procedure = load("definitions/kortrijk/coordinator-ontmoetingscentra.yaml")
selection = Selection(procedure)
answer = selection.apply("c1", {"candidate_type": "external"}, at="2025-10-01T09:00:00+02:00", by="hr")

PYTEST_DONT_REWRITE: the plugin of this project must not have pytest warn of the library being imported already.
"""

from typing import TYPE_CHECKING

from procedures.lazy_names import lazy_names

if TYPE_CHECKING:
    from procedures.errors import DefinitionError, EventsError, ProcedureError, UsageError
    from procedures.kernel.cases import Case, Event, Move, Moved, MoveName, Refused
    from procedures.kernel.machine import Machine
    from procedures.kernel.names import StepResult
    from procedures.kernel.reasons import StepFinding
    from procedures.kernel.refusals import Code
    from procedures.listeners import ListenersError
    from procedures.procedure import Procedure, load, loads
    from procedures.selection import Selection, run
    from rules.problems import Problem
    from rules.words import Language

__all__ = [
    "Case",
    "Code",
    "DefinitionError",
    "Event",
    "EventsError",
    "Language",
    "ListenersError",
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

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "procedures.errors": ("DefinitionError", "EventsError", "ProcedureError", "UsageError"),
            "procedures.kernel.cases": ("Case", "Event", "Move", "MoveName", "Moved", "Refused"),
            "procedures.kernel.machine": ("Machine",),
            "procedures.kernel.names": ("StepResult",),
            "procedures.kernel.reasons": ("StepFinding",),
            "procedures.kernel.refusals": ("Code",),
            "procedures.listeners": ("ListenersError",),
            "procedures.procedure": ("Procedure", "load", "loads"),
            "procedures.selection": ("Selection", "run"),
            "rules.problems": ("Problem",),
            "rules.words": ("Language",),
        },
    )
