"""Selection procedures as code: load a definition, run a selection, ask why.

from procedures import load, Selection

procedure = load("definitions/kortrijk/coordinator-ontmoetingscentra.yaml")
selection = Selection(procedure)
answer = selection.apply("c1", {"candidate_type": "external"}, at="2025-10-01T09:00:00+02:00", by="hr")

PYTEST_DONT_REWRITE: the plugin of this project must not have pytest warn of the library being imported already.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from procedures.cases import Case, Event, Move, Moved, MoveName, Refused
    from procedures.errors import DefinitionError, EventsError, ProcedureError, UsageError
    from procedures.language import StepResult
    from procedures.machine import Machine
    from procedures.motivating import StepFinding
    from procedures.procedure import Procedure, load, loads
    from procedures.refusals import Code
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

_ROOMS: Final = {
    "cases": ("Case", "Event", "Move", "MoveName", "Moved", "Refused"),
    "errors": ("DefinitionError", "EventsError", "ProcedureError", "UsageError"),
    "language": ("StepResult",),
    "machine": ("Machine",),
    "motivating": ("StepFinding",),
    "procedure": ("Procedure", "load", "loads"),
    "refusals": ("Code",),
    "selection": ("Selection", "run"),
}
_HOMES: Final = {"Language": "rules.words", "Problem": "rules.problems"} | {
    name: f"{__name__}.{room}" for room, names in _ROOMS.items() for name in names
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """A name of this package, from its room, when it is first asked for.

        So that naming the package costs nothing: every run of pytest in the environment does, for the plugin.
        """
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_HOMES[name]), name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
