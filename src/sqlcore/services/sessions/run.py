"""One session from its start to its end."""

from __future__ import annotations

import datetime as dt
import math
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import attrs

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.session import ResultSummary, Session, SessionState
from sqlcore.errors import SqlCoreError, StatementCancelledError
from sqlcore.ports import ResultReader, ResultWriter
from sqlcore.services.logs import get_logger
from sqlcore.services.sessions.outcomes import (
    Outcome,
    given_up,
    never_ran,
    outcome_of,
    timed_out,
)
from sqlcore.services.sessions.probing import Probe
from sqlcore.services.sessions.recorder import Recorder
from sqlcore.services.sessions.store import update
from sqlcore.services.sessions.surroundings import Surroundings
from sqlcore.services.sessions.work import Work
from sqlcore.services.watching import Watch

__all__ = ["Run"]

_NOTED_EVERY_S = 0.1
_TOLD_EVERY_S = 0.01
_LOOK_EVERY_S = 0.05
"""Who follows is woken no more often than the first, and looks for himself after the second."""
_GRACE_S = 1.0
"""The driver stops what takes too long, and says so best; this much later we do."""
_GIVE_UP_S = 30.0
"""A driver that was told to stop and has not come back after this is left to itself."""
_CANCELLED: Outcome = (SessionState.CANCELLED, None)


