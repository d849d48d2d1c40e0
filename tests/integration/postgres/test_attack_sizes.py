"""A result that would fill the memory of this process is stopped."""

from __future__ import annotations

import pytest

import sqlcore
from sqlcore.adapters.postgres import execution, link
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.errors import LimitExceededError


@pytest.mark.parametrize(
    "attack",
    [
        "SELECT repeat('x', 60000000)",
        "SELECT repeat('x', 3000000) FROM generate_series(1, 40)",
        "SELECT array_agg(repeat('x', 1000000)) FROM generate_series(1, 60)",
    ],
)
def test_too_much_at_once_is_stopped_and_the_next_statement_runs(
    attack: str, server_uri: str, database: ConnectionSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "MOST_BYTES_AT_ONCE", 2**20)
    monkeypatch.setattr(execution, "MOST_BYTES_AT_ONCE", 2**20)
    with sqlcore.connect(f"{server_uri}&dbname={database.database}", access="read") as reader:
        # What has arrived is counted between two reads, so that a server which is always ahead of
        # us may slip a result through.
        with pytest.raises(LimitExceededError, match="More than 1 MiB of the result"):
            [reader.query(attack) for _ in range(20)]
        assert ((1,),) == tuple(reader.query("SELECT 1").rows)


def test_rows_that_are_large_together_but_not_at_once_come(
    server_uri: str, database: ConnectionSettings
) -> None:
    with sqlcore.connect(f"{server_uri}&dbname={database.database}", access="read") as reader:
        total = sum(
            len(row[0])
            for row in reader.query("SELECT repeat('x', 100000) FROM generate_series(1, 30)").rows
        )
    assert 3_000_000 == total
