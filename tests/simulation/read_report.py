"""The example scenario, simulated, and variants of it, for the tests of what is told of them."""

from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import TypeAlias

from attrs import evolve

from procedures import Procedure, load
from procedures.definition.documents import read_text
from procedures.simulation import (
    Plan,
    Results,
    ScenarioFile,
    Variant,
    assumed_file,
    changed,
    changed_file,
    compare,
    read_axis,
    read_scenario,
    simulate,
)
from procedures.simulation.report import Sweep
from procedures.simulation.what_if.changes import combinations, format_value
from rules.nodes import Table
from rules.problems import Problems

ROOT = Path(__file__).parents[2]
KORTRIJK = ROOT / "definitions" / "kortrijk"
OTHERS = ("communicatiemedewerker-wsw", "maatschappelijk-werker-tijdelijk", "maatschappelijk-werker-vast")

Swept: TypeAlias = tuple[ScenarioFile, Results, Sweep]


def patch(text: str) -> Table:
    found = read_text(dedent(text), "patch", Problems())
    assert isinstance(found, Table)
    return found


@cache
def example(text: str = "{}") -> ScenarioFile:
    """The example scenario with a patch."""
    return changed(read_scenario(KORTRIJK / "coordinator-ontmoetingscentra.example.scenario.yaml"), patch(text))


@cache
def simulated(text: str = "{}", replications: int = 300, seed: int = 7) -> Results:
    file = example(text)
    return simulate(file.procedure.machine, file.scenario, Plan(replications, seed))


@cache
def assumed(name: str, replications: int = 60) -> tuple[ScenarioFile, Results]:
    """A shipped procedure with the scenario that is made from it alone."""
    procedure: Procedure = load(KORTRIJK / f"{name}.yaml")
    file = assumed_file(procedure)
    return file, simulate(procedure.machine, file.scenario, Plan(replications, 7))


@cache
def swept(*texts: str, patched: str = "{}", replications: int = 60, done: int | None = None) -> Swept:
    """A sweep of the example scenario with a patch; `done` is after how many points it is interrupted."""
    file, axes = example(patched), tuple(read_axis(text) for text in texts)
    variants = [
        Variant(changed_file(file, point), {each.path: format_value(each.value) for each in point})
        for point in combinations(axes)
    ]
    comparison = compare(file, variants[:done], Plan(replications, 7))
    comparison = evolve(comparison, partial=done is not None)
    return file, comparison.base, Sweep.of(comparison, axes)
