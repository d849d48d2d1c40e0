from __future__ import annotations

import pytest

from sqlcore.adapters.mssql.batches import (
    call,
    ending,
    is_without_transaction,
    new_savepoint,
    opening,
)
from sqlcore.adapters.mssql.literals import bind_parameter
from sqlcore.adapters.mssql.requesting import Request
from sqlcore.domain.query import ExecutionOptions, Statement, TransactionMode
from sqlcore.errors import InvalidArgumentError


def test_a_text_without_parameters_is_one_constant() -> None:
    assert "EXEC sp_executesql N'SELECT ''a''; %s %(x)s %%'" == call("SELECT 'a'; %s %(x)s %%")


def test_more_parameters_than_the_server_takes_are_refused() -> None:
    parameters = [bind_parameter(f"p{number}", number) for number in range(2099)]
    with pytest.raises(InvalidArgumentError, match="2098"):
        call("SELECT 1", parameters)
    assert call("SELECT 1", parameters[:-1])


def test_a_lock_is_waited_for_as_long_as_the_options_say_and_less_than_the_timeout() -> None:
    def waited(lock_timeout_s: float | None, timeout_s: float) -> str:
        options = ExecutionOptions(timeout_s=timeout_s, lock_timeout_s=lock_timeout_s)
        return opening(options, None).partition(";")[0]

    assert "SET LOCK_TIMEOUT 9000" == waited(None, 10.0)
    assert "SET LOCK_TIMEOUT 2500" == waited(2.5, 10.0)
    assert "SET LOCK_TIMEOUT 900" == waited(2.5, 1.0)
    assert "SET LOCK_TIMEOUT 1" == waited(2.5, 0.0001)


def test_a_transaction_that_is_rolled_back_has_a_savepoint_of_a_name_that_nobody_knows() -> None:
    savepoint = new_savepoint()
    assert savepoint != new_savepoint()
    assert opening(ExecutionOptions(), savepoint).endswith(f" SAVE TRANSACTION {savepoint};")
    for mode in (TransactionMode.READ_ONLY, TransactionMode.ROLLED_BACK):
        assert f"ROLLBACK TRANSACTION {savepoint};" in ending(mode, savepoint)
        assert "COMMIT" not in ending(mode, None)


@pytest.mark.parametrize("mode", TransactionMode)
def test_the_session_gets_its_lock_timeout_back(mode: TransactionMode) -> None:
    assert ending(mode, None).endswith("SET LOCK_TIMEOUT -1")


def test_a_text_that_ends_transactions_is_known_by_its_words() -> None:
    def ends(text: str) -> bool:
        return Request.of(Statement.of(text), ExecutionOptions()).ends_transactions()

    assert ends("SELECT 1 commit DELETE FROM t")
    assert ends("Rollback")
    assert not ends("SELECT 'COMMIT' AS [ROLLBACK] -- COMMIT")


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
