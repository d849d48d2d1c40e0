"""start_query from a terminal, and the bar that shows how far something is."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sqlcore.domain.session import Progress
from sqlcore_mcp import bars
from sqlcore_mcp.cli import main

COMMAND = ["call", "--url", "memory://terminal/main", "--access", "read"]
NUMBERS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n {}) SELECT i FROM n"
SOME = NUMBERS.format("WHERE i < 2500")
ENDLESS = NUMBERS.format("").replace("SELECT i FROM n", "SELECT count(*) FROM n")
SOON_S = 30


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    empty = tmp_path / "config.toml"
    empty.write_text("")
    monkeypatch.setenv("SQLCORE_CONFIG", str(empty))
    monkeypatch.setenv("SQLCORE_SESSIONS_FOLDER", str(tmp_path / "spool"))


def test_start_query_waits_and_shows_the_first_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*COMMAND, "start_query", "--query", SOME, "--max-tokens", "400"]) == 0
    captured = capsys.readouterr()
    assert "of 2,500 rows.\nTo have all rows, name a file: --out FILE" in captured.out
    assert "|1|\n|2|\n" in captured.out
    assert "next_cursor" not in captured.out
    assert captured.err == ""


def test_start_query_writes_all_rows_to_a_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "numbers.jsonl"
    assert main([*COMMAND, "--out", str(path), "start_query", "--query", SOME]) == 0
    assert len(path.read_text().splitlines()) == 2500
    assert "numbers.jsonl: 2,500 rows" in capsys.readouterr().err


def test_nothing_of_a_session_is_left_by_the_command(tmp_path: Path) -> None:
    assert main([*COMMAND, "start_query", "--query", SOME]) == 0
    assert [path for path in (tmp_path / "spool").rglob("*") if path.is_file()] == []


def test_structured_content_of_the_rows_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*COMMAND, "--json", "start_query", "--query", "SELECT 1 AS n"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [[1]]


@pytest.mark.parametrize("query", ["SELECT a FROM nowhere", "DELETE FROM nowhere"])
def test_a_session_that_fails_exits_with_1(
    query: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main([*COMMAND, "start_query", "--query", query]) == 1
    assert main([*COMMAND, "--out", str(tmp_path / "a.csv"), "start_query", "--query", query]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("[") == 2
    assert not (tmp_path / "a.csv").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["list_sessions"], "no command finds one"),
        (["get_session_status", "--session-id", "a"], "no command finds one"),
        (["--out", "a.xlsx", "start_query", "--query", "SELECT 1"], ".csv, .jsonl, .parquet"),
        (["--out", "a.csv", "list_tables"], "--out is for start_query"),
    ],
)
def test_what_a_command_cannot_do_exits_with_2(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*COMMAND, *words]) == 2
    assert message in capsys.readouterr().err


def test_a_command_that_needs_a_higher_level_names_no_switch_that_it_does_not_take(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["call", "--url", "memory://", "start_query", "--query", "SELECT 1"]) == 2
    assert "is off here. It needs --access read or more.\n" in capsys.readouterr().err


def test_a_statement_without_rows_writes_no_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ["call", "--url", "memory://written/main", "--access", "write", "--yes"]
    words += ["--out", str(tmp_path / "a.csv"), "start_query", "--query", "CREATE TABLE t (a)"]
    assert main(words) == 0
    assert "no file was written" in capsys.readouterr().err
    assert not (tmp_path / "a.csv").exists()


posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")


def on_a_terminal(*words: str, interrupt_at: str | None = None) -> tuple[int, str]:
    """Run the command with its error stream on a terminal; return its code and what it showed."""
    import pty  # noqa: PLC0415  # not there on Windows

    ours, its = pty.openpty()
    process = subprocess.Popen(  # noqa: S603  # our own words
        [sys.executable, "-m", "sqlcore_mcp", *COMMAND, *words],
        stdout=subprocess.DEVNULL,
        stderr=its,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    )
    os.close(its)
    shown = b""
    with contextlib.suppress(OSError):  # the terminal is closed
        while data := os.read(ours, 4096):
            shown += data
            if interrupt_at is not None and interrupt_at.encode() in shown:
                process.send_signal(signal.SIGINT)
                interrupt_at = None
    os.close(ours)
    return process.wait(SOON_S), shown.decode(errors="replace")


@posix
def test_a_person_sees_rows_while_they_arrive() -> None:
    long = NUMBERS.format("WHERE i < 1500000")
    code, shown = on_a_terminal("start_query", "--query", long)
    assert code == 0
    assert " rows " in shown


@posix
@pytest.mark.parametrize("tool", ["execute_query", "start_query"])
def test_a_person_stops_what_takes_too_long(tool: str, tmp_path: Path) -> None:
    code, shown = on_a_terminal(tool, "--query", ENDLESS, interrupt_at="running")
    assert code == 130
    assert shown.rstrip().endswith("Stopped.")
    assert "Traceback" not in shown
    assert [path for path in (tmp_path / "spool").rglob("*") if path.is_file()] == []


# -- the bar itself


def test_without_a_terminal_work_is_done_where_it_was_asked_for() -> None:
    assert bars.run_with_bar(threading.get_ident, lambda: 0, stop=pytest.fail) == (
        threading.get_ident()
    )


def test_nothing_is_shown_of_what_is_quick(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr(bars, "_BEFORE_S", SOON_S)
    assert bars.run_with_bar(lambda: "done", lambda: 0, stop=pytest.fail) == "done"
    assert capsys.readouterr().err == ""


def test_what_fails_fails_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)

    def fail() -> None:
        raise ValueError("it fails")

    with pytest.raises(ValueError, match="it fails"):
        bars.run_with_bar(fail, lambda: 0, stop=pytest.fail)


def test_a_fraction_is_shown_where_the_server_tells_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(bars, "_BEFORE_S", 0.0)
    monkeypatch.setattr(bars, "_ASKED_EVERY_S", 0.01)
    seen_again = threading.Event()
    looks = 0

    def rows() -> int:
        nonlocal looks
        looks += 1
        if looks == 5:
            seen_again.set()
        return 1234

    bars.run_with_bar(
        lambda: seen_again.wait(SOON_S),
        rows,
        stop=pytest.fail,
        ask=lambda: Progress(fraction=0.25),
    )
    assert "1,234 rows, 25%" in capsys.readouterr().err
