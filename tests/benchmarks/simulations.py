"""Simulations against the time that drawing their numbers takes, against SimPy and Ciw, and against a loop over `run`.

All of it in a process of its own: on one processor where one thread is measured, polars with one thread, memory from
the start. So that the engines are seen to do the same, each is first held to the states in which the same candidates
end, one by one counted; Ciw, which draws for itself, to within four standard errors.
"""

import json
import math
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, Final

import flows
from candidate_path import COORDINATOR
from measurement import Job, Row, peak_memory, seconds

SEED: Final = 1
_HURDLES: Final = """
procedure: example/hurdles
title: Hurdles
steps:
  test: {from: applied, to: tested, records: {passed: {kind: flag}}}
  interview: {to: interviewed, records: {passed: {kind: flag}}}
  assessment: {to: reserve, records: {passed: {kind: flag}}}
reserve: {state: reserve}
"""


def simulating(replications: int, slow: int, rounds: int) -> Iterator[Row]:
    """All rows: so many replications of the quick engines, and so many of the slow ones."""
    if find_spec("polars") is None or find_spec("scipy") is None:
        yield Row("simulation", "a second", not_measured={"procedures": "polars or scipy is not installed"})
        return
    for measure in ("one_thread", "hurdles", "two_workers", "memory"):
        told = subprocess.run(
            [sys.executable, __file__, measure, str(replications), str(slow), str(rounds)],
            env={**os.environ, "POLARS_MAX_THREADS": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 0, told.stderr
        yield Row(**json.loads(told.stdout))


# -- what is measured, each in its own process -------------------------------------------------------------------------


def one_thread(replications: int, slow: int, rounds: int) -> Row:
    """Candidates a second of the coordinator's example, and of the same drawn and no more."""
    _pin()
    machine, scenario = _example()
    engines = {
        "procedures": _simulated(machine, scenario, 10 * replications),
        "drawing the numbers only (SFC64)": _drawn(machine, scenario, 10 * replications),
        "a loop over `run`": _looped(machine, scenario, slow),
    }
    title = f"simulation: candidates of {10 * replications:,} cohorts of 80, one thread"
    row = Row(title, "a second", wanted="0.5 × drawing only")
    if find_spec("simpy") is not None:
        engines["SimPy"] = _simpy(machine, scenario, slow)
    else:
        row.not_measured["SimPy"] = "simpy is not installed"
    row.not_measured["Ciw"] = "it has no gate on a count, and no cut of the best"
    _agree(machine, scenario)
    return _turns(row, engines, rounds)


def hurdles(replications: int, slow: int, rounds: int) -> Row:
    """A row of hurdles that are passed by chance, which Ciw can say too."""
    _pin()
    machine, scenario = _of_hurdles()
    row = Row("simulation: candidates at hurdles passed by chance, one thread", "a second", wanted="faster")
    engines = {
        "procedures": _simulated(machine, scenario, replications),
        "drawing the numbers only (SFC64)": _drawn(machine, scenario, replications),
    }
    if find_spec("ciw") is not None:
        engines["Ciw"] = Job(80 * slow, lambda: flows.with_ciw(slow, 80, SEED) and None)
        found, share = flows.with_ciw(25, 80, SEED), math.prod(flows.HURDLES.values())
        count = 25 * 80
        assert abs(found["reserve"] - share * count) < 4 * math.sqrt(count * share * (1 - share)), found
    else:
        row.not_measured["Ciw"] = "ciw is not installed"
    return _turns(row, engines, rounds)


def two_workers(replications: int, slow: int, rounds: int) -> Row:
    """Two processes of an executor, and two threads, beside one thread; they were started before."""
    from procedures.simulation import Plan, simulate

    machine, scenario = _example()
    plan = Plan(20 * replications, SEED)
    title = f"simulation: candidates of {plan.replications:,} cohorts of 80, two workers"
    row = Row(title, "a second", wanted="near 2 × one thread, on two free processors")
    with (
        ProcessPoolExecutor(2, get_context("spawn")) as processes,
        ThreadPoolExecutor(2) as threads,
        ThreadPoolExecutor(1) as thread,
    ):
        workers: dict[str, Executor] = {"two processes": processes, "two threads": threads, "one thread": thread}
        jobs = {
            name: Job(80 * plan.replications, partial(_spread, machine, scenario, plan, executor))
            for name, executor in workers.items()
        }
        turns: dict[str, list[float]] = {name: [] for name in jobs}
        for executor in workers.values():
            simulate(machine, scenario, plan, executor=executor)
        for _ in range(rounds):
            for name, job in jobs.items():
                turns[name].append(job.units / seconds(job))
    row.figures = {name: median(rates) for name, rates in turns.items()}
    one = turns["one thread"]
    row.ratios = {
        name: median(mine / its for mine, its in zip(rates, one, strict=True))
        for name, rates in turns.items()
        if name != "one thread"
    }
    return row


def _spread(machine: Any, scenario: Any, plan: Any, executor: Executor) -> None:
    from procedures.simulation import simulate

    simulate(machine, scenario, plan, executor=executor)


def memory(replications: int, slow: int, rounds: int) -> Row:
    """How much more memory ten times the replications take at their highest than two of them do."""
    from procedures.simulation import Plan, simulate

    machine, scenario = _example()
    simulate(machine, scenario, Plan(2, SEED))
    before = peak_memory()
    simulate(machine, scenario, Plan(10 * replications, SEED))
    most = (peak_memory() - before) / 1024
    return Row(
        f"simulation: memory beside that of two cohorts, {10 * replications:,} cohorts of 80",
        "MiB",
        {"procedures": max(most, 0.1)},
        wanted="64 MiB at 20,000 cohorts",
    )


# -- engines -----------------------------------------------------------------------------------------------------------


def _pin() -> None:
    """Keep to one processor, where the system lets us."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _example() -> tuple[Any, Any]:
    from procedures.simulation import read_scenario

    file = read_scenario(COORDINATOR.with_suffix(".example.scenario.yaml"))
    return file.procedure.machine, file.scenario


def _of_hurdles() -> tuple[Any, Any]:
    from attrs import evolve

    from procedures import loads
    from procedures.simulation import assumed_file
    from procedures.simulation.scenario.model import Chances, Size

    procedure = loads(_HURDLES)
    facts = {f"{name}.passed": Chances((True, False), (share, 1 - share)) for name, share in flows.HURDLES.items()}
    return procedure.machine, evolve(assumed_file(procedure).scenario, facts=facts, size=Size(80, 80))


def _simulated(machine: Any, scenario: Any, cohorts: int) -> Job:
    from procedures.simulation import Plan, simulate

    return Job(80 * cohorts, lambda: simulate(machine, scenario, Plan(cohorts, SEED)) and None)


def _drawn(machine: Any, scenario: Any, cohorts: int) -> Job:
    """The lower bound: the same numbers from the same streams, and nothing done with them."""
    from procedures.simulation.engine.random_streams import BLOCK, Streams
    from procedures.simulation.scenario.model import Gamma

    behaviour = scenario.behaviour
    happens = [f"{what} {where}" for what in ("lapse", "no_show", "withdraw") for where in getattr(behaviour, what)]

    def play() -> None:
        for block, first in enumerate(range(0, cohorts, BLOCK)):
            streams = Streams(SEED, block, (80 * min(BLOCK, cohorts - first),))
            if len(scenario.groups) > 1:
                streams.random("groups")
            for measure in scenario.measures:
                streams.normal(f"measure {measure.name}")
            for name, each in scenario.facts.items():
                streams.gamma(f"fact {name}", each.shape) if isinstance(each, Gamma) else streams.random(f"fact {name}")
            for purpose in happens:
                streams.random(purpose)

    return Job(80 * cohorts, play)


def _looped(machine: Any, scenario: Any, cohorts: int) -> Job:
    """The events of the same candidates, taken one by one."""
    from procedures import Selection

    events = _events(machine, scenario, cohorts)

    def play() -> None:
        for its in events:
            selection = Selection(machine)
            for event in its:
                selection.handle(event)

    return Job(80 * cohorts, play)


def _events(machine: Any, scenario: Any, cohorts: int) -> list[Any]:
    from procedures.simulation.engine.blocks import play_block

    _, gone, _ = play_block(machine, scenario, SEED, 0, cohorts, 0)
    return [[*gone.events(number)] for number in range(cohorts)]


def _simpy(machine: Any, scenario: Any, cohorts: int) -> Job:
    people = _people(machine, scenario, cohorts)
    return Job(80 * cohorts, lambda: flows.with_simpy(people) and None)


def _people(machine: Any, scenario: Any, cohorts: int) -> list[list[flows.Person]]:
    """The candidates as SimPy is given them: what they know and score, and what they will do of themselves."""
    from procedures.simulation.engine.population import draw_population
    from procedures.simulation.engine.random_streams import Streams

    drawn = draw_population(scenario, Streams(SEED, 0), cohorts)
    behaviour = scenario.behaviour
    luck = {
        f"{what} {where}": drawn.streams.random(f"{what} {where}") < chance
        for what in ("lapse", "no_show", "withdraw")
        for where, chance in getattr(behaviour, what).items()
    }
    found: list[list[flows.Person]] = [[] for _ in range(cohorts)]
    for row, person in enumerate(drawn.table.iter_rows(named=True)):
        found[drawn.cohort[row]].append(person | {name: bool(happens[row]) for name, happens in luck.items()})
    return found


def _agree(machine: Any, scenario: Any, cohorts: int = 20) -> None:
    """Every engine leads the same candidates to the same ends."""
    from procedures import Selection
    from procedures.simulation.engine.blocks import play_block

    _, gone, _ = play_block(machine, scenario, SEED, 0, cohorts, 0)
    ends = Counter(gone.states.to_list())
    looped: Counter[str] = Counter()
    for number in range(cohorts):
        selection = Selection(machine)
        for event in gone.events(number):
            selection.handle(event)
        looped.update(selection[name].state for name in selection)
    assert looped == ends, (looped, ends)
    if find_spec("simpy") is not None:
        assert (found := flows.with_simpy(_people(machine, scenario, cohorts))) == ends, (found, ends)


def _turns(row: Row, engines: dict[str, Job], rounds: int) -> Row:
    """Engines in turns, once without being timed; the ratios are medians over the turns."""
    turns: dict[str, list[float]] = {name: [] for name in engines}
    for number in range(rounds + 1):
        for name, job in engines.items():
            took = seconds(job)
            if number:
                turns[name].append(job.units / took)
    first, *others = turns
    row.figures = {name: median(rates) for name, rates in turns.items()}
    row.ratios = {
        other: median(mine / its for mine, its in zip(turns[first], turns[other], strict=True)) for other in others
    }
    return row


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    measure, *numbers = sys.argv[1:]
    made = {"one_thread": one_thread, "hurdles": hurdles, "two_workers": two_workers, "memory": memory}[measure]
    print(json.dumps(made(*map(int, numbers)).data()))
