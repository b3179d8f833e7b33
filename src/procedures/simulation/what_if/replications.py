"""A row for each replication of all that is compared, for whoever wants to look at more than means."""

import polars as pl

from procedures.simulation.results.frames import frame
from procedures.simulation.what_if.comparison import Comparison


def comparison_table(comparison: Comparison) -> pl.DataFrame:
    """
    The rows of the base and of all variants, which `variant` tells apart; the base has none.

    A column that one of them has not, because a state or a step is not there, is empty in its rows.
    """
    tables = [("", frame(comparison.base))]
    tables += [(each.variant.name, frame(each.results)) for each in comparison.variants]
    named = [table.select(pl.lit(name).alias("variant"), pl.all()) for name, table in tables]
    return pl.concat(named, how="diagonal_relaxed")
