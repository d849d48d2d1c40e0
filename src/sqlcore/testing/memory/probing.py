"""What the in-memory engine is."""

from __future__ import annotations

import sqlite3
import time

import attrs

from sqlcore.domain.capability import Capability, Privileges, ServerCapabilities, Support
from sqlcore.testing.memory.pool import Pool
from sqlcore.testing.memory.storage import DEFAULT_DATABASE, Storage, database_names

__all__ = ["MemoryProbe"]


@attrs.frozen
class _Feature:
    """Attributes: what SQLite lists where it has it, a function or module, and since when."""

    word: str | None
    since: tuple[int, ...]


# Source: "SQLite Release History".
_OF_SQLITE = {
    "common_table_expressions": _Feature(None, (3, 8, 3)),
    "full_text_search": _Feature("fts5", (3, 9)),
    "generated_columns": _Feature(None, (3, 31)),
    "json_functions": _Feature("json_extract", (3, 9)),
    "math_functions": _Feature("sqrt", (3, 35)),
    "materialized_ctes": _Feature(None, (3, 35)),
    "returning": _Feature(None, (3, 35)),
    "right_and_full_joins": _Feature(None, (3, 39)),
    "strict_tables": _Feature(None, (3, 37)),
    "string_agg": _Feature("string_agg", (3, 44)),
    "upsert": _Feature(None, (3, 24)),
    "window_functions": _Feature("row_number", (3, 25)),
}
_OF_OURS = {
    "comments": "They are in the table sqlcore_comments.",
    "foreign_keys": "They are checked.",
    "procedures": "They are Python functions that define_procedure defined.",
    "query_plan": "Its cost is the rows of the tables that are scanned.",
    "read_only_transactions": None,
}
_NOWHERE = {
    "logins": "Anybody may do anything.",
    "materialized_views": "SQLite has none.",
    "partitioning": "SQLite has none.",
    "row_level_security": "SQLite has none.",
    "schemas": "Tables of its own are in one schema, main.",
    "statistics": "SQLite keeps no row counts.",
}


class MemoryProbe:
    """A `CapabilityProbe`."""

    def __init__(self, pool: Pool, storage: Storage, server: str | None = None) -> None:
        """Take what it describes.

        Args:
            pool: Its connections.
            storage: Its database.
            server: The name of the server that its database is one of; None where it is alone.
        """
        self._pool = pool
        self._storage = storage
        self._server = server

    def capabilities(self) -> ServerCapabilities:
        """Describe the engine, in one query."""
        with self._pool.link() as link:
            rows = link.query(
                "SELECT 'encoding', encoding FROM pragma_encoding"
                " UNION SELECT 'word', name FROM pragma_function_list"
                " UNION SELECT 'word', name FROM pragma_module_list"
            )
        words = {name for kind, name in rows if kind == "word"}
        (encoding,) = (name for kind, name in rows if kind == "encoding")
        names = [DEFAULT_DATABASE] if self._server is None else database_names(self._server)
        return ServerCapabilities(
            product="sqlcore in-memory",
            engine="memory",
            version=sqlite3.sqlite_version,
            version_text=f"sqlcore in-memory, on SQLite {sqlite3.sqlite_version} ({encoding})",
            deployment="embedded",
            database=self._storage.name,
            encrypted=False,
            collation="BINARY",
            encoding=encoding,
            privileges=Privileges(
                administrator=False,
                can_write=True,
                details=("The in-memory engine has no logins; anybody may write.",),
            ),
            user_databases=tuple(names),
            server_permissions=("Anybody may make databases by naming them.",),
            database_permissions=("Anybody may read and write everything.",),
            features=_features(words),
        )

    @property
    def identity(self) -> str:
        """SQLite's version and the database, which stay the same."""
        return f"{sqlite3.sqlite_version} {self._server} {self._storage.name}"

    def ping(self) -> float:
        """Make one round trip."""
        started = time.perf_counter()
        with self._pool.link() as link:
            link.query("SELECT 1")
        return time.perf_counter() - started


def _features(words: set[str]) -> tuple[Capability, ...]:
    features = [_of_sqlite(name, feature, words) for name, feature in _OF_SQLITE.items()]
    for support, reasons in ((Support.SUPPORTED, _OF_OURS), (Support.UNSUPPORTED, _NOWHERE)):
        features += [
            Capability(name=name, support=support, reason=reason)
            for name, reason in reasons.items()
        ]
    return tuple(sorted(features, key=lambda feature: feature.name))


def _of_sqlite(name: str, feature: _Feature, words: set[str]) -> Capability:
    since = "SQLite " + ".".join(map(str, feature.since))
    if sqlite3.sqlite_version_info < feature.since:
        support, reason = Support.UNSUPPORTED, f"{since} brings it."
    elif feature.word is not None and feature.word not in words:
        support, reason = Support.UNSUPPORTED, "This SQLite was built without it."
    else:
        return Capability(name=name, support=Support.SUPPORTED, since=since)
    return Capability(name=name, support=support, reason=reason, since=since)
