"""Documents reach the endpoint, whatever goes wrong on the way, and the token nobody else."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from tests.unit.mcp.endpoints import cut, never, serving_endpoint, status

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.connection import Secret
from sqlcore.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectionFailedError,
    ExecutionError,
    LimitExceededError,
    SqlCoreError,
    StatementCancelledError,
    StatementTimeoutError,
)
from sqlcore_mcp.knowledge import KnowledgeDocument, KnowledgeEndpoint
from sqlcore_mcp.knowledge_settings import knowledge_endpoint
from sqlcore_mcp.settings import ServerSettings

TOKEN = "t0ken-s3cret"
DOCUMENT = KnowledgeDocument(
    type="data_dictionary",
    title="Shop \u2013 \u00fc",
    content="# Shop\n",
    tags=("sqlcore", "shop"),
    metadata={"tables": 3},
)


def endpoint(url: str, timeout_s: float = 20.0, token: str | None = TOKEN) -> KnowledgeEndpoint:
    secret = None if token is None else Secret(token)
    return KnowledgeEndpoint(url, secret, timeout_s, pause=lambda _: 0.0)


def test_a_document_is_posted_with_its_token() -> None:
    with serving_endpoint() as server:
        assert endpoint(server.url).post(DOCUMENT) == 201
    (posted,) = server.posted
    assert posted.path == "/documents?key=in-the-address"
    assert posted.body == {
        "type": "data_dictionary",
        "title": "Shop \u2013 \u00fc",
        "content": "# Shop\n",
        "tags": ["sqlcore", "shop"],
        "metadata": {"tables": 3},
    }
    assert posted.headers["Authorization"] == f"Bearer {TOKEN}"
    assert posted.headers["Content-Type"] == "application/json"


def test_without_a_token_none_is_sent() -> None:
    with serving_endpoint() as server:
        endpoint(server.url, token=None).post(DOCUMENT)
    assert "Authorization" not in server.posted[0].headers


@pytest.mark.parametrize("fault", [status(500), status(503), status(429), cut])
def test_a_fault_that_passes_is_tried_again_as_the_same_document(fault: Any) -> None:
    with serving_endpoint(fault, fault, status(200)) as server:
        assert endpoint(server.url).post(DOCUMENT) == 200
    assert len(server.posted) == 3
    assert len({posted.headers["Idempotency-Key"] for posted in server.posted}) == 1


@pytest.mark.parametrize(
    ("fault", "kind", "attempts"),
    [
        (status(500), ExecutionError, 4),
        (status(429), ExecutionError, 4),
        (cut, ConnectionFailedError, 4),
        (status(400), ExecutionError, 1),
        (status(404), ExecutionError, 1),
        (status(401), AuthenticationError, 1),
        (status(403), AuthenticationError, 1),
        (status(413), LimitExceededError, 1),
        (status(302, Location="/elsewhere"), ExecutionError, 1),
        (status(307, Location="/elsewhere"), ExecutionError, 1),
    ],
)
def test_a_fault_that_stays_is_an_error_without_a_secret(
    fault: Any, kind: type[SqlCoreError], attempts: int
) -> None:
    with serving_endpoint(fault) as server, pytest.raises(kind) as caught:
        endpoint(server.url).post(DOCUMENT)
    assert attempts == len(server.posted)
    assert {posted.path for posted in server.posted} == {"/documents?key=in-the-address"}
    for secret in (TOKEN, "in-the-address"):
        assert secret not in str(caught.value)
        assert secret not in repr(caught.value.__cause__)


def test_an_endpoint_that_drips_ends_in_time() -> None:
    with serving_endpoint(never) as server, pytest.raises(StatementTimeoutError) as caught:
        endpoint(server.url, timeout_s=0.3).post(DOCUMENT)
    assert "0.3 seconds" in str(caught.value)


def test_an_endpoint_that_is_not_there_is_an_error() -> None:
    with serving_endpoint() as server:
        url = server.url
    with pytest.raises(ConnectionFailedError, match="ConnectError"):
        endpoint(url).post(DOCUMENT)


def test_retry_after_is_waited_for_within_the_time_that_there_is() -> None:
    late = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    for said in ("3600", late):
        with (
            serving_endpoint(status(429, Retry_After=said)) as server,
            pytest.raises(StatementTimeoutError),
        ):
            endpoint(server.url, timeout_s=0.3).post(DOCUMENT)
        assert len(server.posted) == 1


@pytest.mark.parametrize("said", ["0", "soon", "Wed, 21 Oct 2015 07:28:00 GMT", "\u0663"])
def test_a_retry_after_that_says_nothing_is_not_waited_for(said: str) -> None:
    header = said.encode("utf-8").decode("latin-1")
    with serving_endpoint(status(503, Retry_After=header), status(200)) as server:
        assert endpoint(server.url).post(DOCUMENT) == 200


def test_it_can_be_cancelled() -> None:
    cancel = CancelToken()
    with serving_endpoint(never) as server:

        def stop() -> None:
            server.arrived.wait(10)
            cancel.cancel()

        stopper = threading.Thread(target=stop)
        stopper.start()
        with pytest.raises(StatementCancelledError):
            endpoint(server.url).post(DOCUMENT, cancel)
        stopper.join()


def test_it_can_be_called_from_a_running_event_loop() -> None:
    async def call(url: str) -> int:
        return endpoint(url).post(DOCUMENT)

    with serving_endpoint() as server:
        assert asyncio.run(call(server.url)) == 201


# Settings


def from_settings(environ: dict[str, str] | None = None, **said: Any) -> KnowledgeEndpoint | None:
    return knowledge_endpoint(ServerSettings(**said), environ or {})


def test_without_an_address_there_is_no_endpoint() -> None:
    assert from_settings() is None


@pytest.mark.parametrize("where", ["itself", "environment", "file"])
def test_the_token_comes_from_where_passwords_come_from(where: str, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\nmore\n")
    said = {
        "itself": {"knowledge_token": TOKEN},
        "environment": {"knowledge_token_env": "MY_TOKEN"},
        "file": {"knowledge_token_file": str(path)},
    }[where]
    with serving_endpoint() as server:
        made = from_settings({"MY_TOKEN": TOKEN}, knowledge_url=server.url, **said)
        assert made is not None
        made.post(DOCUMENT)
    assert server.posted[0].headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    "url",
    [
        "https://knowledge.example/api",
        "http://127.0.0.1:9/",
        "http://[::1]/",
        "http://localhost:8080/x",
    ],
)
def test_addresses_that_keep_a_token_secret_are_taken(url: str) -> None:
    assert from_settings(knowledge_url=url) is not None


@pytest.mark.parametrize(
    "said",
    [
        {"knowledge_url": "http://knowledge.example/"},
        {"knowledge_url": "http://127.0.0.1.evil.example/"},
        {"knowledge_url": "http://10.0.0.1/"},
        {"knowledge_url": "ftp://knowledge.example/"},
        {"knowledge_url": "knowledge.example"},
        {"knowledge_url": "https://"},
        {"knowledge_url": "https://h:99999999/"},
        {"knowledge_url": f"https://ann:{TOKEN}@knowledge.example/"},
        {"knowledge_url": "https://h/", "knowledge_token": f"{TOKEN}\r\nX: y"},
        {"knowledge_url": "https://h/", "knowledge_token": f"{TOKEN} {TOKEN}"},
        {"knowledge_url": "https://h/", "knowledge_token_env": "NOT_SET"},
        {"knowledge_url": "https://h/", "knowledge_token_file": "/does/not/exist"},
    ],
)
def test_what_would_give_a_token_away_is_refused_without_showing_it(said: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        from_settings(**said)
    assert TOKEN not in str(caught.value)


def test_plain_http_to_another_machine_has_to_be_allowed() -> None:
    url = "http://knowledge.example/"
    assert from_settings(knowledge_url=url, knowledge_allow_http=True) is not None


def test_settings_do_not_show_address_and_token() -> None:
    settings = ServerSettings(knowledge_url="https://h/?key=k3y", knowledge_token=TOKEN)
    assert "k3y" not in repr(settings)
    assert TOKEN not in repr(settings)
