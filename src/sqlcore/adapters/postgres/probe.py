"""What the server is, what it has, and what the login could do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlcore.adapters.postgres.deployment import (
    SIGNS,
    SYSTEM_DATABASES,
    deployment_of,
    engine_of,
    product_of,
)
from sqlcore.adapters.postgres.privileges import privileges_of
from sqlcore.adapters.postgres.probing_features import WORDS, Facts, features_of
from sqlcore.adapters.postgres.probing_permissions import (
    database_permissions,
    server_permissions,
)
from sqlcore.adapters.postgres.probing_settings import SETTINGS
from sqlcore.adapters.postgres.queries import array
from sqlcore.adapters.postgres.snapshots import Query, Snapshots
from sqlcore.adapters.sqlfile import load_queries
from sqlcore.domain.capability import Missing, Privileges, ServerCapabilities, Support
from sqlcore.errors import (
    ExecutionError,
    NotFoundError,
    PermissionDeniedError,
    SqlCoreError,
    SqlSyntaxError,
    UnsupportedError,
)

__all__ = ["PostgresProbe"]

# Relatives of PostgreSQL lack some of the catalogs and functions that tell of rights.
_NOT_KNOWN_HERE = (
    ExecutionError,
    NotFoundError,
    PermissionDeniedError,
    SqlSyntaxError,
    UnsupportedError,
)
_VALUES = {"settings": SETTINGS, "words": WORDS, "signs": SIGNS}
_PARTS = {
    "database": "collation, encoding and permissions in the database",
    "databases": "databases",
    "settings": "settings",
    "extensions": "extensions",
    "words": "keywords and functions",
    "state": "state of the server",
    "roles": "permissions on the server",
    "signs": "deployment",
    "schemas": "permissions on schemas",
    "privileges": "privileges",
}
"""The queries beside `server`, with what is missing where the server cannot run one."""
_PROVIDERS = {"b": "builtin", "c": "libc", "i": "icu"}
# Relatives whose version is that of the PostgreSQL they are made from.
_FORKS = {"postgres", "edb", "babelfish", "greenplum", "yugabytedb"}
_Rows = list[tuple[Any, ...]]


class PostgresProbe:
    """Asks the server about itself."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots
        self._lacking: dict[str, SqlCoreError] = {}
        queries = load_queries(__package__, "probe.sql")
        self._queries: Mapping[str, Query] = {
            name: (text.encode(), [array(_VALUES[name])] if name in _VALUES else ())
            for name, text in queries.items()
        }

    def capabilities(self) -> ServerCapabilities:
        """Ask, in one round trip if the server knows all that is asked for."""
        results, refused = self._ask()
        version, version_text, database, user, encrypted = results["server"][0]
        settings = _mapping(results.get("settings"))
        signs = {sign for (sign,) in results.get("signs", [])}
        engine = engine_of(version_text)
        deployment, unknown_place = deployment_of(signs, settings or {})
        details = _first(results.get("database"))
        names = results.get("databases", [])
        return ServerCapabilities(
            product=product_of(version_text, deployment),
            engine=engine,
            version=version.partition(" ")[0],
            version_text=version_text,
            deployment=deployment,
            database=database,
            user=user,
            encrypted=encrypted,
            collation=details[1] if details else None,
            encoding=details[0] if details else None,
            locale_provider=_PROVIDERS.get(details[2] or "c") if details else None,
            privileges=_privileges(results.get("privileges")),
            system_databases=tuple(name for name, made in names if _is_system(name, made=made)),
            user_databases=tuple(name for name, made in names if not _is_system(name, made=made)),
            server_permissions=server_permissions(results.get("roles", [])),
            database_permissions=database_permissions(details, results.get("schemas", [])),
            features=features_of(
                Facts(
                    version=_major(version),
                    trusts_version=engine in _FORKS,
                    words=_words(results.get("words")),
                    settings=settings,
                    extensions=results.get("extensions"),
                    state=_first(results.get("state")),
                    is_superuser=_is_superuser(results.get("roles")),
                )
            ),
            missing=_missing(refused, unknown_place),
        )

    def _ask(self) -> tuple[dict[str, _Rows], dict[str, SqlCoreError]]:
        """Run the queries; return their rows, and why some of them could not run.

        What the server lacks is remembered. What is not permitted is not: it may be granted.
        """
        refused = dict(self._lacking)
        names = [name for name in self._queries if name not in refused]
        try:
            return self._rows(names), refused
        except _NOT_KNOWN_HERE:
            results = self._rows(["server"])
        for name in names[1:]:
            try:
                results |= self._rows([name])
            except _NOT_KNOWN_HERE as error:
                refused[name] = error
                if not isinstance(error, PermissionDeniedError):
                    self._lacking[name] = error
        return results, refused

    def _rows(self, names: Sequence[str]) -> dict[str, _Rows]:
        rows = self._snapshots.rows(*(self._queries[name] for name in names))
        return dict(zip(names, rows, strict=True))

    @property
    def identity(self) -> str | None:
        """Version, address and database of the newest physical connection."""
        return self._snapshots.login.newest.identity

    def ping(self) -> float:
        """Make one round trip on a pooled connection; return its seconds."""
        return self._snapshots.ping()


def _missing(
    refused: Mapping[str, SqlCoreError], unknown_place: Missing | None
) -> tuple[Missing, ...]:
    said = [
        Missing(
            part=part,
            support=Support.NOT_PERMITTED
            if isinstance(refused[name], PermissionDeniedError)
            else Support.UNKNOWN,
            reason=f"The server cannot say: {refused[name].message}",
        )
        for name, part in _PARTS.items()
        if name in refused
    ]
    if unknown_place is not None and "signs" not in refused:
        said.append(unknown_place)
    return tuple(said)


def _first(rows: _Rows | None) -> tuple[Any, ...] | None:
    return rows[0] if rows else None


def _major(version: str) -> int:
    """Read the number that counts, of `18.1`, `19beta1` or `13.8 (Debian 13.8-1)`."""
    found = re.match(r"\d+", version)
    return int(found[0]) if found else 0


def _mapping(rows: _Rows | None) -> dict[str, str] | None:
    return None if rows is None else {name: value or "" for name, value in rows}


def _words(rows: _Rows | None) -> frozenset[str] | None:
    return None if rows is None else frozenset(word for (word,) in rows)


def _is_superuser(rows: _Rows | None) -> bool | None:
    return next((bool(row[2]) for row in rows or () if row[1]), None)


def _is_system(name: str, *, made: bool) -> bool:
    return made or name in SYSTEM_DATABASES


def _privileges(rows: _Rows | None) -> Privileges:
    return privileges_of(rows[0]) if rows else Privileges()
