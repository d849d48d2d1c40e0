"""Results as events: columns, batches of rows, counts and messages."""

from __future__ import annotations

import re

from psycopg import capabilities
from psycopg.adapt import AdaptersMap
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from sqlcore.adapters.postgres.link import Link
from sqlcore.adapters.postgres.naming import TypeBook
from sqlcore.adapters.postgres.values import RowLoader
from sqlcore.domain.query import (
    Event,
    ResultEnd,
    ResultStart,
    Row,
    RowBatch,
    RowsAffected,
)

__all__ = ["ResultReader", "row_loader", "stream_rows"]

_HAS_CHUNKS = capabilities.has_stream_chunked()
_COUNTS = re.compile(rb"(?: \d+)+$")
_SETTINGS = (b"DateStyle", b"IntervalStyle", b"TimeZone")


def stream_rows(pg: PGconn, batch_rows: int) -> None:
    """Let libpq hand out rows as they arrive; call it before the first result is taken.

    Chunks need libpq 17; before, rows come one by one and are gathered here.
    """
    if _HAS_CHUNKS and batch_rows > 1:
        pg.set_chunked_rows_mode(batch_rows)
    else:
        pg.set_single_row_mode()


def row_loader(link: Link, adapters: AdaptersMap) -> RowLoader:
    """Give the loader that fits the connection and how its server session writes dates now."""
    if link.raw is None:
        raise RuntimeError("an empty link has no rows")
    pg = link.raw.pgconn
    key = (link.generation, *(pg.parameter_status(name) for name in _SETTINGS))
    if link.loader is None or link.loader_key != key:
        link.loader, link.loader_key = RowLoader(adapters, link.raw), key
    return link.loader


class ResultReader:
    """Turns the results of one statement into events."""

    def __init__(self, link: Link, types: TypeBook, batch_rows: int) -> None:
        self._link = link
        self._types = types
        self._batch_rows = batch_rows
        self._loader: RowLoader | None = None
        self._row_count = 0
        self._single_rows: list[Row] = []

    def events(self, result: PGresult) -> list[Event]:
        """Give the events of a result that is no failure."""
        status = result.status
        if status == ExecStatus.COMMAND_OK:
            command = _COUNTS.sub(b"", result.command_status or b"").decode("ascii", "replace")
            return [RowsAffected(result.command_tuples or 0, command or None)]
        if status == ExecStatus.EMPTY_QUERY:
            return []
        events: list[Event] = []
        loader = self._loader
        if loader is None:
            columns = self._types.columns(result)
            loader = self._loader = row_loader(self._link, self._types.adapters)
            loader.begin(result)
            events.append(ResultStart(columns))
        if result.ntuples:
            self._add(loader.rows(result), events, is_single=status == ExecStatus.SINGLE_TUPLE)
        if status == ExecStatus.TUPLES_OK:
            self._flush(events)
            events.append(ResultEnd(self._row_count))
            self._loader, self._row_count = None, 0
        return events

    def _add(self, rows: list[Row], events: list[Event], *, is_single: bool) -> None:
        self._row_count += len(rows)
        if not is_single or self._batch_rows == 1:
            events.append(RowBatch(rows))
            return
        self._single_rows += rows
        if len(self._single_rows) >= self._batch_rows:
            self._flush(events)

    def _flush(self, events: list[Event]) -> None:
        if self._single_rows:
            events.append(RowBatch(self._single_rows))
            self._single_rows = []

    def messages(self) -> list[Event]:
        """Give what the server has said since it was last asked for."""
        notices = self._link.notices
        if not notices:
            return []
        events: list[Event] = list(notices)
        notices.clear()
        return events
