"""Data types and values in TDS ([MS-TDS] 2.2.5.4 and 2.2.5.5), for people to read.

Replay never needs this: it makes the comments of a recording and the text of an RPC request.
"""

from __future__ import annotations

import struct
from decimal import Decimal
from uuid import UUID

import attrs

__all__ = ["ByteReader", "TruncatedError", "TypeInfo", "UnknownTypeError"]


class TruncatedError(Exception):
    """The bytes end within a value."""


class UnknownTypeError(Exception):
    """A type or token that this decoder does not know."""


@attrs.define
class ByteReader:
    """Reads little-endian values one after another."""

    data: bytes
    position: int = 0

    def take(self, size_bytes: int) -> bytes:
        """Read bytes."""
        end = self.position + size_bytes
        if end > len(self.data):
            raise TruncatedError
        taken = self.data[self.position : end]
        self.position = end
        return taken

    def number(self, size_bytes: int) -> int:
        """Read an unsigned integer."""
        return int.from_bytes(self.take(size_bytes), "little")

    def text(self, characters: int) -> str:
        """Read UTF-16."""
        return self.take(2 * characters).decode("utf-16-le", "replace")

    def short_text(self) -> str:
        """Read a text whose length is one byte (B_VARCHAR)."""
        return self.text(self.number(1))

    def long_text(self) -> str:
        """Read a text whose length is two bytes (US_VARCHAR)."""
        return self.text(self.number(2))


_FIXED = {
    0x1F: ("null", 0),
    0x30: ("tinyint", 1),
    0x32: ("bit", 1),
    0x34: ("smallint", 2),
    0x38: ("int", 4),
    0x3A: ("smalldatetime", 4),
    0x3B: ("real", 4),
    0x3C: ("money", 8),
    0x3D: ("datetime", 8),
    0x3E: ("float", 8),
    0x7A: ("smallmoney", 4),
    0x7F: ("bigint", 8),
}
# Types with a one-byte length; the name depends on the length where there are several.
_BY_LENGTH = {
    0x24: {16: "uniqueidentifier"},
    0x26: {1: "tinyint", 2: "smallint", 4: "int", 8: "bigint"},
    0x68: {1: "bit"},
    0x6D: {4: "real", 8: "float"},
    0x6E: {4: "smallmoney", 8: "money"},
    0x6F: {4: "smalldatetime", 8: "datetime"},
}
_LEGACY = {0x25: "varbinary", 0x27: "varchar", 0x2D: "binary", 0x2F: "char"}
_DECIMALS = {0x37: "decimal", 0x3F: "numeric", 0x6A: "decimal", 0x6C: "numeric"}
_SCALED = {0x29: "time", 0x2A: "datetime2", 0x2B: "datetimeoffset"}
_BIG = {
    0xA5: "varbinary",
    0xA7: "varchar",
    0xAD: "binary",
    0xAF: "char",
    0xE7: "nvarchar",
    0xEF: "nchar",
}
_LONG = {0x22: "image", 0x23: "text", 0x62: "sql_variant", 0x63: "ntext"}
_COLLATED = {0xA7, 0xAF, 0xE7, 0xEF, 0x23, 0x63}
_PARTIAL = 0xFFFF
_INTEGERS = {"tinyint", "smallint", "int", "bigint", "bit"}
_BYTES = {"binary", "varbinary", "image", "sql_variant", "udt"}


