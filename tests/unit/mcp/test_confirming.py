"""Before a statement changes something, a person is asked, in both generations."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.client.context import ClientRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import (
    CallToolRequest,
    CallToolRequestParams,
    CallToolResult,
    ElicitRequestParams,
    ElicitResult,
    InputRequiredResult,
    InputResponses,
)
from pydantic import TypeAdapter
from tests.unit.mcp.applications import MakeApp, text

import sqlcore
from sqlcore_mcp.app import App
from sqlcore_mcp.confirming import Consents, binding_of
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


async def test_a_statement_is_shown_whole_or_does_not_run(make_app: MakeApp, shop: str) -> None:
    person = Person(AGREES)
    short = f"SELECT 1 /* {'x' * 19_000} */; DELETE FROM orders"
    long = f"SELECT 1 /* {'x' * 20_000} */; DELETE FROM customers"
    ran = await execute(make_app(access="write"), "auto", person, short)
    refused = await execute(make_app(access="write"), "auto", person, long)
    (question,) = person.questions
    assert short in question
    assert not ran.is_error
    assert refused.is_error
    assert "20,000 that they are shown. It was not run." in text(refused)
    with sqlcore.connect(f"memory://{shop}/main") as database:
        assert database.query("SELECT count(*) FROM customers").scalar() == 250


async def test_nothing_in_a_question_is_invisible(make_app: MakeApp) -> None:
    person = Person(ElicitResult(action="decline"))
    query = "DELETE FROM orders --\u202e\u200b\x1b[8m\U000e0041\r\n WHERE id = :a"
    await execute(make_app(access="write"), "auto", person, query, parameters={"a": "\u2066"})
    (question,) = person.questions
    assert all(sign.isprintable() or sign == "\n" for sign in question)
    assert "--\\u202e\\u200b\\x1b[8m\\U000e0041\n WHERE id" in question
    assert "\\u2066" in question


async def test_no_words_of_a_statement_come_before_those_of_the_server(make_app: MakeApp) -> None:
    person = Person(ElicitResult(action="decline"))
    forged = "As the data is now, it would touch 0 rows."
    query = f"DELETE FROM customers /*\n\n{forged} */ WHERE id > :{'x' * 3}"
    await execute(make_app(access="write"), "auto", person, query, parameters={"xxx": 230})
    (question,) = person.questions
    assert question.index("it would touch 20 rows.") < question.index(forged)


@pytest.mark.parametrize("query", ["", "-- nothing", "DELETE FROM orders WHERE name = 'a"])
async def test_nobody_is_asked_about_what_cannot_run(make_app: MakeApp, query: str) -> None:
    person = Person(AGREES)
    result = await execute(make_app(access="write"), "auto", person, query)
    assert result.is_error
    assert person.questions == []


@pytest.fixture
def audited(make_app: MakeApp, tmp_path: Path) -> Callable[..., App]:
    return partial(make_app, access="write", audit_log=str(tmp_path / "audit.jsonl"))


def noted(app: App) -> list[tuple[str, str]]:
    path = Path(app.settings.audit_log or "")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [(line["action"], line["outcome"]) for line in lines if line["event"] == "statement"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("person", "confirm_writes", "outcomes"),
    [
        (Person(AGREES), "ask", ["asked", "completed"]),
        (Person(ElicitResult(action="decline")), "ask", ["asked", "refused"]),
        (None, "ask", ["refused"]),
        (Person(AGREES), "refuse", ["refused"]),
        (Person(AGREES), "never", ["completed"]),
    ],
    ids=["agreed", "declined", "cannot be asked", "refuse", "never"],
)
async def test_the_audit_notes_who_was_asked_and_what_came_of_it(
    audited: Callable[..., App],
    mode: Any,
    person: Person | None,
    confirm_writes: str,
    outcomes: list[str],
) -> None:
    app = audited(confirm_writes=confirm_writes)
    await execute(app, mode, person)
    found = noted(app)
    assert [outcome for action, outcome in found if action == "query"] == outcomes


async def test_a_call_that_is_cancelled_while_a_person_is_asked_is_noted(
    audited: Callable[..., App], shop: str
) -> None:
    app = audited()
    async with anyio.create_task_group() as group:

        class Leaver(Person):
            async def __call__(
                self, context: ClientRequestContext, params: ElicitRequestParams
            ) -> ElicitResult:
                group.cancel_scope.cancel()
                await anyio.sleep_forever()
                return await super().__call__(context, params)

        await execute(app, "legacy", Leaver(AGREES))
    assert ("query", "cancelled") in noted(app)
    assert count_orders(shop) == 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("query", "touched"),
    [
        ("DELETE FROM customers WHERE id > 230", "it would touch 20 rows."),
        (
            "UPDATE customers SET note = upper(name)",
            "every row is meant. As the data is now, it would touch 250 rows.",
        ),
        (
            "INSERT INTO customers (id, name) SELECT id + 1000, name FROM customers WHERE id < 4",
            "it would touch 3 rows.",
        ),
        ("INSERT INTO customers (id, name) VALUES (900, 'a'), (901, 'b')", "touch 2 rows."),
        ("DROP TABLE orders", "is not known: statements of this kind are not tried out."),
        ("DELETE FROM orders; DELETE FROM customers", "is not known: there are several"),
        ("DELETE FROM orders WHERE sleep(0) = 0", "is not known: trying it out could do more"),
    ],
)
async def test_the_person_sees_what_would_be_touched(
    make_app: MakeApp, shop: str, mode: Any, query: str, touched: str
) -> None:
    person = Person(ElicitResult(action="decline"))
    await execute(make_app(access="write"), mode, person, query)
    (question,) = person.questions
    assert touched in question
    assert count_orders(shop) == 1
    with sqlcore.connect(f"memory://{shop}/main") as database:
        seen = database.query("SELECT count(*), count(note) FROM customers").rows[0]
    assert seen == (250, 125)


class Round:
    """A client of 2026-07-28 that answers by hand, call by call."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def call(
        self, query: str, state: str | None = None, **arguments: Any
    ) -> CallToolResult | InputRequiredResult:
        responses: InputResponses | None = None if state is None else {"consent": AGREES}
        parameters = CallToolRequestParams(
            name="execute_query",
            arguments={"query": query, **arguments},
            input_responses=responses,
            request_state=state,
        )
        request = CallToolRequest(params=parameters)
        return await self._client.session.send_request(
            request, TypeAdapter(CallToolResult | InputRequiredResult)
        )


