"""One database as its users see it: everything that can be asked of it, in one place."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import Any, Self

import attrs

from sqlcore.domain.access import Access
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.capability import ServerCapabilities
from sqlcore.domain.procedure import CallEvent, Routine, RoutineFilter, RoutineKind, RoutinePage
from sqlcore.domain.query import Event, ExecutionOptions, Statement
from sqlcore.domain.session import SessionKind
from sqlcore.errors import InvalidArgumentError, PolicyError, SqlCoreError
from sqlcore.ports import Connection
from sqlcore.services.admission import Gate, Known, Order
from sqlcore.services.calling import json_schema
from sqlcore.services.calling.outcome import CallResult
from sqlcore.services.calling.running import Arguments, Calls, PreparedCall
from sqlcore.services.catalog import Catalog, members
from sqlcore.services.explaining import Explanation, explain
from sqlcore.services.guarding import Decision
from sqlcore.services.health import Health, check_health
from sqlcore.services.limits import Limits, SessionLimits
from sqlcore.services.policy import Policy
from sqlcore.services.previewing import Preview, preview
from sqlcore.services.querying import Stream, collect, execution_options, first_rows
from sqlcore.services.results import Result
from sqlcore.services.sessions import SessionHandle, Sessions, Work
from sqlcore.services.table_reading import TableRows, read_table
from sqlcore.services.watching import Watch

__all__ = ["Database"]

_SESSION_BATCH_ROWS = 64
"""What has not filled a batch is not seen yet, and lost when the session is cancelled."""
_Parameters = Mapping[str, Any] | Sequence[Any] | None


class Database:
    """A database of a server, with a policy for what may be done. For use by many threads.

    Close it, or use it as a context manager.

    Attributes:
        connection: To the database.
        policy: What may be done.
        sessions: Where background sessions run.
        catalog: What there is in it.
    """

    def __init__(
        self,
        connection: Connection,
        policy: Policy | None = None,
        *,
        known: Known | None = None,
        caller: str = "",
        sessions: Sessions | None = None,
        session_limits: SessionLimits | None = None,
        watch: Watch | None = None,
    ) -> None:
        """Take a connection.

        Args:
            connection: To the database.
            policy: What may be done.
            known: What others who use the connection have found out.
            caller: Whose statements are noted and bounded.
            sessions: Where background sessions run; this database has its own where left out.
            session_limits: Bounds for its own.
            watch: Sees what statements bring back, beside background sessions.
        """
        self.connection = connection
        self.policy = policy or Policy()
        self.sessions = sessions or Sessions(session_limits)
        self._owns_sessions = sessions is None
        self._known = known or Known()
        self._gate = Gate(connection, self.policy, self._known, caller, watch)
        self._calls = Calls(connection, self._gate, self._known)
        self.catalog = Catalog(connection, self._known.schema, self._known.capabilities)

    def on_behalf_of(self, caller: str, watch: Watch | None = None) -> Database:
        """Return the same database for a caller, whose name the audit notes.

        Statements are bounded for each caller. Keep this database while the other is used.

        Args:
            caller: Who calls.
            watch: Sees what the statements of this one call bring back.
        """
        database = Database(
            self.connection,
            self.policy,
            known=self._known,
            caller=caller,
            sessions=self.sessions,
            watch=watch,
        )
        database._owner = self  # what keeps the connection open
        return database

    _owner: Database | None = None

    @property
    def access(self) -> Access:
        """The access level."""
        return self.policy.access

    @property
    def source(self) -> str:
        """Host, port and database, as the audit names them."""
        return self._known.source

    @property
    def limits(self) -> Limits:
        """The bounds for statements."""
        return self.policy.limits

    @property
    def dialect(self) -> str:
        """The SQL language: `postgres`, `tsql` or `sqlite`."""
        return self.connection.dialect.name

    def decide(self, sql: str, access: Access = Access.READ) -> Decision:
        """Say whether a statement may run at a level, whatever this database's own one is."""
        return self._gate.decide(sql, access)

    def query(
        self,
        sql: str,
        parameters: _Parameters = None,
        *,
        max_rows: int | None = None,
        timeout_s: float | None = None,
        cancel: CancelToken | None = None,
        read_only: bool = False,
    ) -> Result:
        """Run a statement and collect what comes back.

        Args:
            sql: In the dialect of the server; placeholders are `:name` on every engine, or the
                engine's own (`$1` on PostgreSQL, `@name` on SQL Server).
            parameters: By name or by place; sent apart from the text.
            max_rows: The most rows to keep of each result set; the others are only counted.
            timeout_s: Seconds from sending to the last row.
            cancel: Lets another thread stop it.
            read_only: Run it as at the access level `read`, where this one is higher.

        Raises:
            PolicyError: The statement may not run at this access level.
            SqlCoreError: Any other leaf of the tree.
        """
        access = min(self.access, Access.READ) if read_only else self.access
        rows = self.limits.rows(max_rows)
        options = execution_options(self.limits, timeout_s=timeout_s, cancel=cancel, rows=rows)
        order = Order(statement=Statement.of(sql, parameters), action="query", access=access)
        stoppable = access < Access.WRITE
        with closing(self._gate.run(order, options)) as events:
            return Result(collect(events, self.limits, max_rows=rows, stoppable=stoppable))

    def preview(
        self, sql: str, parameters: _Parameters = None, *, cancel: CancelToken | None = None
    ) -> Preview:
        """Say how many rows a write would touch, without running it for good.

        Args:
            sql: As of `query`.
            parameters: As of `query`.
            cancel: Lets another thread stop it.

        Raises:
            InvalidArgumentError: The parameters are one value, and not several.
        """
        statement = Statement.of(sql, parameters)
        if self.access < Access.WRITE:
            return Preview(unknown_because="nothing is written at this access level")
        return preview(self._gate, statement, self.dialect, self.limits, cancel)

    def note_asked(self, sql: str) -> None:
        """Note in the audit that a person is asked whether a statement may run."""
        self._gate.note_asked(self._order(sql))

    def note_refused(self, sql: str, error: SqlCoreError) -> None:
        """Note in the audit that a statement was not run, and why."""
        self._gate.note_refused(self._order(sql), error)

    def _order(self, sql: str) -> Order:
        return Order(statement=Statement.of(sql), action="query", access=self.access)

    def stream(
        self,
        sql: str,
        parameters: _Parameters = None,
        *,
        batch_rows: int = 1000,
        timeout_s: float | None = None,
        cancel: CancelToken | None = None,
    ) -> Stream:
        """Run a statement and hand out its rows as they arrive; memory holds one batch.

        Raises:
            PolicyError: The statement may not run at this access level.
            SqlCoreError: Any other leaf of the tree, here or while rows are read.
        """
        if batch_rows < 1:
            raise InvalidArgumentError(
                f"batch_rows is {batch_rows}; it must be at least 1.", parameter="batch_rows"
            )
        options = execution_options(self.limits, timeout_s=timeout_s, cancel=cancel)
        options = attrs.evolve(options, batch_rows=batch_rows)
        statement = Statement.of(sql, parameters)
        order = Order(statement=statement, action="stream", access=self.access)
        return Stream(self._gate.run(order, options), owner=self)

    def start(
        self,
        sql: str,
        parameters: _Parameters = None,
        *,
        max_rows: int | None = None,
        timeout_s: float | None = None,
        owner: str = "",
        read_only: bool = False,
    ) -> SessionHandle:
        """Start a statement in the background and return at once.

        What may not run by its text is refused here. What only the database can tell ends the
        session with the error code `refused`, and so does what is wrong with a long text.

        Args:
            sql: As of `query`.
            parameters: As of `query`.
            max_rows: The most rows to keep of each result set; a read is stopped when there are
                more. As many as `SessionLimits` allow where left out.
            timeout_s: Seconds that it may run; `SessionLimits.timeout_s` where left out, and that
                is the most.
            owner: Who alone finds it again by its id, where there are several.
            read_only: As of `query`.

        Raises:
            InvalidArgumentError: The statement is empty or too long, or another argument is wrong.
            PolicyError: The statement may not run at this access level.
            LimitExceededError: Too many sessions run and wait.
        """
        access = min(self.access, Access.READ) if read_only else self.access
        order = Order(statement=Statement.of(sql, parameters), action="session", access=access)
        seconds = self.sessions.limits.timeout(timeout_s)
        options = ExecutionOptions(timeout_s=seconds, batch_rows=_SESSION_BATCH_ROWS)
        rows = None if max_rows is None else self.sessions.limits.rows(max_rows)
        self._gate.precheck(order)
        work = Work(
            statement=sql,
            source=self._known.source,
            run=partial(self._run, order, rows),  # holds this database, so that it stays open
            options=options,
            progress=self.connection.activity.progress,
        )
        session = self.sessions.start(work, owner=owner)
        return SessionHandle(self.sessions, session.id, owner)

    def _run(
        self, order: Order, max_rows: int | None, options: ExecutionOptions
    ) -> Generator[Event, None, None]:
        events = self._gate.run(order, options)
        if max_rows is None:
            return events
        return first_rows(events, max_rows, stoppable=order.access < Access.WRITE)

    def procedures(
        self,
        *,
        schema: str | None = None,
        name_pattern: str | None = None,
        kinds: Iterable[RoutineKind | str] = (),
        include_uncallable: bool = False,
        after: tuple[str, str, str] | None = None,
        limit: int = 1000,
    ) -> RoutinePage:
        """List procedures and functions by schema, name and signature, without parameters.

        Args:
            schema: Only this schema.
            name_pattern: `*` or `%` stand for any text; without regard to case.
            kinds: Only these.
            include_uncallable: Also what cannot be called by itself: functions of triggers, and
                aggregates.
            after: The schema, name and signature of the last one of the page before.
            limit: The most to return.
        """
        if limit < 1:
            raise InvalidArgumentError(
                f"limit is {limit}; it must be at least 1.", parameter="limit"
            )
        return self.connection.procedures.routines(
            RoutineFilter(
                schema=schema or None,
                name_pattern=name_pattern or None,
                kinds=frozenset(members(RoutineKind, kinds)),
                include_uncallable=include_uncallable,
                after=after,
                limit=limit,
            )
        )

    def procedure(self, name: str, schema: str | None = None) -> tuple[Routine, ...]:
        """Look up a procedure or function with all parameters; each overload is one.

        Args:
            name: `name`, `schema.name`, `database.schema.name`, quoted or not; with a signature,
                as in `add(integer, integer)`, that overload alone.
            schema: The schema, where the name does not say it.

        Raises:
            NotFoundError: There is none of that name; the error names the nearest.
            AmbiguousNameError: There are several, in several schemas; the error names them.
        """
        return self._calls.find(name, schema, fresh=True).routines

    def procedure_schema(self, routine: Routine) -> dict[str, Any]:
        """Write the JSON Schema of the arguments that `call` takes for a routine by name."""
        collation = self.capabilities().collation
        return json_schema(routine, self.dialect, collation=collation)

    def procedure_definition(self, routine: Routine) -> str | None:
        """Read the text that made a routine; None where it is encrypted or may not be seen."""
        return self.connection.procedures.definition(routine)

    def decide_call(
        self, name: str, schema: str | None = None, access: Access = Access.READ
    ) -> Decision:
        """Say whether a routine may be called at a level, whatever this database's own one is."""
        return self._gate.decide_call(self._calls.find(name, schema).name, access)

    def prepare_call(
        self,
        name: str,
        arguments: Arguments = None,
        *,
        schema: str | None = None,
        read_only: bool = False,
    ) -> PreparedCall:
        """Find a routine and check the arguments of a call, without running it; as of `call`."""
        access = min(self.access, Access.READ) if read_only else self.access
        return self._calls.prepare(name, schema, arguments, access)

    def call(
        self,
        name: str,
        arguments: Arguments = None,
        *,
        schema: str | None = None,
        max_rows: int | None = None,
        timeout_s: float | None = None,
        cancel: CancelToken | None = None,
        read_only: bool = False,
    ) -> CallResult:
        """Call a stored procedure or a function, and collect everything that comes back.

        At the access level `read` only what `Policy.allow_procedures` names is called, in a
        transaction that is read-only or rolled back.

        Args:
            name: As of `procedure`.
            arguments: By name, with or without a leading `@`, or a list, by place. What is left
                out is left to the server's defaults; None is NULL. All values are checked before
                anything is sent.
            schema: The schema, where the name does not say it.
            max_rows: The most rows to keep of each result set; the others are only counted.
            timeout_s: Seconds from sending to the last row.
            cancel: Lets another thread stop it.
            read_only: Call it as at the access level `read`, where this one is higher.

        Raises:
            PolicyError: It may not be called at this access level.
            InvalidArgumentError: Arguments are wrong; the error names all that is.
            NotFoundError: There is no such routine; the error names the nearest.
            SqlCoreError: Any other leaf. Of one that the procedure raised, `partial` has what had
                come back before, as a `ProcedureResult`.
        """
        rows = self.limits.rows(max_rows)
        options = execution_options(self.limits, timeout_s=timeout_s, cancel=cancel, rows=rows)
        prepared = self.prepare_call(name, arguments, schema=schema, read_only=read_only)
        return self._calls.run(prepared, self.limits, max_rows=rows, options=options)

    def start_call(
        self,
        name: str,
        arguments: Arguments = None,
        *,
        schema: str | None = None,
        max_rows: int | None = None,
        timeout_s: float | None = None,
        owner: str = "",
        read_only: bool = False,
    ) -> SessionHandle:
        """Call a procedure in the background, once its arguments have been checked.

        Its outputs stand in `Session.outputs` when it has ended.

        Args:
            name: As of `call`.
            arguments: As of `call`.
            schema: As of `call`.
            max_rows: The most rows to keep of each result set; as many as `SessionLimits` allow
                where left out.
            timeout_s: As of `start`.
            owner: As of `start`.
            read_only: As of `call`.

        Raises:
            PolicyError: It may not be called at this access level.
            LimitExceededError: Too many sessions run and wait.
            SqlCoreError: The routine or the arguments are not there, or wrong, as of `call`.
        """
        seconds = self.sessions.limits.timeout(timeout_s)
        options = ExecutionOptions(timeout_s=seconds, batch_rows=_SESSION_BATCH_ROWS)
        rows = None if max_rows is None else self.sessions.limits.rows(max_rows)
        prepared = self.prepare_call(name, arguments, schema=schema, read_only=read_only)
        work = Work(
            kind=SessionKind.PROCEDURE,
            statement=str(prepared.routine.name),
            source=self._known.source,
            run=partial(self._run_call, prepared, rows),  # holds this database
            options=options,
            progress=self.connection.activity.progress,
        )
        session = self.sessions.start(work, owner=owner)
        return SessionHandle(self.sessions, session.id, owner)

    def _run_call(
        self, prepared: PreparedCall, max_rows: int | None, options: ExecutionOptions
    ) -> Generator[CallEvent, None, None]:
        return self._calls.events(prepared, max_rows, options)

    def note_call_asked(self, prepared: PreparedCall) -> None:
        """Note in the audit that a person is asked whether a call may run."""
        self._gate.note_asked(prepared.order)

    def note_call_refused(self, prepared: PreparedCall, error: SqlCoreError) -> None:
        """Note in the audit that a call was not run, and why."""
        self._gate.note_refused(prepared.order, error)

    def explain(
        self,
        sql: str,
        parameters: _Parameters = None,
        *,
        analyze: bool = False,
        timeout_s: float | None = None,
        cancel: CancelToken | None = None,
    ) -> Explanation:
        """Ask how the server would run a statement, which is not run.

        Args:
            sql: One query, or one change of rows (at the access level `write`).
            parameters: By name or by place; the plan depends on their values.
            analyze: Run it, and tell rows and times as they were. Reads only.
            timeout_s: Seconds for all of it.
            cancel: Lets another thread stop it.

        Raises:
            PolicyError: The statement may not be explained at this access level.
            UnsupportedError: There is no plan for it.
            SqlCoreError: Any other leaf of the tree.
        """
        options = execution_options(self.limits, timeout_s=timeout_s, cancel=cancel)
        statement = Statement.of(sql, parameters)
        return explain(
            self.connection, self._gate, self.policy, statement, options, analyze=analyze
        )

    def read_table(  # the arguments are those of the service
        self,
        name: str,
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
        """Read a page of a table; see `sqlcore.services.table_reading.read_table`."""
        if self.access < Access.READ:
            raise PolicyError(
                "Reading a table's rows needs the access level read.",
                hint="Start with --access read (SQLCORE_ACCESS=read).",
            )
        return read_table(
            self.connection,
            self._gate,
            name,
            self.limits,
            schema=schema,
            columns=columns,
            where=where,
            order_by=order_by,
            limit=limit,
            cursor=cursor,
            timeout_s=timeout_s,
            cancel=cancel,
        )

    def capabilities(self, *, refresh: bool = False) -> ServerCapabilities:
        """Tell what the server is and has, and what the login may do.

        It is asked once an hour, when a connection has reached another server, and with `refresh`.

        Raises:
            SqlCoreError: The server cannot be asked.
        """
        return self._known.capabilities.of(self.connection.capabilities, refresh=refresh)

    def health(self) -> Health:
        """Make a round trip and say how it went; a server that is away is an answer, no error."""
        return check_health(self.connection, self._known.capabilities)

    def close(self) -> None:
        """Stop what runs, background sessions too, and close the connections."""
        if self._owns_sessions:
            self.sessions.close()
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
