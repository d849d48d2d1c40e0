"""Stopping what a link runs, within a bounded time, whatever the server and the network do."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

import psycopg
from psycopg import generators, waiting
from psycopg.pq.abc import PGcancelConn

from sqlcore.adapters.postgres.errors import is_busy_socket
from sqlcore.adapters.postgres.link import DeadlinePassedError, Link, LinkLostError
from sqlcore.adapters.postgres.login import BUSY_PAUSE, BUSY_PAUSE_S

__all__ = ["cancel", "stop"]

_AGAIN_S = 0.2
_AT_ONCE_S = 0.3
_LATER_S = 10.0


def cancel(link: Link) -> threading.Event:
    """Tell the server to stop. Returns soon; on a slow network a thread goes on with it.

    Returns:
        Set once no cancel is under way any more, that could hit the next statement.
    """
    request = link.cancel_request()
    ended = threading.Event()

    def send_request() -> None:
        with contextlib.suppress(psycopg.Error):
            _send(request)
        ended.set()

    threading.Thread(target=send_request, name="sqlcore-cancel", daemon=True).start()
    ended.wait(_AT_ONCE_S)
    return ended


def stop(link: Link, grace_s: float, tidy_up: Callable[[float], None] | None = None) -> None:
    """Cancel what runs and bring the connection in order, or drop it when that takes long.

    Args:
        link: With or without a connection.
        grace_s: How long the whole may take.
        tidy_up: What to do once the server has stopped; gets the end of the grace.
    """
    if link.raw is None:
        return
    until = time.monotonic() + grace_s
    try:
        ended = _cancel_and_drain(link, until)
        if not ended.wait(max(0.0, until - time.monotonic())):
            link.discard()  # the cancel could hit the next statement
        elif tidy_up is not None:
            tidy_up(until)
    except (LinkLostError, DeadlinePassedError, psycopg.Error, OSError):
        link.discard()


def _cancel_and_drain(link: Link, until: float) -> threading.Event:
    """Cancel what runs and drop what still comes; return what `cancel` does.

    A server that has not begun yet takes no notice of a cancel, so it is told again.
    """
    while True:
        ended = cancel(link)
        again_at = min(until, time.monotonic() + _AGAIN_S)
        try:
            link.drain(again_at)
        except DeadlinePassedError:
            if again_at >= until or not ended.wait(max(0.0, until - time.monotonic())):
                raise
        else:
            return ended


def _send(request: PGcancelConn) -> None:
    give_up_at = time.monotonic() + _LATER_S
    while True:
        try:
            request.start()
            attempt = generators.cancel(request)
            waiting.wait_conn(attempt, interval=0.1, timeout=_LATER_S)
        except psycopg.OperationalError as exc:
            if not is_busy_socket(exc) or time.monotonic() > give_up_at:
                raise
            request.reset()
            BUSY_PAUSE.wait(BUSY_PAUSE_S)
        else:
            return
