"""A knowledge endpoint on the local machine that can go wrong in every way."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import attrs

__all__ = ["Endpoint", "Posted", "cut", "never", "serving_endpoint", "status"]


@attrs.frozen
class Posted:
    """A request as the endpoint got it."""

    path: str
    headers: Mapping[str, str]
    body: Any


Behaviour = Callable[["Handler"], None]


def status(code: int, **headers: str) -> Behaviour:
    """Answer with a status, and with a text that repeats the token."""

    def answer(handler: Handler) -> None:
        body = f"you sent {handler.headers.get('Authorization')}".encode()
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def cut(handler: Handler) -> None:
    """Close the connection without an answer."""
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def never(handler: Handler) -> None:
    """Send one byte after another of a header that does not end, until told to stop."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not handler.server.stopping.wait(0.02):
        try:
            handler.wfile.write(b"X")
            handler.wfile.flush()
        except OSError:
            return


class Handler(BaseHTTPRequestHandler):
    """Answers as the next behaviour says; the last one stays."""

    server: Endpoint
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:  # the name that the base class calls
        """Take what is posted."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.posted.append(Posted(self.path, dict(self.headers), json.loads(body)))
            behaviours = self.server.behaviours
            behaviour = behaviours.pop(0) if len(behaviours) > 1 else behaviours[0]
            self.server.arrived.set()
        behaviour(self)

    do_GET = do_POST  # noqa: N815  # a redirect that is followed would come here

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's
        """Say nothing."""


class Endpoint(ThreadingHTTPServer):
    """The endpoint, with what was posted to it."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, behaviours: Sequence[Behaviour]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviours = list(behaviours)
        self.posted: list[Posted] = []
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.arrived = threading.Event()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}/documents?key=in-the-address"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away."""


@contextmanager
def serving_endpoint(*behaviours: Behaviour) -> Iterator[Endpoint]:
    """Serve an endpoint that behaves so, request after request."""
    endpoint = Endpoint(behaviours or [status(201)])
    thread = threading.Thread(target=endpoint.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield endpoint
    finally:
        endpoint.stopping.set()
        endpoint.shutdown()
        endpoint.server_close()
        thread.join(10)
