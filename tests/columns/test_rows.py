"""Some of many rows are the same rows whichever way is fastest; and without a journal there is nothing to tell."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from generated import law
from hypothesis import strategies as st

from procedures import load
from procedures.columns import Cohorts
from procedures.columns.arrays.rows import (
    find_flagged,
    find_span,
    match_any,
    put,
    repeat_moment,
    take_moments,
    take_values,
)
from procedures.errors import UsageError

ROWS = 200
FLAGS = st.lists(st.booleans(), max_size=40)
SMALL = st.integers(-128, 127)


@pytest.mark.parametrize("which", [[], [7], [*range(0, ROWS, 3)], [*range(ROWS)]])
def test_rows_are_taken_by_number_by_flag_and_as_a_whole(which: list[int]) -> None:
    flags = np.zeros(ROWS, np.bool_)
    flags[which] = True
    values = np.arange(ROWS) * 2
    where = find_flagged(flags)
    assert values[where].tolist() == [2 * row for row in which]
    column = pl.Series([None if value % 5 == 0 else value for value in values.tolist()], dtype=pl.Int64())
    assert take_values(column, where).to_list() == [column[row] for row in which]
    assert repeat_moment(3, np.flatnonzero(flags)).tolist() == [3] * len(which)


def test_values_are_found_among_a_few() -> None:
    assert match_any(np.array([-1, 0, 2, 3, 2], np.int8), [2, -1]).tolist() == [True, False, True, False, True]


COLUMNS = [
    pl.Series("a", range(100), dtype=pl.Int64),
    pl.Series("a", [None, *range(99)], dtype=pl.Int32),
    pl.Series("a", [True, False] * 50),
    pl.Series("a", ["x", "y"] * 50, dtype=pl.Enum(["x", "y"])),
    pl.Series("a", range(100), dtype=pl.Int128),
]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: str(column.dtype))
@pytest.mark.parametrize("rows", [[], [7], [*range(0, 100, 3)], [*range(100)]], ids=len)
def test_columns_are_taken_by_rows(column: pl.Series, rows: list[int]) -> None:
    found = take_values(column, np.array(rows, np.intp))
    assert found.dtype == column.dtype
    assert found.name == column.name
    assert found.to_list() == [column[row] for row in rows]


@law(FLAGS, SMALL, st.randoms(use_true_random=False))
def test_a_number_is_put_where_flags_hold(flags: list[bool], value: int, luck: np.random.Generator) -> None:
    for dtype in (np.int8, np.int16):
        into = np.array([luck.randint(-128, 127) for _ in flags], dtype)
        expected = [value if flag else int(was) for flag, was in zip(flags, into, strict=True)]
        put(value, np.array(flags, np.bool_), into)
        assert into.tolist() == expected


@law(st.lists(st.integers(-5, 5), min_size=1, max_size=20), st.data())
def test_moments_at_some_places_are_the_same_held_once_or_one_by_one(moments: list[int], data: st.DataObject) -> None:
    flags = np.array(data.draw(st.lists(st.booleans(), min_size=len(moments), max_size=len(moments))), np.bool_)
    own, once = np.array(moments, np.int64), repeat_moment(moments[0], np.arange(len(moments)))
    for where in (find_flagged(flags), np.flatnonzero(flags), slice(0, 1)):
        assert take_moments(own, where).tolist() == own[where].tolist()
        assert take_moments(once, where).tolist() == once[where].tolist()
    assert find_span(own) == (min(moments), max(moments))
    assert find_span(once) == (moments[0], moments[0])


def test_no_moment_is_before_or_after_those_of_nobody() -> None:
    for nobody in (np.zeros(0, np.int64), repeat_moment(3, np.arange(0))):
        first, last = find_span(nobody)
        assert first > 3 > last


def test_without_a_journal_there_are_no_events_to_tell() -> None:
    file = Path(__file__).parents[2] / "definitions" / "kortrijk" / "coordinator-ontmoetingscentra.yaml"
    table = pl.DataFrame({"leadership_experience": [24]})
    cohorts = Cohorts(load(file), table, journal=False)
    cohorts.apply(at="2025-10-20T09:00:00+02:00")
    assert cohorts.states.to_list() == ["applied"]
    with pytest.raises(UsageError, match="without a journal"):
        next(cohorts.events())
