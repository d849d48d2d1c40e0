"""Running the adapter's own queries; what a server lacks is left out."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from sqlcore.adapters.mssql.batches import call
from sqlcore.adapters.mssql.literals import bind_parameter
from sqlcore.adapters.mssql.pool import SessionPool
from sqlcore.adapters.mssql.session import Session
from sqlcore.adapters.sqlfile import filled, load_queries
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
_FILES = ("queries.sql", "describing.sql", "schema.sql", "objects.sql", "probe.sql")
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
        self._is_babelfish: bool | None = None

    @property
    def is_babelfish(self) -> bool:
        """Whether the server is Babelfish; connects where nothing has been asked yet."""
        if self._is_babelfish is None:
            with self._pool.session() as session:
                self._is_babelfish = session.kind.is_babelfish
        return self._is_babelfish

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
            self._is_babelfish = session.kind.is_babelfish
            ask = functools.partial(
                _batch, session, parameters=parameters or {}, timeout_s=timeout_s
            )
            while texts:
                answered, error = ask(texts)
                results |= answered
                texts = {name: text for name, text in texts.items() if name not in answered}
                while error is not None and texts:
                    # The first that is left has failed, unless the server could not read another
                    # one and so has run none of them: then the first one runs when it is alone.
                    name = next(iter(texts))
                    text = texts.pop(name)
                    alone, refused = ask({name: text})
                    results |= alone
                    if refused is not None:
                        if name in required:
                            raise refused
                        missing[name] = self._refuse(name, refused)
                        break
        return results, missing

    def _refuse(self, name: str, error: SqlCoreError) -> Refusal:
        refusal = Refusal(_support(error), error.message.splitlines()[0])
        with self._lock:
            self._refused[name] = (time.monotonic() + _KEPT_S[refusal.support], refusal)
        return refusal

    def _known_refusals(self, names: Sequence[str]) -> dict[str, Refusal]:
        now = time.monotonic()
        with self._lock:
            known = {name: self._refused[name] for name in names if name in self._refused}
        return {name: refusal for name, (until, refusal) in known.items() if now < until}


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
    session: Session, texts: Mapping[str, str], *, parameters: Mapping[str, Any], timeout_s: float
) -> tuple[dict[str, Rows], SqlCoreError | None]:
    """Run queries in one round trip; return what came back before one of them failed, if one did.

    Raises:
        SqlCoreError: It says nothing of the queries.
    """
    text = ";\n".join(texts.values())
    bound = [bind_parameter(name, v) for name, v in parameters.items() if f"@{name}" in text]
    results: list[Rows] = []
    error: SqlCoreError | None = None
    try:
        with session.statement(timeout_s):
            results.extend(session.results(call(text, bound) if bound else text))
    except _NOT_A_MISSING_VIEW:
        session.abandon()
        raise
    except SqlCoreError as failure:
        session.abandon()
        if session.is_broken:
            raise
        error = failure
    return dict(zip(texts, results, strict=error is None)), error


def _filled(name: str, ids: Sequence[int], words: Mapping[str, str]) -> str:
    numbers = ", ".join(str(int(number)) for number in ids)
    return filled(_queries()[name], {"ids": numbers, **words})


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
