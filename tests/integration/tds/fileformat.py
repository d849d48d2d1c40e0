"""Recordings as text: requests as SQL, answers as hex under a comment for each token.

    TDS recording, format 1
    test: tests/integration/test_queries.py::test_a_row_comes_back
    database: sqlcore_test
    server: Microsoft SQL Server 12.0.2000

    === connection 1: batch
    > SELECT 1 AS n
    < packets 36 eom
    # COLMETADATA n int
      81 …

A line starts with what it is: `>` the request, `<` what the server does, `#` a comment, blanks:
bytes, in hex or, after `zlib`, compressed and in base64. Backslashes and invisible characters of
a request are escaped as in Python. The bytes of a `packets` line are those of all its packets;
`4088x3 100` is three of 4088 and one of 100.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.integration.tds.recording import Directive, Exchange, Packets, Recording, Step
from tests.integration.tds.requests import KINDS
from tests.integration.tds.tokens import Annotation, Annotator, describe_prelogin

__all__ = ["FormatError", "comments", "dump", "dumps", "escape", "load", "loads"]

_FIRST_LINE = "TDS recording, format 1"
_COMPRESSED_FROM_BYTES = 4096
_COLUMNS = 100
_HEX_BYTES_PER_LINE = 40
_EXCHANGE = re.compile(r"=== connection (\d+): ([a-z]+)(?: \[(.*)\])?")
_PACKETS = re.compile(r"packets((?: \d+(?:x\d+)?)+)( eom)?( zlib)?")
_ESCAPED = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(\\))")
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]"
)


class FormatError(ValueError):
    """A file is not a recording."""


def dump(recording: Recording, path: Path) -> None:
    """Write a recording to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(dumps(recording).encode())


def load(path: Path) -> Recording:
    """Read a recording from a file.

    Raises:
        FormatError: The file is not a recording.
    """
    try:
        return loads(path.read_text(encoding="utf-8"))  # CR LF of a checkout becomes LF
    except (FormatError, UnicodeDecodeError) as exc:
        raise FormatError(f"{path}: {exc}") from exc


# -- writing ---------------------------------------------------------------------------------


def dumps(recording: Recording) -> str:
    """Write a recording as text."""
    lines = [
        _FIRST_LINE,
        f"test: {_in_one_line(recording.test)}".rstrip(),
        f"database: {_in_one_line(recording.database)}".rstrip(),
        f"server: {_in_one_line(recording.server)}".rstrip(),
    ]
    for exchange in recording.exchanges:
        section = f" [{_in_one_line(exchange.section)}]" if exchange.section else ""
        lines += ["", f"=== connection {exchange.connection}: {exchange.kind}{section}"]
        lines += [f"> {line}".rstrip(" ") for line in escape(exchange.text).split("\n")]
        annotator = Annotator()
        for step in exchange.steps:
            lines += _step_lines(step, exchange, annotator)
    return "\n".join(lines) + "\n"


def _step_lines(step: Step, exchange: Exchange, annotator: Annotator) -> Iterator[str]:
    if isinstance(step, Directive):
        yield f"< {step.value}"
        return
    data = b"".join(step.payloads)
    sizes = [
        f"{size}x{count}" if count > 1 else str(size)
        for size, count in (
            (size, len(tuple(run)))
            for size, run in itertools.groupby(len(payload) for payload in step.payloads)
        )
    ]
    compressed = len(data) >= _COMPRESSED_FROM_BYTES
    flags = (" eom" if step.complete else "") + (" zlib" if compressed else "")
    yield f"< packets {' '.join(sizes)}{flags}"
    annotations = _annotations(data, exchange, annotator)
    if compressed:
        yield from (f"# {line}" for line in _summary(annotations))
        text = base64.b64encode(zlib.compress(data, 9)).decode()
        width = _COLUMNS - 2
        yield from (f"  {text[at : at + width]}" for at in range(0, len(text), width))
        return
    for annotation in annotations:
        yield _shortened(f"# {annotation.name} {escape(annotation.text)}")
        piece = data[annotation.start : annotation.end]
        for at in range(0, len(piece), _HEX_BYTES_PER_LINE):
            yield "  " + piece[at : at + _HEX_BYTES_PER_LINE].hex(" ", -4)


def comments(exchange: Exchange) -> Iterator[str]:
    """Yield an answer in words, a line for each token or directive."""
    annotator = Annotator()
    for step in exchange.steps:
        if isinstance(step, Directive):
            yield f"({step.value})"
            continue
        for annotation in _annotations(b"".join(step.payloads), exchange, annotator):
            yield f"{annotation.name} {escape(annotation.text)}".rstrip()


