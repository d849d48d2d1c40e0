"""A server on 127.0.0.1 whose threads and sockets all end when it is closed."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterable

from tests.integration.tds.requests import Request

__all__ = ["LoopbackServer", "RequestLog", "shut"]

_JOIN_TIMEOUT_S = 10.0


def shut(stream: socket.socket) -> None:
    """Shut a connection down in both directions; whoever reads from it wakes up."""
    with contextlib.suppress(OSError):
        stream.shutdown(socket.SHUT_RDWR)


class LoopbackServer:
    """Accepts connections on a free port and serves each one on its own thread.

    `serve` gets a connection, hands sockets that it opens itself to `track`, and ends when they
    are shut down. What it raises, apart from the loss of a connection, is kept in `problems`.
    """

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self.problems: list[str] = []
        self._serve = serve
        self._lock = threading.Lock()
        self._closing = False
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept, name=f"tds-accept-{self.port}")
        self._acceptor.start()

    def _accept(self) -> None:
        with self._listener:
            while True:
                stream, _address = self._listener.accept()
                thread = threading.Thread(
                    target=self._run, args=(stream,), name=f"tds-serve-{self.port}"
                )
                with self._lock:
                    if self._closing:
                        stream.close()
                        return
                    self._open.add(stream)
                    self._threads.append(thread)
                thread.start()

    def _run(self, stream: socket.socket) -> None:
        try:
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._serve(stream)
        except OSError:
            pass  # The client went away, or `close` shut the connection down.
        except Exception as exc:  # noqa: BLE001  the top of a thread: the test must hear of it
            self.problems.append(f"{type(exc).__name__}: {exc}")
        finally:
            self.untrack(stream)

    def track(self, stream: socket.socket) -> None:
        """Shut a further socket down when the server is closed."""
        with self._lock:
            self._open.add(stream)
            closing = self._closing
        if closing:
            shut(stream)

    def untrack(self, stream: socket.socket) -> None:
        """Close a socket."""
        with self._lock:
            self._open.discard(stream)
        shut(stream)
        stream.close()

    def close(self) -> None:
        """End every connection and wait for the threads. Idempotent.

        Raises:
            RuntimeError: A thread did not end.
        """
        with self._lock:
            if self._closing:
                return
            self._closing = True
            threads = [self._acceptor, *self._threads]
            for stream in self._open:
                shut(stream)
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            pass  # It wakes the acceptor, on every platform.
        _join(threads)


def _join(threads: Iterable[threading.Thread]) -> None:
    for thread in threads:
        thread.join(_JOIN_TIMEOUT_S)
        if thread.is_alive():
            raise RuntimeError(f"the thread {thread.name} did not end")


class RequestLog:
    """The requests that have reached the server, for tests that wait for one of them."""

    def __init__(self) -> None:
        self._arrived = threading.Condition()
        self._texts: list[str] = []

    def add(self, request: Request) -> None:
        """Note a request."""
        with self._arrived:
            self._texts.append(request.text)
            self._arrived.notify_all()

    def wait_for(self, pattern: str, *, count: int, timeout_s: float) -> bool:
        """Wait until so many requests have arrived that contain the pattern."""
        compiled = re.compile(pattern)

        def seen() -> bool:
            return sum(1 for text in self._texts if compiled.search(text)) >= count

        with self._arrived:
            return self._arrived.wait_for(seen, timeout_s)

    def texts(self) -> tuple[str, ...]:
        """Return all of them in order."""
        with self._arrived:
            return tuple(self._texts)
