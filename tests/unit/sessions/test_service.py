"""Sessions from their start to their end: what they tell, who may see them, what is kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from tests.unit.sessions.doubles import (
    COLUMNS,
    PATIENCE_S,
    MemoryResults,
    Script,
    SetClock,
    counting,
    until,
)

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.query import (
    ExecutionOptions,
    Message,
    ResultEnd,
    ResultSet,
    ResultStart,
    RowsAffected,
    StatementResult,
)
from sqlcore.domain.session import Progress, SessionState
from sqlcore.errors import (
    ConnectionLostError,
    LimitExceededError,
    NotFoundError,
    PolicyError,
    StatementTimeoutError,
)
from sqlcore.services.limits import SessionLimits
from sqlcore.services.sessions import SessionHandle, Sessions, Work

Open = Callable[..., Sessions]


def _ended(sessions: Sessions, script: Script, *, owner: str = "ann") -> str:
    session = sessions.start(script.work(), owner=owner)
    assert sessions.wait(session.id, owner, PATIENCE_S).state.is_final
    return session.id


def _started(sessions: Sessions, script: Script, *, owner: str = "ann") -> str:
    session = sessions.start(script.work(), owner=owner)
    assert script.started.wait(PATIENCE_S)
    return session.id


def _read(sessions: Sessions, session_id: str) -> list[int]:
    reader = sessions.read(session_id, "ann")
    return [row[0] for batch in reader.batches(0) for row in batch]


# -- running


def test_a_session_runs_to_its_end_and_its_rows_can_be_read(sessions: Sessions) -> None:
    session_id = _ended(sessions, counting(25))
    session = sessions.get(session_id, "ann")
    assert SessionState.COMPLETED is session.state
    assert 25 == session.row_count
    assert session.results[0].complete
    assert not session.is_partial
    assert session.started_at is not None
    assert session.ended_at is not None
    assert list(range(25)) == _read(sessions, session_id)


def test_a_running_session_tells_how_far_it_is(sessions: Sessions, clock: SetClock) -> None:
    script = Script()
    session_id = _started(sessions, script)
    script.tell(ResultStart(COLUMNS), Message(text="half"))
    script.rows(1, 2)
    until(lambda: sessions.get(session_id, "ann").row_count == 2)
    clock.pass_s(42.0)
    session = sessions.get(session_id, "ann")
    assert SessionState.RUNNING is session.state
    assert 42.0 == session.elapsed_s
    assert [("half",)] == [(message.text,) for message in session.messages]
    assert not session.results[0].complete
    assert [1, 2] == _read(sessions, session_id)
    assert [session] == list(sessions.list("ann"))
    script.complete()


def test_messages_and_counts_are_kept_up_to_a_bound(sessions: Sessions) -> None:
    script = Script()
    script.tell(*(Message(text="x" * 5000) for _ in range(130)))
    script.tell(*(RowsAffected(1, "insert") for _ in range(1010)))
    script.complete()
    session = sessions.get(_ended(sessions, script), "ann")
    assert 100 == len(session.messages)
    assert 30 == session.messages_dropped
    assert max(len(message.text) for message in session.messages) < 2100
    assert 1000 == len(session.rows_affected)
    assert 10 == session.rows_affected_dropped


def test_a_long_statement_is_shortened_in_the_record(sessions: Sessions) -> None:
    work = Work(statement="x" * 200_000, run=counting(1).run)
    assert len(sessions.start(work, owner="ann").statement) < 11_000


def test_the_work_is_given_the_token_and_the_shorter_of_both_times(open_sessions: Open) -> None:
    sessions = open_sessions(timeout_s=50.0)
    script = Script()
    session_id = _started(sessions, script)
    assert script.options is not None
    assert 50.0 == script.options.timeout_s
    sessions.cancel(session_id, "ann", PATIENCE_S)
    assert script.options.cancel is not None
    assert script.options.cancel.cancelled


def test_nothing_is_started_or_made_before_the_first_session(clock: SetClock) -> None:
    def refuse() -> MemoryResults:
        raise AssertionError("the store is made at the first use")

    before = set(threading.enumerate())
    sessions = Sessions(SessionLimits(), results=refuse, clock=clock.clock)
    assert () == sessions.list("ann")
    assert before == set(threading.enumerate())
    sessions.close()


def test_a_start_does_not_wait_while_ten_run(sessions: Sessions) -> None:
    scripts = [Script() for _ in range(30)]
    for script in scripts[:10]:
        sessions.start(script.work(), owner="")
        assert script.started.wait(PATIENCE_S)
    begin = time.perf_counter()
    for script in scripts[10:]:
        sessions.start(script.work(), owner="")
    assert (time.perf_counter() - begin) / 20 < 0.1
    states = [session.state for session in sessions.list("")]
    assert [SessionState.QUEUED] * 20 + [SessionState.RUNNING] * 10 == states


# -- waiting


def test_waiting_ends_with_the_time_the_session_or_the_token(sessions: Sessions) -> None:
    script = Script()
    session_id = _started(sessions, script)
    assert SessionState.RUNNING is sessions.wait(session_id, "ann", 0.01).state
    token = CancelToken()
    token.cancel()
    assert SessionState.RUNNING is sessions.wait(session_id, "ann", PATIENCE_S, token).state
    script.complete()
    assert SessionState.COMPLETED is sessions.wait(session_id, "ann", PATIENCE_S).state


def test_following_returns_when_more_has_come(sessions: Sessions) -> None:
    script = Script()
    session_id = _started(sessions, script)
    seen = sessions.follow(session_id, "ann", -1, PATIENCE_S)
    assert seen == sessions.follow(session_id, "ann", seen, 0.01)
    script.tell(ResultStart(COLUMNS))
    assert seen < sessions.follow(session_id, "ann", seen, PATIENCE_S)
    script.complete()


def test_a_handle_gives_each_row_once_as_it_arrives(sessions: Sessions) -> None:
    script = Script()
    session_id = _started(sessions, script)
    rows = SessionHandle(sessions, session_id, "ann").rows()
    script.tell(ResultStart(COLUMNS))
    for value in range(5):
        script.rows(value)
        assert (value,) == next(rows)
    script.tell(ResultEnd(5), None)
    assert [] == list(rows)


# -- the queue


def test_sessions_wait_in_line_and_run_in_their_order(open_sessions: Open) -> None:
    sessions = open_sessions(max_running=1)
    scripts = [Script() for _ in range(4)]
    _started(sessions, scripts[0])
    ids = [sessions.start(script.work(), owner="ann").id for script in scripts[1:]]
    for script, following, session_id in zip(scripts, scripts[1:], ids, strict=False):
        assert SessionState.QUEUED is sessions.get(session_id, "ann").state
        script.complete()
        assert following.started.wait(PATIENCE_S)
    scripts[-1].complete()


def test_over_the_limits_a_start_says_when_to_try_again(open_sessions: Open) -> None:
    sessions = open_sessions(max_running=1, max_queued=1)
    script, queued = Script(), Script()
    _started(sessions, script)
    session_id = sessions.start(queued.work(), owner="ann").id
    with pytest.raises(LimitExceededError, match="1 sessions run and 1 wait") as caught:
        sessions.start(Script().work(), owner="ben")
    assert caught.value.retry_after_s is not None
    assert f"{caught.value.retry_after_s} seconds" in str(caught.value)
    assert caught.value.retry_after_s == caught.value.fields["retry_after_s"]
    assert () == sessions.list("ben")
    assert SessionState.CANCELLED is sessions.cancel(session_id, "ann").state
    assert not queued.started.is_set()
    sessions.start(Script().work(), owner="ben")
    script.complete()


def test_a_session_that_waited_too_long_never_runs(open_sessions: Open, clock: SetClock) -> None:
    sessions = open_sessions(max_running=1)
    script, queued = Script(), Script()
    running_id = sessions.start(script.work(), owner="ann").id
    assert script.started.wait(PATIENCE_S)
    session_id = sessions.start(queued.work(), owner="ann").id
    clock.pass_s(100.0)  # the one that runs is given a moment more
    sessions.look_after()
    session = sessions.get(session_id, "ann")
    assert SessionState.FAILED is session.state
    assert session.error is not None
    assert "limit_exceeded" == session.error.code
    assert not queued.started.is_set()
    script.complete()
    assert SessionState.COMPLETED is sessions.wait(running_id, "ann", PATIENCE_S).state


# -- stopping


def test_a_cancelled_session_keeps_what_has_come(sessions: Sessions) -> None:
    script = Script()
    session_id = _started(sessions, script)
    script.tell(ResultStart(COLUMNS))
    script.rows(1, 2, 3)
    until(lambda: sessions.get(session_id, "ann").row_count == 3)
    session = sessions.cancel(session_id, "ann", PATIENCE_S)
    assert SessionState.CANCELLED is session.state
    assert session.cancel_requested
    assert session.is_partial
    assert not session.results[0].complete
    assert script.closed.is_set()
    assert [1, 2, 3] == _read(sessions, session_id)
    assert session == sessions.cancel(session_id, "ann")


def test_a_session_that_takes_too_long_is_stopped(sessions: Sessions, clock: SetClock) -> None:
    script = Script()
    session_id = _started(sessions, script)
    clock.pass_s(102.0)
    sessions.look_after()
    session = sessions.wait(session_id, "ann", PATIENCE_S)
    assert SessionState.FAILED is session.state
    assert session.error is not None
    assert isinstance(session.error.exception(), StatementTimeoutError)
    assert "100 seconds" in session.error.message
    assert not session.cancel_requested
    assert script.closed.is_set()


def test_a_driver_that_hangs_is_left_to_itself_and_its_place_goes_to_others(
    open_sessions: Open, clock: SetClock, results: MemoryResults
) -> None:
    sessions = open_sessions(max_running=1)
    hung, waiting = Script(heeds_cancel=False), counting(5)
    session_id = _started(sessions, hung)
    waiting_id = sessions.start(waiting.work(), owner="ann").id
    assert SessionState.RUNNING is sessions.cancel(session_id, "ann", 0.01).state
    clock.pass_s(31.0)
    sessions.look_after()
    session = sessions.get(session_id, "ann")
    assert SessionState.CANCELLED is session.state
    assert session.error is not None
    assert "does not react" in session.error.message
    assert SessionState.COMPLETED is sessions.wait(waiting_id, "ann", PATIENCE_S).state
    hung.tell(ResultStart(COLUMNS))  # it comes back after all, and changes nothing
    assert hung.closed.wait(PATIENCE_S)
    assert () == results.open(session_id).summaries()
    assert session == sessions.get(session_id, "ann")


def test_a_clock_that_is_set_changes_nothing(sessions: Sessions, clock: SetClock) -> None:
    script = Script()
    session_id = _started(sessions, script)
    for year in (1990, 2090):
        clock.date = clock.date.replace(year=year)
        sessions.look_after()
        assert 0.0 == sessions.get(session_id, "ann").elapsed_s
    script.complete()
    ended = sessions.wait(session_id, "ann", PATIENCE_S)
    clock.date = clock.date.replace(year=2199)
    sessions.look_after()
    assert ended == sessions.get(session_id, "ann")


# -- failing


def test_an_error_is_recorded_with_its_fields_and_keeps_what_has_come(sessions: Sessions) -> None:
    script = Script()
    script.tell(ResultStart(COLUMNS))
    script.rows(1)
    script.tell(ConnectionLostError("It is gone.", hint="Look.", sqlstate="57P01", line=3))
    session_id = _ended(sessions, script)
    session = sessions.get(session_id, "ann")
    assert SessionState.FAILED is session.state
    assert session.error is not None
    assert ("connection_lost", "It is gone.", "Look.") == (
        session.error.code,
        session.error.message,
        session.error.hint,
    )
    assert {"sqlstate": "57P01", "line": 3} == session.error.fields
    error = session.error.exception()
    assert isinstance(error, ConnectionLostError)
    assert ("57P01", 3) == (error.sqlstate, error.line)
    assert [1] == _read(sessions, session_id)


def test_a_disk_that_is_full_ends_the_session_and_keeps_what_fitted(
    sessions: Sessions, results: MemoryResults
) -> None:
    results.take(1_000_000 - 15)
    script = counting(40)
    session_id = _ended(sessions, script)
    session = sessions.get(session_id, "ann")
    assert SessionState.FAILED is session.state
    assert session.error is not None
    assert "limit_exceeded" == session.error.code
    assert script.closed.is_set()
    assert list(range(15)) == _read(sessions, session_id)
    assert not session.results[0].complete


@pytest.mark.parametrize("failure", [ZeroDivisionError("secret"), SystemExit(1), MemoryError()])
def test_a_defect_ends_the_session_and_tells_nothing_but_an_id(
    sessions: Sessions, failure: BaseException
) -> None:
    script = Script()
    script.tell(failure)
    session = sessions.get(_ended(sessions, script), "ann")
    assert SessionState.FAILED is session.state
    assert session.error is not None
    assert "internal" == session.error.code
    assert "secret" not in repr(session.error)
    assert str(session.error.fields["error_id"]) in session.error.message


def test_work_that_cannot_begin_fails(sessions: Sessions) -> None:
    def run(_: ExecutionOptions) -> None:
        raise PolicyError("It may not run.")

    work = Work(statement="DROP TABLE t", run=run)  # type: ignore[arg-type]  # it only raises
    session_id = sessions.start(work, owner="ann").id
    session = sessions.wait(session_id, "ann", PATIENCE_S)
    assert session.error is not None
    assert "refused" == session.error.code


def test_a_store_that_cannot_be_made_fails_the_session(clock: SetClock) -> None:
    def refuse() -> MemoryResults:
        raise LimitExceededError("There is no room.")

    sessions = Sessions(results=refuse, clock=clock.clock)
    session = sessions.get(_ended(sessions, counting(1)), "ann")
    assert session.error is not None
    assert "There is no room." == session.error.message
    with pytest.raises(NotFoundError):
        sessions.read(session.id, "ann")
    sessions.close()


# -- ownership


def test_a_session_of_somebody_else_and_one_that_never_was_are_told_in_the_same_words(
    sessions: Sessions, clock: SetClock
) -> None:
    forgotten_id = _ended(sessions, counting(1))
    for _ in range(2):
        clock.pass_s(901.0)
        sessions.look_after()
    session_id = _ended(sessions, counting(1))
    words = set()
    for asked, owner in (
        (session_id, "ben"),
        (session_id, ""),
        (session_id, "ann\udcff"),
        ("0" * 32, "ann"),
        ("0" * 32, ""),
        (forgotten_id, "ann"),
    ):
        for ask in (
            sessions.get,
            sessions.read,
            sessions.cancel,
            sessions.remove,
            lambda one, who: sessions.wait(one, who, 0.0),
            lambda one, who: sessions.follow(one, who, -1, 0.0),
        ):
            with pytest.raises(NotFoundError) as caught:
                ask(asked, owner)
            words.add(str(caught.value))
    assert 1 == len(words)
    assert () == sessions.list("ben")
    assert [session_id] == [session.id for session in sessions.list("ann")]


def test_the_list_is_newest_first_and_by_state(sessions: Sessions) -> None:
    done = _ended(sessions, counting(1))
    script = Script()
    running = _started(sessions, script)
    assert [running, done] == [session.id for session in sessions.list("ann")]
    only = sessions.list("ann", {SessionState.COMPLETED})
    assert [done] == [session.id for session in only]
    script.complete()


# -- what is kept


def test_results_expire_and_then_the_session_is_forgotten(
    sessions: Sessions, clock: SetClock, results: MemoryResults
) -> None:
    session_id = _ended(sessions, counting(3))
    clock.pass_s(899.0)
    sessions.look_after()
    assert SessionState.COMPLETED is sessions.get(session_id, "ann").state
    clock.pass_s(2.0)
    sessions.look_after()
    expired = sessions.get(session_id, "ann")
    assert SessionState.EXPIRED is expired.state
    assert () == expired.results
    assert {} == results.written
    with pytest.raises(NotFoundError, match="expired"):
        sessions.read(session_id, "ann")
    clock.pass_s(901.0)
    sessions.look_after()
    with pytest.raises(NotFoundError, match="no such session"):
        sessions.get(session_id, "ann")


def test_results_that_cannot_be_removed_do_not_keep_others(
    sessions: Sessions, clock: SetClock, results: MemoryResults, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [_ended(sessions, counting(3)) for _ in range(2)]
    remove = results.remove

    def fail_once(session_id: str) -> None:
        if session_id == ids[0]:
            raise OSError("busy")
        remove(session_id)

    monkeypatch.setattr(results, "remove", fail_once)
    clock.pass_s(901.0)
    sessions.look_after()
    assert {SessionState.EXPIRED} == {sessions.get(one, "ann").state for one in ids}
    assert [ids[0]] == list(results.written)


def test_a_removed_session_is_gone_with_its_results(
    sessions: Sessions, results: MemoryResults
) -> None:
    done = _ended(sessions, counting(3))
    script = Script()
    running = _started(sessions, script)
    for session_id in (done, running):
        sessions.remove(session_id, "ann", PATIENCE_S)
        with pytest.raises(NotFoundError):
            sessions.get(session_id, "ann")
    assert {} == results.written
    assert script.closed.is_set()


def test_a_removed_session_that_does_not_stop_is_cleaned_up_when_it_does(
    sessions: Sessions, results: MemoryResults
) -> None:
    hung = Script(heeds_cancel=False)
    session_id = _started(sessions, hung)
    sessions.remove(session_id, "ann", 0.01)
    assert () == sessions.list("ann")
    hung.complete()
    until(lambda: not results.written)


def test_a_collected_result_is_kept_as_a_session(sessions: Sessions) -> None:
    rows = tuple((n,) for n in range(2500))
    result = StatementResult(
        result_sets=(
            ResultSet(columns=COLUMNS, rows=rows, row_count=2500),
            ResultSet(columns=COLUMNS, rows=rows[:5], row_count=9),
        ),
        messages=(Message(text="done"),),
        duration_s=1.5,
    )
    kept = sessions.keep(result, owner="ann", statement="SELECT", source="here")
    session = sessions.get(kept.id, "ann")
    assert SessionState.COMPLETED is session.state
    assert 1.5 == session.elapsed_s
    assert [(2500, True), (5, False)] == [(one.row_count, one.complete) for one in session.results]
    assert list(range(2500)) == _read(sessions, kept.id)
    assert ("done",) == tuple(message.text for message in session.messages)


def test_a_result_for_which_there_is_no_room_is_not_kept(
    sessions: Sessions, results: MemoryResults
) -> None:
    results.take(1_000_000 - 3)
    rows = tuple((n,) for n in range(5))
    result = StatementResult(result_sets=(ResultSet(columns=COLUMNS, rows=rows, row_count=5),))
    with pytest.raises(LimitExceededError, match="full"):
        sessions.keep(result, owner="ann", statement="SELECT", source="here")
    assert {} == results.written
    assert () == sessions.list("ann")


# -- progress


def test_the_server_is_asked_how_far_it_is_at_most_once_a_second(
    sessions: Sessions, clock: SetClock
) -> None:
    asked: list[str] = []

    def progress(server_session: str) -> Progress:
        asked.append(server_session)
        return Progress(fraction=0.5, phase="sorting")

    script = Script()
    work = Work(statement="SELECT", run=script.run, progress=progress)
    session_id = sessions.start(work, owner="ann").id
    assert script.started.wait(PATIENCE_S)
    assert sessions.get(session_id, "ann").progress is None
    assert script.options is not None
    assert script.options.on_connection is not None
    script.options.on_connection("4711")
    for _ in range(5):
        assert Progress(fraction=0.5, phase="sorting") == sessions.get(session_id, "ann").progress
    assert ["4711"] == asked
    clock.pass_s(1.0)
    sessions.wait(session_id, "ann", 0.0)
    assert ["4711", "4711"] == asked
    script.complete()


def test_a_server_that_cannot_tell_is_no_failure(sessions: Sessions, clock: SetClock) -> None:
    answering = threading.Event()

    def progress(_: str) -> Progress:
        if clock.seconds > 1000.0:
            answering.wait(PATIENCE_S)
        raise ConnectionLostError("It is gone.")

    script = Script()
    work = Work(statement="SELECT", run=script.run, progress=progress)
    session_id = sessions.start(work, owner="ann").id
    assert script.started.wait(PATIENCE_S)
    assert script.options is not None
    assert script.options.on_connection is not None
    script.options.on_connection("4711")
    assert sessions.get(session_id, "ann").progress is None
    clock.pass_s(5.0)
    begin = time.perf_counter()
    for _ in range(3):
        clock.pass_s(1.0)
        assert SessionState.RUNNING is sessions.get(session_id, "ann").state
    assert time.perf_counter() - begin < 10.0
    answering.set()
    script.complete()
    assert SessionState.COMPLETED is sessions.wait(session_id, "ann", PATIENCE_S).state


# -- closing


def test_closing_stops_ten_that_run_and_removes_everything(
    open_sessions: Open, results: MemoryResults
) -> None:
    sessions = open_sessions()
    scripts = [Script() for _ in range(15)]
    ids = [sessions.start(script.work(), owner="").id for script in scripts]
    for script in scripts[:10]:
        assert script.started.wait(PATIENCE_S)
    sessions.close(PATIENCE_S)
    assert all(script.closed.is_set() for script in scripts[:10])
    assert {SessionState.CANCELLED} == {sessions.get(one, "").state for one in ids}
    assert results.closed
    assert {} == results.written
    with pytest.raises(LimitExceededError, match="shutting down"):
        sessions.start(Script().work(), owner="")
    with pytest.raises(LimitExceededError, match="shutting down"):
        sessions.keep(StatementResult(), owner="", statement="", source="")
    sessions.close()


def test_a_driver_that_hangs_does_not_stop_closing(open_sessions: Open) -> None:
    sessions = open_sessions()
    hung, heeding = Script(heeds_cancel=False), Script()
    hung_id, other_id = _started(sessions, hung), _started(sessions, heeding)
    sessions.close(0.2)
    assert {SessionState.CANCELLED} == {
        sessions.get(hung_id, "ann").state,
        sessions.get(other_id, "ann").state,
    }
    hung.tell(ResultEnd(0))  # it comes back: its thread leaves
    assert hung.closed.wait(PATIENCE_S)
