"""The schema of a database, read once and kept for all who explore it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from sqlcore.domain.schema import SchemaSnapshot
from sqlcore.ports import SchemaReader
from sqlcore.services.exploring.index import SchemaIndex

__all__ = ["SchemaCache"]

_FRESH_S = 300.0


class SchemaCache:
    """Keeps the newest snapshot for five minutes, and asks each time whether it still holds.

    One caller reads; others who come meanwhile wait for what it reads. For use by many threads.

    Args:
        clock: Seconds from a fixed point.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._reading = threading.Lock()
        self._kept: SchemaIndex | None = None
        self._read_at = 0.0

    def snapshot(self, reader: SchemaReader) -> SchemaSnapshot:
        """Give the schema as it is now.

        Raises:
            SqlCoreError: The server cannot be asked.
        """
        return self.index(reader).snapshot

    def index(self, reader: SchemaReader) -> SchemaIndex:
        """Give the schema as it is now, with what is derived from it.

        Raises:
            SqlCoreError: The server cannot be asked.
        """
        with self._reading:
            kept = self._kept
            is_fresh = kept is not None and self._clock() - self._read_at < _FRESH_S
            if kept is not None and is_fresh and reader.fingerprint() == kept.snapshot.fingerprint:
                return kept
            del kept
            self._kept = None  # so that never two of them are held
            asked_at = self._clock()
            self._kept = SchemaIndex(reader.schema())
            self._read_at = asked_at
            return self._kept
