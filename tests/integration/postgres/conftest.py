"""An embedded PostgreSQL, shared by the workers of a run; each worker has its own database."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import attrs
import psycopg
import pytest

from sqlcore.adapters.postgres import PostgresConnector
from sqlcore.domain.connection import ConnectionSettings, PoolSettings
from sqlcore.ports import Connection
from sqlcore.testing.contracts import apply_contract_schema
from sqlcore_mcp.demo.cluster import load_pgserver

Opened = Callable[..., Connection]


@pytest.fixture(scope="session")
def server_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder for this run, outside pytest's own, which the server's user may not enter."""
    base = tmp_path_factory.getbasetemp()
    run = str(base if worker_id == "master" else base.parent)
    name = f"sqlcore-postgres-{hashlib.sha256(run.encode()).hexdigest()[:12]}"
    folder = Path(tempfile.gettempdir()) / name
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def server_uri(server_folder: Path) -> Iterator[str]:
    server = load_pgserver().get_server(server_folder / "data", cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()
    with contextlib.suppress(OSError):  # another worker still uses it
        server_folder.rmdir()


@pytest.fixture(scope="session")
def database(server_uri: str, worker_id: str) -> Iterator[ConnectionSettings]:
    """The worker's own database, with the contract schema."""
    parts = urlsplit(server_uri)
    server = ConnectionSettings(
        scheme="postgresql",
        host=parts.hostname,
        port=parts.port,
        user=parts.username,
        database="postgres",
        options={"host": parse_qs(parts.query)["host"][0]} if parts.query else {},
    )
    name = f"sqlcore_{worker_id}"
    with psycopg.connect(server_uri, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name}")
    own = attrs.evolve(server, database=name)
    connection = PostgresConnector().connect(own)
    apply_contract_schema(connection)
    connection.close()
    yield own
    with psycopg.connect(server_uri, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def admin(database: ConnectionSettings, server_uri: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the bare driver, to look at the server and to do harm."""
    with psycopg.connect(server_uri, dbname=database.database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def opened(database: ConnectionSettings) -> Iterator[Opened]:
    """Open connections with changed settings; all are closed at the end of the test."""
    connections: list[Connection] = []

    def open_connection(pool: PoolSettings | None = None, **changes: Any) -> Connection:
        if pool is not None:
            changes["pool"] = pool
        connection = PostgresConnector().connect(attrs.evolve(database, **changes))
        connections.append(connection)
        return connection

    yield open_connection
    for connection in connections:
        connection.close()


@pytest.fixture
def connection(opened: Opened) -> Connection:
    return opened()


@pytest.fixture
def single(opened: Opened) -> Connection:
    """One physical connection."""
    return opened(PoolSettings(max_size=1, acquire_timeout_s=5.0))


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], None]:
    """Wait until something holds; fail when it takes too long."""
    pause = threading.Event()

    def wait(holds: Callable[[], object]) -> None:
        deadline = time.monotonic() + 10.0
        while not holds():
            assert time.monotonic() < deadline, "it did not come true in time"
            pause.wait(0.01)

    return wait
