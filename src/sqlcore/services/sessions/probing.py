"""Asking the server how far a statement is, without waiting for it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlcore.domain.session import Progress
from sqlcore.services.logs import get_logger

__all__ = ["Probe"]

_MOST_OFTEN_S = 1.0
_LONGEST_WAIT_S = 1.0


class Probe:
    """Asks at most once a second, in a thread of its own; a failure is no answer.

    Args:
        ask: Asks about a server session; may block and raise.
        monotonic: Seconds from a fixed point.
    """

    def __init__(
        self, ask: Callable[[str], Progress | None] | None, monotonic: Callable[[], float]
    ) -> None:
        self._ask = ask
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._asked_at: float | None = None
        self._answered = threading.Event()
        self._answered.set()
        self._answer: Progress | None = None

    def latest(self, server_session: str | None) -> Progress | None:
        """Return the newest answer; wait for one at most until a second after it was asked."""
        if self._ask is None or server_session is None:
            return None
        with self._lock:
            now = self._monotonic()
            is_due = self._asked_at is None or now - self._asked_at >= _MOST_OFTEN_S
            if is_due and self._answered.is_set():
                self._asked_at = now
                self._start(server_session)
            asked_at = now if self._asked_at is None else self._asked_at
            wait_s = min(max(0.0, asked_at + _LONGEST_WAIT_S - now), _LONGEST_WAIT_S)
        self._answered.wait(wait_s)
        return self._answer

    def _start(self, server_session: str) -> None:
        self._answered.clear()
        thread = threading.Thread(
            target=self._run, args=(server_session,), name="sqlcore-session-progress", daemon=True
        )
        try:
            thread.start()
        except RuntimeError:  # the process has too many threads
            self._answered.set()

    def _run(self, server_session: str) -> None:
        try:
            if self._ask is not None:
                self._answer = self._ask(server_session)
        except Exception as error:  # noqa: BLE001  # what cannot be told is no failure of the session
            self._answer = None
            get_logger(__name__).debug("progress_unknown", error=type(error).__name__)
        finally:
            self._answered.set()
