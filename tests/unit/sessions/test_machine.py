"""Whatever is done in whatever order: every session is where it should be, and nothing leaks."""

from __future__ import annotations

from typing import Any

import attrs
import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule
from tests.unit.sessions.conftest import session_threads
from tests.unit.sessions.doubles import (
    COLUMNS,
    PATIENCE_S,
    MemoryResults,
    Script,
    SetClock,
    WatchedRecords,
    until,
)

from sqlcore.domain.query import ResultEnd, ResultStart
from sqlcore.domain.session import IllegalTransitionError, Session, SessionState
from sqlcore.errors import ConflictError, LimitExceededError, NotFoundError
from sqlcore.services.limits import SessionLimits
from sqlcore.services.sessions import Sessions

_MAX_RUNNING, _MAX_QUEUED = 3, 3
_TIMEOUT_S, _RETENTION_S = 100.0, 300.0
_LEGAL = {
    SessionState.QUEUED: {SessionState.RUNNING, SessionState.FAILED, SessionState.CANCELLED},
    SessionState.RUNNING: {SessionState.COMPLETED, SessionState.FAILED, SessionState.CANCELLED},
    SessionState.COMPLETED: {SessionState.EXPIRED},
    SessionState.FAILED: {SessionState.EXPIRED},
    SessionState.CANCELLED: {SessionState.EXPIRED},
    SessionState.EXPIRED: set(),
}


@attrs.define(eq=False)
class _Expected:
    """A session as it should be."""

    id: str
    owner: str
    script: Script
    state: SessionState = SessionState.QUEUED
    rows: int = 0
    changed_at: float = 0.0


def _of(owner: str, sessions: list[_Expected]) -> int:
    return sum(one.owner == owner for one in sessions)


def _half(places: int) -> int:
    return (places + 1) // 2


