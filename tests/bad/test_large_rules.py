"""Rules so large that walking through them would take too long are problems at check time, and the largest are fine."""

import copy
import pickle

import pytest

from procedures import DefinitionError, Selection, loads
from procedures.proofs import compare, prove

HEAD = "procedure: p\ntitle: P\nfacts: {a: {kind: flag}, b: {kind: flag}}\nconditions:\n"
STEP = "steps: {s: {to: done, passes: c0}}\n"


def conditions(number: int, rule: str) -> list[str]:
    """`number` conditions, each with a rule about the next one, and a last one about a fact."""
    lines = [f"  c{each}: {{rule: {rule.format(next=f'c{each + 1}')}}}" for each in range(number - 1)]
    return [*lines, f"  c{number - 1}: {{rule: {{a: true}}}}"]


def text(lines: list[str], step: str = STEP) -> str:
    return HEAD + "\n".join(lines) + "\n" + step


CHAIN = "{{all: [{next}, {{b: true}}]}}"
TWICE = "{{any: [{next}, {{not: {next}}}]}}"


@pytest.mark.parametrize("number", [100, 10_000])
@pytest.mark.parametrize("is_reversed", [False, True], ids=["down", "up"])
def test_a_long_chain_of_conditions_is_a_problem(number: int, is_reversed: bool) -> None:
    lines = conditions(number, CHAIN)
    with pytest.raises(
        DefinitionError, match="levels, with the conditions that it names written out; at most 64"
    ) as told:
        loads(text(lines[::-1] if is_reversed else lines))
    assert all(problem.place is not None and problem.help for problem in told.value.problems)


@pytest.mark.parametrize("number", [15, 19, 60])
def test_conditions_that_double_are_a_problem(number: int) -> None:
    with pytest.raises(DefinitionError, match="parts, with the conditions that it names written out; at most 2,000"):
        loads(text(conditions(number, TWICE)))


def test_many_large_rules_are_a_problem_together() -> None:
    steps = "steps:\n" + "".join(f"  s{n}: {{from: applied, to: done, passes: c0}}\n" for n in range(200))
    with pytest.raises(DefinitionError, match="more than 100,000 parts together") as told:
        loads(text(conditions(9, TWICE), steps))
    assert told.value.problems[0].place is not None
    assert told.value.problems[0].place.line > 10


LARGEST = {"the deepest chain": conditions(32, CHAIN), "the most shared": conditions(9, TWICE)}


@pytest.mark.parametrize("lines", LARGEST.values(), ids=LARGEST)
def test_the_largest_rules_work_everywhere(lines: list[str]) -> None:
    procedure = loads(text(lines))
    selection = Selection(procedure)
    selection.apply("ada", {"a": True}, at="2026-02-01T09:00:00+01:00")
    finding = selection.explain("ada", "s")
    assert finding.tree("nl")
    assert finding.reasons("en")
    assert copy.deepcopy(procedure.machine).digest == procedure.digest
    assert pickle.loads(pickle.dumps(procedure.machine)).digest == procedure.digest
    assert [verdict for _, verdict in prove(procedure)]
    assert compare(procedure.machine, procedure.machine).verdict == "equivalent"
