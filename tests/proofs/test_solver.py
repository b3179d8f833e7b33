"""A solver that knows no regions says of rules, and of their mutants, what the decision diagrams say."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest
import z3
from attrs import frozen
from generated import Plain, definitions, law, load
from sampled_facts import leaves
from solver import Solving

from mutation.definition_mutants import mutants, plain
from mutation.kills import loaded
from procedures import load as load_file
from procedures.definition.patches import RULE_KEYS, read_extended
from procedures.kernel.machine import Machine
from procedures.kernel.names import RESULTS
from procedures.proofs.symbolic.decision_diagrams import Set, Symbols
from rules.algebra import CompareScore, OneOf, Rule, facts_of
from rules.evaluation import truth
from rules.kinds import Kind, Value
from rules.problems import Problems
from rules.truth import Truth

ROOT = Path(__file__).parents[2]
MUTANTS: Final = {  # definition: how many rules its mutants change, at least
    "definitions/kortrijk/coordinator-ontmoetingscentra": 60,
    "definitions/kortrijk/communicatiemedewerker-wsw": 60,
    "definitions/kortrijk/maatschappelijk-werker-tijdelijk": 30,
    "definitions/kortrijk/maatschappelijk-werker-vast": 4,
    "tests/fuzz/everything": 60,  # every word there is: days that must have passed, scores, levels
}
TOUCHES_A_RULE: Final = {*RULE_KEYS, "kinds", "pass_mark", "scores"}


@frozen
class Said:
    """What is said of two rules: whether each can hold and can fail, and whether they are the same on both rails."""

    can_hold: tuple[bool, bool]
    can_fail: tuple[bool, bool]
    same_true: bool
    same_false: bool


def by_solving(solving: Solving, one: Rule, other: Rule) -> Said:
    first, second = solving.terms(one), solving.terms(other)
    return Said(
        (solving.can(first.true), solving.can(second.true)),
        (solving.can(first.false), solving.can(second.false)),
        not solving.can(first.true != second.true),
        not solving.can(first.false != second.false),
    )


def by_sets(symbols: Symbols, one: Rule, other: Rule) -> Said:
    valid, nobody = symbols.valid, symbols.bdd.false
    first, second = ((each.true & valid, each.false & valid) for each in map(symbols.truth_sets, (one, other)))
    return Said(
        (first[0] != nobody, second[0] != nobody),
        (first[1] != nobody, second[1] != nobody),
        first[0] == second[0],
        first[1] == second[1],
    )


def as_terms(symbols: Symbols, solving: Solving, who: Set) -> Any:
    """A set of people as a term about the values of their facts."""
    bits: dict[str, Any] = {}
    for name, values in symbols.values.items():
        regions = [_region(symbols, solving, name, value) for value in values]
        for digit, bit in enumerate(symbols.bits[name]):
            bits[bit] = z3.Or(*(each for number, each in enumerate(regions, 1) if number >> digit & 1))
    for leaf, total in symbols.score_bounds.names_by_leaf.items():
        bits[symbols.bits[total][0]] = solving.terms(leaf).true
    return _branching(who, bits)


def _branching(node: Set, bits: Mapping[str, Any]) -> Any:
    if node.var is None:  # a leaf, which is true but for its sign
        return z3.BoolVal(not node.negated)
    found = z3.If(bits[node.var], _branching(node.high, bits), _branching(node.low, bits))
    return z3.Not(found) if node.negated else found


def _region(symbols: Symbols, solving: Solving, name: str, value: Value) -> Any:
    """Those of whom a fact is known, with a value that rules cannot tell from this one."""
    if symbols.values[name] == RESULTS:
        return solving.terms(OneOf(name, (value,))).true
    cube_of = [solving.known(name)]
    for leaf in leaves(symbols.rules):
        if not isinstance(leaf, CompareScore) and facts_of(leaf) == (name,):
            answer = truth(leaf, {name: value}) is Truth.TRUE
            cube_of.append(solving.terms(leaf).true if answer else solving.terms(leaf).false)
    return z3.And(*cube_of)


def agree(machine: Machine, one: Rule, other: Rule) -> None:
    """Both judges say the same of two rules, and each rail of the second is the same set of people to both."""
    symbols, solving = Symbols([machine], [one, other]), Solving(kinds_of(machine))
    assert symbols.score_bounds.is_exact
    assert by_sets(symbols, one, other) == by_solving(solving, one, other), other
    truth_sets, terms = symbols.truth_sets(other), solving.terms(other)
    sets = ((truth_sets.true, terms.true), (truth_sets.false, terms.false))
    other_people = z3.Or(*(as_terms(symbols, solving, who) != holds for who, holds in sets))
    assert not solving.can(other_people), other


def kinds_of(machine: Machine) -> Mapping[str, Kind]:
    facts = machine.declared.facts.items()
    return {name: fact.kind for name, fact in facts if name not in machine.steps}


def places(machine: Machine) -> dict[tuple[str, ...], Rule]:
    """Every rule of a machine, by where it stands."""
    found: dict[tuple[str, ...], Rule] = {}
    for name, step in machine.steps.items():
        if step.exempt is not None:
            found[name, "exempt"] = step.exempt
        if step.gate is not None and step.gate.rule is not None:
            found[name, "held"] = step.gate.rule
        found |= {(name, str(number)): outcome.when for number, outcome in enumerate(step.outcomes)}
    return found | {("kind", name): rule for name, rule in (machine.reserve.kinds if machine.reserve else {}).items()}


def changed(machine: Machine, mutant: Machine) -> Iterator[tuple[Rule, Rule]]:
    """The rules that a mutant changes, each with what stands there now, if they ask of the same facts."""
    now, kinds, others = places(mutant), kinds_of(machine), kinds_of(mutant)
    for place, rule in places(machine).items():
        other = now.get(place, rule)
        asked = {*facts_of(rule), *facts_of(other)} - machine.steps.keys()
        if other != rule and all(kinds.get(name) == others.get(name) is not None for name in asked):
            yield rule, other


def touching(path: Path) -> Iterator[Machine]:
    """The mutants of a definition in which a rule may be another."""
    root = read_extended(path, Problems())
    assert root is not None
    for mutant in mutants(plain(root)):
        where, _, _ = mutant.name.partition(":")
        if TOUCHES_A_RULE & {*where.split(".")} and (procedure := loaded(mutant)) is not None:
            yield procedure.machine


@pytest.mark.parametrize("name", MUTANTS)
def test_a_solver_and_the_diagrams_say_the_same_of_every_mutant(name: str) -> None:
    path = ROOT / f"{name}.yaml"
    machine = load_file(path).machine
    pairs = dict.fromkeys(pair for mutant in touching(path) for pair in changed(machine, mutant))
    assert len(pairs) >= MUTANTS[name]
    for one, other in pairs:
        agree(machine, one, other)


@law(definitions(), share=0.3)
def test_a_solver_and_the_diagrams_say_the_same_of_generated_rules(data: Plain) -> None:
    machine = load(data).machine
    for one, other in pairwise(places(machine).values()):
        agree(machine, one, other)
