from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sqlcore.config import load_settings
from sqlcore.domain.access import Access
from sqlcore.errors import ConfigurationError
from sqlcore_mcp.settings import ConfirmWrites, HttpAnswers, ServerSettings, Transport


def load(environ: dict[str, str] | None = None, **overrides: Any) -> ServerSettings:
    return load_settings(ServerSettings, environ=environ or {}, overrides=overrides)


@pytest.fixture(autouse=True)
def no_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_config_path", lambda _: Path(tmp_path))


def test_the_defaults_are_the_safe_ones() -> None:
    settings = load()
    assert settings.access is Access.METADATA
    assert settings.confirm_writes is ConfirmWrites.ASK
    assert settings.listed_toolsets == {"core"}
    assert settings.enabled == frozenset()
    assert settings.host == "127.0.0.1"
    assert settings.http_answers is HttpAnswers.JSON


def test_the_environment_says_the_same_as_the_command_line() -> None:
    settings = load(
        {
            "SQLCORE_ACCESS": "read",
            "SQLCORE_TOOLSETS": "core, diagnostics",
            "SQLCORE_ENABLE_START_QUERY": "true",
            "SQLCORE_CONFIRM_WRITES": "never",
            "SQLCORE_TRANSPORT": "http",
            "SQLCORE_PORT": "9000",
        }
    )
    assert settings.access is Access.READ
    assert settings.listed_toolsets == {"core", "sessions", "diagnostics"}
    assert settings.enabled == {"start_query"}
    assert settings.confirm_writes is ConfirmWrites.NEVER
    assert settings.transport is Transport.HTTP
    assert settings.port == 9000


def test_all_switches_can_be_turned_on_at_once() -> None:
    assert load(enable="all").enabled == {
        "start_query",
        "execute_stored_procedure",
        "start_stored_procedure",
    }


def test_switches_add_up() -> None:
    enabled = load(
        access="read", enable=["start_query"], enable_execute_stored_procedure=True
    ).enabled
    assert enabled == {"start_query", "execute_stored_procedure"}


def test_running_queries_needs_the_level_read() -> None:
    with pytest.raises(ConfigurationError, match="--access read"):
        load(enable_execute_query=True)
    assert load(enable_execute_query=True, access="read").enabled == {"execute_query"}


@pytest.mark.parametrize(
    "said",
    [
        {"enable_start_query": True},
        {"enable": "start_query"},
        {"enable": "all", "toolsets": "sessions"},
    ],
)
def test_queries_in_the_background_need_the_level_read(said: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="--access read"):
        load(**said)
    assert "sessions" in load(**said, access="read").listed_toolsets


def test_the_tools_of_sessions_are_listed_where_sessions_can_be_started() -> None:
    assert "sessions" not in load(access="read", toolsets="all").listed_toolsets
    assert load(access="read", enable="all").listed_toolsets >= {"core", "sessions"}
    with pytest.raises(ConfigurationError, match="--enable-start-query"):
        load(access="read", toolsets="core,sessions")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("toolsets", "nope"),
        ("enable", "nope"),
        ("confirm_writes", "maybe"),
        ("transport", "pigeon"),
        ("port", "eighty"),
        ("max_tokens", 0),
        ("max_concurrent_calls", True),
        ("enable_start_query", "perhaps"),
        ("shutdown_seconds", [1]),
        ("toolsets", [1]),
        ("log_level", "loud"),
        ("http_answers", "xml"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(setting: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=setting):
        load(**{setting: value})


@pytest.mark.parametrize("key", ["SHUTDOWN_SECONDS", "CONFIRM_TIMEOUT_SECONDS"])
@pytest.mark.parametrize("value", ["inf", "nan", "1e999", "soon"])
def test_no_wait_can_be_set_to_be_endless(key: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=key.lower()):
        load_settings(ServerSettings, environ={f"SQLCORE_{key}": value})