def _annotations(data: bytes, exchange: Exchange, annotator: Annotator) -> Sequence[Annotation]:
    if exchange.kind == "prelogin" and data:
        name, _, text = describe_prelogin(data).partition(" ")
        return (Annotation(0, len(data), name, text),)
    return tuple(annotator.annotate(data))


def _summary(annotations: Sequence[Annotation]) -> Iterator[str]:
    """Yield a line for each token; rows that follow each other share one."""
    for name, run in itertools.groupby(annotations, key=lambda annotation: annotation.name):
        if name == "ROW":
            yield f"ROW x {len(tuple(run))}"
        else:
            for annotation in run:
                yield _shortened(f"{name} {escape(annotation.text)}")


def _shortened(line: str) -> str:
    line = line.replace("\n", "\\x0a").rstrip()
    return line if len(line) <= _COLUMNS else line[: _COLUMNS - 1] + "…"


def escape(text: str) -> str:
    """Make backslashes, invisible characters and blanks at the end of a line visible."""
    text = text.replace("\\", "\\\\")
    text = _UNSAFE.sub(lambda match: _escape_sequence(match[0]), text)
    return re.sub(r"[^\S\n](?=\n|\Z)", lambda match: _escape_sequence(match[0]), text)


def _in_one_line(text: str) -> str:
    return escape(text).replace("\n", _escape_sequence("\n"))


def _escape_sequence(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"


# -- reading ---------------------------------------------------------------------------------


def loads(text: str) -> Recording:
    """Read a recording from text.

    Raises:
        FormatError: The text is not a recording.
    """
    head, *blocks = re.split(r"^(?==== )", text, flags=re.MULTILINE)
    first, *header_lines = head.rstrip("\n").split("\n")
    if first != _FIRST_LINE:
        raise FormatError(f"the first line is not {_FIRST_LINE!r}")
    header = {
        name: _unescape(value.removeprefix(" "))
        for name, _, value in (line.partition(":") for line in header_lines if line)
    }
    try:
        test, database = header["test"], header["database"]
    except KeyError as exc:
        raise FormatError(f"there is no line {exc.args[0]!r}") from exc
    exchanges = tuple(_exchange(block.split("\n")) for block in blocks)
    return Recording(test=test, database=database, exchanges=exchanges)


def _exchange(lines: Sequence[str]) -> Exchange:
    title = _EXCHANGE.fullmatch(lines[0])
    if title is None or title[2] not in KINDS:
        raise FormatError(f"not the title of an exchange: {lines[0]!r}")
    requested: list[str] = []
    steps: list[Step] = []
    directive = ""
    data: list[str] = []
    for line in (*lines[1:], "<"):
        if line.startswith("  "):
            data.append(line)
        elif line.startswith(">"):
            requested.append(line[2:])
        elif line.startswith("<"):
            if directive:
                steps.append(_step(directive, data))
            directive, data = line[2:], []
        elif line and not line.startswith("#"):
            raise FormatError(f"cannot read the line {line!r}")
    return Exchange(
        connection=int(title[1]),
        kind=KINDS[title[2]],
        section=_unescape(title[3] or ""),
        text=_unescape("\n".join(requested)),
        steps=tuple(steps),
    )


def _step(directive: str, lines: Sequence[str]) -> Step:
    packets = _PACKETS.fullmatch(directive)
    if packets is None:
        try:
            return Directive(directive)
        except ValueError:
            raise FormatError(f"cannot read the line '< {directive}'") from None
    try:
        if packets[3]:
            data = zlib.decompress(base64.b64decode("".join(line.strip() for line in lines)))
        else:
            data = bytes.fromhex("".join(lines))
    except (ValueError, binascii.Error, zlib.error) as exc:
        raise FormatError(f"cannot read the bytes under '< {directive}': {exc}") from exc
    payloads: list[bytes] = []
    position = 0
    for sizes in packets[1].split():
        size, _, count = sizes.partition("x")
        for _ in range(int(count or 1)):
            payloads.append(data[position : position + int(size)])
            position += int(size)
    if position != len(data):
        raise FormatError(f"{len(data)} bytes under '< {directive}'")
    return Packets(tuple(payloads), complete=bool(packets[2]))


def _unescape(text: str) -> str:
    return _ESCAPED.sub(
        lambda match: "\\" if match[3] else chr(int(match[1] or match[2], 16)), text
    )
