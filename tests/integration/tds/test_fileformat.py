"""Recordings as text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.integration.tds import fileformat
from tests.integration.tds.__main__ import main
from tests.integration.tds.fileformat import FormatError, dumps, loads
from tests.integration.tds.recording import Directive, Exchange, Packets, Recording, merge
from tests.integration.tds.requests import KINDS
from tests.integration.tds.session import LiveServer, SecretInRecordingError, check_secrets

RECORDINGS = Path(__file__).parents[1] / "recordings"
COMMITTED = sorted(RECORDINGS.rglob("*.tds"))
ONE_ROW = RECORDINGS / "tds" / "test_pymssql" / "test_a_row_comes_back.tds"

# Surrogates as well: a client may send half of a pair.
texts = st.text(st.characters(exclude_categories=()))
payloads = st.binary(max_size=50) | st.binary(min_size=1, max_size=9).map(lambda part: part * 999)
steps = st.sampled_from(Directive) | st.builds(
    Packets, st.lists(payloads, min_size=1, max_size=4).map(tuple), complete=st.booleans()
)
exchanges = st.builds(
    Exchange,
    connection=st.integers(1, 999),
    kind=st.sampled_from(sorted(KINDS.values())),
    text=texts,
    section=texts,
    steps=st.lists(steps, max_size=4).map(tuple),
)
recordings = st.builds(
    Recording,
    test=texts,
    database=texts,
    exchanges=st.lists(exchanges, max_size=3).map(tuple),
)


@settings(deadline=None)
@given(recordings)
def test_a_recording_is_read_as_it_was_written(recording: Recording) -> None:
    assert loads(dumps(recording).encode().decode()) == recording


@settings(deadline=None)
@given(recordings)
def test_no_line_ends_with_blanks(
    recording: Recording,
) -> None:
    lines = dumps(recording).split("\n")
    assert [line for line in lines if line != line.rstrip()] == []


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_can_be_an_answer(data: bytes) -> None:
    exchange = Exchange(
        connection=1, kind="batch", text="?", steps=(Packets((data,), complete=True),)
    )
    recording = Recording(test="t", database="d", exchanges=(exchange,))
    assert loads(dumps(recording)) == recording
    assert list(fileformat.comments(exchange)) or not data


HEAD = "TDS recording, format 1\ntest: t\ndatabase: d\n"
BATCH = f"{HEAD}\n=== connection 1: batch\n> x\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEAD.replace("1", "2"),
        HEAD.replace("database", "data"),
        BATCH.replace("batch", "dance"),
        f"{BATCH}< jump\n",
        f"{BATCH}SELECT\n",
        f"{BATCH}< packets 2 eom\n  00\n",
        f"{BATCH}< packets 2 eom\n  0g\n",
        f"{BATCH}< packets 2 eom zlib\n  AAAA\n",
    ],
)
def test_what_is_not_a_recording_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        loads(text)


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: str(path.relative_to(RECORDINGS)))
def test_committed_recordings_are_written_as_this_code_writes_them(path: Path) -> None:
    def readable(text: str) -> list[str]:
        # Compressed bytes depend on the zlib that Python was built with.
        return [line for line in text.split("\n") if not line.startswith("  ")]

    assert readable(dumps(fileformat.load(path))) == readable(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: str(path.relative_to(RECORDINGS)))
def test_committed_recordings_hold_no_password(path: Path) -> None:
    recording = fileformat.load(path)
    logins = [exchange.text for exchange in recording.exchanges if exchange.kind == "login"]
    for text in logins:
        version, database, credentials = text.split(", ")
        assert version.startswith("tds ")
        assert database.startswith("database ")
        assert credentials in {"credentials usual", "credentials other"}
    live = LiveServer.from_environment(os.environ)
    if live is not None:
        check_secrets(recording, live.account)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("CREATE LOGIN x WITH PASSWORD = 'Geheim-1'", b""),
        ("hex " + "Geheim-1".encode("utf-16-le").hex(), b""),
        ("SELECT 1", b"Geheim-1"),
        ("SELECT 1", b"\0" + "Geheim-1".encode("utf-16-le")),
        ("SELECT 1", bytes.fromhex("d1a5f3a523a5f3a533a573a577a5b6a5")),
    ],
)
def test_a_password_is_found_in_every_form(text: str, answer: bytes) -> None:
    live = LiveServer.from_environment(
        {"SQLCORE_TEST_MSSQL_URL": "mssql://me:Geheim-1@db.example:1433/d"}
    )
    assert live is not None
    halves = (answer[:7], answer[7:])
    exchange = Exchange(
        connection=1, kind="batch", text=text, steps=(Packets(halves, complete=True),)
    )
    with pytest.raises(SecretInRecordingError) as raised:
        check_secrets(Recording(test="t", database="d", exchanges=(exchange,)), live.account)
    assert "Geheim" not in str(raised.value)


def test_a_checkout_with_other_line_ends_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.tds"
    path.write_bytes(ONE_ROW.read_bytes().replace(b"\n", b"\r\n"))
    assert fileformat.load(path) == fileformat.load(ONE_ROW)


def test_other_sections_survive_when_some_are_recorded_again() -> None:
    def exchange(connection: int, section: str, text: str) -> Exchange:
        return Exchange(connection=connection, kind="batch", text=text, section=section, steps=())

    old = Recording(
        test="t",
        database="d",
        exchanges=(exchange(1, "", "old"), exchange(1, "a", "old"), exchange(2, "b", "old")),
    )
    new = Recording(
        test="t", database="d", exchanges=(exchange(1, "", "new"), exchange(1, "a", "new"))
    )
    assert merge(old, new, replaced_sections={"", "a"}).exchanges == (
        exchange(1, "", "new"),
        exchange(1, "a", "new"),
        exchange(2, "b", "old"),
    )


def test_a_recording_is_shown_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(ONE_ROW)]) == 0
    shown = capsys.readouterr().out
    assert "  > SELECT 1 AS n, N'ä€😀' AS t\n" in shown
    assert "  < ROW 1, N'ä€😀'\n" in shown


def test_only_a_few_rows_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    path = ONE_ROW.with_name("test_a_large_result_comes_back.tds")
    assert main(["show", "--rows", "3", str(path)]) == 0
    assert "  < … 9997 more rows\n" in capsys.readouterr().out


def test_a_file_that_is_no_recording_is_not_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.tds"
    path.write_text("hello")
    assert main(["show", str(path)]) == 1
    assert "x.tds" in capsys.readouterr().err
