"""Regions, sets and totals: tables of what they must say, and a law that they say of a rule what evaluating says."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from generated import Plain, definitions, law, load

from procedures import Procedure, loads
from procedures.proofs.symbolic.decision_diagrams import Symbols, rules_of
from procedures.proofs.symbolic.regions import leaves, representatives
from rules.algebra import Compare, CompareScore, Not, OneOf, Order, Rule, all_of, any_of, not_
from rules.evaluation import truth
from rules.kinds import Choice, Flag, Level, Number, Value
from rules.truth import Truth

NUMBER = Number(Decimal(0), Decimal(100), Decimal(1))
AT_LEAST, AT_MOST = Order.AT_LEAST, Order.AT_MOST

REGIONS = [  # kind, leaves asked, how many regions
    (Choice(("red", "green", "blue")), [OneOf("x", ("red",))], 2),
    (Choice(("red", "green", "blue")), [OneOf("x", ("red",)), OneOf("x", ("red", "green"))], 3),
    (Level(("none", "C", "B", "A")), [Compare("x", AT_LEAST, 2)], 2),
    (Flag(), [], 1),
    (NUMBER, [Compare("x", AT_LEAST, 50)], 2),
    (NUMBER, [Compare("x", AT_LEAST, 50), Compare("x", AT_LEAST, 60)], 3),
    (Number(), [Compare("x", Order.LESS_THAN, -7)], 2),  # there are numbers below all bounds
    (NUMBER, [Compare("x", AT_LEAST, 0)], 1),  # no number is less than the least
    (NUMBER, [Compare("x", Order.MORE_THAN, 100)], 1),
    (NUMBER, [Compare("x", AT_LEAST, 50), Compare("x", AT_MOST, 50)], 3),  # below, at and above
]


@pytest.mark.parametrize(("kind", "asked", "regions"), REGIONS)
def test_a_fact_has_as_many_regions_as_rules_tell_apart(kind: object, asked: list[object], regions: int) -> None:
    assert len(representatives(kind, asked, "x")) == regions  # type: ignore[arg-type]  # a table of many kinds


SCORED = """
procedure: example/scored
title: Scores
facts: {degree: {kind: flag}}
scores:
  total: {mean: {first.score: 40, second.score: 60}}
steps:
  first: {from: applied, to: halfway, records: {score: {kind: number, from: 0, to: 100}}, pass_mark: 50}
  second: {to: done, records: {score: {kind: number, from: 0, to: 100}}, passes: {total: {at_least: 60}}}
