"""The faults of a table: equal faults of one column are told once, with their number and their first lines."""

from typing import Final

import polars as pl
from attrs import define, field

from procedures.screening.problems import Trouble, make_sentence
from procedures.screening.refusals import FaultyColumn, RefusedRows
from rules.problems import Problem
from rules.words import Language, Words

MOST_FAULTS: Final = 10_000
"""The most different faults that are kept; of others only the cells are counted."""
_FIRST: Final = 5
"""The most lines that are told of a fault."""


@define
class EqualFaults:
    """The first of equal faults as a problem, how many cells have it, and the lines of the first of these."""

    first: Trouble
    count: int = 0
    lines: list[int] = field(factory=list)

    def problem(self, language: Language) -> Problem:
        """The problem in one language, with the number of cells where there are several."""
        if self.count == 1:
            return self.first.problem(language)
        lines = ", ".join(str(line) for line in self.lines) + (", …" if self.count > len(self.lines) else "")
        words = make_sentence("equal", what=self.first.words, n=f"{self.count:,}", lines=lines)
        return Trouble(words, self.first.place, self.first.hint).problem(language)


@define
class Faults:
    """The faults of all batches so far."""

    count: int = 0
    _found: dict[tuple[str | None, Words], EqualFaults] = field(factory=dict)

    def add(self, refused: RefusedRows) -> None:
        """Count the faults of a batch."""
        self.count += refused.fault_count
        for column in refused.columns:
            rows = pl.DataFrame({"code": column.codes, "row": pl.int_range(len(column.codes), eager=True)})
            equal = rows.drop_nulls().group_by("code", maintain_order=True)
            for code, count, first in equal.agg(count=pl.len(), first=pl.col("row").head(_FIRST)).iter_rows():
                self._add(refused, column, code, count, first)

    def _add(self, refused: RefusedRows, column: FaultyColumn, code: int, count: int, rows: list[int]) -> None:
        key = (column.header, column.faults[code].words)
        equal = self._found.get(key)
        if equal is None:
            if len(self._found) >= MOST_FAULTS:
                return
            equal = self._found[key] = EqualFaults(refused.make_trouble(column, code, rows[0]))
        equal.count += count
        equal.lines += [refused.place_of(row, 0).line for row in rows[: _FIRST - len(equal.lines)]]

    def in_order(self) -> list[EqualFaults]:
        """The different faults, in the order of the first of each."""
        return sorted(self._found.values(), key=_order)


def _order(equal: EqualFaults) -> tuple[int, int]:
    place = equal.first.place
    return (place.line, place.column) if place is not None else (0, 0)
