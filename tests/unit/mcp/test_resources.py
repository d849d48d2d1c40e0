"""What answers name by URI: bounded, for a while, for its owner alone."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore.domain.cancellation import CancelToken
from sqlcore.errors import LimitExceededError, NotFoundError, StatementCancelledError
from sqlcore_mcp.resources import Resource, ResourceStore, UnmadeResource


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def keep(store: ResourceStore, content: str | bytes = "text", owner: str = "ann") -> Resource:
    return store.keep("plans", content, mime_type="text/plain", owner=owner)


def test_its_owner_reads_it_back() -> None:
    store = ResourceStore()
    kept = keep(store, "häuser")
    assert store.read(kept.uri, "ann").content == "häuser"
    assert kept.size_bytes == 7
    assert kept.uri.startswith("sqlcore://plans/")


def test_nobody_else_can_read_it_or_learn_that_it_is_there() -> None:
    store = ResourceStore()
    kept = keep(store)
    with pytest.raises(NotFoundError) as somebody_elses:
        store.read(kept.uri, "bob")
    with pytest.raises(NotFoundError) as unknown:
        store.read(kept.uri + "x", "bob")
    assert str(somebody_elses.value) == str(unknown.value)


def test_uris_cannot_be_guessed_from_one_another() -> None:
    store = ResourceStore()
    tokens = {keep(store).uri.rpartition("/")[2] for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) >= 22 for token in tokens)


def test_it_expires() -> None:
    clock = Clock()
    store = ResourceStore(lifetime_s=900, clock=clock)
    kept = keep(store)
    clock.now = 899.0
    assert store.read(kept.uri, "ann") == kept
    clock.now = 900.0
    with pytest.raises(NotFoundError, match="15 minutes"):
        store.read(kept.uri, "ann")


def test_the_oldest_make_room_for_the_newest() -> None:
    store = ResourceStore(most=2)
    first, second, third = keep(store), keep(store), keep(store)
    with pytest.raises(NotFoundError):
        store.read(first.uri, "ann")
    assert store.read(second.uri, "ann") == second
    assert store.read(third.uri, "ann") == third


def test_what_is_larger_than_all_room_is_refused_and_drops_nothing() -> None:
    store = ResourceStore(max_bytes=10)
    kept = keep(store, "a" * 10)
    with pytest.raises(LimitExceededError):
        keep(store, "a" * 11)
    assert store.read(kept.uri, "ann") == kept


@given(st.lists(st.binary(max_size=40), max_size=30))
def test_it_never_holds_more_than_it_may(contents: list[bytes]) -> None:
    store = ResourceStore(most=5, max_bytes=100)
    kept = [keep(store, content) for content in contents]
    readable = []
    for resource in kept:
        try:
            readable.append(store.read(resource.uri, "ann"))
        except NotFoundError:
            continue
    assert len(readable) <= 5
    assert sum(resource.size_bytes for resource in readable) <= 100
    assert readable == kept[len(kept) - len(readable) :]


# Made when they are read


class Maker:
    """Makes a text, once it may."""

    def __init__(self, text: str = "text") -> None:
        self.text = text
        self.calls = 0
        self.begun = threading.Event()
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def __call__(self, cancel: CancelToken | None) -> str:
        self.calls += 1
        self.begun.set()
        assert self.may_go_on.wait(10)
        if cancel is not None:
            cancel.raise_if_cancelled()
        return self.text


def promise(store: ResourceStore, maker: Maker) -> UnmadeResource:
    return store.promise("documents", maker, size_bytes=4, mime_type="text/markdown", owner="ann")


def test_it_is_made_when_its_owner_reads_it_and_only_once() -> None:
    store, maker = ResourceStore(), Maker("häuser")
    promised = promise(store, maker)
    with pytest.raises(NotFoundError):
        store.read(promised.uri, "bob")
    assert maker.calls == 0
    read = store.read(promised.uri, "ann")
    assert (read.content, read.size_bytes, read.uri) == ("häuser", 7, promised.uri)
    assert store.read(promised.uri, "ann") is read
    assert maker.calls == 1


def test_what_is_never_read_expires_and_what_is_read_is_kept_as_long_again() -> None:
    clock = Clock()
    store = ResourceStore(lifetime_s=900, clock=clock)
    read, unread = promise(store, Maker()), promise(store, Maker())
    clock.now = 899.0
    store.read(read.uri, "ann")
    clock.now = 1700.0
    assert store.read(read.uri, "ann").content == "text"
    with pytest.raises(NotFoundError):
        store.read(unread.uri, "ann")


def test_several_who_read_it_at_once_wait_for_one_making() -> None:
    store, maker = ResourceStore(), Maker()
    maker.may_go_on.clear()
    promised = promise(store, maker)
    read: list[Resource] = []
    threads = [
        threading.Thread(target=lambda: read.append(store.read(promised.uri, "ann")))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    assert maker.begun.wait(10)
    maker.may_go_on.set()
    for thread in threads:
        thread.join(10)
    assert [one.content for one in read] == ["text"] * 3
    assert maker.calls == 1


def test_who_waits_can_go_and_who_makes_it_goes_on() -> None:
    store, maker = ResourceStore(), Maker()
    maker.may_go_on.clear()
    promised = promise(store, maker)
    read: list[Resource] = []
    making = threading.Thread(target=lambda: read.append(store.read(promised.uri, "ann")))
    making.start()
    assert maker.begun.wait(10)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(StatementCancelledError):
        store.read(promised.uri, "ann", cancel)
    maker.may_go_on.set()
    making.join(10)
    assert [one.content for one in read] == ["text"]


def test_after_a_making_that_was_stopped_the_next_one_makes_it() -> None:
    store, maker = ResourceStore(), Maker()
    promised = promise(store, maker)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(StatementCancelledError):
        store.read(promised.uri, "ann", cancel)
    assert store.read(promised.uri, "ann").content == "text"
    assert maker.calls == 2


def test_what_would_be_too_large_is_not_promised_nor_kept() -> None:
    store = ResourceStore(max_bytes=10)
    with pytest.raises(LimitExceededError):
        store.promise("documents", Maker(), size_bytes=11, mime_type="text/csv", owner="ann")
    promised = promise(store, Maker("a" * 11))
    with pytest.raises(LimitExceededError):
        store.read(promised.uri, "ann")


def test_what_was_made_makes_room_for_others_again() -> None:
    store = ResourceStore(max_bytes=10)
    promised = promise(store, Maker("a" * 8))
    store.read(promised.uri, "ann")
    kept = keep(store, "b" * 8)
    with pytest.raises(NotFoundError):
        store.read(promised.uri, "ann")
    assert store.read(kept.uri, "ann") == kept


def test_what_it_holds_does_not_show_in_its_repr() -> None:
    assert "secret" not in repr(keep(ResourceStore(), "secret", owner="secret"))
