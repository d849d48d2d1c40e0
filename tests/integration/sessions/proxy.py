"""Stands between client and server, and can cut the connection or fall silent."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import Self

__all__ = ["Proxy"]

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Proxy:
    """Passes on what a client on TCP and a PostgreSQL on a Unix socket say.

    Args:
        socket_folder: Where the server's socket is.
    """

    def __init__(self, socket_folder: str) -> None:
        self._target = f"{socket_folder}/.s.PGSQL.5432"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self._flowing = threading.Event()
        self._flowing.set()
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, name="test-proxy", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._flowing.set()
        self._listener.close()
        self.cut()

    def fall_silent(self) -> None:
        """Pass nothing on any more, with all connections open."""
        self._flowing.clear()

    def speak_again(self) -> None:
        """Go on."""
        self._flowing.set()

    def cut(self) -> None:
        """Reset all connections, on both sides."""
        sockets, self._sockets = self._sockets, []
        for peer in sockets:
            with contextlib.suppress(OSError):
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            _close(peer, socket.SHUT_RD)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._target)
            self._sockets += [client, server]
            for source, target in ((client, server), (server, client)):
                threading.Thread(
                    target=self._pass_on, args=(source, target), name="test-proxy", daemon=True
                ).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                target.sendall(data)
        for peer in (source, target):
            _close(peer, socket.SHUT_RDWR)


def _close(peer: socket.socket, how: int) -> None:
    """Close a socket; a thread that reads from it would keep it open, so that one is woken."""
    with contextlib.suppress(OSError):
        peer.shutdown(how)
    peer.close()