@pytest.fixture
async def by_hand(make_app: MakeApp) -> AsyncIterator[Round]:
    server = build_server(make_app(access="write"))
    person = Person(AGREES)
    async with Client(server, mode="2026-07-28", elicitation_callback=person) as client:
        yield Round(client)


INSERT = "INSERT INTO orders (customer_id) VALUES (1)"


async def test_one_consent_is_for_one_run(by_hand: Round, shop: str) -> None:
    asked = await by_hand.call(INSERT)
    assert isinstance(asked, InputRequiredResult)
    done = await by_hand.call(INSERT, asked.request_state)
    assert isinstance(done, CallToolResult)
    assert count_orders(shop) == 2
    again = await by_hand.call(INSERT, asked.request_state)
    assert isinstance(again, InputRequiredResult)
    assert count_orders(shop) == 2


async def test_a_consent_is_not_for_another_statement(by_hand: Round, shop: str) -> None:
    asked = await by_hand.call(INSERT)
    assert isinstance(asked, InputRequiredResult)
    with pytest.raises(MCPError):
        await by_hand.call("DELETE FROM orders", asked.request_state)
    with pytest.raises(MCPError):
        await by_hand.call(INSERT, asked.request_state, parameters={"a": 1})
    assert count_orders(shop) == 1


async def test_an_answer_without_a_question_is_no_consent(by_hand: Round, shop: str) -> None:
    with pytest.raises(MCPError):
        await by_hand.call(INSERT, "made up")
    assert count_orders(shop) == 1


async def test_a_consent_holds_although_the_count_has_changed(by_hand: Round, shop: str) -> None:
    asked = await by_hand.call("DELETE FROM orders")
    assert isinstance(asked, InputRequiredResult)
    with sqlcore.connect(f"memory://{shop}/main", access="write") as database:
        database.query(INSERT)
    done = await by_hand.call("DELETE FROM orders", asked.request_state)
    assert isinstance(done, CallToolResult)
    assert count_orders(shop) == 0


def test_a_consent_is_for_the_caller_who_was_asked() -> None:
    calls = [binding_of("execute_query", {"query": INSERT}, who) for who in ("ann", "bob", "ann")]
    assert calls[0] == calls[2]
    assert calls[0] != calls[1]


def test_a_question_is_forgotten_after_a_while() -> None:
    consents = Consents(keep_s=0.0)
    assert not consents.redeem(consents.remember("call"), "call")


def test_a_question_is_only_for_what_it_asked_about() -> None:
    consents = Consents(keep_s=60.0)
    reference = consents.remember("call")
    assert not consents.redeem(reference, "another call")
    assert not consents.redeem(reference, "call")  # one answer, of whatever kind
    assert not consents.redeem(None, "")


def test_the_memory_of_questions_is_bounded() -> None:
    consents = Consents(keep_s=60.0)
    references = [consents.remember("call") for _ in range(2000)]
    redeemed = [consents.redeem(reference, "call") for reference in references]
    assert redeemed == [False] * 1000 + [True] * 1000
