"""What a server is, is asked once an hour, by one caller, and again when it is another server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from sqlcore.domain.capability import ServerCapabilities
from sqlcore.errors import ConnectionFailedError, SqlCoreError
from sqlcore.services.capabilities import CapabilityCache

_HOUR_S = 3600.0


class _Probe:
    """A server that counts how often it is asked, and may wait or fail while it is."""

    def __init__(self) -> None:
        self.identity: str | None = None
        self.next_identity = "one"
        self.asked = 0
        self.error: SqlCoreError | None = None
        self.meanwhile: Callable[[], None] = lambda: None

    def capabilities(self) -> ServerCapabilities:
        self.asked += 1
        self.meanwhile()
        self.identity = self.next_identity
        if self.error is not None:
            raise self.error
        return ServerCapabilities(
            product="P", engine="p", version=str(self.asked), version_text=self.identity
        )

    def ping(self) -> float:
        return 0.0


class _Clock:
    def __init__(self) -> None:
        self.now = 1000.0
        self.was_read = threading.Event()

    def __call__(self) -> float:
        self.was_read.set()
        return self.now


@pytest.fixture
def probe() -> _Probe:
    return _Probe()


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def cache(clock: _Clock) -> CapabilityCache:
    return CapabilityCache(clock)


def test_the_answer_is_kept_for_an_hour(
    cache: CapabilityCache, probe: _Probe, clock: _Clock
) -> None:
    assert cache.of(probe).version == "1"
    clock.now += _HOUR_S - 1
    assert cache.of(probe).version == "1"
    clock.now += 1
    assert cache.of(probe).version == "2"


def test_a_refresh_asks_again_and_its_answer_is_kept(cache: CapabilityCache, probe: _Probe) -> None:
    cache.of(probe)

    assert cache.of(probe, refresh=True).version == "2"
    assert cache.of(probe).version == "2"


def test_a_connection_to_another_server_drops_the_answer(
    cache: CapabilityCache, probe: _Probe
) -> None:
    cache.of(probe)
    probe.identity = probe.next_identity = "another"

    assert cache.of(probe).version_text == "another"
    assert probe.asked == 2


def test_a_failure_is_not_kept(cache: CapabilityCache, probe: _Probe) -> None:
    probe.error = ConnectionFailedError("away")
    for _ in range(2):
        with pytest.raises(ConnectionFailedError):
            cache.of(probe)
    probe.error = None

    assert cache.of(probe).version == "3"


def _held(probe: _Probe) -> tuple[threading.Event, threading.Event]:
    begun, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        go_on.wait(10)

    probe.meanwhile = hold
    return begun, go_on


def test_who_comes_while_it_is_asked_shares_the_answer(
    cache: CapabilityCache, probe: _Probe
) -> None:
    begun, go_on = _held(probe)
    with ThreadPoolExecutor(4) as pool:
        callers = [pool.submit(cache.of, probe) for _ in range(4)]
        begun.wait(10)
        go_on.set()
        versions = {caller.result(10).version for caller in callers}

    assert versions == {"1"}
    assert probe.asked == 1


def test_who_waits_for_a_failure_shares_it_and_gets_an_error_of_its_own(
    cache: CapabilityCache, probe: _Probe, clock: _Clock
) -> None:
    cache.of(probe)
    clock.now += _HOUR_S
    begun, go_on = _held(probe)
    probe.error = ConnectionFailedError("away", hint="Wait.")
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache.of, probe)
        begun.wait(10)
        clock.was_read.clear()
        second = pool.submit(cache.of, probe)
        clock.was_read.wait(10)  # it has seen that what is kept is old
        go_on.set()
        errors = [future.exception(10) for future in (first, second)]

    assert [type(error) for error in errors] == [ConnectionFailedError] * 2
    assert [str(error) for error in errors] == [str(errors[0])] * 2
    assert errors[0] is not errors[1]
    assert probe.asked == 2


def test_a_fresh_answer_is_given_while_somebody_refreshes(
    cache: CapabilityCache, probe: _Probe
) -> None:
    cache.of(probe)
    begun, go_on = _held(probe)
    with ThreadPoolExecutor(1) as pool:
        refreshing = pool.submit(cache.of, probe, refresh=True)
        begun.wait(10)
        assert cache.of(probe).version == "1"
        go_on.set()
        assert refreshing.result(10).version == "2"