@attrs.frozen
class TypeInfo:
    """A column's or parameter's type."""

    token: int
    name: str
    length: int = 0
    scale: int = 0

    @classmethod
    def read(cls, reader: ByteReader) -> TypeInfo:  # noqa: PLR0911  a table of cases
        """Read a TYPE_INFO."""
        token = reader.number(1)
        if token in _FIXED:
            return cls(token, *_FIXED[token])
        if token in _BY_LENGTH:
            length = reader.number(1)
            return cls(token, _BY_LENGTH[token].get(length, "?"), length)
        if token in _DECIMALS:
            length, precision, scale = reader.take(3)
            return cls(token, f"{_DECIMALS[token]}({precision},{scale})", length, scale)
        if token in _SCALED:
            scale = reader.number(1)
            return cls(token, f"{_SCALED[token]}({scale})", scale=scale)
        if token == 0x28:
            return cls(token, "date")
        if token in _LEGACY:
            length = reader.number(1)
            return cls(token, f"{_LEGACY[token]}({length})", length)
        return cls._read_long(token, reader)

    @classmethod
    def _read_long(cls, token: int, reader: ByteReader) -> TypeInfo:
        if token in _BIG:
            length = reader.number(2)
            if token in _COLLATED:
                reader.take(5)
            characters = length // 2 if token in {0xE7, 0xEF} else length
            shown = "max" if length == _PARTIAL else str(characters)
            return cls(token, f"{_BIG[token]}({shown})", length)
        if token in _LONG:
            length = reader.number(4)
            if token in _COLLATED:
                reader.take(5)
            return cls(token, _LONG[token], length)
        if token == 0xF1:
            if reader.number(1):
                reader.short_text(), reader.short_text(), reader.long_text()
            return cls(token, "xml", _PARTIAL)
        if token == 0xF0:
            reader.number(2)
            reader.short_text(), reader.short_text(), reader.short_text(), reader.long_text()
            return cls(token, "udt", _PARTIAL)
        raise UnknownTypeError(f"type 0x{token:02x}")

    @property
    def has_table_name(self) -> bool:
        """Whether a column of this type names its table in COLMETADATA."""
        return self.token in {0x22, 0x23, 0x63}

    def read_value(self, reader: ByteReader) -> bytes | None:  # noqa: PLR0911  a table of cases
        """Read a value's bytes; None is NULL."""
        if self.token in _FIXED:
            return reader.take(self.length) if self.length else None
        if self.token in _BIG or self.token in {0xF0, 0xF1}:
            if self.length == _PARTIAL:
                return _read_partial(reader)
            length = reader.number(2)
            return None if length == _PARTIAL else reader.take(length)
        if self.token == 0x62:
            length = reader.number(4)
            return reader.take(length) if length else None
        if self.token in _LONG:
            pointer_length = reader.number(1)
            if not pointer_length:
                return None
            reader.take(pointer_length + 8)
            return reader.take(reader.number(4))
        length = reader.number(1)
        if self.token in _LEGACY:
            return None if length == 0xFF else reader.take(length)
        return reader.take(length) if length else None

    def render(self, value: bytes | None) -> str:  # noqa: PLR0911  a table of cases
        """Show a value roughly as T-SQL would write it; hex where that says too little."""
        if value is None:
            return "NULL"
        kind = self.name.partition("(")[0]
        if kind in _INTEGERS:
            return str(int.from_bytes(value, "little", signed=kind not in {"tinyint", "bit"}))
        if kind in {"decimal", "numeric"}:
            digits = tuple(map(int, str(int.from_bytes(value[1:], "little"))))
            return str(Decimal((int(value[0] == 0), digits, -self.scale)))
        if kind in {"nvarchar", "nchar", "ntext", "xml"}:
            return "N" + _quoted(value.decode("utf-16-le", "replace"))
        if kind in {"varchar", "char", "text"}:
            return _quoted(value.decode("cp1252", "replace"))
        if kind in {"real", "float"}:
            return repr(struct.unpack("<f" if len(value) == 4 else "<d", value)[0])
        if kind == "uniqueidentifier" and len(value) == 16:
            return str(UUID(bytes_le=value))
        if kind in _BYTES:
            return "0x" + value.hex()
        return f"({value.hex()})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _read_partial(reader: ByteReader) -> bytes | None:
    """Read a PLP value: a total length (or unknown), then chunks up to an empty one."""
    if reader.number(8) == 0xFFFF_FFFF_FFFF_FFFF:
        return None
    chunks = []
    while length := reader.number(4):
        chunks.append(reader.take(length))
    return b"".join(chunks)
