"""What the server is, and what the login could do."""

from __future__ import annotations

from sqlcore.adapters.postgres.queries import QUERIES
from sqlcore.adapters.postgres.snapshots import Snapshots
from sqlcore.domain.capability import Privileges, ServerCapabilities

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


class PostgresProbe:
    """Asks the server about itself."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots

    def capabilities(self) -> ServerCapabilities:
        """Ask, in one round trip."""
        ((row,),) = self._snapshots.rows((QUERIES["probe"], ()))
        version, version_text, database, user, encrypted, collation, *rest = row
        superuser, in_recovery, read_only, writes_all, creates, schemas, writes_some = rest[:7]
        services, is_aurora = rest[7:]
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
            privileges=Privileges(
                administrator=superuser,
                can_write=not in_recovery
                and bool(superuser or writes_all or creates or schemas or writes_some),
                details=_details(
                    {
                        "It is a superuser.": superuser,
                        "It may write to every table (pg_write_all_data).": writes_all,
                        "It may create schemas in this database.": creates,
                        f"It may create objects in {schemas} schemas.": bool(schemas),
                        "It may change data of some tables.": writes_some,
                        "The server is a read-only standby.": in_recovery,
                        "Its transactions are read-only unless it says otherwise.": read_only,
                    }
                ),
            ),
        )

    def ping(self) -> float:
        """Make one round trip on a pooled connection; return its seconds."""
        return self._snapshots.ping()


def _details(facts: dict[str, bool | None]) -> tuple[str, ...]:
    return tuple(text for text, holds in facts.items() if holds)


def _product(version_text: str, services: str | None, *, is_aurora: bool) -> str:
    if is_aurora:
        return "Amazon Aurora PostgreSQL"
    for prefix in (services or "").split(","):
        if prefix in _SERVICES:
            return f"PostgreSQL ({_SERVICES[prefix]})"
    return version_text.partition(" ")[0] or "PostgreSQL"
