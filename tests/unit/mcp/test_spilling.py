"""What an answer of execute_query has no room for is kept, and the answer says where."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest
from tests.unit.mcp.applications import MakeApp

from sqlcore.domain.query import Column, ResultSet, StatementResult
from sqlcore.domain.session import Session
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.errors import LimitExceededError, NotFoundError, SqlCoreError
from sqlcore.services.limits import SessionLimits
from sqlcore.services.sessions import Sessions
from sqlcore_mcp.app import App
from sqlcore_mcp.calling import ToolOutcome
from sqlcore_mcp.rendering.tokens import estimate_tokens
from sqlcore_mcp.spilling import Spills
from sqlcore_mcp.toolbox import Toolbox

QUERY = "SELECT id, name FROM customers ORDER BY id"


@pytest.fixture
def app(make_app: MakeApp, tmp_path: Path) -> App:
    return make_app(sessions_folder=str(tmp_path / "spool"))


def execute(app: App, query: str = QUERY, **arguments: Any) -> ToolOutcome:
    outcome = Toolbox(app).call("execute_query", {"query": query, **arguments})
    assert not outcome.is_error, outcome.text
    return outcome


def test_an_answer_that_is_cut_says_where_the_rest_is(app: App) -> None:
    outcome = execute(app, max_tokens=600)
    kept = outcome.structured["kept"]
    (uri,) = kept["uris"]
    assert outcome.structured["shown"] < 250
    assert f"Kept: all 250 rows, as {uri} (or .jsonl, .parquet) until " in outcome.text
    rows = list(csv.reader(io.StringIO(str(Toolbox(app).read_resource(uri).content))))
    assert rows[1:] == [[str(number), f"Customer {number}"] for number in range(1, 251)]
    lines = str(Toolbox(app).read_resource(uri.replace(".csv", ".jsonl")).content).splitlines()
    assert json.loads(lines[-1]) == {"id": 250, "name": "Customer 250"}
    parquet = Toolbox(app).read_resource(uri.replace(".csv", ".parquet"))
    assert isinstance(parquet.content, bytes)
    assert parquet.content.startswith(b"PAR1")


@pytest.mark.parametrize("max_tokens", [400, 600, 1000, 2000])
@pytest.mark.parametrize("response_mode", ["summary", "full"])
def test_an_answer_that_says_so_keeps_to_its_budget(
    app: App, max_tokens: int, response_mode: str
) -> None:
    outcome = execute(app, max_tokens=max_tokens, response_mode=response_mode)
    assert "kept" in outcome.structured
    assert outcome.structured["rows"]
    assert estimate_tokens(outcome.text) <= max_tokens
    content = json.dumps(dict(outcome.structured), separators=(",", ":"))
    assert estimate_tokens(content) <= max_tokens


def test_where_sessions_have_tools_the_rest_is_paged_through(
    make_app: MakeApp, tmp_path: Path
) -> None:
    toolbox = Toolbox(make_app(enable="start_query", sessions_folder=str(tmp_path)))
    outcome = toolbox.call("execute_query", {"query": QUERY, "max_tokens": 600})
    session_id = outcome.structured["kept"]["session_id"]
    assert f"get_session_result pages through it, with session_id {session_id}." in outcome.text
    page = toolbox.call("get_session_result", {"session_id": session_id, "max_rows": 1})
    assert page.structured["rows"] == [[1, "Customer 1"]]
    assert page.structured["row_count"] == 250
    listed = toolbox.call("list_sessions")
    assert [row[:3] for row in listed.structured["rows"]] == [[session_id, "kept", "completed"]]
    status = toolbox.call("get_session_status", {"session_id": session_id})
    assert ", rows that an answer had no room for, has completed" in status.text


def test_where_they_have_none_no_tool_is_named(app: App) -> None:
    assert "get_session_result" not in execute(app, max_tokens=600).text


def test_nothing_is_kept_of_an_answer_that_is_whole(app: App, tmp_path: Path) -> None:
    outcome = execute(app, max_tokens=8000)
    assert "kept" not in outcome.structured
    assert not (tmp_path / "spool").exists()


def test_nothing_is_kept_because_more_rows_were_there_than_were_asked_for(app: App) -> None:
    assert "kept" not in execute(app, max_rows=3).structured


def test_rows_beyond_those_asked_for_are_not_kept_and_that_is_told(
    make_app: MakeApp, tmp_path: Path
) -> None:
    toolbox = Toolbox(make_app(enable="start_query", sessions_folder=str(tmp_path)))
    outcome = toolbox.call("execute_query", {"query": QUERY, "max_rows": 200, "max_tokens": 600})
    session_id = outcome.structured["kept"]["session_id"]
    page = toolbox.call("get_session_result", {"session_id": session_id, "max_rows": 1})
    assert page.structured["row_count"] == 200
    assert page.structured["row_count_exact"] is False
    assert "there were more (max_rows)" in page.text


def test_long_values_that_were_cut_are_kept_whole(app: App) -> None:
    query = "SELECT 1 AS n, replace(hex(zeroblob(20000)), '00', 'ab') AS long"
    outcome = execute(app, query)
    assert outcome.structured["cells_cut"] == 1
    (uri,) = outcome.structured["kept"]["uris"]
    assert "ab" * 20000 in str(Toolbox(app).read_resource(uri).content)


def test_masked_columns_are_kept_masked(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(mask="customers.name", sessions_folder=str(tmp_path))
    (uri,) = execute(app, max_tokens=600).structured["kept"]["uris"]
    content = str(Toolbox(app).read_resource(uri).content)
    assert "***" in content
    assert "Customer" not in content


def test_a_disk_that_is_full_takes_nothing_from_the_answer(
    make_app: MakeApp, tmp_path: Path
) -> None:
    app = make_app(sessions_folder=str(tmp_path), session_max_bytes=100)
    outcome = execute(app, max_tokens=600)
    assert outcome.structured["rows"]
    assert "What is not shown could not be kept: " in outcome.text
    assert "session_max_bytes" in outcome.structured["kept"]["problem"]


def test_a_folder_that_cannot_be_used_takes_nothing_from_the_answer(
    make_app: MakeApp, tmp_path: Path
) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("")
    outcome = execute(make_app(sessions_folder=str(occupied / "folder")), max_tokens=600)
    assert outcome.structured["rows"]
    assert "could not be kept" in outcome.text


def test_a_command_keeps_nothing_that_would_end_with_it(
    app: App, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from sqlcore_mcp.terminal import call_from_terminal  # noqa: PLC0415  # only here

    words = ["--query", QUERY, "--max-tokens", "600"]
    assert call_from_terminal(app, "execute_query", words, as_json=False, agreed=False) == 0
    assert "kept" not in capsys.readouterr().out
    assert not (tmp_path / "spool").exists()


def test_small_answers_load_no_arrow(shop: str) -> None:
    code = (
        "import sys\n"
        "from sqlcore_mcp import Toolbox\n"
        f"with Toolbox.open(url='memory://{shop}/main', access='read', environ={{}}) as toolbox:\n"
        "    toolbox.call('execute_query', {'query': 'SELECT 1 AS n'})\n"
        "print('pyarrow' in sys.modules)\n"
    )
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert done.stdout == "False\n"


# -- how much is kept


def result(rows: int = 10) -> StatementResult:
    column = Column(name="n", type=SqlType(name="bigint", kind=TypeKind.INTEGER))
    values = tuple((number,) for number in range(rows))
    return StatementResult(result_sets=(ResultSet(columns=(column,), rows=values, row_count=rows),))


@attrs.define
class Kept:
    spills: Spills
    sessions: Sessions

    def keep(self, owner: str = "ann", rows: int = 10) -> Session | SqlCoreError:
        return self.spills.keep(result(rows), owner=owner, statement="SELECT n", source="here")

    def ids(self, owner: str = "ann") -> list[str]:
        return [session.id for session in reversed(self.sessions.list(owner))]


def open_spills(folder: Path, most: int = 3, **limits: Any) -> Kept:
    sessions = Sessions(SessionLimits(folder=str(folder), **limits))
    return Kept(Spills(lambda: sessions, most=most), sessions)


def test_the_oldest_make_room_for_the_newest(tmp_path: Path) -> None:
    kept = open_spills(tmp_path)
    ids = [session.id for _ in range(5) if isinstance(session := kept.keep(), Session)]
    assert kept.ids() == ids[2:]
    with pytest.raises(NotFoundError):
        kept.sessions.read(ids[0], "ann")
    kept.sessions.close()


def test_they_take_a_share_of_the_disk_and_no_more(tmp_path: Path) -> None:
    kept = open_spills(tmp_path, most=1000, max_total_bytes=40_000)
    for _ in range(100):
        assert isinstance(kept.keep(), Session)
        assert sum(session.size_bytes for session in kept.sessions.list("ann")) <= 10_000
    assert len(kept.ids()) > 1
    kept.sessions.close()


def test_what_is_gone_already_is_no_trouble(tmp_path: Path) -> None:
    kept = open_spills(tmp_path, most=1)
    first = kept.keep()
    assert isinstance(first, Session)
    kept.sessions.remove(first.id, "ann")
    assert isinstance(kept.keep("bob"), Session)
    assert len(kept.ids("bob")) == 1
    kept.sessions.close()


def test_why_nothing_is_kept_is_returned(tmp_path: Path) -> None:
    kept = open_spills(tmp_path, max_bytes=10)
    assert isinstance(kept.keep(), LimitExceededError)
    assert kept.ids() == []
    kept.sessions.close()


def test_a_defect_of_the_store_is_not_one_of_the_answer(tmp_path: Path) -> None:
    def fail() -> Any:
        raise RuntimeError("secret")

    sessions = Sessions(SessionLimits(folder=str(tmp_path)), results=fail)
    outcome = Spills(lambda: sessions).keep(result(), owner="", statement="", source="")
    assert isinstance(outcome, SqlCoreError)
    assert "secret" not in str(outcome)
    sessions.close()
