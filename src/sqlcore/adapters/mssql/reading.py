"""Running the adapter's own queries; what a server lacks is left out."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from sqlcore.adapters.mssql.batches import call
from sqlcore.adapters.mssql.literals import bind_parameter
from sqlcore.adapters.mssql.pool import SessionPool
from sqlcore.adapters.mssql.session import Session
from sqlcore.adapters.sqlfile import load_queries
from sqlcore.domain.capability import Support
from sqlcore.errors import (
    ConflictError,
    ConnectionFailedError,
    ConnectionLostError,
    NotFoundError,
    PermissionDeniedError,
    SqlCoreError,
    SqlSyntaxError,
    StatementCancelledError,
    StatementTimeoutError,
    UnsupportedError,
)

__all__ = ["CatalogQueries", "Refusal", "Rows"]

Rows = list[tuple[Any, ...]]
_FILES = ("queries.sql", "probe.sql")
_TIMEOUT_S = 30.0
_DENIED_S = 300.0
"""For so long a query that was not permitted is not tried again: rights may be granted."""
_NOT_A_MISSING_VIEW = (
    ConnectionFailedError,
    ConnectionLostError,
    ConflictError,
    StatementTimeoutError,
    StatementCancelledError,
)


@attrs.frozen
class Refusal:
    """Why a query could not run.

    Attributes:
        support: NOT_PERMITTED, UNSUPPORTED where the server lacks what it needs, or UNKNOWN.
        reason: The server's words, which name the right that is missing.
    """

    support: Support
    reason: str


class CatalogQueries:
    """Runs the adapter's named queries, several of them in one round trip.

    SQL Server, Azure SQL, Synapse and Babelfish each lack some catalog views. A query that one of
    them cannot run fails once; it is remembered with the server's words, and then left out. One
    that the login may not run is left out for some minutes.
    """

    def __init__(self, pool: SessionPool) -> None:
        self._pool = pool
        self._lock = threading.Lock()
        self._refused: dict[str, tuple[float, Refusal]] = {}
        self.is_babelfish = False

    @property
    def pool(self) -> SessionPool:
        """The sessions that the queries run on."""
        return self._pool

    def run(
        self,
        names: Sequence[str],
        parameters: Mapping[str, Any] | None = None,
        *,
        ids: Sequence[int] = (),
        words: Mapping[str, str] | None = None,
        words_of: Mapping[str, Mapping[str, str]] | None = None,
        required: Sequence[str] = (),
        wait_s: float | None = None,
        timeout_s: float = _TIMEOUT_S,
    ) -> tuple[dict[str, Rows], dict[str, Refusal]]:
        """Run queries; return the rows of each, and for those that could not run the reason.

        Args:
            names: Names of queries in the adapter's SQL files, each of one result set.
            parameters: Values for `@name` in them.
            ids: What `{ids}` in them stands for.
            words: What other words in braces stand for; SQL of the adapter's own.
            words_of: The same for single queries.
            required: Those whose failure is the caller's.
            wait_s: Seconds to wait for a session; as the pool says where left out.
            timeout_s: Seconds for each round trip.
        """
        missing = self._known_refusals(names)
        wanted = [name for name in names if name not in missing]
        texts = {
            name: _filled(name, ids, {**(words or {}), **(words_of or {}).get(name, {})})
            for name in wanted
        }
        results: dict[str, Rows] = {name: [] for name in names}
        with self._pool.session(wait_s=wait_s) as session:
            self.is_babelfish = session.kind.is_babelfish
            try:
                together = _batch(session, list(texts.values()), parameters or {}, timeout_s)
                results.update(zip(wanted, together, strict=True))
            except _NOT_A_MISSING_VIEW:
                raise
            except SqlCoreError:
                if session.is_broken or (len(wanted) == 1 and wanted[0] in required):
                    raise
                missing |= self._one_by_one(
                    session, texts, parameters or {}, required, results, timeout_s=timeout_s
                )
        return results, missing

    def _known_refusals(self, names: Sequence[str]) -> dict[str, Refusal]:
        now = time.monotonic()
        with self._lock:
            known = {name: self._refused[name] for name in names if name in self._refused}
        return {name: refusal for name, (until, refusal) in known.items() if now < until}

    def _one_by_one(
        self,
        session: Session,
        texts: Mapping[str, str],
        parameters: Mapping[str, Any],
        required: Sequence[str],
        results: dict[str, Rows],
        *,
        timeout_s: float,
    ) -> dict[str, Refusal]:
        """Find out which queries the server lacks; fill in what the others return."""
        failed: dict[str, Refusal] = {}
        for name, text in texts.items():
            try:
                (results[name],) = _batch(session, [text], parameters, timeout_s)
            except _NOT_A_MISSING_VIEW:
                raise
            except SqlCoreError as error:
                if session.is_broken or name in required:
                    raise
                failed[name] = Refusal(_support(error), error.message.splitlines()[0])
        now = time.monotonic()
        with self._lock:
            for name, refusal in failed.items():
                self._refused[name] = (now + _KEPT_S[refusal.support], refusal)
        return failed


_KEPT_S = {
    Support.UNSUPPORTED: float("inf"),
    Support.NOT_PERMITTED: _DENIED_S,
    Support.UNKNOWN: 0.0,
}


def _support(error: SqlCoreError) -> Support:
    """Say what a failure of one of our own queries means."""
    match error:
        case PermissionDeniedError():
            return Support.NOT_PERMITTED
        case NotFoundError() | UnsupportedError() | SqlSyntaxError():
            return Support.UNSUPPORTED
    return Support.UNKNOWN


def _batch(
    session: Session, texts: Sequence[str], parameters: Mapping[str, Any], timeout_s: float
) -> list[Rows]:
    if not texts:
        return []
    text = ";\n".join(texts)
    bound = [bind_parameter(name, v) for name, v in parameters.items() if f"@{name}" in text]
    try:
        with session.statement(timeout_s):
            return session.query(call(text, bound) if bound else text)
    except SqlCoreError:
        session.abandon()
        raise


def _filled(name: str, ids: Sequence[int], words: Mapping[str, str]) -> str:
    text = _queries()[name]
    for word, meaning in words.items():
        text = text.replace(f"{{{word}}}", meaning)
    return text.replace("{ids}", ", ".join(str(int(number)) for number in ids))


def _queries() -> Mapping[str, str]:
    global _loaded  # noqa: PLW0603 read once, when it is first needed
    if _loaded is None:
        _loaded = {
            name: text
            for file in _FILES
            for name, text in load_queries("sqlcore.adapters.mssql", file).items()
        }
    return _loaded


_loaded: Mapping[str, str] | None = None
