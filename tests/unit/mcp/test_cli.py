from __future__ import annotations

import json
from pathlib import Path

import pytest

from sqlcore_mcp.cli import main


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("SQLCORE_URL", "DATABASE_URL", "SQLCORE_ACCESS", "SQLCORE_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    empty = tmp_path / "config.toml"
    empty.write_text("")
    monkeypatch.setenv("SQLCORE_CONFIG", str(empty))


@pytest.fixture
def url(shop: str) -> str:
    return f"memory://{shop}/main"


def test_a_tool_can_be_called_from_a_terminal(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["call", "--url", url, "list_tables", "--name-pattern", "cust*"])
    assert code == 0
    assert "customers" in capsys.readouterr().out


def test_arguments_of_every_kind_can_be_given(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(
        [
            *("call", "--url", url, "--access", "read", "execute_query"),
            *("--query", "SELECT name FROM customers WHERE id = :id"),
            *("--parameters", '{"id": 2}', "--max_rows", "5", "--format", "csv"),
        ]
    )
    assert code == 0
    assert capsys.readouterr().out == "1 row, all shown.\n\nname\nCustomer 2\n"


def test_lists_and_flags_can_be_given(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    read = ["call", "--url", url, "--access", "read", "read_table", "--table-name", "customers"]
    assert main([*read, "--columns", "id", "--limit", "1"]) == 0
    assert "|id|" in capsys.readouterr().out
    assert main([*read, "--columns", '["id", "name"]', "--limit", "1"]) == 0
    assert "|id|name|" in capsys.readouterr().out
    assert main(["call", "--url", url, "get_server_capabilities", "--refresh"]) == 0


def test_structured_content_can_be_printed(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["call", "--url", url, "--json", "list_tables"]) == 0
    assert json.loads(capsys.readouterr().out)["row_count"] == 3


def test_a_tool_that_fails_exits_with_1(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["call", "--url", url, "describe_table", "--table-name", "ordrs"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "[not_found]" in captured.err


def test_a_tool_that_is_not_there_exits_with_2(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["call", "--url", url, "list_table"]) == 2
    assert "Did you mean list_tables" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["call", "--url", "memory://", "describe_table"],
        ["call", "--url", "memory://", "list_tables", "--nope", "1"],
        ["call"],
        ["nonsense"],
        ["serve", "--nope"],
    ],
)
def test_wrong_words_exit_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["call", "list_tables"], "SQLCORE_URL"),
        (["serve", "--url", "postgres//x"], "URL"),
        (["--url", "memory://", "--access", "raed"], "metadata, read, write"),
        (["--url", "memory://", "--toolsets", "cor"], "cor"),
        (["--url", "memory://", "--profile", "nope"], "nope"),
        (["--url", "memory://", "--config", "/does/not/exist.toml"], "does not exist"),
        (["--url", "memory://", "--audit-required"], "--audit-log FILE"),
        (["--url", "memory://", "--mask", "email"], "*.email"),
    ],
)
def test_settings_that_cannot_be_used_say_what_to_do(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) in (1, 2)
    captured = capsys.readouterr()
    assert message in captured.err
    assert "Traceback" not in captured.err


def test_a_write_from_a_script_needs_yes(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["call", "--url", url, "--access", "write", "execute_query"]
    words += ["--query", "DELETE FROM orders"]
    assert main(words) == 1
    assert "--yes" in capsys.readouterr().err
    assert main([words[0], "--yes", *words[1:]]) == 0
    assert capsys.readouterr().out == "DELETE: 1 row affected.\n"


@pytest.mark.parametrize("words", [["--help"], ["serve", "--help"], ["call", "--help"]])
def test_help_exits_with_0(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 0
    assert "sqlcore-mcp" in capsys.readouterr().out


def test_help_for_a_tool_lists_its_arguments(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["call", "--url", url, "search_tables", "--help"])
    assert "--search-term" in capsys.readouterr().out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.startswith("sqlcore ")


def test_a_plan_names_no_resource_that_ends_with_the_command(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["call", "--url", url, "--access", "read", "explain_query"]
    assert main([*words, "--query", "SELECT * FROM customers"]) == 0
    shown = capsys.readouterr().out
    assert "Scan customers" in shown
    assert "sqlcore://" not in shown


def test_a_person_sees_a_table(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    words = ["call", "--url", url, "--access", "read", "execute_query"]
    assert main([*words, "--query", "SELECT 1 AS [n], NULL AS missing"]) == 0
    shown = capsys.readouterr().out
    assert "1 row, all shown." in shown
    assert "┏━━━┳━━━━━━━━━┓" in shown


def test_a_person_sees_every_result_set_and_what_stands_beside_them(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    words = ["call", "--url", url, "--access", "write", "--yes", "execute_query"]
    made = "CREATE TABLE made (a); INSERT INTO made VALUES (1)"
    script = f"{made}; SELECT 1 AS first; SELECT 2 AS [second]"
    assert main([*words, "--query", script]) == 0
    shown = capsys.readouterr().out
    assert "first" in shown
    assert "Result 2 of 2" in shown
    assert "second" in shown
    assert "affected" in shown


def test_data_does_not_steer_the_terminal(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    words = ["call", "--url", url, "--access", "read", "execute_query"]
    query = "SELECT 'a' || char(27) || '[2J' || char(8238) AS n"
    assert main([*words, "--query", query]) == 0
    assert r"a\x1b[2J\u202e" in capsys.readouterr().out
    assert main([*words, "--format", "csv", "--query", query]) == 0
    assert r"a\x1b[2J\u202e" in capsys.readouterr().out


def test_the_doctor_says_whether_a_database_is_well(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--url", url]) == 0
    assert "healthy" in capsys.readouterr().out
