"""A row for each replication, for whoever wants to look at more than means."""

from collections.abc import Iterable

import polars as pl

from procedures.simulation.comparing import Comparison
from procedures.simulation.reading import ScenarioFile
from procedures.simulation.results import Results


def replication_table(results: Results, file: ScenarioFile, variant: str = "") -> pl.DataFrame:
    """
    What became of every replication: how many applied, reached and ended in each state, were selected, sat each step.

    `variant` stands in every row; the base is called by no name. The columns are called as `--json` calls them.
    """
    block, machine = results.block, file.procedure.machine
    groups = [group.name for group in file.scenario.groups]
    columns: list[tuple[str, Iterable[object]]] = [("candidates", block.size)]
    columns += [(f"reached.{name}", block.reached[:, number]) for number, name in enumerate(machine.states)]
    columns += [(f"ended.{name}", block.ended[:, number]) for number, name in enumerate(machine.states)]
    columns += [(f"gates.{name}.held", block.held[:, number]) for number, name in enumerate(results.gates)]
    columns += [(f"sessions.{name}", block.sessions[:, number]) for number, name in enumerate(machine.steps)]
    columns += [(f"groups.{name}.applied", block.applied[:, number]) for number, name in enumerate(groups)]
    columns += [(f"groups.{name}.selected", block.selected[:, number]) for number, name in enumerate(groups)]
    columns.append(("selected", block.selected.sum(axis=1)))
    if file.scenario.success is not None:
        columns.append(("selected.successes", block.successes.sum(axis=1)))
    for number, measure in enumerate(file.scenario.measures):
        columns.append((f"selected.measures.{measure.name}.sum", block.totals[:, number]))
    columns.append(("days", block.waited))
    rows = len(block.size)
    head = [pl.Series("variant", [variant]).new_from_index(0, rows), pl.Series("replication", range(rows))]
    return pl.DataFrame([*head, *(pl.Series(name, values) for name, values in columns)])


def comparison_table(comparison: Comparison) -> pl.DataFrame:
    """The rows of the base and of all variants; a column that one of them has not is empty there."""
    tables = [replication_table(comparison.base, comparison.file)]
    tables += [replication_table(each.results, each.variant.file, each.variant.name) for each in comparison.variants]
    return pl.concat(tables, how="diagonal_relaxed")
