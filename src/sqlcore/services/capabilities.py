"""What a server is, asked once an hour and kept for all who use a connection."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable

import attrs

from sqlcore.domain.capability import ServerCapabilities
from sqlcore.errors import SqlCoreError
from sqlcore.ports import CapabilityProbe

__all__ = ["CapabilityCache"]

_FRESH_S = 3600.0


@attrs.frozen(kw_only=True)
class _Kept:
    server: ServerCapabilities
    identity: str | None
    asked_at: float
    attempt: int


class CapabilityCache:
    """Keeps what a server said for an hour, or until a connection reaches another one.

    One caller asks; those who come meanwhile get what it gets, its failure too. Who finds a fresh
    answer waits for nobody. For use by many threads.

    Args:
        clock: Seconds from a fixed point.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asking = threading.Lock()
        self._kept: _Kept | None = None
        self._failure: tuple[int, SqlCoreError] | None = None
        self._begun = 0
        self._ended = 0

    def of(self, probe: CapabilityProbe, *, refresh: bool = False) -> ServerCapabilities:
        """Tell what a server is.

        Args:
            probe: Asks it; the same one each time.
            refresh: Ask it now, whatever is kept.

        Raises:
            SqlCoreError: The server cannot be asked.
        """
        begun, ended = self._begun, self._ended
        if not refresh and (kept := self._fresh(probe)) is not None:
            return kept.server
        with self._asking:
            kept = self._fresh(probe)
            if kept is not None and (not refresh or kept.attempt > begun):
                return kept.server
            if self._failure is not None and self._failure[0] > ended:
                raise copy.copy(self._failure[1])
            return self._ask(probe)

    def _fresh(self, probe: CapabilityProbe) -> _Kept | None:
        """Give what is kept, unless it is old, or a newer connection says it is of another."""
        kept = self._kept
        if kept is None or self._clock() - kept.asked_at >= _FRESH_S:
            return None
        return kept if kept.identity == probe.identity else None

    def _ask(self, probe: CapabilityProbe) -> ServerCapabilities:
        self._begun += 1
        self._failure = None
        asked_at = self._clock()
        try:
            server = probe.capabilities()
        except SqlCoreError as error:
            self._failure = (self._begun, error)
            raise
        else:
            self._kept = _Kept(
                server=server, identity=probe.identity, asked_at=asked_at, attempt=self._begun
            )
            return server
        finally:
            self._ended = self._begun
