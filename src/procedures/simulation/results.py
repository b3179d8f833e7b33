"""What a simulation found: numbers an analyst can decide on, each with how sure it is."""

from collections.abc import Mapping

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from procedures.machine import Machine
from procedures.simulation.engine import Block
from procedures.simulation.lasting import Lasting, lasting
from procedures.simulation.planning import Planned, planned
from procedures.simulation.scenario import Scenario
from procedures.simulation.spreads import NORMAL, Plain, Ratio, Spread, unseen

__all__ = ["Impact", "Plain", "Ratio", "Results", "Spread", "results_of"]


@frozen
class Impact:
    """
    How the selection ratio of a group compares with that of the first one.

    `ratio` is pooled over replications; `ci95` comes from its logarithm, by linearisation, and where nobody of the
    group was selected from how probable that may be at the most. The others are shares of single selections, of those
    to which both groups came and from which somebody of the first was selected: `below` of those in which the
    four-fifths rule is broken, `significant` of those in which Fisher's exact test finds the group selected too seldom
    (5%, one-sided). `by_luck` is the share that would break the rule if, with as many of each group and as many
    selected, everybody had the same chance.
    """

    group: str
    against: str
    ratio: float | None
    ci95: tuple[float, float] | None
    below: float | None
    significant: float | None
    by_luck: float | None = None

    @property
    def either_way(self) -> Ratio:
        """The lower of the two selection ratios by the higher, whichever group has it."""
        if self.ratio is None or self.ratio <= 1:
            return Ratio(self.ratio, self.ci95)
        return Ratio(1 / self.ratio, (1 / self.ci95[1], 1 / self.ci95[0]) if self.ci95 else None)


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
        impacts=tuple(_impact(names, number, block) for number in range(1, len(names))),
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


def _impact(names: list[str], number: int, block: Block) -> Impact:
    chosen, applied = block.selected[:, [0, number]].astype(np.int64), block.applied[:, [0, number]].astype(np.int64)
    picked, pool = chosen.sum(axis=0), applied.sum(axis=0)
    ratio, interval = None, None
    if pool.all() and picked[0]:
        rates = picked / pool
        ratio = float(rates[1] / rates[0])
        if picked[1] and len(chosen) > 1:
            # What each replication adds to the logarithm of the ratio, beside its mean.
            rest = (chosen[:, 1] - rates[1] * applied[:, 1]) / picked[1] - (
                chosen[:, 0] - rates[0] * applied[:, 0]
            ) / picked[0]
            half = NORMAL * float(np.sqrt((rest**2).sum() * len(rest) / (len(rest) - 1)))
            interval = (ratio * float(np.exp(-half)), ratio * float(np.exp(half)))
        elif not picked[1]:
            interval = (0.0, unseen(int(pool[1])) / float(rates[0]))
    told = (applied > 0).all(axis=1) & (chosen[:, 0] > 0)
    # In whole numbers: a ratio of exactly four fifths is not below it.
    below = 5 * chosen[:, 1] * applied[:, 0] < 4 * chosen[:, 0] * applied[:, 1]
    return Impact(
        names[number],
        names[0],
        ratio,
        interval,
        float(below[told].mean()) if told.any() else None,
        _significant(chosen[told], applied[told]),
        _by_luck(chosen[told], applied[told]),
    )


def _significant(chosen: NDArray[np.int64], applied: NDArray[np.int64]) -> float | None:
    """In how many single selections Fisher's exact test finds the group selected too seldom, at 5%, one-sided."""
    if not len(chosen):
        return None
    from scipy.stats import hypergeom

    everybody, picked = applied.sum(axis=1), chosen.sum(axis=1)
    chance = hypergeom.cdf(chosen[:, 1], everybody, applied[:, 1], picked)
    return float((chance <= 0.05).mean())


def _by_luck(chosen: NDArray[np.int64], applied: NDArray[np.int64]) -> float | None:
    """
    In how many single selections the four-fifths rule would be broken if all had the same chance.

    With as many applied and as many selected, each choice of people is then as probable as any other: the number of the
    group among them is hypergeometric, and the rule is broken up to a whole number, so that nothing is rounded.
    """
    if not len(chosen):
        return None
    from scipy.stats import hypergeom

    everybody, picked = applied.sum(axis=1), chosen.sum(axis=1)
    first, group = applied[:, 0], applied[:, 1]
    most = (4 * picked * group - 1) // (5 * first + 4 * group)  # 5 x first < 4 (picked - x) group, for x up to this
    nobody = hypergeom.pmf(picked, everybody, group, picked)  # none of the first group: there is nothing to compare
    return float((hypergeom.cdf(most, everybody, group, picked) / (1 - nobody)).mean())


def _undecided(machine: Machine, block: Block) -> dict[str, float]:
    """The steps for whose closing something waits, and that could not be closed in some replications: their share."""
    waited_for = {name for name, step in machine.steps.items() if step.keeps is not None}
    waited_for |= {name for step in machine.steps.values() if step.gate is not None for name in step.gate.feeders}
    shares = {name: float(1 - block.closed[:, number].mean()) for number, name in enumerate(machine.steps)}
    return {name: share for name, share in shares.items() if share and name in waited_for}
