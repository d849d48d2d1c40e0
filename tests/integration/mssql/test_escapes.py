"""A statement that ends its transaction and never reaches its own end is found out all the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog
from tests.integration.mssql.reaching import settings_of
from tests.integration.tds.session import TdsSession

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.query import ExecutionOptions, Statement
from sqlcore.errors import PolicyError, StatementCancelledError
from sqlcore.ports import Connection
from sqlcore.testing.events import run, scalar

_HONEST = (
    "SELECT TOP 5000 a.id AS a FROM contract.customers a, sys.all_objects b, sys.all_objects c"
)
_ESCAPE = f"COMMIT; {_HONEST}"
_SESSION = "SELECT @@SPID AS a"


@pytest.fixture
def connection(tds_module: TdsSession) -> Iterator[Connection]:
    connection = MssqlConnector().connect(settings_of(tds_module))
    yield connection
    connection.close()


def test_an_escape_whose_reader_leaves_is_found_out(connection: Connection) -> None:
    before = scalar(run(connection, _SESSION))
    events = connection.queries.execute(Statement.of(_ESCAPE), ExecutionOptions())
    with structlog.testing.capture_logs() as logs:
        next(events)
        events.close()
    assert ["transaction_escaped"] == [log["event"] for log in logs]
    assert before != scalar(run(connection, _SESSION))


def test_an_escape_that_is_cancelled_is_found_out(connection: Connection) -> None:
    token = CancelToken()
    options = ExecutionOptions(cancel=token, batch_rows=1)
    events = connection.queries.execute(Statement.of(_ESCAPE), options)
    with structlog.testing.capture_logs() as logs:
        next(events)
        token.cancel()
        with pytest.raises(PolicyError):
            list(events)
    assert ["transaction_escaped"] == [log["event"] for log in logs]


def test_a_reader_who_leaves_an_honest_statement_raises_no_alarm(connection: Connection) -> None:
    token = CancelToken()
    events = connection.queries.execute(
        Statement.of(_HONEST), ExecutionOptions(cancel=token, batch_rows=1)
    )
    with structlog.testing.capture_logs() as logs:
        next(events)
        token.cancel()
        with pytest.raises(StatementCancelledError):
            list(events)
    assert [] == logs
