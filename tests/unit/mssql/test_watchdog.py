from __future__ import annotations

import threading
import time

from sqlcore.adapters.mssql.waiting import Waker, wait_readable
from sqlcore.adapters.mssql.watchdog import Watchdog


def test_an_action_runs_at_its_time_and_once() -> None:
    watchdog, ran = Watchdog(), threading.Event()
    runs: list[float] = []

    def action() -> None:
        runs.append(time.monotonic())
        ran.set()

    moment = time.monotonic() + 0.02
    watchdog.arm("a", moment, action)
    assert ran.wait(10.0)
    assert 1 == len(runs)
    assert runs[0] >= moment


def test_an_earlier_entry_overtakes_a_later_one() -> None:
    watchdog, ran = Watchdog(), threading.Event()
    watchdog.arm("late", time.monotonic() + 60.0, lambda: None)
    watchdog.arm("early", time.monotonic(), ran.set)
    assert ran.wait(10.0)


def test_what_was_disarmed_does_not_run() -> None:
    watchdog, ran, other = Watchdog(), threading.Event(), threading.Event()
    watchdog.arm("a", time.monotonic() + 0.02, ran.set)
    watchdog.disarm("a")
    watchdog.arm("b", time.monotonic() + 0.04, other.set)
    assert other.wait(10.0)
    assert not ran.is_set()


def test_a_key_has_one_entry() -> None:
    watchdog, first, second = Watchdog(), threading.Event(), threading.Event()
    watchdog.arm("a", time.monotonic() + 0.02, first.set)
    watchdog.arm("a", time.monotonic() + 0.04, second.set)
    assert second.wait(10.0)
    assert not first.is_set()


def test_a_waiter_is_woken_until_it_has_heard() -> None:
    waker = Waker()
    assert [] == wait_readable([waker.fileno()], 0.0)
    waker.wake()
    waker.wake()
    assert [waker.fileno()] == wait_readable([waker.fileno()], 10.0)
    waker.drain()
    assert [] == wait_readable([waker.fileno()], 0.0)
    waker.close()
    waker.wake()
