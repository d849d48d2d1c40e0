"""A session may be made of what runs already, in a thread of somebody else's."""

from __future__ import annotations

from collections.abc import Callable, Generator

import pytest
from tests.unit.sessions.doubles import COLUMNS, SetClock, until

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.query import Event, ExecutionOptions, ResultEnd, ResultStart, RowBatch
from sqlcore.domain.session import SessionKind, SessionState
from sqlcore.errors import LimitExceededError
from sqlcore.services.sessions import Sessions, Work
from sqlcore.services.watching import Watch


def answer(_: ExecutionOptions) -> Generator[Event, None, None]:
    yield ResultStart(COLUMNS)
    yield RowBatch([(7,)])
    yield ResultEnd(1)


WORK = Work(kind=SessionKind.CALL, statement="SELECT n FROM t", run=answer)


def test_it_runs_at_once_and_takes_no_place_of_another(
    open_sessions: Callable[..., Sessions], clock: SetClock
) -> None:
    sessions = open_sessions(max_running=1)
    session, at_end = sessions.adopt(WORK, owner="ann", cancel=CancelToken(), ran_s=2.5)
    assert session.state is SessionState.RUNNING
    assert session.kind is SessionKind.CALL
    clock.pass_s(1.0)
    assert sessions.get(session.id, "ann").elapsed_s == 3.5
    other = sessions.start(WORK, owner="ann")
    assert sessions.wait(other.id, "ann", 20.0).state is SessionState.COMPLETED
    at_end()
    ended = sessions.get(session.id, "ann")
    assert ended.state is SessionState.COMPLETED
    assert ended.elapsed_s == 3.5
    assert list(sessions.read(session.id, "ann").batches(0)) == [[(7,)]]


def test_what_its_watch_has_seen_is_told(sessions: Sessions) -> None:
    watch = Watch()
    work = Work(statement="SELECT 1", run=answer, watch=watch)
    session, at_end = sessions.adopt(work, owner="", cancel=CancelToken(), ran_s=0.0)
    watch.saw(RowBatch([(1,), (2,)]))
    assert sessions.get(session.id, "").rows_seen == 2
    watch.saw(RowBatch([(3,)]))
    at_end()
    assert sessions.get(session.id, "").rows_seen == 3


def test_cancelling_it_sets_the_token_that_it_came_with(sessions: Sessions) -> None:
    cancel = CancelToken()
    session, at_end = sessions.adopt(WORK, owner="", cancel=cancel, ran_s=0.0)
    asked = sessions.cancel(session.id, "", wait_s=0.0)
    assert cancel.cancelled
    assert asked.state is SessionState.RUNNING
    assert asked.cancel_requested
    at_end()
    ended = sessions.get(session.id, "")
    assert ended.state is SessionState.CANCELLED
    assert ended.results == ()
    at_end()
    assert sessions.get(session.id, "") == ended


def test_one_that_runs_too_long_is_stopped(sessions: Sessions, clock: SetClock) -> None:
    cancel = CancelToken()
    session, at_end = sessions.adopt(WORK, owner="", cancel=cancel, ran_s=0.0)
    clock.pass_s(102.0)
    sessions.look_after()
    assert cancel.cancelled
    at_end()
    ended = sessions.get(session.id, "")
    assert ended.state is SessionState.FAILED
    assert ended.error is not None
    assert ended.error.code == "timeout"


def test_one_whose_thread_does_not_come_back_is_given_up(
    sessions: Sessions, clock: SetClock
) -> None:
    session, at_end = sessions.adopt(WORK, owner="", cancel=CancelToken(), ran_s=0.0)
    sessions.cancel(session.id, "", wait_s=0.0)
    clock.pass_s(31.0)
    sessions.look_after()
    given_up = sessions.get(session.id, "")
    assert given_up.state is SessionState.CANCELLED
    at_end()
    assert sessions.get(session.id, "") == given_up


def test_there_are_no_more_than_sessions_that_run_and_wait(
    open_sessions: Callable[..., Sessions],
) -> None:
    sessions = open_sessions(max_running=1, max_queued=1)
    ends = [sessions.adopt(WORK, owner="", cancel=CancelToken(), ran_s=0.0) for _ in range(2)]
    with pytest.raises(LimitExceededError):
        sessions.adopt(WORK, owner="", cancel=CancelToken(), ran_s=0.0)
    assert len(sessions.list("")) == 2
    for _, at_end in ends:
        at_end()
    _, at_end = sessions.adopt(WORK, owner="", cancel=CancelToken(), ran_s=0.0)
    at_end()


def test_closing_stops_it(open_sessions: Callable[..., Sessions]) -> None:
    sessions = open_sessions()
    cancel = CancelToken()
    session, at_end = sessions.adopt(WORK, owner="", cancel=cancel, ran_s=0.0)
    cancel.on_cancel(at_end)
    sessions.close()
    until(lambda: cancel.cancelled)
    assert sessions.get(session.id, "").state is SessionState.CANCELLED
    with pytest.raises(LimitExceededError):
        sessions.adopt(WORK, owner="", cancel=CancelToken(), ran_s=0.0)
