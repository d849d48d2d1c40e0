"""Errors and messages of a server: which words pass."""

from __future__ import annotations

import pickle

import pytest

from sqlcore.domain.query import Message
from sqlcore.errors import (
    ConflictError,
    ExecutionError,
    NotFoundError,
    SqlCoreError,
    StatementTimeoutError,
)
from sqlcore.services.masking.withholding import (
    WITHHELD,
    names_in,
    withhold_values,
    without_values,
)

SQL = "SELECT emial, 'hunter2' FROM customers -- hunter2\nWHERE a = $x$hunter2$x$ /* hunter2 */"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('Column "emial" does not exist.', 'Column "emial" does not exist.'),
        ("Division by zero.", "Division by zero."),
        ('Relation "customers" does not exist.', 'Relation "customers" does not exist.'),
        (
            'Invalid input syntax for type integer: "hunter2".',
            'Invalid input syntax for type integer: "…".',
        ),
        (
            (
                "Conversion failed when converting the nvarchar value 'it''s 'hunter2' to data type"
                " int."
            ),
            "Conversion failed when converting the nvarchar value '…' to data type int.",
        ),
        # A value may be made of the server's own words.
        (
            'Invalid input syntax for type integer: "single".',
            'Invalid input syntax for type integer: "…".',
        ),
        (
            "Conversion failed when converting the varchar value 'a@b.com' to data type int.",
            "Conversion failed when converting the varchar value '…' to data type int.",
        ),
        ("The server's time is not the column's.",) * 2,
        ("Operator does not exist: hunter2.", f"The statement failed. {WITHHELD}"),
        ("No such user: hunter2@example.com", f"The statement failed. {WITHHELD}"),
        ("4711", f"The statement failed. {WITHHELD}"),
    ],
)
def test_only_the_servers_grammar_and_the_callers_names_are_told(said: str, told: str) -> None:
    error = ExecutionError(said, sqlstate="22P02", severity="ERROR", line=1)
    error.__cause__ = error.__context__ = ValueError(said)
    withhold_values(error, names_in(SQL))
    assert error.message == told
    assert str(error) == told
    assert not any((error.__cause__, error.__context__))
    assert (error.sqlstate, error.line, error.code) == ("22P02", 1, "execution_failed")
    assert "hunter2" not in repr(pickle.loads(pickle.dumps(error)))  # noqa: S301  # our own


def test_literals_and_comments_of_the_statement_are_no_names() -> None:
    assert "hunter2" not in names_in(SQL)
    assert "hunter2" not in names_in("SELECT 'it''s' , N'hunter2'")


def test_a_hint_and_a_place_with_a_value_are_left_out() -> None:
    error = NotFoundError("Not found.", hint="Did you mean hunter2?", procedure="hunter2")
    withhold_values(error, names_in(SQL))
    assert (error.hint, error.procedure) == (None, None)


@pytest.mark.parametrize(
    "error",
    [
        StatementTimeoutError("The statement took longer than 3 seconds.", sqlstate="57014"),
        ConflictError(
            "Duplicate key value violates unique constraint.",
            hint="Run it again.",
            sqlstate="40001",
        ),
    ],
)
def test_what_tells_no_value_stays_as_it_is(error: SqlCoreError) -> None:
    told = (error.message, error.hint)
    withhold_values(error, frozenset())
    assert (error.message, error.hint) == told


def test_a_message_with_a_value_is_not_told() -> None:
    names = names_in(SQL)
    notice = Message(text="found hunter2", severity="notice")
    assert without_values(notice, names) == Message(text=WITHHELD, severity="notice")
    warning = Message(text="division by zero")
    assert without_values(warning, names) == warning
