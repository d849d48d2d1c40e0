"""Measure what it costs to know a server: `python -m benchmarks capabilities`.

Cold is the first question on a connection that is open already. It is compared with another first
question to the catalog on a connection of its own, the list of databases, since a server that has
not read its own catalog yet is slow for any. With SQLCORE_TEST_MSSQL_URL, a T-SQL server as well.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from time import perf_counter

import sqlcore
from benchmarks.measuring import Figure, ms, p50, spread, time_calls
from sqlcore.domain.access import Access
from sqlcore.services.database import Database
from sqlcore_mcp.rendering.servers import render_capabilities
from sqlcore_mcp.rendering.tokens import Budget, estimate_tokens

_AIM_S = 0.5
_TOKENS = 8000


def run_capabilities(url: str, *, quick: bool) -> list[Figure]:
    """Measure PostgreSQL, and T-SQL where there is a server."""
    count = 5 if quick else 30
    figures = _capabilities("PostgreSQL", url, count)
    tsql_url = os.environ.get("SQLCORE_TEST_MSSQL_URL")
    return [*figures, *_capabilities("T-SQL", tsql_url, count)] if tsql_url else figures


def _capabilities(engine: str, url: str, count: int) -> list[Figure]:
    cold: list[float] = []
    others: list[float] = []
    for _ in range(count):
        cold.append(_first(url, lambda db: db.capabilities()))
        others.append(_first(url, lambda db: db.catalog.databases()))
    with sqlcore.connect(url) as db:
        server = db.capabilities()
        again = time_calls(lambda: db.capabilities(refresh=True), count)
        kept = time_calls(db.capabilities, 1000)
        answer = render_capabilities(server, db.dialect, Access.READ, Budget(_TOKENS))
    structured = estimate_tokens(json.dumps(answer.structured, separators=(",", ":")))
    return [
        Figure(
            name=f"capabilities of {engine}, cold",
            value=spread(cold),
            compared_with=f"list of databases, cold {ms(p50(others))}",
            ratio=p50(cold) / p50(others),
            aim="under 500 ms",
            met=p50(cold) < _AIM_S,
        ),
        Figure(
            name="the same, refreshed",
            value=spread(again),
            compared_with=f"cold {ms(p50(cold))}",
            ratio=p50(again) / p50(cold),
        ),
        Figure(name="the same, kept", value=f"p50 {p50(kept) * 1e6:.1f} µs"),
        Figure(
            name=f"tokens of the answer, {len(server.features)} features",
            value=f"text {estimate_tokens(answer.text):,}, structured {structured:,}",
            aim=f"{_TOKENS:,}",
            met="truncated" not in answer.structured,
        ),
    ]


def _first(url: str, ask: Callable[[Database], object]) -> float:
    """Time the first question on a connection that has been opened."""
    with sqlcore.connect(url) as db:
        db.connection.capabilities.ping()
        started = perf_counter()
        ask(db)
        return perf_counter() - started
