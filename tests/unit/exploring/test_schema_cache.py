"""One snapshot is kept, shared, checked each time, and read anew when it has changed or is old."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest
from tests.unit.exploring.snapshots import snapshot, table

from sqlcore.domain.schema import SchemaSnapshot
from sqlcore.errors import ConnectionFailedError
from sqlcore.services.schema_cache import SchemaCache

EMPTY = snapshot(table("a"))


@attrs.define
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


class Reader:
    """Counts what it is asked; its answers can be changed, and held back."""

    def __init__(self) -> None:
        self.version = 1
        self.fingerprints = 0
        self.reads = 0
        self.fails = False
        self.may_read = threading.Event()
        self.may_read.set()
        self.is_reading = threading.Event()

    def fingerprint(self) -> str:
        self.fingerprints += 1
        if self.fails:
            raise ConnectionFailedError("gone")
        return str(self.version)

    def schema(self, *, include_system: bool = False) -> SchemaSnapshot:
        assert not include_system
        fingerprint = str(self.version)
        self.is_reading.set()
        assert self.may_read.wait(10)
        self.reads += 1
        if self.fails:
            raise ConnectionFailedError("gone")
        return attrs.evolve(EMPTY, fingerprint=fingerprint)


def test_it_is_read_once_and_checked_each_time() -> None:
    cache, reader = SchemaCache(Clock()), Reader()
    first = cache.index(reader)

    assert cache.index(reader) is first
    assert cache.snapshot(reader) is first.snapshot
    assert (1, 2) == (reader.reads, reader.fingerprints)


def test_a_change_and_age_make_it_new() -> None:
    clock = Clock()
    cache, reader = SchemaCache(clock), Reader()
    first = cache.index(reader)
    reader.version = 2
    second = cache.index(reader)
    clock.now += 299
    assert cache.index(reader) is second
    clock.now += 2
    third = cache.index(reader)

    assert len({id(first), id(second), id(third)}) == 3
    assert reader.reads == 3


def test_a_failure_is_an_error_and_keeps_nothing_wrong() -> None:
    cache, reader = SchemaCache(Clock()), Reader()
    first = cache.index(reader)
    reader.fails = True
    with pytest.raises(ConnectionFailedError):
        cache.index(reader)
    reader.fails = False

    assert cache.index(reader) is first
    reader.version, reader.fails = 2, False
    assert cache.snapshot(reader).fingerprint == "2"


def test_those_who_come_while_it_is_read_share_it() -> None:
    cache, reader = SchemaCache(), Reader()
    reader.may_read.clear()
    with ThreadPoolExecutor(5) as threads:
        first = threads.submit(cache.index, reader)
        assert reader.is_reading.wait(10)
        others = [threads.submit(cache.index, reader) for _ in range(4)]
        reader.may_read.set()
        indexes = {id(future.result(10)) for future in [first, *others]}

    assert len(indexes) == 1
    assert reader.reads == 1


def test_a_change_while_it_is_read_shows_to_those_who_came_later() -> None:
    cache, reader = SchemaCache(), Reader()
    reader.may_read.clear()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(cache.index, reader)
        assert reader.is_reading.wait(10)
        reader.version = 2
        later = threads.submit(cache.index, reader)
        reader.may_read.set()

        assert first.result(10).snapshot.fingerprint == "1"
        assert later.result(10).snapshot.fingerprint == "2"


def test_what_is_derived_is_made_once_for_many_threads() -> None:
    index = SchemaCache().index(Reader())
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda _: id(index.words), range(50)))

    assert len(made) == 1


def test_those_who_wait_for_a_read_that_fails_share_its_failure() -> None:
    all_came = threading.Barrier(6)
    others_came = threading.Event()

    class Counted:
        """Tells when five calls have come and the first of them reads."""

        def __init__(self) -> None:
            self.asked = 0
            self.lock = threading.Lock()

        def __call__(self) -> float:
            with self.lock:
                self.asked += 1
                if self.asked == 6:
                    others_came.set()
                return float(self.asked)

    cache, reader = SchemaCache(Counted()), Reader()
    reader.fails = True
    reader.may_read.clear()

    def ask() -> str:
        all_came.wait(10)
        try:
            cache.index(reader)
        except ConnectionFailedError as error:
            return error.message
        return "read"

    with ThreadPoolExecutor(5) as threads:
        answers = [threads.submit(ask) for _ in range(5)]
        all_came.wait(10)
        assert others_came.wait(10)
        reader.may_read.set()
        assert {"gone"} == {answer.result(10) for answer in answers}

    assert 1 == reader.reads
