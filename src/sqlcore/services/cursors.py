"""Opaque cursors: where a list goes on, bound to the request that they came from."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Any

from sqlcore.errors import InvalidArgumentError

__all__ = ["read_cursor", "write_cursor"]

_VERSION = 1
_LONGEST = 16_384


def write_cursor(request: Any, position: Any) -> str:
    """Write a cursor.

    Args:
        request: Everything that a later page must have in common with this one; JSON-safe.
        position: Where to go on; JSON-safe.
    """
    body = json.dumps([_VERSION, _fingerprint(request), position], separators=(",", ":"))
    return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")


def read_cursor(request: Any, cursor: str) -> Any:
    """Return the position in a cursor.

    A cursor grants nothing: its position is only ever used as a value. So it is not signed.

    Raises:
        InvalidArgumentError: It is not a cursor, or it belongs to another request.
    """
    if len(cursor) > _LONGEST:
        raise _bad("is longer than any that was handed out")
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        body = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        version, fingerprint, position = body
    except (binascii.Error, ValueError, TypeError, RecursionError) as exc:
        raise _bad("cannot be read") from exc
    if version != _VERSION:
        raise _bad("comes from another version of the server")
    if fingerprint != _fingerprint(request):
        raise _bad("belongs to a call with other arguments")
    return position


def _fingerprint(request: Any) -> str:
    text = json.dumps(request, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _bad(what: str) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"The cursor {what}.",
        parameter="cursor",
        hint="Pass next_cursor of the last answer unchanged, with the same arguments as before, "
        "or leave the cursor out to begin again.",
    )
