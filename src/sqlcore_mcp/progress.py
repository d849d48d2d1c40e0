"""Telling a client how far its call is, about once a second, if it asked for that."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from mcp.server.mcpserver.context import Context

from sqlcore.domain.access import Access
from sqlcore.domain.session import Progress
from sqlcore.services.sessions.probing import Probe
from sqlcore_mcp.lanes import RunningCall

if TYPE_CHECKING:
    from sqlcore_mcp.app import App

__all__ = ["EVERY_S", "Reports", "progress_of", "progress_words"]

EVERY_S = 1.0
_LEAST_S = 0.9 * EVERY_S
_MOST_TOTAL = 1e9


class Reports:
    """Sends notifications of progress for one request. A client that asked for none gets none.

    The progress is the seconds that the call has taken, which grow with each notification, as the
    specification wants it. The total is an estimate of them, where the server tells a fraction.

    Args:
        context: The request.
        ask: Asks the server how far a server session is; may take a second.
    """

    def __init__(
        self,
        context: Context[Any, Any],
        ask: Callable[[str], Progress | None] | None = None,
    ) -> None:
        meta = context.request_context.meta
        is_wanted = meta is not None and meta.get("progress_token") is not None
        self._context = context
        self._probe = Probe(ask, time.monotonic) if is_wanted and ask is not None else None
        self._told_s = 0.0

    async def tell(self, running: RunningCall) -> None:
        """Send where the call is now, if that is wanted and was not sent just now."""
        if running.elapsed_s - self._told_s < _LEAST_S:
            return
        progress = await self._asked(running.watch.server_session)
        elapsed_s = self._told_s = round(running.elapsed_s, 3)
        words = progress_words(elapsed_s, running.watch.rows, progress)
        await self._context.report_progress(elapsed_s, _total_s(elapsed_s, progress), words)

    async def _asked(self, server_session: str | None) -> Progress | None:
        if self._probe is None or server_session is None:
            return None
        return await anyio.to_thread.run_sync(self._probe.latest, server_session)


def progress_of(app: App, arguments: Mapping[str, Any]) -> Callable[[str], Progress | None] | None:
    """Give what asks the server how far a call is; None where there is nothing to ask.

    The servers tell a fraction of commands that change something, and of no others.
    """
    if app.settings.access < Access.WRITE:
        return None

    def ask(server_session: str) -> Progress | None:
        database = app.database(arguments.get("source"), arguments.get("database"))
        return database.connection.activity.progress(server_session)

    return ask


def progress_words(elapsed_s: float, rows: int, progress: Progress | None = None) -> str:
    """Say how far something is: `12 s, 3,400 rows so far, 45 %`."""
    words = [f"{elapsed_s:,.0f} s"]
    if rows:
        words.append(f"{rows:,} row{'' if rows == 1 else 's'} so far")
    if progress is not None and progress.fraction is not None:
        words.append(f"{progress.fraction:.0%}")
    return ", ".join(words)


def _total_s(elapsed_s: float, progress: Progress | None) -> float | None:
    fraction = None if progress is None else progress.fraction
    if not fraction:
        return None
    return round(min(_MOST_TOTAL, elapsed_s / min(1.0, fraction)), 3)
