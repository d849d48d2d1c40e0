"""The real pymssql for the tests of this package."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pymssql

__all__ = ["connected", "rows_of"]


@contextlib.contextmanager
def connected(url: str, **options: Any) -> Iterator[Any]:
    """Connect with pymssql, in autocommit mode unless the options say otherwise."""
    parts = urlsplit(url)
    connection = pymssql.connect(
        server=parts.hostname or "",
        port=str(parts.port),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=unquote(parts.path.strip("/")),
        **{"autocommit": True, "login_timeout": 10, **options},
    )
    with contextlib.closing(connection):
        yield connection


def rows_of(connection: Any, sql: str) -> list[tuple[Any, ...]]:
    """Run a query and read it to its end."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
