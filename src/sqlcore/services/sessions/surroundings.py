"""What the sessions of one service share."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

from sqlcore.ports import SessionStore
from sqlcore.services.sessions.clock import Clock
from sqlcore.services.sessions.results import LateResults

if TYPE_CHECKING:
    from sqlcore.services.sessions.run import Run

__all__ = ["Surroundings"]


@attrs.frozen(kw_only=True)
class Surroundings:
    """What all sessions share.

    Attributes:
        records: Where the sessions are kept.
        results: Where their rows are kept.
        clock: Tells the time.
        retention_s: Seconds that results are kept.
        queue_s: Seconds that a session may wait for its turn.
        withdraw: Takes a session out of the queue; says whether it was there.
        abandon: Gives the place of a session that has not come back to another one.
        began: Told when a session begins to run.
        ended: Told of each session that has ended, before those who wait for it are.
        writing: Held while rows are written, by one session at a time. Ten threads that all want
            the interpreter would keep it from those who answer calls.
    """

    records: SessionStore
    results: LateResults
    clock: Clock
    retention_s: float
    queue_s: float
    withdraw: Callable[[Run], bool]
    abandon: Callable[[Run], None]
    began: Callable[[], None]
    ended: Callable[[Run], None]
    writing: threading.Lock = attrs.field(factory=threading.Lock)
