"""A row for each replication, for whoever wants to look at more than means."""

from collections.abc import Iterable

import polars as pl

from procedures.simulation.comparing import Comparison
from procedures.simulation.reading import ScenarioFile
from procedures.simulation.results import Results


def replication_table(results: Results, file: ScenarioFile) -> pl.DataFrame:
    """
    What became of every replication.

    `replication` counts from 0 and `size` is how many applied. For each state `reached_STATE` and `ended_STATE`, for
    each gate `held_STEP`, for each step `sessions_STEP` (who sat it), for each group `applied_GROUP`, `selected_GROUP`,
    `suited_GROUP` (who would do well) and `successes_GROUP` (of those selected). `selected` is all of them together,
    `waited` the days from application until the last of them was.
    """
    block, machine = results.block, file.procedure.machine
    groups = [group.name for group in file.scenario.groups]
    parts: list[tuple[str, Iterable[str], pl.DataFrame]] = [
        ("reached", machine.states, pl.DataFrame(block.reached)),
        ("ended", machine.states, pl.DataFrame(block.ended)),
        ("held", results.gates, pl.DataFrame(block.held)),
        ("sessions", machine.steps, pl.DataFrame(block.sessions)),
        ("applied", groups, pl.DataFrame(block.applied)),
        ("selected", groups, pl.DataFrame(block.selected)),
        ("suited", groups, pl.DataFrame(block.suited)),
        ("successes", groups, pl.DataFrame(block.successes)),
    ]
    columns = [pl.Series("replication", range(len(block.size))), pl.Series("size", block.size)]
    for what, names, counted in parts:
        columns += [column.alias(f"{what}_{name}") for name, column in zip(names, counted.get_columns(), strict=True)]
    last = [pl.Series("selected", block.selected.sum(axis=1)), pl.Series("waited", block.waited)]
    return pl.DataFrame([*columns, *last])


def comparison_table(comparison: Comparison) -> pl.DataFrame:
    """
    The rows of the base and of all variants, which `variant` tells apart; the base has none.

    A column that one of them has not, because a state or a step is not there, is empty in its rows.
    """
    tables = [("", replication_table(comparison.base, comparison.file))]
    tables += [(each.variant.name, replication_table(each.results, each.variant.file)) for each in comparison.variants]
    named = [table.select(pl.lit(name).alias("variant"), pl.all()) for name, table in tables]
    return pl.concat(named, how="diagonal_relaxed")
