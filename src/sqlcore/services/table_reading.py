"""Reading one table page by page, from structured arguments.

A cursor holds `[after, offset]`: go on behind the row with these key values (null for the first
page), and skip so many rows from there. A table with a key needs no offset, unless the values of
a row are too long for a cursor, are not exact (the next page would repeat or skip rows), or are
masked (whoever has a cursor can read it).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import Any

import attrs

from sqlcore.domain.access import Access
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.encoding import tag_value, untag_value
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.query import ExecutionOptions, ResultSet, Row, Statement, StatementResult
from sqlcore.domain.reading import (
    AllOf,
    Condition,
    OrderBy,
    TableRead,
    rows_after,
    total_order,
)
from sqlcore.domain.table import TableDescription
from sqlcore.errors import (
    InvalidArgumentError,
    LimitExceededError,
    SqlCoreError,
)
from sqlcore.ports import Connection
from sqlcore.services.admission import Gate, Order
from sqlcore.services.conditions import parse_column, parse_condition, parse_order
from sqlcore.services.cursors import read_cursor, write_cursor
from sqlcore.services.describing import describe_table
from sqlcore.services.limits import Limits
from sqlcore.services.querying import collect

__all__ = ["TableRows", "read_table"]

LONGEST_CURSOR = 2000
"""In characters: a cursor costs its reader tokens. One that would be longer counts rows instead."""
_MOST_SKIPPED = 2**53
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
            nothing. `offset` where the table has none, or the values of its last row do not fit
            into a cursor or are masked.
    """

    table: QualifiedName
    result: ResultSet
    total: int | None = None
    total_complete: bool = False
    next_cursor: str | None = None
    paging: str = "key"
    duration_s: float = 0.0
    _cursor_after: Callable[[int], tuple[str, str]] = attrs.field(repr=False, eq=False)

    def first(self, count: int) -> TableRows:
        """Cut the page to its first rows; its cursor then goes on behind the last of them.

        Args:
            count: At least 1 and at most as many as the page has.
        """
        if count >= len(self.result.rows):
            return self
        cursor, paging = self._cursor_after(count)
        result = attrs.evolve(self.result, rows=self.result.rows[:count], row_count=count)
        return attrs.evolve(self, result=result, next_cursor=cursor, paging=paging)


@attrs.frozen(kw_only=True)
class _Page:
    """A parsed request: what the caller wants to see and what paging adds to it."""

    columns: tuple[str, ...]
    where: Condition
    order_by: tuple[OrderBy, ...]
    keyed: bool
    exact: bool
    limit: int


@attrs.frozen
class _Start:
    """Where a page begins: behind the row with these values, as a cursor holds them."""

    after: list[Any] | None = None
    offset: int = 0


