"""An executor of a Dask cluster; the only module that imports `distributed`.

    with cluster_executor() as executor:                              # two worker processes on this machine
        simulate(machine, scenario, Plan(20_000), executor=executor)

Losing a worker loses no result: the scheduler replays its chunks on another worker, and because random numbers depend
on the seed alone, the results are the same. Needs the extra `dask`.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from typing import Final

HOST: Final = "127.0.0.1"


@contextmanager
def cluster_executor(address: str | None = None, workers: int = 2) -> Iterator[Executor]:
    """
    An executor of the cluster whose scheduler has this address (`tcp://127.0.0.1:8786`).

    Without an address a local cluster is started and stopped with the context: a scheduler and `workers` worker
    processes that listen on the loopback interface only, without a dashboard. Because worker processes are spawned, a
    script must call this function under `if __name__ == "__main__":`.
    """
    from distributed import Client, LocalCluster

    with ExitStack() as stack:
        if address is None:
            cluster = LocalCluster(  # type: ignore[no-untyped-call]
                n_workers=workers, threads_per_worker=1, processes=True, host=HOST, dashboard_address=None
            )
            stack.enter_context(cluster)
            address = cluster.scheduler_address
        client = stack.enter_context(Client(address, set_as_default=False))  # type: ignore[no-untyped-call]
        with client.get_executor() as executor:
            yield executor
