"""The contract of failures: the right leaf of the error tree, with the place and the number."""

from __future__ import annotations

import pickle

import pytest

from sqlcore.domain.connection import ConnectionSettings
from sqlcore.errors import (
    ConflictError,
    ExecutionError,
    NotFoundError,
    SqlCoreError,
    SqlSyntaxError,
)
from sqlcore.ports import Connection
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.events import READ_WRITE, run, scalar

__all__ = ["FailureContract"]


class FailureContract(Contract):
    """What a failing statement raises."""

    def _failure(self, connection: Connection, samples: ServerSamples, text: str) -> SqlCoreError:
        """Run a text that fails; check what every error must have, and that life goes on."""
        with pytest.raises(SqlCoreError) as caught:
            run(connection, samples.sql(text), options=READ_WRITE)
        error = caught.value
        assert error.message
        assert error.__cause__ is not None, "the driver's error is kept as the cause"
        if samples.errors_have is not None:
            assert getattr(error, samples.errors_have) is not None
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
        assert type(error) is type(copy)
        assert error.__dict__ == copy.__dict__
        assert 1 == scalar(run(connection, samples.one_row))
        return error

    @requirement("syntax-error")
    def test_a_text_that_cannot_be_parsed_is_a_syntax_error(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        error = self._failure(single, samples, samples.syntax_error)
        assert isinstance(error, SqlSyntaxError)

    @requirement("syntax-error-line")
    def test_a_syntax_error_names_its_line(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        error = self._failure(single, samples, samples.syntax_error)
        assert samples.syntax_error_line == error.line

    @requirement("unknown-table")
    def test_an_unknown_table_is_not_found(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        error = self._failure(single, samples, "SELECT * FROM {schema}.no_such_table")
        assert isinstance(error, NotFoundError)
        assert "no_such_table" in error.message

    @requirement("unknown-column")
    def test_an_unknown_column_is_not_found(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        error = self._failure(single, samples, samples.unknown_column)
        assert isinstance(error, NotFoundError)
        assert "no_such_column" in error.message

    @requirement("runtime-error")
    def test_a_failure_while_running_is_an_execution_error(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        error = self._failure(single, samples, samples.runtime_error)
        assert isinstance(error, ExecutionError)

    @requirement("duplicate-key")
    def test_a_duplicate_key_is_a_conflict(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        insert = "INSERT INTO {schema}.scratch (id, note) VALUES (1, 'a'), (1, 'b')"
        assert isinstance(self._failure(single, samples, insert), ConflictError)

    @requirement("foreign-key-violation")
    def test_a_foreign_key_violation_is_a_conflict(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        insert = (
            "INSERT INTO {schema}.orders (region, number, customer_id, quantity, price)"
            " VALUES ('north', 99, 12345, 1, 1)"
        )
        assert isinstance(self._failure(single, samples, insert), ConflictError)

    @requirement("check-violation")
    def test_a_check_violation_is_a_conflict(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        insert = (
            "INSERT INTO {schema}.orders (region, number, customer_id, quantity, price)"
            " VALUES ('north', 99, 1, -1, 1)"
        )
        assert isinstance(self._failure(single, samples, insert), ConflictError)

    @requirement("not-null-violation")
    def test_a_missing_value_is_a_conflict(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        insert = "INSERT INTO {schema}.customers (id, name, email) VALUES (99, NULL, 'x')"
        assert isinstance(self._failure(single, samples, insert), ConflictError)

    @requirement("no-secrets")
    def test_an_error_shows_neither_password_nor_parameter_values(
        self, single: Connection, settings: ConnectionSettings, samples: ServerSamples
    ) -> None:
        with pytest.raises(SqlCoreError) as caught:
            run(
                single,
                samples.sql("SELECT * FROM {schema}.no_such_table WHERE a = :a"),
                {"a": "value-nobody-may-see"},
            )
        shown = f"{caught.value!r} {caught.value} {caught.value.__dict__}"
        assert "value-nobody-may-see" not in shown
        if settings.password is not None and settings.password.reveal():
            assert settings.password.reveal() not in shown
        assert settings.password is None or settings.password.reveal() not in repr(settings)