def read_table(
    connection: Connection,
    gate: Gate,
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
        gate: The way to it for statements.
        name: `table` or `schema.table`, quoted or not.
        limits: Bounds for rows and seconds.
        schema: The schema, where the name does not say it.
        columns: Names of columns, each returned once; all where left out.
        where: Conditions, as `sqlcore.services.conditions` reads them.
        order_by: `column` or `column desc`, in their order.
        limit: The most rows of this page.
        cursor: `next_cursor` of the page before, with the same other arguments.
        timeout_s: Seconds for the statement.
        cancel: Lets another thread stop it.

    Raises:
        NotFoundError: The table or a column does not exist; the error names the nearest.
        InvalidArgumentError: An argument cannot be used; the error says which and why.
        LimitExceededError: Not even one row fits the bytes of the limits.
    """
    description = describe_table(connection.catalog, name, schema, full=False)
    table = description.name
    columns, order_by = _listed(columns), _listed(order_by)
    rows = limits.rows(limit, parameter="limit", least=1)
    page = _page(description, columns, where, order_by, rows)
    request = [table.parts, columns, where, order_by]
    start = _Start() if cursor is None else _start(request, cursor)
    read = _starting_at(page, table, start)
    options = ExecutionOptions(
        timeout_s=limits.timeout(timeout_s),
        cancel=cancel,
        batch_rows=min(max(page.limit, 1) + 1, 1000),
    )
    fetched = _run(connection, gate, read, options, limits)
    total, complete = (None, False)
    if cursor is None:
        total, complete = _count(
            connection, gate, page, table, options=options, fetched=fetched.result_sets[0]
        )
    result = fetched.result_sets[0]
    page = attrs.evolve(page, exact=page.exact and not _masks_key(page, read, result))
    cursor_after = partial(_cursor_after, page, read, result.rows, (request, start))
    return _answer(page, read, fetched, cursor_after, total=total, total_complete=complete)


def _masks_key(page: _Page, read: TableRead, result: ResultSet) -> bool:
    keys = {order.column for order in page.order_by}
    names = zip(read.columns, result.columns, strict=True)
    return any(column.masked and name in keys for name, column in names)


def _is_exact(description: TableDescription, order: OrderBy) -> bool:
    column = description.column(order.column)
    return column is not None and column.type.exact


def _listed(names: Sequence[str] | None) -> Sequence[str] | None:
    """Take one name for a list of one: a text is a sequence of characters too."""
    return [names] if isinstance(names, str) else names


def _page(
    description: TableDescription,
    columns: Sequence[str] | None,
    where: Any,
    order_by: Sequence[str] | None,
    limit: int,
) -> _Page:
    if columns is not None and not columns:
        raise InvalidArgumentError(
            "columns is empty.", parameter="columns", hint="Name a column, or leave it out for all."
        )
    names = (
        tuple(column.name for column in description.columns)
        if columns is None
        else tuple(dict.fromkeys(parse_column(description, c, "columns") for c in columns))
    )
    by_column: dict[str, OrderBy] = {}
    for text in order_by or ():  # a column's second mention has no effect; SQL Server refuses it
        parsed = parse_order(description, text)
        by_column.setdefault(parsed.column, parsed)
    wanted_order = tuple(by_column.values())
    order = total_order(description, wanted_order)
    return _Page(
        columns=names,
        where=parse_condition(description, where),
        order_by=wanted_order if order is None else order,
        keyed=order is not None,
        exact=all(_is_exact(description, by) for by in order or ()),
        limit=limit,
    )


def _start(request: list[Any], cursor: str) -> _Start:
    try:
        after, offset = read_cursor(request, cursor)
    except (TypeError, ValueError) as exc:
        raise _bad_cursor() from exc
    if type(offset) is not int or not 0 <= offset < _MOST_SKIPPED:
        raise _bad_cursor()
    return _Start(after, offset)


def _starting_at(page: _Page, table: QualifiedName, start: _Start) -> TableRead:
    """Make the read of one row more than the page, so that an end is known to be one."""
    hidden = tuple(order.column for order in page.order_by if order.column not in page.columns)
    where = page.where
    if start.after is not None:
        try:
            values = tuple(untag_value(value) for value in start.after)
            where = AllOf((where, rows_after(page.order_by, values)))
        except (TypeError, ValueError) as exc:
            raise _bad_cursor() from exc
    return TableRead(
        table=table,
        columns=page.columns + (hidden if page.keyed else ()),
        where=where,
        order_by=page.order_by,
        limit=page.limit + 1,
        offset=start.offset,
    )


def _bad_cursor() -> InvalidArgumentError:
    return InvalidArgumentError(
        "The cursor cannot be read.",
        parameter="cursor",
        hint="Pass next_cursor of the last answer unchanged.",
    )


def _run(
    connection: Connection, gate: Gate, read: TableRead, options: ExecutionOptions, limits: Limits
) -> StatementResult:
    order = _order(connection.dialect.table_read(read), read)
    with closing(gate.run(order, options)) as events:
        return collect(events, limits, max_rows=read.limit)


def _order(statement: Statement, read: TableRead) -> Order:
    return Order(statement=statement, action="read_table", access=Access.READ, table=read.table)


def _count(
    connection: Connection,
    gate: Gate,
    page: _Page,
    table: QualifiedName,
    *,
    options: ExecutionOptions,
    fetched: ResultSet,
) -> tuple[int | None, bool]:
    """Count the matching rows, within bounds; a count that fails leaves the number unknown."""
    if len(fetched.rows) <= page.limit and not fetched.truncated:
        return len(fetched.rows), True
    read = TableRead(table=table, columns=(), where=page.where, limit=COUNTING_ROWS + 1)
    bounded = attrs.evolve(options, timeout_s=min(COUNTING_S, options.timeout_s))
    order = _order(connection.dialect.table_count(read), read)
    try:
        with closing(gate.run(order, bounded)) as events:
            counted = collect(events, Limits(), max_rows=1).result_sets[0].rows[0][0]
    except SqlCoreError:
        if options.cancel is not None:
            options.cancel.raise_if_cancelled()
        return None, False
    return min(counted, COUNTING_ROWS), counted <= COUNTING_ROWS


def _answer(
    page: _Page,
    read: TableRead,
    fetched: StatementResult,
    cursor_after: Callable[[int], tuple[str, str]],
    *,
    total: int | None,
    total_complete: bool,
) -> TableRows:
    result = fetched.result_sets[0]
    width = len(page.columns)
    shown = tuple(row[:width] for row in result.rows[: page.limit])
    if result.row_count and not shown:
        raise LimitExceededError(
            f"One row of {read.table} is larger than max_result_bytes.",
            parameter="columns",
            hint="Name fewer columns.",
        )
    cursor, paging = None, "key" if page.keyed and page.exact else "offset"
    if result.row_count > len(shown):
        cursor, paging = cursor_after(len(shown))
    return TableRows(
        table=read.table,
        result=ResultSet(columns=result.columns[:width], rows=shown, row_count=len(shown)),
        total=total,
        total_complete=total_complete,
        next_cursor=cursor,
        paging=paging,
        duration_s=fetched.duration_s,
        cursor_after=cursor_after,
    )


def _cursor_after(
    page: _Page,
    read: TableRead,
    rows: Sequence[Row],
    asked: tuple[list[Any], _Start],
    count: int,
) -> tuple[str, str]:
    """Write the cursor behind the first `count` rows; return it with the kind of paging."""
    request, start = asked
    if page.keyed and page.exact:
        by_name: Mapping[str, Any] = dict(zip(read.columns, rows[count - 1], strict=True))
        cursor = _key_cursor(request, [by_name[order.column] for order in page.order_by])
        if cursor is not None:
            return cursor, "key"
    return write_cursor(request, [start.after, start.offset + count]), "offset"


def _key_cursor(request: list[Any], values: list[Any]) -> str | None:
    """Write a cursor behind a row; None where its values do not fit into one."""
    if sum(len(value) for value in values if isinstance(value, str | bytes)) > LONGEST_CURSOR:
        return None
    try:
        cursor = write_cursor(request, [[tag_value(value) for value in values], 0])
    except InvalidArgumentError:
        return None
    return cursor if len(cursor) <= LONGEST_CURSOR else None
