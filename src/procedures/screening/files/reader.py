"""Opening of a file of candidates by its ending: csv, xlsx or parquet."""

from pathlib import Path
from typing import BinaryIO, Final

from procedures.screening.files.csv_reader import open_csv
from procedures.screening.files.header_rows import check_named_row
from procedures.screening.files.parquet_reader import open_parquet
from procedures.screening.files.source import Source
from procedures.screening.formats import Formats
from procedures.screening.problems import TableError, make_trouble
from rules.problems import Place

ENDINGS: Final = (".csv", ".xlsx", ".parquet")


def open_table(
    file: Path | BinaryIO, formats: Formats, sheet: str | None = None, header_row: int | None = None
) -> Source:
    """
    Open a file of candidates, or a stream of csv, at its first row; `header_row` is the line of the headers.

    Raises:
        TableError: the file cannot be read, or its format is not that of its ending.
    """
    if not isinstance(file, Path):
        check_named_row(header_row, ".csv", Place("<stdin>", 1, 1))
        return open_csv(file, formats, header_row=header_row)
    place, ending = Place(str(file), 1, 1), file.suffix.lower()
    try:
        if not file.is_fifo():  # a pipe can be opened and read once only
            with file.open("rb"):
                pass
    except OSError as error:
        raise TableError([make_trouble("unreadable", place, why=(error.strerror or str(error)).lower())]) from None
    except ValueError:
        raise TableError([make_trouble("null character", place)]) from None
    if ending not in ENDINGS:
        known = ", ".join(f"`{each}`" for each in ENDINGS)
        raise TableError([make_trouble("ending", place, file=f"`{file.name}`", known=known)])
    if ending != ".xlsx" and sheet is not None:
        raise TableError([make_trouble("sheet of", place, ending=ending)])
    check_named_row(header_row, ending, place)
    if ending == ".csv":
        return open_csv(file, formats, header_row=header_row)
    if ending == ".parquet":
        return open_parquet(file)
    from procedures.screening.files.xlsx_reader import open_xlsx  # imports the packages for workbooks only where needed

    return open_xlsx(file, sheet, header_row)
