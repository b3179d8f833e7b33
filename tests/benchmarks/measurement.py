"""How rows are measured: engines take turns in one process, and the ratio is the median of the ratios of the turns."""

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any


@dataclass
class Job:
    """Work that was made ready: `run` is timed, unless it tells its own seconds; `ends` says where it led."""

    units: int
    run: Callable[[], float | None]
    ends: Callable[[], set[str]] = set


@dataclass
class NotMeasured:
    """Why an engine or a row was not measured."""

    reason: str


Make = Callable[[int], Job | NotMeasured]
"""Makes the work for so many cases ready."""


@dataclass
class Row:
    """One row of the table: what was measured, the figure of each engine, and the ratios of the first to the others."""

    name: str
    unit: str
    figures: dict[str, float] = field(default_factory=dict)
    ratios: dict[str, float] = field(default_factory=dict)
    not_measured: dict[str, str] = field(default_factory=dict)
    wanted: str = ""

    def data(self) -> dict[str, Any]:
        return asdict(self)


def seconds(job: Job, clock: Callable[[], float] = perf_counter) -> float:
    """The time that a job takes, rubbish of the job before it collected first."""
    gc.collect()
    start = clock()
    told = job.run()
    return clock() - start if told is None else told


def side_by_side(
    name: str, engines: Mapping[str, tuple[Make, int]], rounds: int, wanted: str = "", alike: int = 1
) -> Row:
    """
    Units a second of each engine, and the ratios of the first to the others.

    Each engine comes with the cases of one turn. Before anything is timed all of them must end in the same states with
    `alike` cases.
    """
    row = Row(name, "a second", wanted=wanted)
    ready = {}
    for engine, (make, cases) in engines.items():
        made = make(alike)
        if isinstance(made, NotMeasured):
            row.not_measured[engine] = made.reason
        else:
            made.run()
            ready[engine] = (make, cases, made.ends())
    assert len({frozenset(ends) for _, _, ends in ready.values()}) == 1, {n: ends for n, (_, _, ends) in ready.items()}
    turns: dict[str, list[float]] = {engine: [] for engine in ready}
    for _ in range(rounds):
        for engine, (make, cases, _) in ready.items():
            job = make(cases)
            assert isinstance(job, Job)
            turns[engine].append(job.units / seconds(job))
    first, *others = turns
    row.figures = {engine: median(rates) for engine, rates in turns.items()}
    row.ratios = {other: _ratio(turns[first], turns[other]) for other in others}
    return row


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return median(mine / other for mine, other in zip(ours, theirs, strict=True))


def peak_memory() -> int:
    """The most memory this process ever had, in KiB; `ru_maxrss` would begin with what its parent had."""
    import resource

    status = Path("/proc/self/status")
    told = status.read_text().split("VmHWM:") if status.exists() else []
    return int(told[1].split()[0]) if len(told) > 1 else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def growth(name: str, make: Callable[[int], Job], sizes: Sequence[int], rounds: int, wanted: str = "") -> Row:
    """
    The milliseconds of one job at each of these sizes, and the ratio of the last to the first.

    It is the time of this process alone, for no other engine is there that a busy machine would slow down as well.
    Python's collector of rubbish waits meanwhile, as in `timeit`: one pass over everything that is kept, whenever it
    comes, would be told as the time of a job that happens to meet it.
    """
    row = Row(name, "ms", wanted=wanted)
    times: dict[int, list[float]] = {size: [] for size in sizes}
    for _ in range(rounds):
        for size in sizes:
            job = make(size)
            gc.disable()
            times[size].append(1000 * seconds(job, process_time))
            gc.enable()
    row.figures = {f"{size:,}": median(found) for size, found in times.items()}
    row.ratios = {f"{sizes[-1] / sizes[0]:g} × the cases": median(times[sizes[-1]]) / median(times[sizes[0]])}
    return row
