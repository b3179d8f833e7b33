"""Constructors: flat, without repeats, folded; and saying exactly what the unfolded rule said."""

from datetime import date, timedelta
from fractions import Fraction
from functools import reduce
from operator import and_, or_

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.algebra import (
    ALWAYS,
    NEVER,
    All,
    AnyOf,
    Compare,
    CompareScore,
    Constant,
    Elapsed,
    Named,
    Not,
    OneOf,
    Order,
    all_of,
    any_of,
    comparison_values,
    facts_of,
    not_,
    one_of,
)
from rules.calendar import Duration, add_duration
from rules.evaluation import truth
from rules.facts import Part, Score
from rules.truth import Truth
from strategies import WORLDS, belongs, cases, knowns, leaves

A, B, C = (OneOf(name, (True,)) for name in "abc")
OPEN = Constant(Truth.UNKNOWN)

BUILT = [  # built, the same as
    (all_of(), ALWAYS),
    (any_of(), NEVER),
    (all_of(A), A),
    (any_of(A), A),
    (all_of(A, A), A),
    (any_of(A, B, A), AnyOf((A, B))),
    (all_of(A, all_of(B, C)), All((A, B, C))),
    (any_of(any_of(A, B), C), AnyOf((A, B, C))),
    (all_of(A, any_of(B, C)), All((A, AnyOf((B, C))))),
    (all_of(A, ALWAYS), A),
    (all_of(A, NEVER), NEVER),
    (any_of(A, NEVER), A),
    (any_of(A, ALWAYS), ALWAYS),
    (all_of(A, OPEN), All((A, OPEN))),
    (not_(ALWAYS), NEVER),
    (not_(OPEN), OPEN),
    (not_(not_(A)), A),
    (not_(A), Not(A)),
    (one_of("a", ()), NEVER),
    (one_of("a", ("x", "y", "x")), OneOf("a", ("x", "y"))),
]


@pytest.mark.parametrize(("built", "same"), BUILT)
def test_constructors_do_the_algebra(built, same):
    assert built == same


ORDERS = [  # order, holds below, at and above the bound
    (Order.AT_LEAST, False, True, True),
    (Order.AT_MOST, True, True, False),
    (Order.MORE_THAN, False, False, True),
    (Order.LESS_THAN, True, False, False),
]


@pytest.mark.parametrize(("order", "below", "at", "above"), ORDERS)
def test_orders_around_their_bound(order, below, at, above):
    assert [order.holds(value, 60) for value in (59, 60, 61)] == [below, at, above]


@settings(max_examples=150)
@given(
    st.sampled_from(Order),
    st.one_of(
        st.integers(0, 30).map(lambda n: Duration(n, "months")), st.integers(0, 60).map(lambda n: Duration(n, "days"))
    ),
    st.dates(date(2023, 1, 1), date(2026, 12, 31)),
    st.integers(-4, 4),
)
def test_time_has_passed_when_the_anniversary_is_not_after_the_reference(order, duration, reference, shift):
    elapsed = Elapsed("since", order, duration, reference)
    day = date.fromordinal(elapsed.latest) + timedelta(days=shift)
    anniversary = add_duration(day, duration)
    meant = {
        Order.AT_LEAST: anniversary <= reference,
        Order.LESS_THAN: anniversary > reference,
        Order.MORE_THAN: anniversary < reference,
        Order.AT_MOST: anniversary >= reference,
    }
    assert elapsed.holds(day.toordinal()) is meant[order]


SINCE = Elapsed("since", Order.AT_LEAST, Duration(12, "months"), date(2025, 2, 28))
PART = Part("oral", Fraction(1), Fraction(1, 100), "oral_step", frozenset({"exempt"}))
PASSES = CompareScore(Score("final", "mean", (PART,)), Order.AT_LEAST, Fraction(60))
READS = [  # rule, facts in order, constants of each
    (ALWAYS, (), {}),
    (all_of(A, any_of(B, C), not_(B)), ("a", "b", "c"), {"a": (True,), "b": (True,), "c": (True,)}),
    (any_of(all_of(B, A), Named("x", C)), ("b", "a", "c"), {"c": (True,), "b": (True,), "a": (True,)}),
    (SINCE, ("since",), {"since": (date(2024, 2, 29).toordinal(),)}),
    (PASSES, ("oral", "oral_step"), {"oral": (6000,), "oral_step": ("exempt",)}),
    (Compare("n", Order.LESS_THAN, 5), ("n",), {"n": (5,)}),
]


@pytest.mark.parametrize(("rule", "facts", "constants"), READS)
def test_a_rule_says_what_it_reads_and_what_it_compares_it_with(rule, facts, constants):
    assert facts_of(rule) == facts
    assert comparison_values(rule) == constants


SHAPES = {"all": (all_of, and_, Truth.TRUE), "any": (any_of, or_, Truth.FALSE)}


def built(shape):
    match shape:
        case ("not", inner):
            return not_(built(inner))
        case (word, list(parts)):
            return SHAPES[word][0](*map(built, parts))
        case rule:
            return rule


def by_hand(shape, known):
    match shape:
        case ("not", inner):
            return ~by_hand(inner, known)
        case (word, list(parts)):
            _, join, empty = SHAPES[word]
            return reduce(join, (by_hand(part, known) for part in parts), empty)
        case rule:
            return truth(rule, known)


def shapes(declared):
    atoms = st.one_of(leaves(declared), leaves(declared), st.sampled_from([ALWAYS, NEVER]))
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.tuples(st.sampled_from(["all", "any"]), st.lists(inner, max_size=3)), st.tuples(st.just("not"), inner)
        ),
        max_leaves=8,
    )


SHAPES_IN = [shapes(declared) for declared in WORLDS]


@settings(max_examples=200)
@given(st.integers(0, len(WORLDS) - 1), st.data())
def test_folding_changes_no_value(index, data):
    shape = data.draw(SHAPES_IN[index])
    rule = built(shape)
    known = data.draw(knowns(WORLDS[index], rule))
    # Facts that folding dropped from the rule stay unknown; folding may settle what they cannot.
    assert truth(rule, known) is by_hand(shape, known)


@settings(max_examples=150)
@given(cases(), st.data())
def test_a_rule_reads_no_other_facts_than_it_says(case, data):
    read = facts_of(case.rule)
    assert len(set(read)) == len(read)
    other = {name: value for name, value in case.known.items() if name in read}
    assert truth(case.rule, other) is truth(case.rule, case.known)


@settings(max_examples=150)
@given(cases())
def test_a_decision_turns_only_at_the_constants_a_rule_compares_with(case):
    assert set(comparison_values(case.rule)) <= set(facts_of(case.rule))
    for name, value in case.known.items():
        kind = case.declared.facts[name].kind
        constants = comparison_values(case.rule).get(name, ())
        if not kind.ordered or "final" in repr(case.rule):
            continue
        moved = int(value) + 1
        if belongs(kind, moved) and not {int(value), moved} & set(constants):
            assert truth(case.rule, {**case.known, name: moved}) is truth(case.rule, case.known)
