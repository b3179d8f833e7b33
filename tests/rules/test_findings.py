"""What a rule says of what is known, and what it waits for."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

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
    OneOf,
    Order,
    all_of,
    any_of,
    facts_of,
    not_,
)
from rules.calendar import Duration
from rules.evaluation import find, truth
from rules.facts import Part, Score
from rules.truth import Truth
from strategies import LEFT_OUT, STEP, cases, values

F, U, T = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE

LICENCE = OneOf("licence", (True,))
EITHER = OneOf("type", ("internal", "other"))
SINCE = Elapsed("since", Order.AT_LEAST, Duration(12, "months"), date(2025, 2, 28))
ENOUGH = Compare("experience", Order.AT_LEAST, 24)
FINAL = Score(
    "final", "mean", (Part("oral", Fraction(1), Fraction(1, 100)), Part("test", Fraction(1), Fraction(1, 100)))
)
PASSES = CompareScore(FINAL, Order.AT_LEAST, Fraction(60))
OPEN = Constant(U)

FOUND = [  # rule, known, value, missing
    (LICENCE, {}, U, ("licence",)),
    (LICENCE, {"licence": False}, F, ()),
    (not_(LICENCE), {}, U, ("licence",)),
    (not_(LICENCE), {"licence": False}, T, ()),
    (EITHER, {"type": "other"}, T, ()),
    (EITHER, {"type": "internal"}, T, ()),
    (EITHER, {"type": "external"}, F, ()),
    (SINCE, {"since": date(2024, 2, 29).toordinal()}, T, ()),
    (SINCE, {"since": date(2024, 3, 1).toordinal()}, F, ()),
    (SINCE, {}, U, ("since",)),
    (ENOUGH, {"experience": 24}, T, ()),
    (ENOUGH, {"experience": 23}, F, ()),
    (all_of(LICENCE, ENOUGH), {"licence": False}, F, ()),
    (all_of(LICENCE, ENOUGH), {"licence": True}, U, ("experience",)),
    (all_of(LICENCE, ENOUGH), {}, U, ("licence", "experience")),
    (any_of(LICENCE, ENOUGH), {"licence": True}, T, ()),
    (any_of(LICENCE, ENOUGH), {"licence": False}, U, ("experience",)),
    (any_of(LICENCE, not_(LICENCE)), {}, U, ("licence",)),
    (Named("able", all_of(LICENCE, ENOUGH)), {}, U, ("licence", "experience")),
    (PASSES, {"oral": 6000}, U, ("test",)),
    (PASSES, {"oral": 6000, "test": 6000}, T, ()),
    (PASSES, {"oral": 6000, "test": 5999}, F, ()),
    (all_of(any_of(LICENCE, ENOUGH), PASSES), {"licence": True, "oral": 1}, U, ("test",)),
    (all_of(LICENCE, any_of(LICENCE, ENOUGH)), {}, U, ("licence",)),
    (ALWAYS, {}, T, ()),
    (NEVER, {}, F, ()),
    (OPEN, {}, U, ()),
    (All(()), {}, T, ()),
    (AnyOf(()), {}, F, ()),
]


@pytest.mark.parametrize(("rule", "known", "value", "missing"), FOUND)
def test_a_finding_has_its_value_and_what_it_waits_for(rule, known, value, missing):
    finding = find(rule, known)
    assert (finding.value, finding.missing) == (value, missing)
    assert truth(rule, known) is value


@settings(max_examples=250)
@given(cases())
def test_the_quick_answer_is_the_answer(case):
    assert truth(case.rule, case.known) is find(case.rule, case.known).value


@settings(max_examples=250)
@given(cases())
def test_facts_are_missing_exactly_while_nothing_is_decided(case):
    finding = find(case.rule, case.known)
    assert bool(finding.missing) is (finding.value is U)
    assert len(set(finding.missing)) == len(finding.missing)
    assert set(finding.missing) <= set(facts_of(case.rule)) - set(case.known)


@settings(max_examples=250)
@given(cases(), st.data())
def test_more_facts_never_overturn_a_decision(case, data):
    fewer = {name: value for name, value in case.known.items() if data.draw(st.booleans())}
    before, after = truth(case.rule, fewer), truth(case.rule, case.known)
    assert before in (U, after)


@settings(max_examples=250)
@given(cases(), st.data())
def test_the_missing_facts_settle_it(case, data):
    finding = find(case.rule, case.known)
    given_ = {name: data.draw(values(case.declared.facts[name].kind)) for name in finding.missing}
    if given_.get(STEP) in LEFT_OUT and f"{STEP}.score" in given_:
        given_[STEP] = "passed"
    assert truth(case.rule, case.known | given_) is not U


@settings(max_examples=150)
@given(cases())
def test_a_decision_needs_none_of_the_facts_it_leaves_aside(case):
    """Parts that are decided, or do not decide, are told of but never waited for."""
    finding = find(case.rule, case.known)

    def undecided(found):
        if found.value is not U:
            return set()
        return set().union(*map(undecided, found.parts)) if found.parts else set(found.missing)

    assert set(finding.missing) <= undecided(finding)  # which of them can decide: tests/rules/test_missing.py
    assert bool(finding.missing) is (finding.value is U)


@pytest.mark.parametrize("how", ["mean", "sum", "best"])
@pytest.mark.parametrize("went", sorted(LEFT_OUT, key=str))
def test_a_part_that_will_not_come_is_left_out_and_nothing_later_overturns_it(how, went):
    step = Decimal("0.01")
    part = Part("interview.score", Fraction(1), Fraction(step), "interview", LEFT_OUT)
    score = Score("final", how, (Part("test", Fraction(1), Fraction(step)), part))
    rule = CompareScore(score, Order.AT_LEAST, Fraction(60))
    assert truth(rule, {"test": 6000}) is U
    assert truth(rule, {"test": 6000, "interview": went}) is T
    assert truth(rule, {"test": 6000, "interview": "passed"}) is U
    assert find(rule, {"interview": went}).missing == ("test",)
