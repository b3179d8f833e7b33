"""Screening of data frames: the same frame with the columns of screening added."""

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl
from attrs import frozen

from procedures.kernel.machine import Machine
from procedures.screening.files.parquet_reader import RowPlaces
from procedures.screening.files.source import Batch, check_headers
from procedures.screening.formats import Formats
from procedures.screening.outcomes import find_step
from procedures.screening.problems import Trouble
from procedures.screening.rows import Tally, prepare
from procedures.selection import HasMachine
from rules.problems import Place
from rules.words import Language, Words

_NAME: Final = "<frame>"


@frozen
class FrameSource:
    """A data frame as a source; rows are numbered from 0, as in the frame."""

    frame: pl.DataFrame
    name: str = _NAME

    @property
    def headers(self) -> tuple[str, ...]:
        return tuple(self.frame.columns)

    @property
    def header(self) -> Place:
        return Place(self.name, 0, 0)

    @property
    def types(self) -> Mapping[str, pl.DataType]:
        return self.frame.schema

    @property
    def has_bom(self) -> bool:
        return False

    @property
    def total_work(self) -> int:
        return self.frame.height

    def batches(self) -> Iterator[Batch]:
        yield Batch(self.frame, RowPlaces(self.name, -1), self.frame.height)

    def close(self) -> None:
        """Nothing is held open."""

    def describe_cell(self, header: str, place: Place) -> Words:
        return Words(f"rij {place.line}, `{header}`", f"row {place.line}, `{header}`")


@frozen
class ScreenedFrame:
    """
    A frame with the columns of screening, the counts, and the problems of unreadable cells by row.

    `columns` maps each column that was used to its fact. `absent` are facts that the step needs and no column holds;
    they are unknown in all rows.
    """

    frame: pl.DataFrame
    tally: Tally
    bad: Mapping[int, tuple[Trouble, ...]]
    columns: Mapping[str, str]
    absent: tuple[str, ...]


def screen(
    procedure: HasMachine | Machine,
    frame: pl.DataFrame,
    step: str | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    formats: Formats | None = None,
    language: Language = "en",
    plain: bool = True,
    prefix: str = "screening",
    with_reasons: bool = True,
) -> ScreenedFrame:
    """
    Screen each row of a frame of candidates for one step.

    A column holds the fact whose name or label is its header, or the fact that `columns` maps it to; other columns are
    unchanged. A null is unknown. Text is read as `formats` declare. The columns added are `PREFIX.result` (passed,
    failed, exempt, waits, undecided, refused), `.state`, `.missing` and `.reason`; with `plain` false the first three
    are in words. A row with an unreadable cell is `refused`, and `bad` has the problem.

    Args:
        step: the name of the step; by default the one step from the initial state.

    Raises:
        TableError: the columns cannot be used as requested.
        UsageError: there is no such step.
    """
    machine = procedure if isinstance(procedure, Machine) else procedure.machine
    source = FrameSource(frame)
    check_headers(source.headers, lambda _: source.header)
    screening = prepare(
        source,
        machine,
        find_step(machine, step),
        mapping=tuple((columns or {}).items()),
        formats=formats,
        language=language,
        plain=plain,
        prefix=prefix,
        with_reasons=with_reasons,
    )
    (batch,) = source.batches()
    screened, tally = screening.screen(batch), Tally()
    tally.add(screening, screened)
    used = {use.header: use.fact for use in screening.matched.uses}
    return ScreenedFrame(screened.frame, tally, screened.bad, used, screening.matched.absent)
