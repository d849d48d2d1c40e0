"""What a user can get wrong: the error says what, where and what to do, and nothing breaks."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

import sqlcore
from sqlcore_mcp import Toolbox
from sqlcore_mcp.cli import main

SECRET = "hunter2-very-secret"


@pytest.fixture(scope="module")
def tools(sample_url: str) -> Iterator[Toolbox]:
    with Toolbox.open(url=sample_url, access="read", toolsets=("core", "diagnostics")) as toolbox:
        yield toolbox


BAD_CALLS = [
    ("describe_table", {"table_name": "shop.custmers"}, "not_found", "shop.customers"),
    ("describe_table", {"table_name": "nowhere.orders"}, "not_found", "orders"),
    ("describe_table", {"table_name": ""}, "invalid_argument", "name"),
    ("describe_table", {"table_name": '"open'}, "invalid_argument", "quote"),
    ("list_tables", {"cursor": "bm90IGEgY3Vyc29y"}, "invalid_argument", "cursor"),
    ("list_tables", {"max_tokens": -1}, "invalid_argument", "max_tokens"),
    ("list_tables", {"kind": "tabel"}, "invalid_argument", "table"),
    ("list_tables", {"shema": "shop"}, "invalid_argument", "schema"),
    ("search_tables", {"search_term": "…"}, "invalid_argument", "word"),
    ("read_table", {"table_name": "shop.orders", "limit": -1}, "invalid_argument", "limit"),
    ("read_table", {"table_name": "shop.orders", "cursor": "x"}, "invalid_argument", "cursor"),
    ("read_table", {"table_name": "shop.orders", "columns": ["statis"]}, "not_found", "status"),
    (
        "read_table",
        {"table_name": "shop.orders", "where": [{"column": "status", "op": "is like"}]},
        "invalid_argument",
        "like",
    ),
    (
        "read_table",
        {"table_name": "shop.orders", "order_by": ["total; DROP TABLE shop.orders"]},
        "not_found",
        "total",
    ),
    ("execute_query", {"query": ""}, "invalid_argument", "empty"),
    ("execute_query", {"query": "SELECT " + "1, " * 350_000 + "1"}, "invalid_argument", "262,144"),
    ("execute_query", {"query": "SELECT 1", "max_rows": -1}, "invalid_argument", "max_rows"),
    ("execute_query", {"query": "SELECT 1", "timeout_seconds": 0}, "invalid_argument", "timeout"),
    ("execute_query", {"query": "SELECT :a"}, "invalid_argument", "a"),
    (
        "execute_query",
        {"query": "SELECT :a", "parameters": {"a": 1, "b": 2}},
        "invalid_argument",
        "b",
    ),
    ("execute_query", {"query": "SELEC 1"}, "refused", "SELEC"),
    ("execute_query", {"query": "SELECT 1; SELECT 2"}, "refused", "several"),
    ("execute_query", {"query": "DELETE FROM shop.orders"}, "refused", "--access write"),
    ("execute_query", {"query": "SELECT * FROM shop.orderz"}, "not_found", "orderz"),
    ("execute_query", {"query": "SELECT\n totel FROM shop.orders"}, "not_found", "line 2"),
    ("execute_query", {"query": "SELECT 1 / (random() * 0)::int"}, "execution_failed", "zero"),
    ("exequte_query", {"query": "SELECT 1"}, "not_found", "execute_query"),
]


@pytest.mark.parametrize(("tool", "arguments", "code", "told"), BAD_CALLS)
def test_a_bad_call_says_what_is_wrong_and_leaves_the_server_usable(
    tools: Toolbox, tool: str, arguments: dict[str, Any], code: str, told: str
) -> None:
    outcome = tools.call(tool, arguments)

    assert outcome.is_error
    assert outcome.text.startswith(f"[{code}] "), outcome.text[:300]
    assert told in outcome.text
    assert "Traceback" not in outcome.text
    assert len(outcome.text) < 1000
    assert not tools.call("execute_query", {"query": "SELECT 1"}).is_error


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


BAD_URLS = [
    ("postgresql://u:{secret}@127.0.0.1:{port}/shop", "connection_failed"),
    ("postgresql://u:{secret}@no-such-host.invalid/shop", "connection_failed"),
    ("mssql://u:{secret}@127.0.0.1:{port}/shop", "connection_failed"),
    ("postgresql://u:{secret}@127.0.0.1:99999/shop", "configuration"),
    ("postgresql://u:{secret}@127.0.0.1:{port}/shop?sslmod=require", "configuration"),
    ("mssql://u:{secret}@127.0.0.1:{port}/shop?encript=true", "configuration"),
    ("postgrsql://u:{secret}@127.0.0.1/shop", "configuration"),
    ("u:{secret}@127.0.0.1/shop", "configuration"),
    ("Server=127.0.0.1,x;User Id=u;Password={secret}", "configuration"),
]


@pytest.mark.parametrize(("template", "code"), BAD_URLS)
def test_a_bad_url_is_an_error_without_the_password(template: str, code: str) -> None:
    url = template.format(secret=SECRET, port=_free_port())

    with pytest.raises(sqlcore.SqlCoreError) as caught, sqlcore.connect(url) as db:
        db.query("SELECT 1")

    assert caught.value.code == code
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(caught.value)


def test_a_database_that_is_not_there_is_named(sample_url: str) -> None:
    parts = urlsplit(sample_url)
    url = parts._replace(path="/no_such_database").geturl()

    with pytest.raises(sqlcore.SqlCoreError) as caught, sqlcore.connect(url) as db:
        db.query("SELECT 1")

    assert caught.value.code == "not_found"
    assert "no_such_database" in str(caught.value)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["doctor", "--url", "memory://", "--profile", "prod"], "prod"),
        (["doctor", "--config", "no-such-file.toml"], "no-such-file.toml"),
        (["doctor", "--url", "memory://", "--access", "reed"], "metadata"),
        (["call", "--url", "memory://", "list_tabels"], "list_tables"),
    ],
)
def test_a_bad_command_line_ends_with_an_error_and_a_word_of_help(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(words)
    except SystemExit as stop:
        code = int(stop.code or 0)

    captured = capsys.readouterr()
    assert code != 0
    assert told in captured.err + captured.out
    assert "Traceback" not in captured.err
