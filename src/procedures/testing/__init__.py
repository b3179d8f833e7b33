"""Tests made from a definition: Hypothesis strategies, a state machine to extend, coverage, and the pytest plugin.

    from hypothesis import given
    from procedures import load, run
    from procedures.testing import histories

    procedure = load("clerk.yaml")

    @given(histories(procedure))
    def test_our_service_ends_where_the_procedure_ends(events):
        selection, refused = run(procedure, events)
        assert our_service(events) == [(name, selection[name].state) for name in selection]

The strategies and `selection_machine` need the extra `testing`; `coverage` needs no extra.
"""

from typing import TYPE_CHECKING

from procedures.lazy_names import lazy_names

if TYPE_CHECKING:
    from procedures.testing.files.coverage import Coverage, coverage
    from procedures.testing.generation.paths import Leg, Path, legs, simple_paths
    from procedures.testing.state_machine import SelectionMachine, selection_machine
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

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "procedures.testing.files.coverage": ("Coverage", "coverage"),
            "procedures.testing.generation.paths": ("Leg", "Path", "legs", "simple_paths"),
            "procedures.testing.state_machine": ("SelectionMachine", "selection_machine"),
            "procedures.testing.strategies": ("boundary_values", "cohorts", "facts", "histories", "paths"),
        },
    )
