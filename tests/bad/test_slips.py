"""Every slip of an author is told once, at the word that is wrong, with the cure."""

import pytest
from slips import RIGHT, SLIPS

from procedures import DefinitionError, Problem, loads


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(DefinitionError) as raised:
        loads(text)
    return tuple(raised.value.problems)


def test_the_definition_without_slips_has_no_problem() -> None:
    assert loads(RIGHT).name == "example/slips"


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_where_it_is_with_its_cure(slip: str) -> None:
    right, wrong, sentence, help_ = SLIPS[slip]
    assert RIGHT.count(right) == 1
    text = RIGHT.replace(right, wrong)
    before = text.partition("▸")[0]
    told = {(problem.sentence, problem.help): problem.place for problem in problems(text.replace("▸", ""))}
    assert (sentence, help_) in told
    place = told[sentence, help_]
    assert place is not None
    assert (place.line, place.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_once(slip: str) -> None:
    right, wrong, sentence, _ = SLIPS[slip]
    assert [problem.sentence for problem in problems(RIGHT.replace(right, wrong).replace("▸", ""))] == [sentence]
