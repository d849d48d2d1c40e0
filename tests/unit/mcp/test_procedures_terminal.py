"""Procedures from a terminal, and the settings that list their tools."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.shop_procedures import define_shop

import sqlcore
from sqlcore.config import load_settings
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.errors import ConfigurationError
from sqlcore.testing.memory import MemoryConnector, forget
from sqlcore_mcp.cli import main
from sqlcore_mcp.settings import ServerSettings

NAME = "procedures_terminal"
COMMAND = ["call", "--url", f"memory://{NAME}/main", "--access", "write"]


@pytest.fixture(autouse=True)
def shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    empty = tmp_path / "config.toml"
    empty.write_text("")
    monkeypatch.setenv("SQLCORE_CONFIG", str(empty))
    monkeypatch.setenv("SQLCORE_SESSIONS_FOLDER", str(tmp_path / "spool"))
    settings = ConnectionSettings(scheme="memory", host=NAME, database="main")
    connection = MemoryConnector().connect(settings)
    with sqlcore.connect(f"memory://{NAME}/main", access="write") as database:
        database.query("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INT, total REAL)")
        define_shop(connection)
        yield
    connection.close()
    forget(NAME)


def call(tool: str, procedure: str, parameters: Any, *options: str) -> int:
    name = ["--procedure-name", procedure, "--parameters", json.dumps(parameters)]
    return main([*COMMAND, *options, tool, *name])


def test_a_procedure_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("execute_stored_procedure", "add_order", {"customer_id": 7}, "--yes") == 0
    assert "Return code 3." in capsys.readouterr().out


def test_without_consent_nothing_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("execute_stored_procedure", "add_order", [7]) == 1
    assert "--yes" in capsys.readouterr().err


def test_a_call_that_fails_shows_what_had_come_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("execute_stored_procedure", "fail_late", [], "--yes") == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("[execution_failed] no more paper")
    assert "|1|\n|2|" in captured.err


def test_a_background_call_is_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("start_stored_procedure", "add_order", [7], "--yes", "--json") == 0
    output = json.loads(capsys.readouterr().out)
    assert output["rows"] == [[1, "none"]]
    assert output["outputs"] == [{"name": "count", "type": "integer", "value": 1}]


def test_all_rows_of_a_background_call_go_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    assert call("start_stored_procedure", "many", [2000], "--yes", "--out", str(path)) == 0
    assert len(path.read_text().splitlines()) == 2001


def test_beside_a_file_the_outputs_and_messages_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.csv"
    assert call("start_stored_procedure", "add_order", [7], "--yes", "--out", str(path)) == 0
    said = capsys.readouterr().err
    assert "Return code 3." in said
    assert "|count|integer|1|" in said
    assert "notice: adding" in said
    assert call("start_stored_procedure", "fail_late", [], "--yes", "--out", str(path)) == 1
    assert "notice: printing receipts" in capsys.readouterr().err


def test_what_may_be_called_at_read_can_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--access", "read", "--allow-procedures", "reports.*"]
    assert call("execute_stored_procedure", "list_orders", [], *options) == 0
    assert call("execute_stored_procedure", "add_order", [1], *options) == 1
    assert "allow_procedures does not name it" in capsys.readouterr().err


@pytest.mark.parametrize("switch", ["execute_stored_procedure", "start_stored_procedure"])
def test_calling_needs_the_level_read(switch: str) -> None:
    for said in ({"enable": switch}, {f"enable_{switch}": True}):
        with pytest.raises(ConfigurationError, match="--access read"):
            load_settings(ServerSettings, environ={}, overrides=said)
        settings = load_settings(ServerSettings, environ={}, overrides={**said, "access": "read"})
        assert "procedures" in settings.listed_toolsets


def test_a_rule_that_names_no_procedure_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(ConfigurationError, match="allow_procedures"):
        load_settings(ServerSettings, environ={"SQLCORE_ALLOW_PROCEDURES": "reports.*, *"})
    with pytest.raises(ConfigurationError, match="allow_procedures"):
        sqlcore.connect("memory://", allow_procedures=["a.b.c.d"])
