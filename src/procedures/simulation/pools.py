"""Processes of this machine to simulate in."""

import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from threading import current_thread, main_thread


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
    """For a while nothing is interrupted; only the main thread may say so."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
