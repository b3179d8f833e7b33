"""Simulation of candidate flows before a vacancy is published: scenarios, simulated candidates and results.

    file = read_scenario("clerk.scenario.yaml", load("clerk.yaml"))
    found = simulate(file.procedure.machine, file.scenario, Plan(replications=2000, seed=7))
    found.reached["reserve"].mean
    frame(found)  # one row per replication, for a notebook; to_parquet(found, "clerk.parquet") writes it to a file

    exact(file.procedure.machine, file.scenario)          # Exact, or NotAnalytic with the reason

`procedures.columns` plays the candidates, so that no rule of the procedure is implemented a second time. Needs the
extra `simulate`.
"""

from procedures.simulation.candidate_trace import Trace, trace
from procedures.simulation.engine.process_pool import workers
from procedures.simulation.engine.runner import Plan, simulate
from procedures.simulation.exact import Exact, NotAnalytic, exact
from procedures.simulation.results.frames import frame, to_parquet
from procedures.simulation.results.model import Results
from procedures.simulation.scenario.default_scenario import assumed_file
from procedures.simulation.scenario.model import Scenario
from procedures.simulation.scenario.reader import ScenarioFile, changed, read_scenario
from procedures.simulation.what_if.changes import changed_file, read_axis, read_setting, with_candidates
from procedures.simulation.what_if.comparison import Comparison, Difference, Variant, compare
from procedures.simulation.what_if.replications import comparison_table

__all__ = [
    "Comparison",
    "Difference",
    "Exact",
    "NotAnalytic",
    "Plan",
    "Results",
    "Scenario",
    "ScenarioFile",
    "Trace",
    "Variant",
    "assumed_file",
    "changed",
    "changed_file",
    "compare",
    "comparison_table",
    "exact",
    "frame",
    "read_axis",
    "read_scenario",
    "read_setting",
    "simulate",
    "to_parquet",
    "trace",
    "with_candidates",
    "workers",
]
