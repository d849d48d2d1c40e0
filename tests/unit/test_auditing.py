"""The audit: one event for each statement, without values; what happens where it cannot be kept."""

from __future__ import annotations

import contextlib
import json
import logging
import multiprocessing
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.unit.guarding.corpus_reading import ATTACKS, READS, Entry, name_of

from sqlcore import connect
from sqlcore.config import Settings, load_settings
from sqlcore.connecting import Sources
from sqlcore.domain.access import Access
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.lexing import LexError, TokenKind, tokenize
from sqlcore.errors import ConfigurationError, PolicyError, SqlCoreError
from sqlcore.services.audit_file import AuditFile
from sqlcore.services.auditing import StatementEvent
from sqlcore.services.database import Database
from sqlcore.services.guarding import decide
from sqlcore.testing.auditing import KeptAudit


@pytest.fixture
def noted() -> KeptAudit:
    return KeptAudit()


@pytest.fixture
def database(noted: KeptAudit) -> Any:
    with connect("memory://", audit=noted, privilege_check="off") as opened:
        yield opened.on_behalf_of("stdio:ann")


def _event(**changes: Any) -> StatementEvent:
    fields: dict[str, Any] = {
        "time": 0.0,
        "caller": "ann",
        "source": "host/shop",
        "action": "query",
        "access": "read",
        "decision": "allowed",
        "reason": "It only reads.",
        "kind": "select",
        "fingerprint": "select ?",
        "fingerprint_id": "0",
    }
    return StatementEvent(**{**fields, **changes})


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def _callers(path: Path) -> list[str]:
    return [line["caller"] for line in _lines(path) if line["event"] == "statement"]


def test_a_statement_is_noted_when_it_has_ended(database: Database, noted: KeptAudit) -> None:
    database.query("SELECT 1 AS one UNION ALL SELECT 2")

    (event,) = noted.events
    assert event.caller == "stdio:ann"
    assert event.source == "localhost/"
    assert (event.action, event.access, event.kind) == ("query", "read", "select")
    assert (event.decision, event.outcome, event.error_code) == ("allowed", "completed", None)
    assert event.rows == 2
    assert event.duration_s > 0


@pytest.mark.parametrize(
    ("sql", "outcome", "code"),
    [
        ("DELETE FROM t WHERE name = 'sesame'", "refused", "refused"),
        ("SELECT 'sesame", "refused", "refused"),
        ("", "refused", "invalid_argument"),
        ("SELECT 'sesame' FROM missing", "failed", "not_found"),
    ],
)
def test_a_statement_that_does_not_succeed_is_noted_with_the_reason(
    database: Database, noted: KeptAudit, sql: str, outcome: str, code: str
) -> None:
    with pytest.raises(SqlCoreError):
        database.query(sql)

    (event,) = noted.events
    assert (event.outcome, event.error_code) == (outcome, code)
    assert event.decision == ("refused" if outcome == "refused" else "allowed")
    assert event.reason


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'sesame', 73912 WHERE 1 = :secret",
        "DELETE FROM t WHERE name = 'sesame' OR id = 73912",
        "SELECT 1 /* sesame 73912 */; SELECT 'sesame'",
        "SELECT load_extension('sesame')",
        "SELECT 'sesame 73912",
        "SELECT 'a'\n'sesame' 73912 FROM FROM 'sesame'",
    ],
)
def test_neither_literals_nor_comments_nor_parameters_are_noted(
    database: Database, noted: KeptAudit, sql: str
) -> None:
    parameters = {"secret": "sesame"} if ":secret" in sql else None
    with contextlib.suppress(SqlCoreError):
        database.query(sql, parameters)

    (event,) = noted.events
    assert "sesame" not in repr(event)
    assert "73912" not in repr(event)


@pytest.mark.parametrize("entry", ATTACKS + READS, ids=name_of)
def test_no_reason_of_the_guard_repeats_a_literal(entry: Entry) -> None:
    try:
        tokens = tokenize(entry.sql, entry.dialect)
    except LexError:
        return
    marked = {TokenKind.STRING: "'sesame'", TokenKind.NUMBER: "73912"}
    text = "".join(marked.get(token.kind, token.text) for token in tokens)

    decision = decide(text, entry.dialect, Access.READ)

    assert "sesame" not in decision.reason
    assert "73912" not in decision.reason


def test_one_query_with_other_values_has_the_same_fingerprint(
    database: Database, noted: KeptAudit
) -> None:
    database.query("SELECT 'a' AS x")
    database.query("select  'b' -- other\n AS x")

    assert len({event.fingerprint_id for event in noted.events}) == 1
    assert noted.events[0].fingerprint == "select ? as x"


def test_a_stream_that_is_closed_early_is_noted_as_abandoned(
    database: Database, noted: KeptAudit
) -> None:
    with database.stream("SELECT 1 UNION ALL SELECT 2", batch_rows=1) as stream:
        next(iter(stream))
        assert noted.events == []

    (event,) = noted.events
    assert (event.action, event.outcome, event.rows) == ("stream", "abandoned", 1)


