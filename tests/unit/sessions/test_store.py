"""Records of sessions: nobody overwrites what somebody else has changed."""

from __future__ import annotations

import datetime as dt
import threading

import attrs

from sqlcore.domain.session import Session, SessionState
from sqlcore.services.sessions import MemorySessionStore
from sqlcore.services.sessions.store import update

_THEN = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def _session(session_id: str = "s", owner: str = "ann") -> Session:
    return Session(id=session_id, owner=owner, statement="SELECT 1", created_at=_THEN)


def test_a_record_that_has_changed_is_not_replaced() -> None:
    store = MemorySessionStore()
    before = _session()
    store.add(before)
    running = before.moved_to(SessionState.RUNNING)
    assert store.replace(before, running)
    assert not store.replace(before, before.moved_to(SessionState.CANCELLED))
    assert running == store.get("s")


def test_changes_by_many_threads_are_all_made() -> None:
    store = MemorySessionStore()
    store.add(_session())

    def count() -> None:
        for _ in range(200):
            update(
                store,
                "s",
                lambda one: attrs.evolve(one, messages_dropped=one.messages_dropped + 1),
            )

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20.0)
    session = store.get("s")
    assert session is not None
    assert 1600 == session.messages_dropped


def test_a_record_that_is_gone_is_not_changed() -> None:
    store = MemorySessionStore()
    session = _session()
    store.add(session)
    store.remove("s")
    store.remove("s")
    assert not store.replace(session, session.moved_to(SessionState.RUNNING))
    assert update(store, "s", lambda one: one) is None
    assert () == store.owned_by("ann")


def test_records_are_listed_by_owner_the_newest_first() -> None:
    store = MemorySessionStore()
    for session_id, owner in (("1", "ann"), ("2", "ben"), ("3", "ann")):
        store.add(_session(session_id, owner))
    assert ["3", "1"] == [one.id for one in store.owned_by("ann")]
    assert () == store.owned_by("eve")
