"""Plans of statements: EXPLAIN, which is one statement with the one that it explains.

It goes the way of every read: over the extended protocol, which takes no second statement, in a
READ ONLY transaction. The caller's text stands behind the options in parentheses, where the grammar
has no place for further ones: `ANALYZE DELETE …` is a syntax error there.

Every parameter needs a value. GENERIC_PLAN would do without, but the server takes it over the
simple protocol only, which runs a second statement as well.
"""

from __future__ import annotations

from contextlib import closing

import attrs

from sqlcore.adapters.postgres.plans import read_plan
from sqlcore.domain.plan import Plan
from sqlcore.domain.query import ExecutionOptions, RowBatch, Statement, TransactionMode
from sqlcore.errors import ExecutionError, SqlCoreError
from sqlcore.ports import QueryExecutor

__all__ = ["PostgresPlanExplainer"]

_ESTIMATE = "EXPLAIN (FORMAT JSON, VERBOSE, SETTINGS) "
_ANALYZE = "EXPLAIN (FORMAT JSON, VERBOSE, SETTINGS, ANALYZE, BUFFERS) "


class PostgresPlanExplainer:
    """Explains statements; see `sqlcore.ports.PlanExplainer`."""

    def __init__(self, executor: QueryExecutor) -> None:
        self._executor = executor

    def explain(
        self, statement: Statement, options: ExecutionOptions, *, analyze: bool = False
    ) -> Plan:
        """Explain a statement; where one is at fault, places are those of the caller's text."""
        prefix = _ANALYZE if analyze else _ESTIMATE
        explained = attrs.evolve(statement, text=prefix + statement.text)
        options = attrs.evolve(options, mode=TransactionMode.READ_ONLY)
        try:
            raw = self._only_value(explained, options)
        except SqlCoreError as error:
            if error.position is not None:
                error.position = max(1, error.position - len(prefix))
            raise
        return read_plan(raw, analyzed=analyze)

    def _only_value(self, statement: Statement, options: ExecutionOptions) -> str:
        with closing(self._executor.execute(statement, options)) as events:
            rows = [row for event in events if isinstance(event, RowBatch) for row in event.rows]
        if not rows:
            raise ExecutionError("The server returned no plan.")
        return str(rows[0][0])
