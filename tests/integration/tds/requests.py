"""What a client asks: a message becomes a kind and a text that recordings are searched by."""

from __future__ import annotations

import struct
from typing import Literal

import attrs
from tests.integration.tds.framing import (
    Encryption,
    LoginFacts,
    Message,
    PacketType,
    ProtocolError,
    prelogin_encryption,
)
from tests.integration.tds.values import ByteReader, TruncatedError, TypeInfo, UnknownTypeError

__all__ = ["KINDS", "Account", "Kind", "Request"]

Kind = Literal["prelogin", "login", "batch", "rpc", "transaction", "bulk"]
KINDS: dict[str, Kind] = {
    "prelogin": "prelogin",
    "login": "login",
    "batch": "batch",
    "rpc": "rpc",
    "transaction": "transaction",
    "bulk": "bulk",
}

_WELL_KNOWN_PROCEDURES = {
    1: "sp_cursor",
    2: "sp_cursoropen",
    3: "sp_cursorprepare",
    4: "sp_cursorexecute",
    5: "sp_cursorprepexec",
    6: "sp_cursorunprepare",
    7: "sp_cursorfetch",
    8: "sp_cursoroption",
    9: "sp_cursorclose",
    10: "sp_executesql",
    11: "sp_prepare",
    12: "sp_execute",
    13: "sp_prepexec",
    14: "sp_prepexecrpc",
    15: "sp_unprepare",
}
_TRANSACTION_REQUESTS = {0: "dtc", 5: "begin", 6: "promote", 7: "commit", 8: "rollback", 9: "save"}


@attrs.frozen
class Account:
    """The user that tests log in as, unless a test is about another one."""

    user: str
    password: str = attrs.field(repr=False)


@attrs.frozen
class Request:
    """What a client asked, as a recording holds it."""

    kind: Kind
    text: str

    @classmethod
    def of(cls, message: Message, account: Account) -> Request:
        """Read a client's message, an attention apart.

        Raises:
            ProtocolError: A recording cannot hold it, or it is not TDS.
        """
        payload = message.payload
        match message.type:
            case PacketType.PRELOGIN:
                needs_tls = prelogin_encryption(payload) in {Encryption.ON, Encryption.REQUIRED}
                return cls("prelogin", f"encryption {'required' if needs_tls else 'optional'}")
            case PacketType.LOGIN:
                facts = LoginFacts.parse(payload)
                described = facts.described(user=account.user, password=account.password)
                return cls("login", described)
            case PacketType.BATCH:
                text = _after_headers(payload).decode("utf-16-le", "surrogatepass")
                return cls("batch", text)
            case PacketType.RPC:
                return cls("rpc", _procedure_call(_after_headers(payload)))
            case PacketType.TRANSACTION:
                return cls("transaction", _transaction(_after_headers(payload)))
            case PacketType.BULK:
                return cls("bulk", payload.hex())
        raise ProtocolError(f"a recording cannot hold a message of type 0x{message.type:02x}")


def _after_headers(payload: bytes) -> bytes:
    """Cut off ALL_HEADERS ([MS-TDS] 2.2.5.3): the transaction it names differs between runs."""
    if len(payload) < 4:
        raise ProtocolError("a request is too short to have headers")
    (length,) = struct.unpack_from("<I", payload)
    if not 4 <= length <= len(payload):
        raise ProtocolError("a request has no headers: use TDS 7.2 or later")
    return payload[length:]


def _transaction(body: bytes) -> str:
    (number,) = struct.unpack_from("<H", body)
    name = _TRANSACTION_REQUESTS.get(number, f"request {number}")
    return f"{name} {body[2:].hex()}"


def _procedure_call(body: bytes) -> str:
    """Write an RPC as text: `name @parameter type = value, …`; hex where it cannot be read."""
    try:
        reader = ByteReader(body)
        length = reader.number(2)
        if length == 0xFFFF:
            number = reader.number(2)
            name = _WELL_KNOWN_PROCEDURES.get(number, f"procedure {number}")
        else:
            name = reader.text(length)
        flags = reader.number(2)
        parameters = []
        while reader.position < len(body):
            parameters.append(_parameter(reader))
    except (TruncatedError, UnknownTypeError):
        return f"hex {body.hex()}"
    options = f" (flags {flags})" if flags else ""
    return f"EXEC {name}{options} " + ", ".join(parameters) if parameters else f"EXEC {name}"


def _parameter(reader: ByteReader) -> str:
    name = reader.short_text()
    status = reader.number(1)
    type_info = TypeInfo.read(reader)
    value = type_info.render(type_info.read_value(reader))
    label = f"{name} " if name else ""
    suffix = " OUTPUT" if status & 1 else ""
    return f"{label}{type_info.name} = {value}{suffix}"
