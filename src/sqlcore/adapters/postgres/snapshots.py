"""Queries of our own: several in one round trip, in one read-only transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from psycopg.adapt import AdaptersMap
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from sqlcore.adapters.postgres import errors
from sqlcore.adapters.postgres.errors import Report
from sqlcore.adapters.postgres.link import DeadlinePassedError, Link, LinkLostError
from sqlcore.adapters.postgres.login import Login
from sqlcore.adapters.postgres.pool import Pool
from sqlcore.adapters.postgres.reading import row_loader
from sqlcore.adapters.postgres.stopping import stop
from sqlcore.errors import LimitExceededError

__all__ = ["Query", "Snapshots"]

Query = tuple[bytes, Sequence[bytes | None]]
"""A text with `$1…$n` and its values as text; their types follow from casts in it."""

_TIMEOUT_S = 30.0
_SETTINGS = b"SELECT set_config('statement_timeout', '%d', true), set_config('jit', 'off', true)"
"""Compiling a query takes longer than any of ours."""
_PING_TIMEOUT_S = 5.0
_GRACE_S = 0.7
_SPARE_WAIT_S = 0.01
_NOT_KEPT = {"26000", "42P05"}
"""No such prepared statement, or already one: a pooler gives each transaction another session."""


class _NotKeptError(Exception):
    """The server session is not the one that prepared the query."""


class Snapshots:
    """Runs the adapter's own queries."""

    def __init__(self, pool: Pool, login: Login, adapters: AdaptersMap) -> None:
        self._pool = pool
        self._login = login
        self._adapters = adapters
        self._keeps = True

    @property
    def login(self) -> Login:
        """Where the queries go."""
        return self._login

    def rows(
        self, *queries: Query, keep: bool = True, timeout_s: float = _TIMEOUT_S
    ) -> list[list[tuple[Any, ...]]]:
        """Run queries under one snapshot of the data; return the rows of each.

        Args:
            queries: Texts with their values.
            keep: Whether the server keeps their plans; one whose best plan depends on its values
                is better planned each time.
            timeout_s: Seconds for all of them.
        """
        link = self._pool.acquire()
        try:
            return self._rows(link, queries, keep=keep, timeout_s=timeout_s)
        finally:
            self._pool.release(link)

    def rows_if_free(
        self, choose: Callable[[int], Sequence[Query]], *, wait_s: float, timeout_s: float
    ) -> list[list[tuple[Any, ...]]]:
        """Run queries if there is a link to spare; return the rows of each.

        Args:
            choose: Gives them for a version of the server, such as 140005.
            wait_s: Seconds to wait for a link.
            timeout_s: Seconds for all of them.

        Raises:
            LimitExceededError: All links were busy.
        """
        link = self._pool.acquire(timeout_s=wait_s)
        try:
            queries = choose(link.make_ready(None).server_version)
            return self._rows(link, queries, timeout_s=timeout_s)
        finally:
            self._pool.release(link)

    def ping(self) -> float:
        """Make one round trip on a link that is connected; return its seconds."""
        link = self._pool.acquire()
        try:
            link.make_ready(None)
            started_at = time.monotonic()
            link.ask(started_at + _PING_TIMEOUT_S)
            return time.monotonic() - started_at
        except DeadlinePassedError as exc:
            link.discard()
            raise errors.no_answer(self._login.address, _PING_TIMEOUT_S) from exc
        except LinkLostError as exc:
            link.discard()
            raise errors.lost_error() from exc.__cause__
        finally:
            self._pool.release(link)

    def rows_meanwhile(self, query: Query) -> list[tuple[Any, ...]]:
        """Run a query while the caller itself holds a link, perhaps the last one.

        Where the pool has none left, a connection is made for it.
        """
        try:
            link = self._pool.acquire(timeout_s=_SPARE_WAIT_S)
        except LimitExceededError:
            link = Link(self._login)
            try:
                return self._rows(link, [query])[0]
            finally:
                link.close()
        try:
            return self._rows(link, [query])[0]
        finally:
            self._pool.release(link)

    def _rows(
        self,
        link: Link,
        queries: Sequence[Query],
        *,
        keep: bool = True,
        timeout_s: float = _TIMEOUT_S,
    ) -> list[list[tuple[Any, ...]]]:
        link.make_ready(None)
        try:
            return self._run(link, queries, keep=keep and self._keeps, timeout_s=timeout_s)
        except _NotKeptError:
            self._keeps = False
            link.make_ready(None)
            return self._run(link, queries, keep=False, timeout_s=timeout_s)

    def _run(
        self, link: Link, queries: Sequence[Query], *, keep: bool, timeout_s: float
    ) -> list[list[tuple[Any, ...]]]:
        until = time.monotonic() + timeout_s
        try:
            link.enter_pipeline()
            link.queue(b"BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ")
            link.queue(_SETTINGS % (timeout_s * 1000))
            expected = [link.queue_kept(text, values, keep=keep) for text, values in queries]
            link.sync()
            link.queue(b"ROLLBACK")
            link.sync()
            link.send(until, None)
            for _ in range(2):
                _take(link, until)
            results = [[_take(link, until) for _ in range(count)][-1] for count in expected]
            rows = [self._load(link, result) for result in results]
            link.drain(until)
        except DeadlinePassedError as exc:
            stop(link, _GRACE_S)
            raise errors.timeout_error(timeout_s) from exc
        except LinkLostError as exc:
            link.discard()
            raise errors.lost_error() from exc.__cause__
        return rows

    def _load(self, link: Link, result: PGresult) -> list[tuple[Any, ...]]:
        loader = row_loader(link, self._adapters)
        loader.begin(result)
        return loader.rows(result)


def _take(link: Link, until: float) -> PGresult:
    last: PGresult | None = None
    while (result := link.receive(until, None)) is not None:
        if result.status == ExecStatus.FATAL_ERROR:
            report = Report.of(result)
            link.discard()  # nobody knows which of the queries it has kept
            if report.sqlstate in _NOT_KEPT:
                raise _NotKeptError
            error = errors.lost_error if report.ends_connection else errors.server_error
            raise error(report) from errors.driver_error(report)
        last = result
    if last is None:
        raise LinkLostError
    return last
