"""Two versions of one step, and how the second stands to the first."""

import pytest

from procedures import loads
from procedures.kernel.machine import Machine
from procedures.proofs import compare

STEP = """
procedure: example/step
title: One step
facts: {{degree: {{kind: flag}}}}
steps:
  test:
    from: applied
    to: hired
    {exempt}
    records: {{score: {{kind: number, from: 0, to: 10, step: 1}}}}
    passes: {{degree: true}}
"""

EXEMPT = [  # the exemption in the first and in the second, and how the second stands to the first
    # Before the first test its score is not known: nobody can be decided, neither for nor against.
    ("", "exempt: {score: {at_least: 8}}", "incomparable"),
    ("exempt: {score: {at_least: 8}}", "", "incomparable"),
    ("exempt: {score: {at_least: 8}}", "exempt: {score: {at_least: 9}}", "equivalent"),
    ("exempt: {score: {at_least: 8}}", "exempt: {score: {more_than: 7}}", "equivalent"),
]


def machine_of(exempt: str) -> Machine:
    return loads(STEP.format(exempt=exempt)).machine


@pytest.mark.parametrize(("first", "second", "verdict"), EXEMPT)
def test_what_an_event_records_exempts_nobody_from_it(first: str, second: str, verdict: str) -> None:
    found = compare(machine_of(first), machine_of(second))
    assert found.verdict == verdict
    assert bool(found.differences) is (verdict != "equivalent")
