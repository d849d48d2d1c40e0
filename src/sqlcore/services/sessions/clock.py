"""What time it is."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

import attrs

__all__ = ["Clock"]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@attrs.frozen
class Clock:
    """Two clocks: what passes is measured by the one that nobody sets, the other writes dates.

    Attributes:
        monotonic: Seconds from a fixed point.
        now: The date and time (UTC).
    """

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], dt.datetime] = _now
