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
    ("", "exempt: {score: {at_least: 8}}", "looser"),
    ("exempt: {score: {at_least: 8}}", "", "stricter"),
    ("exempt: {score: {at_least: 8}}", "exempt: {score: {at_least: 9}}", "stricter"),
    ("exempt: {score: {at_least: 8}}", "exempt: {score: {more_than: 7}}", "equivalent"),
]


def machine_of(exempt: str) -> Machine:
    return loads(STEP.format(exempt=exempt)).machine


@pytest.mark.parametrize(("first", "second", "verdict"), EXEMPT)
def test_who_is_exempt_by_what_the_step_records_is_seen(first: str, second: str, verdict: str) -> None:
    found = compare(machine_of(first), machine_of(second))
    assert found.verdict == verdict
    assert bool(found.differences) is (verdict != "equivalent")
