"""Some of many rows are the same rows whichever way is fastest; and without a journal there is nothing to tell."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from procedures import load
from procedures.columns import Cohorts
from procedures.columns.rows import among, at_once, places, taken
from procedures.errors import UsageError

ROWS = 200


@pytest.mark.parametrize("which", [[], [7], [*range(0, ROWS, 3)], [*range(ROWS)]])
def test_rows_are_taken_by_number_by_flag_and_as_a_whole(which: list[int]) -> None:
    flags = np.zeros(ROWS, np.bool_)
    flags[which] = True
    values = np.arange(ROWS) * 2
    where = places(flags)
    assert values[where].tolist() == [2 * row for row in which]
    column = pl.Series([None if value % 5 == 0 else value for value in values.tolist()], dtype=pl.Int64())
    assert taken(column, where).to_list() == [column[row] for row in which]
    assert at_once(3, np.flatnonzero(flags)).tolist() == [3] * len(which)


def test_values_are_found_among_a_few() -> None:
    assert among(np.array([-1, 0, 2, 3, 2], np.int8), [2, -1]).tolist() == [True, False, True, False, True]


def test_without_a_journal_there_are_no_events_to_tell() -> None:
    file = Path(__file__).parents[2] / "definitions" / "kortrijk" / "coordinator-ontmoetingscentra.yaml"
    table = pl.DataFrame({"leadership_experience": [24]})
    cohorts = Cohorts(load(file), table, journal=False)
    cohorts.apply(at="2025-10-20T09:00:00+02:00")
    assert cohorts.states.to_list() == ["applied"]
    with pytest.raises(UsageError, match="without a journal"):
        next(cohorts.events())
