"""A judge that goes every road one case at a time finds the same people in the same places as a proof does."""

from math import prod
from pathlib import Path
from typing import Final, TypeAlias

import pytest
from enumeration import Stand, Walker
from generated import Plain, definitions, law, load
from hypothesis import assume
from sampled_facts import Sampled, Told

from procedures import load as load_file
from procedures import loads
from procedures.kernel.machine import Machine
from procedures.proofs.reachability.exploration import ReachableStates
from procedures.proofs.symbolic.decision_diagrams import Symbols, Valuation, rules_of
from rules.evaluation import truth
from rules.truth import Truth

Found: TypeAlias = tuple[str, int, Told, frozenset[str], frozenset[str]]
"""A state, a span, what rules tell of what is known there, what waits, and the rounds that are owed."""

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "definitions" / "kortrijk"
FILES = [
    *sorted((HERE / "wrong").glob("*.yaml")),
    SHIPPED / "maatschappelijk-werker-tijdelijk.yaml",
    SHIPPED / "maatschappelijk-werker-vast.yaml",
]
MOST: Final = 400
MOST_LATE: Final = 30

HEAD = """
procedure: example/road
title: A road
facts: {degree: {kind: flag}, level: {kind: level, of: [none, C, B]}, since: {kind: date}}
steps:
"""
SCORE = "records: {score: {kind: number, from: 0, to: 10, step: 1}}"
ROADS: Final = {  # roads that generated definitions seldom have
    "exempt by its own score": f"""
  test: {{from: applied, to: tested, exempt: {{score: {{at_least: 8}}}}, {SCORE}, passes: {{degree: true}}}}
""",
    "exempt by its own score, not ranked": f"""
  test: {{from: applied, to: tested, exempt: {{score: {{at_least: 8}}}}, {SCORE}, keeps: {{best: 2, by: score}}}}
""",
    "beside a step from which one is exempt": f"""
  test: {{from: applied, to: tested, exempt: {{degree: true}}, {SCORE}, pass_mark: 5}}
  direct: {{from: applied, to: hired, passes: {{level: {{at_least: C}}}}, otherwise: waiting}}
""",
    "beside a step from which one is exempt by a result": f"""
  screening: {{from: applied, to: screened, passes: {{degree: true}}, otherwise: screened}}
  test: {{to: tested, exempt: {{screening: passed}}, {SCORE}, pass_mark: 5}}
  direct: {{from: screened, to: hired}}
""",
    "a score of which a part is awaited": f"""
  first: {{from: applied, to: heard, {SCORE}, passes: {{degree: true}}}}
  test: {{to: tested, {SCORE}, passes: {{total: {{at_least: 5}}}}}}
scores: {{total: {{mean: {{first.score: 60, test.score: 40}}}}}}
""",
    "a year ago": """
  screening: {from: applied, to: screened, passes: {since: {at_least: 12 months, as_of: 2028-02-29}}}
""",
    "exempt by having failed": f"""
  test: {{from: applied, to: tested, exempt: {{test: failed}}, {SCORE}, pass_mark: 5, otherwise: applied}}
""",
    "who failed is not asked how": f"""
  test: {{from: applied, to: tested, {SCORE}, passes: {{any: [{{test: failed}}, {{score: {{at_least: 5}}}}]}},
    otherwise: applied}}
""",
    "a rank is asked": f"""
  test: {{from: applied, to: tested, {SCORE}, keeps: {{best: 2, by: score}}}}
  talk: {{to: done, passes: {{test.rank: {{at_most: 1}}}}}}
""",
    "whoever was cut is asked whether they were kept": f"""
  test: {{from: applied, to: tested, {SCORE}, keeps: {{best: 2, by: score}}, otherwise: waiting}}
  talk: {{from: [tested, waiting], to: done, passes: {{test.kept: true}}}}
""",
    "whether a step was held is asked": f"""
  screening: {{from: applied, to: screened, passes: {{degree: true}}}}
  test: {{to: tested, held: {{count: screened, more_than: 1}}, {SCORE}, pass_mark: 5}}
  talk: {{to: done, passes: {{test.held: true}}}}
""",
    "a gate in two states, with an exemption": f"""
  screening: {{from: applied, to: screened, passes: {{degree: true}}, otherwise: applied}}
  test: {{from: [screened, waiting], to: tested, held: {{count: screened, more_than: 1}}, exempt: {{level: B}}, {SCORE},
    pass_mark: 5, otherwise: waiting}}
""",
    "two windows in one state": f"""
  test: {{from: applied, to: tested, until: 2027-01-10, lapses: late, {SCORE}, pass_mark: 5}}
  other: {{from: applied, to: others, opens: 2027-01-05, until: 2027-01-12, lapses: rejected, passes: {{degree: true}}}}
  again: {{from: late, to: tested, on: 2027-01-11, lapses: stays, passes: {{test: lapsed}}}}
""",
    "a gate on what a closing records, before a cut": f"""
  first: {{from: applied, to: heard, closing: {{budget: {{kind: number, from: 0, to: 10}}}}, passes: {{degree: true}}}}
  test: {{to: tested, held: {{first.budget: {{at_least: 3}}}}, exempt: {{level: B}}, {SCORE},
    keeps: {{best: 1, by: score}}, otherwise: heard}}
""",
}


