"""Encoding of a batch: each cell is read by the kind of its fact under the declared formats, or reported as bad."""

import polars as pl
from attrs import frozen

from procedures.screening.files.source import Batch, Source
from procedures.screening.formats import Formats
from procedures.screening.headers import MatchedColumns
from procedures.screening.problems import Trouble, make_sentence
from rules.columns import encode_column
from rules.facts import Declared
from rules.kinds import FactError, Kind, Value


@frozen
class ReadBatch:
    """
    The encoded facts of a batch, one column each, by their full names; a null is unknown.

    `bad` has for each row with unreadable cells the problems of those cells, in the order of the columns.
    """

    table: pl.DataFrame
    bad: dict[int, tuple[Trouble, ...]]


def read_batch(
    batch: Batch, matched: MatchedColumns, declared: Declared, formats: Formats, source: Source
) -> ReadBatch:
    """The facts of a batch; a bad cell raises no error."""
    columns: list[pl.Series] = []
    bad: dict[int, tuple[Trouble, ...]] = {row: (trouble,) for row, trouble in batch.ragged.items()}
    order = {header: index for index, header in enumerate(source.headers)}
    for use in matched.uses:
        kind = declared.facts[use.fact].kind
        column, wrong = _read_column(batch.frame[use.header], kind, formats)
        columns.append(column.alias(use.fact))
        for row, error in wrong:
            if row in batch.ragged:  # the columns of its cells are uncertain
                continue
            place = batch.place_of(row, order[use.header])
            message = make_sentence("cell", cell=source.describe_cell(use.header, place), what=error.words)
            bad[row] = (*bad.get(row, ()), Trouble(message, place, error.hint))
    table = pl.DataFrame(columns) if columns else pl.DataFrame({"": pl.Series([None] * batch.frame.height)})
    return ReadBatch(table, dict(sorted(bad.items())))


def _read_column(column: pl.Series, kind: Kind, formats: Formats) -> tuple[pl.Series, list[tuple[int, FactError]]]:
    """One column as its kind reads it, and the errors with their rows."""
    if column.dtype == pl.Object:
        return _read_mixed(column, kind, formats)
    if column.dtype == pl.String:
        text = column.str.strip_chars()
        column = text.set(text.is_in(["", *formats.unknown]), None)
    elif isinstance(column.dtype, pl.Categorical | pl.Enum):
        return _read_column(column.cast(pl.String), kind, formats)
    encoded, bad = encode_column(column, kind, lambda raw: formats.read_cell(kind, raw))
    return encoded, [(cell.row, cell.error) for cell in bad]


def _read_mixed(column: pl.Series, kind: Kind, formats: Formats) -> tuple[pl.Series, list[tuple[int, FactError]]]:
    """A column of several types: 1, 1.0 and true are equal in Python, but are different cells."""
    numbers: dict[tuple[type, object], int] = {}
    codes: list[int | None] = []
    for cell in column.to_list():
        known = not formats.is_unknown(cell)
        codes.append(numbers.setdefault((type(cell), cell), len(numbers)) if known else None)
    cells = [cell for _, cell in numbers]

    def read_code(code: object) -> Value:
        return formats.read_cell(kind, cells[int(code)])  # type: ignore[call-overload]  # the codes are ints

    encoded, bad = encode_column(pl.Series(column.name, codes, dtype=pl.UInt32), kind, read_code)
    return encoded, [(cell.row, cell.error) for cell in bad]
