"""The thread that ends statements whose reader stays away."""

from __future__ import annotations

import gc
import random
import threading
import time
import weakref
from collections.abc import Iterator

import pytest

from sqlcore.adapters.postgres.watchdog import Watchdog

_PATIENCE_S = 10.0


class Left:
    """A statement whose reader is elsewhere."""

    def __init__(self) -> None:
        self.has_expired = threading.Event()

    def expire(self) -> None:
        self.has_expired.set()


@pytest.fixture
def watchdog() -> Iterator[Watchdog]:
    one = Watchdog()
    yield one
    one.close()


def test_what_is_due_expires_though_something_due_later_came_before(watchdog: Watchdog) -> None:
    later, sooner, at_once = Left(), Left(), Left()
    watchdog.watch(later, time.monotonic() + 3600.0)
    watchdog.watch(sooner, time.monotonic() + 0.05)
    watchdog.watch(at_once, 0.0)
    assert at_once.has_expired.wait(_PATIENCE_S)
    assert sooner.has_expired.wait(_PATIENCE_S)
    assert not later.has_expired.is_set()


def test_what_comes_from_many_threads_in_any_order_expires(watchdog: Watchdog) -> None:
    chance = random.Random(5)  # noqa: S311  # no secret
    everything = [[(Left(), chance.random() / 5) for _ in range(200)] for _ in range(8)]

    def watch(some: list[tuple[Left, float]]) -> None:
        for left, after_s in some:
            watchdog.watch(left, time.monotonic() + after_s)

    threads = [threading.Thread(target=watch, args=(some,)) for some in everything]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(left.has_expired.wait(_PATIENCE_S) for some in everything for left, _ in some)


def test_what_has_ended_is_not_kept_alive_until_its_time(watchdog: Watchdog) -> None:
    left = Left()
    watchdog.watch(left, time.monotonic() + 3600.0)
    reference = weakref.ref(left)
    del left
    gc.collect()
    assert reference() is None


def test_a_watchdog_that_is_closed_ends_its_thread() -> None:
    watchdog = Watchdog()
    left = Left()
    watchdog.watch(left, 0.0)
    assert left.has_expired.wait(_PATIENCE_S)
    thread = watchdog._thread
    watchdog.close()
    assert thread is not None
    thread.join(_PATIENCE_S)
    assert not thread.is_alive()
