"""Errors of the server and of the driver become leaves of the error tree."""

from __future__ import annotations

import pytest

from sqlcore.adapters.mssql.errors import ServerMessage, statement_error
from sqlcore.adapters.mssql.login_errors import login_error
from sqlcore.errors import (
    AuthenticationError,
    ConflictError,
    ConnectionFailedError,
    ConnectionLostError,
    ExecutionError,
    NotFoundError,
    PermissionDeniedError,
    SqlCoreError,
    SqlSyntaxError,
    UnsupportedError,
)

_GLUED = (
    "DB-Lib error message 20018, severity 16:\n"
    "General SQL Server error: Check messages from the SQL Server\n"
)


@pytest.mark.parametrize(
    ("number", "text", "shown"),
    [
        (2627, "Der doppelte Schlüsselwert ist (a@b.c).", "Schlüsselwert ist …."),
        (245, "Fehler beim Konvertieren des varchar-Werts 'a@b.c' in den int-Typ.", "Werts … in"),
        (2628, "Abgeschnittener Wert: 'a@b.c'.", "Wert: …."),
        (220, "Arithmetischer Überlauffehler für den Datentyp tinyint, Wert = 300.", "Wert …"),
        (2627, "Violation of PRIMARY KEY 'pk'. The duplicate key value is (a@b.c).", "KEY 'pk'."),
    ],
)
def test_a_value_is_taken_out_in_other_languages_too(number: int, text: str, shown: str) -> None:
    error = statement_error(number, text + _GLUED)
    assert shown in error.message
    assert "a@b.c" not in error.message
    assert "300" not in error.message


@pytest.mark.parametrize(
    ("number", "text", "leaf"),
    [
        (102, "Incorrect syntax near 'FROM'.", SqlSyntaxError),
        (156, "Incorrect syntax near the keyword 'FROM'.", SqlSyntaxError),
        (207, "Invalid column name 'a'.", NotFoundError),
        (208, "Invalid object name 'dbo.t'.", NotFoundError),
        (229, "The SELECT permission was denied on the object 't'.", PermissionDeniedError),
        (547, "The INSERT statement conflicted with the FOREIGN KEY constraint.", ConflictError),
        (1205, "Transaction was deadlocked and has been chosen as the victim.", ConflictError),
        (1222, "Lock request time out period exceeded.", ConflictError),
        (8134, "Divide by zero error encountered.", ExecutionError),
        (50000, "boom", ExecutionError),
        (51000, "thrown", ExecutionError),
        (596, "Cannot continue the execution because the session is killed.", ConnectionLostError),
        (20047, "", ConnectionLostError),
        (20017, "", ConnectionLostError),
        (33557097, 'relation "nope" does not exist', NotFoundError),
        (33557097, 'column "nope" does not exist', NotFoundError),
        (33557097, "procedure nope() does not exist", NotFoundError),
        (33557097, "syntax error near 'FROM' at line 1", SqlSyntaxError),
        (33557097, "permission denied for table t", PermissionDeniedError),
        (33557097, "canceling statement due to lock timeout", ConflictError),
        (33557097, "'MERGE' is not currently supported in Babelfish", UnsupportedError),
        (33557097, "something else", ExecutionError),
    ],
)
def test_a_number_decides_on_the_leaf(number: int, text: str, leaf: type[SqlCoreError]) -> None:
    error = statement_error(number, text + _GLUED, severity=16, line=3)
    assert leaf is type(error)
    assert number == error.number
    assert "DB-Lib" not in str(error)
    if text:
        assert text in error.message


def test_the_message_of_the_server_is_taken_whole_with_its_place() -> None:
    whole = "x" * 9000
    messages = [
        ServerMessage(text="a warning", severity=0, line=1),
        ServerMessage(text=whole, severity=16, state=3, line=7, procedure="dbo.p"),
        ServerMessage(text="and another", severity=16, line=8),
    ]
    error = statement_error(50000, "x" * 8000, severity=16, line=1, messages=messages)
    assert f"{whole}\nand another" == error.message
    assert 7 == error.line
    assert "dbo.p" == error.procedure
    assert (16, 3) == (error.severity, error.state)
    assert {"number": 50000, "severity": 16, "state": 3}.items() <= error.fields.items()


