"""A judge that goes every road one case at a time finds the same people in the same places as a proof does."""

from math import prod
from pathlib import Path
from typing import TypeAlias

import pytest
from enumerating import Stand, Walker
from generated import Plain, definitions, law, load
from hypothesis import assume
from sampled import Sampled, Told

from procedures import load as load_file
from procedures.machine import Machine
from procedures.proving.reaching import Reach
from procedures.proving.symbols import Person, Symbols, rules_of
from rules.evaluating import truth
from rules.truth import Truth

Found: TypeAlias = tuple[str, int, Told, frozenset[str], frozenset[str]]
"""A state, a span, what rules tell of what is known there, what waits, and the rounds that are owed."""

WRONG = sorted((Path(__file__).parent / "wrong").glob("*.yaml"))
MOST = 400


def by_walking(machine: Machine, sampled: Sampled) -> set[Found]:
    def found(stand: Stand) -> Found:
        return stand.state, stand.span, sampled.told(stand.known), stand.pending, stand.owed

    return {found(stand) for stand in Walker(machine, sampled).everywhere()}


def by_sets(machine: Machine, sampled: Sampled) -> set[Found]:
    """Every member of every set of a proof."""
    symbols = Symbols([machine], list(rules_of(machine)))
    reach = Reach(machine, symbols)
    bits = {bit for each in symbols.bits.values() for bit in each}
    bits |= {f"waits {name}" for name in reach.cutting} | {f"duty {name}" for name in reach.eliminatory}
    found: set[Found] = set()
    for node, who in reach.at.items():
        among = symbols.bdd.exist([f"stood {name}" for name in reach.marked], who) if reach.marked else who
        for digits in symbols.bdd.pick_iter(among & symbols.valid, care_vars=bits):
            told = _told(symbols.person(digits), sampled, symbols)
            waits = frozenset(name for name in reach.cutting if digits[f"waits {name}"])
            owed = frozenset(name for name in reach.eliminatory if digits[f"duty {name}"])
            found.add((node.state, node.span, told, waits, owed))
    return found


def _told(person: Person, sampled: Sampled, symbols: Symbols) -> Told:
    """What rules tell of a member of a set; on which side of its bound a score is stands in a switch."""
    known = {name: value for name, value in person.values.items() if value is not None}
    sides = []
    for leaf in sampled.scored:
        over = Truth.of(person.over[symbols.totals.name_of(leaf)])
        sides.append(truth(leaf, known) if truth(leaf, known) is Truth.UNKNOWN else over)
    return (*sampled.told(known)[:-1], tuple(sides))


def sampled_of(machine: Machine) -> Sampled:
    return Sampled(machine, list(rules_of(machine)))


def people(machine: Machine, sampled: Sampled) -> int:
    """How many people there are to go every road with."""
    declared = [values for name, values in sampled.values.items() if name in machine.declared_facts]
    return prod(len(values) + 1 for values in declared)


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_a_proof_of_a_wrong_definition_stands_where_walking_comes(path: Path) -> None:
    machine = load_file(path).machine
    sampled = sampled_of(machine)
    assert by_sets(machine, sampled) == by_walking(machine, sampled)


@law(definitions(longest=3), share=0.2)
def test_a_proof_stands_where_walking_comes_and_nowhere_else(data: Plain) -> None:
    machine = load(data).machine
    sampled = sampled_of(machine)
    assume(people(machine, sampled) <= MOST and len(sampled.scored) <= 1)
    proved, walked = by_sets(machine, sampled), by_walking(machine, sampled)
    assert proved - walked == set(), "a proof stands where nobody comes"
    assert walked - proved == set(), "a proof forgot somebody"
