"""A fact is missing if learning it can decide; judged by trying every value of every unknown fact."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures import loads
from rules.algebra import Rule
from rules.evaluation import find, truth
from rules.facts import Known
from rules.kinds import Value
from rules.reader import read_rule
from rules.truth import Truth

DECLARED = loads("""
procedure: p
title: P
facts:
  a: {kind: flag}
  b: {kind: flag}
  level: {kind: level, of: [low, middle, high]}
  side: {kind: choice, of: [left, right, front]}
  years: {kind: number, from: 0, to: 4, step: 1}
""").machine.declared
VALUES: dict[str, tuple[Value, ...]] = {
    name: tuple(DECLARED.encode(name, value) for value in values)
    for name, values in {
        "a": (True, False), "b": (True, False), "level": ("low", "middle", "high"),
        "side": ("left", "right", "front"), "years": range(5),
    }.items()
}  # fmt: skip
LEAVES = st.sampled_from([
    {"a": True}, {"b": True}, {"b": False}, {"level": {"at_least": "middle"}}, {"level": {"at_least": "high"}},
    {"level": "middle"}, {"side": "left"}, {"side": {"is_not": "right"}}, {"years": {"at_least": 2}},
    {"years": {"less_than": 3}}, {"years": 2},
])  # fmt: skip
RULES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda rules: {"all": rules}, st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda rules: {"any": rules}, st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda rule: {"not": rule}, inner),
    ),
    max_leaves=6,
)


def missing_by_trying(rule: Rule, known: Known) -> set[str]:
    """The facts of which learning one turns UNKNOWN into a decision, for some values of some of the others."""
    open_ = [name for name in VALUES if name not in known]
    found = set()
    for others in product(*((None, *VALUES[name]) for name in open_)):
        told = {**known, **{name: value for name, value in zip(open_, others, strict=True) if value is not None}}
        if truth(rule, told) is Truth.UNKNOWN:
            found |= {
                name
                for name in open_
                if name not in told
                and any(truth(rule, {**told, name: value}) is not Truth.UNKNOWN for value in VALUES[name])
            }
    return found


@given(RULES, st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in VALUES.items()}))
def test_missing_are_the_facts_that_can_decide_and_no_others(data: dict[str, object], known: dict[str, Value]) -> None:
    rule = read_rule(data, DECLARED)
    finding = find(rule, known)
    expected = missing_by_trying(rule, known) if finding.value is Truth.UNKNOWN else set()
    assert set(finding.missing) == expected
    assert len(finding.missing) == len(set(finding.missing))


A, B, HIGH = {"a": True}, {"b": True}, {"level": "high"}


@pytest.mark.parametrize(
    ("data", "missing"),
    [
        ({"any": [A, {"all": [A, B]}]}, ("a",)),
        ({"all": [A, {"any": [A, B]}]}, ("a",)),
        ({"any": [{"all": [A, B]}, {"all": [{"not": A}, HIGH]}]}, ("a", "b", "level")),
        ({"all": [{"years": {"at_least": 3}}, {"any": [{"years": {"at_least": 2}}, B]}]}, ("years",)),
        ({"any": [{"not": {"any": [A, B]}}, A]}, ("a", "b")),
    ],
)
def test_what_another_part_absorbs_is_not_missing(data: dict[str, object], missing: tuple[str, ...]) -> None:
    assert find(read_rule(data, DECLARED), {}).missing == missing
