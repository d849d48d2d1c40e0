"""A server of their own for attacks, which may do harm to a server as a whole."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.integration.guarding.postgres_bench import PostgresBench
from tests.integration.guarding.tsql_bench import URL, TsqlBench
from tests.integration.tds.session import URL_VARIABLE

from sqlcore_mcp.demo.cluster import load_pgserver

# Nothing may change on its own between two looks at the server.
_QUIET = """
autovacuum = off
fsync = off
checkpoint_timeout = '1h'
max_connections = 50
max_parallel_workers_per_gather = 0
jit = off
"""


@pytest.fixture(scope="session")
def attacked_uri() -> Iterator[str]:
    """A PostgreSQL that nobody else uses; in a folder that its user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="sqlcore-attacked-"))
    folder.chmod(0o755)
    pgserver = load_pgserver()
    first = pgserver.get_server(folder / "data", cleanup_mode="stop")
    first.cleanup()
    with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as configuration:
        configuration.write(_QUIET)
    server = pgserver.get_server(folder / "data", cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    """A folder into which the server may write."""
    folder = Path(tempfile.mkdtemp(prefix="sqlcore-attacks-"))
    folder.chmod(0o777)  # the server has a user of its own
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _bench(uri: str, name: str, folder: Path, *scripts: str) -> Iterator[PostgresBench]:
    bench = PostgresBench(uri, name, folder, *scripts)
    yield bench
    with contextlib.suppress(psycopg.Error):
        bench.close()


@pytest.fixture(scope="session")
def attacked(attacked_uri: str, scratch: Path) -> Iterator[PostgresBench]:
    """The shop with objects that do harm; made anew after each harm."""
    yield from _bench(attacked_uri, "attacked", scratch, "postgres.sql", "postgres_attacks.sql")


@pytest.fixture(scope="session")
def honest(attacked_uri: str, scratch: Path) -> Iterator[PostgresBench]:
    """The shop as people in good faith made it."""
    yield from _bench(attacked_uri, "honest", scratch, "postgres.sql")


@pytest.fixture(scope="session")
def tsql() -> Iterator[TsqlBench]:
    """The shop on the live T-SQL server."""
    if URL is None:
        pytest.skip(f"there is no T-SQL server; {URL_VARIABLE} names one")
    bench = TsqlBench(URL)
    bench.reset()
    yield bench
    bench.close()
