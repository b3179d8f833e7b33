"""
The one step, if any, that looks at all candidates: by a gate on a number, a cut, or both.

What becomes of one candidate then depends on the others only by whether the step is held and whether the candidate is
kept. So all kinds of candidates go three roads: it is held and keeps everybody, it is held and keeps nobody, it is not
held. How often each of them is gone is not decided here.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from procedures.columns.arrays.rows import Flags
from procedures.kernel.guards import Count, Take
from procedures.kernel.machine import CompiledStep, Gate, Machine
from procedures.simulation.engine.behaviour import waits_for_lapse
from procedures.simulation.exact.cell_paths import Gone, Kinds, gone
from procedures.simulation.exact.thresholds import NotRecognisedError
from procedures.simulation.scenario.model import Scenario
from rules.algebra import Order, Rule, facts_of

Floats = NDArray[np.float64]

_EVERYBODY: Final = 10**9


def cohort_step(machine: Machine, scenario: Scenario) -> CompiledStep | None:
    """The one step that counts or ranks, if any; raises NotRecognisedError for what is beyond reach."""
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


def _with(machine: Machine, step: CompiledStep, *, held: bool, best: int) -> Machine:
    """The machine with the outcome of its count, and the size of its cut, settled."""
    gate, keeps = step.gate, step.keeps
    if gate is not None and gate.count is not None:
        settled = (Order.AT_LEAST, 0) if held else (Order.MORE_THAN, _EVERYBODY)
        gate = Gate(gate.feeders, Count(gate.count.state, (settled,)))
    if keeps is not None:
        keeps = evolve(keeps, takes=(Take(best, keeps.takes[0].to),))
    return evolve(machine, steps={**machine.steps, step.name: evolve(step, gate=gate, keeps=keeps)})


# -- weights ----------------------------------------------------------------------------------------------------------


@frozen(eq=False)
class Weighing:
    """
    How much of each cell a quantity has: `plain` everywhere alike, `ranked` by the chance to be kept with a score.

    A row for each combination of facts and habits, a column for each cell.
    """

    plain: Floats
    ranked: Floats


@frozen(eq=False)
class Roads:
    """What becomes of all kinds: where the cohort step keeps all, keeps none, and is not held; and whom it concerns."""

    keeping: Gone
    cutting: Gone
    passing: Gone
    counted: Flags
    competing: Flags

    @classmethod
    def of(cls, machine: Machine, scenario: Scenario, kinds: Kinds, step: CompiledStep | None) -> "Roads":
        everybody, nobody = np.ones(kinds.table.height, np.bool_), np.zeros(kinds.table.height, np.bool_)
        if step is None:
            found = gone(machine, scenario, kinds)
            return cls(found, found, found, everybody, nobody)
        keeping = gone(_with(machine, step, held=True, best=_EVERYBODY), scenario, kinds)
        cutting, passing, whom, ranked = keeping, keeping, everybody, nobody
        if step.keeps is not None:
            cutting = gone(_with(machine, step, held=True, best=0), scenario, kinds)
            ranked = keeping.went[f"{step.name}.kept"].fill_null(False).to_numpy()
        if step.gate is not None:
            passing = gone(_with(machine, step, held=False, best=_EVERYBODY), scenario, kinds)
            whom = (passing.went[step.name] == "not_held").fill_null(False).to_numpy()
        if (ranked & ~whom).any():
            raise NotRecognisedError(f"somebody is ranked in `{step.name}` who was not counted for it")
        return cls(keeping, cutting, passing, whom, ranked)

    def weighing(self, kinds: Kinds, held: float, which: tuple[Flags, Flags, Flags]) -> Weighing:
        """Of those who are such on each of the three roads, where the step is held with this chance."""
        keeping, cutting, passing = (each.astype(np.float64) for each in which)
        counts = held * np.where(self.competing, cutting, keeping) + (1 - held) * passing
        plain = np.where(self.counted, counts, keeping)
        ranked = np.where(self.competing, keeping - cutting, 0.0)
        shape = len(kinds.chances), kinds.cells
        return Weighing(plain.reshape(shape), ranked.reshape(shape))
