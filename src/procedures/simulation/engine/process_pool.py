"""Processes of this machine to simulate in."""

import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context


@contextmanager
def workers(count: int) -> Iterator[Executor | None]:
    """
    An executor of so many processes; None for one, for then all happens in this one.

    They are started afresh rather than forked, because polars holds threads, and they leave Ctrl-C to this process.
    """
    if count == 1:
        yield None
        return
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
    """
    For a while Ctrl-C waits: it comes when this is over, and never to the processes that were started meanwhile.

    They inherit that it is blocked. Where signals cannot be blocked, they ignore it as soon as they run.
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
