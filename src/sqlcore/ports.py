"""The ports: what the core asks of an engine. Adapters implement them; nothing else does.

All of them block and may be called from several threads at once (ADR 0001). Every failure is a
leaf of `sqlcore.errors`. No port tries a statement again that may have reached the server.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Protocol

from sqlcore.domain.capability import ServerCapabilities
from sqlcore.domain.catalog import Database, TableFilter, TablePage, TableSummary
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.domain.facts import SchemaFacts
from sqlcore.domain.grants import LoginGrants
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import (
    CatalogObject,
    Dependencies,
    ObjectDefinition,
    TableIndexes,
    TableStatistics,
)
from sqlcore.domain.plan import Plan
from sqlcore.domain.procedure import (
    ProcedureCall,
    ProcedureOutputs,
    Routine,
    RoutineFilter,
    RoutinePage,
)
from sqlcore.domain.query import Column, Event, ExecutionOptions, Row, Statement
from sqlcore.domain.reading import TableRead
from sqlcore.domain.schema import SchemaSnapshot
from sqlcore.domain.session import Progress, ResultSummary, Session
from sqlcore.domain.table import TableDescription

__all__ = [
    "ActivityMonitor",
    "CapabilityProbe",
    "CatalogReader",
    "Connection",
    "Connector",
    "Dialect",
    "ObjectReader",
    "PlanExplainer",
    "ProcedureCaller",
    "QueryExecutor",
    "ResultReader",
    "ResultStore",
    "ResultWriter",
    "SchemaInspector",
    "SchemaReader",
    "SessionStore",
]


class Dialect(Protocol):
    """The SQL language of an engine. Pure: it never talks to the server."""

    @property
    def name(self) -> str:
        """`postgres`, `tsql` or `sqlite`: the key of `sqlcore.domain.lexing`."""
        ...

    def quote(self, name: QualifiedName) -> str:
        """Quote a name so that it cannot leave its place, whatever it contains."""
        ...

    def grants(self, wanted: LoginGrants) -> str:
        """Write the script that makes a login with no more rights than it needs.

        A password is left to be put in. Names are quoted; none has a line break.

        Raises:
            UnsupportedError: The engine has no logins.
        """
        ...

    def table_read(self, read: TableRead) -> Statement:
        """Make a statement of a read; names are quoted and values are parameters."""
        ...

    def table_count(self, read: TableRead) -> Statement:
        """Make a statement that counts the rows of a read, but no more than its limit.

        One row with one integer. Columns, order and offset are of no account.
        """
        ...


class QueryExecutor(Protocol):
    """Runs statements."""

    def execute(
        self, statement: Statement, options: ExecutionOptions
    ) -> Generator[Event, None, None]:
        """Run a statement and yield what comes back, in the server's order, as it arrives.

        The statement is sent when the first event is asked for. Memory holds one batch of rows.
        Closing the generator early stops the statement on the server and frees the connection;
        in READ_WRITE mode that rolls it back. After exhaustion the transaction has ended as
        `options.mode` says. Where it is not known whether a statement ran, the error is
        `ConnectionLostError`.

        Raises:
            StatementTimeoutError: `options.timeout_s` passed. The server was told to stop.
            StatementCancelledError: `options.cancel` was set. The server was told to stop.
            SqlCoreError: Any other leaf, with what the server said.
        """
        ...


class ProcedureCaller(Protocol):
    """Finds and calls stored procedures and functions."""

    def routines(self, routine_filter: RoutineFilter) -> RoutinePage:
        """List routines without their parameters; the server's own are left out."""
        ...

    def find(self, name: QualifiedName) -> tuple[Routine, ...]:
        """Find what a name may mean, with all parameters; each overload is one.

        Names are compared as `CatalogReader.find` compares them. System procedures are found when
        they are named with their schema.
        """
        ...

    def definition(self, routine: Routine) -> str | None:
        """Read the text that made it; None where it is encrypted or may not be seen."""
        ...

    def call(
        self, call: ProcedureCall, options: ExecutionOptions
    ) -> Generator[Event | ProcedureOutputs, None, None]:
        """Run a routine; events as of `QueryExecutor.execute`, at the end one of its outputs.

        Values and names never become part of a text that the server could read as anything else.
        In READ_ONLY mode the server refuses writes, or they are rolled back. A transaction that
        the procedure leaves open is rolled back, and the outputs say so. Cursors that it hands
        out are fetched, as result sets, and closed.

        Raises:
            RoutineChangedError: Its version is not that of the routine any more; nothing has run.
            SqlCoreError: With number, state, severity, procedure and line, as the server said.
                What came before it has been yielded.
        """
        ...


