"""Scores: numbers made of numbers, exactly, with parts that may never come."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts import Part, Score

CENT = Fraction(1, 100)
EXEMPT = frozenset({"exempt"})


def score(how: str, *, left_out: bool = False) -> Score:
    test = Part("test", Fraction(40), CENT, *(("test_step", EXEMPT) if left_out else ()))
    return Score("final", how, (Part("interview", Fraction(60), CENT), test))


BOTH, EXEMPTED = {"interview": 6000, "test": 7000}, {"interview": 6000, "test_step": "exempt"}
VALUES = [  # how, left out, known, value, missing
    ("mean", False, BOTH, Fraction(64), ()),
    ("sum", False, BOTH, Fraction(6400), ()),
    ("best", False, BOTH, Fraction(70), ()),
    ("mean", False, {"interview": 1, "test": 2}, Fraction(14, 1000), ()),
    ("mean", False, {"interview": 6000}, None, ("test",)),
    ("best", False, {"test": 10000}, None, ("interview",)),
    ("mean", False, {}, None, ("interview", "test")),
    ("mean", False, EXEMPTED, None, ("test",)),
    ("mean", True, EXEMPTED, Fraction(60), ()),
    ("sum", True, EXEMPTED, Fraction(3600), ()),
    ("best", True, EXEMPTED, Fraction(60), ()),
    ("mean", True, {"interview": 6000, "test_step": "passed"}, None, ("test",)),
    ("mean", True, {"interview": 6000}, None, ("test",)),
    ("mean", True, {"test_step": "exempt"}, None, ("interview",)),
    ("mean", True, BOTH | {"test_step": "exempt"}, Fraction(64), ()),
]


@pytest.mark.parametrize(("how", "left_out", "known", "value", "missing"), VALUES)
def test_a_score_is_exact_or_unknown(how, left_out, known, value, missing):
    computed = score(how, left_out=left_out)
    assert computed.value(known) == value
    assert computed.missing(known) == missing


def test_a_score_of_which_every_part_is_left_out_waits_for_any_of_them():
    lonely = Score("final", "mean", (Part("test", Fraction(1), CENT, "test_step", EXEMPT),))
    assert lonely.value({"test_step": "exempt"}) is None
    assert lonely.missing({"test_step": "exempt"}) == ("test",)


POINTS = st.dictionaries(st.sampled_from(["interview", "test"]), st.integers(0, 10000))
WENT = st.sampled_from([{}, {"test_step": "exempt"}, {"test_step": "passed"}])


@given(st.sampled_from(["mean", "sum", "best"]), POINTS, WENT)
def test_a_score_is_known_exactly_when_nothing_is_missing(how, points, went):
    computed = score(how, left_out=True)
    assert (computed.value(points | went) is None) == bool(computed.missing(points | went))


@given(st.integers(0, 10000), st.integers(0, 10000))
def test_a_mean_lies_between_its_parts_and_floats_have_no_say(interview, test):
    mean = score("mean").value({"interview": interview, "test": test})
    assert min(interview, test) <= mean * 100 <= max(interview, test)
    assert mean == Fraction((Decimal(interview) * 60 + Decimal(test) * 40) / 10000)