def test_a_statement_that_is_cancelled_is_noted_as_cancelled(
    database: Database, noted: KeptAudit
) -> None:
    cancel = CancelToken()
    cancel.cancel()

    with pytest.raises(SqlCoreError):
        database.query("SELECT 1", cancel=cancel)

    assert noted.events[0].outcome == "cancelled"


@pytest.mark.parametrize("access", ["metadata", "read", "write"])
@pytest.mark.parametrize("analyze", [False, True])
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 AS one",
        "CREATE TABLE t (a int)",
        "EXPLAIN SELECT 1",
        "DELETE FROM missing",
        "SELECT 1; SELECT 2",
        "SELECT 'a",
        "",
        "SELECT 1" + " " * 300_000,
    ],
    ids=["read", "definition", "explain", "write", "two", "unreadable", "empty", "long"],
)
def test_each_statement_that_is_to_be_explained_is_noted_once(
    noted: KeptAudit, access: str, analyze: Any, sql: str
) -> None:
    with connect("memory://", access=access, audit=noted, privilege_check="off") as database:
        try:
            database.explain(sql, analyze=analyze)
            outcome = "completed"
        except PolicyError:
            outcome = "refused"
        except SqlCoreError:
            outcome = "failed" if noted.events[0].decision == "allowed" else "refused"

    (event,) = noted.events
    assert (event.action, event.outcome) == ("explain", outcome)


def test_who_asks_a_person_first_notes_the_question_and_what_came_of_it(noted: KeptAudit) -> None:
    with connect("memory://", access="write", audit=noted, privilege_check="off") as database:
        database.note_asked("DELETE FROM t WHERE name = 'sesame'")
        database.note_refused("DELETE FROM t WHERE name = 'sesame'", PolicyError("They said no."))

    asked, refused = noted.events
    assert (asked.outcome, asked.decision, asked.kind) == ("asked", "allowed", "delete")
    assert (refused.outcome, refused.decision, refused.kind) == ("refused", "refused", "delete")
    assert refused.reason == "They said no."
    assert {event.fingerprint for event in noted.events} == {"delete from t where name = ?"}


def test_a_very_long_statement_is_noted_in_short(database: Database, noted: KeptAudit) -> None:
    database.query(f"SELECT {', '.join(f'1 AS c{n}' for n in range(1500))}")

    assert len(noted.events[0].fingerprint) < 9000
    assert len(noted.events[0].fingerprint_id) == 16


