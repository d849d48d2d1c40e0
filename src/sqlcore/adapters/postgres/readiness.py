"""Waiting for a connection's socket and for a wake-up call, whichever comes first."""

from __future__ import annotations

import contextlib
import math
import select
import socket
import sys

if sys.platform != "win32":
    import fcntl
    import termios

__all__ = ["Readiness"]

_LONGEST_S = 3600.0
"""poll(2) takes milliseconds as a C int; whoever waits longer asks again."""

if hasattr(select, "poll"):

    class Readiness:
        """Waits with poll(2), which knows no limit on file descriptors."""

        def __init__(self, descriptor: int, wake_reader: socket.socket) -> None:
            self._descriptor = descriptor
            self._poll = select.poll()
            self._poll.register(descriptor, select.POLLIN)
            self._poll.register(wake_reader.fileno(), select.POLLIN)
            self._own = select.poll()
            self._own.register(descriptor, select.POLLIN)

        def wait(self, timeout_s: float, *, to_write: bool = False) -> bool:
            """Wait; say whether the connection is ready."""
            if to_write:
                self._poll.modify(self._descriptor, select.POLLIN | select.POLLOUT)
            try:
                ready = self._poll.poll(math.ceil(min(timeout_s, _LONGEST_S) * 1000))
            finally:
                if to_write:
                    self._poll.modify(self._descriptor, select.POLLIN)
            return self._descriptor in dict(ready)

        def has_input(self) -> bool:
            """Say whether something has arrived already."""
            return bool(self._own.poll(0))

        def arrived_bytes(self) -> int:
            """Count what has arrived and was not taken yet."""
            count = bytearray(4)
            with contextlib.suppress(OSError):  # closed: the next look at it will tell
                fcntl.ioctl(self._descriptor, termios.FIONREAD, count)
            return int.from_bytes(count, sys.byteorder)

else:

    class Readiness:  # type: ignore[no-redef]  # one of the two is defined
        """Waits with select(2), where there is no poll (Windows)."""

        def __init__(self, descriptor: int, wake_reader: socket.socket) -> None:
            self._descriptor = descriptor
            self._wake_descriptor = wake_reader.fileno()

        def wait(self, timeout_s: float, *, to_write: bool = False) -> bool:
            """Wait; say whether the connection is ready."""
            readers = [self._descriptor, self._wake_descriptor]
            writers = [self._descriptor] if to_write else []
            readable, writable, _ = select.select(readers, writers, [], timeout_s)
            return self._descriptor in readable or bool(writable)

        def has_input(self) -> bool:
            """Say whether something has arrived already."""
            return bool(select.select([self._descriptor], [], [], 0)[0])

        def arrived_bytes(self) -> int:
            """Count nothing: Windows does not tell."""
            return 0
