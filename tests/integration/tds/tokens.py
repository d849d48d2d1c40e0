"""What a server answers, cut into tokens and put in words ([MS-TDS] 2.2.7).

Only comments come of it: a token that is not understood ends the comments, never a replay.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

import attrs
from tests.integration.tds.framing import ProtocolError, prelogin_encryption
from tests.integration.tds.values import ByteReader, TruncatedError, TypeInfo, UnknownTypeError

__all__ = ["Annotation", "Annotator", "describe_prelogin"]

_DONE = {0xFD: "DONE", 0xFE: "DONEPROC", 0xFF: "DONEINPROC"}
_DONE_FLAGS = {0x1: "more", 0x2: "error", 0x20: "attention", 0x100: "server error"}
_HAS_COUNT = 0x10
_ENVIRONMENT_CHANGES = {
    1: "database",
    2: "language",
    3: "character set",
    4: "packet size",
    7: "collation",
    8: "begin transaction",
    9: "commit transaction",
    10: "roll back transaction",
    15: "promote transaction",
    18: "reset connection",
}
_TEXT_CHANGES = {1, 2, 3, 4}
_SKIPPED = {0xA4: "TABNAME", 0xA5: "COLINFO", 0xA9: "ORDER", 0xED: "SSPI"}
_NO_COLUMNS = 0xFFFF


@attrs.frozen
class Annotation:
    """One token, or the run of bytes that could not be read."""

    start: int
    end: int
    name: str
    text: str


@attrs.define
class Annotator:
    """Reads the tokens of one answer, which may come in several parts."""

    _columns: tuple[tuple[str, TypeInfo], ...] = ()
    _lost: bool = False

    def annotate(self, data: bytes) -> Iterator[Annotation]:
        """Yield the tokens in order; together they cover the data."""
        reader = ByteReader(data)
        start = 0
        while start < len(data) and not self._lost:
            try:
                name, text = self._token(reader)
            except (TruncatedError, UnknownTypeError, struct.error) as exc:
                self._lost = True
                reason = "cut off" if isinstance(exc, TruncatedError) else f"not read: {exc}"
                yield Annotation(start, len(data), "…", reason)
                return
            yield Annotation(start, reader.position, name, text)
            start = reader.position
        if start < len(data):
            yield Annotation(start, len(data), "…", "not read")

    def _token(self, reader: ByteReader) -> tuple[str, str]:
        token = reader.number(1)
        if token in _DONE:
            return _DONE[token], _done(reader)
        if token in _SKIPPED:
            reader.take(reader.number(2))
            return _SKIPPED[token], ""
        known: dict[int, tuple[str, Callable[[ByteReader], str]]] = {
            0x81: ("COLMETADATA", self._column_metadata),
            0xD1: ("ROW", self._row),
            0xD2: ("ROW", self._row_with_null_bitmap),
            0xAA: ("ERROR", _message),
            0xAB: ("INFO", _message),
            0xAC: ("RETURNVALUE", _return_value),
            0xAD: ("LOGINACK", _login_acknowledgement),
            0xAE: ("FEATUREEXTACK", _features),
            0x79: ("RETURNSTATUS", _return_status),
            0xE3: ("ENVCHANGE", _environment_change),
            0xE4: ("SESSIONSTATE", _session_state),
        }
        if token not in known:
            raise UnknownTypeError(f"token 0x{token:02x}")
        name, read = known[token]
        return name, read(reader)

    def _column_metadata(self, reader: ByteReader) -> str:
        count = reader.number(2)
        columns = []
        for _ in range(0 if count == _NO_COLUMNS else count):
            reader.take(6)
            type_info = TypeInfo.read(reader)
            if type_info.has_table_name:
                for _part in range(reader.number(1)):
                    reader.long_text()
            columns.append((reader.short_text(), type_info))
        self._columns = tuple(columns)
        return ", ".join(f"{name or '(no name)'} {info.name}" for name, info in columns)

    def _row(self, reader: ByteReader) -> str:
        return ", ".join(info.render(info.read_value(reader)) for _name, info in self._columns)

    def _row_with_null_bitmap(self, reader: ByteReader) -> str:
        bitmap = reader.take((len(self._columns) + 7) // 8)
        values = []
        for index, (_name, info) in enumerate(self._columns):
            is_null = bitmap[index // 8] >> index % 8 & 1
            values.append("NULL" if is_null else info.render(info.read_value(reader)))
        return ", ".join(values)


def describe_prelogin(payload: bytes) -> str:
    """Put a server's answer to a prelogin in words."""
    try:
        encryption = prelogin_encryption(payload)
    except (ProtocolError, struct.error):
        return "PRELOGIN"
    return f"PRELOGIN encryption {encryption.name.lower().replace('_', ' ')}"


def _done(reader: ByteReader) -> str:
    status, _command, count = struct.unpack("<HHQ", reader.take(12))
    words = [name for flag, name in _DONE_FLAGS.items() if status & flag]
    if status & _HAS_COUNT:
        words.append(f"count {count}")
    return ", ".join(words)


def _message(reader: ByteReader) -> str:
    body = ByteReader(reader.take(reader.number(2)))
    number = struct.unpack("<i", body.take(4))[0]
    state, level = body.take(2)
    text = body.long_text()
    body.short_text()  # the server's name
    procedure = body.short_text()
    line = body.number(4)
    where = f" in {procedure}" if procedure else ""
    return f"{number}, level {level}, state {state}, line {line}{where}: {text}"


def _return_value(reader: ByteReader) -> str:
    reader.take(2)
    name = reader.short_text()
    reader.take(7)
    type_info = TypeInfo.read(reader)
    return f"{name} {type_info.name} = {type_info.render(type_info.read_value(reader))}"


def _login_acknowledgement(reader: ByteReader) -> str:
    body = ByteReader(reader.take(reader.number(2)))
    body.take(5)
    program = body.short_text().rstrip("\0")
    major, minor, build_high, build_low = body.take(4)
    return f"{program} {major}.{minor}.{build_high << 8 | build_low}"


def _return_status(reader: ByteReader) -> str:
    return str(struct.unpack("<i", reader.take(4))[0])


def _environment_change(reader: ByteReader) -> str:
    body = ByteReader(reader.take(reader.number(2)))
    kind = body.number(1)
    name = _ENVIRONMENT_CHANGES.get(kind, f"type {kind}")
    if kind in _TEXT_CHANGES:
        new = body.short_text()
        return f"{name} {body.short_text()!r} -> {new!r}"
    return name


def _features(reader: ByteReader) -> str:
    numbers = []
    while (feature := reader.number(1)) != 0xFF:
        numbers.append(str(feature))
        reader.take(reader.number(4))
    return ", ".join(numbers)


def _session_state(reader: ByteReader) -> str:
    reader.take(reader.number(4))
    return ""
