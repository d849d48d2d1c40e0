"""The threads that sessions run in."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from typing import Protocol

from sqlcore.errors import LimitExceededError

__all__ = ["Job", "Workers"]

_IDLE_S = 10.0


class Job(Protocol):
    """Something to run.

    Attributes:
        owner: Whose it is; empty where there is only one who could own anything.
    """

    owner: str

    def execute(self) -> None:
        """Run it; never raises."""
        ...


class Workers:
    """Runs jobs in the order in which they come, so many at once. For use by many threads.

    No owner who has a name takes more than half of the places: of those that run, and of those
    that wait. So nobody keeps others out, be it with one hour of work or with a hundred.

    Threads are started when they are needed and leave when they have had nothing to do for a
    while. They do not keep the process alive.

    Args:
        most: The most that run at once.
        most_queued: The most that wait.
    """

    def __init__(self, most: int, most_queued: int) -> None:
        self._most = most
        self._most_queued = most_queued
        self._changed = threading.Condition()
        self._queue: deque[Job] = deque()
        self._running: dict[Job, threading.Thread] = {}
        self._threads: set[threading.Thread] = set()
        self._idle = 0
        self._closed = False

    def submit(self, job: Job) -> None:
        """Run a job as soon as there is a thread for it.

        Raises:
            LimitExceededError: Too many run and wait, or no more are taken.
        """
        with self._changed:
            if self._closed:
                raise LimitExceededError("The program is shutting down; no session is started.")
            if len(self._running) + len(self._queue) >= self._most + self._most_queued:
                raise LimitExceededError(
                    f"{len(self._running)} sessions run and {len(self._queue)} wait, which is the "
                    "most."
                )
            if job.owner and self._count(job.owner) >= self.share:
                raise LimitExceededError(
                    f"{self.share} of your sessions run and wait, which is the most for one caller."
                )
            if self._idle <= len(self._queue) and len(self._threads) < self._most:
                self._start_thread()
            self._queue.append(job)
            self._changed.notify()

    @property
    def share(self) -> int:
        """How many jobs an owner who has a name may have here, those that wait included."""
        return _half(self._most) + _half(self._most_queued)

    def _count(self, owner: str) -> int:
        return sum(job.owner == owner for job in (*self._running, *self._queue))

    def _start_thread(self) -> None:
        thread = threading.Thread(target=self._work, name="sqlcore-session", daemon=True)
        try:
            thread.start()
        except RuntimeError as exc:  # the process has too many threads
            if not self._threads:
                raise LimitExceededError("No thread can be started for the session.") from exc
            return
        self._threads.add(thread)

    def withdraw(self, job: Job) -> bool:
        """Take a job out of the queue; say whether it was still there."""
        with self._changed:
            try:
                self._queue.remove(job)
            except ValueError:
                return False
            return True

    def abandon(self, job: Job) -> None:
        """Let another thread have the place of one that a job does not give back."""
        with self._changed:
            thread = self._running.pop(job, None)
            if thread is not None:
                self._threads.discard(thread)
                if self._queue and not self._closed:
                    self._start_thread()

    def close(self, timeout_s: float) -> None:
        """Take no more jobs, and wait for the threads so long. Withdraw those that wait before."""
        with self._changed:
            self._closed = True
            self._queue.clear()
            self._changed.notify_all()
            threads = list(self._threads)
        give_up_at = time.monotonic() + timeout_s
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(max(0.0, give_up_at - time.monotonic()))

    def _work(self) -> None:
        while (job := self._next()) is not None:
            job.execute()
            with self._changed:
                if self._running.pop(job, None) is None:
                    return  # it was abandoned, and another thread has its place
            del job  # what it holds may go while this thread waits

    def _next(self) -> Job | None:
        """Wait for a job; None to leave."""
        thread = threading.current_thread()
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._due() or self._closed, timeout=_IDLE_S)
            self._idle -= 1
            job = self._due()
            if job is None:
                self._threads.discard(thread)
                return None
            self._queue.remove(job)
            self._running[job] = thread
            return job

    def _due(self) -> Job | None:
        """Return the first that waits and whose owner has a place left."""
        if not self._queue:
            return None
        running = Counter(job.owner for job in self._running)
        most = _half(self._most)
        return next(
            (job for job in self._queue if not job.owner or running[job.owner] < most), None
        )


def _half(places: int) -> int:
    return (places + 1) // 2
