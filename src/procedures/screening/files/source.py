"""What every reader of tables gives: headers, and batches of rows that know where each cell stands."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

import polars as pl
from attrs import field, frozen

from procedures.screening.problems import TableError, Trouble, trouble
from rules.problems import Place
from rules.words import Words

BATCH: Final = 65_536
"""How many rows are in hand at once: enough that work on columns pays, few enough that memory does not grow."""

NESTED: Final = (pl.List, pl.Array, pl.Struct, pl.Binary)
"""Types of columns whose cells are no single values."""


@frozen
class Batch:
    """
    Some rows of a table as they came: text where the file holds text, else the types it has.

    A column in which a spreadsheet mixes types has the type Object. `where` tells the place of a cell by its row in
    the batch and its column in the table; `ragged` holds rows that could not be cut into cells; `done` counts the
    work done so far, in the unit of the source.
    """

    frame: pl.DataFrame
    where: Callable[[int, int], Place]
    done: int
    ragged: Mapping[int, Trouble] = field(factory=dict)


class Source(Protocol):
    """A table that is read once, from front to back."""

    @property
    def name(self) -> str:
        """What to call the file in messages."""

    @property
    def headers(self) -> tuple[str, ...]: ...

    @property
    def header(self) -> Place:
        """Where the headers stand."""

    @property
    def types(self) -> Mapping[str, pl.DataType]:
        """The types of the columns."""

    @property
    def marked(self) -> bool:
        """Whether csv made of it begins with the mark by which spreadsheets know UTF-8."""

    @property
    def total(self) -> int:
        """How much work there is, in the unit of `Batch.done`; 0 where that cannot be told."""

    def batches(self) -> Iterator[Batch]: ...

    def close(self) -> None:
        """Let go of the file."""

    def cell_words(self, header: str, place: Place) -> Words:
        """What people call a cell."""


def check_headers(headers: Sequence[str], where: Callable[[int], Place]) -> None:
    """Raise TableError where a column has no header, or two have the same."""
    troubles = []
    for index, header in enumerate(headers):
        if not header.strip():
            troubles.append(trouble("no header", where(index), n=index + 1))
        elif header.strip() in [other.strip() for other in headers[:index]]:
            troubles.append(trouble("twice", where(index), header=f"`{header.strip()}`"))
    refuse(troubles)


def refuse(troubles: Iterable[Trouble]) -> None:
    """Raise TableError where there is any trouble."""
    found = tuple(troubles)
    if found:
        raise TableError(found)
