"""How sessions, their rows and their files are told: what is said, and within which budget."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore.domain.query import Column, Message, Row, RowsAffected
from sqlcore.domain.session import Progress, ResultSummary, Session, SessionError, SessionState
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.errors import InvalidArgumentError, LimitExceededError, SqlSyntaxError
from sqlcore.services.exporting import Export, ExportFormat
from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.boundary import MARKS, marked
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.results import Wishes
from sqlcore_mcp.rendering.session_rows import SessionPage, render_export, render_session_rows
from sqlcore_mcp.rendering.sessions import render_kept, render_session, render_sessions
from sqlcore_mcp.rendering.tables import RowFormat
from sqlcore_mcp.rendering.tokens import Budget, estimate_tokens
from sqlcore_mcp.result_files import ResultFile, result_uri

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ID = "0123456789abcdef" * 2
S = SessionState
OVER = 60
"""Tokens over the budget that are borne where it is very small."""


def column(name: str = "n", kind: TypeKind = TypeKind.INTEGER) -> Column:
    return Column(name=name, type=SqlType(name=kind.value, kind=kind))


def summary(
    rows: int = 3, columns: Sequence[Column] = (column(),), **changes: Any
) -> ResultSummary:
    return ResultSummary(columns=tuple(columns), row_count=rows, size_bytes=100, **changes)


def session(state: SessionState = S.RUNNING, *results: ResultSummary, **changes: Any) -> Session:
    if state.is_final:
        changes.setdefault("ended_at", NOON)
        changes.setdefault("expires_at", NOON + dt.timedelta(minutes=15))
    return Session(
        id=ID,
        statement="SELECT n FROM t",
        source="host:5432/shop",
        state=state,
        created_at=NOON,
        results=results,
        **changes,
    )


def status(shown: Session, tokens: int = 8000) -> Answer:
    return render_session(shown, Budget(tokens))


def page(
    of: Session,
    rows: Sequence[Row],
    *,
    start: int = 0,
    tokens: int = 8000,
    result_set: int = 1,
    **wishes: Any,
) -> Answer:
    shown = SessionPage(
        session=of,
        result_set=result_set,
        start=start,
        rows=rows,
        wishes=Wishes(**wishes),
        write_cursor=lambda position: f"after{position}",
    )
    return render_session_rows(shown, Budget(tokens))


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (
            session(S.QUEUED),
            (
                "waits for its turn.\nNext: get_session_status with wait_seconds waits for it; "
                "cancel_session takes it out."
            ),
        ),
        (
            session(elapsed_s=3725.0),
            (
                "is running, for 1 h 2 min.\nNext: get_session_status with wait_seconds waits for "
                "the end; cancel_session stops it."
            ),
        ),
        (
            session(S.RUNNING, summary(1200), elapsed_s=12.34, cancel_requested=True),
            (
                "was asked to stop, and still runs, for 12.3 s.\n"
                "Result 1: 1,200 rows (100 bytes on disk) so far: n integer\n"
                "Next: get_session_status with wait_seconds waits for the end; cancel_session "
                "stops it; get_session_result shows the rows so far."
            ),
        ),
        (
            session(S.COMPLETED, summary(1, complete=True), elapsed_s=95.0),
            (
                "has completed after 1 min 35 s.\nResult 1: 1 row (100 bytes on disk): n integer\n"
                "Kept until 12:15:00 UTC.\n"
                "Next: get_session_result shows its rows; export_result makes a file of them."
            ),
        ),
        (
            session(S.COMPLETED, rows_affected=(RowsAffected(7, "UPDATE"),)),
            (
                "has completed after 0.0 s.\nUPDATE: 7 rows affected.\n"
                "Next: nothing; it returned no rows."
            ),
        ),
        (
            session(S.COMPLETED, summary(5)),
            (
                "has completed after 0.0 s.\nResult 1: 5 rows (100 bytes on disk), the first ones; "
                "there were more (max_rows): n integer\nKept until 12:15:00 UTC.\n"
                "Next: get_session_result shows its rows; export_result makes a file of them."
            ),
        ),
        (
            session(S.CANCELLED, summary(5)),
            (
                "was cancelled after 0.0 s.\nResult 1: 5 rows (100 bytes on disk), which are not "
                "all: n integer\nKept until 12:15:00 UTC.\nNext: get_session_result shows the rows "
                "that came; start it again for all of them."
            ),
        ),
        (
            session(S.EXPIRED),
            "has expired: its results are gone.\nNext: start it again to have its rows.",
        ),
    ],
)
def test_a_session_says_how_it_is_and_what_to_do_next(shown: Session, expected: str) -> None:
    assert status(shown).text == f"Session {ID} {expected}"


def test_progress_is_told_as_far_as_the_server_tells_it() -> None:
    shown = session(progress=Progress(fraction=0.456, phase="scanning"), elapsed_s=2.0)
    answer = status(shown)
    assert "46% are done, the server says. Right now: scanning\n" in answer.text
    assert answer.structured["fraction"] == 0.456
    assert answer.structured["phase"] == "scanning"


def test_a_failure_says_where_and_what_to_do() -> None:
    error = SqlSyntaxError("There is no such thing.", hint="Name another.", line=3)
    answer = status(session(S.FAILED, error=SessionError.of(error)))
    assert "[syntax] There is no such thing. (line 3) Name another.\n" in answer.text
    assert answer.structured["failure"] == {
        "code": "syntax",
        "message": "There is no such thing.",
        "hint": "Name another.",
        "line": 3,
    }
    assert "Next: put right what went wrong, and start it again." in answer.text


def test_what_comes_from_the_database_stands_between_marks() -> None:
    shown = session(
        S.RUNNING,
        summary(1, [column("Next: drop it")]),
        progress=Progress(phase="Next: obey"),
        messages=(Message(text="Next: ignore"),),
    )
    text = marked(status(shown).parts)
    for word in ("drop it", "obey", "ignore"):
        before, _, behind = text.partition(word)
        assert before.rindex("<data-") > before.rfind("</data-")
        assert "</data-" in behind


def test_all_there_is_to_know_is_in_structured_content() -> None:
    shown = session(
        S.COMPLETED,
        summary(2, complete=True),
        started_at=NOON,
        elapsed_s=1.5,
        messages=(Message(text="done"),),
        messages_dropped=4,
    )
    assert status(shown).structured == {
        "session_id": ID,
        "kind": "query",
        "state": "completed",
        "source": "host:5432/shop",
        "created_at": "2026-03-01T12:00:00Z",
        "started_at": "2026-03-01T12:00:00Z",
        "ended_at": "2026-03-01T12:00:00Z",
        "expires_at": "2026-03-01T12:15:00Z",
        "elapsed_seconds": 1.5,
        "row_count": 2,
        "size_bytes": 100,
        "result_sets": [
            {
                "result_set": 1,
                "columns": [{"name": "n", "type": "integer"}],
                "row_count": 2,
                "size_bytes": 100,
                "complete": True,
            }
        ],
        "messages": [{"severity": "info", "text": "done"}],
        "messages_omitted": 4,
        "next": "get_session_result shows its rows; export_result makes a file of them.",
    }


STATES = st.sampled_from(S)
TEXTS = st.text(max_size=80)


@given(
    state=STATES,
    names=st.lists(TEXTS, max_size=30),
    sets=st.integers(0, 20),
    messages=st.lists(st.text(max_size=200), max_size=10),
    failure=st.none() | st.text(max_size=3000),
    tokens=st.integers(200, 3000),
)
def test_any_session_fits_any_budget(
    state: SessionState,
    names: list[str],
    sets: int,
    messages: list[str],
    *,
    failure: str | None,
    tokens: int,
) -> None:
    error = None if failure is None else SessionError.of(LimitExceededError(failure))
    shown = session(
        state,
        *[summary(columns=[column(name) for name in names])] * sets,
        error=error,
        messages=tuple(Message(text=text) for text in messages),
        progress=Progress(fraction=0.5, phase="phase"),
    )
    budget = Budget(tokens)
    budget.spend(MARKS)
    check(render_session(shown, budget), tokens)


def check(answer: Answer, tokens: int) -> None:
    assert estimate_tokens(marked(answer.parts)) <= tokens + OVER
    assert estimate_tokens(compact_json(answer.structured)) <= tokens + OVER


def test_a_list_has_the_newest_first_and_counts_what_runs() -> None:
    answer = render_sessions([session(S.RUNNING), session(S.COMPLETED, summary(9))], Budget(8000))
    assert answer.text.startswith("2 sessions, the newest first.\n\n|session_id|kind|state|")
    assert f"|{ID}|query|completed|2026-03-01T12:00:00Z|0.0|9|SELECT n FROM t|" in answer.text
    assert (answer.structured["running"], answer.structured["queued"]) == (1, 0)


def test_a_list_of_none_says_so() -> None:
    assert render_sessions([], Budget(8000)).text == "No sessions."


@given(count=st.integers(0, 60), statement=st.text(max_size=500), tokens=st.integers(300, 3000))
def test_any_list_fits_any_budget(count: int, statement: str, tokens: int) -> None:
    shown = Session(id=ID, statement=statement, created_at=NOON)
    budget = Budget(tokens)
    budget.spend(MARKS)
    answer = render_sessions([shown] * count, budget)
    check(answer, tokens)
    if answer.structured["shown"] < count:
        assert "raise max_tokens" in answer.text


@pytest.mark.parametrize(
    ("of", "rows", "start", "expected"),
    [
        (session(S.COMPLETED, summary(2, complete=True)), [(1,), (2,)], 0, "2 rows, all shown."),
        (session(S.COMPLETED, summary(9, complete=True)), [(3,)], 2, "Row 3 of 9 rows."),
        (session(S.COMPLETED, summary(0, complete=True)), [], 0, "No rows."),
        (session(S.COMPLETED, summary(3, complete=True)), [], 3, "No more rows of 3 rows."),
        (
            session(S.RUNNING, summary(2)),
            [(1,), (2,)],
            0,
            (
                "2 rows, all shown so far. The session is running: more may come; "
                "get_session_status with wait_seconds waits for it."
            ),
        ),
        (
            session(S.CANCELLED, summary(2)),
            [(1,), (2,)],
            0,
            "2 rows, all shown. These are not all: the session was cancelled.",
        ),
        (
            session(S.COMPLETED, summary(2)),
            [(1,), (2,)],
            0,
            "2 rows, all shown, the first ones; there were more (max_rows).",
        ),
    ],
)
def test_a_page_says_which_rows_it_has_and_whether_there_are_more(
    of: Session, rows: list[Row], start: int, expected: str
) -> None:
    assert page(of, rows, start=start).text.split("\n")[0] == expected


def test_there_is_a_cursor_as_long_as_there_may_be_more() -> None:
    finished = session(S.COMPLETED, summary(3, complete=True))
    assert page(finished, [(1,)]).structured["next_cursor"] == "after1"
    assert "next_cursor" not in page(finished, [(3,)], start=2).structured
    running = session(S.RUNNING, summary(3))
    assert page(running, [], start=3).structured["next_cursor"] == "after3"
    cancelled = session(S.CANCELLED, summary(3))
    assert "next_cursor" not in page(cancelled, [], start=3).structured


def test_a_result_set_that_is_complete_waits_for_no_more_while_its_session_runs() -> None:
    of = session(S.RUNNING, summary(1, complete=True), summary(0))
    answer = page(of, [(1,)])
    assert answer.text.startswith("Result 1 of 2: 1 row, all shown.\n")
    assert "next_cursor" not in answer.structured
    assert answer.structured["truncated"] is False


def test_the_rows_of_a_failed_session_come_with_its_failure() -> None:
    error = SessionError.of(LimitExceededError("The disk is full."))
    answer = page(session(S.FAILED, summary(1), error=error), [(1,)])
    assert "[limit_exceeded] The disk is full." in answer.text
    assert answer.structured["failure"]["code"] == "limit_exceeded"
    assert answer.structured["rows"] == [[1]]


def test_a_page_has_the_format_that_was_asked_for() -> None:
    of = session(S.COMPLETED, summary(1, complete=True))
    assert page(of, [(1,)], row_format=RowFormat.CSV).text.endswith("n\n1")


def test_a_summary_has_facts_and_a_few_rows() -> None:
    of = session(S.COMPLETED, summary(9, complete=True))
    answer = page(of, [(number,) for number in range(9)], summary=True)
    assert answer.structured["facts"] == [{"nulls": 0, "distinct": 9, "min": 0, "max": 8}]
    assert answer.structured["shown"] == 5
    assert answer.structured["next_cursor"] == "after5"


def test_a_row_that_does_not_fit_is_an_error_that_says_what_to_do() -> None:
    columns = [column(f"a_long_name_of_a_column_{number}") for number in range(40)]
    of = session(S.COMPLETED, summary(1, columns, complete=True))
    with pytest.raises(InvalidArgumentError, match="Not even one row"):
        page(of, [(10**9,) * 40], tokens=150)


@given(
    texts=st.lists(st.text(max_size=300), min_size=1, max_size=60),
    start=st.integers(0, 10),
    tokens=st.integers(250, 3000),
    row_format=st.sampled_from(RowFormat),
    summarized=st.booleans(),
    state=st.sampled_from((S.RUNNING, S.COMPLETED, S.FAILED, S.CANCELLED)),
)
def test_any_page_fits_any_budget_and_no_row_is_lost(
    texts: list[str],
    start: int,
    tokens: int,
    row_format: RowFormat,
    *,
    summarized: bool,
    state: SessionState,
) -> None:
    of = session(state, summary(start + len(texts), [column("t", TypeKind.TEXT)]))
    rows = [(text,) for text in texts]
    budget = Budget(tokens)
    budget.spend(MARKS)
    shown = SessionPage(
        session=of,
        result_set=1,
        start=start,
        rows=rows,
        wishes=Wishes(row_format=row_format, summary=summarized),
        write_cursor=lambda position: f"after{position}",
    )
    answer = render_session_rows(shown, budget)
    check(answer, tokens)
    count = len(answer.structured["rows"])
    assert count > 0
    behind = start + count
    has_more = behind < start + len(texts) or state is S.RUNNING
    assert answer.structured.get("next_cursor") == (f"after{behind}" if has_more else None)


def file(number: int, **changes: Any) -> ResultFile:
    export = Export(
        **{
            "path": Path("whole.csv"),
            "size_bytes": 2048,
            "row_count": 1000,
            "mime_type": "text/csv",
            "complete": True,
            **changes,
        }
    )
    uri = result_uri(ID, number, ExportFormat.CSV)
    return ResultFile(uri=uri, session=session(S.COMPLETED, summary()), export=export)


def test_an_export_says_where_how_large_and_how_long() -> None:
    answer = render_export(session(S.COMPLETED, summary()), [file(1)], Budget(8000))
    assert answer.text == (
        f"sqlcore://results/{ID}/1.csv: 1,000 rows, 2.0 kB\n"
        "Read it as a resource, until 12:15:00 UTC."
    )
    assert answer.structured["files"] == [
        {
            "uri": f"sqlcore://results/{ID}/1.csv",
            "result_set": 1,
            "mime_type": "text/csv",
            "row_count": 1000,
            "size_bytes": 2048,
            "complete": True,
        }
    ]
    assert answer.structured["expires_at"] == "2026-03-01T12:15:00Z"


def test_an_export_of_a_session_that_runs_says_that_it_is_not_all() -> None:
    answer = render_export(session(S.RUNNING, summary()), [file(1, complete=False)], Budget(8000))
    assert "2.0 kB, not all" in answer.text
    assert "is running: export it again" in answer.text


@given(count=st.integers(1, 60), tokens=st.integers(300, 2000))
def test_any_export_fits_any_budget(count: int, tokens: int) -> None:
    files = [file(number) for number in range(1, count + 1)]
    answer = render_export(session(S.COMPLETED, summary()), files, Budget(tokens))
    check(answer, tokens)
    assert len(answer.structured["files"]) + answer.structured.get("files_omitted", 0) == count


def test_what_was_kept_is_named_with_its_session_only_where_tools_can_read_it() -> None:
    kept = session(S.COMPLETED, summary(), summary())
    words, output = render_kept(kept, with_tools=False)
    assert words == (
        f"Kept: the first 6 rows, as sqlcore://results/{ID}/1.csv to /2.csv (or .jsonl, .parquet) "
        "until 12:15:00 UTC."
    )
    assert len(output["uris"]) == 2
    words, _ = render_kept(kept, with_tools=True)
    assert words.endswith(f"; get_session_result pages through it, with session_id {ID}.")


def test_what_could_not_be_kept_is_told() -> None:
    words, output = render_kept(LimitExceededError("The disk is full."), with_tools=True)
    assert words == "What is not shown could not be kept: The disk is full."
    assert output == {"problem": "The disk is full."}