"""
B = OneOf("degree", (True,))

KLEENE = [  # a rule about the flag `degree`, and what it is when that is true, false and unknown
    (any_of(B, Not(B)), Truth.TRUE, Truth.TRUE, Truth.UNKNOWN),
    (all_of(B, not_(Not(B))), Truth.TRUE, Truth.FALSE, Truth.UNKNOWN),
    (Not(B), Truth.FALSE, Truth.TRUE, Truth.UNKNOWN),
]


def scored() -> tuple[Procedure, Symbols]:
    procedure = loads(SCORED)
    return procedure, Symbols([procedure.machine], [*rules_of(procedure.machine), B])


@pytest.mark.parametrize(("rule", "true", "false", "unknown"), KLEENE)
def test_a_rule_is_two_sets_and_unknown_is_in_neither(rule: Rule, true: Truth, false: Truth, unknown: Truth) -> None:
    _, symbols = scored()
    for value, expected in (({"degree": True}, true), ({"degree": False}, false), ({}, unknown)):
        assert value_in(symbols, rule, value) is expected


def value_in(symbols: Symbols, rule: Rule, known: Mapping[str, Value]) -> Truth:
    """The value of a rule as sets say it; every score on the side of its bounds where it is."""
    here = symbols.matching(known)
    for leaf, name in symbols.score_bounds.names_by_leaf.items():
        switch = symbols.bdd.var(symbols.bits[name][0])
        if truth(leaf, known) is not Truth.UNKNOWN:
            here &= switch if truth(leaf, known) is Truth.TRUE else ~switch
    assert here != symbols.bdd.false, "somebody there could be"
    truth_sets = symbols.truth_sets(rule)
    if here & ~truth_sets.true == symbols.bdd.false:
        return Truth.TRUE
    return Truth.FALSE if here & ~truth_sets.false == symbols.bdd.false else Truth.UNKNOWN


TOTALS = [  # the first score (50 and over or below) with the total (60 and over or below): whether there is anybody
    (True, True, True),
    (True, False, True),
    (False, True, True),  # 49.99 and 100
    (False, False, True),
]


@pytest.mark.parametrize(("first", "total", "possible"), TOTALS)
def test_arithmetic_says_which_totals_there_are(first: bool, total: bool, possible: bool) -> None:
    assert _somebody(60, first, total) is possible


@pytest.mark.parametrize(("bound", "possible"), [(79, True), (80, False), (100, False)])
def test_a_total_out_of_reach_is_nobody_s(bound: int, possible: bool) -> None:
    # Below 50 on the first, the mean is less than 0.4 x 50 + 0.6 x 100 = 80.
    assert _somebody(bound, False, True) is possible


def _somebody(bound: int, first: bool, total: bool) -> bool:
    machine = loads(SCORED.replace("at_least: 60", f"at_least: {bound}")).machine
    symbols = Symbols([machine], list(rules_of(machine)))
    (over,) = (rule for rule in symbols.score_bounds.names_by_leaf if rule.bound == Fraction(bound))
    (pass_mark,) = leaves(symbols.rules)["first.score"]
    assert isinstance(over, CompareScore)
    one, other = symbols.truth_sets(pass_mark), symbols.truth_sets(over)
    among = (one.true if first else one.false) & (other.true if total else other.false) & symbols.valid
    return symbols.pick_one(among) is not None


LEFT_OUT = """
procedure: example/left-out
title: A part of the score is left out where its round is not held
scores:
  total: {mean: [first.score, second.score], missing: left_out}
steps:
  screening: {from: applied, to: screened}
  first:
    to: halfway
    held: {count: screened, more_than: 1}
    records: {score: {kind: number, from: 0, to: 100}}
    pass_mark: 50
  second: {to: done, records: {score: {kind: number, from: 0, to: 100}}, passes: {total: {at_least: 60}}}
"""


@pytest.mark.parametrize("value", [Truth.TRUE, Truth.FALSE])
def test_a_score_without_what_is_left_out_has_numbers_on_its_side(value: Truth) -> None:
    machine = loads(LEFT_OUT).machine
    symbols = Symbols([machine], list(rules_of(machine)))
    (over,) = symbols.score_bounds.names_by_leaf
    truth_sets = symbols.truth_sets(over)
    among = symbols.is_value("first", "not_held") & symbols.is_unknown("first.score")
    valuation = symbols.pick_one(among & (truth_sets.true if value is Truth.TRUE else truth_sets.false))
    assert valuation is not None
    numbers = symbols.score_bounds.find_numbers(valuation.values, valuation.sides, symbols)
    assert truth(over, {"first": "not_held", **numbers}) is value


@law(definitions(), share=0.3)
def test_sets_say_of_a_rule_what_evaluating_says(data: Plain) -> None:
    machine = load(data).machine
    symbols = Symbols([machine], list(rules_of(machine)))
    for rule in symbols.rules:
        for rail, value in ((symbols.truth_sets(rule).true, Truth.TRUE), (symbols.truth_sets(rule).false, Truth.FALSE)):
            valuation = symbols.pick_one(rail)
            if valuation is not None:
                numbers = symbols.score_bounds.find_numbers(valuation.values, valuation.sides, symbols)
                known = {name: each for name, each in {**valuation.values, **numbers}.items() if each is not None}
                assert truth(rule, known) is value
        neither = ~symbols.truth_sets(rule).true & ~symbols.truth_sets(rule).false
        if (valuation := symbols.pick_one(neither)) is not None:
            known = {name: each for name, each in valuation.values.items() if each is not None}
            assert truth(rule, known) is Truth.UNKNOWN
