"""What a caller reads who asks for something that the server does not have."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp_types import INVALID_PARAMS

from sqlcore_mcp.app import App
from sqlcore_mcp.server import build_server

pytestmark = pytest.mark.anyio
MODES: list[Any] = ["legacy", "2026-07-28"]


@pytest.mark.parametrize("mode", MODES)
async def test_an_unknown_prompt_is_an_error_of_the_caller_and_is_not_logged(
    make_app: Callable[..., App], mode: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with Client(build_server(make_app()), mode=mode) as client:
            with pytest.raises(MCPError, match="Unknown prompt: nothing") as caught:
                await client.get_prompt("nothing")

    assert INVALID_PARAMS == caught.value.code
    assert caplog.messages == []


@pytest.mark.parametrize("mode", MODES)
async def test_an_unknown_resource_is_an_error_of_the_caller(
    make_app: Callable[..., App], mode: Any
) -> None:
    async with Client(build_server(make_app()), mode=mode) as client:
        with pytest.raises(MCPError, match="Unknown resource: sqlcore://nothing") as caught:
            await client.read_resource("sqlcore://nothing")

    assert INVALID_PARAMS == caught.value.code


@pytest.mark.parametrize("mode", MODES)
async def test_a_plan_that_has_expired_is_told_apart_from_a_resource_that_never_was(
    make_app: Callable[..., App], mode: Any
) -> None:
    async with Client(build_server(make_app()), mode=mode) as client:
        with pytest.raises(MCPError, match="kept for 15 minutes: call the tool again") as caught:
            await client.read_resource("sqlcore://plans/AAAAAAAAAAAAAAAAAAAAAA")

    assert INVALID_PARAMS == caught.value.code
