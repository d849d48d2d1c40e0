"""Waiting for the server's first answer, with a deadline and a way to be woken.

pymssql knows one wait callback for the whole process. It runs in the thread that executes, with
the socket's descriptor, between sending and the first answer. Here it looks up what that thread
waits for; threads that run nothing of ours go on to the callback that was installed before.
"""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

__all__ = ["Interrupted", "Waker", "install", "wait_readable", "waiting"]


class Interrupted(Exception):  # noqa: N818 it is a signal between two functions, not an error
    """The wait ended before the server answered."""


class Waker:
    """Wakes one waiting thread from another: a pair of connected sockets, of which one is read."""

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)

    def fileno(self) -> int:
        """Return the descriptor that becomes readable."""
        return self._reader.fileno()

    def wake(self) -> None:
        """Wake the waiter; safe from any thread and after `close`."""
        try:
            self._writer.send(b"!")
        except OSError:
            return  # full, so it is awake already; or closed

    def drain(self) -> None:
        """Forget earlier wake-ups."""
        try:
            while self._reader.recv(64):
                continue
        except OSError:
            return

    def close(self) -> None:
        """Close both ends."""
        self._reader.close()
        self._writer.close()


def wait_readable(descriptors: list[int], timeout_s: float | None) -> list[int]:
    """Wait until one of the descriptors can be read; return those that can."""
    if hasattr(select, "poll"):  # takes descriptors beyond 1024, which select does not
        poller = select.poll()
        for descriptor in descriptors:
            poller.register(descriptor, select.POLLIN)
        milliseconds = None if timeout_s is None else max(0, int(timeout_s * 1000 + 0.999))
        return [descriptor for descriptor, _ in poller.poll(milliseconds)]
    return select.select(descriptors, [], [], timeout_s)[0]


_current = threading.local()
_install_lock = threading.Lock()


class waiting:  # noqa: N801 reads as a verb in `with waiting(...)`
    """Let this thread wait for the server until `deadline` (of `time.monotonic`) or a wake-up.

    Args:
        deadline: None waits without an end.
        waker: None cannot be woken.
        is_over: Is asked after a wake-up whether the wait really ends; a late wake-up of an
            earlier wait may come.
        on_descriptor: Is told the socket's descriptor, before the wait.
    """

    __slots__ = ("_before", "_deadline", "_is_over", "_on_descriptor", "_waker")

    def __init__(
        self,
        deadline: float | None,
        waker: Waker | None = None,
        is_over: Callable[[], bool] = lambda: True,
        on_descriptor: Callable[[int], None] | None = None,
    ) -> None:
        self._deadline = deadline
        self._waker = waker
        self._is_over = is_over
        self._on_descriptor = on_descriptor

    def __enter__(self) -> None:
        self._before = getattr(_current, "wait", None)
        _current.wait = self

    def __exit__(self, *_: object) -> None:
        _current.wait = self._before

    def __call__(self, descriptor: int) -> None:
        """Wait for an answer on the descriptor.

        Raises:
            Interrupted: The deadline passed or somebody woke us.
        """
        if self._on_descriptor is not None:
            self._on_descriptor(descriptor)
        descriptors = [descriptor] if self._waker is None else [descriptor, self._waker.fileno()]
        while True:
            timeout_s = None
            if self._deadline is not None:
                timeout_s = max(0.0, self._deadline - time.monotonic())
            readable = wait_readable(descriptors, timeout_s)
            if descriptor in readable:
                return
            if not readable or self._is_over():
                raise Interrupted
            if self._waker is not None:
                self._waker.drain()


def install(driver: Any) -> None:
    """Make our callback the driver's, once; one that was there before is called for others."""
    with _install_lock:
        before = driver.wait_callback
        if getattr(before, "is_sqlcore", False):
            return

        def on_wait(descriptor: int) -> None:
            wait = getattr(_current, "wait", None)
            if wait is not None:
                wait(descriptor)
            elif before is not None:
                before(descriptor)

        on_wait.is_sqlcore = True  # type: ignore[attr-defined]  # a mark on our own function
        driver.set_wait_callback(on_wait)
