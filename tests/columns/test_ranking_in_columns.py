"""Ranks, lists and ties in columns are those of `kernel.cohort.ranking`, cohort by cohort, however wide the keys."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from procedures.columns.ranking import CUT, rank_rows
from procedures.kernel.cohort.ranking import lot
from procedures.kernel.cohort.ranking import rank as place_one
from procedures.kernel.outcomes import Keeps, Take

KEYS = {
    "narrow": (st.integers(0, 3), pl.Int64()),
    "wide": (st.sampled_from([-(2**62), 0, 1, 2**62]), pl.Int64()),
    "widest": (st.sampled_from([-(2**100), 0, 1, 2**100]), pl.Int128()),
    "flag": (st.booleans(), pl.Boolean()),
    "word": (st.sampled_from(["a", "b", "é"]), pl.String()),
}


@st.composite
def cuts(draw: st.DrawFn) -> tuple[list[int], list[tuple[object, ...]], list[pl.DataType], Keeps]:
    cohort = sorted(draw(st.lists(st.integers(0, 2), max_size=12)))
    kinds = [KEYS[draw(st.sampled_from(sorted(KEYS)))] for _ in range(draw(st.integers(1, 3)))]
    rows = [tuple(draw(values) for values, _ in kinds) for _ in cohort]
    by = draw(st.integers(1, len(kinds)))
    takes = tuple(Take(draw(st.integers(0, 4)), f"list {number}") for number in range(draw(st.integers(1, 3))))
    names = tuple(f"key {number}" for number in range(len(kinds)))
    keeps = Keeps(takes, names[:by], names[by:], draw(st.sampled_from(["keep", "none", "lot"])))
    return cohort, rows, [dtype for _, dtype in kinds], keeps


@given(cuts(), st.integers(0, 2))
def test_each_cohort_is_placed_as_if_it_were_alone(
    cut: tuple[list[int], list[tuple[object, ...]], list[pl.DataType], Keeps], seed: int
) -> None:
    cohort, rows, dtypes, keeps = cut
    keys = pl.DataFrame(
        {f"key {i}": pl.Series([row[i] for row in rows], dtype=dtype) for i, dtype in enumerate(dtypes)}
    )
    sizes = [take.best for take in keeps.takes if isinstance(take.best, int)]
    everywhere = np.repeat(np.array(sizes, np.int64)[:, None], 3, axis=1)
    names = [f"c{row}" for row in range(len(rows))]
    ranks, lists = rank_rows(
        np.array(cohort, np.intp), keys, keeps, everywhere, lambda some: [lot(seed, names[row]) for row in some]
    )
    for number in range(3):
        mine = [row for row, its in enumerate(cohort) if its == number]
        alone = place_one({names[row]: rows[row] for row in mine}, keeps, sizes, seed)
        for row in mine:
            rank, to = alone[names[row]]
            assert ranks()[row] == rank
            assert (None if lists[row] == CUT else keeps.takes[lists[row]].to) == to
