"""The refused rows of a batch: each different fault is worded once, however many rows have it.

A batch may hold tens of thousands of refused cells. So a column of cells has one column of numbers, each that of a
fault, and a `Trouble` with its place is made only for the rows that are asked for.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, reduce

import polars as pl
from attrs import field, frozen

from procedures.screening.problems import Trouble, make_sentence
from rules.problems import Place
from rules.words import Language, Words


@frozen
class Fault:
    """What is wrong with a cell or a row, without its place."""

    words: Words
    hint: Words = field(factory=Words)

    def text(self, language: Language) -> str:
        """The sentence with its help in brackets."""
        hint = self.hint.in_language(language)
        return self.words.in_language(language) + (f" ({hint})" if hint else "")


@frozen
class FaultyColumn:
    """The faults of the cells of a column, or of whole rows where `header` is None; a null code is no fault."""

    header: str | None
    index: int
    codes: pl.Series
    faults: Sequence[Fault]

    def make_texts(self, language: Language) -> pl.Series:
        """The faults of each row in words; null for a row without one."""
        before = f"`{self.header}`: " if self.header is not None else ""
        texts = pl.Series([before + fault.text(language) for fault in self.faults], dtype=pl.String)
        return texts.gather(self.codes)  # a null code gives a null


@frozen(slots=False)
class RefusedRows(Mapping[int, tuple[Trouble, ...]]):
    """The refused rows of a batch by their numbers, with their problems in the order of the columns."""

    height: int
    columns: tuple[FaultyColumn, ...]
    place_of: Callable[[int, int], Place]
    describe_cell: Callable[[str, Place], Words]

    def __getitem__(self, row: int) -> tuple[Trouble, ...]:
        if not (0 <= row < self.height and self.flags[row]):
            raise KeyError(row)
        codes = ((column, column.codes[row]) for column in self.columns)
        return tuple(self.make_trouble(column, code, row) for column, code in codes if code is not None)

    def __iter__(self) -> Iterator[int]:
        return iter(self.flags.arg_true().to_list())

    def __len__(self) -> int:
        return int(self.flags.sum())

    @cached_property
    def flags(self) -> pl.Series:
        """Of each row whether it is refused."""
        none = pl.Series([False]).new_from_index(0, self.height)
        return reduce(lambda found, column: found | column.codes.is_not_null(), self.columns, none)

    @property
    def fault_count(self) -> int:
        """The number of refused cells, and of rows that are refused as a whole."""
        return sum(column.codes.len() - column.codes.null_count() for column in self.columns)

    def make_trouble(self, column: FaultyColumn, code: int, row: int) -> Trouble:
        """The problem of one row, with its place."""
        fault, place = column.faults[code], self.place_of(row, column.index)
        if column.header is None:
            return Trouble(fault.words, place, fault.hint)
        cell = self.describe_cell(column.header, place)
        return Trouble(make_sentence("cell", cell=cell, what=fault.words), place, fault.hint)

    def make_texts(self, language: Language) -> pl.Series:
        """The problems of each row in words; null for a row that is not refused."""
        if not self.columns:
            return pl.Series("problems", [None] * self.height, dtype=pl.String)
        texts = pl.DataFrame(
            [column.make_texts(language).alias(str(number)) for number, column in enumerate(self.columns)]
        )
        joined = pl.concat_str(pl.all(), separator="; ", ignore_nulls=True)
        return texts.select(pl.when(~pl.all_horizontal(pl.all().is_null())).then(joined).alias("problems"))["problems"]


@frozen
class RefusedTable(Mapping[int, tuple[Trouble, ...]]):
    """The refused rows of all batches of a table together, by their numbers in the table."""

    parts: tuple[RefusedRows, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, parts: Sequence[RefusedRows]) -> "RefusedTable":
        starts = [0]
        for part in parts:
            starts.append(starts[-1] + part.height)
        return cls(tuple(parts), tuple(starts[:-1]))

    def __getitem__(self, row: int) -> tuple[Trouble, ...]:
        number = bisect_right(self.starts, row) - 1
        if number < 0:
            raise KeyError(row)
        return self.parts[number][row - self.starts[number]]

    def __iter__(self) -> Iterator[int]:
        return (start + row for part, start in zip(self.parts, self.starts, strict=True) for row in part)

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def make_texts(self, language: Language) -> pl.Series:
        """The problems of each row in words; null for a row that is not refused."""
        nothing = pl.Series("problems", [], dtype=pl.String)
        return pl.concat([nothing, *(part.make_texts(language) for part in self.parts)])
