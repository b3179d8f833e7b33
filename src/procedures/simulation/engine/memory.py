"""Estimate of the memory that a simulation takes, checked before the simulation starts."""

import os
from pathlib import Path
from typing import Final

from procedures.errors import ScenarioError
from procedures.kernel.machine import Machine
from procedures.simulation.engine.random_streams import BLOCK
from procedures.simulation.scenario.model import Scenario
from rules.problems import Problem

# Bytes per candidate while a block is played, as measured on the shipped procedures, plus a margin.
_A_CANDIDATE: Final = 200
_A_FACT: Final = 10
_A_MEASURE: Final = 16
_A_STEP: Final = 10
_SHARE: Final = 0.8
"""The share of the free memory that may be used."""
_GIB: Final = 2**30


def estimate_bytes(machine: Machine, scenario: Scenario, replications: int, at_once: int = BLOCK) -> int:
    """The approximate number of bytes that the replications played at once take."""
    size = scenario.size
    candidates = size.mean if size.mean is not None else size.most if size.most is not None else size.least
    steps = len(machine.steps)
    row = _A_CANDIDATE + _A_FACT * len(scenario.facts) + _A_MEASURE * len(scenario.measures) + _A_STEP * steps
    return int(min(at_once, replications) * candidates * row)


def check_memory(
    machine: Machine, scenario: Scenario, replications: int, workers: int = 1, at_once: int = BLOCK
) -> None:
    """Raise ScenarioError if the replications played at once do not fit in the free memory."""
    free = free_bytes()
    wanted = estimate_bytes(machine, scenario, replications, at_once) * workers
    if free is None or wanted <= _SHARE * free:
        return
    at_once = min(at_once, replications)
    many = f" in each of {workers} workers" if workers > 1 else ""
    problem = Problem(
        f"{at_once} replications are played at once{many}, which takes about {wanted / _GIB:.1f} GiB of memory; "
        f"{free / _GIB:.1f} GiB are free",
        None,
        f"simulate fewer candidates, or fewer than {at_once} replications" + (", or fewer workers" if many else ""),
    )
    raise ScenarioError([problem])


def free_bytes() -> int | None:
    """The free bytes for this process or its control group, whichever are fewer; None where unknown."""
    found = [number for number in (_free_in_machine(), _free_in_control_group()) if number is not None]
    return min(found, default=None)


def _free_in_machine() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not available on this system
        return None


def _free_in_control_group() -> int | None:
    """The free bytes in the Linux control group; None where there is no limit."""
    folder = Path("/sys/fs/cgroup")
    try:
        most = (folder / "memory.max").read_text(encoding="ascii").strip()
        used = (folder / "memory.current").read_text(encoding="ascii").strip()
        return None if most == "max" else max(0, int(most) - int(used))
    except (OSError, ValueError):
        return None
