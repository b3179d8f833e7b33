"""Worked cases with something changed are replayed, or told to be wrong; never another exception."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutations import ROOT, Bare, changed, lines_of, many, read_plain

from procedures import DefinitionError, Problem
from procedures.worked_cases.reader import read_cases
from procedures.worked_cases.replay import find_failures

FOLDER = ROOT / "tests" / "bad" / "cases"
CASES = {
    **read_plain(FOLDER / "gates-and-reserve-otherwise.cases.yaml"),
    "procedure": Bare(str(FOLDER / "clerk.yaml")),
    "cases": [
        case
        for name in ("gates-and-reserve", "conditions", "readings", "refused")
        for case in read_plain(FOLDER / f"{name}-otherwise.cases.yaml")["cases"]
    ],
}


@given(data=st.data())
@many(0.8)
def test_worked_cases_with_something_changed_are_replayed_or_told(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    file: Path = tmp_path_factory.getbasetemp() / "fuzzed.cases.yaml"
    file.write_text(lines_of(data.draw(changed(CASES))), encoding="utf-8")
    with suppress(DefinitionError):
        assert all(isinstance(problem, Problem) for problem in find_failures(read_cases(file)))
