"""An application over a small shop in the in-memory engine, and clients for it."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from tests.unit.mcp.applications import MakeApp, Serve

import sqlcore
from sqlcore.config import SourceSettings
from sqlcore.testing.memory import forget
from sqlcore_mcp.app import App
from sqlcore_mcp.http import http_app
from sqlcore_mcp.settings import ServerSettings

_NUMBERS = itertools.count()

SCHEMA = (
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT)",
    """CREATE TABLE orders (id INTEGER PRIMARY KEY,
        customer_id INTEGER REFERENCES customers (id), total DECIMAL, status TEXT DEFAULT 'new')""",
    "CREATE VIEW new_orders AS SELECT * FROM orders WHERE status = 'new'",
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def shop() -> Iterator[str]:
    """Name a server of the in-memory engine with a shop of 250 customers."""
    name = f"shop{next(_NUMBERS)}"
    with sqlcore.connect(f"memory://{name}/main", access="write") as database:
        for statement in SCHEMA:
            database.query(statement)
        database.query(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250) "
            "INSERT INTO customers SELECT i, 'Customer ' || i, "
            "CASE WHEN i % 2 = 0 THEN 'a | b' || char(10) || 'c' END FROM n"
        )
        database.query("INSERT INTO orders (id, customer_id, total) VALUES (1, 1, 12.5)")
        yield name
    forget(name)


@pytest.fixture
def make_app(shop: str) -> Iterator[MakeApp]:
    """Make applications over the shop; by default in database mode, at the level `read`."""
    apps: list[App] = []

    def make(*urls: str, **settings: Any) -> App:
        sources = {
            f"source{number}": SourceSettings(url=url)
            for number, url in enumerate(urls or (f"memory://{shop}/main",))
        }
        app = App(ServerSettings(sources=sources, **{"access": "read", **settings}), environ={})
        apps.append(app)
        return app

    yield make
    for app in apps:
        app.close()


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()


@pytest.fixture
def serve(make_app: MakeApp) -> Iterator[Serve]:
    """Serve applications over the shop, perhaps behind something else; return the port."""
    running: list[tuple[_Server, threading.Thread]] = []

    def start(wrap: Callable[[Any], Any] | None = None, **settings: Any) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        app = http_app(make_app(**settings))
        config = uvicorn.Config(
            app if wrap is None else wrap(app), log_config=None, timeout_graceful_shutdown=1
        )
        server = _Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        running.append((server, thread))
        assert server.listens.wait(30)
        return port

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()
