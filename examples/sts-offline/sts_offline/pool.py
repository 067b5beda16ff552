"""Worker processes: one model each, one fragment at a time, first come first served."""

import asyncio
import multiprocessing
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from . import dub
from .load import Load
from .protocol import Refused


class Pool:
    def __init__(self, workers: int) -> None:
        self.load = Load(workers)
        self._free = asyncio.Semaphore(workers)
        self._executor = self._processes()

    def _processes(self) -> ProcessPoolExecutor:
        # spawn: a fork of a process with threads and open sockets would share them.
        return ProcessPoolExecutor(self.load.workers, multiprocessing.get_context("spawn"), initializer=dub.warm)

    async def warm(self) -> None:
        """Until every process has its model."""
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self._executor, time.sleep, 0.2) for _ in range(self.load.workers)))

    async def run(self, job: dub.Job, is_wanted: Callable[[], bool], started: Callable[[], Awaitable[None]]) -> dub.Dubbed:
        """Refused when nobody wants the result any more at its turn: the time goes to a fragment that can be in time."""
        async with self._free:
            if not is_wanted():
                raise Refused("TIMEOUT", "its turn came too late for an answer in time")
            await started()
            began = time.monotonic()
            executor = self._executor
            try:
                result = await asyncio.get_running_loop().run_in_executor(executor, dub.dub, job)
            except BrokenProcessPool:
                # A model that crashed takes its process with it. The first to notice makes new ones.
                if executor is self._executor:
                    self._executor = self._processes()
                raise
            self.load.worked(time.monotonic() - began)
            return result

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
