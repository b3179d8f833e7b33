"""The outcomes of a simulation one by one, each with how far every replication pulls it, so that pairs can be compared.

An outcome is a mean over replications, or a ratio of two; of a ratio the pull is what linearisation makes of it.
"""

from collections.abc import Iterator

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, NDArray

from procedures.simulation.results.estimates import NORMAL
from procedures.simulation.results.model import Results
from procedures.simulation.scenario.reader import ScenarioFile


@frozen(eq=False)
class Outcome:
    """
    One number. `pulls` has a number a replication, 0 on average; the variance of the value is theirs by their number.

    None, without pulls, where the number is not defined: nobody was selected, so no share of them does well.
    """

    value: float | None
    pulls: NDArray[np.float64]

    @classmethod
    def mean(cls, values: ArrayLike) -> "Outcome":
        """The mean of one number a replication."""
        numbers = np.asarray(values, np.float64)
        if not len(numbers):
            return cls(None, numbers)
        mean = float(numbers.mean())
        return cls(mean, numbers - mean)

    @classmethod
    def ratio(cls, part: ArrayLike, whole: ArrayLike) -> "Outcome":
        """One sum over replications by another."""
        parts, wholes = np.asarray(part, np.float64), np.asarray(whole, np.float64)
        total = float(wholes.sum())
        if total == 0:
            return cls(None, np.zeros(0))
        value = float(parts.sum()) / total
        return cls(value, (parts - value * wholes) * (len(wholes) / total))

    @property
    def halfwidth(self) -> float | None:
        """Half the width of the 95% interval; None where it cannot be told."""
        if self.value is None or len(self.pulls) < 2:
            return None
        return NORMAL * float(np.sqrt(np.var(self.pulls, ddof=1) / len(self.pulls)))

    @property
    def ci95(self) -> tuple[float, float] | None:
        """The 95% interval; None where it cannot be told."""
        half = self.halfwidth
        return None if half is None or self.value is None else (self.value - half, self.value + half)

    def over(self, other: "Outcome") -> "Outcome":
        """One outcome by another."""
        if self.value is None or not other.value:
            return Outcome(None, np.zeros(0))
        value = self.value / other.value
        return Outcome(value, (self.pulls - value * other.pulls) / other.value)


def outcomes(results: Results, file: ScenarioFile) -> dict[str, Outcome]:
    """Every outcome that can be compared, by the path under which `--json` tells it."""
    return dict(_outcomes(results, file))


def _outcomes(results: Results, file: ScenarioFile) -> Iterator[tuple[str, Outcome]]:
    block, scenario = results.block, file.scenario
    selected, applied = block.selected.sum(axis=1), block.applied.sum(axis=1)
    yield "candidates.mean", Outcome.mean(block.size)
    for number, state in enumerate(results.reached):
        yield f"reached.{state}.mean", Outcome.mean(block.reached[:, number])
    states = file.procedure.machine.states
    for number, state in enumerate(results.ended):
        if not states[state].final and state != scenario.selected:  # whoever came to a final one stayed there
            yield f"ended.{state}.mean", Outcome.mean(block.ended[:, number])
    for number, step in enumerate(results.gates):
        yield f"gates.{step}.held", Outcome.mean(block.held[:, number])
    yield "selected.mean", Outcome.mean(selected)
    yield "selected.ratio", Outcome.ratio(selected, applied)
    if scenario.success is not None:
        yield "selected.success_ratio", Outcome.ratio(block.successes.sum(axis=1), selected)
    for number, measure in enumerate(scenario.measures):
        yield f"selected.measures.{measure.name}.mean", Outcome.ratio(block.totals[:, number], selected)
    yield "selected.empty", Outcome.mean(selected == 0)
    if scenario.wanted is not None:
        yield "selected.too_small", Outcome.mean(selected < scenario.wanted)
    rates = [Outcome.ratio(block.selected[:, each], block.applied[:, each]) for each in range(len(scenario.groups))]
    for group, rate in zip(scenario.groups[1:], rates[1:], strict=True):
        yield f"adverse_impact.{group.name}", rate.over(rates[0])
    yield "days.mean", Outcome.ratio(block.waited * (selected > 0), selected > 0)
    for number, name in enumerate(file.procedure.machine.steps):
        resource = scenario.resources.get(name)
        if resource is not None:
            sessions = block.sessions[:, number]
            yield f"workload.{name}.sessions", Outcome.mean(sessions)
            yield f"workload.{name}.jury_hours", Outcome.mean(sessions * resource.slot / 60)
            yield f"workload.{name}.days", Outcome.mean(np.ceil(sessions / resource.a_day))


def quality(file: ScenarioFile) -> str | None:
    """
    The outcome that says how good those selected are; None where a scenario says nothing of it.

    The mean of the first measure that nobody records, for that is a criterion and no predictor; else the share of those
    selected who do well.
    """
    recorded = file.procedure.machine.declared.facts
    for measure in file.scenario.measures:
        if measure.name not in recorded:
            return f"selected.measures.{measure.name}.mean"
    return "selected.success_ratio" if file.scenario.success is not None else None