class CapabilityProbe(Protocol):
    """Finds out what the server is; what it may not see is said, and is no failure."""

    def capabilities(self) -> ServerCapabilities:
        """Ask the server, in one round trip where the engine allows it."""
        ...

    @property
    def identity(self) -> str | None:
        """What the newest physical connection said of its server, without asking it again.

        It differs when a reconnect has reached another server or another version. None before the
        first connection.
        """
        ...

    def ping(self) -> float:
        """Make one round trip on a pooled connection; return its seconds.

        Raises:
            ConnectionFailedError: The server cannot be reached.
        """
        ...


class CatalogReader(Protocol):
    """Reads the catalog, set-wise: the number of queries does not depend on that of tables."""

    def databases(self) -> tuple[Database, ...]:
        """List the databases that this login can see, by name."""
        ...

    def tables(self, table_filter: TableFilter) -> TablePage:
        """List tables and views, ordered by schema and name."""
        ...

    def find(self, name: QualifiedName) -> tuple[TableSummary, ...]:
        """Find what a name may mean, in the order in which the server would look.

        The name is compared exactly, and, where nothing has exactly that name, without regard to
        case. Without a schema, the schemas of the login's search path come first, in its order,
        then the others. System tables are found too, when they are named with their schema.
        Nothing is found under the name of another database than the connected one.
        """
        ...

    def describe(
        self, tables: Sequence[QualifiedName], *, full: bool = True
    ) -> tuple[TableDescription, ...]:
        """Describe tables by their exact names with schema; those that do not exist are left out.

        Args:
            tables: Exact names, each with its schema.
            full: Also checks, indexes, foreign keys, triggers, size and a view's text; otherwise
                columns, the primary key, unique keys and the comment.
        """
        ...


class SchemaReader(Protocol):
    """Reads the schema of the whole database, set-wise."""

    def fingerprint(self) -> str:
        """Ask for a short text that differs when the schema has changed; one cheap query.

        A change that is committed shows at once: names, columns and their types, keys, foreign
        keys, routines, comments, schemas. What the statistics say of sizes is no part of it.
        """
        ...

    def schema(self, *, include_system: bool = False) -> SchemaSnapshot:
        """Read it all, with its fingerprint; a constant number of queries, one round trip at best.

        Args:
            include_system: Also the server's own schemas.
        """
        ...


class ObjectReader(Protocol):
    """Looks at one object of the database, of any kind."""

    def objects(self, name: QualifiedName) -> tuple[CatalogObject, ...]:
        """Find what a name may mean, of every kind, in the order in which the server would look.

        Names are compared as `CatalogReader.find` compares them. A trigger is found by its own
        name. Each overload is one.
        """
        ...

    def definition(self, found: CatalogObject) -> ObjectDefinition:
        """Read the text that makes an object; of a table it is written from the catalog."""
        ...

    def dependencies(self, found: CatalogObject) -> Dependencies:
        """Tell what an object uses and what uses it, directly, as far as the catalog knows."""
        ...

    def indexes(self, table: QualifiedName) -> TableIndexes:
        """Tell what the indexes of a table cost and what they are used for.

        Args:
            table: Its exact name with schema.

        Raises:
            NotFoundError: There is no such table.
        """
        ...

    def statistics(self, table: QualifiedName) -> TableStatistics:
        """Tell how large a table is, by partitions too, and how fresh what the planner knows is.

        Raises:
            NotFoundError: There is no such table.
        """
        ...


class SchemaInspector(Protocol):
    """Reads what decides whether a read only reads, set-wise."""

    def facts(self) -> SchemaFacts:
        """Read the facts of the database; a constant number of queries, one round trip at best.

        Raises:
            SqlCoreError: They cannot be read. Then nothing that depends on them may run.
        """
        ...


class PlanExplainer(Protocol):
    """Asks the server how it would run a statement."""

    def explain(
        self, statement: Statement, options: ExecutionOptions, *, analyze: bool = False
    ) -> Plan:
        """Explain a statement; it is never run, unless `analyze` is set.

        With `analyze` it runs under `options.mode`, which is READ_ONLY.

        Raises:
            UnsupportedError: The server has no plans, or would run what it is to explain.
            SqlCoreError: Any other leaf, with what the server said.
        """
        ...


