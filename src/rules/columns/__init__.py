"""Rules over whole tables: the only modules of `rules` that import polars.

    table = encode(frame, declared).table          # natural columns to exact ones; bad cells are reported
    truths(rule, table, declared)                  # a column of true, false, and null for UNKNOWN

A rule becomes one polars expression (`expression`); generated tests compare it with `rules.evaluation`, row by row.
Needs the extra `columns`.
"""

from rules.columns.encoding import BadCell, Columns, EncodedTable, decode, dtype_of, encode, encode_column
from rules.columns.expressions import expression, truths
from rules.columns.scores import TooWideError, score_value

__all__ = [
    "BadCell",
    "Columns",
    "EncodedTable",
    "TooWideError",
    "decode",
    "dtype_of",
    "encode",
    "encode_column",
    "expression",
    "score_value",
    "truths",
]
