"""Rules of binary values, UUIDs and JSON."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import re
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlcore.domain.encoding import encode_value
from sqlcore.domain.type_names import TypeName
from sqlcore.domain.values import JsonText
from sqlcore.services.calling.rules import (
    RefusedValueError,
    TypeRule,
    always,
    describe,
    first_name,
    fixed,
)
from sqlcore.services.calling.texts import check_text

__all__ = ["binary", "json_value", "uuid_value"]

_UUID = re.compile(
    r"\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|[0-9a-f]{32}",
    re.ASCII | re.IGNORECASE,
)


def binary(names: str, *, most: int, spelling: str, size: int | None = None) -> TypeRule:
    """Make the rule of a binary type.

    Args:
        names: Of the type, separated by `|`.
        most: Bytes without an argument, or of `max`.
        spelling: For the documentation.
        size: Bytes that a value must have.
    """

    def check(value: Any, name: TypeName) -> bytes:
        content = _bytes(value)
        limit = size or name.number(0) or most
        if len(content) > limit:
            raise RefusedValueError(f"it has {len(content):,} bytes, and {limit:,} fit")
        if size and len(content) != size:
            raise RefusedValueError(f"it has {len(content):,} bytes, and the type has just {size}")
        return content

    return TypeRule(
        names=names,
        spelling=spelling,
        check=check,
        schema=fixed(type="string", description="0x and hexadecimal digits, or base64"),
        example=always("0x" + "0a" * (size or 1)),
        python="`bytes`",
        accepts="string: `0x` (or `\\x`) and hexadecimal digits, or base64 with its padding",
        limits=f"just {size} bytes" if size else "n bytes" if "(" in spelling else "any bytes",
    )


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if not isinstance(value, str):
        raise RefusedValueError(f"it is {describe(value)}, not a text in hexadecimal or base64")
    content = value.strip()
    if content[:2] in ("0x", "0X", "\\x"):
        try:
            return bytes.fromhex(content[2:])
        except ValueError:
            raise RefusedValueError(
                "after 0x there must be an even number of hexadecimal digits"
            ) from None
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise RefusedValueError("it is neither 0x and hexadecimal digits nor base64") from None


def uuid_value(names: str) -> TypeRule:
    """Make the rule of a UUID."""

    def check(value: Any, _: TypeName) -> uuid.UUID:
        if isinstance(value, uuid.UUID):
            return value
        if not isinstance(value, str) or not _UUID.fullmatch(value.strip()):
            raise RefusedValueError(f"it is {describe(value)}, not a UUID")
        return uuid.UUID(value.strip())

    return TypeRule(
        names=names,
        spelling=first_name(names),
        check=check,
        schema=fixed(type="string", format="uuid"),
        example=always("6f9619ff-8b86-d011-b42d-00c04fc964ff"),
        python="`UUID`",
        accepts="string: 32 hexadecimal digits, with hyphens or without, in braces or not",
        limits="16 bytes",
    )


def json_value(names: str, *, binary_form: bool = False) -> TypeRule:
    """Make the rule of a JSON document.

    Args:
        names: Of the type, separated by `|`.
        binary_form: Whether the server keeps texts decoded, so that NUL has no place in them.
    """

    def check(value: Any, _: TypeName) -> JsonText:
        try:
            document = JsonText(value if isinstance(value, str) else _json_text(value))
            json.loads(document, parse_float=str, parse_int=str, parse_constant=_refuse)
        except RecursionError:
            raise RefusedValueError("it is nested too deeply") from None
        except (ValueError, TypeError):
            raise RefusedValueError(
                "it is no JSON; a text must be a JSON document, with its quotes"
            ) from None
        check_text(str(document), allows_nul=False)
        if binary_form:
            _check_decoded(document)
        return document

    return TypeRule(
        names=names,
        spelling=first_name(names),
        check=check,
        schema=fixed(description="any JSON value; a string is read as the text of a document"),
        example=always({"a": 1}),
        python="`JsonText`",
        accepts="object, array, number, true, false; a string is the text of a document",
        limits="valid JSON; NULL is SQL's, the JSON null is the string `null`",
    )


def _check_decoded(document: JsonText) -> None:
    """Refuse what `jsonb` cannot hold, as it keeps texts without their escapes."""
    if "\\u0000" in document.replace("\\\\", ""):
        raise RefusedValueError("it holds \\u0000, which jsonb cannot")
    try:
        json.dumps(
            json.loads(document, parse_float=str, parse_int=str), ensure_ascii=False
        ).encode()
    except UnicodeEncodeError:
        raise RefusedValueError("it holds half of a surrogate pair, which jsonb cannot") from None


def _refuse(_: str) -> Any:
    raise ValueError("JSON has no NaN and no infinity")


def _json_text(value: Any) -> str:
    """Write JSON; a Decimal is a number with all of its digits."""
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("names of fields are texts")
        fields = (f"{_json_text(key)}: {_json_text(item)}" for key, item in value.items())
        return "{" + ", ".join(fields) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_json_text, value)) + "]"
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError("JSON has no NaN and no infinity")
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    if isinstance(value, dt.date | dt.time | uuid.UUID):
        return json.dumps(encode_value(value))
    raise TypeError("it has no place in JSON")
