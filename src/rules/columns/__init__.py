"""Rules over whole tables: the door to polars and numpy of this package.

    table = encode(frame, declared).table          # natural columns to exact ones; bad cells are told
    truths(rule, table, declared)                  # a column of true, false, and null for UNKNOWN

A rule becomes one polars expression (`expression`), and generated tests hold it to `rules.evaluation`, row by row.
Needs the extra `columns`.
"""

from rules.columns.encoding import BadCell, Columns, Encoded, decode, dtype_of, encode, encode_column
from rules.columns.expressions import expression, truths
from rules.columns.scores import TooWideError, score_value

__all__ = [
    "BadCell",
    "Columns",
    "Encoded",
    "TooWideError",
    "decode",
    "dtype_of",
    "encode",
    "encode_column",
    "expression",
    "score_value",
    "truths",
]
