"""Tables written batch by batch to a file beside the one that is wanted, which takes its name when all is there."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, Protocol, TypeAlias

import polars as pl
from attrs import define, field

from procedures.screening.files.source import NESTED, refuse
from procedures.screening.formats import Formats
from procedures.screening.problems import TableError, trouble
from rules.problems import Place


class Sink(Protocol):
    """Somewhere batches go, all with the same columns."""

    def write(self, frame: pl.DataFrame) -> None: ...

    def close(self) -> None:
        """All is written."""

    def discard(self) -> None:
        """Let go of what is open, and of what was put aside on the way; also after `close`."""


@define
class CsvSink:
    """Csv: cells that came as text go out as they came."""

    stream: BinaryIO
    separator: str = ","
    decimal_comma: bool = False
    marked: bool = False
    _begun: bool = False

    def write(self, frame: pl.DataFrame) -> None:
        text = frame.with_columns(_as_csv(column) for column in frame).write_csv(
            include_header=not self._begun,
            include_bom=self.marked and not self._begun,
            separator=self.separator,
            decimal_comma=self.decimal_comma and self.separator != ",",
        )
        self.stream.write(text.encode())
        self._begun = True

    def close(self) -> None:
        self.stream.flush()

    def discard(self) -> None:
        self.stream.close()


def _as_csv(column: pl.Series) -> pl.Series:
    if column.dtype == pl.Object:
        return mixed_as_text(column)
    if isinstance(column.dtype, pl.Duration):
        return mixed_as_text(column)  # polars writes none to csv
    # An empty cell is written as nothing, not as two quotes.
    return column.set(column == "", None) if column.dtype == pl.String else column


def mixed_as_text(column: pl.Series) -> pl.Series:
    """A column of several types as text."""
    cells = [None if cell is None else _text(cell) for cell in column.to_list()]
    return pl.Series(column.name, cells, dtype=pl.String)


def _text(cell: object) -> str:
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


@define
class ParquetSink:
    """Parquet: a part for each batch, put together at the end, so that memory does not grow."""

    path: Path
    _parts: list[Path] = field(factory=list)

    def write(self, frame: pl.DataFrame) -> None:
        part = self.path.with_name(f"{self.path.name}.{len(self._parts)}")
        self._parts.append(part)
        frame = frame.with_columns(mixed_as_text(column) for column in frame if column.dtype == pl.Object)
        frame.write_parquet(part)

    def close(self) -> None:
        pl.scan_parquet(self._parts, glob=False).sink_parquet(self.path)

    def discard(self) -> None:
        for part in self._parts:
            part.unlink(missing_ok=True)


Making: TypeAlias = Callable[[Path, Formats, bool], Sink]


def csv_sink(stream: BinaryIO, formats: Formats, marked: bool) -> CsvSink:
    """Csv as it was declared: what is written reads back under the same formats."""
    return CsvSink(stream, formats.separator, formats.decimal == "comma", marked)


def _csv(path: Path, formats: Formats, marked: bool) -> Sink:
    return csv_sink(path.open("wb"), formats, marked)


def _parquet(path: Path, _formats: Formats, _marked: bool) -> Sink:
    return ParquetSink(path)


def _xlsx(path: Path, _formats: Formats, _marked: bool) -> Sink:
    from procedures.screening.files.xlsx_writer import XlsxSink

    return XlsxSink(path)


SINKS: Final[Mapping[str, Making]] = {".csv": _csv, ".xlsx": _xlsx, ".parquet": _parquet}


@contextmanager
def writing(
    target: Path, types: Mapping[str, pl.DataType], formats: Formats | None = None, *, marked: bool = False
) -> Iterator[Sink]:
    """
    A sink for a file, by its ending; the file is there when all is written, and as it was when anything goes wrong.

    `types` are those of the columns that are passed through: what the file cannot hold is told before anything is
    written. Raises TableError.
    """
    ending = target.suffix.lower()
    place = Place(str(target), 1, 1)
    if ending not in SINKS:
        raise TableError([trouble("ending", place, file=f"`{target.name}`", known=_known())])
    if ending != ".parquet":
        nested = [name for name, dtype in types.items() if isinstance(dtype, NESTED)]
        refuse(trouble("in csv", place, header=f"`{name}`", ending=ending) for name in nested)
    real = target.resolve()
    partial = real.with_name(f".{real.name}.{os.getpid()}.partial")
    sink: Sink | None = None
    try:
        partial.touch()  # whether a file can be written here is known before anything is read
        sink = SINKS[ending](partial, formats or Formats(), marked)
        yield sink
        sink.close()
        sink.discard()
        partial.replace(real)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise TableError([trouble("unwritable", place, file=f"`{target.name}`", why=why)]) from error
    finally:
        with suppress(OSError):
            if sink is not None:
                sink.discard()
            partial.unlink(missing_ok=True)


def _known() -> str:
    return ", ".join(f"`{ending}`" for ending in SINKS)
