"""Grading on many machines: the workers of a Dask scheduler in place of processes of this one.

Every worker process starts a server of its own when it grades for the first time. Results come
back here, and nobody else writes.
"""

import asyncio
import re
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from backprop.classroom.connection import find_server
from backprop.classroom.workers import Workers

__all__ = ["SchedulerWorkers"]

RETRIES = 2
ANSWER = 10  # seconds for a scheduler to answer
PATIENCE = 20  # seconds for a worker that has just been started again
GONE = 60  # seconds without any worker, after which nobody waits any more
EXTRA = 'grading on a scheduler needs distributed: pip install "backprop-book[class]"'


@dataclass(frozen=True)
class SchedulerWorkers(Workers):
    """Workers of a scheduler.

    Attributes
    ----------
    address : str
        Where the scheduler listens, for example ``"tcp://10.0.0.5:8786"``.
    version : str
        That of the package here; that of every worker must be the same.
    """

    address: str = ""
    version: str = ""
    opened: list[Any] = field(default_factory=list)
    #: When it was first seen that there are no workers, as long as there are none.
    deserted: list[float] = field(default_factory=list)

    @cached_property
    def client(self) -> Any:
        """The connection to the scheduler.

        Raises
        ------
        ModuleNotFoundError
            If distributed is not installed.
        OSError
            If no scheduler answers there.
        ValueError
            If it is no address.
        """
        if not re.search(r"://|:\d+$", self.address):
            raise ValueError(
                f"scheduler must be an address with a port, got {self.address[:60]!r}: write it as "
                "tcp://10.0.0.5:8786, as dask scheduler prints it"
            )
        try:
            from distributed import Client
        except ModuleNotFoundError as problem:
            raise ModuleNotFoundError(EXTRA, name=problem.name) from None
        with ThreadPoolExecutor(1) as apart:  # whoever calls may be in an event loop already
            apart.submit(asyncio.run, _knock(self.address)).result()
        connect: Any = Client  # which has no types
        client = connect(self.address, set_as_default=False, timeout=ANSWER)
        self.opened.append(client)
        return client

    def make_executor(self) -> Executor:
        """Make what hands batches to the scheduler."""
        return _SchedulerExecutor(self.client)

    def find_walls(self) -> str:
        """Return the walls that are in force on all workers.

        Raises
        ------
        OSError
            If a worker has none, has another version of the package, or there is no worker.
        """
        asked = (self.walls, self.memory, self.seconds + 2)
        try:
            self.client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise OSError(
                f"the scheduler at {self.address} has no workers: start some with dask worker"
            ) from None
        found = self.client.run(_describe_worker, asked, on_error="return")
        for worker, described in sorted(found.items()):
            if isinstance(described, BaseException):
                raise OSError(f"worker {worker} cannot grade: {described}")
            if described["version"] != self.version:
                raise OSError(
                    f"worker {worker} has version {described['version']} of backprop-book, and "
                    f"not {self.version}: install the same everywhere"
                )
        return " and ".join(sorted({described["walls"] for described in found.values()}))

    def count_workers(self) -> int:
        """Return how many batches the workers grade at once."""
        return sum(self.client.nthreads().values()) or 1

    def watch(self) -> None:
        """See whether there are workers.

        A worker that dies before the process that looks after it knows of its start is not
        started again: so there may be none left, and the scheduler waits for ever.

        Raises
        ------
        OSError
            If there have been none for a while.
        """
        if self.client.nthreads():
            self.deserted.clear()
            return
        self.deserted.append(time.monotonic())
        if self.deserted[-1] - self.deserted[0] >= GONE:
            raise OSError(
                f"the scheduler at {self.address} has no workers any more: start some, and the "
                "same command goes on"
            )

    @property
    def blamed(self) -> tuple[type[Exception], ...]:
        """Errors that are a submission's doing: it has killed workers, one after another."""
        from distributed import KilledWorker

        return (*super().blamed, KilledWorker)

    def close(self) -> None:
        """Leave the scheduler."""
        while self.opened:
            self.opened.pop().close()


async def _knock(address: str) -> None:
    """See whether a scheduler answers; a client that nobody answers cannot be put away at once."""
    import distributed

    untyped: Any = distributed
    allowed = untyped.Security().get_connection_args("client")
    asked = untyped.rpc(address, timeout=ANSWER, connection_args=allowed)
    try:
        known = await asyncio.wait_for(asked.identity(), ANSWER)
        problem = "" if known["type"] == "Scheduler" else f"what answers is a {known['type']}"
    except MemoryError:
        problem = "what answers speaks of sizes that nobody has"
    except Exception as error:  # whoever else listens there may say anything
        problem = str(error) or f"no answer in {ANSWER} seconds"
    finally:
        await asked.close_rpc()
    if problem:
        raise OSError(
            f"no Dask scheduler answers at {address}: start one with dask scheduler, and give the "
            f"address that it prints ({problem})"
        )


def _describe_worker(asked: tuple[str, int, int]) -> dict[str, str]:
    """Describe the process that grades: its walls, and its version of the package."""
    from importlib.metadata import version

    return {"version": version("backprop-book"), "walls": find_server(*asked).walls}


class _SchedulerExecutor(Executor):
    """An executor whose batches nobody takes for done before, and which can be left at once."""

    def __init__(self, client: Any) -> None:
        self._inner = client.get_executor(pure=False, retries=RETRIES)

    def submit(self, function: Any, /, *arguments: Any, **named: Any) -> "Future[Any]":
        """Hand a call to the scheduler."""
        future: Future[Any] = self._inner.submit(function, *arguments, **named)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for what is under way, or give it up."""
        self._inner.shutdown(wait=wait and not cancel_futures)
