"""Parquet in batches: the door to it is polars, which skips what comes before a slice."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl
from attrs import frozen

from procedures.screening.files.source import BATCH, Batch, check_headers
from procedures.screening.problems import TableError, trouble
from rules.problems import Place
from rules.words import Words


@frozen
class ParquetSource:
    """A parquet file; rows count from 1."""

    name: str
    headers: tuple[str, ...]
    header: Place
    total: int
    types: Mapping[str, pl.DataType]
    _table: pl.LazyFrame
    marked: bool = False

    def batches(self) -> Iterator[Batch]:
        for start in range(0, self.total, BATCH):
            frame = self._table.slice(start, BATCH).collect()
            yield Batch(frame, RowPlaces(self.name, start), min(start + BATCH, self.total))

    def close(self) -> None:
        """Nothing is held open."""

    def cell_words(self, header: str, place: Place) -> Words:
        return Words(f"rij {place.line}, `{header}`", f"row {place.line}, `{header}`")


@frozen
class RowPlaces:
    """Where cells stand in a table without lines: the number of the row, and that of the column."""

    name: str
    before: int

    def __call__(self, row: int, column: int) -> Place:
        return Place(self.name, self.before + row + 1, column + 1)


def open_parquet(path: Path) -> ParquetSource:
    """Open a parquet file; raises TableError where it is none."""
    start = Place(str(path), 1, 1)
    try:
        table = pl.scan_parquet(path, glob=False)
        schema = table.collect_schema()
        total = table.select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, OSError):
        raise TableError([trouble("not parquet", start)]) from None
    headers = tuple(schema)
    if not headers:
        raise TableError([trouble("empty", start)])
    check_headers(headers, lambda index: Place(str(path), 1, index + 1))
    return ParquetSource(str(path), headers, start, total, schema, table)
