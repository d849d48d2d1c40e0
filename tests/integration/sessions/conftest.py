"""A PostgreSQL server of these tests' own, which they may harm, and databases on it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sqlcore import Database, SessionLimits, connect
from sqlcore_mcp.demo.cluster import load_pgserver

Opened = Callable[..., Database]


@pytest.fixture(scope="module")
def server_folder() -> Iterator[Path]:
    """A folder outside pytest's own, which the server's user may not enter."""
    folder = Path(tempfile.mkdtemp(prefix="sqlcore-sessions-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def server_url(server_folder: Path) -> Iterator[str]:
    server = load_pgserver().get_server(server_folder / "data", cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def admin(server_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the bare driver, to look at the server and to do harm."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def results_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    folder.mkdir(0o700)
    return folder


@pytest.fixture
def opened(server_url: str, results_folder: Path) -> Iterator[Opened]:
    """Open databases; all are closed at the end of the test."""
    databases: list[Database] = []

    def open_database(url: str = server_url, **options: Any) -> Database:
        limits = SessionLimits(folder=str(results_folder), **options.pop("limits", {}))
        options.setdefault("access", "write")
        database = connect(url, privilege_check="off", session_limits=limits, **options)
        databases.append(database)
        return database

    yield open_database
    for database in databases:
        database.close()
