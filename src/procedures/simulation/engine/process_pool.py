"""A pool of local worker processes for simulations."""

import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context


@contextmanager
def workers(count: int) -> Iterator[Executor | None]:
    """
    An executor with `count` processes; None if `count` is 1, because then this process simulates.

    Processes are spawned, not forked, because polars uses threads. They ignore Ctrl-C; this process handles it.
    """
    if count == 1:
        yield None
        return
    executor = ProcessPoolExecutor(count, get_context("spawn"), _ignore_interrupts)
    try:
        with _block_interrupts():
            for _ in range(count):
                executor.submit(_ignore_interrupts)  # each starts a process, which inherits the blocked signal
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _block_interrupts() -> Iterator[None]:
    """
    Block Ctrl-C within the context; it is delivered to this process afterwards, and never to the processes started.

    Started processes inherit the blocked signal. Where signals cannot be blocked, they ignore it as soon as they run.
    """
    block = getattr(signal, "pthread_sigmask", None)
    if block is None:
        yield
        return
    before = block(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        block(signal.SIG_SETMASK, before)
