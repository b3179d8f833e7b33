"""Spin, searching machines written in Promela, comes to the same verdicts as a proof."""

import re
import subprocess
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from generated import Plain, definitions, load
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from promela import Process, written
from sampled_facts import Sampled

from procedures import load as load_file
from procedures.kernel.machine import Machine
from procedures.proofs import Prover, obligations
from procedures.proofs.symbolic.decision_diagrams import rules_of
from procedures.proofs.verdicts import About, Proved, Refuted

ROOT = Path(__file__).parents[2]
SHIPPED = [path for path in sorted((ROOT / "definitions").rglob("*.yaml")) if path.with_suffix(".cases.yaml").exists()]
WRONG = sorted((Path(__file__).parent / "wrong").glob("*.yaml"))
MOST_PEOPLE = 200

pytestmark = pytest.mark.judge("spin", "gcc")

LABELS: Mapping[About, str] = {  # what an obligation is about, and what spin then sees
    "state reached": "reached:{0.state}",
    "step taken": "taken:{0.step}",
    "outcome taken": "{0.id}",
    "round counts": "round:{0.step}",
}


def by_spin(machines: Sequence[Machine], folder: Path) -> list[set[str]]:
    """For each machine what spin sees happen in it; one search for all."""
    labels: list[tuple[str, str]] = []
    processes = [Process(f"m{number}", each, sampled_of(each), labels) for number, each in enumerate(machines)]
    (folder / "model.pml").write_text(written(processes), encoding="ascii")

    def told(*command: str) -> str:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stdout[-2000:]} {done.stderr[-2000:]}"
        return done.stdout

    told("spin", "-a", "model.pml")
    told("gcc", "-w", "-O1", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c")
    out = told("./pan", "-E", "-n", "-m2000000")
    assert "errors: 0" in out, out
    assert "max search depth too small" not in out
    seen = [labels[int(number)] for number in re.findall(r"^saw (\d+)$", out, re.MULTILINE)]
    return [{what for name, what in seen if name == process.name} for process in processes]


def sampled_of(machine: Machine) -> Sampled:
    return Sampled(machine, list(rules_of(machine)))


def verdicts(machine: Machine) -> dict[str, bool]:
    """What a proof says can happen; what it leaves open can, but for the number of others that it takes."""
    prover, found = Prover(machine), {}
    for asked in obligations(machine):
        if asked.about in LABELS:
            verdict = prover.prove(asked)
            can = not isinstance(verdict, Proved if asked.about == "round counts" else Refuted)
            found[LABELS[asked.about].format(asked)] = can
    return found


def same(machines: Sequence[Machine], folder: Path) -> None:
    for machine, seen in zip(machines, by_spin(machines, folder), strict=True):
        proved = verdicts(machine)
        assert seen & proved.keys() == {what for what, can in proved.items() if can}, machine


@pytest.mark.parametrize("paths", [SHIPPED, WRONG], ids=["shipped", "wrong"])
def test_spin_and_a_proof_say_the_same_of_definitions(paths: Sequence[Path], tmp_path: Path) -> None:
    same([machine for path in paths if (machine := load_file(path).machine).steps], tmp_path)


def is_small(machine: Machine) -> bool:
    """Whether spin is through with a machine in no time, and its samples are on all sides of its scores."""
    sampled = sampled_of(machine)
    declared = [len(values) + 1 for name, values in sampled.values.items() if name in machine.declared_facts]
    return prod(declared) <= MOST_PEOPLE and len(sampled.scored) <= 1


# Not shrunk: each search takes seconds, and what differs names its machine.
@settings(max_examples=2, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(files=st.lists(definitions(), min_size=8, max_size=12))
def test_spin_and_a_proof_say_the_same_of_generated_definitions(files: list[Plain]) -> None:
    machines = [machine for data in files if is_small(machine := load(data).machine)]
    with TemporaryDirectory() as folder:
        same(machines, Path(folder))
