"""Runs a call: one statement, then the cursors that it hands out, then the outputs.

In the same group, before the call, stand the checks that the routine is what was found: the server
skips the call where one fails.

It is an `Execution` like any other. Rows of outputs are kept instead of handed out. A read that can
bring cursors takes its steps one by one, for they must be fetched before its transaction ends.
"""

from __future__ import annotations

import functools
from collections.abc import Generator, Sequence

from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from sqlcore.adapters.postgres import errors
from sqlcore.adapters.postgres.calling_text import PSEUDO_TYPES, is_row
from sqlcore.adapters.postgres.dialect import PostgresDialect
from sqlcore.adapters.postgres.errors import Report
from sqlcore.adapters.postgres.execution import Execution
from sqlcore.adapters.postgres.holding import Hold
from sqlcore.adapters.postgres.link import Link
from sqlcore.adapters.postgres.naming import TypeBook
from sqlcore.adapters.postgres.prepared import PreparedText
from sqlcore.adapters.postgres.queries import array
from sqlcore.adapters.postgres.reading import ResultReader
from sqlcore.adapters.postgres.versions import SHOWS_CHANGE, checks
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import (
    Direction,
    OutputValue,
    ProcedureOutputs,
    Routine,
    RoutineChangedError,
    RoutineKind,
)
from sqlcore.domain.query import (
    Column,
    Event,
    ExecutionOptions,
    ResultEnd,
    ResultStart,
    Row,
    RowBatch,
    RowsAffected,
)
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.errors import NotFoundError, SqlCoreError

__all__ = ["CallExecution"]

_REFCURSOR = 1790
_VOID = "void"
_FETCH_ROWS = 1000
"""The server keeps what one FETCH asks for; in parts, a reader who stops early costs it little."""
_OPEN_CURSORS = (
    b"SELECT c.name FROM pg_catalog.pg_cursors c WHERE c.name = ANY ($1::pg_catalog.text[])"
)
_ROUTINES_KEPT = 500
_ENDS_TRANSACTIONS = "2D000"
_UNKNOWN_ROUTINES = frozenset({"42883", "42809", "3F000", "42704"})
_OF_ANOTHER_KIND = "42809"
_SEVERAL_FIT = "42725"
_DIALECT = PostgresDialect()


class CallExecution(Execution):
    """One call. Its outputs are there once the events have come to their end."""

    def __init__(
        self,
        prepared: PreparedText,
        options: ExecutionOptions,
        hold: Hold,
        *,
        routine: Routine,
    ) -> None:
        super().__init__(prepared, options, hold)
        self.outputs = ProcedureOutputs()
        self._routine = routine
        self._is_one_group = self._is_one_group and not _may_bring_cursors(routine)

    def _queue_callers(self, link: Link) -> None:
        for text, values in checks(self._routine):
            link.queue(text, values)
        super()._queue_callers(link)

    def _skip_checks(self, link: Link) -> None:
        """Take the results of the checks.

        Raises:
            RoutineChangedError: One failed, so that the call was skipped.
        """
        count = len(checks(self._routine))
        failed = link.skip(count, self._hold.until, self._signal)
        if failed is None:
            return
        has_changed = Report.of(failed).sqlstate in SHOWS_CHANGE
        failure, cause = self._failure(link, failed)
        if has_changed:
            raise RoutineChangedError(
                f"{self._routine.name} was changed since it was looked up, and was not called.",
                hint="Look at its parameters again.",
            ) from cause
        raise failure from cause

    def _results(self, link: Link) -> Generator[Event, None, list[Event]]:
        self._skip_checks(link)
        reader = _CallReader(link, *self._reading, routine=self._routine)
        held = yield from self._take(link, reader, [])
        notes: list[str] = []
        if reader.cursors:
            names = list(dict.fromkeys(reader.cursors))
            are_open = self._open_cursors(link, names)
            for name in names:
                if name in are_open:
                    held = yield from self._fetch(link, name, held)
                else:
                    notes.append(f"The cursor {name!r} is not open; there is nothing to fetch.")
        self.outputs = reader.outputs(notes)
        return held

    def _open_cursors(self, link: Link, names: Sequence[str]) -> frozenset[str]:
        """Ask which cursors there are: fetching from another one would undo the call."""
        link.drain(self._hold.until)
        link.queue(_OPEN_CURSORS, [array(names)])
        link.sync()
        link.send(self._hold.until, self._signal)
        found: set[str] = set()
        for result in self._own_results(link):
            found |= {
                (result.get_value(row, 0) or b"").decode("utf-8", "replace")
                for row in range(result.ntuples)
            }
        link.drain(self._hold.until)
        return frozenset(found)

    def _fetch(
        self, link: Link, name: str, held: list[Event]
    ) -> Generator[Event, None, list[Event]]:
        """Yield the rows of a cursor as a result set, and close it."""
        quoted = _DIALECT.quote(QualifiedName(name)).encode()
        reader = _CursorReader(link, *self._reading)
        while not reader.is_complete:
            link.queue(b"FETCH FORWARD %d FROM %s" % (_FETCH_ROWS, quoted))
            link.sync()
            link.send(self._hold.until, self._signal)
            held = yield from self._take(link, reader, held)
            link.drain(self._hold.until)
        self._run_own(link, [b"CLOSE %s" % quoted])
        return held

    def _server_error(self, report: Report, shown: Sequence[str]) -> SqlCoreError:
        error = errors.server_error(
            report,
            text=self._prepared.text,
            is_callers=False,
            values=shown,
            lock_timeout_s=self._options.lock_timeout_s,
            is_authors=report.is_raised,
        )
        error.line = report.procedure_line  # the text around it is ours, and of no use
        if report.sqlstate == _ENDS_TRANSACTIONS:
            error.hint = (
                "It ends transactions itself (COMMIT, ROLLBACK), which is not possible here: every"
                " call runs inside one transaction, and nothing of it was kept. Run it with a"
                " client that commits by itself, such as psql."
            )
        elif report.sqlstate == _SEVERAL_FIT and report.context is None:
            error.hint = (
                "Another overload fits as well; give values for more of the parameters that have a"
                " default."
            )
        elif report.sqlstate in _UNKNOWN_ROUTINES and report.context is None:
            if report.sqlstate == _OF_ANOTHER_KIND:
                error = NotFoundError(
                    error.message, sqlstate=report.sqlstate, severity=report.severity
                )
            error.hint = (
                "It may have been changed or dropped since it was looked up; look it up again."
            )
        return error


