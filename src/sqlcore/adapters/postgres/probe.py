"""What the server is, and what the login could do."""

from __future__ import annotations

from typing import Any

from sqlcore.adapters.postgres.privileges import privileges_of
from sqlcore.adapters.postgres.queries import QUERIES
from sqlcore.adapters.postgres.snapshots import Snapshots
from sqlcore.domain.capability import Privileges, ServerCapabilities
from sqlcore.errors import (
    ExecutionError,
    NotFoundError,
    PermissionDeniedError,
    SqlSyntaxError,
    UnsupportedError,
)

__all__ = ["PostgresProbe"]

# The first part of a setting that only this service has.
_SERVICES = {
    "rds": "Amazon RDS",
    "azure": "Azure Database for PostgreSQL",
    "cloudsql": "Google Cloud SQL",
    "alloydb": "Google AlloyDB",
    "neon": "Neon",
}
# Words of version() of servers that speak the protocol and are not PostgreSQL.
_RELATIVES = {
    "CockroachDB": "cockroachdb",
    "YugabyteDB": "yugabytedb",
    "-YB-": "yugabytedb",
    "Redshift": "redshift",
    "Greenplum": "greenplum",
    "EnterpriseDB": "edb",
    "Babelfish": "babelfish",
}
# Relatives of PostgreSQL lack some of the catalogs and functions that tell of rights.
_NOT_KNOWN_HERE = (
    ExecutionError,
    NotFoundError,
    PermissionDeniedError,
    SqlSyntaxError,
    UnsupportedError,
)


class PostgresProbe:
    """Asks the server about itself."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots

    def capabilities(self) -> ServerCapabilities:
        """Ask, in one round trip if the server knows all that is asked for."""
        row, privileges = self._ask()
        version, version_text, database, user, encrypted, collation, services, is_aurora = row
        engine = next((e for word, e in _RELATIVES.items() if word in version_text), "postgres")
        return ServerCapabilities(
            product=_product(version_text, services, is_aurora=is_aurora),
            engine=engine,
            version=version.partition(" ")[0],
            version_text=version_text,
            database=database,
            user=user,
            encrypted=encrypted,
            collation=collation,
            privileges=privileges,
        )

    def _ask(self) -> tuple[tuple[Any, ...], Privileges]:
        try:
            (row,), (rights,) = self._snapshots.rows(
                (QUERIES["probe"], ()), (QUERIES["probe_privileges"], ())
            )
        except _NOT_KNOWN_HERE:
            ((row,),) = self._snapshots.rows((QUERIES["probe"], ()))
            return row, Privileges()
        return row, privileges_of(rights)

    @property
    def identity(self) -> str | None:
        """Not known yet."""
        return None

    def ping(self) -> float:
        """Make one round trip on a pooled connection; return its seconds."""
        return self._snapshots.ping()


def _product(version_text: str, services: str | None, *, is_aurora: bool) -> str:
    if is_aurora:
        return "Amazon Aurora PostgreSQL"
    for prefix in (services or "").split(","):
        if prefix in _SERVICES:
            return f"PostgreSQL ({_SERVICES[prefix]})"
    return version_text.partition(" ")[0] or "PostgreSQL"
