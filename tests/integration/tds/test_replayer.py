"""The replayer, spoken to in bytes: what it answers, and when it keeps silent."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

import pytest
from tests.integration.tds import replayer as replayer_module
from tests.integration.tds.framing import PacketType, encode_response, read_message, read_packet
from tests.integration.tds.matching import Playbook, TextRules
from tests.integration.tds.recording import Directive, Exchange, Packets, Recording, Step
from tests.integration.tds.replayer import Replayer
from tests.integration.tds.requests import Account, Kind, Request

TIMEOUT_S = 10.0
DONE = Packets((b"done",), complete=True)
ATTENTION_ACKNOWLEDGED = bytes.fromhex("fd20000000 0000000000000000".replace(" ", ""))


def message(packet_type: int, payload: bytes) -> bytes:
    return struct.pack(">BBHHBB", packet_type, 1, 8 + len(payload), 0, 1, 0) + payload


def batch(text: str) -> bytes:
    return message(PacketType.BATCH, struct.pack("<I", 4) + text.encode("utf-16-le"))


ATTENTION = message(PacketType.ATTENTION, b"")


def asked(
    text: str,
    *steps: Step,
    connection: int = 1,
    section: str = "",
    kind: Kind = "batch",
) -> Exchange:
    return Exchange(connection=connection, kind=kind, text=text, steps=steps, section=section)


def playbook(*exchanges: Exchange, rules: TextRules | None = None) -> Playbook:
    recording = Recording(test="t", database="d", exchanges=exchanges)
    return Playbook(recording, rules or TextRules())


@contextlib.contextmanager
def replaying(book: Playbook) -> Iterator[Replayer]:
    replayer = Replayer(book, Account("", ""))
    with contextlib.closing(replayer):
        yield replayer


@contextlib.contextmanager
def client_of(replayer: Replayer) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", replayer.port), timeout=TIMEOUT_S) as client:
        yield client


def test_packets_are_sent_as_they_were_recorded() -> None:
    steps = Packets((b"ab", b"c", b""), complete=True)
    with replaying(playbook(asked("q", steps))) as replayer, client_of(replayer) as client:
        client.sendall(batch("q"))
        packets = [read_packet(client) for _ in range(3)]
    assert [packet.payload for packet in packets if packet] == [b"ab", b"c", b""]


def test_a_held_answer_comes_after_an_attention() -> None:
    exchange = asked("q", Packets((b"part",), complete=False), Directive.HOLD_UNTIL_ATTENTION, DONE)
    with replaying(playbook(exchange)) as replayer, client_of(replayer) as client:
        client.sendall(batch("q"))
        first = read_packet(client)
        client.setblocking(False)
        with pytest.raises(BlockingIOError):
            client.recv(1)
        client.settimeout(TIMEOUT_S)
        client.sendall(ATTENTION)
        answer = read_message(client)
    assert first is not None
    assert first.payload == b"part"
    assert answer is not None
    assert answer.payload == b"done"


def test_an_attention_after_a_whole_answer_is_acknowledged() -> None:
    with replaying(playbook(asked("q", DONE))) as replayer, client_of(replayer) as client:
        client.sendall(batch("q") + ATTENTION)
        assert read_message(client) is not None
        acknowledged = read_message(client)
    assert acknowledged is not None
    assert acknowledged.payload == ATTENTION_ACKNOWLEDGED


def test_a_client_that_needs_no_attention_any_more_goes_on() -> None:
    late = asked("q", DONE, Directive.HOLD_UNTIL_ATTENTION, DONE)
    book = playbook(late, asked("r", Packets((b"next",), complete=True)))
    with replaying(book) as replayer, client_of(replayer) as client:
        client.sendall(batch("q"))
        read_message(client)
        client.sendall(batch("r"))
        answer = read_message(client)
    assert answer is not None
    assert answer.payload == b"next"


def test_a_connection_is_closed_where_it_was_closed() -> None:
    exchange = asked("q", Packets((b"part",), complete=False), Directive.CLOSE)
    with replaying(playbook(exchange)) as replayer, client_of(replayer) as client:
        client.sendall(batch("q"))
        assert read_packet(client) is not None
        assert client.recv(1) == b""


@pytest.mark.parametrize(
    "silence",
    [
        (Directive.HOLD_UNTIL_CLIENT_CLOSES,),
        (Directive.HOLD_UNTIL_ATTENTION, Directive.HOLD_UNTIL_CLIENT_CLOSES),
    ],
)
def test_a_silent_server_does_not_answer_an_attention(silence: tuple[Directive, ...]) -> None:
    exchange = asked("q", *silence)
    with replaying(playbook(exchange)) as replayer, client_of(replayer) as client:
        client.sendall(batch("q") + ATTENTION)
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""
    assert replayer.problems == []


def test_silence_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replayer_module, "_HOLD_TIMEOUT_S", 0.01)
    exchange = asked("SELECT 7", Directive.HOLD_UNTIL_ATTENTION, DONE)
    with replaying(playbook(exchange)) as replayer, client_of(replayer) as client:
        client.sendall(batch("SELECT 7"))
        assert client.recv(1) == b""
    (problem,) = replayer.problems
    assert "hold until attention" in problem
    assert "SELECT 7" in problem


def test_a_request_that_was_never_recorded_closes_the_connection() -> None:
    book = playbook(asked("SELECT 1 FROM a", DONE), asked("INSERT", DONE))
    with replaying(book) as replayer, client_of(replayer) as client:
        client.sendall(batch("SELECT 2 FROM a"))
        assert client.recv(1) == b""
    (miss,) = book.take_misses()
    assert miss.describe().split("\n") == [
        "This batch request was never recorded:",
        "    SELECT 2 FROM a",
        "The nearest recorded one differs so:",
        "    --- recorded",
        "    +++ sent",
        "    @@ -1 +1 @@",
        "    -SELECT 1 FROM a",
        "    +SELECT 2 FROM a",
    ]


def test_bytes_that_are_not_tds_are_a_problem() -> None:
    with replaying(playbook()) as replayer, client_of(replayer) as client:
        client.sendall(message(0x42, b""))
        assert client.recv(1) == b""
    (problem,) = replayer.problems
    assert "0x42" in problem


def test_closing_ends_every_thread_and_connection() -> None:
    before = set(threading.enumerate())
    replayer = Replayer(playbook(asked("q", Directive.HOLD_UNTIL_CLIENT_CLOSES)), Account("", ""))
    with client_of(replayer) as idle, client_of(replayer) as held:
        held.sendall(batch("q"))
        assert replayer.requests.wait_for("q", count=1, timeout_s=TIMEOUT_S)
        replayer.close()
        replayer.close()
        assert set(threading.enumerate()) == before
        for client in (idle, held):
            with contextlib.suppress(ConnectionResetError):
                assert client.recv(1) == b""


def texts_of(book: Playbook, request: Request, connections: list[int | None]) -> list[object]:
    found = [book.find(request, connection) for connection in connections]
    return [exchange and exchange.connection for exchange in found]


def test_the_same_text_is_answered_in_order_and_on_its_own_connection_first() -> None:
    book = playbook(*(asked("q", DONE, connection=number) for number in (1, 2, 1, 3)))
    assert texts_of(book, Request("batch", "q"), [2, None, 3, 2, 1]) == [2, 1, 3, 1, None]
    assert [miss.used_up for miss in book.take_misses()] == [True]


def test_a_running_test_gets_its_own_answers_then_those_of_no_test() -> None:
    book = playbook(
        asked("q", connection=1, section="other"),
        asked("q", connection=2),
        asked("q", connection=3, section="mine"),
    )
    book.section = "mine"
    assert texts_of(book, Request("batch", "q"), [1, 1, 1]) == [3, 2, None]
    assert [miss.section for miss in book.take_misses()] == ["mine"]


def test_logins_and_what_is_declared_repeatable_are_answered_again() -> None:
    rules = TextRules()
    rules.add_repeatable("SELECT 1")
    book = playbook(
        asked("tds 7.4", kind="login", connection=1, section="other"),
        asked("SELECT 1", connection=4),
        asked("SELECT 1, 2", connection=5),
        rules=rules,
    )
    assert texts_of(book, Request("login", "tds 7.4"), [None, None]) == [1, 1]
    assert texts_of(book, Request("batch", "SELECT 1"), [None, None]) == [4, 4]
    assert texts_of(book, Request("batch", "SELECT 1, 2"), [None, None]) == [5, None]


def test_what_differs_between_runs_does_not_count() -> None:
    rules = TextRules()
    rules.add_normaliser(r"#\w+", "#<name>")
    book = playbook(asked("DROP TABLE #<name>"), rules=rules)
    assert book.find(Request("batch", "DROP TABLE #x7"), None) is not None


def test_what_nobody_asked_for_is_known() -> None:
    book = playbook(asked("a"), asked("b"), asked("encryption optional", kind="prelogin"))
    book.find(Request("batch", "a"), None)
    assert [exchange.text for exchange in book.unused("")] == ["b"]


def test_headers_are_those_of_a_server() -> None:
    assert encode_response([b"x"], complete=True) == bytes.fromhex("0401000900000100") + b"x"
