"""The reader of parquet, in batches; polars skips the rows before a slice."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl
from attrs import frozen

from procedures.screening.files.source import BATCH, Batch, check_headers, without_blank_rows
from procedures.screening.problems import TableError, make_trouble
from rules.problems import Place
from rules.words import Words


@frozen
class ParquetSource:
    """A parquet file; rows are numbered from 1."""

    name: str
    headers: tuple[str, ...]
    header: Place
    total_work: int
    types: Mapping[str, pl.DataType]
    _table: pl.LazyFrame
    has_bom: bool = False

    def batches(self) -> Iterator[Batch]:
        for start in range(0, self.total_work, BATCH):
            frame = self._table.slice(start, BATCH).collect()
            batch = Batch(frame, RowPlaces(self.name, start), min(start + BATCH, self.total_work))
            yield without_blank_rows(batch)

    def close(self) -> None:
        """No file is held open."""

    def describe_cell(self, header: str, place: Place) -> Words:
        return Words(f"rij {place.line}, `{header}`", f"row {place.line}, `{header}`")


@frozen
class RowPlaces:
    """The places of cells in a table without lines: the number of the row and of the column."""

    name: str
    before: int

    def __call__(self, row: int, column: int) -> Place:
        return Place(self.name, self.before + row + 1, column + 1)


def open_parquet(path: Path) -> ParquetSource:
    """Open a parquet file; raises TableError where the file is not parquet."""
    start = Place(str(path), 1, 1)
    try:
        table = pl.scan_parquet(path, glob=False)
        schema = table.collect_schema()
        total = table.select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, OSError):
        raise TableError([make_trouble("not parquet", start)]) from None
    headers = tuple(schema)
    if not headers:
        raise TableError([make_trouble("empty", start)])
    check_headers(headers, lambda index: Place(str(path), 1, index + 1))
    return ParquetSource(str(path), headers, start, total, schema, table)
