"""Before a statement changes something, a person is asked, in both generations."""

from __future__ import annotations

from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.client.context import ClientRequestContext
from mcp_types import CallToolResult, ElicitRequestParams, ElicitResult
from tests.unit.mcp.applications import MakeApp, text

import sqlcore
from sqlcore_mcp.server import build_server

pytestmark = pytest.mark.anyio

MODES: list[Any] = ["legacy", "2026-07-28"]
DELETE = "DELETE FROM orders WHERE id = :id"


class Person:
    """Answers every question in the same way, and remembers the questions."""

    def __init__(self, answer: ElicitResult) -> None:
        self._answer = answer
        self.questions: list[str] = []

    async def __call__(
        self, context: ClientRequestContext, params: ElicitRequestParams
    ) -> ElicitResult:
        assert context.session is not None
        self.questions.append(params.message)
        return self._answer


AGREES = ElicitResult(action="accept", content={"run": True})


async def execute(
    app: Any, mode: Any, person: Person | None, query: str = DELETE, **arguments: Any
) -> CallToolResult:
    if query is DELETE:
        arguments["parameters"] = {"id": 1}
    async with Client(build_server(app), mode=mode, elicitation_callback=person) as client:
        return await client.call_tool("execute_query", {"query": query, **arguments})


def count_orders(shop: str) -> int:
    with sqlcore.connect(f"memory://{shop}/main") as database:
        count: int = database.query("SELECT count(*) FROM orders").scalar()
        return count


@pytest.mark.parametrize("mode", MODES)
async def test_a_statement_that_a_person_agreed_to_runs(
    make_app: MakeApp, shop: str, mode: Any
) -> None:
    person = Person(AGREES)
    result = await execute(make_app(access="write"), mode, person)
    assert text(result) == "DELETE: 1 row affected."
    assert count_orders(shop) == 0
    (question,) = person.questions
    assert DELETE in question
    assert "id = 1" in question
    assert shop in question


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "answer",
    [
        ElicitResult(action="decline"),
        ElicitResult(action="cancel"),
        ElicitResult(action="accept", content={"run": False}),
        ElicitResult(action="accept", content={"walk": True}),
        ElicitResult(action="accept"),
    ],
    ids=["declined", "cancelled", "unticked", "wrong answer", "no answer"],
)
async def test_without_consent_nothing_runs(
    make_app: MakeApp, shop: str, mode: Any, answer: ElicitResult
) -> None:
    result = await execute(make_app(access="write"), mode, Person(answer))
    assert result.is_error
    assert text(result).startswith("[refused]")
    assert "was not run" in text(result)
    assert count_orders(shop) == 1


@pytest.mark.parametrize("mode", MODES)
async def test_a_client_that_cannot_ask_is_told_what_would_help(
    make_app: MakeApp, shop: str, mode: Any
) -> None:
    result = await execute(make_app(access="write"), mode, None)
    assert result.is_error
    assert "cannot ask" in text(result)
    assert 'confirm_writes = "never"' in text(result)
    assert count_orders(shop) == 1


@pytest.mark.parametrize("mode", MODES)
async def test_a_statement_that_only_reads_is_not_asked_about(make_app: MakeApp, mode: Any) -> None:
    person = Person(AGREES)
    result = await execute(make_app(access="write"), mode, person, "SELECT 1 AS n")
    assert not result.is_error
    assert person.questions == []


async def test_writes_run_unasked_where_the_settings_say_so(make_app: MakeApp, shop: str) -> None:
    app = make_app(access="write", confirm_writes="never")
    result = await execute(app, "auto", None)
    assert text(result) == "DELETE: 1 row affected."
    assert count_orders(shop) == 0


async def test_writes_are_refused_where_the_settings_say_so(make_app: MakeApp, shop: str) -> None:
    person = Person(AGREES)
    app = make_app(access="write", confirm_writes="refuse")
    result = await execute(app, "auto", person)
    assert result.is_error
    assert "confirm_writes" in text(result)
    assert person.questions == []
    assert count_orders(shop) == 1


async def test_a_person_who_never_answers_is_not_waited_for_forever(
    make_app: MakeApp, shop: str
) -> None:
    released = anyio.Event()

    class Sleeper(Person):
        async def __call__(
            self, context: ClientRequestContext, params: ElicitRequestParams
        ) -> ElicitResult:
            await released.wait()
            return await super().__call__(context, params)

    app = make_app(access="write", confirm_timeout_seconds=0.05)
    result = await execute(app, "legacy", Sleeper(AGREES))
    released.set()
    assert result.is_error
    assert "Nobody answered within 0.05 seconds" in text(result)
    assert count_orders(shop) == 1


async def test_a_long_statement_is_shown_with_its_length(make_app: MakeApp) -> None:
    person = Person(ElicitResult(action="decline"))
    query = f"DELETE FROM orders /* {'x' * 20_000} */"
    await execute(make_app(access="write"), "auto", person, query)
    (question,) = person.questions
    assert len(question) < 9000
    assert f"{len(query):,} characters" in question
