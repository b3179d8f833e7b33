"""The benchmarks run, at sizes that say nothing of pace; who is not installed is told as not measured."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
from many_rounds import long_procedure

from procedures.proofs import Prover, prove
from procedures.proofs.verdicts import Proved

HERE = Path(__file__).parent
TINY = ["--cases", "4", "--slow", "2", "--cohort", "100", "--longest", "4", "--rounds", "1"]


def bench(*options: str) -> str:
    done = subprocess.run([sys.executable, str(HERE), *TINY, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_row_has_its_figures_or_says_why_not() -> None:
    rows = json.loads(bench("--json"))
    assert len({row["name"] for row in rows}) == len(rows) >= 11
    for row in rows:
        assert row["figures"] or row["not_measured"], row
        assert all(math.isfinite(figure) and figure > 0 for figure in row["figures"].values()), row
        assert all(math.isfinite(ratio) and ratio > 0 for ratio in row["ratios"].values()), row
        assert all(row["not_measured"].values()), row
    live = rows[0]
    assert live["figures"].keys() >= {"procedures", "transitions"}
    told = live["figures"].keys() | live["not_measured"].keys()
    assert told >= {"procedures", "transitions", "python-statemachine", "sismic", "xstate on node"}


def test_the_table_tells_the_same_rows_to_people() -> None:
    told = bench("--only", "starting", "--only", "columns")
    assert "import procedures" in told
    assert "coordinator-ontmoetingscentra" in told
    assert "columns: rows screened" in told


@pytest.mark.parametrize("rounds", [2, 5, 8])
def test_a_made_up_procedure_has_nothing_that_proofs_find_wrong(rounds: int) -> None:
    wrong = [
        (each.id, verdict)
        for each, verdict in prove(long_procedure(rounds, 3 * rounds).machine)
        if not isinstance(verdict, Proved)
    ]
    assert wrong == []


@pytest.mark.parametrize("rounds", [6, 12])
def test_diagrams_are_hardly_wider_than_the_road_is_long(rounds: int) -> None:
    reachable = Prover(long_procedure(rounds, 3 * rounds).machine).reachable
    assert max(len(who) for who in reachable.sets_by_node.values()) <= 3 * len(reachable.symbols.bdd.vars)
