"""The named queries of `queries.sql`, ready to send, and values for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlcore.adapters.sqlfile import load_queries
from sqlcore.errors import InvalidArgumentError

__all__ = ["QUERIES", "array", "text"]

QUERIES: Mapping[str, bytes] = {
    name: query.encode() for name, query in load_queries(__package__).items()
}


def text(value: str | int | None) -> bytes | None:
    """Write one value; a bool is an int.

    Raises:
        InvalidArgumentError: It has what no text of PostgreSQL can have.
    """
    return None if value is None else _encoded(str(value))


def array(values: Iterable[str | int]) -> bytes:
    """Write an array, each element quoted.

    Raises:
        InvalidArgumentError: An element has what no text of PostgreSQL can have.
    """
    quoted = (str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return _encoded("{" + ",".join(f'"{value}"' for value in quoted) + "}")


def _encoded(value: str) -> bytes:
    if "\0" in value:
        raise InvalidArgumentError("A name has a NUL character, which no name can have.")
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise InvalidArgumentError(
            "A name has half of a surrogate pair, which is no character."
        ) from None
