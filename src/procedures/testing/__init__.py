"""Tests made from a definition: Hypothesis strategies, a state machine to extend, coverage, and the pytest plugin.

    from hypothesis import given
    from procedures import load, run
    from procedures.testing import histories

    procedure = load("clerk.yaml")

    @given(histories(procedure))
    def test_our_service_ends_where_the_procedure_ends(events):
        selection, refused = run(procedure, events)
        assert our_service(events) == [(name, selection[name].state) for name in selection]

The strategies and `selection_machine` need the extra `testing`; `coverage` needs nothing more than the library.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from procedures.testing.covering import Coverage, coverage
    from procedures.testing.routes import Leg, Path, legs, simple_paths
    from procedures.testing.stateful import SelectionMachine, selection_machine
    from procedures.testing.strategies import boundary_values, cohorts, facts, histories, paths

__all__ = [
    "Coverage",
    "Leg",
    "Path",
    "SelectionMachine",
    "boundary_values",
    "cohorts",
    "coverage",
    "facts",
    "histories",
    "legs",
    "paths",
    "selection_machine",
    "simple_paths",
]

_ROOMS: Final = {
    **dict.fromkeys(("Coverage", "coverage"), "covering"),
    **dict.fromkeys(("Leg", "Path", "legs", "simple_paths"), "routes"),
    **dict.fromkeys(("SelectionMachine", "selection_machine"), "stateful"),
    **dict.fromkeys(("boundary_values", "cohorts", "facts", "histories", "paths"), "strategies"),
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """A name of this package when it is first asked for: the plugin stands here too, and must cost nothing."""
        if name not in _ROOMS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
