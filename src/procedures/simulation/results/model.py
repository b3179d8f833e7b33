"""The results of a simulation: estimates with their intervals."""

from collections.abc import Mapping

import numpy as np
from attrs import field, frozen

from procedures.kernel.machine import Machine
from procedures.simulation.engine.blocks import Block
from procedures.simulation.results.adverse_impact import Impact, impact_of
from procedures.simulation.results.estimates import Plain, Ratio, Spread
from procedures.simulation.results.jury_workload import JuryPlan, plan_jury_days
from procedures.simulation.results.reserve_lifetime import ReserveLifetime, estimate_reserve_lifetime
from procedures.simulation.scenario.model import Scenario

__all__ = ["Impact", "Plain", "Ratio", "Results", "Spread", "results_of"]


@frozen
class Results:
    """The results of a simulation; `plain` is the output of `--json`."""

    seed: int
    digest: str
    scenario_digest: str
    replications: int
    candidates: Spread
    reached: Mapping[str, Spread]
    ended: Mapping[str, Spread]
    gates: Mapping[str, float]
    selected: Spread
    ratio: Ratio
    success_ratio: Ratio
    base_rate: Ratio
    measures: Mapping[str, tuple[float | None, float | None]]
    groups: Mapping[str, tuple[Spread, Ratio]]
    impacts: tuple[Impact, ...]
    workload: Mapping[str, JuryPlan]
    days: Spread
    empty: float
    too_small: float | None
    reserve_lifetime: ReserveLifetime | None = None
    steps: tuple[str, ...] = ()
    undecided: Mapping[str, float] = field(factory=dict)
    partial: bool = False
    block: Block = field(default=None, repr=False, eq=False)

    @property
    def lowest_impact(self) -> Impact | None:
        """The comparison of the group that has the lowest ratio."""
        known = [impact for impact in self.impacts if impact.ratio is not None]
        return min(known, key=lambda impact: impact.ratio or 0.0, default=None)

    def plain(self) -> Plain:
        """The results as JSON data, without times or worker counts: the same seed gives the same text."""
        lowest = self.lowest_impact
        return {
            "seed": self.seed,
            "digest": self.digest,
            "scenario": self.scenario_digest,
            "replications": self.replications,
            "partial": self.partial,
            "candidates": self.candidates.plain(),
            "reached": {name: spread.plain() for name, spread in self.reached.items()},
            "ended": {name: spread.plain() for name, spread in self.ended.items()},
            "gates": {name: {"held": share} for name, share in self.gates.items()},
            "selected": {
                "mean": self.selected.mean,
                "ratio": self.ratio.value,
                "success_ratio": self.success_ratio.value,
                "base_rate": self.base_rate.value,
                "empty": self.empty,
                "too_small": self.too_small,
                "measures": {name: {"mean": mean, "sd": sd} for name, (mean, sd) in self.measures.items()},
            },
            "groups": {
                name: {"applied": applied.mean, "selected_ratio": ratio.value}
                for name, (applied, ratio) in self.groups.items()
            },
            "adverse_impact": {
                "ratio": lowest.ratio if lowest else None,
                "ci95": list(lowest.ci95) if lowest and lowest.ci95 else None,
                "group": lowest.group if lowest else None,
                "below_four_fifths": lowest.below_four_fifths if lowest else None,
                "by_luck": lowest.below_by_chance if lowest else None,
                "significant": lowest.significant if lowest else None,
            },
            "workload": {step: each.plain() for step, each in self.workload.items()},
            "days": self.days.plain(),
            "reserve": self.reserve_lifetime.plain() if self.reserve_lifetime else None,
            "undecided": dict(self.undecided),
        }


def results_of(machine: Machine, scenario: Scenario, seed: int, block: Block, *, partial: bool = False) -> Results:
    """Compute the results from the counts of all replications."""
    states, selected = list(machine.states), block.selected.sum(axis=1)
    gates = [name for name, step in machine.steps.items() if step.gate is not None]
    names = [group.name for group in scenario.groups]
    return Results(
        seed=seed,
        digest=machine.digest,
        scenario_digest=scenario.digest,
        replications=len(block.size),
        candidates=Spread.of(block.size),
        reached={name: Spread.of(block.reached[:, number]) for number, name in enumerate(states)},
        ended={name: Spread.of(block.ended[:, number]) for number, name in enumerate(states)},
        gates={name: float(block.held[:, number].mean()) for number, name in enumerate(gates)},
        selected=Spread.of(selected),
        ratio=Ratio.of(selected, block.applied.sum(axis=1)),
        success_ratio=Ratio.of(block.successes.sum(axis=1), selected) if scenario.success is not None else Ratio(None),
        base_rate=Ratio.of(block.suited.sum(axis=1), block.applied.sum(axis=1))
        if scenario.success is not None
        else Ratio(None),
        measures=_measures(scenario, block, int(selected.sum())),
        groups={
            name: (
                Spread.of(block.applied[:, number]),
                Ratio.of(block.selected[:, number], block.applied[:, number]),
            )
            for number, name in enumerate(names)
        },
        impacts=tuple(impact_of(names, number, block) for number in range(1, len(names))),
        workload=plan_jury_days(machine, scenario, block),
        days=Spread.of(block.waited[selected > 0]),
        empty=float((selected == 0).mean()),
        too_small=float((selected < scenario.wanted).mean()) if scenario.wanted is not None else None,
        reserve_lifetime=estimate_reserve_lifetime(machine, scenario, seed, block),
        steps=(*machine.steps,),
        undecided=_undecided(machine, block),
        partial=partial,
        block=block,
    )


def _measures(scenario: Scenario, block: Block, selected: int) -> dict[str, tuple[float | None, float | None]]:
    """The mean and standard deviation of each measure over the selected candidates, pooled over replications."""
    found: dict[str, tuple[float | None, float | None]] = {}
    for measure, (total, squares) in zip(scenario.measures, block.sums.tolist(), strict=True):
        mean = total / selected if selected else None
        variance = None if mean is None or selected < 2 else max(0.0, squares - total * mean) / (selected - 1)
        found[measure.name] = mean, None if variance is None else float(np.sqrt(variance))
    return found


def _undecided(machine: Machine, block: Block) -> dict[str, float]:
    """The share of replications in which a step could not be closed, for steps whose closing a cut or gate needs."""
    needed = {name for name, step in machine.steps.items() if step.keeps is not None}
    needed |= {name for step in machine.steps.values() if step.gate is not None for name in step.gate.feeders}
    shares = {name: float(1 - block.closed[:, number].mean()) for number, name in enumerate(machine.steps)}
    return {name: share for name, share in shares.items() if share and name in needed}
