"""Threads for calls, so many at once; who waits for a call may leave it, and it goes on."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread

from sqlcore.domain.cancellation import CancelToken
from sqlcore.services.watching import Watch
from sqlcore_mcp.calling import ToolOutcome, call_tool
from sqlcore_mcp.definitions import ConfirmationNeeded, Question, ServedTool

if TYPE_CHECKING:
    from sqlcore_mcp.app import App
    from sqlcore_mcp.callers import Caller
    from sqlcore_mcp.confirming import Consents

__all__ = ["Lanes", "RunningCall"]

_LEFT_IN_POOL = 2
_MOST_WAITING = 256
"""Calls that wait for the end of a session; they have threads of their own, and do nothing."""
_MOST_FILES = 4
"""Files of results that are written, or held in memory to be sent."""


class Lanes:
    """Threads for calls. Slow statements hold up neither catalog reads nor other sources.

    The statements of a source never take all connections of its pool: some are left for the
    catalog and for checks.

    Attributes:
        files: For who writes and reads files of results.
        others: For who reads the catalog, and runs no statements.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        most = app.settings.max_concurrent_calls
        self._waiting = anyio.CapacityLimiter(_MOST_WAITING)
        self.files = anyio.CapacityLimiter(_MOST_FILES)
        self.others = anyio.CapacityLimiter(most)
        self._statements = {
            name: anyio.CapacityLimiter(max(1, min(most, source.pool_size - _LEFT_IN_POOL)))
            for name, source in app.settings.sources.items()
        }

    def _lane(self, tool: ServedTool, arguments: dict[str, Any]) -> anyio.CapacityLimiter:
        if tool.definition.waits and arguments.get("wait_seconds"):
            return self._waiting
        if tool.definition.makes_files:
            return self.files
        if not tool.definition.runs_statements:
            return self.others
        return self._statement_lane(arguments)

    def _statement_lane(self, arguments: dict[str, Any]) -> anyio.CapacityLimiter:
        name = str(arguments.get("source") or next(iter(self._statements), ""))
        return self._statements.get(name, self.others)

    @functools.cached_property
    def consents(self) -> Consents:
        """The questions that wait for an answer."""
        from sqlcore_mcp.confirming import Consents  # noqa: PLC0415  # only where needed

        return Consents(self.app.settings.confirm_timeout_seconds)

    async def write(self, arguments: dict[str, Any], question: Question) -> str:
        """Write a question on a thread, for it tells what the statement would touch."""
        lane = self._statement_lane(arguments)
        return await anyio.to_thread.run_sync(question.write, abandon_on_cancel=True, limiter=lane)

    def start(
        self,
        tool: ServedTool,
        arguments: dict[str, Any],
        caller: Caller,
        *,
        confirmed: bool = False,
    ) -> RunningCall:
        """Start a call of a tool on a thread, as soon as there is one for it."""
        cancel = CancelToken()
        watch = Watch()

        def call() -> ToolOutcome | Question:
            try:
                return call_tool(
                    self.app,
                    tool,
                    arguments,
                    cancel=cancel,
                    confirmed=confirmed,
                    caller=caller,
                    watch=watch,
                )
            except ConfirmationNeeded as needed:
                return needed.question

        return RunningCall(call, cancel, watch, self._lane(tool, arguments))


class RunningCall:
    """A call on its thread, or on its way there. Made and waited for in the event loop.

    Args:
        call: The call; fails only by a defect.
        cancel: Stops it.
        watch: Sees how far it is.
        lane: Where it waits for its turn.
    """

    def __init__(
        self,
        call: Callable[[], ToolOutcome | Question],
        cancel: CancelToken,
        watch: Watch,
        lane: anyio.CapacityLimiter,
    ) -> None:
        self.cancel = cancel
        self.watch = watch
        self._started_at = time.monotonic()
        self._call = call
        self._lock = threading.Lock()
        self._has_begun = False
        self._is_over = False
        self._outcome: ToolOutcome | Question | None = None
        self._at_end: Callable[[], None] | None = None
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run(lane))

    @property
    def elapsed_s(self) -> float:
        """Seconds since it was started, with those that it waited for its turn."""
        return time.monotonic() - self._started_at

    async def _run(self, lane: anyio.CapacityLimiter) -> ToolOutcome | Question:
        return await anyio.to_thread.run_sync(self._on_thread, abandon_on_cancel=True, limiter=lane)

    def _on_thread(self) -> ToolOutcome | Question:
        self._has_begun = True
        try:
            outcome = self._outcome = self._call()
        finally:
            self._end()
        return outcome

    def _end(self) -> None:
        with self._lock:
            self._is_over = True
            at_end = self._at_end
        if at_end is not None:
            at_end()

    async def wait(self, timeout_s: float | None) -> bool:
        """Wait for its end, at most so long; say whether it is there."""
        done, _ = await asyncio.wait({self._task}, timeout=timeout_s)
        return bool(done)

    def outcome(self) -> ToolOutcome | Question:
        """Return what came of it, once it is over."""
        return self._task.result()

    def abandon(self) -> None:
        """Stop it on the server, and wait for it no longer."""
        # Telling the server may need a connection of its own; the event loop does not wait.
        threading.Thread(target=self.cancel.cancel, name="sqlcore-cancel", daemon=True).start()
        self._task.cancel()

    async def hand_over(self, take: Callable[[RunningCall], Callable[[], None]]) -> bool:
        """Let it go on without anybody who waits, unless it is over; say whether it does.

        Args:
            take: Takes it over; returns what is called at its end, in its thread, or in another
                one where it is cancelled before it had any. Called in a thread. Whatever it raises
                leaves the call as it was.
        """
        if not await anyio.to_thread.run_sync(self._hand_over, take):
            return False
        self._task.add_done_callback(self._ended_alone)
        self.cancel.on_cancel(self._let_go)
        return True

    def _hand_over(self, take: Callable[[RunningCall], Callable[[], None]]) -> bool:
        with self._lock:
            if self._is_over:
                return False
            self._at_end = take(self)
            return True

    def left_outcome(self) -> ToolOutcome | Question | None:
        """Return what came of it, for `at_end`; None where there is nothing."""
        return self._outcome

    def _let_go(self) -> None:
        """Give its place in the lane to others; a driver may take its time to come back."""
        with contextlib.suppress(RuntimeError):  # the event loop is closed
            self._loop.call_soon_threadsafe(self._task.cancel)

    def _ended_alone(self, task: asyncio.Task[ToolOutcome | Question]) -> None:
        if task.cancelled() and not self._has_begun:
            threading.Thread(target=self._end, name="sqlcore-cancel", daemon=True).start()
        elif not task.cancelled():
            task.exception()  # it was logged where it came from, or it is that of the session
