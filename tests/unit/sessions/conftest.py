"""What the tests of sessions share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.unit.sessions.doubles import MemoryResults, SetClock, until

from sqlcore.services.limits import SessionLimits
from sqlcore.services.sessions import Sessions


def session_threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("sqlcore-session")]


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def results() -> MemoryResults:
    return MemoryResults()


@pytest.fixture
def open_sessions(clock: SetClock, results: MemoryResults) -> Iterator[Callable[..., Sessions]]:
    """Make sessions; after the test they are closed, and no thread may be left."""
    opened: list[Sessions] = []

    def make(**limits: Any) -> Sessions:
        bounds = SessionLimits(**{"timeout_s": 100.0, "retention_s": 900.0} | limits)
        opened.append(Sessions(bounds, results=results, clock=clock.clock))
        return opened[-1]

    yield make
    for sessions in opened:
        sessions.close()
    until(lambda: not session_threads())


@pytest.fixture
def sessions(open_sessions: Callable[..., Sessions]) -> Sessions:
    return open_sessions()
