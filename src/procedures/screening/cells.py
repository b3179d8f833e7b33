"""A batch as it came to encoded facts: every cell read by its kind under the declared formats, bad cells told."""

import polars as pl
from attrs import frozen

from procedures.screening.files.source import Batch, Source
from procedures.screening.formats import Formats
from procedures.screening.headers import Matched
from procedures.screening.problems import Trouble, sentence
from rules.columns import encode_column
from rules.facts import Declared
from rules.kinds import FactError, Kind, Value


@frozen
class Read:
    """
    The facts of a batch, encoded, a column each, called by their full names; a null is not known.

    `bad` holds for each row that has any the cells that could not be read, in the order of the columns.
    """

    table: pl.DataFrame
    bad: dict[int, tuple[Trouble, ...]]


def read(batch: Batch, matched: Matched, declared: Declared, formats: Formats, source: Source) -> Read:
    """The facts of a batch; nothing is raised for bad cells."""
    columns: list[pl.Series] = []
    bad: dict[int, tuple[Trouble, ...]] = {row: (trouble,) for row, trouble in batch.ragged.items()}
    order = {header: index for index, header in enumerate(source.headers)}
    for use in matched.uses:
        kind = declared.facts[use.fact].kind
        column, wrong = _read_column(batch.frame[use.header], kind, formats)
        columns.append(column.alias(use.fact))
        for row, error in wrong:
            if row in batch.ragged:  # its cells may stand in any column
                continue
            place = batch.where(row, order[use.header])
            words = sentence("cell", cell=source.cell_words(use.header, place), what=error.words)
            bad[row] = (*bad.get(row, ()), Trouble(words, place, error.hint))
    table = pl.DataFrame(columns) if columns else pl.DataFrame({"": pl.Series([None] * batch.frame.height)})
    return Read(table, dict(sorted(bad.items())))


def _read_column(column: pl.Series, kind: Kind, formats: Formats) -> tuple[pl.Series, list[tuple[int, FactError]]]:
    """One column as its kind reads it, and what is wrong in which row."""
    if column.dtype == pl.Object:
        return _read_mixed(column, kind, formats)
    if column.dtype == pl.String:
        text = column.str.strip_chars()
        column = text.set(text.is_in(["", *formats.unknown]), None)
    elif isinstance(column.dtype, pl.Categorical | pl.Enum):
        return _read_column(column.cast(pl.String), kind, formats)
    encoded, bad = encode_column(column, kind, lambda raw: formats.take(kind, raw))
    return encoded, [(cell.row, cell.error) for cell in bad]


def _read_mixed(column: pl.Series, kind: Kind, formats: Formats) -> tuple[pl.Series, list[tuple[int, FactError]]]:
    """A column of several types: 1, 1.0 and true are equal to Python, and not the same cell."""
    numbers: dict[tuple[type, object], int] = {}
    codes: list[int | None] = []
    for cell in column.to_list():
        known = not formats.is_unknown(cell)
        codes.append(numbers.setdefault((type(cell), cell), len(numbers)) if known else None)
    cells = [cell for _, cell in numbers]

    def take(code: object) -> Value:
        return formats.take(kind, cells[int(code)])  # type: ignore[call-overload]  # the codes are ints

    encoded, bad = encode_column(pl.Series(column.name, codes, dtype=pl.UInt32), kind, take)
    return encoded, [(cell.row, cell.error) for cell in bad]
