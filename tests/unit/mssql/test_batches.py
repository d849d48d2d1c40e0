from __future__ import annotations

import pytest

from sqlcore.adapters.mssql.batches import call, is_without_transaction, opening
from sqlcore.adapters.mssql.literals import bind_parameter
from sqlcore.domain.query import TransactionMode
from sqlcore.errors import InvalidArgumentError


def test_a_text_without_parameters_is_one_constant() -> None:
    assert "EXEC sp_executesql N'SELECT ''a''; %s %(x)s %%'" == call("SELECT 'a'; %s %(x)s %%")


def test_more_parameters_than_the_server_takes_are_refused() -> None:
    parameters = [bind_parameter(f"p{number}", number) for number in range(2099)]
    with pytest.raises(InvalidArgumentError, match="2098"):
        call("SELECT 1", parameters)
    assert call("SELECT 1", parameters[:-1])


def test_a_read_gets_a_savepoint_where_the_server_has_them() -> None:
    begin = opening(TransactionMode.READ_ONLY, 10.0, has_savepoints=True)
    assert (
        "SET LOCK_TIMEOUT 9000; BEGIN TRANSACTION; SAVE TRANSACTION sqlcore_statement;"
    ) == begin
    assert "SAVE" not in opening(TransactionMode.READ_ONLY, 10.0, has_savepoints=False)
    assert "SAVE" not in opening(TransactionMode.READ_WRITE, 10.0, has_savepoints=True)


def test_a_lock_is_waited_for_at_least_a_millisecond() -> None:
    assert "SET LOCK_TIMEOUT 1;" in opening(TransactionMode.READ_WRITE, 0.0001, has_savepoints=True)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["CREATE", "DATABASE"], True),
        (["alter", "database"], True),
        (["BACKUP", "LOG"], True),
        (["KILL"], True),
        (["CREATE", "TABLE"], False),
        (["CREATE"], False),
        (["INSERT", "INTO"], False),
        ([], False),
    ],
)
def test_statements_that_run_outside_a_transaction_are_known(
    words: list[str],
    expected: bool,  # noqa: FBT001  a table of cases
) -> None:
    assert expected == is_without_transaction(words)
