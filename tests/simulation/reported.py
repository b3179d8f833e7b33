"""The example scenario, simulated, and variants of it, for the tests of what is told of them."""

from functools import cache
from pathlib import Path
from textwrap import dedent

from procedures import Procedure, load
from procedures.documents import read_text
from procedures.simulation import Plan, Results, ScenarioFile, assumed_file, changed, read_scenario, simulate
from rules.nodes import Table
from rules.problems import Problems

ROOT = Path(__file__).parents[2]
KORTRIJK = ROOT / "definitions" / "kortrijk"
OTHERS = ("communicatiemedewerker-wsw", "maatschappelijk-werker-tijdelijk", "maatschappelijk-werker-vast")


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
