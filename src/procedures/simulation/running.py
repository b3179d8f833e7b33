"""A whole simulation: replications in blocks, in this process or spread over an executor, with the same numbers."""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import partial
from threading import current_thread, main_thread
from typing import Final

import numpy as np
from attrs import field, frozen

from procedures.errors import ScenarioError
from procedures.machine import Machine
from procedures.simulation.draws import BLOCK
from procedures.simulation.engine import Block, simulate_block
from procedures.simulation.memory import check_memory
from procedures.simulation.results import Results, Spread, results_of
from procedures.simulation.scenario import Scenario
from rules.problems import Problem

REPLICATIONS: Final = 1000
_LEAST: Final = 2 * BLOCK
"""What is simulated before a precision is believed."""

Progress = Callable[[int], None]


@frozen
class Plan:
    """
    How much is simulated: `replications`, at most, under a `seed`.

    With `until` it ends as soon as the interval of the mean number of those selected is no wider than that on either
    side. `chunk` is how many replications are handed over at once; it changes nothing but memory and pace.
    """

    replications: int = REPLICATIONS
    seed: int = 1
    until: float | None = None
    chunk: int = field(default=BLOCK)


def simulate(
    machine: Machine,
    scenario: Scenario,
    plan: Plan | None = None,
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Results:
    """
    The results of so many replications of a scenario.

    `executor` is any of `concurrent.futures`; left out, all happens here. `progress` is called with the number of
    replications that were done. Ctrl-C ends it with the results so far, told to be partial.

    Raises:
        ScenarioError: a step cannot be decided, because the scenario says nothing of a fact that it asks; or so many
            candidates at once do not fit in memory.
    """
    plan = plan or Plan()
    check_memory(machine, scenario, plan.replications, getattr(executor, "_max_workers", 1))
    blocks: list[Block] = []
    partial_ = False
    try:
        for block in _blocks(machine, scenario, plan, executor):
            _check(scenario, block)
            blocks.append(block)
            if progress is not None:
                progress(len(block.size))
            if plan.until is not None and _precise(plan, blocks):
                break
    except KeyboardInterrupt:
        if not blocks:
            raise
        partial_ = True
    return results_of(machine, scenario, plan.seed, Block.together(blocks), partial=partial_)


@contextmanager
def workers(count: int) -> Iterator[Executor | None]:
    """
    An executor of so many processes; None for one, for then all happens in this one.

    They are started afresh rather than forked, because polars holds threads, and they leave Ctrl-C to this process.
    """
    if count == 1:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    executor = ProcessPoolExecutor(count, get_context("spawn"), _leave_interrupts)
    try:
        with _deaf():
            for _ in range(count):
                executor.submit(_leave_interrupts)  # a process is started for each, and inherits that it is deaf
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _leave_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _deaf() -> Iterator[None]:
    """For a while nothing is interrupted; only the main thread may say so."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def tasks(plan: Plan) -> Iterator[tuple[int, int, int]]:
    """The blocks: the number of each, how many replications it has, and the number of its first."""
    for number in range(-(-plan.replications // BLOCK)):
        first = number * BLOCK
        yield number, min(BLOCK, plan.replications - first), first


def _blocks(machine: Machine, scenario: Scenario, plan: Plan, executor: Executor | None) -> Iterator[Block]:
    """The blocks in their order, as they come."""
    one = partial(_one, machine, scenario, plan.seed)
    if executor is None:
        yield from map(one, tasks(plan))
    else:
        yield from executor.map(one, tasks(plan), chunksize=max(1, plan.chunk // BLOCK))


def _one(machine: Machine, scenario: Scenario, seed: int, task: tuple[int, int, int]) -> Block:
    number, replications, first = task
    return simulate_block(machine, scenario, seed, number, replications, first)


def _precise(plan: Plan, blocks: list[Block]) -> bool:
    done = sum(len(block.size) for block in blocks)
    if done < min(_LEAST, plan.replications):
        return False
    selected = Spread.of(np.concatenate([block.selected.sum(axis=1) for block in blocks]))
    return plan.until is not None and selected.halfwidth <= plan.until


def _check(scenario: Scenario, block: Block) -> None:
    """Raise ScenarioError where the scenario leaves open what a step asks."""
    if not block.stuck:
        return
    problems = []
    for step, candidate, missing in block.stuck:
        names = ", ".join(f"`{name}`" for name in missing)
        problems.append(
            Problem(
                f"`{step}` cannot be decided for everybody: of candidate {candidate}, {names} is not known",
                None,
                f"say under `facts:` or `measures:` of {scenario.name or 'the scenario'} how {names} arises",
            )
        )
    raise ScenarioError(problems)
