"""Reading one table page by page, from structured arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

import attrs

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.catalog import TableDescription
from sqlcore.domain.encoding import tag_value, untag_value
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.query import ExecutionOptions, ResultSet, StatementResult
from sqlcore.domain.reading import (
    AllOf,
    Condition,
    OrderBy,
    TableRead,
    rows_after,
    total_order,
)
from sqlcore.errors import InvalidArgumentError, SqlCoreError
from sqlcore.ports import Connection
from sqlcore.services.conditions import parse_column, parse_condition, parse_order
from sqlcore.services.cursors import read_cursor, write_cursor
from sqlcore.services.limits import Limits
from sqlcore.services.naming import resolve_table
from sqlcore.services.querying import collect

__all__ = ["TableRows", "read_table"]

COUNTING_ROWS = 100_000
"""Matching rows are counted up to this many."""
COUNTING_S = 2.0
"""How long the counting may take; after that the number stays unknown."""


@attrs.frozen(kw_only=True)
class TableRows:
    """A page of a table.

    Attributes:
        table: The table that the name meant.
        result: The rows; its `row_count` and `complete` speak of this page only.
        total: How many rows match, as far as they were counted; None on later pages and where
            counting took too long.
        total_complete: Whether `total` is the true number (else there are at least that many).
        next_cursor: Where to go on; None at the end.
        paging: `key` where pages are cut by a key: inserts and deletes between two pages shift
            nothing. `offset` where the table has none.
    """

    table: QualifiedName
    result: ResultSet
    total: int | None = None
    total_complete: bool = False
    next_cursor: str | None = None
    paging: str = "key"
    duration_s: float = 0.0


@attrs.frozen(kw_only=True)
class _Page:
    """A parsed request: what the caller wants to see and what paging adds to it."""

    columns: tuple[str, ...]
    where: Condition
    order_by: tuple[OrderBy, ...]
    keyed: bool
    limit: int


def read_table(
    connection: Connection,
    name: str,
    limits: Limits,
    *,
    schema: str | None = None,
    columns: Sequence[str] | None = None,
    where: Any = None,
    order_by: Sequence[str] | None = None,
    limit: int | None = None,
    cursor: str | None = None,
    timeout_s: float | None = None,
    cancel: CancelToken | None = None,
) -> TableRows:
    """Read a page of a table or view.

    Args:
        connection: Where the table is.
        name: `table` or `schema.table`, quoted or not.
        limits: Bounds for rows and seconds.
        schema: The schema, where the name does not say it.
        columns: Names of columns; all where left out.
        where: Conditions, as `sqlcore.services.conditions` reads them.
        order_by: `column` or `column desc`, in their order.
        limit: The most rows of this page.
        cursor: `next_cursor` of the page before, with the same other arguments.
        timeout_s: Seconds for the statement.
        cancel: Lets another thread stop it.

    Raises:
        NotFoundError: The table or a column does not exist; the error names the nearest.
        InvalidArgumentError: An argument cannot be used; the error says which and why.
    """
    table = resolve_table(connection.catalog, name, schema).name
    description = connection.catalog.describe([table], full=False)[0]
    page = _page(description, columns, where, order_by, limits.rows(limit))
    request = [table.parts, columns, where, order_by]
    read = _starting_at(page, table, request, cursor)
    options = ExecutionOptions(
        timeout_s=limits.timeout(timeout_s),
        cancel=cancel,
        batch_rows=min(max(page.limit, 1) + 1, 1000),
    )
    fetched = _run(connection, read, options, limits)
    total, complete = (None, False)
    if cursor is None:
        total, complete = _count(connection, page, table, options, fetched.result_sets[0])
    return _answer(page, read, fetched, request, (total, complete))


def _page(
    description: TableDescription,
    columns: Sequence[str] | None,
    where: Any,
    order_by: Sequence[str] | None,
    limit: int,
) -> _Page:
    if limit < 1:
        raise InvalidArgumentError(f"limit is {limit}; it must be at least 1.", parameter="limit")
    if columns is not None and not columns:
        raise InvalidArgumentError(
            "columns is empty.", parameter="columns", hint="Name a column, or leave it out for all."
        )
    names = (
        tuple(column.name for column in description.columns)
        if columns is None
        else tuple(dict.fromkeys(parse_column(description, c, "columns") for c in columns))
    )
    wanted_order = tuple(parse_order(description, text) for text in order_by or ())
    order = total_order(description, wanted_order)
    return _Page(
        columns=names,
        where=parse_condition(description, where),
        order_by=wanted_order if order is None else order,
        keyed=order is not None,
        limit=limit,
    )


def _starting_at(
    page: _Page, table: QualifiedName, request: list[Any], cursor: str | None
) -> TableRead:
    """Make the read of one row more than the page, so that an end is known to be one."""
    hidden = tuple(order.column for order in page.order_by if order.column not in page.columns)
    read = TableRead(
        table=table,
        columns=page.columns + (hidden if page.keyed else ()),
        where=page.where,
        order_by=page.order_by,
        limit=page.limit + 1,
    )
    if cursor is None:
        return read
    position = read_cursor(request, cursor)
    try:
        if not page.keyed:
            return attrs.evolve(read, offset=int(position))
        values = tuple(untag_value(value) for value in position)
        after = rows_after(page.order_by, values)
    except (TypeError, ValueError) as exc:
        raise InvalidArgumentError(
            "The cursor cannot be read.",
            parameter="cursor",
            hint="Pass next_cursor of the last answer unchanged.",
        ) from exc
    return attrs.evolve(read, where=AllOf((page.where, after)))


def _run(
    connection: Connection, read: TableRead, options: ExecutionOptions, limits: Limits
) -> StatementResult:
    statement = connection.dialect.table_read(read)
    with closing(connection.queries.execute(statement, options)) as events:
        return collect(events, max_rows=read.limit, max_bytes=limits.max_result_bytes)


def _count(
    connection: Connection,
    page: _Page,
    table: QualifiedName,
    options: ExecutionOptions,
    fetched: ResultSet,
) -> tuple[int | None, bool]:
    """Count the matching rows, within bounds; a count that fails leaves the number unknown."""
    if len(fetched.rows) <= page.limit and not fetched.truncated:
        return len(fetched.rows), True
    read = TableRead(table=table, columns=(), where=page.where, limit=COUNTING_ROWS + 1)
    bounded = attrs.evolve(options, timeout_s=min(COUNTING_S, options.timeout_s))
    statement = connection.dialect.table_count(read)
    try:
        with closing(connection.queries.execute(statement, bounded)) as events:
            counted = collect(events, max_rows=1, max_bytes=1024).result_sets[0].rows[0][0]
    except SqlCoreError:
        if options.cancel is not None:
            options.cancel.raise_if_cancelled()
        return None, False
    return min(counted, COUNTING_ROWS), counted <= COUNTING_ROWS


def _answer(
    page: _Page,
    read: TableRead,
    fetched: StatementResult,
    request: list[Any],
    total: tuple[int | None, bool],
) -> TableRows:
    result = fetched.result_sets[0]
    shown = result.rows[: page.limit]
    width = len(page.columns)
    more = result.row_count > len(shown)
    return TableRows(
        table=read.table,
        result=ResultSet(
            columns=result.columns[:width],
            rows=tuple(row[:width] for row in shown),
            row_count=len(shown),
        ),
        total=total[0],
        total_complete=total[1],
        next_cursor=_next_cursor(page, read, shown, request) if more else None,
        paging="key" if page.keyed else "offset",
        duration_s=fetched.duration_s,
    )


def _next_cursor(
    page: _Page, read: TableRead, shown: tuple[tuple[Any, ...], ...], request: list[Any]
) -> str | None:
    if not shown:
        return None
    if not page.keyed:
        return write_cursor(request, read.offset + len(shown))
    by_name: Mapping[str, Any] = dict(zip(read.columns, shown[-1], strict=True))
    return write_cursor(request, [tag_value(by_name[order.column]) for order in page.order_by])
