"""Results as a table for notebooks: one row per replication, with the counts of the simulation."""

from pathlib import Path

import polars as pl

from procedures.simulation.results.model import Results


def frame(results: Results) -> pl.DataFrame:
    """
    A table with one row per replication.

    `replication` counts from 0; `size` is the number of applicants. There is `reached_STATE` and `ended_STATE` for each
    state, `held_STEP` for each gate, and `sessions_STEP` (candidates who took the step) for each step. For each group
    there is `applied_GROUP`, `selected_GROUP`, `suited_GROUP` (would do well) and `successes_GROUP` (selected and would
    do well). `selected` is the total over groups, `waited` the days from application until the last candidate was
    selected. Steps with juries have `days_STEP`.
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
    for what, names, counts in parts:
        columns |= {f"{what}_{name}": counts[:, number] for number, name in enumerate(names)}
    for name, plan in results.workload.items():
        sessions = block.sessions[:, results.steps.index(name)]
        columns[f"days_{name}"] = -(-sessions // plan.resource.sessions_per_day)
    return pl.DataFrame({**columns, "selected": block.selected.sum(axis=1), "waited": block.waited})


def to_parquet(results: Results, path: str | Path) -> None:
    """Write the same table to a Parquet file."""
    frame(results).write_parquet(path)
