"""Three values after Kleene."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.truth import Truth

F, U, T = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE

KLEENE = [  # left, right, and, or
    (T, T, T, T),
    (T, U, U, T),
    (T, F, F, T),
    (U, T, U, T),
    (U, U, U, U),
    (U, F, F, U),
    (F, T, F, T),
    (F, U, F, U),
    (F, F, F, F),
]
WORDS = [(F, False, "false"), (U, None, "unknown"), (T, True, "true")]


@pytest.mark.parametrize(("left", "right", "both", "either"), KLEENE)
def test_unknown_is_settled_only_by_a_side_that_settles_it(left, right, both, either):
    assert left & right is both
    assert left | right is either


@pytest.mark.parametrize(("value", "denied"), [(F, T), (U, U), (T, F)])
def test_not_turns_a_decision_round_and_leaves_unknown(value, denied):
    assert ~value is denied


@pytest.mark.parametrize(("truth", "plain", "word"), WORDS)
def test_a_truth_goes_to_plain_python_and_back(truth, plain, word):
    assert Truth.of(plain) is truth
    assert truth.as_bool is plain
    assert truth.word == word


@pytest.mark.parametrize("truth", Truth)
def test_a_truth_is_never_read_as_yes_or_no(truth):
    with pytest.raises(TypeError, match="a truth has three values"):
        bool(truth)


@given(st.sampled_from(Truth), st.sampled_from(Truth))
def test_de_morgan(left, right):
    assert ~(left & right) is ~left | ~right
    assert ~(left | right) is ~left & ~right
