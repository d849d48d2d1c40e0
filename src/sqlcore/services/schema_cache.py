"""The schema of a database, read once and kept for all who explore it."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable

from sqlcore.domain.schema import SchemaSnapshot
from sqlcore.errors import SqlCoreError
from sqlcore.ports import SchemaReader
from sqlcore.services.exploring.index import SchemaIndex

__all__ = ["SchemaCache"]

_FRESH_S = 300.0


class SchemaCache:
    """Keeps the newest snapshot for five minutes, and asks each time whether it still holds.

    One caller reads; others who come meanwhile wait for what it reads, and share its failure.
    Asking whether it holds makes nobody wait. For use by many threads.

    Args:
        clock: Seconds from a fixed point.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._reading = threading.Lock()
        self._kept: tuple[SchemaIndex, float] | None = None
        """With the time at which it was asked for."""
        self._failure: tuple[SqlCoreError, float] | None = None
        """With the time at which it came."""

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
        came_at = self._clock()
        seen = self._kept
        if seen is not None and self._holds(seen, reader):
            return seen[0]
        with self._reading:
            newest = self._kept
            if newest is not None and newest is not seen:
                # Somebody has read it meanwhile; perhaps asked for it before this call came.
                index, asked_at = newest
                if asked_at >= came_at or self._holds(newest, reader):
                    return index
            del seen, newest
            if self._failure is not None and self._failure[1] > came_at:
                raise copy.copy(self._failure[0])
            self._kept = None  # so that never two of them are held
            return self._read(reader)

    def _read(self, reader: SchemaReader) -> SchemaIndex:
        asked_at = self._clock()
        try:
            index = SchemaIndex(reader.schema())
        except SqlCoreError as error:
            self._failure = (error, self._clock())
            raise
        self._kept = (index, asked_at)
        return index

    def _holds(self, kept: tuple[SchemaIndex, float], reader: SchemaReader) -> bool:
        index, asked_at = kept
        is_fresh = self._clock() - asked_at < _FRESH_S
        return is_fresh and reader.fingerprint() == index.snapshot.fingerprint
