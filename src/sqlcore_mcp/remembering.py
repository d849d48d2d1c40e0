"""What is remembered of the last calls, up to a number."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

__all__ = ["Remembered"]

_Value = TypeVar("_Value")


class Remembered(Generic[_Value]):
    """Values by key; when there are too many, the oldest are forgotten. For many threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._values: OrderedDict[str, _Value] = OrderedDict()

    def note(self, key: str, value: _Value) -> None:
        """Remember a value."""
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)

    def get(self, key: str) -> _Value | None:
        """Return a value; None where it was never known, or is forgotten."""
        with self._lock:
            return self._values.get(key)
