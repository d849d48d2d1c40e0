"""Resources of the schema, prompts and completions: their requests, each on a thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import anyio.to_thread
from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    Completion,
    CompletionArgument,
    CompletionContext,
    GetPromptResult,
    PromptMessage,
    PromptReference,
    ResourceTemplateReference,
    TextContent,
)

from sqlcore.errors import InvalidArgumentError, NotFoundError, SqlCoreError
from sqlcore_mcp.callers import Caller, caller_of
from sqlcore_mcp.completing import Wanted, complete
from sqlcore_mcp.prompts import listed_prompts, write_prompt
from sqlcore_mcp.schema_resources import MIME_TYPE, read_schema_resource, schema_templates

if TYPE_CHECKING:
    from sqlcore_mcp.lanes import Lanes

__all__ = ["CatalogRequests"]

_T = TypeVar("_T")


class CatalogRequests:
    """Answers requests about the schema that are no calls of tools."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._app = lanes.app

    async def _on_thread(self, work: Callable[[], _T]) -> _T:
        return await anyio.to_thread.run_sync(
            work, abandon_on_cancel=True, limiter=self._lanes.others
        )

    async def read(self, uri: str, context: Any) -> list[ReadResourceContents]:
        """Read a schema, a table or a routine."""
        try:
            text = await self._on_thread(
                partial(read_schema_resource, self._app, uri, _caller(context))
            )
        except NotFoundError as error:
            raise ResourceNotFoundError(str(error)) from error
        except SqlCoreError as error:
            raise ResourceError(str(error)) from error
        return [ReadResourceContents(content=text, mime_type=MIME_TYPE)]

    async def prompt(
        self, name: str, said: Mapping[str, str] | None, context: Any
    ) -> GetPromptResult:
        """Write a prompt."""
        try:
            text = await self._on_thread(
                partial(write_prompt, self._app, name, said or {}, _caller(context))
            )
        except SqlCoreError as error:
            raise _failure(error) from error
        description = next(p.description for p in listed_prompts(self._app) if p.name == name)
        message = PromptMessage(role="user", content=TextContent(type="text", text=text))
        return GetPromptResult(description=description, messages=[message])

    async def complete(
        self,
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion:
        """Complete an argument of a prompt or of a resource template."""
        is_prompt = isinstance(ref, PromptReference)
        self._check(ref, argument.name)
        wanted = Wanted(
            argument=argument.name,
            value=argument.value,
            said=dict((context and context.arguments) or {}),
            qualified=is_prompt,
        )
        try:
            return await self._on_thread(partial(complete, self._app, wanted))
        except SqlCoreError as error:
            raise _failure(error) from error

    def _check(self, ref: PromptReference | ResourceTemplateReference, argument: str) -> None:
        """Go on if there is such a prompt or template, with such an argument."""
        if isinstance(ref, PromptReference):
            arguments = {
                prompt.name: [one.name for one in prompt.arguments or ()]
                for prompt in listed_prompts(self._app)
            }.get(ref.name)
            what = f"prompt: {ref.name}"
        else:
            is_there = any(ref.uri == one.uri_template for one in schema_templates(self._app))
            parts = ref.uri.partition("://")[2].split("/")
            arguments = [part.strip("{}") for part in parts[1:]] if is_there else None
            what = f"resource template: {ref.uri}"
        if arguments is None:
            raise MCPError(INVALID_PARAMS, f"Unknown {what}")
        if argument not in arguments:
            raise MCPError(INVALID_PARAMS, f"Unknown argument {argument} of {what}")


def _caller(context: Any) -> Caller:
    return Caller() if context is None else caller_of(context)


def _failure(error: SqlCoreError) -> MCPError:
    is_of_caller = isinstance(error, NotFoundError | InvalidArgumentError)
    return MCPError(INVALID_PARAMS if is_of_caller else INTERNAL_ERROR, str(error))
