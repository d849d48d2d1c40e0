"""Plans of statements: the server is told to plan only, and has to show that it does.

`SET SHOWPLAN_XML ON` is the server's way; Babelfish accepts and ignores it, and has one of its own.
So a harmless statement goes first, which must come back as a plan and not as its row. The text that
is explained runs inside a transaction that is rolled back all the same. The state ends with the
explaining, or the connection does.

Sources: "SET SHOWPLAN_XML (Transact-SQL)", "SET STATISTICS XML (Transact-SQL)", and
`BABELFISH_SHOWPLAN_ALL` of the Babelfish documentation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import attrs

from sqlcore.adapters.mssql.batches import call, new_savepoint, opening
from sqlcore.adapters.mssql.planned_texts import planned_text
from sqlcore.adapters.mssql.pool import SessionPool
from sqlcore.adapters.mssql.requesting import Request
from sqlcore.adapters.mssql.session import Header, Session
from sqlcore.adapters.mssql.showplans import read_showplan
from sqlcore.adapters.mssql.text_plans import read_text_plan
from sqlcore.adapters.mssql.transactions import end
from sqlcore.domain.plan import Plan
from sqlcore.domain.query import ExecutionOptions, Statement, TransactionMode
from sqlcore.errors import (
    ExecutionError,
    PermissionDeniedError,
    SqlCoreError,
    UnsupportedError,
)

__all__ = ["MssqlPlanExplainer"]

_PROBE = "SELECT 1 AS sqlcore_probe"
_ROWS_AT_ONCE = 1000


@attrs.frozen(kw_only=True)
class _Way:
    """How a server gives plans.

    Attributes:
        plan: The state in which it plans only.
        measure: The state in which it runs, and gives the plan behind the rows.
        column: The name of the one column in which a plan comes, in lower case.
    """

    plan: str
    measure: str
    column: str
    is_text: bool


_SQL_SERVER = _Way(
    plan="SHOWPLAN_XML",
    measure="STATISTICS XML",
    column="microsoft sql server 2005 xml showplan",
    is_text=False,
)
_BABELFISH = _Way(
    plan="BABELFISH_SHOWPLAN_ALL",
    measure="BABELFISH_STATISTICS PROFILE",
    column="query plan",
    is_text=True,
)


class MssqlPlanExplainer:
    """Explains statements; see `sqlcore.ports.PlanExplainer`.

    Six round trips: the transaction, the state, the probe, the plan, and the ends of both.
    """

    def __init__(self, pool: SessionPool) -> None:
        self._pool = pool

    def explain(
        self, statement: Statement, options: ExecutionOptions, *, analyze: bool = False
    ) -> Plan:
        """Explain a statement; an estimate is made with the values of its parameters in place."""
        if options.cancel is not None:
            options.cancel.raise_if_cancelled()
        options = attrs.evolve(options, mode=TransactionMode.READ_ONLY)
        request = Request.of(statement, options)
        with self._pool.session(options.cancel) as session:
            way = _BABELFISH if session.kind.is_babelfish else _SQL_SERVER
            text = planned_text(request, on_one_line=way.is_text)
            try:
                with session.statement(options.timeout_s, options.cancel):
                    plans = self._plans(session, request, way, None if analyze else text)
            except PermissionDeniedError as error:
                session.is_broken = True
                if "SHOWPLAN" in error.message:
                    error.hint = "Plans need a right: GRANT SHOWPLAN TO the login's user."
                raise
            except BaseException:
                # What is left of the state is not known, and in it no ROLLBACK would be run.
                session.is_broken = True
                raise
        return _read(plans, way, analyzed=analyze)

    def _plans(
        self, session: Session, request: Request, way: _Way, planned: str | None
    ) -> list[str]:
        """Get the plans of a text, or run the request and get the plans behind its rows."""
        savepoint = new_savepoint() if session.kind.has_savepoints else None
        session.query(opening(request.options, savepoint))
        with _state(session, way.measure if planned is None else way.plan):
            if planned is None:
                plans = _plans_of(session, call(request.text, request.parameters), way)
            else:
                self._probe(session, way)
                plans = _plans_of(session, planned, way)
        end(session, request, savepoint, self._pool)
        return plans

    def _probe(self, session: Session, way: _Way) -> None:
        """See that the server plans, and does not run, what it is sent now.

        Raises:
            UnsupportedError: It ran the probe.
        """
        header = session.execute(_PROBE)
        has_plan, has_rows = False, header is None
        while header is not None:
            is_plan = _is_plan(header, way)
            has_plan = has_plan or is_plan
            while session.rows(_ROWS_AT_ONCE):
                has_rows = has_rows or any(name == "sqlcore_probe" for name, _ in header)
            header = session.next_result()
        if has_rows or not has_plan:
            raise UnsupportedError(
                f"This server accepts SET {way.plan} ON and runs statements all the same, so that"
                " nothing can be explained without running it; nothing was run.",
                hint="Use the server's own tools to look at plans.",
            )


@contextmanager
def _state(session: Session, name: str) -> Iterator[None]:
    """Set an option of the session; off again at the end, else the session is thrown away."""
    session.query(f"SET {name} ON")
    try:
        yield
        session.query(f"SET {name} OFF")
    except SqlCoreError:
        session.is_broken = True
        raise


def _is_plan(header: Header, way: _Way) -> bool:
    return len(header) == 1 and header[0][0].lower() == way.column


def _plans_of(session: Session, batch: str, way: _Way) -> list[str]:
    """Run a batch; keep the plans, line by line, and drop all other rows."""
    lines: list[str] = []
    header = session.execute(batch)
    while header is not None:
        is_plan = _is_plan(header, way)
        while rows := session.rows(_ROWS_AT_ONCE):
            if is_plan:
                lines += [str(value) for (value,) in rows]
        header = session.next_result()
    return lines


def _read(plans: Sequence[str], way: _Way, *, analyzed: bool) -> Plan:
    if not plans:
        raise ExecutionError("The server returned no plan.")
    if way.is_text:
        return read_text_plan(plans, analyzed=analyzed)
    # Behind the rows of each statement its own plan comes: the caller's is the last.
    return read_showplan(plans[-1] if analyzed else "".join(plans), analyzed=analyzed)
