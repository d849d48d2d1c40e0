"""The tools that the scenarios of Tasks call, in the server under test in place of its own.

    python -m tests.integration.conformance.task_fixtures --transport http --port 8000

Everything but the tools is the real server: how calls run, what becomes of them, what is answered.
"""

from __future__ import annotations

import sys
from typing import TypedDict
from unittest import mock

from sqlcore.errors import InvalidArgumentError
from sqlcore_mcp.app import App
from sqlcore_mcp.arguments import Argument, Kind
from sqlcore_mcp.cli import main
from sqlcore_mcp.definitions import Answer, Call, ServedTool, ToolDefinition, serve

__all__ = ["FIXTURES"]

_A_WHILE_S = 1.0


class _Output(TypedDict, total=False):
    """Nothing beside the text."""


def _greet(call: Call, *, name: str) -> Answer:
    del call
    return Answer((f"Hello, {name}!",), {})


def _slow_compute(call: Call, *, seconds: float, label: str = "") -> Answer:
    call.cancel.wait(seconds)
    call.cancel.raise_if_cancelled()
    return Answer((f"Computed {label} for {seconds:g} seconds.",), {})


def _failing_job(call: Call) -> Answer:
    call.cancel.wait(_A_WHILE_S)
    raise InvalidArgumentError("The job failed, as it always does.")


def _protocol_error_job(call: Call) -> Answer:
    call.cancel.wait(_A_WHILE_S)
    return Answer(("No answer can be written.",), {"not_json": object()})


def _tool(name: str, run: object, *arguments: Argument, is_slow: bool = True) -> ToolDefinition:
    assert callable(run)
    return ToolDefinition(
        name=name,
        title=name,
        description=f"The fixture {name}.",
        toolset="core",
        run=run,
        output=_Output,
        arguments=arguments,
        runs_statements=is_slow,
        pages=False,
    )


FIXTURES = (
    _tool("greet", _greet, Argument(name="name", required=True), is_slow=False),
    _tool(
        "slow_compute",
        _slow_compute,
        Argument(name="seconds", kind=Kind.NUMBER, required=True),
        Argument(name="label"),
    ),
    _tool("failing_job", _failing_job),
    _tool("protocol_error_job", _protocol_error_job),
)


def _served(app: App) -> dict[str, ServedTool]:
    served = (serve(fixture, app) for fixture in FIXTURES)
    return {tool.name: tool for tool in served if tool is not None}


if __name__ == "__main__":
    with mock.patch("sqlcore_mcp.server.served_tools", _served):
        sys.exit(main())
