"""Hypothesis strategies made from a procedure: facts, boundary values, paths, histories and cohorts.

Values lie on, just below and just above every constant that a procedure compares with; moments lie on both sides of
every date; events follow a path, because events drawn at random seldom come far. Needs the extra `testing`.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

from hypothesis import strategies as st

from procedures.kernel.cases import Event
from procedures.kernel.machine import Machine
from procedures.selection import HasMachine
from procedures.testing.generation.boundaries import plain_values
from procedures.testing.generation.cohorts import CohortDraw
from procedures.testing.generation.fact_search import Pick
from procedures.testing.generation.paths import Path
from rules.algebra import Rule
from rules.kinds import Plain

Subject: TypeAlias = HasMachine | Machine
"""A procedure, or its machine."""

Events: TypeAlias = tuple[Event, ...]

T = TypeVar("T")


def machine_of(procedure: Subject) -> Machine:
    return procedure if isinstance(procedure, Machine) else procedure.machine


@lru_cache(maxsize=1024)
def _numbers_below(number: int) -> st.SearchStrategy[int]:
    return st.integers(0, number - 1)  # cached: making a strategy costs more than drawing from it


def make_pick(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Pick:
    """A function that picks one of some options by a draw of Hypothesis; it shrinks towards the first option."""

    def pick(options: Sequence[Any]) -> Any:
        return options[draw(_numbers_below(len(options)))] if len(options) > 1 else options[0]

    return pick


def boundary_values(procedure: Subject, fact: str) -> st.SearchStrategy[Plain]:
    """
    Values of one fact on, just below and just above every constant that a rule compares it with, and plain ones.

    The named conditions of a procedure count too; a position profile has no other rules.
    """
    return st.sampled_from(plain_values(machine_of(procedure), fact, _conditions(procedure)))


def facts(procedure: Subject) -> st.SearchStrategy[dict[str, Plain]]:
    """Facts that an application may bring: the declared facts, each of them sometimes left out."""
    names = sorted(machine_of(procedure).declared_facts)
    return st.fixed_dictionaries({}, optional={name: boundary_values(procedure, name) for name in names})


def _conditions(procedure: Subject) -> tuple[Rule, ...]:
    definition = getattr(procedure, "definition", None)
    return tuple(definition.conditions.values()) if definition is not None else ()


def paths(procedure: Subject) -> st.SearchStrategy[Path]:
    """
    A path that starts at the application; every leg of the procedure can be on it.

    The path is a shortest path to a leg that is drawn first, that leg, and a few legs more; it may return to earlier
    states, but takes no leg twice.
    """
    machine = machine_of(procedure)
    return _strategy_of(lambda pick: CohortDraw(machine, pick).draw_long_path())


def histories(procedure: Subject, path: Path | None = None, *, attempts: int = 2) -> st.SearchStrategy[Events]:
    """
    All events of one candidate, who follows a path as far as guards, gates and windows allow one candidate.

    Refused events come before an accepted one: `attempts` is how often, once in that many; 0 for never.
    """
    machine = machine_of(procedure)

    def draw(pick: Pick) -> Events:
        cohort = CohortDraw(machine, pick, attempts=attempts)
        cohort.follow_path("c1", cohort.draw_long_path() if path is None else path)
        if "c1" in cohort.selection and path is None and cohort.chance(4):
            cohort.reconsider("c1")
        if cohort.chance(2):
            cohort.close_all()
            cohort.expire()
        return tuple(cohort.events)

    return _strategy_of(draw)


def cohorts(procedure: Subject, *, attempts: int = 3) -> st.SearchStrategy[Events]:
    """
    The events of a whole selection: gates decided both ways, cuts with ties across them, closings, lapses, the end.

    The number of candidates is close to a number by which a gate or a cut decides, up to forty.
    """
    machine = machine_of(procedure)

    def draw(pick: Pick) -> Events:
        cohort = CohortDraw(machine, pick, attempts=attempts)
        cohort.draw_cohort()
        return tuple(cohort.events)

    return _strategy_of(draw)


def _strategy_of(make: Callable[[Pick], T]) -> st.SearchStrategy[T]:
    """A strategy from a function that picks; it holds no machine, which a failing test would print."""

    @st.composite
    def drawn(draw: st.DrawFn) -> T:
        return make(make_pick(draw))

    return drawn()
