"""A row in which every cell is empty or holds only spaces is no candidate; the other rows keep their numbers."""

from pathlib import Path

import polars as pl
import pytest
from made_tables import csv_of, rows_of, workbook

from procedures.screening import Formats, open_table

ROWS = [("ann", "1"), ("bob", "2")]
CSV = [  # the text, the separator, and the lines of ann and bob
    ("who,score\nann,1\n,\n , \nbob,2\n,\n", ",", [2, 5]),
    ("who;score\nann;1\n;\n \t; \nbob;2\n;\n", ";", [2, 5]),
    ('who,score\n"",""\nann,1\n"\n",\nbob,2\n,,,\n   \n', ",", [3, 6]),
    ("who,score\n\xa0,\x1c\nann,1\n\n\u2003,\nbob,2\n", ",", [3, 6]),
]


@pytest.mark.parametrize(("text", "separator", "lines"), CSV)
def test_blank_rows_of_csv(text: str, separator: str, lines: list[int]) -> None:
    batches = [*csv_of(text.encode(), separator=separator).batches()]
    assert [row for batch in batches for row in batch.frame.rows()] == ROWS
    assert [batch.place_of(row, 1).line for batch in batches for row in range(batch.frame.height)] == lines
    assert not any(batch.ragged for batch in batches)


def test_blank_rows_of_sheets(tmp_path: Path) -> None:
    rows = [[" ", None], ["who", "score"], [" ", None], ["ann", 1], [None, "\t"], [None, None], ["bob", 2], ["", "  "]]
    source = open_table(workbook(tmp_path / "t.xlsx", ("One", rows)), Formats())
    (batch,) = source.batches()
    assert batch.frame.rows() == [("ann", 1), ("bob", 2)]
    assert batch.frame.schema["score"] == pl.Int64
    assert [batch.place_of(row, 0).line for row in range(2)] == [4, 7]


def test_blank_rows_of_parquet(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"who": ["", "ann", " ", "bob", None], "score": [None, 1, None, 2, None]}).write_parquet(path)
    source = open_table(path, Formats())
    (batch,) = source.batches()
    assert batch.frame.rows() == [("ann", 1), ("bob", 2)]
    assert [batch.place_of(row, 0).line for row in range(2)] == [2, 4]


def test_a_table_of_only_blank_rows_has_no_candidates() -> None:
    assert rows_of(csv_of(b"who,score\n,\n ,\n")) == []
