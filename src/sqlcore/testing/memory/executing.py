"""Query execution on the in-memory engine."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Generator, Iterator
from typing import Any

import attrs

from sqlcore.domain.lexing import line_of
from sqlcore.domain.query import (
    Column,
    Event,
    ExecutionOptions,
    ResultEnd,
    ResultStart,
    RowBatch,
    RowsAffected,
    Statement,
)
from sqlcore.testing.memory.errors import translate
from sqlcore.testing.memory.faults import FaultPlan
from sqlcore.testing.memory.links import Link
from sqlcore.testing.memory.pool import Pool
from sqlcore.testing.memory.running import Run, lost_error
from sqlcore.testing.memory.scripts import Script, ScriptStatement, read_script
from sqlcore.testing.memory.types import (
    Converter,
    column_name_and_type,
    converter,
    type_of_values,
)

__all__ = ["MemoryExecutor", "Transaction"]


class MemoryExecutor:
    """Runs statements; a `QueryExecutor`."""

    def __init__(self, pool: Pool, faults: FaultPlan) -> None:
        self._pool = pool
        self._faults = faults

    def execute(
        self, statement: Statement, options: ExecutionOptions
    ) -> Generator[Event, None, None]:
        """Run a statement and yield what comes back; see `QueryExecutor`."""
        script = read_script(statement)
        with self.transaction(options) as transaction:
            yield from transaction.events(script)

    @contextlib.contextmanager
    def transaction(self, options: ExecutionOptions) -> Iterator[Transaction]:
        """Run the block in a transaction on one link, with the faults that are planned."""
        with Run(options) as run:
            run.check()
            with self._pool.link(run) as link:
                planned_error = self._faults.next_statement_error()
                if planned_error is not None:
                    raise planned_error
                if options.on_connection is not None:
                    options.on_connection(link.server_session)
                run.start_clock()
                with link.transaction(run, options.mode):
                    loss = _Loss(link, self._faults.next_loss())
                    yield Transaction(link, run, options.batch_rows, loss)
                    loss.happen_at_the_end()


@attrs.frozen
class Transaction:
    """A transaction in which statements can be run."""

    link: Link
    run: Run
    batch_rows: int
    loss: _Loss

    def events(self, script: Script) -> Iterator[Event]:
        """Run the statements of a script, one after the other."""
        for statement in script.statements:
            yield from _Execution(self.link, script, statement, self.batch_rows, self.loss).events()


@attrs.define
class _Loss:
    """A planned loss of the connection, so many rows from now; None for none."""

    link: Link
    rows_left: int | None

    def limit(self, size: int) -> int:
        """Return how many rows may still be fetched at once."""
        if self.rows_left == 0:
            self._happen()
        return size if self.rows_left is None else min(size, self.rows_left)

    def count(self, row_count: int) -> None:
        """Note rows that were fetched."""
        if self.rows_left is not None:
            self.rows_left -= row_count

    def happen_at_the_end(self) -> None:
        """Lose the connection if that was planned and has not happened yet."""
        if self.rows_left is not None:
            self._happen()

    def _happen(self) -> None:
        self.link.spoiled = True
        raise lost_error()


@attrs.frozen
class _Execution:
    """One statement of a script."""

    link: Link
    script: Script
    statement: ScriptStatement
    batch_rows: int
    loss: _Loss

    def events(self) -> Iterator[Event]:
        declared = (
            self.link.declared_columns(self.statement)
            if self.statement.may_return_rows_of_tables
            else None
        )
        cursor = self._run()
        yield from self.link.take_messages()
        if cursor.description is None:
            if self.link.wrote:
                yield RowsAffected(self.link.changes(), self.statement.words[0])
            return
        rows = self._fetch(cursor)
        names = [name for name, *_ in cursor.description]
        columns = _columns(names, declared, rows)
        yield ResultStart(columns)
        converters = [
            (index, convert)
            for index, column in enumerate(columns)
            if (convert := converter(column.type)) is not None
        ]
        row_count = 0
        while rows:
            row_count += len(rows)
            yield RowBatch(_converted(rows, converters))
            yield from self.link.take_messages()
            rows = self._fetch(cursor)
        yield ResultEnd(row_count)
        yield from self.link.take_messages()

    def _run(self) -> sqlite3.Cursor:
        try:
            return self.link.execute(self.statement.text, self.script.values)
        except sqlite3.Error as exc:
            raise translate(exc, self._locate) from exc

    def _fetch(self, cursor: sqlite3.Cursor) -> list[tuple[Any, ...]]:
        try:
            rows = self.link.fetch(cursor, self.loss.limit(self.batch_rows))
        except sqlite3.Error as exc:
            raise translate(exc) from exc
        self.loss.count(len(rows))
        return rows

    def _locate(self, token_text: str) -> tuple[int, int] | None:
        offset = self.link.locate(self.statement, token_text)
        return None if offset is None else (line_of(self.script.text, offset), offset + 1)


def _columns(
    names: list[str],
    declared: tuple[Column | None, ...] | None,
    rows: list[tuple[Any, ...]],
) -> tuple[Column, ...]:
    """Type the columns: by the table, or by a type in the name, or by the first rows."""
    columns: list[Column] = []
    for index, full_name in enumerate(names):
        name, named_type = column_name_and_type(full_name)
        column = declared[index] if declared is not None and index < len(declared) else None
        declared_type = column.type if column is not None else None
        values = [row[index] for row in rows]
        columns.append(Column(name=name, type=named_type or type_of_values(values, declared_type)))
    return tuple(columns)


def _converted(
    rows: list[tuple[Any, ...]], converters: list[tuple[int, Converter]]
) -> list[tuple[Any, ...]]:
    if not converters:
        return rows
    converted: list[tuple[Any, ...]] = []
    for row in rows:
        values = list(row)
        for index, convert in converters:
            if values[index] is not None:
                values[index] = convert(values[index])
        converted.append(tuple(values))
    return converted