class SessionMachine(RuleBasedStateMachine):
    """The real service beside a model of it."""

    started = Bundle("started")

    def __init__(self) -> None:
        super().__init__()
        self.clock = SetClock()
        self.results = MemoryResults()
        self.records = WatchedRecords()
        limits = SessionLimits(
            max_running=_MAX_RUNNING,
            max_queued=_MAX_QUEUED,
            timeout_s=_TIMEOUT_S,
            retention_s=_RETENTION_S,
        )
        self.sessions = Sessions(
            limits, store=self.records, results=self.results, clock=self.clock.clock
        )
        self.expected: list[_Expected] = []

    def in_state(self, *states: SessionState) -> list[_Expected]:
        return [one for one in self.expected if one.state in states]

    def begin_next(self) -> None:
        """Let those who wait longest run, as far as there is room."""
        for one in self.in_state(SessionState.QUEUED):
            running = self.in_state(SessionState.RUNNING)
            if len(running) == _MAX_RUNNING:
                return
            if one.owner and _of(one.owner, running) == _half(_MAX_RUNNING):
                continue
            assert one.script.started.wait(PATIENCE_S)
            one.state, one.changed_at = SessionState.RUNNING, self.clock.seconds

    def end(self, one: _Expected, state: SessionState) -> None:
        assert state is self.sessions.wait(one.id, one.owner, PATIENCE_S).state
        one.state, one.changed_at = state, self.clock.seconds
        self.begin_next()

    @rule(target=started, owner=st.sampled_from(["", "ann", "ben"]))
    def start(self, owner: str) -> Any:
        script = Script()
        active = self.in_state(SessionState.QUEUED, SessionState.RUNNING)
        share = _half(_MAX_RUNNING) + _half(_MAX_QUEUED)
        is_too_much = owner and _of(owner, active) == share
        if is_too_much or len(active) == _MAX_RUNNING + _MAX_QUEUED:
            with pytest.raises(LimitExceededError):
                self.sessions.start(script.work(), owner=owner)
            return None
        session = self.sessions.start(script.work(), owner=owner)
        one = _Expected(session.id, owner, script, changed_at=self.clock.seconds)
        self.expected.append(one)
        self.begin_next()
        return one

    @rule(one=started, count=st.integers(1, 5))
    def rows_arrive(self, one: _Expected | None, count: int) -> None:
        if one not in self.in_state(SessionState.RUNNING) or one is None:
            return
        if not one.rows:
            one.script.tell(ResultStart(COLUMNS))
        one.script.rows(*range(one.rows, one.rows + count))
        one.rows += count
        until(lambda: self.sessions.get(one.id, one.owner).row_count == one.rows)

    @rule(one=started, fails=st.booleans())
    def work_ends(self, one: _Expected | None, fails: bool) -> None:  # noqa: FBT001  # drawn
        if one not in self.in_state(SessionState.RUNNING) or one is None:
            return
        if fails:
            one.script.tell(ConflictError("A deadlock."))
        else:
            one.script.tell(*([ResultEnd(one.rows)] if one.rows else []), None)
        self.end(one, SessionState.FAILED if fails else SessionState.COMPLETED)

    @rule(one=started)
    def cancel(self, one: _Expected | None) -> None:
        if one not in self.expected or one is None:
            return
        session = self.sessions.cancel(one.id, one.owner, PATIENCE_S)
        if one.state in (SessionState.QUEUED, SessionState.RUNNING):
            assert session.cancel_requested
            self.end(one, SessionState.CANCELLED)

    @rule(one=started)
    def remove(self, one: _Expected | None) -> None:
        if one not in self.expected or one is None:
            return
        self.sessions.remove(one.id, one.owner, PATIENCE_S)
        self.expected.remove(one)
        self.begin_next()

    @precondition(lambda self: not self.in_state(SessionState.QUEUED))
    @rule(seconds=st.sampled_from([1.0, 60.0, 150.0, 301.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.pass_s(seconds)
        self.sessions.look_after()
        now = self.clock.seconds
        for one in list(self.expected):
            age_s = now - one.changed_at
            if one.state is SessionState.RUNNING:
                if age_s > _TIMEOUT_S + 1.0:
                    self.end(one, SessionState.FAILED)
            elif age_s >= _RETENTION_S:
                one.changed_at = now
                if one.state is SessionState.EXPIRED:
                    self.expected.remove(one)
                else:
                    one.state = SessionState.EXPIRED

    @rule(one=started)
    def somebody_else_asks(self, one: _Expected | None) -> None:
        if one is not None:
            with pytest.raises(NotFoundError, match="no such session"):
                self.sessions.get(one.id, "eve")

    @invariant()
    def all_is_as_it_should_be(self) -> None:
        for owner in ("", "ann", "ben"):
            owned = [one for one in reversed(self.expected) if one.owner == owner]
            told = self.sessions.list(owner)
            assert [(one.id, one.state) for one in owned] == [(one.id, one.state) for one in told]
            for one, session in zip(owned, told, strict=True):
                has_rows = one.state is not SessionState.EXPIRED
                assert session.row_count == (one.rows if has_rows else 0)
        readable = [one for one in self.expected if one.state is not SessionState.EXPIRED]
        assert {one.id for one in readable} >= set(self.results.written)
        assert all(after in _LEGAL[before] for before, after in self.records.changes)

    def teardown(self) -> None:
        self.sessions.close(PATIENCE_S)
        assert {} == self.results.written
        ran = [one.script for one in self.expected if one.script.started.is_set()]
        assert all(script.closed.is_set() for script in ran)
        until(lambda: not session_threads())


TestSessionMachine = SessionMachine.TestCase
TestSessionMachine.settings = settings(max_examples=100, stateful_step_count=25, deadline=None)


def test_every_other_transition_is_refused() -> None:
    clock = SetClock()
    for before in SessionState:
        for after in SessionState:
            session = Session(id="s", statement="", created_at=clock.date, state=before)
            if after in _LEGAL[before]:
                assert after is session.moved_to(after).state
            else:
                with pytest.raises(IllegalTransitionError, match=f"{before} cannot become {after}"):
                    session.moved_to(after)
