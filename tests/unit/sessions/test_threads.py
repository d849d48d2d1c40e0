"""The threads of sessions: started when needed, gone when not, and none of them needed twice."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from tests.unit.sessions.conftest import session_threads
from tests.unit.sessions.doubles import PATIENCE_S, MemoryResults, Script, SetClock, counting, until

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.session import SessionState
from sqlcore.errors import LimitExceededError
from sqlcore.services.limits import SessionLimits
from sqlcore.services.sessions import Sessions, retention, run, workers

Open = Callable[..., Sessions]


def test_workers_leave_when_they_have_had_nothing_to_do(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_IDLE_S", 0.01)
    for _ in range(3):
        session = sessions.start(counting(1).work(), owner="ann")
        sessions.wait(session.id, "ann", PATIENCE_S)
        until(lambda: "sqlcore-session" not in session_threads())


def test_a_worker_is_used_again(sessions: Sessions) -> None:
    for _ in range(5):
        session = sessions.start(counting(1).work(), owner="ann")
        sessions.wait(session.id, "ann", PATIENCE_S)
        until(lambda: sessions._workers._idle == 1)
    assert 1 == session_threads().count("sqlcore-session")


def test_no_more_sessions_run_than_may(open_sessions: Open) -> None:
    sessions = open_sessions(max_running=3)
    scripts = [Script() for _ in range(9)]
    for script in scripts:
        sessions.start(script.work(), owner="")
    until(lambda: sum(script.started.is_set() for script in scripts) == 3)
    assert 3 == session_threads().count("sqlcore-session")
    for count, script in enumerate(scripts, start=1):
        script.complete()
        assert script.closed.wait(PATIENCE_S)
        assert sum(one.started.is_set() for one in scripts) <= count + 3


def test_nobody_who_has_a_name_takes_more_than_half_of_the_places(open_sessions: Open) -> None:
    sessions = open_sessions(max_running=4, max_queued=4)
    of_ann = [Script() for _ in range(4)]
    ids = [sessions.start(script.work(), owner="ann").id for script in of_ann]
    with pytest.raises(LimitExceededError, match="4 of your sessions") as refused:
        sessions.start(Script().work(), owner="ann")
    assert refused.value.retry_after_s is not None
    adopted = Script().work()
    with pytest.raises(LimitExceededError, match="your sessions"):
        sessions.adopt(adopted, owner="ann", cancel=CancelToken(), ran_s=1.0)
    until(lambda: sum(script.started.is_set() for script in of_ann) == 2)
    of_ben = Script()
    sessions.start(of_ben.work(), owner="ben")  # behind two of ann's, and before them
    assert of_ben.started.wait(PATIENCE_S)
    assert [True, True, False, False] == [script.started.is_set() for script in of_ann]
    sessions.cancel(ids[0], "ann", PATIENCE_S)
    assert of_ann[2].started.wait(PATIENCE_S)
    of_ann[1].complete()
    assert of_ann[3].started.wait(PATIENCE_S)


def test_nothing_looks_after_sessions_when_there_are_none(
    open_sessions: Open, clock: SetClock
) -> None:
    sessions = open_sessions(cleanup_s=0.01)
    session = sessions.start(counting(1).work(), owner="ann")
    sessions.wait(session.id, "ann", PATIENCE_S)
    assert "sqlcore-session-keeper" in session_threads()
    clock.pass_s(901.0)
    until(lambda: sessions.get(session.id, "ann").state is SessionState.EXPIRED)
    clock.pass_s(901.0)
    until(lambda: "sqlcore-session-keeper" not in session_threads())
    assert () == sessions.list("ann")


def test_what_takes_too_long_is_stopped_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_GRACE_S", 0.01)
    sessions = Sessions(SessionLimits(timeout_s=0.05), results=MemoryResults())
    session = sessions.start(Script().work(), owner="ann")
    ended = sessions.wait(session.id, "ann", PATIENCE_S)
    assert ended.error is not None
    assert "timeout" == ended.error.code
    sessions.close()


def test_where_no_thread_can_be_started_nothing_is_left(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(LimitExceededError, match="No thread"):
            sessions.start(counting(1).work(), owner="ann")
    assert () == sessions.list("ann")
    session = sessions.start(counting(1).work(), owner="ann")
    assert SessionState.COMPLETED is sessions.wait(session.id, "ann", PATIENCE_S).state


def test_an_owner_has_no_more_sessions_remembered_than_may_be(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "MAX_KEPT", 2)
    ids = [sessions.start(counting(1).work(), owner="ann").id for _ in range(2)]
    for session_id in ids:
        sessions.wait(session_id, "ann", PATIENCE_S)
    with pytest.raises(LimitExceededError, match="2 sessions have ended"):
        sessions.start(counting(1).work(), owner="ann")
    sessions.start(counting(1).work(), owner="ben")
    sessions.remove(ids[0], "ann")
    sessions.start(counting(1).work(), owner="ann")


def test_work_that_cannot_be_told_to_stop_does_not_keep_others_running(
    open_sessions: Open,
) -> None:
    def refuse() -> None:
        raise OSError("no way")

    sessions = open_sessions()
    scripts = [Script(), Script()]
    for script in scripts:
        sessions.start(script.work(), owner="ann")
        assert script.started.wait(PATIENCE_S)
    assert scripts[0].options is not None
    assert scripts[0].options.cancel is not None
    scripts[0].options.cancel.on_cancel(refuse)
    sessions.close(PATIENCE_S)
    assert all(script.closed.is_set() for script in scripts)
