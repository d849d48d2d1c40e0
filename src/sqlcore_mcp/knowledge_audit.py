"""What is noted when a document leaves for the knowledge endpoint: never its text."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlcore.errors import SqlCoreError, StatementCancelledError, StatementTimeoutError
from sqlcore.services.auditing import StatementEvent

if TYPE_CHECKING:
    from sqlcore_mcp.definitions import Call

__all__ = ["noted"]


@contextmanager
def noted(call: Call, host: str, kind: str) -> Iterator[None]:
    """Note in the audit that a document is sent, with what came of it.

    Args:
        call: Whose document it is.
        host: Where it goes.
        kind: Its type.

    Raises:
        PolicyError: It must be noted, and cannot; then it is not sent.
    """
    database = call.database
    audit = database.policy.audit
    audit.check()
    began_at = time.monotonic()
    error: BaseException | None = None
    try:
        yield
    except BaseException as raised:
        error = raised
        raise
    finally:
        text = f"POST {host}"
        audit.note(
            StatementEvent(
                time=time.time(),
                caller=call.caller.name,
                source=database.source,
                action="store_in_knowledge",
                access=database.access.value,
                decision="allowed",
                reason="The settings name the endpoint.",
                kind=kind,
                fingerprint=text,
                fingerprint_id=hashlib.blake2b(text.encode(), digest_size=8).hexdigest(),
                duration_s=round(time.monotonic() - began_at, 6),
                outcome=_outcome(error),
                error_code=error.code if isinstance(error, SqlCoreError) else None,
            )
        )


def _outcome(error: BaseException | None) -> str:
    if error is None:
        return "completed"
    if isinstance(error, StatementTimeoutError):
        return "timed_out"
    if isinstance(error, StatementCancelledError) or not isinstance(error, Exception):
        return "cancelled"
    return "failed"
