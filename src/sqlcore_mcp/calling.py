"""A call of a tool from its raw arguments to an outcome, whoever asks for it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import attrs

from sqlcore.domain.cancellation import CancelToken
from sqlcore.errors import SqlCoreError
from sqlcore_mcp.app import App
from sqlcore_mcp.arguments import read_arguments
from sqlcore_mcp.definitions import Call, ConfirmationNeeded, ServedTool
from sqlcore_mcp.logs import log
from sqlcore_mcp.rendering.errors import internal_error, render_error

__all__ = ["ToolOutcome", "call_tool"]


@attrs.frozen
class ToolOutcome:
    """What came of a call.

    Attributes:
        text: For a model.
        structured: For a program; of an error `{"error": {"code", "message", "hint", …}}`.
        is_error: Whether it failed.
    """

    text: str
    structured: Mapping[str, Any]
    is_error: bool = False

    @classmethod
    def of_error(cls, error: SqlCoreError) -> ToolOutcome:
        """Make the outcome of a failure."""
        return cls(*render_error(error), is_error=True)


def call_tool(
    app: App,
    tool: ServedTool,
    sent: Mapping[str, Any],
    *,
    cancel: CancelToken | None = None,
    confirmed: bool = False,
) -> ToolOutcome:
    """Call a tool; every failure is an outcome.

    Raises:
        ConfirmationNeeded: A person has to be asked; call again with `confirmed`.
    """
    try:
        arguments = read_arguments(tool.arguments, sent)
        call = Call(
            app=app,
            cancel=cancel or CancelToken(),
            source=arguments.pop("source", None),
            database_name=arguments.pop("database", None),
            max_tokens=arguments.pop("max_tokens", app.settings.max_tokens),
            confirmed=confirmed,
        )
        answer = tool.definition.run(call, **arguments)
    except SqlCoreError as error:
        return ToolOutcome.of_error(error)
    except ConfirmationNeeded:
        raise
    except Exception:  # noqa: BLE001  # the boundary: a caller never sees a traceback
        error_id = secrets.token_hex(4)
        log().exception("tool_failed", tool=tool.name, error_id=error_id)
        return ToolOutcome(*internal_error(error_id), is_error=True)
    return ToolOutcome(answer.text, answer.structured)
