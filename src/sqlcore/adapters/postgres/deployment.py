"""Which product a server is, and where it runs, from the signs that services leave."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlcore.domain.capability import Missing, Support

__all__ = ["SIGNS", "SYSTEM_DATABASES", "deployment_of", "engine_of", "product_of"]

# Words of version() of servers that speak the protocol and are not PostgreSQL itself.
_RELATIVES = {
    "CockroachDB": "cockroachdb",
    "YugabyteDB": "yugabytedb",
    "-YB-": "yugabytedb",
    "Redshift": "redshift",
    "Greenplum": "greenplum",
    "EnterpriseDB": "edb",
    "Babelfish": "babelfish",
}
# The first part of settings that only one service has, then roles, schemas and functions. Sources:
# the services' own pages on their roles and parameters, and what pg_dumpall shows of them.
_BY_SETTING = {
    "azure": "Azure Database for PostgreSQL flexible server",
    "alloydb": "Google AlloyDB",
    "cloudsql": "Google Cloud SQL",
    "neon": "Neon",
}
_BY_SIGN = {
    "aurora_version": "Amazon Aurora",
    "rds_superuser": "Amazon RDS",
    "azure_pg_admin": "Azure Database for PostgreSQL single server",
    "alloydbsuperuser": "Google AlloyDB",
    "cloudsqlsuperuser": "Google Cloud SQL",
    "neon_superuser": "Neon",
    "supabase_admin": "Supabase",
    "tsdbadmin": "Timescale Cloud",
    "heroku_ext": "Heroku Postgres",
    "crunchyadm": "Crunchy Postgres for Kubernetes",
    "doadmin": "DigitalOcean Managed Databases",
    "avnadmin": "Aiven for PostgreSQL",
}
SIGNS = tuple(_BY_SIGN)
"""Names of roles, schemas and functions to look for."""
_FIRST_OF_ALL = "aurora_version"
"""Aurora has what RDS has."""
# Where the official image keeps its data. Source: its page on Docker Hub, PGDATA.
_IMAGE_FOLDER = "/var/lib/postgresql/data"
_IMAGE_FOLDER_END = "/docker"

SYSTEM_DATABASES = frozenset(
    {
        "postgres",
        "rdsadmin",
        "azure_maintenance",
        "azure_sys",
        "cloudsqladmin",
        "alloydbadmin",
        "alloydbmetadata",
    }
)
"""What the server or its service made, beside templates."""


def engine_of(version_text: str) -> str:
    """Name the engine: `postgres`, or the relative that it is."""
    return next((e for word, e in _RELATIVES.items() if word in version_text), "postgres")


def product_of(version_text: str, deployment: str | None) -> str:
    """Name the product as its makers do."""
    if deployment == _BY_SIGN[_FIRST_OF_ALL]:
        return "Amazon Aurora PostgreSQL"
    return version_text.partition(" ")[0] or "PostgreSQL"


def deployment_of(
    signs: Collection[str], settings: Mapping[str, str]
) -> tuple[str | None, Missing | None]:
    """Tell where a server runs; where it does not show, say why not.

    Args:
        signs: Those of `SIGNS` that are there.
        settings: Settings that may be seen, by name.
    """
    if _FIRST_OF_ALL in signs:
        return _BY_SIGN[_FIRST_OF_ALL], None
    prefixes = {name.partition(".")[0] for name in settings if "." in name}
    for prefix, service in _BY_SETTING.items():
        if prefix in prefixes:
            return service, None
    for sign, service in _BY_SIGN.items():
        if sign in signs:
            return service, None
    return _machine(settings)


def _machine(settings: Mapping[str, str]) -> tuple[str | None, Missing | None]:
    folder = settings.get("data_directory")
    if folder is None:
        return None, Missing(
            part="deployment",
            support=Support.NOT_PERMITTED,
            reason="It shows no sign of a service, and the setting data_directory needs"
            " pg_read_all_settings.",
        )
    sockets = settings.get("unix_socket_directories", "")
    if sockets == folder and not settings.get("listen_addresses"):
        return "embedded", None
    in_image = folder.startswith("/var/lib/postgresql/") and folder.endswith(_IMAGE_FOLDER_END)
    if folder == _IMAGE_FOLDER or in_image:
        return "container", None
    return None, Missing(
        part="deployment",
        support=Support.UNKNOWN,
        reason="It shows no sign of a service or a container. PostgreSQL does not tell a virtual"
        " machine from a machine of one's own.",
    )
