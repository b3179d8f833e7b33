"""The outcomes of a simulation, each with the influence of every replication, for comparison in pairs.

An outcome is a mean over replications, or a ratio of two such numbers. The influences of a ratio come from
linearisation.
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
    One number. `influences` has one number a replication, with mean 0. The variance of `value` is the variance of the
    influences divided by their number.

    `value` is None, without influences, where the number is not defined: for example, a share of the selected
    candidates when no candidate is selected.
    """

    value: float | None
    influences: NDArray[np.float64]

    @classmethod
    def mean(cls, values: ArrayLike) -> "Outcome":
        """The mean of `values`, which has one number a replication."""
        numbers = np.asarray(values, np.float64)
        if not len(numbers):
            return cls(None, numbers)
        mean = float(numbers.mean())
        return cls(mean, numbers - mean)

    @classmethod
    def ratio(cls, part: ArrayLike, whole: ArrayLike) -> "Outcome":
        """The sum of `part` over replications divided by the sum of `whole`."""
        parts, wholes = np.asarray(part, np.float64), np.asarray(whole, np.float64)
        total = float(wholes.sum())
        if total == 0:
            return cls(None, np.zeros(0))
        value = float(parts.sum()) / total
        return cls(value, (parts - value * wholes) * (len(wholes) / total))

    @property
    def halfwidth(self) -> float | None:
        """Half the width of the 95% interval; None where it cannot be estimated."""
        if self.value is None or len(self.influences) < 2:
            return None
        return NORMAL * float(np.sqrt(np.var(self.influences, ddof=1) / len(self.influences)))

    @property
    def ci95(self) -> tuple[float, float] | None:
        """The 95% interval; None where it cannot be estimated."""
        half = self.halfwidth
        return None if half is None or self.value is None else (self.value - half, self.value + half)

    def over(self, other: "Outcome") -> "Outcome":
        """This outcome divided by another."""
        if self.value is None or not other.value:
            return Outcome(None, np.zeros(0))
        value = self.value / other.value
        return Outcome(value, (self.influences - value * other.influences) / other.value)


def outcomes(results: Results, file: ScenarioFile) -> dict[str, Outcome]:
    """Every outcome that can be compared, by its path in the output of `--json`."""
    return dict(_outcomes(results, file))


def _outcomes(results: Results, file: ScenarioFile) -> Iterator[tuple[str, Outcome]]:
    block, scenario = results.block, file.scenario
    selected, applied = block.selected.sum(axis=1), block.applied.sum(axis=1)
    yield "candidates.mean", Outcome.mean(block.size)
    for number, state in enumerate(results.reached):
        yield f"reached.{state}.mean", Outcome.mean(block.reached[:, number])
    states = file.procedure.machine.states
    for number, state in enumerate(results.ended):
        if not states[state].final and state != scenario.selected:  # in a final state, `reached` and `ended` are equal
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
            yield f"workload.{name}.days", Outcome.mean(np.ceil(sessions / resource.sessions_per_day))


def quality_path(file: ScenarioFile) -> str | None:
    """
    The path of the outcome that measures the quality of the selected candidates; None where the scenario states none.

    It is the mean of the first measure that no step records, because such a measure is a criterion and not a predictor;
    without one, the share of the selected candidates that do well.
    """
    recorded = file.procedure.machine.declared.facts
    for measure in file.scenario.measures:
        if measure.name not in recorded:
            return f"selected.measures.{measure.name}.mean"
    return "selected.success_ratio" if file.scenario.success is not None else None
