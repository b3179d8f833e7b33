"""Encoding of a batch: each cell is read by the kind of its fact under the declared formats, or refused."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

import polars as pl
from attrs import define, field, frozen

from procedures.screening.files.source import Batch, Source
from procedures.screening.formats import Formats
from procedures.screening.headers import MatchedColumns
from procedures.screening.problems import make_hint, make_sentence
from procedures.screening.refusals import Fault, FaultyColumn, RefusedRows
from procedures.screening.totals import find_totals
from rules.columns import encode_column
from rules.facts import Declared
from rules.kinds import FactError, Kind, Value

_MOST_TOLD: Final = 1_000
"""The most different faulty values of a column that are told; a column with more of them holds something else."""
_UNTOLD: Final = Fault(make_sentence("untold", n=f"{_MOST_TOLD:,}"))
_TOTAL: Final = Fault(make_sentence("total"), make_hint("total"))


@frozen
class ReadBatch:
    """
    The encoded facts of a batch, one column each, by their full names; a null is unknown.

    `refused` has the rows with unreadable cells and the problems of those cells.
    """

    table: pl.DataFrame
    refused: RefusedRows


@define
class CellReader:
    """Reads the batches of one table."""

    matched: MatchedColumns
    declared: Declared
    formats: Formats
    source: Source
    _told: Counter[str] = field(factory=Counter)

    def read(self, batch: Batch) -> ReadBatch:
        """The facts of a batch; a bad cell raises no error."""
        order = {header: index for index, header in enumerate(self.source.headers)}
        rows = _find_faulty_rows(batch)
        columns: list[pl.Series] = []
        faulty = [] if rows is None else [rows]
        for use in self.matched.uses:
            kind = self.declared.facts[use.fact].kind
            column, codes, values = self._read_column(batch.frame[use.header], kind)
            columns.append(column.alias(use.fact))
            if codes is None:
                continue
            if rows is not None:  # the columns of the cells of such a row are uncertain
                codes = codes.set(rows.codes.is_not_null(), None)
            codes, faults = self._find_faults(use.header, codes, values, kind)
            faulty.append(FaultyColumn(use.header, order[use.header], codes, faults))
        table = pl.DataFrame(columns) if columns else pl.DataFrame({"": pl.Series([None] * batch.frame.height)})
        refused = RefusedRows(batch.frame.height, tuple(faulty), batch.place_of, self.source.describe_cell)
        return ReadBatch(table, refused)

    def _find_faults(
        self, header: str, codes: pl.Series, values: Sequence[object], kind: Kind
    ) -> tuple[pl.Series, list[Fault]]:
        """The faults, and their codes for each row, from the codes of faulty values; the first of a column are told."""
        told = codes.drop_nulls().unique(maintain_order=True).head(_MOST_TOLD - self._told[header])
        self._told[header] += len(told)
        faults = [self._make_fault(kind, values[code]) for code in told]
        new = pl.DataFrame({"code": told, "new": pl.int_range(len(told), dtype=pl.UInt32, eager=True)})
        every = pl.DataFrame({"code": codes}).join(new, on="code", how="left", maintain_order="left")["new"]
        untold = codes.is_not_null() & every.is_null()
        return every.set(untold, len(told)), [*faults, _UNTOLD]

    def _make_fault(self, kind: Kind, raw: object) -> Fault:
        try:
            self.formats.read_cell(kind, raw)
        except FactError as error:
            return Fault(error.words, error.hint)
        raise AssertionError("the cell could not be read")

    def _read_column(self, column: pl.Series, kind: Kind) -> tuple[pl.Series, pl.Series | None, Sequence[object]]:
        """A column as its kind reads it; for each row the code of a faulty value, and these values by code."""
        if column.dtype == pl.Object:
            return self._read_mixed(column, kind)
        if column.dtype == pl.String:
            text = column.str.strip_chars()
            column = text.set(text.is_in(["", *self.formats.unknown]), None)
        elif isinstance(column.dtype, pl.Categorical | pl.Enum):
            return self._read_column(column.cast(pl.String), kind)
        return _encode(column, kind, lambda raw: self.formats.convert(kind, raw))

    def _read_mixed(self, column: pl.Series, kind: Kind) -> tuple[pl.Series, pl.Series | None, Sequence[object]]:
        """A column of several types: 1, 1.0 and true are equal in Python, but are different cells."""
        numbers: dict[tuple[type, object], int] = {}
        codes: list[int | None] = []
        for cell in column.to_list():
            known = not self.formats.is_unknown(cell)
            codes.append(numbers.setdefault((type(cell), cell), len(numbers)) if known else None)
        cells = [cell for _, cell in numbers]

        def read_code(code: object) -> Value:
            return self.formats.convert(kind, cells[int(code)])  # type: ignore[call-overload]  # the codes are ints

        encoded, faulty, bad = _encode(pl.Series(column.name, codes, dtype=pl.UInt32), kind, read_code)
        return encoded, faulty, [cells[int(code)] for code in bad]  # type: ignore[call-overload]


def _encode(
    column: pl.Series, kind: Kind, read: Callable[[object], Value]
) -> tuple[pl.Series, pl.Series | None, Sequence[object]]:
    """
    An encoded column; for each row the code of a faulty value, or None where there are none; these values by code.

    Errors are not kept: an error holds on to all that was at work when it was raised.
    """
    bad: list[object] = []

    def read_or_refuse(raw: object) -> Value | None:
        try:
            return read(raw)
        except FactError:
            bad.append(raw)
            return None

    encoded, _ = encode_column(column, kind, read_or_refuse)  # type: ignore[arg-type]  # None is null: unknown
    if not bad:
        return encoded, None, ()
    values = pl.Series(bad, dtype=column.dtype)
    faulty = pl.DataFrame({"cell": values, "code": pl.int_range(len(bad), dtype=pl.UInt32, eager=True)})
    codes = pl.DataFrame({"cell": column}).join(faulty, on="cell", how="left", maintain_order="left")["code"]
    return encoded, codes, bad


def _find_faulty_rows(batch: Batch) -> FaultyColumn | None:
    """The rows that are refused as a whole: those with a wrong number of cells, and totals."""
    found = dict.fromkeys(find_totals(batch.frame), _TOTAL)
    found |= {row: Fault(each.words, each.hint) for row, each in batch.ragged.items()}
    if not found:
        return None
    numbers: dict[Fault, int] = {}
    codes = {row: numbers.setdefault(fault, len(numbers)) for row, fault in found.items()}
    column = pl.Series([codes.get(row) for row in range(batch.frame.height)], dtype=pl.UInt32)
    return FaultyColumn(None, 0, column, [*numbers])
