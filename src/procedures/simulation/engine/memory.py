"""How much memory a simulation takes, said before it starts rather than when the machine has run out of it."""

import os
from pathlib import Path
from typing import Final

from procedures.errors import ScenarioError
from procedures.kernel.machine import Machine
from procedures.simulation.engine.random_streams import BLOCK
from procedures.simulation.scenario.model import Scenario
from rules.problems import Problem

# What a candidate of the shipped procedures takes while a block is played, as measured, and a little more.
_A_CANDIDATE: Final = 200
_A_FACT: Final = 10
_A_MEASURE: Final = 16
_A_STEP: Final = 10
_SHARE: Final = 0.8
"""What part of the memory that is free may be taken."""
_GIB: Final = 2**30


def needed(machine: Machine, scenario: Scenario, replications: int, at_once: int = BLOCK) -> int:
    """About how many bytes the replications that are played at once take."""
    size = scenario.size
    candidates = size.mean if size.mean is not None else size.most if size.most is not None else size.least
    steps = len(machine.steps)
    row = _A_CANDIDATE + _A_FACT * len(scenario.facts) + _A_MEASURE * len(scenario.measures) + _A_STEP * steps
    return int(min(at_once, replications) * candidates * row)


def check_memory(
    machine: Machine, scenario: Scenario, replications: int, workers: int = 1, at_once: int = BLOCK
) -> None:
    """Raise ScenarioError where the replications that are played at once do not fit in the memory that is free."""
    free = available()
    wanted = needed(machine, scenario, replications, at_once) * workers
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


def available() -> int | None:
    """The bytes that are free, for this process or for the group of processes it belongs to; None where unknown."""
    found = [number for number in (_of_machine(), _of_group()) if number is not None]
    return min(found, default=None)


def _of_machine() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # a system that does not tell
        return None


def _of_group() -> int | None:
    """What a control group of Linux leaves."""
    folder = Path("/sys/fs/cgroup")
    try:
        most = (folder / "memory.max").read_text(encoding="ascii").strip()
        used = (folder / "memory.current").read_text(encoding="ascii").strip()
        return None if most == "max" else max(0, int(most) - int(used))
    except (OSError, ValueError):
        return None
