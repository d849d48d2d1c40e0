"""Cancel tokens: set once, heard at once, silent after unregistering."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from sqlcore.domain.cancellation import CancelToken
from sqlcore.errors import StatementCancelledError

_SOON_S = 10.0
"""How long a test waits for what must happen, before it fails."""


def test_a_new_token_asks_for_nothing() -> None:
    token = CancelToken()

    token.raise_if_cancelled()

    assert not token.cancelled
    assert not token.wait(0.0)


def test_a_cancelled_token_says_so_in_every_way() -> None:
    token = CancelToken()
    token.cancel()

    assert token.cancelled
    assert token.wait(0.0)
    with pytest.raises(StatementCancelledError):
        token.raise_if_cancelled()


def test_a_waiting_thread_is_woken() -> None:
    token = CancelToken()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(token.wait, _SOON_S)
        token.cancel()
        assert waiting.result()


def test_callbacks_run_once_in_the_order_in_which_they_were_registered() -> None:
    token = CancelToken()
    heard: list[str] = []
    for name in "abc":
        token.on_cancel(functools.partial(heard.append, name))

    token.cancel()
    token.cancel()

    assert heard == ["a", "b", "c"]


def test_a_callback_that_comes_late_runs_at_once() -> None:
    token = CancelToken()
    token.cancel()
    heard: list[str] = []

    forget = token.on_cancel(lambda: heard.append("late"))
    forget()

    assert heard == ["late"]


def test_a_callback_that_was_unregistered_does_not_run() -> None:
    token = CancelToken()
    heard: list[str] = []
    forget = token.on_cancel(lambda: heard.append("no"))

    forget()
    forget()
    token.cancel()

    assert heard == []


def test_a_callback_sees_the_token_cancelled() -> None:
    token = CancelToken()
    seen: list[bool] = []
    token.on_cancel(lambda: seen.append(token.cancelled))

    token.cancel()

    assert seen == [True]


def test_one_callback_may_unregister_itself_and_the_next() -> None:
    token = CancelToken()
    heard: list[str] = []
    forgets: list[Callable[[], None]] = []

    def first() -> None:
        heard.append("first")
        for forget in forgets:
            forget()

    forgets.append(token.on_cancel(first))
    forgets.append(token.on_cancel(lambda: heard.append("next")))

    token.cancel()

    assert heard == ["first"]


def test_a_callback_may_register_another() -> None:
    token = CancelToken()
    heard: list[str] = []

    def outer() -> None:
        token.on_cancel(lambda: heard.append("inner"))

    token.on_cancel(outer)

    token.cancel()

    assert heard == ["inner"]


def test_a_callback_that_raises_does_not_keep_the_others_from_running() -> None:
    token = CancelToken()
    heard: list[str] = []

    def broken() -> None:
        raise RuntimeError("broken")

    token.on_cancel(broken)
    token.on_cancel(lambda: heard.append("other"))

    with pytest.raises(RuntimeError, match="broken"):
        token.cancel()

    assert heard == ["other"]


def test_unregistering_waits_for_the_callback_that_runs() -> None:
    token = CancelToken()
    started, may_end = threading.Event(), threading.Event()
    heard: list[str] = []

    def slow() -> None:
        started.set()
        assert may_end.wait(_SOON_S)
        heard.append("callback")

    def unregister() -> None:
        forget()
        heard.append("unregistered")

    forget = token.on_cancel(slow)
    with ThreadPoolExecutor(2) as pool:
        cancelling = pool.submit(token.cancel)
        assert started.wait(_SOON_S)
        unregistering = pool.submit(unregister)
        may_end.set()
        unregistering.result(_SOON_S)
        cancelling.result(_SOON_S)

    assert heard == ["callback", "unregistered"]


def test_unregistering_one_callback_does_not_wait_for_another() -> None:
    token = CancelToken()
    started, may_end = threading.Event(), threading.Event()
    heard: list[str] = []

    def slow() -> None:
        started.set()
        assert may_end.wait(_SOON_S)

    token.on_cancel(slow)
    forget_other = token.on_cancel(lambda: heard.append("other"))
    with ThreadPoolExecutor(1) as pool:
        cancelling = pool.submit(token.cancel)
        assert started.wait(_SOON_S)
        forget_other()
        may_end.set()
        cancelling.result(_SOON_S)

    assert heard == []


def test_after_unregistering_nothing_runs_however_cancel_and_unregistering_race() -> None:
    with ThreadPoolExecutor(1) as pool:
        for _ in range(300):
            token, is_registered, too_late = CancelToken(), threading.Event(), threading.Event()
            is_registered.set()

            def callback(
                is_registered: threading.Event = is_registered,
                too_late: threading.Event = too_late,
            ) -> None:
                if not is_registered.is_set():
                    too_late.set()

            forget = token.on_cancel(callback)
            cancelling = pool.submit(token.cancel)
            forget()
            is_registered.clear()
            cancelling.result(_SOON_S)
            assert not too_late.is_set()


def test_every_callback_of_a_race_runs_exactly_once() -> None:
    heard: list[int] = []
    with ThreadPoolExecutor(4) as pool:
        token = CancelToken()
        registering = [
            pool.submit(token.on_cancel, functools.partial(heard.append, number))
            for number in range(200)
        ]
        cancelling = [pool.submit(token.cancel) for _ in range(3)]
        for registered in registering:
            registered.result(_SOON_S)
        for cancelled in cancelling:
            cancelled.result(_SOON_S)
        token.cancel()

    assert sorted(heard) == list(range(200))
