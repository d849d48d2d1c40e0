"""TDS packets and messages, as far as a recorder has to understand them ([MS-TDS] 2.2.3)."""

from __future__ import annotations

import enum
import socket
import struct
from collections.abc import Sequence

import attrs

__all__ = [
    "Encryption",
    "LoginFacts",
    "Message",
    "Packet",
    "PacketType",
    "ProtocolError",
    "encode_response",
    "obfuscated_password",
    "prelogin_encryption",
    "read_message",
    "read_packet",
    "with_encryption",
]

_HEADER = struct.Struct(">BBHHBB")
_END_OF_MESSAGE = 0x01
# Above any batch that a test sends; it keeps a broken length from filling the memory.
_MAX_MESSAGE_BYTES = 64 * 1024 * 1024


class ProtocolError(Exception):
    """The bytes are not TDS, or not a part of TDS that can be recorded."""


class PacketType(enum.IntEnum):
    """The first byte of a packet."""

    BATCH = 0x01
    RPC = 0x03
    RESPONSE = 0x04
    ATTENTION = 0x06
    BULK = 0x07
    TRANSACTION = 0x0E
    LOGIN = 0x10
    SSPI = 0x11
    PRELOGIN = 0x12


class Encryption(enum.IntEnum):
    """The value of the ENCRYPTION option of a prelogin."""

    OFF = 0  # the login only
    ON = 1
    NOT_SUPPORTED = 2
    REQUIRED = 3


@attrs.frozen
class Packet:
    """One packet; `raw` is header and payload, as they came."""

    type: int
    ends_message: bool
    payload: bytes
    raw: bytes


@attrs.frozen
class Message:
    """The packets up to an end of message; `raw` is all of them, as they came."""

    type: int
    payload: bytes
    raw: bytes


def read_packet(stream: socket.socket) -> Packet | None:
    """Read one packet; None when the other side has gone, even within a packet."""
    header = _read_exactly(stream, _HEADER.size)
    if header is None:
        return None
    packet_type, status, length, *_ = _HEADER.unpack(header)
    if length < _HEADER.size:
        raise ProtocolError(f"a packet says that it is {length} bytes long")
    payload = _read_exactly(stream, length - _HEADER.size)
    if payload is None:
        return None
    return Packet(packet_type, bool(status & _END_OF_MESSAGE), payload, header + payload)


def read_message(stream: socket.socket) -> Message | None:
    """Read packets up to the end of a message; None when the other side has gone."""
    payloads: list[bytes] = []
    raw: list[bytes] = []
    size_bytes = 0
    while True:
        packet = read_packet(stream)
        if packet is None:
            return None
        payloads.append(packet.payload)
        raw.append(packet.raw)
        size_bytes += len(packet.raw)
        if packet.ends_message:
            return Message(packet.type, b"".join(payloads), b"".join(raw))
        if size_bytes > _MAX_MESSAGE_BYTES:
            raise ProtocolError(f"a message is longer than {_MAX_MESSAGE_BYTES} bytes")


def encode_response(payloads: Sequence[bytes], *, complete: bool) -> bytes:
    """Put headers before the payloads of a server's packets.

    The headers carry no SPID: it differs from run to run, and FreeTDS does not look at it.
    """
    packets = []
    for index, payload in enumerate(payloads):
        ends = complete and index == len(payloads) - 1
        status = _END_OF_MESSAGE if ends else 0
        length = _HEADER.size + len(payload)
        header = _HEADER.pack(PacketType.RESPONSE, status, length, 0, (index + 1) % 256, 0)
        packets.append(header + payload)
    return b"".join(packets)


def _read_exactly(stream: socket.socket, size_bytes: int) -> bytes | None:
    chunks: list[bytes] = []
    while size_bytes:
        chunk = stream.recv(min(size_bytes, 65_536))
        if not chunk:
            return None
        chunks.append(chunk)
        size_bytes -= len(chunk)
    return b"".join(chunks)


# -- prelogin ([MS-TDS] 2.2.6.5) -------------------------------------------------------------

_ENCRYPTION_OPTION = 0x01
_TERMINATOR = 0xFF


def _encryption_offset(payload: bytes) -> int:
    position = 0
    while position < len(payload) and payload[position] != _TERMINATOR:
        option, offset, _length = struct.unpack_from(">BHH", payload, position)
        if option == _ENCRYPTION_OPTION and offset < len(payload):
            return int(offset)
        position += 5
    raise ProtocolError("a prelogin has no ENCRYPTION option")


def prelogin_encryption(payload: bytes) -> Encryption:
    """Tell what a prelogin, of either side, says about encryption."""
    value = payload[_encryption_offset(payload)]
    try:
        return Encryption(value)
    except ValueError:
        raise ProtocolError(f"a prelogin says encryption {value}") from None


def with_encryption(message: bytes, encryption: Encryption) -> bytes:
    """Change what a prelogin (one packet with its header) says about encryption."""
    offset = _HEADER.size + _encryption_offset(message[_HEADER.size :])
    return message[:offset] + bytes([encryption]) + message[offset + 1 :]


# -- login ([MS-TDS] 2.2.6.4) ----------------------------------------------------------------

_TDS_VERSIONS = {
    0x71000001: "7.1",
    0x72090002: "7.2",
    0x730A0003: "7.3",
    0x730B0003: "7.3",
    0x74000004: "7.4",
}


def obfuscated_password(password: str) -> bytes:
    """Return a password as a login packet carries it: each byte's halves swapped, then XOR 0xA5."""
    return bytes(((byte << 4 | byte >> 4) & 0xFF) ^ 0xA5 for byte in password.encode("utf-16-le"))


@attrs.frozen
class LoginFacts:
    """What a login packet says. Never written to a file as it is: see `described`."""

    tds_version: str
    database: str
    user: str = attrs.field(repr=False)
    password_obfuscated: bytes = attrs.field(repr=False)

    @classmethod
    def parse(cls, payload: bytes) -> LoginFacts:
        """Read a LOGIN7 payload."""

        def variable(position: int) -> bytes:
            offset, characters = struct.unpack_from("<HH", payload, position)
            return payload[offset : offset + 2 * characters]

        try:
            (version,) = struct.unpack_from("<I", payload, 4)
            return cls(
                tds_version=_TDS_VERSIONS.get(version, f"{version:08x}"),
                database=variable(68).decode("utf-16-le"),
                user=variable(40).decode("utf-16-le"),
                password_obfuscated=variable(44),
            )
        except (struct.error, UnicodeDecodeError) as exc:
            raise ProtocolError("a login packet cannot be read") from exc

    def described(self, *, user: str, password: str) -> str:
        """Say what a recording may hold, given the account that logs in as a rule."""
        own = self.user == user and self.password_obfuscated == obfuscated_password(password)
        credentials = "usual" if own else "other"
        return f"tds {self.tds_version}, database {self.database}, credentials {credentials}"
