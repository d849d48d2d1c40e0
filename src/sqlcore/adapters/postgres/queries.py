"""The named queries of `queries.sql`, ready to send, and values for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlcore.adapters.sqlfile import load_queries

__all__ = ["QUERIES", "array", "text"]

QUERIES: Mapping[str, bytes] = {
    name: query.encode() for name, query in load_queries(__package__).items()
}


def text(value: str | int | None) -> bytes | None:
    """Write one value; a bool is an int."""
    return None if value is None else str(value).encode()


def array(values: Iterable[str | int]) -> bytes:
    """Write an array, each element quoted."""
    quoted = (str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return ("{" + ",".join(f'"{value}"' for value in quoted) + "}").encode()
