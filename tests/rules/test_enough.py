"""What would have been enough is enough, and nothing less is."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.algebra import Compare, CompareScore, Elapsed, Order
from rules.calendar import Duration, add_duration, elapsed_time
from rules.evaluation import truth
from rules.kinds import Number
from rules.leaf_explanation import first_reference, nearest_sufficient_value, negate_leaf
from rules.truth import Truth
from strategies import cases

F, T = Truth.FALSE, Truth.TRUE


@settings(max_examples=150)
@given(st.sampled_from(Order), st.integers(-3, 12))
def test_the_nearest_value_is_enough_and_none_nearer_is(order, bound):
    kind = Number(Decimal(0), Decimal(10), Decimal(1))
    rule = Compare("n", order, bound)
    target = nearest_sufficient_value(rule, kind)
    if target is None:
        outside = [bound + 1] if order is Order.MORE_THAN else [bound - 1] if order is Order.LESS_THAN else [bound]
        assert not any(0 <= value <= 10 for value in outside)
    else:
        assert truth(rule, {"n": target}) is T
        assert truth(rule, {"n": target + (-1 if order in (Order.AT_LEAST, Order.MORE_THAN) else 1)}) is F


@settings(max_examples=200)
@given(cases(max_leaves=1))
def test_a_denied_leaf_has_the_denied_value(case):
    match case.rule:
        case Compare() | CompareScore() | Elapsed() as leaf:
            assert truth(negate_leaf(leaf), case.known) is ~truth(leaf, case.known)
            assert negate_leaf(negate_leaf(leaf)) == leaf


SPANS = st.one_of(
    st.integers(0, 60).map(lambda n: Duration(n, "months")), st.integers(0, 900).map(lambda n: Duration(n, "days"))
)
DAYS = st.one_of(st.dates(date(2019, 1, 1), date(2027, 1, 1)), st.sampled_from([date(2024, 2, 29), date(2025, 1, 31)]))


@given(DAYS, SPANS, DAYS, st.sampled_from([Order.AT_LEAST, Order.MORE_THAN]))
def test_the_first_day_that_would_be_enough_is_the_first(day, duration, reference, order):
    first = first_reference(Elapsed("since", order, duration, reference), day)
    assert Elapsed("since", order, duration, first).holds(day.toordinal())
    assert not Elapsed("since", order, duration, first - timedelta(days=1)).holds(day.toordinal())


@given(DAYS, st.integers(0, 2000), st.sampled_from(["months", "days"]))
def test_time_passed_is_the_most_that_has_passed(day, gap, family):
    reference = day + timedelta(days=gap)
    passed = elapsed_time(day, reference, family)
    assert add_duration(day, passed) <= reference < add_duration(day, Duration(passed.count + 1, family))
