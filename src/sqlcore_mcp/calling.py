"""A call of a tool from its raw arguments to an outcome, whoever asks for it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import attrs

from sqlcore.domain.cancellation import CancelToken
from sqlcore.errors import SqlCoreError
from sqlcore.services.watching import Watch
from sqlcore_mcp.app import App
from sqlcore_mcp.arguments import read_arguments
from sqlcore_mcp.callers import Caller
from sqlcore_mcp.definitions import (
    Answer,
    Call,
    ConfirmationNeeded,
    Link,
    PartialAnswer,
    ServedTool,
)
from sqlcore_mcp.logs import log
from sqlcore_mcp.rendering.boundary import Part, joined, marked
from sqlcore_mcp.rendering.errors import internal_error, render_error

__all__ = ["ToolOutcome", "call_tool"]

_NOBODY = Caller()


@attrs.frozen
class ToolOutcome:
    """What came of a call.

    Attributes:
        text: For a model; what comes from the database stands between marks.
        structured: For a program; of an error `{"error": {"code", "message", "hint", …}}`.
        is_error: Whether it failed.
        links: Resources that it names.
    """

    text: str
    structured: Mapping[str, Any]
    is_error: bool = False
    links: tuple[Link, ...] = ()

    @classmethod
    def of_error(
        cls,
        error: SqlCoreError,
        write: Callable[[Sequence[Part]], str] = joined,
        before: Answer | None = None,
    ) -> Self:
        """Make the outcome of a failure.

        Args:
            error: What failed.
            write: Makes one text of the server's own words and those of the database.
            before: What had come back before.
        """
        parts, structured = render_error(error)
        if before is None:
            return cls(write(parts), structured, is_error=True)
        text = write([*parts, "\n\nWhat had come back before:\n", *before.parts])
        return cls(text, {**before.structured, **structured}, is_error=True, links=before.links)


def call_tool(
    app: App,
    tool: ServedTool,
    sent: Mapping[str, Any],
    *,
    cancel: CancelToken | None = None,
    confirmed: bool = False,
    for_person: bool = False,
    caller: Caller = _NOBODY,
    watch: Watch | None = None,
) -> ToolOutcome:
    """Call a tool; every failure is an outcome.

    Args:
        app: Where it is called.
        tool: What is called.
        sent: The raw arguments.
        cancel: Lets another thread stop it.
        confirmed: Whether a person has agreed to what it is about to change.
        for_person: Whether a person reads the text; then nothing is marked off in it.
        caller: Who calls.
        watch: Sees what statements bring back.

    Raises:
        ConfirmationNeeded: A person has to be asked; call again with `confirmed`.
    """
    write = marked if app.settings.data_boundary and not for_person else joined
    try:
        arguments = read_arguments(tool.arguments, sent)
        call = Call(
            app=app,
            cancel=cancel or CancelToken(),
            source=arguments.pop("source", None),
            database_name=arguments.pop("database", None),
            max_tokens=arguments.pop("max_tokens", app.settings.max_tokens),
            confirmed=confirmed,
            caller=caller,
            watch=watch,
        )
        answer = tool.definition.run(call, **arguments)
    except SqlCoreError as error:
        return ToolOutcome.of_error(error, write)
    except PartialAnswer as partial:
        return ToolOutcome.of_error(partial.error, write, partial.answer)
    except ConfirmationNeeded:
        raise
    except Exception:  # noqa: BLE001  # the boundary: a caller never sees a traceback
        error_id = secrets.token_hex(4)
        log().exception("tool_failed", tool=tool.name, error_id=error_id)
        return ToolOutcome(*internal_error(error_id), is_error=True)
    return ToolOutcome(write(answer.parts), answer.structured, links=answer.links)
