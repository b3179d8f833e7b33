"""
The cohort step: the one step, if any, that depends on all candidates, by a gate on a number, a cut, or both.

The outcome of a candidate depends on the other candidates only through whether the step is held and whether the
candidate is kept. So all kinds of candidates follow three paths: the step is held and keeps all, is held and keeps
none, or is not held. The chances of the paths are computed elsewhere (`gate_and_cut_chances`).
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from procedures.columns.arrays.rows import Flags
from procedures.kernel.machine import CompiledStep, Gate, Machine
from procedures.kernel.outcomes import Count, Take
from procedures.simulation.engine.behaviour import waits_for_lapse
from procedures.simulation.exact.cell_paths import CandidateKinds, KindOutcomes, play_kinds
from procedures.simulation.exact.thresholds import NotRecognisedError
from procedures.simulation.scenario.model import Scenario
from rules.algebra import Order, Rule, facts_of

Floats = NDArray[np.float64]

_EVERYBODY: Final = 10**9


def cohort_step(machine: Machine, scenario: Scenario) -> CompiledStep | None:
    """The one step that counts or ranks, if any; raises NotRecognisedError if the procedure is not supported."""
    found = [step for step in machine.steps.values() if step.gate is not None or step.keeps is not None]
    for step in machine.steps.values():
        if step.in_order:
            raise NotRecognisedError(f"`{step.name}` goes in order of a ranking")
    if len(found) > 1:
        raise NotRecognisedError(f"both `{found[0].name}` and `{found[1].name}` look at all candidates at once")
    for step in found:
        _check_gate(step)
        _check_cut(step, scenario)
        if any(f"{step.name}.rank" in facts_of(rule) for rule in _guards(machine)):
            raise NotRecognisedError(f"a rule asks for the rank in `{step.name}`")
    return found[0] if found else None


def _guards(machine: Machine) -> Iterable[Rule]:
    for step in machine.steps.values():
        yield from (*((step.exempt,) if step.exempt is not None else ()), *(each.when for each in step.outcomes))


def _check_gate(step: CompiledStep) -> None:
    if step.gate is None:
        return
    if step.gate.count is None:
        raise NotRecognisedError(f"whether `{step.name}` is held is said by a rule, not by a number")
    if step.origins != {step.gate.count.state}:
        raise NotRecognisedError(f"`{step.name}` counts others than those who stand before it")


def _check_cut(step: CompiledStep, scenario: Scenario) -> None:
    keeps = step.keeps
    if keeps is None:
        return
    measured = [measure.name for measure in scenario.measures]
    if len(keeps.takes) > 1 or not isinstance(keeps.takes[0].best, int):
        raise NotRecognisedError(f"`{step.name}` keeps more than one list, or a number that a closing says")
    if len(keeps.by) > 1 or keeps.tie_break or keeps.by[0] not in measured:
        raise NotRecognisedError(f"`{step.name}` ranks by something else than one measure")
    if scenario.behaviour.no_show.get(step.name) and not waits_for_lapse(step):
        raise NotRecognisedError(f"whoever does not come to `{step.name}` is ranked with the least score")


def _fix_outcome(machine: Machine, step: CompiledStep, *, held: bool, best: int) -> Machine:
    """The machine with a fixed outcome of the gate and a fixed size of the cut."""
    gate, keeps = step.gate, step.keeps
    if gate is not None and gate.count is not None:
        condition = (Order.AT_LEAST, 0) if held else (Order.MORE_THAN, _EVERYBODY)
        gate = Gate(gate.feeders, Count(gate.count.state, (condition,)))
    if keeps is not None:
        keeps = evolve(keeps, takes=(Take(best, keeps.takes[0].to),))
    return evolve(machine, steps={**machine.steps, step.name: evolve(step, gate=gate, keeps=keeps)})


# -- weights ----------------------------------------------------------------------------------------------------------


@frozen(eq=False)
class CellWeights:
    """
    The weight of each cell in a quantity: `plain` as such, `ranked` times the chance that the score is kept.

    A row for each combination of facts and behaviour, a column for each cell.
    """

    plain: Floats
    ranked: Floats


@frozen(eq=False)
class CohortPaths:
    """The outcomes of all kinds on the three paths, and which kinds the cohort step counts and ranks."""

    all_kept: KindOutcomes
    none_kept: KindOutcomes
    not_held: KindOutcomes
    is_counted: Flags
    is_ranked: Flags

    @classmethod
    def of(
        cls, machine: Machine, scenario: Scenario, kinds: CandidateKinds, step: CompiledStep | None
    ) -> "CohortPaths":
        all_flags, no_flags = np.ones(kinds.table.height, np.bool_), np.zeros(kinds.table.height, np.bool_)
        if step is None:
            found = play_kinds(machine, scenario, kinds)
            return cls(found, found, found, all_flags, no_flags)
        all_kept = play_kinds(_fix_outcome(machine, step, held=True, best=_EVERYBODY), scenario, kinds)
        none_kept, not_held, counted_kinds, ranked = all_kept, all_kept, all_flags, no_flags
        if step.keeps is not None:
            none_kept = play_kinds(_fix_outcome(machine, step, held=True, best=0), scenario, kinds)
            ranked = all_kept.answers[f"{step.name}.kept"].fill_null(False).to_numpy()
        if step.gate is not None:
            not_held = play_kinds(_fix_outcome(machine, step, held=False, best=_EVERYBODY), scenario, kinds)
            counted_kinds = (not_held.answers[step.name] == "not_held").fill_null(False).to_numpy()
        if (ranked & ~counted_kinds).any():
            raise NotRecognisedError(f"somebody is ranked in `{step.name}` who was not counted for it")
        return cls(all_kept, none_kept, not_held, counted_kinds, ranked)

    def weights(self, kinds: CandidateKinds, held: float, which: tuple[Flags, Flags, Flags]) -> CellWeights:
        """The weights of the kinds flagged on each of the three paths, if the step is held with chance `held`."""
        all_kept, none_kept, not_held = (each.astype(np.float64) for each in which)
        counts = held * np.where(self.is_ranked, none_kept, all_kept) + (1 - held) * not_held
        plain = np.where(self.is_counted, counts, all_kept)
        ranked = np.where(self.is_ranked, all_kept - none_kept, 0.0)
        shape = len(kinds.chances), kinds.cells
        return CellWeights(plain.reshape(shape), ranked.reshape(shape))
