"""Candidate flows before a vacancy is published: a scenario, its candidates, and what becomes of them.

    file = read_scenario("clerk.scenario.yaml", load("clerk.yaml"))
    found = simulate(file.procedure.machine, file.scenario, Plan(replications=2000, seed=7))
    found.reached["reserve"].mean

The candidates go their road in `procedures.columns`, so that nothing of the procedure is written a second time. Needs
the extra `simulate`.
"""

from procedures.simulation.assuming import assumed_scenario
from procedures.simulation.reading import ScenarioFile, changed, read_scenario
from procedures.simulation.results import Results
from procedures.simulation.running import Plan, simulate
from procedures.simulation.scenario import Scenario

__all__ = ["Plan", "Results", "Scenario", "ScenarioFile", "assumed_scenario", "changed", "read_scenario", "simulate"]
