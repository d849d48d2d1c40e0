"""What PostgreSQL's errors say to do next."""

from __future__ import annotations

import pytest

from sqlcore.adapters.postgres.errors import Report, driver_error, server_error


@pytest.mark.parametrize(
    ("sqlstate", "servers_hint", "words"),
    [
        ("22012", None, "NULLIF"),
        ("22P02", None, "types that they have to fit"),
        ("23505", None, "keys and checks"),
        ("42703", "use another value", "columns"),
    ],
)
def test_an_error_of_a_class_says_what_to_do_where_nothing_better_is_known(
    sqlstate: str, servers_hint: str | None, words: str
) -> None:
    report = Report(sqlstate=sqlstate, message="it failed", severity="ERROR", hint=servers_hint)
    assert words in str(server_error(report).hint)


def test_what_the_server_says_to_do_is_part_of_what_it_says() -> None:
    report = Report(sqlstate="22023", message="it failed", severity="ERROR", hint="obey the row")
    error = server_error(report)
    assert error.message == "It failed. Obey the row."
    assert error.hint is None


@pytest.mark.parametrize(
    ("sqlstate", "message", "text", "shown"),
    [
        ("22P02", 'invalid input syntax for type integer: "a@b.c"', "SELECT mail::int", '"…"'),
        ("22P02", 'invalid input syntax for type integer: "x"', "SELECT 'x'::int", '"x"'),
        ("22P02", 'invalid input syntax for type integer: "x" y"', "SELECT 'x', t::int", '"…"'),
        ("22003", 'value "99999999999" is out of range for type integer', "SELECT t", '"…" is out'),
        ("22P02", 'malformed array literal: "it\'s a@b.c"', "SELECT t", ': "…"'),
        ("22007", 'invalid value "ab" for "YYYY"', "SELECT to_date(t, 'YYYY')", 'value "…".'),
        ("22021", 'invalid byte sequence for encoding "UTF8": 0xc3 0x28', "SELECT t", '"UTF8": …'),
        ("22008", "date field value out of range: 15000-99-99", "SELECT t", "range: …."),
        ("3F000", 'schema "a@b" does not exist', "SELECT mail::regclass", '"…"'),
        ("22012", "division by zero", "SELECT 1/t", "Division by zero."),
        ("42P01", 'relation "a@b.c" does not exist', "SELECT mail::regclass", '"…"'),
        ("42P01", 'relation "shop.no" does not exist', "SELECT 'shop.no'::regclass", '"shop.no"'),
        ("42P01", 'relation "shop.no" does not exist', "SELECT 1 FROM shop.No", '"shop.no"'),
        ("42501", "permission denied for table secrets", "SELECT 1 FROM v", "table secrets"),
        ("23505", 'duplicate key value violates unique constraint "pk"', "INSERT", '"pk"'),
        ("P0001", 'the order "7" is closed', "CALL f()", '"7"'),
        ("XX000", "cannot read 'a@b.c'", "SELECT 'torn", "'…'"),
        ("22P02", "ungültige Eingabesyntax für Typ integer: »a@b.c«", "SELECT t", "»…«"),
        ("22P02", "ungültige Eingabesyntax für Typ integer: »x«", "SELECT 'x'::int", "»x«"),
        ("22P02", "la syntaxe n'est pas valide : « a@b.c »", "SELECT t::int", "… »"),
        ("22P02", 'invalid input syntax for type integer: "a@b.c«b»a@b.c"', "SELECT t", '"…"'),
        ("42P01", "no existe la relación «a@b.c»", "SELECT mail::regclass", "«…»"),
    ],
)
def test_a_value_of_a_row_is_not_passed_on(
    sqlstate: str, message: str, text: str, shown: str
) -> None:
    report = Report(sqlstate=sqlstate, message=message, severity="ERROR")
    error = server_error(report, text=text)
    cause = driver_error(report, text=text)
    assert shown in error.message
    assert "a@b.c" not in f"{error!r} {error.__dict__} {cause}"


def test_a_name_that_the_server_points_at_stays() -> None:
    report = Report(
        sqlstate="42703", message='column "x" does not exist', severity="ERROR", position=8
    )
    assert '"x"' in server_error(report, text="SELECT $1").message
