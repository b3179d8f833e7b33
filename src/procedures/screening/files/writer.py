"""Writers of tables, batch by batch to a temporary file beside the target, which is renamed when all is written."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, Protocol, TypeAlias

import polars as pl
from attrs import define, field

from procedures.screening.files.csv_formulas import disarm_column, disarm_headers
from procedures.screening.files.source import NESTED, raise_troubles
from procedures.screening.formats import Formats
from procedures.screening.problems import TableError, make_trouble
from rules.problems import Place


class Sink(Protocol):
    """A target of batches, all with the same columns."""

    def write(self, frame: pl.DataFrame) -> None: ...

    def close(self) -> None:
        """Finish writing."""

    def discard(self) -> None:
        """Close what is open and remove temporary files; also called after `close`."""


@define
class CsvSink:
    """A sink of csv; cells that are text are written unchanged, unless they would be formulas."""

    stream: BinaryIO
    separator: str = ","
    decimal_comma: bool = False
    has_bom: bool = False
    _has_header: bool = False

    def write(self, frame: pl.DataFrame) -> None:
        text = disarm_headers(frame.with_columns(_prepare_csv(column) for column in frame)).write_csv(
            include_header=not self._has_header,
            include_bom=self.has_bom and not self._has_header,
            separator=self.separator,
            decimal_comma=self.decimal_comma and self.separator != ",",
        )
        self.stream.write(text.encode())
        self._has_header = True

    def close(self) -> None:
        self.stream.flush()

    def discard(self) -> None:
        self.stream.close()


def _prepare_csv(column: pl.Series) -> pl.Series:
    if column.dtype == pl.Object or isinstance(column.dtype, pl.Duration):  # polars writes neither to csv
        column = convert_to_text(column)
    if column.dtype in (pl.Categorical, pl.Enum):
        column = column.cast(pl.String)
    if column.dtype != pl.String:
        return column
    return disarm_column(column.set(column == "", None))  # an empty cell is written without quotes


def convert_to_text(column: pl.Series) -> pl.Series:
    """A column of several types as text."""
    cells = [None if cell is None else _cell_text(cell) for cell in column.to_list()]
    return pl.Series(column.name, cells, dtype=pl.String)


def _cell_text(cell: object) -> str:
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


@define
class ParquetSink:
    """A sink of parquet: one part for each batch, joined at the end, so that memory does not grow."""

    path: Path
    _parts: list[Path] = field(factory=list)

    def write(self, frame: pl.DataFrame) -> None:
        part = self.path.with_name(f"{self.path.name}.{len(self._parts)}")
        self._parts.append(part)
        frame = frame.with_columns(convert_to_text(column) for column in frame if column.dtype == pl.Object)
        frame.write_parquet(part)

    def close(self) -> None:
        pl.scan_parquet(self._parts, glob=False).sink_parquet(self.path)

    def discard(self) -> None:
        for part in self._parts:
            part.unlink(missing_ok=True)


SinkFactory: TypeAlias = Callable[[Path, Formats, bool], Sink]


def csv_sink(stream: BinaryIO, formats: Formats, marked: bool) -> CsvSink:
    """A sink of csv in the declared formats, so that the file can be read under the same formats."""
    return CsvSink(stream, formats.separator, formats.decimal == "comma", marked)


def _csv_file(path: Path, formats: Formats, marked: bool) -> Sink:
    return csv_sink(path.open("wb"), formats, marked)


def _parquet_file(path: Path, _formats: Formats, _marked: bool) -> Sink:
    return ParquetSink(path)


def _xlsx_file(path: Path, _formats: Formats, _marked: bool) -> Sink:
    from procedures.screening.files.xlsx_writer import XlsxSink

    return XlsxSink(path)


SINKS: Final[Mapping[str, SinkFactory]] = {".csv": _csv_file, ".xlsx": _xlsx_file, ".parquet": _parquet_file}


@contextmanager
def open_writer(
    target: Path, types: Mapping[str, pl.DataType], formats: Formats | None = None, *, marked: bool = False
) -> Iterator[Sink]:
    """
    Open a sink for a file, by its ending; the file appears when all is written, and is unchanged after an error.

    `types` are those of the columns that are passed through.

    Raises:
        TableError: the ending is unknown, the file cannot hold the types (raised before writing), or writing fails.
    """
    ending = target.suffix.lower()
    place = Place(str(target), 1, 1)
    if ending not in SINKS:
        raise TableError([make_trouble("ending", place, file=f"`{target.name}`", known=_list_endings())])
    if ending != ".parquet":
        nested = [name for name, dtype in types.items() if isinstance(dtype, NESTED)]
        raise_troubles(make_trouble("in csv", place, header=f"`{name}`", ending=ending) for name in nested)
    real = target.resolve()
    partial = real.with_name(f".{real.name}.{os.getpid()}.partial")
    sink: Sink | None = None
    try:
        partial.touch()  # fails early where no file can be written here
        sink = SINKS[ending](partial, formats or Formats(), marked)
        yield sink
        sink.close()
        sink.discard()
        partial.replace(real)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise TableError([make_trouble("unwritable", place, file=f"`{target.name}`", why=why)]) from error
    finally:
        with suppress(OSError):
            if sink is not None:
                sink.discard()
            partial.unlink(missing_ok=True)


def _list_endings() -> str:
    return ", ".join(f"`{ending}`" for ending in SINKS)