def test_the_file_is_private_and_has_one_object_a_line(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit = AuditFile(path)

    audit.note(_event(time=1_700_000_000.25, reason='a "quoted"\nreason'))
    audit.close()

    started, statement = _lines(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (started["event"], started["process"]) == ("audit_started", os.getpid())
    assert statement["time"] == "2023-11-14T22:13:20.250000Z"
    assert statement["reason"] == 'a "quoted"\nreason'


def test_a_full_file_is_renamed_and_old_ones_fall_away(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit = AuditFile(path, max_bytes=1000, backups=2)
    for number in range(30):
        audit.note(_event(caller=f"caller-{number}"))
    audit.close()

    names = sorted(file.name for file in tmp_path.iterdir())
    kept = [caller for name in reversed(names) for caller in _callers(tmp_path / name)]
    assert names == ["audit.jsonl", "audit.jsonl.1", "audit.jsonl.2"]
    assert kept == [f"caller-{number}" for number in range(30 - len(kept), 30)]
    assert all((tmp_path / name).stat().st_size < 2000 for name in names)


def test_threads_write_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit = AuditFile(path, max_bytes=20_000, backups=1000)

    def write(name: int) -> None:
        for number in range(200):
            audit.note(_event(caller=f"{name}-{number}"))

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    audit.close()

    callers = [caller for file in tmp_path.iterdir() for caller in _callers(file)]
    assert sorted(callers) == sorted(f"{name}-{n}" for name in range(4) for n in range(200))


def _write_many(path: Path, name: int) -> None:
    audit = AuditFile(path, max_bytes=20_000, backups=1000)
    for number in range(300):
        audit.note(_event(caller=f"{name}-{number}"))
    audit.close()


def test_processes_that_share_a_file_lose_no_line(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_write_many, args=(path, name)) for name in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)

    callers = [caller for file in tmp_path.iterdir() for caller in _callers(file)]
    assert sorted(callers) == sorted(f"{name}-{n}" for name in range(3) for n in range(300))


def _remove_folder(folder: Path) -> Callable[[], None]:
    moved = folder.rename(folder.with_name("moved"))
    return lambda: (moved.rename(folder), None)[1]


def _put_folder_in_place(folder: Path) -> Callable[[], None]:
    (folder / "audit.jsonl").unlink()
    (folder / "audit.jsonl").mkdir()
    return (folder / "audit.jsonl").rmdir


@pytest.mark.parametrize("lose", [_remove_folder, _put_folder_in_place])
def test_a_required_file_that_is_lost_stops_statements_until_it_works(
    tmp_path: Path, lose: Callable[[Path], Callable[[], None]]
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    audit = AuditFile(folder / "audit.jsonl", required=True)
    with connect("memory://", audit=audit, privilege_check="off") as database:
        database.query("SELECT 1")
        repair = lose(folder)
        with pytest.raises(PolicyError, match="audit log, and it cannot be written"):
            database.query("SELECT 2")
        repair()
        database.query("SELECT 3")
    audit.close()

    assert _lines(folder / "audit.jsonl")[-1]["outcome"] == "completed"


def test_a_required_file_on_a_full_disk_lets_no_statement_run() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("only Linux has a device that is always full")
    audit = AuditFile("/dev/full", required=True)
    with (
        connect("memory://", audit=audit, privilege_check="off") as database,
        pytest.raises(PolicyError, match="No space left"),
    ):
        database.query("SELECT 1")
    audit.close()


def test_a_statement_that_ran_is_not_reported_as_failed_and_is_noted_later(
    tmp_path: Path,
) -> None:
    path = tmp_path / "logs" / "audit.jsonl"
    path.parent.mkdir()
    audit = AuditFile(path, required=True)
    with connect("memory://", audit=audit, privilege_check="off") as database:
        with database.stream("SELECT 1 UNION ALL SELECT 2", batch_rows=1) as stream:
            repair = _remove_folder(path.parent)
            assert [row[0] for row in stream] == [1, 2]
        repair()
        path.unlink()
        database.query("SELECT 'later'")
    audit.close()

    assert [line["action"] for line in _lines(path)] == ["stream", "query"]


def test_a_file_that_is_not_required_is_missed_with_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    audit = AuditFile(tmp_path / "missing" / "audit.jsonl")
    with connect("memory://", audit=audit, privilege_check="off") as database:
        database.query("SELECT 1")
        database.query("SELECT 2")
    audit.close()

    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 1
    assert warnings[0].name == "sqlcore.security"
    assert "audit_lost" in warnings[0].getMessage()


def test_a_line_that_the_disk_has_cut_is_written_again_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "audit.jsonl"
    audit = AuditFile(path)
    audit.note(_event(caller="first"))
    write = os.write
    with monkeypatch.context() as full_disk:
        full_disk.setattr(os, "write", lambda file, line: write(file, line[:10]))
        audit.note(_event(caller="second"))
    audit.note(_event(caller="third"))
    audit.close()

    whole = [line for line in path.read_text().splitlines() if line.endswith("}")]
    assert [json.loads(line).get("caller") for line in whole] == [None, "first", "second", "third"]


_ON_A_FULL_DISK = """
import resource, sys
from sqlcore import connect
from sqlcore.errors import PolicyError
from sqlcore.services.audit_file import AuditFile

path = sys.argv[1]
audit = AuditFile(path, required=True)
with connect("memory://", audit=audit, privilege_check="off") as database:
    ran = [database.query("SELECT 1 AS n").scalar()]
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))
    try:
        for number in range(20):
            ran.append(database.query(f"SELECT {number} AS n").scalar())
    except PolicyError:
        print("refused")
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    ran.append(database.query("SELECT 99 AS n").scalar())
audit.close()
print(ran)
"""


def test_on_a_disk_that_fills_up_each_answer_arrives_and_no_statement_is_missed(
    tmp_path: Path,
) -> None:
    pytest.importorskip("resource", reason="only Unix bounds the size of a process's files")
    path = tmp_path / "audit.jsonl"

    done = subprocess.run(  # noqa: S603  # our own text
        [sys.executable, "-c", _ON_A_FULL_DISK, str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    refused, ran = done.stdout.splitlines()
    whole = [line for line in path.read_text().splitlines() if line.endswith("}")]
    outcomes = [json.loads(line).get("outcome") for line in whole]
    assert refused == "refused"
    assert outcomes.count("completed") == len(json.loads(ran))


def test_a_statement_may_be_noted_while_its_thread_notes_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "audit.jsonl"
    audit = AuditFile(path)
    write = os.write

    def write_and_collect(file: int, line: bytes) -> int:
        monkeypatch.setattr(os, "write", write)
        audit.note(_event(caller="collected"))
        return write(file, line)

    monkeypatch.setattr(os, "write", write_and_collect)
    audit.note(_event(caller="first"))
    audit.close()

    assert _callers(path) == ["first", "collected"]


def _settings(**values: Any) -> Settings:
    return load_settings(
        Settings, environ={}, overrides={"url": "memory://", "access": "read", **values}
    )


def test_the_settings_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    sources = Sources(_settings(audit_log=str(path), privilege_check="off"), environ={})
    sources.database().on_behalf_of("http:editor").query("SELECT 1")
    sources.close()

    assert _callers(path) == ["http:editor"]


def test_a_required_audit_needs_a_file() -> None:
    with pytest.raises(ConfigurationError, match="there is no audit log"):
        Sources(_settings(audit_required=True), environ={})


def test_statements_are_logged_where_the_log_takes_them(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="sqlcore.audit"):
        sources = Sources(_settings(privilege_check="off"), environ={})
        sources.database().query("SELECT 'sesame'")
        sources.close()

    (record,) = [record for record in caplog.records if record.name == "sqlcore.audit"]
    assert "select ?" in record.getMessage()
    assert "sesame" not in record.getMessage()
