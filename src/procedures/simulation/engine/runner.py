"""Runs a whole simulation: replications in blocks, in this process or in an executor, with the same results."""

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
_CANDIDATES_AT_ONCE: Final = 280_000
_THREAD_FACTOR: Final = 3
"""The factor on the candidates at once for threads: larger chunks mean fewer switches of the interpreter lock."""

_FREED_BYTES: Final = 24 * 2**20
_LEAST_REPLICATIONS: Final = 2 * BLOCK
"""The number of replications simulated before the precision is evaluated."""

_CHUNKS_AHEAD: Final = 32

Progress = Callable[[int], None]
Chunk = tuple[int, int, int]
"""The number of its first block, its number of replications, and the number of its first replication."""


@frozen
class Plan:
    """
    The extent of a simulation: at most `replications` replications, under a `seed`.

    With `precision`, the simulation ends as soon as half the width of the interval of the mean number of selected
    candidates is at most `precision`. `chunk` is the number of replications played at once, rounded down to whole
    blocks, at least one block; it affects memory and speed, not results. By default a chunk has about 280,000
    candidates (840,000 for each of several threads), or fewer so that every worker has a chunk.
    """

    replications: int = REPLICATIONS
    seed: int = 1
    precision: float | None = None
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
    Simulate a scenario.

    `executor` is an executor of `concurrent.futures`, or one with the same interface (for a cluster, see
    `dask_cluster`); by default this process simulates. A limited number of chunks is submitted ahead, and the executor
    stays open. `progress` is called with the number of finished replications of each block, in order. Ctrl-C ends the
    simulation; the results so far are returned, marked as partial.

    Raises:
        ScenarioError: a step cannot be decided, because the scenario does not define a fact that the step reads; or the
            candidates played at once do not fit in memory.
    """
    plan = plan or Plan()
    workers = getattr(executor, "_max_workers", 1)
    at_once = replications_at_once(plan, scenario.size, workers, in_threads=isinstance(executor, ThreadPoolExecutor))
    check_memory(machine, scenario, plan.replications, workers, at_once)
    blocks: list[Block] = []
    is_partial = False
    try:
        with closing(_play_blocks(machine, scenario, plan, at_once, executor)) as results:
            for block in results:
                _check_decided(scenario, block)
                blocks.append(block)
                if progress is not None:
                    progress(len(block.size))
                if plan.precision is not None and _is_precise(plan, blocks):
                    break
    except KeyboardInterrupt:
        if not blocks:
            raise
        is_partial = True
    return results_of(machine, scenario, plan.seed, Block.concatenate(blocks), partial=is_partial)


def replications_at_once(plan: Plan, size: Size, workers: int = 1, *, in_threads: bool = False) -> int:
    """The number of replications played at once: whole blocks, at least one, distributed evenly over the workers."""
    most_candidates = _CANDIDATES_AT_ONCE * (_THREAD_FACTOR if in_threads and workers > 1 else 1)
    chunk = plan.chunk if plan.chunk is not None else most_candidates / max(1, _mean_size(size))
    most = max(1, int(chunk // BLOCK))
    if plan.chunk is None:
        blocks = max(1, ceil(plan.replications / BLOCK))
        rounds = ceil(blocks / (most * workers))
        most = ceil(blocks / (rounds * workers))
    return most * BLOCK


def split_into_chunks(plan: Plan, at_once: int = BLOCK) -> Iterator[Chunk]:
    """The chunks of a plan, with `at_once` replications each (the last may have fewer)."""
    blocks = at_once // BLOCK
    for number in range(0, -(-plan.replications // BLOCK), blocks):
        first = number * BLOCK
        yield number, min(at_once, plan.replications - first), first


def _mean_size(size: Size) -> float:
    """The mean number of candidates of a selection."""
    return size.mean if size.mean is not None else (size.least + (size.most or size.least)) / 2


def _play_blocks(
    machine: Machine, scenario: Scenario, plan: Plan, at_once: int, executor: Executor | None
) -> Generator[Block]:
    """Yield the blocks in order."""
    chunks = split_into_chunks(plan, at_once)
    if executor is None:
        for chunk in chunks:
            yield from _play_chunk(machine, scenario, plan.seed, chunk)
    else:
        with closing(_submit_in_order(executor, pickle.dumps((machine, scenario)), plan.seed, chunks)) as results:
            for blocks in results:
                yield from blocks


def _submit_in_order(executor: Executor, packed: bytes, seed: int, chunks: Iterable[Chunk]) -> Generator[list[Block]]:
    """
    Yield the blocks of the chunks in order, so that sums do not depend on which worker finishes first.

    At most `_CHUNKS_AHEAD` chunks are submitted and not yet awaited; chunks still waiting at the end are cancelled.
    """
    waiting: deque[Future[list[Block]]] = deque()
    try:
        for chunk in chunks:
            waiting.append(executor.submit(_play_packed, packed, seed, chunk))
            if len(waiting) == _CHUNKS_AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def _play_packed(packed: bytes, seed: int, chunk: Chunk) -> list[Block]:
    """Play a chunk in a worker, which unpickles the machine once because that takes some milliseconds."""
    machine, scenario = _unpack(packed)
    return _play_chunk(machine, scenario, seed, chunk)


@lru_cache(maxsize=4)
def _unpack(packed: bytes) -> tuple[Machine, Scenario]:
    machine, scenario = pickle.loads(packed)
    return machine, scenario


def _play_chunk(machine: Machine, scenario: Scenario, seed: int, chunk: Chunk) -> list[Block]:
    number, replications, first = chunk
    _keep_memory()
    return simulate_blocks(machine, scenario, seed, number, replications, first)


@cache
def _keep_memory() -> None:
    """
    Let this process keep the memory that a chunk frees for the next chunk.

    The allocator of Linux returns freed memory to the system and requests it again page by page, until a block as large
    as this one has been freed; that took a third of the time. On other systems this has no effect.
    """
    np.empty(_FREED_BYTES, np.uint8)


def _is_precise(plan: Plan, blocks: list[Block]) -> bool:
    finished = sum(len(block.size) for block in blocks)
    if finished < min(_LEAST_REPLICATIONS, plan.replications):
        return False
    selected = Spread.of(np.concatenate([block.selected.sum(axis=1) for block in blocks]))
    return plan.precision is not None and selected.halfwidth <= plan.precision


def _check_decided(scenario: Scenario, block: Block) -> None:
    """Raise ScenarioError if a step reads a fact that the scenario does not define."""
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
