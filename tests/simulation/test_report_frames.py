"""Results as a table, and as Parquet."""

from pathlib import Path

import polars as pl
import pytest
from read_report import OTHERS, assumed, simulated

from procedures.simulation import Results, frame, to_parquet


def agrees(results: Results) -> None:
    table = frame(results)
    assert table.height == results.replications
    assert table["size"].mean() == pytest.approx(results.candidates.mean)
    assert table["selected"].mean() == pytest.approx(results.selected.mean)
    for name, spread in results.reached.items():
        assert table[f"reached_{name}"].mean() == pytest.approx(spread.mean)
        assert table[f"ended_{name}"].mean() == pytest.approx(results.ended[name].mean)
    for name, share in results.gates.items():
        assert table[f"held_{name}"].mean() == pytest.approx(share)
    for name, (applied, ratio) in results.groups.items():
        assert table[f"applied_{name}"].mean() == pytest.approx(applied.mean)
        assert ratio.value is None or table[f"selected_{name}"].sum() == pytest.approx(
            ratio.value * table[f"applied_{name}"].sum()
        )
    for name, planned in results.workload.items():
        assert table[f"sessions_{name}"].mean() == pytest.approx(planned.sessions.mean)
        assert table[f"days_{name}"].mean() == pytest.approx(planned.days.mean)


def test_the_table_of_the_example_adds_up_to_its_results() -> None:
    agrees(simulated())


@pytest.mark.parametrize("name", OTHERS)
def test_the_tables_of_the_other_procedures_do_too(name: str) -> None:
    agrees(assumed(name)[1])


def test_the_file_holds_the_table(tmp_path: Path) -> None:
    to_parquet(simulated(), tmp_path / "results.parquet")
    assert pl.read_parquet(tmp_path / "results.parquet").equals(frame(simulated()))
