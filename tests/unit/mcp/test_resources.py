"""What answers name by URI: bounded, for a while, for its owner alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore.errors import LimitExceededError, NotFoundError
from sqlcore_mcp.resources import Resource, ResourceStore


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


def test_what_it_holds_does_not_show_in_its_repr() -> None:
    assert "secret" not in repr(keep(ResourceStore(), "secret", owner="secret"))
