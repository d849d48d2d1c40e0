"""The contract of plans: what is explained does not run, and leaves nothing behind."""

from __future__ import annotations

import contextlib

import pytest

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.plan import Plan
from sqlcore.domain.query import ExecutionOptions, Statement
from sqlcore.errors import SqlCoreError, StatementCancelledError
from sqlcore.ports import Connection
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.events import READ_WRITE, rows, run, scalar

__all__ = ["ExplainingContract"]

_READ = "SELECT name FROM {schema}.customers WHERE id = :id"
_COUNT = "SELECT COUNT(*) FROM {schema}.scratch"
_WRITES = {
    "insert": "INSERT INTO {schema}.scratch (id, note) VALUES (2, 'b')",
    "update": "UPDATE {schema}.scratch SET note = 'changed'",
    "delete": "DELETE FROM {schema}.scratch",
}


def _explain(connection: Connection, text: str, *, analyze: bool = False, **named: object) -> Plan:
    statement = Statement.of(text, named or None)
    return connection.plans.explain(statement, ExecutionOptions(), analyze=analyze)


class ExplainingContract(Contract):
    """Plans of statements. A connection has one physical connection, so that traces would show."""

    @pytest.fixture
    def scratch(self, single: Connection, samples: ServerSamples) -> Connection:
        """Open a connection to a scratch table with one row."""
        run(single, samples.sql("DELETE FROM {schema}.scratch"), options=READ_WRITE)
        insert = "INSERT INTO {schema}.scratch (id, note) VALUES (1, 'a')"
        run(single, samples.sql(insert), options=READ_WRITE)
        return single

    @requirement("explain-read")
    def test_the_plan_of_a_read_names_its_table(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        plan = _explain(single, samples.sql("SELECT * FROM {schema}.customers"))
        targets = [node.target for _, node in plan.root.walk() if node.target]
        assert any("customers" in target for target in targets)
        assert not plan.analyzed
        assert plan.raw
        assert plan.cost is not None
        assert plan.cost >= 0

    @requirement("explain-parameters")
    def test_parameters_are_explained_with_their_values(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        plan = _explain(single, samples.sql(_READ), id=1)
        assert "customers" in plan.raw

    @requirement("explain-writes")
    @pytest.mark.parametrize("kind", _WRITES)
    def test_a_write_is_explained_and_not_run(
        self, scratch: Connection, samples: ServerSamples, kind: str
    ) -> None:
        plan = _explain(scratch, samples.sql(_WRITES[kind]))
        assert plan.root.operation
        assert not plan.analyzed
        select = samples.sql("SELECT id, note FROM {schema}.scratch")
        assert [(1, "a")] == rows(run(scratch, select))

    @requirement("explain-several")
    @pytest.mark.parametrize(
        "text",
        [
            "SELECT 1; DELETE FROM {schema}.scratch",
            "SELECT 1; DROP TABLE {schema}.scratch",
            "ANALYZE DELETE FROM {schema}.scratch",
            "(ANALYZE) DELETE FROM {schema}.scratch",
            "COMMIT; DELETE FROM {schema}.scratch",
            "DELETE FROM {schema}.scratch; COMMIT",
            "TRUNCATE TABLE {schema}.scratch",
            "DROP TABLE {schema}.scratch",
        ],
    )
    def test_nothing_that_is_smuggled_into_the_text_runs(
        self, scratch: Connection, samples: ServerSamples, text: str
    ) -> None:
        with contextlib.suppress(SqlCoreError):
            _explain(scratch, samples.sql(text))
        assert 1 == scalar(run(scratch, samples.sql(_COUNT)))

    @requirement("explain-state")
    def test_after_a_plan_statements_return_their_rows_again(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        _explain(scratch, samples.sql("SELECT * FROM {schema}.scratch"))
        assert 1 == scalar(run(scratch, samples.sql(_COUNT)))
        with pytest.raises(SqlCoreError):
            _explain(scratch, samples.sql("SELECT nothing FROM {schema}.scratch"))
        assert 1 == scalar(run(scratch, samples.sql(_COUNT)))

    @requirement("explain-write-after")
    def test_after_a_plan_writes_are_written_again(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        _explain(scratch, samples.sql(_WRITES["delete"]))
        run(scratch, samples.sql(_WRITES["insert"]), options=READ_WRITE)
        assert 2 == scalar(run(scratch, samples.sql(_COUNT)))

    @requirement("explain-analyze")
    def test_with_analyze_the_plan_says_how_many_rows_there_were(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        text = samples.sql("SELECT * FROM {schema}.customers")
        plan = _explain(single, text, analyze=True)
        assert plan.analyzed
        assert scalar(run(single, samples.sql("SELECT COUNT(*) FROM {schema}.customers"))) == round(
            plan.root.actual_rows or -1
        )
        assert plan.execution_ms is not None

    @requirement("explain-analyze-writes")
    def test_a_write_that_is_run_for_its_plan_leaves_nothing_behind(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        with contextlib.suppress(SqlCoreError):
            _explain(scratch, samples.sql(_WRITES["delete"]), analyze=True)
        assert 1 == scalar(run(scratch, samples.sql(_COUNT)))

    @requirement("explain-cancelled")
    def test_a_token_that_was_set_before_stops_it(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        token = CancelToken()
        token.cancel()
        statement = Statement.of(samples.sql("SELECT * FROM {schema}.customers"))
        with pytest.raises(StatementCancelledError):
            single.plans.explain(statement, ExecutionOptions(cancel=token))
