"""A table of a comparison with a row for each replication, for analyses that need more than means."""

import polars as pl

from procedures.simulation.results.frames import frame
from procedures.simulation.what_if.comparison import Comparison


def comparison_table(comparison: Comparison) -> pl.DataFrame:
    """
    The rows of the base and of all variants. Column `variant` holds the name of the variant; it is empty for the base.

    A variant without some state or step has nulls in the columns of that state or step.
    """
    tables = [("", frame(comparison.base))]
    tables += [(each.variant.name, frame(each.results)) for each in comparison.variants]
    named = [table.select(pl.lit(name).alias("variant"), pl.all()) for name, table in tables]
    return pl.concat(named, how="diagonal_relaxed")
