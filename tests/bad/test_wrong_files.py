"""Each wrong definition, scenario, file of events, facts or worked cases earns exactly the message beside it."""

import pytest
from messages import HERE, READERS, beside, problems, told, wrong_files

FILES = wrong_files()


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_file_earns_exactly_this_message(name: str) -> None:
    assert told(name) == beside(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_a_message_says_where_and_what_in_lower_case_and_nothing_twice(name: str) -> None:
    found = problems(name)
    assert found, "nothing is wrong with this file"
    assert len({(problem.sentence, problem.place) for problem in found}) == len(found)
    for problem in found:
        assert problem.place is not None
        assert problem.sentence[0].islower() or problem.sentence[0] in "`0123456789", problem.sentence
        assert not problem.sentence.endswith(".")


def test_there_is_no_message_without_its_file() -> None:
    messages = {path for folder in READERS for path in (HERE / folder).glob("*.txt")}
    assert messages == {beside(name) for name in FILES}
