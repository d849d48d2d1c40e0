"""The recorder, before a server that replays: what it notes is what was replayed."""

from __future__ import annotations

import contextlib
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pymssql
import pytest
from tests.integration.tds import fileformat
from tests.integration.tds.connecting import connected, rows_of
from tests.integration.tds.framing import (
    Encryption,
    PacketType,
    encode_response,
    read_message,
    read_packet,
)
from tests.integration.tds.loopback import LoopbackServer
from tests.integration.tds.matching import Playbook, TextRules
from tests.integration.tds.proxy import Fault, Proxy
from tests.integration.tds.recording import Directive, Packets, Recording
from tests.integration.tds.replayer import Replayer
from tests.integration.tds.requests import Account
from tests.integration.tds.test_fileformat import ONE_ROW
from tests.integration.tds.test_framing import PRELOGIN
from tests.integration.tds.test_replayer import TIMEOUT_S, message

ACCOUNT = Account("recorder", "Very-Secret-1")
ONE_ROW_SQL = "SELECT 1 AS n, N'ä€😀' AS t"


@contextlib.contextmanager
def recording_of(path: Path) -> Iterator[tuple[Proxy, Recording]]:
    """Put a recording proxy before a replayer."""
    recording = fileformat.load(path)
    replayer = Replayer(Playbook(recording, TextRules()), ACCOUNT)
    with contextlib.closing(replayer):
        proxy = Proxy("127.0.0.1", replayer.port, ACCOUNT, records=True)
        with contextlib.closing(proxy):
            yield proxy, recording


def url_of(proxy: Proxy, database: str) -> str:
    return f"mssql://{ACCOUNT.user}:{ACCOUNT.password}@127.0.0.1:{proxy.port}/{database}"


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        ("test_a_row_comes_back", ONE_ROW_SQL),
        ("test_a_connection_that_is_cut_within_an_answer_is_an_error-2-0ccca3", None),
    ],
)
def test_what_was_replayed_is_recorded_again(name: str, sql: str | None) -> None:
    with recording_of(ONE_ROW.with_name(f"{name}.tds")) as (proxy, recording):
        sql = sql or recording.exchanges[-1].text
        with (
            connected(url_of(proxy, recording.database)) as connection,
            contextlib.suppress(pymssql.Error),
        ):
            rows_of(connection, sql)
    assert proxy.problems == []
    assert proxy.exchanges() == recording.exchanges


def test_a_recording_holds_neither_user_nor_password() -> None:
    with recording_of(ONE_ROW) as (proxy, recording):
        with connected(url_of(proxy, recording.database)) as connection:
            rows_of(connection, ONE_ROW_SQL)
        exchanges = proxy.exchanges()
    text = fileformat.dumps(Recording(test="t", database="d", exchanges=exchanges))
    for secret in (ACCOUNT.user, ACCOUNT.password):
        assert secret not in text
        assert secret.encode("utf-16-le").hex() not in text.replace(" ", "").replace("\n", "")


def test_an_answer_can_be_withheld() -> None:
    with recording_of(ONE_ROW) as (proxy, recording):
        proxy.faults.append(Fault(re.compile("AS n"), "silence", 0))
        with connected(url_of(proxy, recording.database)) as connection:

            def shut_down(descriptor: int) -> None:
                assert proxy.requests.wait_for("AS n", count=1, timeout_s=TIMEOUT_S)
                with socket.socket(fileno=os.dup(descriptor)) as duplicate:
                    duplicate.shutdown(socket.SHUT_RDWR)

            pymssql.set_wait_callback(shut_down)
            try:
                with pytest.raises(pymssql.OperationalError):
                    rows_of(connection, ONE_ROW_SQL)
            finally:
                pymssql.set_wait_callback(None)
    assert proxy.exchanges()[-1].steps == (Directive.HOLD_UNTIL_CLIENT_CLOSES,)


def test_a_server_that_cannot_be_reached_is_named_as_the_problem() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    proxy = Proxy("127.0.0.1", port, ACCOUNT, records=True)
    with (
        contextlib.closing(proxy),
        pytest.raises(pymssql.OperationalError),
        connected(url_of(proxy, "d")),
    ):
        pass
    assert proxy.problems
    assert all("cannot be reached" in problem for problem in proxy.problems)


def insisting_on_tls(client: socket.socket) -> None:
    """Answer a prelogin with a demand for TLS, then send back what comes."""
    assert read_message(client) is not None
    demand = PRELOGIN[:-1] + bytes([Encryption.REQUIRED])
    client.sendall(encode_response([demand], complete=True))
    while data := client.recv(100):
        client.sendall(data)


@pytest.mark.parametrize("records", [True, False])
def test_a_server_that_insists_on_tls_is_passed_on_but_not_recorded(*, records: bool) -> None:
    server = LoopbackServer(insisting_on_tls)
    with contextlib.closing(server):
        proxy = Proxy("127.0.0.1", server.port, ACCOUNT, records=records)
        with (
            contextlib.closing(proxy),
            socket.create_connection(("127.0.0.1", proxy.port), timeout=TIMEOUT_S) as client,
        ):
            client.sendall(message(PacketType.PRELOGIN, PRELOGIN))
            if records:
                assert client.recv(1) == b""
            else:
                assert read_packet(client) is not None
                hello = message(PacketType.PRELOGIN, b"hello")
                client.sendall(hello)
                assert read_packet(client) is not None
                client.sendall(b"\x17\x03\x03 not TDS")
                assert client.recv(100) == b"\x17\x03\x03 not TDS"
    assert [("insists on TLS" in problem) for problem in proxy.problems] == [True] * records


def test_packets_of_an_answer_are_noted_one_by_one() -> None:
    with recording_of(ONE_ROW.with_name("test_a_large_result_comes_back.tds")) as (
        proxy,
        recording,
    ):
        with connected(url_of(proxy, recording.database)) as connection:
            rows_of(connection, recording.exchanges[-1].text)
        (answer,) = proxy.exchanges()[-1].steps
    assert isinstance(answer, Packets)
    assert len(answer.payloads) > 10
    assert answer.complete
