"""How the transaction around a statement begins, and how one that was left by it is told.

The settings are local to the transaction, so that poolers between us and the server keep them
apart. What else could let something out of a read needs none: with the extended protocol there is
one statement only, nothing turns a read-only transaction into another once it has a snapshot, and
settings that a statement changes go with the rollback.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

from sqlcore.adapters.logs import get_logger
from sqlcore.domain.lexing import LexError, short_fingerprint
from sqlcore.domain.query import ExecutionOptions
from sqlcore.errors import PolicyError

__all__ = ["ENDINGS", "begin_reading", "begin_writing", "bounds_alone", "escaped"]

ENDINGS = frozenset({b"COMMIT", b"ROLLBACK", b"PREPARE TRANSACTION"})
"""The tags of commands that end a transaction. Procedures cannot, inside one that we began."""
_MOST_MS = 2**31 - 1
_CLIENT_CHECK = b"client_connection_check_interval = 1000"
"""Milliseconds after which a server looks if its client is still there: one that was killed, or
whose machine was, cannot cancel, and its statement would run on until its time is over."""

_security_log = get_logger("sqlcore.security")


def _timeout_ms(timeout_s: float) -> int:
    """Give a timeout as the server takes it."""
    return min(max(1, math.ceil(timeout_s * 1000)), _MOST_MS)


def begin_reading(
    options: ExecutionOptions, *, has_standard_strings: bool, checks_client: bool
) -> Sequence[bytes]:
    """Write the commands that open a transaction for a read, one by one.

    Args:
        options: How the statement runs.
        has_standard_strings: Whether the server takes a backslash in a string for itself.
        checks_client: Whether the server can look if its client is still there.
    """
    commands = (b"BEGIN READ ONLY", *_bounds(options, checks_client=checks_client))
    if has_standard_strings:
        return commands
    # The guard read the text so; with it off, a backslash before a quote hides it.
    return (*commands, b"SET LOCAL standard_conforming_strings = on")


def begin_writing(options: ExecutionOptions, *, checks_client: bool) -> Sequence[bytes]:
    """Write the commands that open a transaction for a write, one by one.

    A role whose transactions are read-only by default stays so: BEGIN does not say READ WRITE.
    """
    return (b"BEGIN", *_bounds(options, checks_client=checks_client))


def bounds_alone(options: ExecutionOptions, *, checks_client: bool) -> Sequence[bytes]:
    """Write the commands that bound a statement outside of transactions, until all is discarded."""
    bounds = [b"SET statement_timeout = %d" % _timeout_ms(options.timeout_s)]
    if checks_client:
        bounds.append(b"SET %s" % _CLIENT_CHECK)
    return bounds


def _bounds(options: ExecutionOptions, *, checks_client: bool) -> Sequence[bytes]:
    return _local_bounds(options.timeout_s, options.lock_timeout_s, checks_client=checks_client)


@functools.lru_cache(maxsize=64)
def _local_bounds(
    timeout_s: float, lock_timeout_s: float | None, *, checks_client: bool
) -> tuple[bytes, ...]:
    bounds = [b"SET LOCAL statement_timeout = %d" % _timeout_ms(timeout_s)]
    if checks_client:
        bounds.append(b"SET LOCAL %s" % _CLIENT_CHECK)
    if lock_timeout_s is not None and lock_timeout_s < timeout_s:
        bounds.append(b"SET LOCAL lock_timeout = %d" % _timeout_ms(lock_timeout_s))
    return tuple(bounds)


def escaped(text: str, address: str) -> PolicyError:
    """Log that a statement ended the transaction around it, and make the error."""
    try:
        fingerprint = short_fingerprint(text, "postgres")
    except LexError:
        fingerprint = "unreadable"
    _security_log.warning("transaction_escaped", server=address, statement=fingerprint)
    return PolicyError(
        "The statement ended the transaction around it; the connection was closed.",
        hint="Leave out COMMIT, ROLLBACK and PREPARE TRANSACTION.",
    )