def by_walking(machine: Machine, sampled: Sampled, late: bool = False) -> set[Found]:
    def found(stand: Stand) -> Found:
        return stand.state, stand.span, sampled.told(stand.known), stand.pending, stand.owed

    return {found(stand) for stand in Walker(machine, sampled, late).everywhere()}


def by_sets(machine: Machine, sampled: Sampled) -> set[Found]:
    """Every member of every set of a proof."""
    symbols = Symbols([machine], list(rules_of(machine)))
    reachable = ReachableStates(machine, symbols)
    bits = {bit for each in symbols.bits.values() for bit in each}
    bits |= {f"waits {name}" for name in reachable.cut_steps} | {f"duty {name}" for name in reachable.eliminatory_steps}
    found: set[Found] = set()
    for node, who in {frontier.node: reachable.members_at(frontier.node) for frontier in reachable.frontiers}.items():
        marks = [f"stood {name}" for name in reachable.marked_states]
        among = symbols.bdd.exist(marks, who) if marks else who
        for digits in symbols.bdd.pick_iter(among & symbols.valid, care_vars=bits):
            told = _told(symbols.valuation(digits), sampled, symbols)
            waits = frozenset(name for name in reachable.cut_steps if digits[f"waits {name}"])
            owed = frozenset(name for name in reachable.eliminatory_steps if digits[f"duty {name}"])
            found.add((node.state, node.span, told, waits, owed))
    return found


def _told(valuation: Valuation, sampled: Sampled, symbols: Symbols) -> Told:
    """What rules tell of a member of a set; on which side of its bound a score is stands in a switch."""
    known = {name: value for name, value in valuation.values.items() if value is not None}
    sides = []
    for leaf in sampled.scored:
        over = Truth.of(valuation.sides[symbols.score_bounds.name_of(leaf)])
        sides.append(truth(leaf, known) if truth(leaf, known) is Truth.UNKNOWN else over)
    return (*sampled.told(known)[:-1], tuple(sides))


def sampled_of(machine: Machine) -> Sampled:
    return Sampled(machine, list(rules_of(machine)))


def people(machine: Machine, sampled: Sampled) -> int:
    """How many people there are to go every road with."""
    declared = [values for name, values in sampled.values.items() if name in machine.declared_facts]
    return prod(len(values) + 1 for values in declared)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_proof_of_a_file_stands_where_walking_comes(path: Path) -> None:
    machine = load_file(path).machine
    sampled = sampled_of(machine)
    assert by_sets(machine, sampled) == by_walking(machine, sampled)


@pytest.mark.parametrize("road", ROADS)
def test_a_proof_of_a_road_stands_where_walking_comes(road: str) -> None:
    machine = loads(HEAD + ROADS[road]).machine
    sampled = sampled_of(machine)
    proved = by_sets(machine, sampled)
    assert proved == by_walking(machine, sampled)
    assert by_walking(machine, sampled, late=True) <= proved


@law(definitions(longest=3), share=0.2)
def test_a_proof_stands_where_walking_comes_and_nowhere_else(data: Plain) -> None:
    machine = load(data).machine
    sampled = sampled_of(machine)
    assume(people(machine, sampled) <= MOST and len(sampled.scored) <= 1)
    proved, walked = by_sets(machine, sampled), by_walking(machine, sampled)
    assert proved - walked == set(), "a proof stands where nobody comes"
    assert walked - proved == set(), "a proof forgot somebody"


@law(definitions(longest=3), share=0.2)
def test_whoever_tells_late_comes_nowhere_else_either(data: Plain) -> None:
    machine = load(data).machine
    sampled = sampled_of(machine)
    assume(people(machine, sampled) <= MOST_LATE)
    assert by_walking(machine, sampled, late=True) - by_sets(machine, sampled) == set()
