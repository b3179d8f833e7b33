"""One step's rule over a table of candidates: what is met, missing or failed in each row, and why.

    from procedures.screening import screen

    screened = screen(procedure, frame, "screening")
    screened.frame["screening.result"]              # passed, failed, exempt, waits, undecided, refused

`open_table` reads csv, xlsx and parquet in batches, `prepare` matches their columns to facts, `writing` writes. The law
is in none of them: cells are read by `rules.kinds`, rules by `rules.columns`, and reasons come from
`procedures.kernel.reasons`. Needs the extra `columns`.
"""

from procedures.screening.cohort import CohortScreening, screen_cohort
from procedures.screening.files.reader import open_table
from procedures.screening.files.writer import writing
from procedures.screening.formats import Formats, preset
from procedures.screening.frames import ScreenedFrame, screen
from procedures.screening.outcomes import step_named
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
    "open_table",
    "prepare",
    "preset",
    "screen",
    "screen_cohort",
    "step_named",
    "writing",
]