@functools.lru_cache(maxsize=_ROUTINES_KEPT)
def _may_bring_cursors(routine: Routine) -> bool:
    """Whether an output may be a cursor; a domain, or what takes any type, may be one as well."""
    return any(
        sql_type.kind is TypeKind.OTHER and sql_type.name != _VOID
        for sql_type in _output_types(routine)
    )


@functools.lru_cache(maxsize=_ROUTINES_KEPT)
def _output_types(routine: Routine) -> Sequence[SqlType]:
    """Give the declared types of what comes back, in its order."""
    types = [p.type for p in routine.parameters if p.direction is not Direction.IN]
    types = types or [column.type for column in routine.columns]
    if not types and routine.returns is not None:
        types.append(routine.returns)
    return types


class _CallReader(ResultReader):
    """Reads what the call itself brings; keeps outputs, and the names of cursors."""

    def __init__(self, link: Link, types: TypeBook, batch_rows: int, *, routine: Routine) -> None:
        super().__init__(link, types, batch_rows)
        self.cursors: list[str] = []
        self._routine = routine
        self._columns: tuple[Column, ...] = ()
        self._row: Row = ()
        self._came = 0
        self._cursor_places: list[int] = []

    def events(self, result: PGresult) -> list[Event]:
        """Give the events that are rows of the caller's, without those that are outputs."""
        if not self._columns and result.status != ExecStatus.COMMAND_OK:
            places = range(result.nfields)
            self._cursor_places = [n for n in places if result.ftype(n) == _REFCURSOR]
        events = super().events(result)
        for event in events:
            if isinstance(event, ResultStart):
                self._columns = event.columns
            elif isinstance(event, RowBatch):
                self._note(event.rows)
        if not self._routine.returns_set or len(self._cursor_places) == len(self._columns):
            return []
        return [event for event in events if not isinstance(event, RowsAffected)]

    def _note(self, rows: Sequence[Row]) -> None:
        if not self._routine.returns_set:
            self._row = rows[0]
            self._came += len(rows)
        if self._cursor_places:
            names = (row[place] for row in rows for place in self._cursor_places)
            self.cursors += [name for name in names if name is not None]

    def outputs(self, notes: Sequence[str]) -> ProcedureOutputs:
        """Give what the routine handed back beside its rows."""
        if self._routine.returns_set:
            return ProcedureOutputs(notes=tuple(notes))
        if self._columns and self._came != 1:
            changed = (
                f"It returned {self._came:,} rows instead of one, which are not shown: it was"
                " changed since it was looked up. Look it up again."
            )
            return ProcedureOutputs(notes=(*notes, changed))
        values = tuple(
            OutputValue(name=column.name, type=sql_type, value=value)
            for column, sql_type, value in zip(
                self._columns, self._types_of_values(), self._row, strict=True
            )
        )
        if self._routine.kind is RoutineKind.PROCEDURE or is_row(self._routine):
            return ProcedureOutputs(values=values, notes=tuple(notes))
        returned = next((value for value in values if value.type.name != _VOID), None)
        return ProcedureOutputs(returned=returned, notes=tuple(notes))

    def _types_of_values(self) -> Sequence[SqlType]:
        """Give the types as they were declared; the server names what domains stand on.

        What takes any type has the one that came.
        """
        came = [column.type for column in self._columns]
        declared = _output_types(self._routine)
        if len(came) != len(declared):
            return came
        return [
            actual if known.name in PSEUDO_TYPES else known
            for known, actual in zip(declared, came, strict=True)
        ]


class _CursorReader(ResultReader):
    """Makes one result set of all that is fetched from a cursor, part by part."""

    def __init__(self, link: Link, types: TypeBook, batch_rows: int) -> None:
        super().__init__(link, types, batch_rows)
        self.is_complete = False
        self._has_begun = False
        self._fetched = 0

    def events(self, result: PGresult) -> list[Event]:
        """Give the events of a part."""
        events: list[Event] = []
        for event in super().events(result):
            if isinstance(event, ResultStart):
                if not self._has_begun:
                    events.append(event)
                self._has_begun = True
            elif isinstance(event, ResultEnd):
                self._fetched += event.row_count
                self.is_complete = event.row_count < _FETCH_ROWS
                if self.is_complete:
                    events.append(ResultEnd(self._fetched))
            else:
                events.append(event)
        return events
