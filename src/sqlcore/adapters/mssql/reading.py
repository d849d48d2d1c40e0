"""Running the adapter's own queries; what a server lacks is left out."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from sqlcore.adapters.mssql.batches import call
from sqlcore.adapters.mssql.literals import bind_parameter
from sqlcore.adapters.mssql.pool import SessionPool
from sqlcore.adapters.mssql.session import Session
from sqlcore.adapters.sqlfile import load_queries
from sqlcore.errors import (
    ConflictError,
    ConnectionFailedError,
    ConnectionLostError,
    SqlCoreError,
    StatementCancelledError,
    StatementTimeoutError,
)

__all__ = ["CatalogQueries", "Rows"]

Rows = list[tuple[Any, ...]]
_TIMEOUT_S = 30.0
_NOT_A_MISSING_VIEW = (
    ConnectionFailedError,
    ConnectionLostError,
    ConflictError,
    StatementTimeoutError,
    StatementCancelledError,
)


class CatalogQueries:
    """Runs the named queries of `queries.sql`, several of them in one round trip.

    SQL Server, Azure SQL, Synapse and Babelfish each lack some catalog views. A query that one of
    them cannot run fails once; it is remembered with the server's words, and then left out.
    """

    def __init__(self, pool: SessionPool) -> None:
        self._pool = pool
        self._lock = threading.Lock()
        self._missing: dict[str, str] = {}
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
    ) -> tuple[dict[str, Rows], dict[str, str]]:
        """Run queries; return the rows of each, and for those that could not run the reason.

        Args:
            names: Names of queries in `queries.sql`, each of one result set.
            parameters: Values for `@name` in them.
            ids: What `{ids}` in them stands for.
            words: What other words in braces stand for; SQL of the adapter's own.
            words_of: The same for single queries.
            required: Those whose failure is the caller's.
            wait_s: Seconds to wait for a session; as the pool says where left out.
            timeout_s: Seconds for each round trip.
        """
        with self._lock:
            missing = {name: self._missing[name] for name in names if name in self._missing}
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

    def _one_by_one(
        self,
        session: Session,
        texts: Mapping[str, str],
        parameters: Mapping[str, Any],
        required: Sequence[str],
        results: dict[str, Rows],
        *,
        timeout_s: float,
    ) -> dict[str, str]:
        """Find out which queries the server lacks; fill in what the others return."""
        failed: dict[str, str] = {}
        for name, text in texts.items():
            try:
                (results[name],) = _batch(session, [text], parameters, timeout_s)
            except _NOT_A_MISSING_VIEW:
                raise
            except SqlCoreError as error:
                if session.is_broken or name in required:
                    raise
                failed[name] = error.message.splitlines()[0]
        with self._lock:
            self._missing |= failed
        return failed


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
        _loaded = load_queries("sqlcore.adapters.mssql")
    return _loaded


_loaded: Mapping[str, str] | None = None
