"""URIs of schemas, tables and routines.

`sqlcore://table/shop/orders`; with several sources and in server mode there are parts for these in
front: `sqlcore://table/SOURCE/DATABASE/shop/orders`. Each part is percent-encoded UTF-8, so that
any name can stand in it.
"""

from __future__ import annotations

import enum
from urllib.parse import quote, unquote

import attrs

from sqlcore.errors import NotFoundError
from sqlcore_mcp.app import App

__all__ = ["AddressKind", "SchemaAddress", "is_schema_address", "read_address", "uri_template"]

_SCHEME = "sqlcore://"


class AddressKind(enum.StrEnum):
    """What has a URI."""

    SCHEMA = "schema"
    TABLE = "table"
    ROUTINE = "routine"


@attrs.frozen(kw_only=True)
class SchemaAddress:
    """What a URI is about.

    Attributes:
        name: Of the table or routine; None for a schema.
        source: None where there is only one.
        database: None where every source is bound to one.
    """

    kind: AddressKind
    schema: str
    name: str | None = None
    source: str | None = None
    database: str | None = None

    def __str__(self) -> str:
        """Write the URI."""
        parts = (self.source, self.database, self.schema, self.name)
        path = "/".join(quote(part, safe="") for part in parts if part is not None)
        return f"{_SCHEME}{self.kind}/{path}"

    def of(self, kind: AddressKind, schema: str, name: str | None) -> SchemaAddress:
        """Return the address of something else in the same database."""
        return attrs.evolve(self, kind=kind, schema=schema, name=name)


def is_schema_address(uri: str) -> bool:
    """Say whether a URI has the form of these, whether or not there is such a thing."""
    return any(uri.startswith(f"{_SCHEME}{kind}/") for kind in AddressKind)


def _parts(kind: AddressKind, app: App) -> list[str]:
    """Name the parts of the path of a kind's URIs on a server."""
    parts = ["source"] if app.names_sources else []
    parts += ["database"] if app.names_databases else []
    return [*parts, "schema", *([] if kind is AddressKind.SCHEMA else [kind.value])]


def uri_template(kind: AddressKind, app: App) -> str:
    """Write the template (RFC 6570) of a kind's URIs on a server."""
    path = "/".join(f"{{{part}}}" for part in _parts(kind, app))
    return f"{_SCHEME}{kind}/{path}"


def read_address(uri: str, app: App) -> SchemaAddress:
    """Read a URI of one of these forms.

    Raises:
        NotFoundError: It does not have the parts that it has on this server.
    """
    word, _, path = uri.removeprefix(_SCHEME).partition("/")
    kind = AddressKind(word)
    names = _parts(kind, app)
    try:
        values = [unquote(part, errors="strict") for part in path.split("/")]
    except UnicodeDecodeError:
        values = []
    if len(values) != len(names) or not all(values):
        raise NotFoundError(
            f"{uri[:200]} names no {kind}.",
            hint=f"It has the form {uri_template(kind, app)}, each part percent-encoded.",
        )
    said = dict(zip(names, values, strict=True))
    return SchemaAddress(
        kind=kind,
        schema=said["schema"],
        name=said.get(kind.value) if kind is not AddressKind.SCHEMA else None,
        source=said.get("source"),
        database=said.get("database"),
    )
