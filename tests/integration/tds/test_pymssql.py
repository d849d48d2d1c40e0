"""The real pymssql and FreeTDS through `tds`: replayed, recorded or live, always the same tests."""

from __future__ import annotations

import datetime as dt
import os
import socket
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pymssql
import pytest
from tests.integration.tds.connecting import connected, rows_of
from tests.integration.tds.session import TdsSession

DIGITS = "WITH digits AS (SELECT n FROM (VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)) AS d (n))"
MANY = f"""{DIGITS}
SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n AS n, 'row' AS t
FROM digits a, digits b, digits c, digits d ORDER BY n"""
SLOW = f"""{DIGITS}
SELECT COUNT(*) AS n FROM digits a, digits b, digits c, digits d, digits e, digits f, digits g"""


@pytest.fixture
def wait_callback() -> Iterator[Any]:
    """Set the callback that pymssql calls between a request and its answer, for one test."""
    try:
        yield pymssql.set_wait_callback
    finally:
        pymssql.set_wait_callback(None)


class StopWaitingError(Exception):
    pass


def test_a_row_comes_back(tds: TdsSession) -> None:
    with connected(tds.url) as connection:
        assert rows_of(connection, "SELECT 1 AS n, N'ä€😀' AS t") == [(1, "ä€😀")]


