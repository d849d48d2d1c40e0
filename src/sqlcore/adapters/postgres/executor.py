"""Query execution: the port."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator

from sqlcore.adapters.postgres.calling import CallExecution
from sqlcore.adapters.postgres.calling_text import prepare_call
from sqlcore.adapters.postgres.execution import Execution
from sqlcore.adapters.postgres.holding import Hold
from sqlcore.adapters.postgres.naming import TypeBook
from sqlcore.adapters.postgres.parameters import ResolveType
from sqlcore.adapters.postgres.pool import Pool
from sqlcore.adapters.postgres.prepared import prepare
from sqlcore.adapters.postgres.signals import Signal
from sqlcore.adapters.postgres.watchdog import Watchdog
from sqlcore.domain.procedure import ProcedureCall, ProcedureOutputs
from sqlcore.domain.query import Event, ExecutionOptions, Statement

__all__ = ["PostgresExecutor"]

_STOP_S = 2.0


class PostgresExecutor:
    """Runs statements of one connection's callers."""

    def __init__(
        self, pool: Pool, watchdog: Watchdog, types: TypeBook, resolve: ResolveType
    ) -> None:
        self._pool = pool
        self._watchdog = watchdog
        self._types = types
        self._resolve = resolve
        self._running: set[Hold] = set()
        self._lock = threading.RLock()

    def execute(
        self, statement: Statement, options: ExecutionOptions
    ) -> Generator[Event, None, None]:
        """Run a statement and yield what comes back, as the port says.

        A read takes exactly one statement. A write without parameters may be a script of several,
        which may end the transaction themselves; a command that cannot run inside a transaction,
        such as VACUUM, runs outside one.
        """
        if options.cancel is not None:
            options.cancel.raise_if_cancelled()
        prepared = prepare(statement, self._types, self._resolve)
        hold = self._hold(options)
        yield from self._events(Execution(prepared, options, hold), hold)

    def call(
        self, call: ProcedureCall, options: ExecutionOptions
    ) -> Generator[Event | ProcedureOutputs, None, None]:
        """Run a procedure or a function; its outputs come last, once all is done."""
        if options.cancel is not None:
            options.cancel.raise_if_cancelled()
        prepared = prepare_call(call, self._types, self._resolve)
        hold = self._hold(options)
        execution = CallExecution(prepared, options, hold, routine=call.routine)
        yield from self._events(execution, hold)
        yield execution.outputs

    def _hold(self, options: ExecutionOptions) -> Hold:
        signal = Signal(options.cancel)
        return Hold(self._pool, self._watchdog, signal, timeout_s=options.timeout_s)

    def _events(self, execution: Execution, hold: Hold) -> Generator[Event, None, None]:
        with self._lock:
            self._running.add(hold)
        try:
            yield from execution.events()
        finally:
            with self._lock:
                self._running.discard(hold)

    def stop_all(self) -> None:
        """Stop everything that runs; each caller gets `ConnectionLostError`.

        Returns once the server was told, for the process may be about to end.
        """
        with self._lock:
            running = list(self._running)
        for hold in running:
            hold.signal.give("closed")
        give_up_at = time.monotonic() + _STOP_S
        for hold in running:
            hold.has_let_go.wait(max(0.0, give_up_at - time.monotonic()))