@pytest.mark.parametrize(
    ("number", "text", "expected"),
    [
        (
            2627,
            (
                "Violation of PRIMARY KEY constraint 'pk'. Cannot insert duplicate key in object"
                " 'dbo.t'. The duplicate key value is (secret, (1))."
            ),
            (
                "Violation of PRIMARY KEY constraint 'pk'. Cannot insert duplicate key in object"
                " 'dbo.t'."
            ),
        ),
        (
            2628,
            (
                "String or binary data would be truncated in table 'd.dbo.t', column 'c'."
                " Truncated value: 'secret'."
            ),
            "String or binary data would be truncated in table 'd.dbo.t', column 'c'.",
        ),
        (
            245,
            "Conversion failed when converting the varchar value 'secret' to data type int.",
            "Conversion failed when converting the varchar value  to data type int.",
        ),
        (
            220,
            "Arithmetic overflow error for data type tinyint, value = secret.",
            "Arithmetic overflow error for data type tinyint.",
        ),
        (
            248,
            "The conversion of the varchar value 'secret' overflowed an int column.",
            "The conversion of the varchar value  overflowed an int column.",
        ),
        (
            9819,
            "Error converting string value 'secret' into data type int using culture 'en-US'.",
            "Error converting string value  into data type int using culture 'en-US'.",
        ),
        (33557097, 'malformed array literal: "secret"', "malformed array literal"),
        (
            33557097,
            'invalid input syntax for type integer: "secret"',
            "invalid input syntax for type integer",
        ),
    ],
)
def test_values_are_taken_out_of_the_servers_words(number: int, text: str, expected: str) -> None:
    error = statement_error(number, text + _GLUED)
    assert expected == error.message
    assert "secret" not in repr(error.__dict__)


def test_the_words_of_a_statement_are_left_alone() -> None:
    text = "The duplicate key value is (on purpose)."
    assert text == statement_error(50000, text).message


@pytest.mark.parametrize(
    ("text", "number", "leaf"),
    [
        (f"Login failed for user 'x'.{_GLUED}", 18456, AuthenticationError),
        (_GLUED, 911, AuthenticationError),
        (f'Cannot open database "d" requested by the login.{_GLUED}', 4060, NotFoundError),
        (f'database "d" does not exist{_GLUED}', 911, NotFoundError),
        (
            (
                "DB-Lib error message 20009, severity 9:\nUnable to connect: TDS server is"
                " unavailable or does not exist\nNet-Lib error during Connection refused (111)\n"
            ),
            911,
            ConnectionFailedError,
        ),
        (
            "DB-Lib error message 20002, severity 9:\nTDS server connection failed (h)\n",
            18456,
            ConnectionFailedError,
        ),
        ("Unknown error", 911, ConnectionFailedError),
    ],
)
def test_a_login_error_is_read_from_its_words_and_not_from_a_stale_number(
    text: str, number: int, leaf: type[SqlCoreError]
) -> None:
    error = login_error(text, number=number, user="x", where="h:1433/d")
    assert leaf is type(error)
    assert "h:1433/d" in error.message
    assert error.hint
    assert "DB-Lib" not in str(error)


def test_a_message_of_an_earlier_connection_does_not_hide_that_no_server_was_reached() -> None:
    text = (
        "Changed language setting to us_english.\n"
        "DB-Lib error message 20009, severity 9:\nUnable to connect (h)\n"
        "Net-Lib error during Connection refused (111)\n"
    )
    error = login_error(text, number=5703, user="x", where="h:1/")
    assert isinstance(error, ConnectionFailedError)
    assert "Connection refused" in error.message
    assert "language" not in str(error)


@pytest.mark.parametrize("number", [245, 8114, 8134, 8152])
def test_a_value_that_does_not_fit_says_what_to_check(number: int) -> None:
    assert "TRY_CAST" in str(statement_error(number, "It does not fit.").hint)


def test_the_systems_reason_is_named() -> None:
    text = (
        "DB-Lib error message 20009, severity 9:\nUnable to connect (h)\n"
        "Net-Lib error during Connection refused (111)\n"
    )
    error = login_error(text, number=0, user=None, where="h:1/")
    assert "Connection refused" in error.message
    assert 20009 == error.number
