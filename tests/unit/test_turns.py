"""How many statements a caller runs at once: waiting, order, cancelling; nothing leaks."""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from sqlcore import connect
from sqlcore.config import Settings, load_settings
from sqlcore.connecting import Sources
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.query import ExecutionOptions
from sqlcore.errors import LimitExceededError, SqlCoreError, StatementCancelledError
from sqlcore.services.turns import Turns

_PATIENT = ExecutionOptions(timeout_s=30.0)
_IMPATIENT = ExecutionOptions(timeout_s=0.01)


def _waiting(turns: Turns, caller: str) -> int:
    line = turns._lines.get(caller)
    return 0 if line is None else len(line.waiting)


def _until(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(3000):
        if holds():
            return
        pause.wait(0.005)
    raise AssertionError("it did not come true in time")


class _Waiting(threading.Thread):
    """A thread that takes a turn and says so."""

    def __init__(
        self, turns: Turns, options: ExecutionOptions = _PATIENT, order: list[str] | None = None
    ) -> None:
        super().__init__(daemon=True)
        self.turns, self.options, self.order = turns, options, [] if order is None else order
        self.error: SqlCoreError | None = None

    def run(self) -> None:
        try:
            with self.turns.take("ann", self.options):
                self.order.append(self.name)
        except SqlCoreError as error:
            self.error = error


def test_a_caller_over_the_limit_is_told_the_limit_and_what_to_do() -> None:
    turns = Turns(most=2)

    with (
        turns.take("ann", _PATIENT),
        turns.take("ann", _PATIENT),
        pytest.raises(LimitExceededError) as caught,
        turns.take("ann", _IMPATIENT),
    ):
        raise AssertionError("it has no turn")

    assert "ann runs 2 statements" in caught.value.message
    assert "try again" in str(caught.value.hint)
    assert turns._lines == {}


def test_callers_do_not_wait_for_each_other() -> None:
    turns = Turns(most=1)

    with turns.take("ann", _PATIENT), turns.take("bob", _IMPATIENT):
        pass

    assert turns._lines == {}


def test_whoever_waits_longest_is_next() -> None:
    turns = Turns(most=1)
    order: list[str] = []
    waiting: list[_Waiting] = []
    with turns.take("ann", _PATIENT):
        for number in range(1, 6):
            waiting.append(_Waiting(turns, order=order))
            waiting[-1].start()
            _until(lambda wanted=number: _waiting(turns, "ann") == wanted)  # type: ignore[misc]
    for thread in waiting:
        thread.join(10)

    assert order == [thread.name for thread in waiting]
    assert turns._lines == {}


def test_a_cancel_wakes_a_statement_that_waits() -> None:
    turns = Turns(most=1)
    cancel = CancelToken()
    with turns.take("ann", _PATIENT):
        thread = _Waiting(turns, ExecutionOptions(timeout_s=60.0, cancel=cancel))
        thread.start()
        _until(lambda: _waiting(turns, "ann") == 1)
        cancel.cancel()
        thread.join(10)

        assert isinstance(thread.error, StatementCancelledError)
        assert _waiting(turns, "ann") == 0
    assert turns._lines == {}


def test_a_turn_that_comes_with_the_cancel_is_handed_on() -> None:
    turns = Turns(most=1)
    cancel = CancelToken()
    with ExitStack() as held:
        held.enter_context(turns.take("ann", _PATIENT))
        cancelled = _Waiting(turns, ExecutionOptions(timeout_s=60.0, cancel=cancel))
        cancelled.start()
        _until(lambda: _waiting(turns, "ann") == 1)
        cancel.on_cancel(held.close)  # runs before the waiter's own callback does
        second = _Waiting(turns)
        second.start()
        _until(lambda: _waiting(turns, "ann") == 2)
        cancel.cancel()
    cancelled.join(10)
    second.join(10)

    assert isinstance(cancelled.error, StatementCancelledError)
    assert second.order == [second.name]
    assert turns._lines == {}


def test_the_turn_ends_with_an_error_too() -> None:
    turns = Turns(most=1)

    for _ in range(3):
        with pytest.raises(ValueError, match="inside"), turns.take("ann", _IMPATIENT):
            raise ValueError("inside")

    assert turns._lines == {}


def test_many_threads_never_run_more_than_the_limit() -> None:
    turns = Turns(most=3)
    lock = threading.Lock()
    running, most = 0, 0

    def work() -> None:
        nonlocal running, most
        for _ in range(50):
            with turns.take("ann", _PATIENT):
                with lock:
                    running += 1
                    most = max(most, running)
                with lock:
                    running -= 1

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert 1 <= most <= 3
    assert turns._lines == {}


def test_two_hundred_statements_that_are_cancelled_at_random_leave_no_turn_behind() -> None:
    turns = Turns(most=4)
    chance = random.Random(3)  # noqa: S311  # no secret
    lock = threading.Lock()
    outcomes: list[str] = []
    running, most = 0, 0

    def work(cancel: CancelToken, timeout_s: float, hold_s: float) -> None:
        nonlocal running, most
        try:
            with turns.take("ann", ExecutionOptions(timeout_s=timeout_s, cancel=cancel)):
                with lock:
                    running += 1
                    most = max(most, running)
                cancel.wait(hold_s)
                with lock:
                    running -= 1
                outcome = "ran"
        except (LimitExceededError, StatementCancelledError) as error:
            outcome = error.code
        with lock:
            outcomes.append(outcome)

    tokens = [CancelToken() for _ in range(200)]
    threads = [
        threading.Thread(
            target=work, args=(token, chance.choice([0.001, 0.05, 30.0]), chance.random() * 0.01)
        )
        for token in tokens
    ]
    for thread in threads:
        thread.start()
    for token in chance.sample(tokens, 100):
        token.cancel()
    for thread in threads:
        thread.join(30)

    assert len(outcomes) == 200
    assert most == 4
    assert turns._lines == {}
    with ExitStack() as all_turns:
        for _ in range(4):
            all_turns.enter_context(turns.take("ann", _IMPATIENT))


def test_a_turn_may_come_back_while_its_thread_takes_another() -> None:
    turns = Turns(most=1)
    held = turns.take("ann", _PATIENT).__enter__()

    class _Collects(deque[Any]):
        """A queue in which the collector runs whenever something is put in."""

        def append(self, turn: Any) -> None:
            super().append(turn)
            held.__exit__()

    turns._lines["ann"].waiting = _Collects()

    with turns.take("ann", _IMPATIENT):
        pass

    assert turns._lines == {}


def test_a_stream_holds_its_turn_until_it_is_closed() -> None:
    settings = load_settings(
        Settings,
        environ={},
        overrides={
            "url": "memory://",
            "access": "read",
            "max_concurrent_statements": 1,
            "privilege_check": "off",
        },
    )
    sources = Sources(settings, environ={})
    shared = sources.database()
    ann, bob = shared.on_behalf_of("ann"), shared.on_behalf_of("bob")
    with ann.stream("SELECT 1 UNION ALL SELECT 2", batch_rows=1):
        with pytest.raises(LimitExceededError):
            ann.query("SELECT 1", timeout_s=0.01)
        assert bob.query("SELECT 1").rows == ((1,),)
    assert ann.query("SELECT 1").rows == ((1,),)
    sources.close()


def test_a_statement_that_is_refused_needs_no_turn() -> None:
    with connect("memory://", privilege_check="off") as database:
        with pytest.raises(SqlCoreError):
            database.query("DELETE FROM t")

        assert database.policy.turns._lines == {}
