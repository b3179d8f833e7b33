"""Screening for analysts: a data frame in, the same frame with what came of each row."""

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl
from attrs import frozen

from procedures.kernel.machine import Machine
from procedures.screening.files.parquet_reader import RowPlaces
from procedures.screening.files.source import Batch, check_headers
from procedures.screening.formats import Formats
from procedures.screening.outcomes import step_named
from procedures.screening.problems import Trouble
from procedures.screening.rows import Tally, prepare
from procedures.selection import Compiled
from rules.problems import Place
from rules.words import Language, Words

_NAME: Final = "<frame>"


@frozen
class FrameSource:
    """A data frame as a table; rows count from 0, as in the frame."""

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
    def marked(self) -> bool:
        return False

    @property
    def total(self) -> int:
        return self.frame.height

    def batches(self) -> Iterator[Batch]:
        yield Batch(self.frame, RowPlaces(self.name, -1), self.frame.height)

    def close(self) -> None:
        """Nothing is held open."""

    def cell_words(self, header: str, place: Place) -> Words:
        return Words(f"rij {place.line}, `{header}`", f"row {place.line}, `{header}`")


@frozen
class ScreenedFrame:
    """
    A frame with its columns added, what was counted, and what was wrong with which cell.

    `columns` tells which column was taken for which fact, `absent` which facts the step asks for without there being
    a column of them: they are not known of anybody.
    """

    frame: pl.DataFrame
    tally: Tally
    bad: Mapping[int, tuple[Trouble, ...]]
    columns: Mapping[str, str]
    absent: tuple[str, ...]


def screen(
    procedure: Compiled | Machine,
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
    How a step goes for each row of a frame of candidates.

    A column is taken for the fact that it is called after, by name or by label, or for the one that `columns` gives
    it; other columns stay as they are. A null is not known. Text is read as `formats` declare. The columns added are
    `PREFIX.result` (passed, failed, exempt, waits, undecided, refused), `.state`, `.missing` and `.reason`; with
    `plain` false the first three are in words. A row with a cell that cannot be read is `refused`, and `bad` tells why.

    Args:
        step: the step, by name; left out, the one that whoever applied meets.

    Raises:
        TableError: the columns cannot be used as they are asked to be.
        UsageError: there is no such step.
    """
    machine = procedure if isinstance(procedure, Machine) else procedure.machine
    source = FrameSource(frame)
    check_headers(source.headers, lambda _: source.header)
    screening = prepare(
        source,
        machine,
        step_named(machine, step),
        mapping=tuple((columns or {}).items()),
        formats=formats,
        language=language,
        plain=plain,
        prefix=prefix,
        with_reasons=with_reasons,
    )
    (batch,) = source.batches()
    screened, tally = screening.take(batch), Tally()
    tally.add(screening, screened)
    used = {use.header: use.fact for use in screening.matched.uses}
    return ScreenedFrame(screened.frame, tally, screened.bad, used, screening.matched.absent)
