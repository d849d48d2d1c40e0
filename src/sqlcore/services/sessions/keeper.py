"""The thread that looks after sessions."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlcore.services.logs import get_logger

__all__ = ["Keeper"]

_AFTER_FAILURE_S = 5.0


class Keeper:
    """Does a round of duties whenever one is due. For use by many threads.

    Its thread is started when there is something to look after, and ends when there is nothing.

    Args:
        round_of_duties: Does what is due; returns the seconds until the next round, None for none.
    """

    def __init__(self, round_of_duties: Callable[[], float | None]) -> None:
        self._round = round_of_duties
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._woken = False
        self._closed = False

    def wake(self) -> None:
        """Look again when the next round is due: there is more to look after."""
        with self._changed:
            self._woken = True
            if self._closed:
                return
            if self._thread is None:
                self._start()
            self._changed.notify()

    def _start(self) -> None:
        thread = threading.Thread(target=self._keep, name="sqlcore-session-keeper", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the process has too many threads; there is a next time
            return
        self._thread = thread

    def close(self, timeout_s: float) -> None:
        """End the thread, and wait for it so long."""
        with self._changed:
            self._closed = True
            thread = self._thread
            self._changed.notify()
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout_s)

    def _keep(self) -> None:
        while True:
            with self._changed:
                self._woken = False
            wait_s = self._look()
            with self._changed:
                if self._closed or (wait_s is None and not self._woken):
                    self._thread = None
                    return
                if not self._woken:
                    self._changed.wait(wait_s)

    def _look(self) -> float | None:
        try:
            return self._round()
        except Exception:  # noqa: BLE001  # one that fails does not keep the next from being tried
            get_logger(__name__).exception("session_keeping_failed")
            return _AFTER_FAILURE_S
