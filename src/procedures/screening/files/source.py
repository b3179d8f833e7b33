"""The protocol of readers of tables: headers, and batches of rows with the place of each cell."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

import polars as pl
from attrs import evolve, field, frozen

from procedures.screening.problems import TableError, Trouble, make_trouble
from rules.problems import Place
from rules.words import Words

BATCH: Final = 65_536
"""The number of rows in a batch: enough for fast work on columns, and few enough to keep memory small."""

_BLANK: Final = r"^[\s\x1c-\x1f]*$"

NESTED: Final = (pl.List, pl.Array, pl.Struct, pl.Binary)
"""Types of columns whose cells are not single values."""


@frozen
class Batch:
    """
    Some unchanged rows of a table: text where the file has text, else the types of the file.

    A column in which a spreadsheet mixes types has the type Object. `place_of` gives the place of a cell by its row in
    the batch and its column in the table. `ragged` has the problems of rows with a wrong number of cells. `work_done`
    is the work done so far, in the unit of the source.
    """

    frame: pl.DataFrame
    place_of: Callable[[int, int], Place]
    work_done: int
    ragged: Mapping[int, Trouble] = field(factory=dict)


class Source(Protocol):
    """A table that is read once, from the first row to the last."""

    @property
    def name(self) -> str:
        """The name of the file in messages."""

    @property
    def headers(self) -> tuple[str, ...]: ...

    @property
    def header(self) -> Place:
        """The place of the headers."""

    @property
    def types(self) -> Mapping[str, pl.DataType]:
        """The types of the columns."""

    @property
    def has_bom(self) -> bool:
        """Whether csv written from this table begins with the UTF-8 byte order mark, which spreadsheets need."""

    @property
    def total_work(self) -> int:
        """The total amount of work, in the unit of `Batch.work_done`; 0 where it is unknown."""

    def batches(self) -> Iterator[Batch]: ...

    def close(self) -> None:
        """Close the file."""

    def describe_cell(self, header: str, place: Place) -> Words:
        """The name of a cell in messages."""


def is_blank(cell: object) -> bool:
    """Whether a cell is empty or holds only spaces."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def without_blank_rows(batch: Batch) -> Batch:
    """The batch without the rows in which every cell is blank; the other rows keep their places."""
    blank = pl.Series([True]).new_from_index(0, batch.frame.height)
    for column in batch.frame:
        blank &= _find_blank(column)
        if not blank.any():
            return batch
    rows = (~blank).arg_true().to_list()
    ragged = {new: batch.ragged[old] for new, old in enumerate(rows) if old in batch.ragged}
    places = batch.place_of
    return evolve(
        batch, frame=batch.frame.filter(~blank), ragged=ragged, place_of=lambda row, column: places(rows[row], column)
    )


def _find_blank(column: pl.Series) -> pl.Series:
    """Of each cell whether it is blank; text is stripped as Python strips it."""
    if column.dtype in (pl.Categorical, pl.Enum):
        column = column.cast(pl.String)
    if column.dtype != pl.String:
        return column.is_null()
    return column.fill_null("").str.contains(_BLANK)


def check_headers(headers: Sequence[str], where: Callable[[int], Place]) -> None:
    """Raise TableError where a column has no header, or two have the same."""
    troubles = []
    for index, header in enumerate(headers):
        if not header.strip():
            troubles.append(make_trouble("no header", where(index), n=index + 1))
        elif header.strip() in [other.strip() for other in headers[:index]]:
            troubles.append(make_trouble("twice", where(index), header=f"`{header.strip()}`"))
    raise_troubles(troubles)


def raise_troubles(troubles: Iterable[Trouble]) -> None:
    """Raise TableError where there are any troubles."""
    found = tuple(troubles)
    if found:
        raise TableError(found)
