"""Simulated numbers beside exact ones: scenarios from files and from text, and how far apart the two may lie."""

import json
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen
from scipy.stats import binom

from procedures import loads
from procedures.definition.documents import read_text
from procedures.simulation import Exact, Plan, Results, ScenarioFile, exact, read_scenario, simulate
from procedures.simulation.scenario.reader import scenario_of
from rules.nodes import Table
from rules.problems import Problems

TRUTH = Path(__file__).parent / "truth"
Plain = dict[str, Any]

# False alarms: a normal deviate of 6.5 is passed once in 1.2e10, so some thousands of comparisons raise one in 1e6.
FAR = 6.5
RARE = 1e-10


def written(definition: Plain | str, scenario: Plain) -> ScenarioFile:
    """A scenario made from plain data, about a definition or the file of one."""
    if isinstance(definition, str):
        procedure = read_scenario(TRUTH / f"{definition}.scenario.yaml").procedure
    else:
        procedure = loads(json.dumps(definition))
    problems = Problems()
    root = read_text(json.dumps(scenario), "scenario.yaml", problems)
    assert isinstance(root, Table), problems
    return scenario_of(root, procedure)


def answer(file: ScenarioFile) -> Exact:
    found = exact(file.procedure.machine, file.scenario)
    assert isinstance(found, Exact), found
    return found


def simulated(file: ScenarioFile, replications: int, seed: int = 1) -> Results:
    return simulate(file.procedure.machine, file.scenario, Plan(replications, seed))


def likely(count: int, of: int, chance: float, error: float = 0.0) -> bool:
    """Whether a binomial count is none that comes once in so many thousand millions, for a chance known so well."""
    low, high = min(1.0, max(0.0, chance - error)), max(0.0, min(1.0, chance + error))
    return binom.cdf(count, of, low) > RARE and binom.sf(count - 1, of, high) > RARE


@frozen
class Both:
    """A scenario's exact answer, and what a simulation of it found."""

    exact: Exact
    found: Results

    @classmethod
    def of(cls, file: ScenarioFile, replications: int, seed: int = 1) -> "Both":
        return cls(answer(file), simulated(file, replications, seed))

    def agree(self, *, independent: bool = True) -> None:
        """Each number that both tell lies as near as chance has it; `independent`: no step looks at all candidates."""
        exact, found, block = self.exact, self.found, self.found.block
        applied, chosen = int(block.applied.sum()), int(block.selected.sum())
        slack = exact.error + 1e-9
        if independent:
            for names, counts in ((exact.reached, block.reached), (exact.ended, block.ended)):
                for chance, count in zip(names.values(), counts.sum(axis=0).tolist(), strict=True):
                    assert likely(count, applied, chance, slack)
            for number, chance in enumerate(exact.groups.values()):
                of = int(block.applied[:, number].sum())
                assert likely(int(block.selected[:, number].sum()), of, chance, slack)
            if exact.base_rate is not None:
                assert likely(int(block.suited.sum()), applied, exact.base_rate, slack)
        states = ((exact.reached, found.reached, block.reached), (exact.ended, found.ended, block.ended))
        for names, spreads, counts in states:
            for (name, spread), column in zip(spreads.items(), counts.T, strict=True):
                mean, size = names[name] * exact.candidates, int(block.size.max())
                far = FAR * spread.sd / sqrt(found.replications)
                # Of what happens in few selections the deviation is hardly seen; it happens to so many at the most.
                otherwise = found.replications - int(np.bincount(column).max())
                rare = 40 * size / found.replications if otherwise < 100 else 0.0
                assert abs(spread.mean - mean) <= far + rare + slack * exact.candidates
        for step, chance in exact.gates.items():
            assert likely(round(found.gates[step] * found.replications), found.replications, chance)
        if chosen >= 500:
            self._agree_on_those_selected(chosen, slack)

    def _agree_on_those_selected(self, chosen: int, slack: float) -> None:
        exact, found = self.exact, self.found
        for name, (mean, sd) in exact.measures.items():
            its_mean, its_sd = found.measures[name]
            assert None not in (mean, sd, its_mean, its_sd)
            # A normal variable cut off has no heavier tails than a normal one: its kurtosis is 3 or so at the most.
            assert abs(its_mean - mean) <= FAR * sd / sqrt(chosen) + slack * sd  # type: ignore[operator]
            assert abs(its_sd - sd) <= FAR * sd / sqrt(chosen) + slack * sd  # type: ignore[operator]
        if exact.success_ratio is not None:
            assert likely(int(found.block.successes.sum()), chosen, exact.success_ratio, slack)
