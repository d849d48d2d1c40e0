"""Keeping what an answer has no room for, to be read by its URI."""

from __future__ import annotations

from sqlcore.errors import LimitExceededError
from sqlcore_mcp.definitions import Call, Link

__all__ = ["keep_text"]


def keep_text(call: Call, text: str, kind: str, mime_type: str) -> Link | None:
    """Keep a text for who makes the call; None where nothing comes after it, or there is no room.

    Args:
        call: The call.
        text: What is kept.
        kind: The first word of the URI's path: `definitions`.
        mime_type: What it is.
    """
    if not call.app.lives_on:
        return None
    try:
        resource = call.app.resources.keep(
            kind, text, mime_type=mime_type, owner=call.caller.principal
        )
    except LimitExceededError:  # larger than all that is kept may be
        return None
    return Link(
        uri=resource.uri,
        name=resource.name,
        mime_type=resource.mime_type,
        size_bytes=resource.size_bytes,
    )