class Run:
    """A session while it waits and runs. For use by many threads.

    Whatever happens to the work, its generator is closed and the record becomes final, once.

    Args:
        session: As it was started.
        work: What it does; let go of at the end.
        timeout_s: Seconds that it may run.
        around: What it shares with others.
        token: Stops the work, where that is under way already.
    """

    def __init__(
        self,
        session: Session,
        work: Work,
        timeout_s: float,
        around: Surroundings,
        token: CancelToken | None = None,
    ) -> None:
        self.id = session.id
        self.owner = session.owner
        self._work: Work | None = work
        self._timeout_s = timeout_s
        self._around = around
        self._token = token or CancelToken()
        self._watch = work.watch or Watch()
        self._probe = Probe(work.progress, around.clock.monotonic)
        self._queued_at = around.clock.monotonic()
        self._started_at: float | None = None
        self._stopping_since: float | None = None
        self._timed_out = False
        self._recorder: Recorder | None = None
        self._reader: ResultReader | None = None
        self._noted_at = -math.inf
        self._lock = threading.Lock()
        self._over = threading.Condition(self._lock)
        self._arrived = threading.Condition(self._lock)
        self._arrivals = 0
        self._told_at = -math.inf
        self._claimed = False
        self.is_over = False
        self.ran_s = 0.0

    # -- the worker's thread

    def execute(self) -> None:
        """Run the work to its end, whatever that is."""
        work = self._work
        if work is None or (self._started_at is None and not self.begin()):
            return
        error: BaseException | None = None
        writer: ResultWriter | None = None
        try:
            self._token.raise_if_cancelled()
            writer = self._around.results.store().create(self.id)
            self._recorder = Recorder(writer)
            self._consume(work, self._recorder)
        except BaseException as exc:  # noqa: BLE001  # not even SystemExit leaves a session running
            error = exc
        finally:
            del work
            summaries = self._close(writer)
        self._end(self._outcome(error), summaries)

    def begin(self, ran_s: float = 0.0) -> bool:
        """Go from queued to running, for `ran_s` seconds now; say whether it is still to run."""
        started_at = self._around.clock.now() - dt.timedelta(seconds=ran_s)
        session = self._update(
            lambda session: (
                session.moved_to(SessionState.RUNNING, started_at=started_at)
                if session.state is SessionState.QUEUED
                else None
            )
        )
        if session is None:  # it was removed
            self._end(_CANCELLED)
            return False
        with self._lock:
            if self._claimed:
                return False
            self._started_at = self._around.clock.monotonic() - ran_s
        self._around.began()
        return True

    def _consume(self, work: Work, recorder: Recorder) -> None:
        options = attrs.evolve(
            work.options,
            timeout_s=self._timeout_s,
            cancel=self._token,
            on_connection=_both(work.options.on_connection, self._watch.connected),
        )
        with closing(work.run(options)) as events:
            for event in events:
                if self._claimed:  # it was given up, and its results may be gone
                    return
                with self._around.writing:
                    recorder.take(event)
                self._note(recorder)
                self._token.raise_if_cancelled()

    def _note(self, recorder: Recorder) -> None:
        """Wake who reads, and write to the record, but not too often."""
        now = self._around.clock.monotonic()
        self._tell_arrival(now)
        if now - self._noted_at >= _NOTED_EVERY_S:
            self._noted_at = now
            changes: dict[str, Any] = {
                "results": recorder.summaries(),
                "elapsed_s": self._elapsed_s,
            }
            changes |= recorder.notes
            self._update(
                lambda session: (
                    attrs.evolve(session, **changes)
                    if session.state is SessionState.RUNNING
                    else None
                )
            )

    def _close(self, writer: ResultWriter | None) -> tuple[ResultSummary, ...] | None:
        """Close the results; tell what can be read of them."""
        if writer is None:
            return ()
        try:
            writer.close()
        except Exception:  # noqa: BLE001  # what is there is there
            get_logger(__name__).exception("session_results_not_closed", session=self.id)
        return writer.summaries()

    def _outcome(self, error: BaseException | None) -> Outcome:
        if error is None:
            return SessionState.COMPLETED, None
        if isinstance(error, StatementCancelledError) and self._token.cancelled:
            return timed_out(self._timeout_s) if self._timed_out else _CANCELLED
        return outcome_of(error, self.id)

    # -- any thread

    def _end(self, outcome: Outcome, summaries: tuple[ResultSummary, ...] | None = None) -> bool:
        """Make the record final; say whether it was not already."""
        with self._lock:
            if self._claimed:
                return False
            self._claimed = True
        state, error = outcome
        ended_at = self._around.clock.now()
        self.ran_s = self._elapsed_s
        changes: dict[str, Any] = {
            "error": error,
            "ended_at": ended_at,
            "expires_at": ended_at + dt.timedelta(seconds=self._around.retention_s),
            "elapsed_s": self.ran_s,
            "rows_seen": self._watch.rows,
        }
        if summaries is not None:
            changes["results"] = summaries
        if self._recorder is not None:
            changes |= self._recorder.notes
        self._update(lambda session: session.moved_to(state, **changes))
        self._work = None
        self._around.ended(self)
        with self._lock:
            self.is_over = True
            self._over.notify_all()
            self._arrived.notify_all()
        return True

    def request_cancel(self) -> None:
        """Ask it to stop; one that waits ends at once."""
        self._update(
            lambda session: (
                None if session.state.is_final else attrs.evolve(session, cancel_requested=True)
            )
        )
        self._stop()
        if self._around.withdraw(self):
            self._end(_CANCELLED)

    def give_up(self) -> None:
        """End it, whether its driver comes back or not."""
        outcome = given_up(self._timeout_s if self._timed_out else None)
        if self._end(outcome, self._readable()):
            self._around.abandon(self)

    def look_after(self, now: float) -> float:
        """End it if its time is over; return the seconds until it wants to be looked after."""
        if self._started_at is None:
            return self._look_after_waiting(now)
        if self._stopping_since is not None:
            left_s = self._stopping_since + _GIVE_UP_S - now
            if left_s <= 0:
                self.give_up()
            return left_s
        left_s = self._started_at + self._timeout_s + _GRACE_S - now
        if left_s > 0:
            return left_s
        self._timed_out = True
        self._stop()
        return _GIVE_UP_S

    def _look_after_waiting(self, now: float) -> float:
        left_s = self._queued_at + self._around.queue_s - now
        if left_s <= 0 and self._around.withdraw(self):
            self._end(never_ran(self._around.queue_s))
        return left_s

    def _stop(self) -> None:
        if self._stopping_since is None:
            self._stopping_since = self._around.clock.monotonic()
        try:
            self._token.cancel()
        except Exception:  # noqa: BLE001  # one that cannot be told does not keep others running
            get_logger(__name__).exception("session_not_told_to_stop", session=self.id)

    def view(self, session: Session, *, progress: bool) -> Session:
        """Bring a record up to this moment; with `progress` the server may be asked for it."""
        recorder = self._recorder
        if self._started_at is None or session.state is not SessionState.RUNNING:
            return session
        changes: dict[str, Any] = {} if recorder is None else recorder.notes
        summaries = self._readable()
        if summaries is not None:
            changes["results"] = summaries
        if progress:
            changes["progress"] = self._probe.latest(self._watch.server_session)
        rows_seen = self._watch.rows
        return attrs.evolve(session, elapsed_s=self._elapsed_s, rows_seen=rows_seen, **changes)

    def _readable(self) -> tuple[ResultSummary, ...] | None:
        """Tell what can be read; None where that is not known."""
        if self._recorder is None:
            return None
        try:
            if (
                self._reader is None
            ):  # it remembers what it has seen, so that looking again is cheap
                self._reader = self._around.results.open(self.id)
            return self._reader.summaries()
        except SqlCoreError:  # it has just been removed
            return None

    def wait(self, timeout_s: float, cancel: CancelToken | None = None) -> None:
        """Wait until it is over, or the token is set, or so many seconds have passed."""
        forget = None if cancel is None else cancel.on_cancel(self._wake_waiting)
        try:
            with self._lock:
                self._over.wait_for(
                    lambda: self.is_over or (cancel is not None and cancel.cancelled), timeout_s
                )
        finally:
            if forget is not None:
                forget()

    def _wake_waiting(self) -> None:
        with self._lock:
            self._over.notify_all()

    def follow(self, seen: int, timeout_s: float) -> int:
        """Wait until more has come than at `seen`, or it is over; return where it is now."""
        give_up_at = time.monotonic() + timeout_s
        with self._lock:
            while not self.is_over and self._arrivals == seen:
                left_s = give_up_at - time.monotonic()
                if left_s <= 0:
                    break
                self._arrived.wait(min(left_s, _LOOK_EVERY_S))
            return self._arrivals

    def _tell_arrival(self, now: float) -> None:
        """Wake who follows, but not for each batch: changing threads costs more than a batch."""
        self._arrivals += 1
        if now - self._told_at >= _TOLD_EVERY_S:
            self._told_at = now
            with self._lock:
                self._arrived.notify_all()

    @property
    def _elapsed_s(self) -> float:
        if self._started_at is None:
            return 0.0
        return self._around.clock.monotonic() - self._started_at

    def _update(self, change: Callable[[Session], Session | None]) -> Session | None:
        return update(self._around.records, self.id, change)


def _both(
    first: Callable[[str], None] | None, second: Callable[[str], None]
) -> Callable[[str], None]:
    if first is None:
        return second

    def tell(server_session: str) -> None:
        first(server_session)
        second(server_session)

    return tell
