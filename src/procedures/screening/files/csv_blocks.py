"""Reading of a block of csv by polars at once, where every line is a row with as many cells as the header.

Other blocks are read record by record; generated tests compare the rows of both ways of reading.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

_QUOTE: Final = ord('"')
_END: Final = ord("\n")


def read_block(text: str, headers: Sequence[str], separator: str) -> pl.DataFrame | None:
    """The rows of a block in which every line is plain; None for any other block."""
    text = text.replace("\r\n", "\n")
    if "\r" in text or "\0" in text:
        return None
    data = text.encode() + (b"" if text.endswith("\n") else b"\n")
    if not _is_plain(np.frombuffer(data, dtype=np.uint8), len(headers), ord(separator)):
        return None
    return pl.read_csv(
        data,
        has_header=False,
        separator=separator,
        quote_char='"',
        schema=dict.fromkeys(headers, pl.String),
        empty_string_is_null=False,
    )


def make_frame(rows: Sequence[Sequence[str]], headers: Sequence[str]) -> pl.DataFrame:
    """A frame of text columns from rows of text."""
    columns = list(zip(*rows, strict=True)) or [()] * len(headers)
    return pl.DataFrame([pl.Series(name, cells, dtype=pl.String) for name, cells in zip(headers, columns, strict=True)])


def _is_plain(signs: np.ndarray, columns: int, separator: int) -> bool:
    """Whether no line is empty, each has `columns` cells, and each quote opens or closes a cell or is doubled."""
    ends = np.flatnonzero(signs == _END)
    separates = signs == separator
    quotes = np.flatnonzero(signs == _QUOTE)
    if len(quotes):
        inside = np.cumsum(signs == _QUOTE, dtype=np.uint32) & 1
        opens = inside[quotes] == 1
        beside = np.where(opens, signs[quotes - 1], signs[np.minimum(quotes + 1, len(signs) - 1)])
        beside[(quotes == 0) & opens] = _END
        if inside[ends].any() or not np.isin(beside, (separator, _END, _QUOTE)).all():
            return False
        separates &= inside == 0
    counts = np.diff(np.cumsum(separates, dtype=np.uint32)[ends], prepend=np.uint32(0))
    return bool((counts == columns - 1).all() and (np.diff(ends, prepend=-1) > 1).all())