class ActivityMonitor(Protocol):
    """Looks at what runs on the server."""

    def progress(self, server_session: str) -> Progress | None:
        """Ask how far the statement of a server session is; None where the server cannot tell.

        Takes a connection of its own for one short catalog read; None also where the pool has none
        to spare, where the login may not look, where it takes long, and where nothing runs there.

        Args:
            server_session: As `ExecutionOptions.on_connection` was told.

        Raises:
            SqlCoreError: The server cannot be asked.
        """
        ...


class ResultWriter(Protocol):
    """Writes the result sets of one session, in their order. For one thread."""

    def begin(self, columns: tuple[Column, ...]) -> None:
        """Begin a result set."""
        ...

    def add(self, rows: Sequence[Row]) -> None:
        """Append rows; when this returns they can be read.

        Raises:
            LimitExceededError: A limit of rows or bytes is reached, or the disk is full. The rows
                that fitted can be read.
        """
        ...

    def end(self) -> None:
        """End a result set: these were all its rows."""
        ...

    def summaries(self) -> tuple[ResultSummary, ...]:
        """Tell what has been written, for each result set."""
        ...

    def close(self) -> None:
        """Write no more; what was not ended stays incomplete. Idempotent."""
        ...


class ResultReader(Protocol):
    """Reads the result sets of one session, also while they are written. For many threads."""

    def summaries(self) -> tuple[ResultSummary, ...]:
        """Tell what can be read, for each result set."""
        ...

    def batches(self, result_set: int, start: int = 0) -> Iterator[list[Row]]:
        """Give the rows of a result set from row `start` on, as far as they have been written.

        Args:
            result_set: Its place, from 0.
            start: The row to begin at, from 0.

        Raises:
            NotFoundError: There is no such result set (yet), or it has been removed.
        """
        ...


class ResultStore(Protocol):
    """Keeps the rows of sessions. For many threads."""

    def create(self, session_id: str) -> ResultWriter:
        """Make room for the results of a session.

        Raises:
            LimitExceededError: There is no room.
        """
        ...

    def open(self, session_id: str) -> ResultReader:
        """Read the results of a session.

        Raises:
            NotFoundError: There are none.
        """
        ...

    def remove(self, session_id: str) -> None:
        """Remove the results of a session. Idempotent; who reads them gets no more."""
        ...

    def close(self) -> None:
        """Remove everything that this process has written. Idempotent."""
        ...


class SessionStore(Protocol):
    """Keeps the records of sessions. For many threads, and one day for many processes."""

    def add(self, session: Session) -> None:
        """Keep a new session."""
        ...

    def get(self, session_id: str) -> Session | None:
        """Return a session as it is now; None where there is none."""
        ...

    def replace(self, before: Session, after: Session) -> bool:
        """Put a session in the place of itself, unless it has changed since; say whether it did."""
        ...

    def owned_by(self, owner: str) -> tuple[Session, ...]:
        """Return the sessions of an owner, the newest first."""
        ...

    def remove(self, session_id: str) -> None:
        """Forget a session. Idempotent."""
        ...


class Connection(Protocol):
    """A link to one database of a server, pooled, for use by many threads."""

    @property
    def dialect(self) -> Dialect:
        """The engine's SQL language."""
        ...

    @property
    def queries(self) -> QueryExecutor:
        """Query execution."""
        ...

    @property
    def procedures(self) -> ProcedureCaller:
        """Procedure calls.

        Raises:
            UnsupportedError: This adapter has none (yet); the message says which.
        """
        ...

    @property
    def capabilities(self) -> CapabilityProbe:
        """Capability probing."""
        ...

    @property
    def catalog(self) -> CatalogReader:
        """Catalog reads."""
        ...

    @property
    def schema(self) -> SchemaReader:
        """The schema as a whole."""
        ...

    @property
    def objects(self) -> ObjectReader:
        """Single objects."""
        ...

    @property
    def inspector(self) -> SchemaInspector:
        """Facts for the guard."""
        ...

    @property
    def plans(self) -> PlanExplainer:
        """Plans of statements."""
        ...

    @property
    def activity(self) -> ActivityMonitor:
        """What runs on the server."""
        ...

    def close(self) -> None:
        """Stop what runs, close every physical connection, within a few seconds. Idempotent."""
        ...


class Connector(Protocol):
    """An adapter's entry point, found by the URL scheme it is registered under.

    A connector takes no arguments to make, and `connect` does not touch the network: the first
    use does.
    """

    def connect(self, settings: ConnectionSettings) -> Connection:
        """Open a link.

        Raises:
            ConfigurationError: An option is unknown or malformed.
        """
        ...
