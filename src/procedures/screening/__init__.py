"""Screening: one step's rule over a table of candidates, with the result, missing facts and reason of each row.

    from procedures.screening import screen

    screened = screen(procedure, frame, "screening")
    screened.frame["screening.result"]              # passed, failed, exempt, waits, undecided, refused

`open_table` reads csv, xlsx and parquet in batches, `prepare` matches their columns to facts, `open_writer` writes.
Screening defines no meaning of its own: cells are read by `rules.kinds`, rules are evaluated by `rules.columns`, and
reasons come from `procedures.kernel.reasons`. Needs the extra `columns`.
"""

from procedures.screening.cohort import CohortScreening, screen_cohort
from procedures.screening.files.reader import open_table
from procedures.screening.files.writer import open_writer
from procedures.screening.formats import Formats, preset
from procedures.screening.frames import ScreenedFrame, screen
from procedures.screening.outcomes import find_step
from procedures.screening.problems import TableError, Trouble
from procedures.screening.rows import Screening, Tally, prepare

__all__ = [
    "CohortScreening",
    "Formats",
    "ScreenedFrame",
    "Screening",
    "TableError",
    "Tally",
    "Trouble",
    "find_step",
    "open_table",
    "open_writer",
    "prepare",
    "preset",
    "screen",
    "screen_cohort",
]
