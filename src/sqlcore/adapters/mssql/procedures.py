"""Finding and calling procedures and functions: the `ProcedureCaller` of SQL Server."""

from __future__ import annotations

from collections.abc import Generator

import attrs

from sqlcore.adapters.mssql.batches import new_savepoint
from sqlcore.adapters.mssql.calling_batch import ENDED_OURS, CallBatch, write_call
from sqlcore.adapters.mssql.calling_outputs import with_outputs
from sqlcore.adapters.mssql.errors import TRANSACTION_COUNT_MISMATCH
from sqlcore.adapters.mssql.execution import MssqlQueryExecutor
from sqlcore.adapters.mssql.reading import CatalogQueries
from sqlcore.adapters.mssql.requesting import Request
from sqlcore.adapters.mssql.routines import RoutineCatalog
from sqlcore.adapters.mssql.routines_text import ends_transactions
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import (
    ProcedureCall,
    ProcedureOutputs,
    Routine,
    RoutineFilter,
    RoutineKind,
    RoutinePage,
)
from sqlcore.domain.query import Event, ExecutionOptions, TransactionMode
from sqlcore.errors import (
    ConnectionLostError,
    SqlCoreError,
    StatementCancelledError,
    StatementTimeoutError,
)

__all__ = ["MssqlProcedureCaller"]

_NOT_IN_TRANSACTION = frozenset((226, 574, 3021, 6115))
_UNCAUGHT = (ConnectionLostError, StatementCancelledError, StatementTimeoutError)


class MssqlProcedureCaller:
    """Calls run as statements do: in their transaction, with their timeouts and their events.

    The driver does not tell how many rows the statements of a procedure touched.
    """

    def __init__(self, executor: MssqlQueryExecutor, queries: CatalogQueries) -> None:
        self._executor = executor
        self._catalog = RoutineCatalog(queries)

    def routines(self, routine_filter: RoutineFilter) -> RoutinePage:
        """List routines without their parameters; the server's own are left out."""
        return self._catalog.page(routine_filter)

    def find(self, name: QualifiedName) -> tuple[Routine, ...]:
        """Find what a name may mean, with all parameters."""
        return self._catalog.find(name) if name.name else ()

    def definition(self, routine: Routine) -> str | None:
        """Read the text that made it; None where it is encrypted or may not be seen."""
        return self._catalog.definition(routine.name)

    def call(
        self, call: ProcedureCall, options: ExecutionOptions
    ) -> Generator[Event | ProcedureOutputs, None, None]:
        """Run a routine; see `sqlcore.ports.ProcedureCaller`.

        Where a call that is to be rolled back is stopped, only the words of the routine's text tell
        whether it may have ended its transaction before.
        """
        if options.cancel is not None:
            options.cancel.raise_if_cancelled()
        is_rolled_back = options.mode is not TransactionMode.READ_WRITE
        may_end = is_rolled_back and _may_end_transaction(call.routine)
        savepoint = new_savepoint() if is_rolled_back else None
        written = write_call(call, savepoint=savepoint, may_end_transaction=may_end)
        request = _CallRequest(
            text=written.text,
            parameters=written.parameters,
            options=options,
            call=written,
            savepoint_name=savepoint,
            may_end_transaction=may_end,
        )
        try:
            yield from with_outputs(self._executor.run(request), written)
        except SqlCoreError as error:
            if error.procedure is None:
                error.line = None  # it is one of our own text
            if error.number in _NOT_IN_TRANSACTION:
                error.with_hint(
                    "sqlcore calls procedures inside a transaction, where SQL Server does not"
                    " allow this statement: run the statement on its own."
                )
            raise


def _may_end_transaction(routine: Routine) -> bool:
    """Look for the words in the text of a procedure; a function cannot have them."""
    return routine.kind is RoutineKind.PROCEDURE and ends_transactions(routine.text)


@attrs.frozen(kw_only=True)
class _CallRequest(Request):
    """A call, as the executor takes it."""

    call: CallBatch
    savepoint_name: str | None
    may_end_transaction: bool

    @property
    def key(self) -> tuple[str, str]:
        return self.call.plain_text, self.call.declared

    @property
    def batch(self) -> str:
        return self.call.batch

    def savepoint(self) -> str:
        return self.savepoint_name or new_savepoint()

    @property
    def depth(self) -> int:
        return self.call.depth

    def first_words(self) -> list[str]:
        return []  # no call is repeated outside a transaction

    def ends_transactions(self) -> bool:
        return self.may_end_transaction

    def may_have_escaped(self, error: SqlCoreError) -> bool:
        """Trust what CATCH saw; a call that was stopped or lost came by no CATCH."""
        if error.number in (ENDED_OURS, TRANSACTION_COUNT_MISMATCH):
            return True
        was_caught = error.number is not None and not isinstance(error, _UNCAUGHT)
        return not was_caught and self.may_end_transaction
