"""How many went from which state to which."""

import numpy as np
import pytest
from generated import Plain, definitions, law, load
from read_report import OTHERS, assumed, example, simulated

from procedures.kernel.arcs import arcs
from procedures.kernel.machine import Machine
from procedures.simulation import assumed_file
from procedures.simulation.engine.blocks import Block, simulate_blocks


def balanced(machine: Machine, block: Block) -> None:
    """Whoever came into a state, by application or by a move, left it or ended there."""
    came = block.moves.sum(axis=0)
    came[[*machine.states].index(machine.initial)] += block.size.sum()
    assert (came == block.moves.sum(axis=1) + block.ended.sum(axis=0)).all()
    states, ways = [*machine.states], {(arc.origin, arc.to) for arc in arcs(machine)}
    assert all((states[origin], states[to]) in ways for origin, to in zip(*np.nonzero(block.moves), strict=True))


def test_nobody_is_lost_on_the_way() -> None:
    machine, block = example().procedure.machine, simulated().block
    balanced(machine, block)
    codes = {name: code for code, name in enumerate(machine.states)}
    assert block.moves[codes["interviewed"], codes["reserve"]] == block.reached[:, codes["reserve"]].sum()


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_is_lost_in_the_other_procedures(name: str) -> None:
    file, results = assumed(name)
    balanced(file.procedure.machine, results.block)


@law(definitions())
def test_nobody_is_lost_in_generated_procedures(data: Plain) -> None:
    procedure = load(data)
    machine = procedure.machine
    balanced(machine, simulate_blocks(machine, assumed_file(procedure).scenario, 1, 0, 3, 0)[0])
