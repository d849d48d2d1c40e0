from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from sqlcore.adapters.mssql.session import Session

_MIB = 2**20


class Driver:
    """The driver's connection as far as a session that reads rows needs it."""

    rows_affected = -1

    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self._rows = iter(rows)

    def set_msghandler(self, handler: Any) -> None:
        pass

    def execute_query(self, batch: str) -> None:
        pass

    def get_header(self) -> tuple[tuple[str, int], ...]:
        return (("id", 3), ("text", 1))

    def get_iterator(self, _: int) -> Iterator[tuple[Any, ...]]:
        return self._rows

    def close(self) -> None:
        pass


def open_session(rows: list[tuple[Any, ...]]) -> Session:
    session = Session(Driver(rows), socket.socket())
    session.execute("SELECT id, text FROM t")
    return session


@pytest.mark.parametrize("count", [0, 1, 31, 32, 33, 1000, 2500])
def test_small_rows_come_as_many_at_once_as_are_asked_for(count: int) -> None:
    rows = [(n, "x") for n in range(count)]
    session = open_session(rows)
    batches: list[list[tuple[Any, ...]]] = []
    while batch := session.rows(1000):
        batches.append(batch)
    session.close()
    assert rows == [row for batch in batches for row in batch]
    assert all(len(batch) == 1000 for batch in batches[:-1])


def test_large_rows_come_a_few_at_once_so_that_memory_stays_flat() -> None:
    session = open_session([(n, "x" * _MIB) for n in range(100)])
    sizes: list[int] = []
    while batch := session.rows(1000):
        sizes.append(len(batch))
    session.close()
    assert 100 == sum(sizes)
    assert max(sizes) <= 32
