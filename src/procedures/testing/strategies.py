"""Hypothesis strategies made from a procedure: facts, values at which it turns, paths, histories and cohorts.

Whatever a procedure compares, the values lie on, just below and just above it; whatever it dates, moments lie on both
sides; and events follow a path, because drawn blindly they seldom come far. Needs the extra `testing`.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

from hypothesis import strategies as st

from procedures.kernel.cases import Event
from procedures.kernel.machine import Machine
from procedures.selection import Compiled
from procedures.testing.generation.boundaries import plain_values
from procedures.testing.generation.cohorts import Crowd
from procedures.testing.generation.fact_search import Pick
from procedures.testing.generation.paths import Path
from rules.algebra import Rule
from rules.kinds import Plain

Subject: TypeAlias = Compiled | Machine
"""A procedure, or its machine."""

Events: TypeAlias = tuple[Event, ...]

T = TypeVar("T")


def machine_of(procedure: Subject) -> Machine:
    return procedure if isinstance(procedure, Machine) else procedure.machine


@lru_cache(maxsize=1024)
def _below(number: int) -> st.SearchStrategy[int]:
    return st.integers(0, number - 1)  # made once: making a strategy costs more than drawing from it


def picking(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Pick:
    """Choosing by what Hypothesis draws; it shrinks towards the first of the options."""

    def pick(options: Sequence[Any]) -> Any:
        return options[draw(_below(len(options)))] if len(options) > 1 else options[0]

    return pick


def boundary_values(procedure: Subject, fact: str) -> st.SearchStrategy[Plain]:
    """
    Values of one fact on, just below and just above every constant that a rule compares it with, and plain ones.

    Of a procedure the named conditions count too; a position profile has no other rules.
    """
    return st.sampled_from(plain_values(machine_of(procedure), fact, _conditions(procedure)))


def facts(procedure: Subject) -> st.SearchStrategy[dict[str, Plain]]:
    """What an application may bring: the declared facts, each of them left out at times."""
    names = sorted(machine_of(procedure).declared_facts)
    return st.fixed_dictionaries({}, optional={name: boundary_values(procedure, name) for name in names})


def _conditions(procedure: Subject) -> tuple[Rule, ...]:
    definition = getattr(procedure, "definition", None)
    return tuple(definition.conditions.values()) if definition is not None else ()


def paths(procedure: Subject) -> st.SearchStrategy[Path]:
    """
    A path from the application on; each leg of the procedure is as likely to be on it as any other.

    It goes the shortest way to a leg that is drawn first, along that, and on for a while; it may come back to states
    where it was, and goes along no leg twice.
    """
    machine = machine_of(procedure)
    return _drawn(lambda pick: Crowd(machine, pick).long_path())


def histories(procedure: Subject, path: Path | None = None, *, attempts: int = 2) -> st.SearchStrategy[Events]:
    """
    All the events of one candidate, who goes along a path as far as guards, gates and windows let one candidate.

    Before an event that is taken come others that are refused: `attempts` is how often, one in so many; 0 for never.
    """
    machine = machine_of(procedure)

    def played(pick: Pick) -> Events:
        crowd = Crowd(machine, pick, attempts=attempts)
        crowd.follow("c1", crowd.long_path() if path is None else path)
        if "c1" in crowd.selection and path is None and crowd.chance(4):
            crowd.reconsider("c1")
        if crowd.chance(2):
            crowd.close_all()
            crowd.expire()
        return tuple(crowd.events)

    return _drawn(played)


def cohorts(procedure: Subject, *, attempts: int = 3) -> st.SearchStrategy[Events]:
    """
    The events of a whole selection: gates decided both ways, cuts with ties astride them, closings, lapses, the end.

    The number of candidates lies around the numbers by which a gate or a cut decides, up to forty.
    """
    machine = machine_of(procedure)

    def played(pick: Pick) -> Events:
        crowd = Crowd(machine, pick, attempts=attempts)
        crowd.gather()
        return tuple(crowd.events)

    return _drawn(played)


def _drawn(played: Callable[[Pick], T]) -> st.SearchStrategy[T]:
    """What is made by choosing; it holds no machine that a failing test would print."""

    @st.composite
    def drawn(draw: st.DrawFn) -> T:
        return played(picking(draw))

    return drawn()
