"""How many went from which state to which."""

from itertools import pairwise

import numpy as np
import pytest
from generated import Plain, definitions, law, load
from reported import OTHERS, assumed, example, simulated

from procedures.machine import Machine
from procedures.simulation import assumed_file
from procedures.simulation.engine import Block, simulate_blocks
from procedures.simulation.moves import Roads, road, ways_of

LINE = {0: (1,), 1: (2, 3), 2: (3,), 3: ()}
LOOP = {0: (1,), 1: (2, 4), 2: (1, 3), 3: (1,), 4: ()}
ROADS = [  # ways, last, visited, the road
    (LINE, 0, 0b0001, []),
    (LINE, 3, 0b1011, [(0, 1), (1, 3)]),
    (LINE, 3, 0b1111, [(0, 1), (1, 2), (2, 3)]),
    (LOOP, 1, 0b00111, [(0, 1), (1, 2), (2, 1)]),  # asked, refused, waiting again
    (LOOP, 4, 0b10111, [(0, 1), (1, 2), (2, 1), (1, 4)]),
    (LOOP, 4, 0b11111, [(0, 1), (1, 2), (2, 3), (3, 1), (1, 4)]),
    (LINE, 2, 0b0101, []),  # there is no such road
]


@pytest.mark.parametrize(("ways", "last", "visited", "expected"), ROADS)
def test_a_road_goes_past_all_that_were_visited(
    ways: dict[int, tuple[int, ...]], last: int, visited: int, expected: list[tuple[int, int]]
) -> None:
    assert road(ways, 0, last, visited) == expected


LONG = 64


def test_those_who_are_alike_are_counted_together_however_many_states_there_are() -> None:
    states = [f"s{number}" for number in range(LONG)]
    steps = {f"to_{to}": {"from": origin, "to": to} for origin, to in zip(["applied", *states], states, strict=False)}
    for count in (3, LONG - 4):  # a number that holds both is 16 bits wide, or longer than 64
        named = dict([*steps.items()][:count])
        machine = load({"procedure": "example/long", "title": "Long", "steps": named}).machine
        codes = {name: code for code, name in enumerate(machine.states)}
        past = [codes["applied"], *(codes[name] for name in states[:count])]
        masks = [sum(1 << code for code in past[: place + 1]) for place in (0, 2, count)]
        visited = np.array([masks[0], masks[2], masks[1], masks[2]], np.min_scalar_type(2 ** len(codes) - 1))
        last = np.array([past[0], past[count], past[2], past[count]], np.int8)
        moves = Roads.of(machine).moves(visited, last)
        gone = {(origin, to): int(moves[origin, to]) for origin, to in zip(*np.nonzero(moves), strict=True)}
        assert gone == {pair: 3 if number < 2 else 2 for number, pair in enumerate(pairwise(past))}


def balanced(machine: Machine, block: Block) -> None:
    """Whoever came into a state, by application or by a move, left it or ended there."""
    came = block.moves.sum(axis=0)
    came[[*machine.states].index(machine.initial)] += block.size.sum()
    assert (came == block.moves.sum(axis=1) + block.ended.sum(axis=0)).all()
    ways = ways_of(machine)
    assert all(to in ways[origin] for origin, to in zip(*np.nonzero(block.moves), strict=True))


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
