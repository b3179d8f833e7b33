"""Gates do not depend on the order of the file: they wait for what leads to what they count."""

from itertools import permutations

import pytest

from answers import accepted
from procedures import DefinitionError, Selection, loads

HEAD = "procedure: p\ntitle: P\nfacts: {side: {kind: choice, of: [a, b]}, free: {kind: flag}}\n"
FIRST = "first: {from: applied, outcomes: [{when: {side: a}, to: s1}, {to: s2}]}"
CHAIN = [
    FIRST,
    "g1: {from: s1, to: t, held: {count: s1, more_than: 5}}",
    "g2: {from: s2, to: u, held: {count: t, at_least: 1}}",
]


def selection_of(steps: list[str]) -> Selection:
    selection = Selection(loads(HEAD + "steps:\n" + "".join(f"  {step}\n" for step in steps)))
    for name, side in (("ada", "a"), ("bo", "b")):
        accepted(selection.apply(name, {"side": side}, at="2026-02-01T09:00:00+01:00"))
        accepted(selection.record(name, "first", at="2026-02-02T09:00:00+01:00", by="hr"))
    return selection


def test_a_gate_counts_after_the_gates_that_lead_to_what_it_counts() -> None:
    digests, counts = set(), set()
    for order in permutations(CHAIN):
        selection = selection_of(list(order))
        accepted(selection.close("first", at="2026-02-03T09:00:00+01:00", by="hr"))
        digests.add(selection.machine.digest)
        counts.add(selection.gates["g2"].count)
        assert selection.gates["g2"].held
    assert counts == {1}
    assert len(digests) == 1


WRONG = {
    "gates that wait for one another": [
        FIRST,
        "g1: {from: s1, to: t1, held: {count: t2, at_least: 1}}",
        "g2: {from: s2, to: t2, held: {count: t1, at_least: 1}}",
    ],
    "a counted state that another step leaves by itself": [
        FIRST,
        "g1: {from: s1, to: t, exempt: {free: true}}",
        "g2: {from: s2, to: u, held: {count: s1, at_least: 1}}",
    ],
}


@pytest.mark.parametrize("steps", WRONG.values(), ids=WRONG)
def test_gates_that_can_never_be_decided_are_problems(steps: list[str]) -> None:
    for order in permutations(steps):
        with pytest.raises(DefinitionError, match="gate"):
            loads(HEAD + "steps:\n" + "".join(f"  {step}\n" for step in order))
