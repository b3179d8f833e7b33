"""What a simulation found: numbers an analyst can decide on, each with how sure it is."""

from collections.abc import Mapping

import numpy as np
from attrs import field, frozen

from procedures.kernel.machine import Machine
from procedures.simulation.engine.blocks import Block
from procedures.simulation.results.adverse_impact import Impact, impact_of
from procedures.simulation.results.estimates import Plain, Ratio, Spread
from procedures.simulation.results.jury_workload import Planned, planned
from procedures.simulation.results.reserve_lifetime import Lasting, lasting
from procedures.simulation.scenario.model import Scenario

__all__ = ["Impact", "Plain", "Ratio", "Results", "Spread", "results_of"]


@frozen
class Results:
    """All that a simulation tells; `plain` is its `--json`."""

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
    workload: Mapping[str, Planned]
    days: Spread
    empty: float
    too_small: float | None
    lasting: Lasting | None = None
    steps: tuple[str, ...] = ()
    undecided: Mapping[str, float] = field(factory=dict)
    partial: bool = False
    block: Block = field(default=None, repr=False, eq=False)

    @property
    def adverse(self) -> Impact | None:
        """The comparison with the lowest ratio."""
        told = [impact for impact in self.impacts if impact.ratio is not None]
        return min(told, key=lambda impact: impact.ratio or 0.0, default=None)

    def plain(self) -> Plain:
        """Plain numbers, and no times or counts of workers: the same seed gives the same text."""
        adverse = self.adverse
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
                "ratio": adverse.ratio if adverse else None,
                "ci95": list(adverse.ci95) if adverse and adverse.ci95 else None,
                "group": adverse.group if adverse else None,
                "below_four_fifths": adverse.below if adverse else None,
                "by_luck": adverse.by_luck if adverse else None,
                "significant": adverse.significant if adverse else None,
            },
            "workload": {step: each.plain() for step, each in self.workload.items()},
            "days": self.days.plain(),
            "reserve": self.lasting.plain() if self.lasting else None,
            "undecided": dict(self.undecided),
        }


def results_of(machine: Machine, scenario: Scenario, seed: int, block: Block, *, partial: bool = False) -> Results:
    """What the counts of all replications come to."""
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
        workload=planned(machine, scenario, block),
        days=Spread.of(block.waited[selected > 0]),
        empty=float((selected == 0).mean()),
        too_small=float((selected < scenario.wanted).mean()) if scenario.wanted is not None else None,
        lasting=lasting(machine, scenario, seed, block),
        steps=(*machine.steps,),
        undecided=_undecided(machine, block),
        partial=partial,
        block=block,
    )


def _measures(scenario: Scenario, block: Block, selected: int) -> dict[str, tuple[float | None, float | None]]:
    """For each measure its mean and standard deviation over those selected, pooled."""
    found: dict[str, tuple[float | None, float | None]] = {}
    for measure, (total, squares) in zip(scenario.measures, block.sums.tolist(), strict=True):
        mean = total / selected if selected else None
        variance = None if mean is None or selected < 2 else max(0.0, squares - total * mean) / (selected - 1)
        found[measure.name] = mean, None if variance is None else float(np.sqrt(variance))
    return found


def _undecided(machine: Machine, block: Block) -> dict[str, float]:
    """The steps for whose closing something waits, and that could not be closed in some replications: their share."""
    waited_for = {name for name, step in machine.steps.items() if step.keeps is not None}
    waited_for |= {name for step in machine.steps.values() if step.gate is not None for name in step.gate.feeders}
    shares = {name: float(1 - block.closed[:, number].mean()) for number, name in enumerate(machine.steps)}
    return {name: share for name, share in shares.items() if share and name in waited_for}
