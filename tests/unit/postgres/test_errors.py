"""What PostgreSQL's errors say to do next."""

from __future__ import annotations

import pytest

from sqlcore.adapters.postgres.errors import Report, server_error


@pytest.mark.parametrize(
    ("sqlstate", "servers_hint", "words"),
    [
        ("22012", None, "NULLIF"),
        ("22P02", None, "types that they have to fit"),
        ("23505", None, "keys and checks"),
        ("22023", "use another value", "Use another value"),
        ("42703", "use another value", "columns"),
    ],
)
def test_an_error_of_a_class_says_what_to_do_where_nothing_better_is_known(
    sqlstate: str, servers_hint: str | None, words: str
) -> None:
    report = Report(sqlstate=sqlstate, message="it failed", severity="ERROR", hint=servers_hint)
    assert words in str(server_error(report).hint)
