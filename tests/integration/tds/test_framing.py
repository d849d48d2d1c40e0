"""Packets, preludes and logins."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.integration.tds.framing import (
    Encryption,
    LoginFacts,
    Message,
    PacketType,
    ProtocolError,
    encode_response,
    obfuscated_password,
    prelogin_encryption,
    read_message,
    read_packet,
    with_encryption,
)
from tests.integration.tds.requests import Account, Request

PRELOGIN = bytes.fromhex("00000b0006 0100110001 ff 0c0010000000 00")


@contextlib.contextmanager
def sockets() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    with near, far:
        yield near, far


def login_payload(user: str, password: str, database: str) -> bytes:
    """Make a LOGIN7 payload with these three texts and no others."""
    fixed_bytes = 94
    texts = {
        40: user.encode("utf-16-le"),
        44: obfuscated_password(password),
        68: database.encode("utf-16-le"),
    }
    payload = bytearray(fixed_bytes)
    struct.pack_into("<I", payload, 4, 0x74000004)
    for position, text in texts.items():
        struct.pack_into("<HH", payload, position, len(payload), len(text) // 2)
        payload += text
    return bytes(payload)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40), min_size=1))
def test_packets_are_read_as_they_were_written(payloads: list[bytes]) -> None:
    with sockets() as (near, far):
        far.sendall(encode_response(payloads, complete=True))
        packets = [read_packet(near) for _ in payloads]
    assert [packet.payload for packet in packets if packet] == payloads
    last = len(payloads) - 1
    assert [p.ends_message for p in packets if p] == [i == last for i in range(len(payloads))]


def test_a_message_is_read_across_packets_that_arrive_byte_by_byte() -> None:
    raw = encode_response([b"ab", b"", b"c"], complete=True)

    def send() -> None:
        for byte in raw:
            far.sendall(bytes([byte]))

    with sockets() as (near, far):
        sender = threading.Thread(target=send)
        sender.start()
        message = read_message(near)
        sender.join()
    assert message == Message(PacketType.RESPONSE, b"abc", raw)


@pytest.mark.parametrize("size_bytes", [0, 5, 9])
def test_a_connection_that_ends_within_a_packet_ends_the_conversation(size_bytes: int) -> None:
    with sockets() as (near, far):
        far.sendall(encode_response([b"abcd"], complete=True)[:size_bytes])
        far.shutdown(socket.SHUT_WR)
        assert read_message(near) is None


def test_an_impossible_length_is_not_read() -> None:
    with sockets() as (near, far):
        far.sendall(bytes.fromhex("0401000300000100"))
        with pytest.raises(ProtocolError):
            read_message(near)


def test_a_prelogin_is_changed_in_nothing_but_its_encryption() -> None:
    raw = bytes(8) + PRELOGIN
    changed = with_encryption(raw, Encryption.NOT_SUPPORTED)
    assert prelogin_encryption(raw[8:]) is Encryption.OFF
    assert prelogin_encryption(changed[8:]) is Encryption.NOT_SUPPORTED
    assert changed == raw[:-1] + b"\x02"


def test_of_a_login_only_harmless_facts_are_kept() -> None:
    account = Account("the user", "the password")
    payload = login_payload("the user", "the password", "the database")
    facts = LoginFacts.parse(payload)
    assert "the user" not in repr(facts)
    assert "the password" not in repr(account)
    request = Request.of(Message(PacketType.LOGIN, payload, b""), account)
    assert request == Request("login", "tds 7.4, database the database, credentials usual")


@pytest.mark.parametrize(("user", "password"), [("me", "wrong"), ("other", "pässword"), ("", "")])
def test_a_login_with_other_credentials_is_another_request(user: str, password: str) -> None:
    payload = login_payload(user, password, "db")
    request = Request.of(Message(PacketType.LOGIN, payload, b""), Account("me", "pässword"))
    assert request.text.endswith("credentials other")


def test_a_batch_is_its_text_without_the_headers() -> None:
    headers = struct.pack("<IIHQI", 22, 18, 2, 77, 1)
    payload = headers + "SELECT 'ä\ud800'".encode("utf-16-le", "surrogatepass")
    request = Request.of(Message(PacketType.BATCH, payload, b""), Account("", ""))
    assert request == Request("batch", "SELECT 'ä\ud800'")


def test_a_call_that_cannot_be_decoded_is_told_apart_by_its_bytes() -> None:
    payload = struct.pack("<I", 4) + b"\x01\x00p\x00\x00\x00\x00\x00\x99"
    request = Request.of(Message(PacketType.RPC, payload, b""), Account("", ""))
    assert request == Request("rpc", f"hex {payload[4:].hex()}")


@pytest.mark.parametrize("message_type", [PacketType.SSPI, 0x08])
def test_what_a_recording_cannot_hold_is_an_error(message_type: int) -> None:
    with pytest.raises(ProtocolError, match=f"0x{message_type:02x}"):
        Request.of(Message(message_type, b"", b""), Account("", ""))