def test_several_result_sets_come_back_in_order(tds: TdsSession) -> None:
    with connected(tds.url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 AS a; SELECT 2 AS b, 3 AS c; SELECT 4 AS d WHERE 1 = 0")
        results = [cursor.fetchall()]
        while cursor.nextset():
            results.append(cursor.fetchall())
    assert results == [[(1,)], [(2, 3)], []]


def test_a_printed_message_comes_back(tds: TdsSession) -> None:
    messages = []
    with connected(tds.url) as connection, connection.cursor() as cursor:
        connection._conn.set_msghandler(lambda *message: messages.append(message[-1]))
        cursor.execute("PRINT 'hello'; SELECT 1 AS n")
        assert cursor.fetchall() == [(1,)]
    assert b"hello" in messages


def test_an_error_keeps_its_number(tds: TdsSession) -> None:
    with (
        connected(tds.url) as connection,
        pytest.raises(pymssql.Error) as raised,
    ):
        rows_of(connection, "SELECT 1 / 0 AS n")
    assert raised.value.args[0] == 8134


def test_values_of_every_type_come_back(tds: TdsSession) -> None:
    sql = """
        SELECT CAST(255 AS tinyint), CAST(-2 AS smallint), CAST(-3 AS int),
               CAST(-9223372036854775808 AS bigint), CAST(1 AS bit),
               CAST(-12345678901234567890.123456789 AS decimal(38, 9)),
               CAST(1.5 AS money), CAST(-1.5 AS smallmoney), CAST(0.5 AS float),
               CAST(0.25 AS real), CAST('ab' AS char(3)), CAST('varchar' AS varchar(max)),
               CAST(N'Ω' AS nchar(2)), CAST(N'😀' AS nvarchar(max)),
               CAST(0x0102 AS binary(3)), CAST(0x00FF AS varbinary(max)),
               CAST('6F9619FF-8B86-D011-B42D-00C04FC964FF' AS uniqueidentifier),
               CAST('2024-02-29' AS date), CAST('2024-02-29 12:34:56.123' AS datetime),
               CAST('2024-02-29 12:34:56.1234567' AS datetime2(6)),
               CAST(NULL AS int), CAST(NULL AS nvarchar(max))
    """
    with connected(tds.url) as connection:
        (row,) = rows_of(connection, sql)
    assert (
        (
            255,
            -2,
            -3,
            -9223372036854775808,
            True,
            Decimal("-12345678901234567890.123456789"),
            Decimal("1.5000"),
            Decimal("-1.5000"),
            0.5,
            0.25,
            "ab ",
            "varchar",
            "Ω ",
            "😀",
            b"\x01\x02\x00",
            b"\x00\xff",
            uuid.UUID("6F9619FF-8B86-D011-B42D-00C04FC964FF"),
            dt.date(2024, 2, 29),
            dt.datetime(2024, 2, 29, 12, 34, 56, 123000),  # noqa: DTZ001  the server has no zone
        )
        == row[:19]
    )
    assert row[20:] == (None, None)


def test_a_large_result_comes_back(tds: TdsSession) -> None:
    with connected(tds.url) as connection:
        rows = rows_of(connection, MANY)
    assert [(n, "row") for n in range(10_000)] == rows


def test_a_result_that_is_not_read_to_its_end_leaves_the_connection_usable(tds: TdsSession) -> None:
    with connected(tds.url) as connection:
        with connection.cursor() as cursor:
            cursor.execute(MANY)
            assert cursor.fetchone() == (0, "row")
        connection._conn.cancel()
        assert rows_of(connection, "SELECT 2 AS n") == [(2,)]


def test_a_procedure_returns_its_output(tds: TdsSession) -> None:
    if tds.direct_url is not None:
        with connected(tds.direct_url) as live, live.cursor() as cursor:
            cursor.execute("DROP PROCEDURE IF EXISTS recorded_doubling")
            cursor.execute(
                "CREATE PROCEDURE recorded_doubling @a int, @b int OUTPUT AS SET @b = 2 * @a"
            )
    with connected(tds.url) as connection, connection.cursor() as cursor:
        assert cursor.callproc("recorded_doubling", (21, pymssql.output(int))) == (21, 42)


def test_a_transaction_is_rolled_back(tds: TdsSession) -> None:
    if tds.direct_url is not None:
        with connected(tds.direct_url) as live, live.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS recorded_rollback")
            cursor.execute("CREATE TABLE recorded_rollback (n int)")
    with connected(tds.url, autocommit=False) as connection:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO recorded_rollback VALUES (1)")
        assert rows_of(connection, "SELECT COUNT(*) FROM recorded_rollback") == [(1,)]
        connection.rollback()
        assert rows_of(connection, "SELECT COUNT(*) FROM recorded_rollback") == [(0,)]


def test_a_wrong_password_is_refused(tds: TdsSession) -> None:
    with (
        pytest.raises(pymssql.OperationalError),
        connected(tds.url_with(user="nobody", password="wrong")),
    ):
        pass
    with connected(tds.url) as connection:
        assert rows_of(connection, "SELECT 1 AS n") == [(1,)]


def test_an_unknown_database_is_refused(tds: TdsSession) -> None:
    url = tds.url_with(database="no_such_database")
    with pytest.raises(pymssql.OperationalError), connected(url):
        pass


def test_a_statement_that_answers_nothing_ends_when_its_socket_is_shut(
    tds: TdsSession, wait_callback: Any
) -> None:
    def shut_down(descriptor: int) -> None:
        with socket.socket(fileno=os.dup(descriptor)) as duplicate:
            duplicate.shutdown(socket.SHUT_RDWR)

    with connected(tds.url) as connection:
        wait_callback(shut_down)
        with pytest.raises(pymssql.OperationalError) as raised:
            rows_of(connection, SLOW)
        wait_callback(None)
    assert raised.value.args[0] == 20017


def test_a_silent_server_is_left_when_its_socket_is_shut(
    tds: TdsSession, wait_callback: Any
) -> None:
    tds.silence("SELECT 3 AS n")

    def shut_down(descriptor: int) -> None:
        tds.wait_until_sent("SELECT 3 AS n")
        with socket.socket(fileno=os.dup(descriptor)) as duplicate:
            duplicate.shutdown(socket.SHUT_RDWR)

    with connected(tds.url) as connection:
        wait_callback(shut_down)
        with pytest.raises(pymssql.OperationalError):
            rows_of(connection, "SELECT 3 AS n")
        wait_callback(None)


def test_a_cancelled_statement_leaves_the_connection_usable(
    tds: TdsSession, wait_callback: Any
) -> None:
    def stop_waiting(_descriptor: int) -> None:
        raise StopWaitingError

    with connected(tds.url) as connection:
        wait_callback(stop_waiting)
        with pytest.raises(StopWaitingError):
            rows_of(connection, SLOW)
        wait_callback(None)
        connection._conn.cancel()
        assert rows_of(connection, "SELECT 4 AS n") == [(4,)]


@pytest.mark.parametrize("after_packets", [0, 2])
def test_a_connection_that_is_cut_within_an_answer_is_an_error(
    tds: TdsSession, after_packets: int
) -> None:
    tds.cut("FROM digits", after_packets=after_packets)
    with connected(tds.url) as connection, pytest.raises(pymssql.OperationalError):
        rows_of(connection, MANY)


def test_threads_have_connections_of_their_own(tds: TdsSession) -> None:
    all_connected = threading.Barrier(4)

    def ask(number: int) -> list[tuple[Any, ...]]:
        with connected(tds.url) as connection:
            all_connected.wait(30)
            return rows_of(connection, f"SELECT {number} AS n")

    with ThreadPoolExecutor(4) as threads:
        assert [[(number,)] for number in range(4)] == list(threads.map(ask, range(4)))


def test_what_differs_between_runs_is_normalised(tds: TdsSession) -> None:
    tds.normalise(r"[0-9a-f]{32}", "<token>")
    with connected(tds.url) as connection:
        assert rows_of(connection, f"SELECT 1 AS n -- {uuid.uuid4().hex}") == [(1,)]
