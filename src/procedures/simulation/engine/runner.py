"""A whole simulation: replications in blocks, in this process or spread over an executor, with the same numbers."""

import pickle
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing
from functools import cache, lru_cache
from math import ceil
from typing import Final

import numpy as np
from attrs import frozen

from procedures.errors import ScenarioError
from procedures.kernel.machine import Machine
from procedures.simulation.engine.blocks import Block, simulate_blocks
from procedures.simulation.engine.memory import check_memory
from procedures.simulation.engine.random_streams import BLOCK
from procedures.simulation.results.model import Results, Spread, results_of
from procedures.simulation.scenario.model import Scenario, Size
from rules.problems import Problem

REPLICATIONS: Final = 1000
_TOGETHER: Final = 280_000
_IN_THREADS: Final = 3
"""How many times as much threads play at once: the more, the less often they hand the interpreter to one another."""

_KEPT: Final = 24 * 2**20
_LEAST: Final = 2 * BLOCK
"""What is simulated before a precision is believed."""

_AHEAD: Final = 32

Progress = Callable[[int], None]
Chunk = tuple[int, int, int]
"""The number of its first block, how many replications it has, and the number of its first replication."""


@frozen
class Plan:
    """
    How much is simulated: `replications`, at most, under a `seed`.

    With `until` it ends as soon as the interval of the mean number of those selected is no wider than that on either
    side. `chunk` is how many replications are played at once, in whole blocks of draws and at least one: it changes
    memory and pace, and no number. Left out, they are so many that about 280,000 candidates are (840,000 by each of
    several threads), or fewer where that leaves a worker without any.
    """

    replications: int = REPLICATIONS
    seed: int = 1
    until: float | None = None
    chunk: int | None = None


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

    `executor` is any of `concurrent.futures`, or one that is used like them (a cluster's: see `clusters`); left out,
    all happens here. It is handed chunks a few ahead of what is awaited, and stays open. `progress` is called with the
    number of replications that were done, in their order. Ctrl-C ends it with the results so far, told to be partial.

    Raises:
        ScenarioError: a step cannot be decided, because the scenario says nothing of a fact that it asks; or so many
            candidates at once do not fit in memory.
    """
    plan = plan or Plan()
    workers = getattr(executor, "_max_workers", 1)
    at_once = together(plan, scenario.size, workers, in_threads=isinstance(executor, ThreadPoolExecutor))
    check_memory(machine, scenario, plan.replications, workers, at_once)
    blocks: list[Block] = []
    partial_ = False
    try:
        with closing(_blocks(machine, scenario, plan, at_once, executor)) as coming:
            for block in coming:
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


def together(plan: Plan, size: Size, workers: int = 1, *, in_threads: bool = False) -> int:
    """How many replications are played at once: whole blocks of draws, at least one, and as many by every worker."""
    most_people = _TOGETHER * (_IN_THREADS if in_threads and workers > 1 else 1)
    chunk = plan.chunk if plan.chunk is not None else most_people / max(1, _expected(size))
    most = max(1, int(chunk // BLOCK))
    if plan.chunk is None:
        blocks = max(1, ceil(plan.replications / BLOCK))
        turns = ceil(blocks / (most * workers))
        most = ceil(blocks / (turns * workers))
    return most * BLOCK


def tasks(plan: Plan, at_once: int = BLOCK) -> Iterator[Chunk]:
    """The chunks of so many replications at once."""
    blocks = at_once // BLOCK
    for number in range(0, -(-plan.replications // BLOCK), blocks):
        first = number * BLOCK
        yield number, min(at_once, plan.replications - first), first


def _expected(size: Size) -> float:
    """How many candidates a selection has on average."""
    return size.mean if size.mean is not None else (size.least + (size.most or size.least)) / 2


def _blocks(
    machine: Machine, scenario: Scenario, plan: Plan, at_once: int, executor: Executor | None
) -> Generator[Block]:
    """The blocks in their order, as they come."""
    chunks = tasks(plan, at_once)
    if executor is None:
        for chunk in chunks:
            yield from _played(machine, scenario, plan.seed, chunk)
    else:
        with closing(_in_order(executor, pickle.dumps((machine, scenario)), plan.seed, chunks)) as coming:
            for blocks in coming:
                yield from blocks


def _in_order(executor: Executor, packed: bytes, seed: int, chunks: Iterable[Chunk]) -> Generator[list[Block]]:
    """
    What the chunks come to, in their order, so that sums are added up in the same order whoever was first.

    Only so many are handed over before the first of them is awaited, and those left over are called off in the end.
    """
    waiting: deque[Future[list[Block]]] = deque()
    try:
        for chunk in chunks:
            waiting.append(executor.submit(_unpacked, packed, seed, chunk))
            if len(waiting) == _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def _unpacked(packed: bytes, seed: int, chunk: Chunk) -> list[Block]:
    """A chunk, wherever that is; a machine takes some milliseconds to pack or open, and a worker opens it once."""
    machine, scenario = _opened(packed)
    return _played(machine, scenario, seed, chunk)


@lru_cache(maxsize=4)
def _opened(packed: bytes) -> tuple[Machine, Scenario]:
    machine, scenario = pickle.loads(packed)
    return machine, scenario


def _played(machine: Machine, scenario: Scenario, seed: int, chunk: Chunk) -> list[Block]:
    number, replications, first = chunk
    _keep_memory()
    return simulate_blocks(machine, scenario, seed, number, replications, first)


@cache
def _keep_memory() -> None:
    """
    Let this process keep what a chunk frees for the next one.

    The allocator of Linux gives memory back to the system block by block, and takes it page by page again, until it has
    seen one as large as this being freed; that took a third of the time. Elsewhere it does nothing.
    """
    np.empty(_KEPT, np.uint8)


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
