"""Results as a table for notebooks: one row a replication, every number as it was counted."""

from pathlib import Path

import polars as pl

from procedures.simulation.results.model import Results


def frame(results: Results) -> pl.DataFrame:
    """
    One row a replication.

    `replication` counts from 0 and `size` is how many applied. For each state `reached_STATE` and `ended_STATE`, for
    each gate `held_STEP`, for each step `sessions_STEP` (who sat it), for each group `applied_GROUP`, `selected_GROUP`,
    `suited_GROUP` (who would do well) and `successes_GROUP` (of those selected). `selected` is all of them together,
    `waited` the days from application until the last of them was. For steps that take juries `days_STEP`.
    """
    block = results.block
    columns: dict[str, object] = {"replication": range(len(block.size)), "size": block.size}
    parts = (
        ("reached", results.reached, block.reached),
        ("ended", results.ended, block.ended),
        ("held", results.gates, block.held),
        ("sessions", results.steps, block.sessions),
        ("applied", results.groups, block.applied),
        ("selected", results.groups, block.selected),
        ("suited", results.groups, block.suited),
        ("successes", results.groups, block.successes),
    )
    for what, names, counted in parts:
        columns |= {f"{what}_{name}": counted[:, number] for number, name in enumerate(names)}
    for name, planned in results.workload.items():
        sessions = block.sessions[:, results.steps.index(name)]
        columns[f"days_{name}"] = -(-sessions // planned.resource.a_day)
    return pl.DataFrame({**columns, "selected": block.selected.sum(axis=1), "waited": block.waited})


def to_parquet(results: Results, path: str | Path) -> None:
    """The same table in a Parquet file."""
    frame(results).write_parquet(path)
