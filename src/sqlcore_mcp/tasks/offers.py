"""A call that may become a task, and the session that it is then."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Generator, Mapping
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlcore.domain.query import (
    Column,
    Event,
    ExecutionOptions,
    ResultEnd,
    ResultStart,
    RowBatch,
)
from sqlcore.domain.session import Session, SessionKind
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.errors import LimitExceededError
from sqlcore.services.sessions import Work
from sqlcore_mcp.call_results import call_result
from sqlcore_mcp.calling import ToolOutcome
from sqlcore_mcp.definitions import ServedTool
from sqlcore_mcp.lanes import RunningCall
from sqlcore_mcp.logs import log
from sqlcore_mcp.progress import progress_of

if TYPE_CHECKING:
    from sqlcore_mcp.app import App
    from sqlcore_mcp.callers import Caller

__all__ = ["OFFER", "Offer", "current_offer"]

_ANSWER = (Column(name="answer", type=SqlType(name="text", kind=TypeKind.TEXT)),)


class Offer:
    """Says that one request may be answered with a task.

    Attributes:
        session: What the call has become; None as long as it is a call.
    """

    def __init__(self, app: App) -> None:
        self.session: Session | None = None
        self._app = app

    def due_in_s(self, running: RunningCall, *, may_ask: bool) -> float:
        """Return the seconds until a call has taken so long that it is to become a task.

        Args:
            running: The call.
            may_ask: Whether it may stop to have a person asked, before its statement. As long as
                that is open it becomes no task: questions come before.
        """
        if may_ask and not running.watch.has_begun:
            return math.inf
        return max(0.0, self._app.settings.task_after_seconds - running.elapsed_s)

    def is_due(self, running: RunningCall, *, may_ask: bool) -> bool:
        """Say whether it has taken so long."""
        return self.due_in_s(running, may_ask=may_ask) == 0.0

    async def take(
        self,
        running: RunningCall,
        tool: ServedTool,
        arguments: Mapping[str, Any],
        caller: Caller,
    ) -> bool:
        """Make a session of a call that runs, unless it is over or there is no room for one."""
        app = self._app

        def adopt(running: RunningCall) -> Callable[[], None]:
            work = Work(
                kind=SessionKind.CALL,
                statement=_statement(tool, arguments),
                source=_address(app, arguments),
                run=partial(_answer, running),
                watch=running.watch,
                progress=progress_of(app, arguments),
            )
            self.session, at_end = app.sessions.adopt(
                work, owner=caller.principal, cancel=running.cancel, ran_s=running.elapsed_s
            )
            return at_end

        try:
            return await running.hand_over(adopt)
        except LimitExceededError as error:  # then it is a call like any other
            log().info("no_room_for_task", tool=tool.name, reason=error.message)
            return False


def _statement(tool: ServedTool, arguments: Mapping[str, Any]) -> str:
    """Name what runs, for the record: the SQL text, or the tool and what it is about."""
    if "query" in arguments:
        return str(arguments["query"])
    subject = next((arg.name for arg in tool.arguments if arg.required), "")
    return f"{tool.name} {arguments.get(subject, '')}".strip()


def _address(app: App, arguments: Mapping[str, Any]) -> str:
    """Tell where it runs, for the record; a call that waits for its turn may name anything."""
    name = arguments.get("source")
    known = name if name in app.source_names else app.source_names[0]
    return app.sources.connection_settings(known).address


def _answer(running: RunningCall, _: ExecutionOptions) -> Generator[Event, None, None]:
    """Give the answer of a call that is over, as the one row of a result set."""
    outcome = running.left_outcome()
    if not isinstance(outcome, ToolOutcome):
        raise RuntimeError("the call ended without an answer")  # noqa: TRY004  # a defect
    answer = call_result(outcome).model_dump(by_alias=True, mode="json", exclude_none=True)
    yield ResultStart(_ANSWER)
    yield RowBatch([(json.dumps(answer, separators=(",", ":")),)])
    yield ResultEnd(1)


OFFER: ContextVar[Offer | None] = ContextVar("offer", default=None)


def current_offer() -> Offer | None:
    """Return the offer of the request that is served; None where there can be no task."""
    return OFFER.get()
