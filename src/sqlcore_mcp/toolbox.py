"""The tools in your own process, for agent builders: schemas and a call function, no transport.

with Toolbox.open(url="postgresql://reader@localhost/shop", access="read") as toolbox:
    for schema in toolbox.schemas():
        ...  # hand name, description and input_schema to a model
    outcome = toolbox.call("execute_query", {"query": "SELECT 1"})
    print(outcome.text)
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

from sqlcore.config import load_settings
from sqlcore.domain.cancellation import CancelToken
from sqlcore.errors import PolicyError
from sqlcore_mcp.app import App
from sqlcore_mcp.callers import local_caller
from sqlcore_mcp.calling import ToolOutcome, call_tool
from sqlcore_mcp.definitions import ConfirmationNeeded
from sqlcore_mcp.resources import Resource
from sqlcore_mcp.settings import ServerSettings
from sqlcore_mcp.tools import served_tools, unknown_tool

__all__ = ["Toolbox"]

_MOST_THREADS = 256

Confirm = Callable[[str], bool]
"""Is shown a statement that changes something; says whether it may run."""


class Toolbox:
    """The tools of a server, called directly. For use by many threads.

    Close it, or use it as a context manager.
    """

    def __init__(self, app: App, *, confirm: Confirm | None = None) -> None:
        self._app = app
        self._tools = served_tools(app)
        self._confirm = confirm
        self._caller = local_caller("toolbox")
        # The event loop's own threads are few, and who waits for a session takes one.
        self._threads = ThreadPoolExecutor(_MOST_THREADS, thread_name_prefix="sqlcore-toolbox")

    @classmethod
    def open(
        cls,
        url: str | None = None,
        *,
        confirm: Confirm | None = None,
        environ: Mapping[str, str] | None = None,
        **settings: Any,
    ) -> Toolbox:
        """Open the tools of a database.

        Args:
            url: The database; where left out, the one that environment and settings file name.
            confirm: Asked before a statement that changes something, with `confirm_writes="ask"`.
            environ: Where settings are looked for beside the arguments; the process's own.
            settings: Fields of `ServerSettings`: `access="read"`, `toolsets=("all",)` …

        Raises:
            ConfigurationError: A setting cannot be used.
        """
        loaded = load_settings(
            ServerSettings,
            environ=os.environ if environ is None else environ,
            overrides={"url": url, **settings},
        )
        return cls(App(loaded), confirm=confirm)

    def schemas(self) -> list[dict[str, Any]]:
        """Describe the tools: `name`, `description` and `input_schema` (JSON schema) of each."""
        return [
            {
                "name": tool.name,
                "description": tool.definition.description,
                "input_schema": tool.input_schema(),
            }
            for tool in self._tools.values()
        ]

    def call(
        self,
        name: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        cancel: CancelToken | None = None,
    ) -> ToolOutcome:
        """Call a tool and wait for it; every failure is an outcome with `is_error`."""
        tool = self._tools.get(name)
        if tool is None:
            return ToolOutcome.of_error(unknown_tool(name, self._tools))
        sent = arguments or {}
        try:
            return call_tool(self._app, tool, sent, cancel=cancel, caller=self._caller)
        except ConfirmationNeeded as needed:
            question = needed.question
        if self._confirm is None or not self._confirm(question.write()):
            asked = "was refused" if self._confirm else "has nobody to confirm it"
            error = PolicyError(
                f"The statement may change data or schema and {asked}. It was not run.",
                hint='Open the toolbox with confirm=…, or with confirm_writes="never".',
            )
            question.refused(error)
            return ToolOutcome.of_error(error)
        return call_tool(self._app, tool, sent, cancel=cancel, confirmed=True, caller=self._caller)

    def read_resource(self, uri: str) -> Resource:
        """Return what an answer named by URI, as `content` with `mime_type`.

        Raises:
            NotFoundError: There is none, or it has expired.
            LimitExceededError: It is larger than `max_resource_bytes`.
        """
        return self._app.read_resource(uri, "")

    async def acall(self, name: str, arguments: Mapping[str, Any] | None = None) -> ToolOutcome:
        """Call a tool on a thread; cancelling the task stops the statement on the server."""
        cancel = CancelToken()
        context = contextvars.copy_context()
        call = functools.partial(context.run, self.call, name, arguments, cancel=cancel)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except asyncio.CancelledError:
            cancel.cancel()
            raise

    def close(self) -> None:
        """Stop what runs and close every connection."""
        self._app.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
