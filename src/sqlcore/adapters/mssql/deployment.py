"""Which product a server is, and where it runs."""

from __future__ import annotations

import re

import attrs

from sqlcore.domain.capability import Missing, Support

__all__ = [
    "BABELFISH",
    "SQL_SERVER",
    "SYSTEM_DATABASES",
    "Place",
    "Product",
    "deployment_of",
    "product_of",
    "version_of",
]

_BABELFISH_VERSION = re.compile(r"\(Babelfish ([0-9.]+)\)")
_AURORA = "aurora_version"
"""A function that only Aurora has, under Babelfish."""

SYSTEM_DATABASES = frozenset(("master", "model", "msdb", "tempdb", "distribution", "rdsadmin"))
"""What the server or its service made."""


@attrs.frozen(kw_only=True)
class Product:
    """A kind of server.

    Attributes:
        engine: The short name.
        deployment: Where it runs, where the product says it.
        is_service: Whether it is always of the newest version, whatever its number says.
    """

    name: str
    engine: str
    deployment: str | None = None
    is_service: bool = False


@attrs.frozen(kw_only=True)
class Place:
    """What the server said of where it runs; None where it did not.

    Attributes:
        machine: `virtual_machine_type_desc` of sys.dm_os_sys_info.
        container: `container_type_desc` of it.
        is_rds: Whether there is the database of Amazon RDS.
        is_cloud_sql: Whether there is a procedure of Google Cloud SQL.
        functions: What was found under Babelfish.
    """

    machine: str | None = None
    container: str | None = None
    is_rds: bool = False
    is_cloud_sql: bool = False
    functions: frozenset[str] = frozenset()


# Source: "SERVERPROPERTY (Transact-SQL)", EngineEdition.
_BY_EDITION = {
    5: Product(
        name="Azure SQL Database",
        engine="azure_sql_database",
        deployment="Azure SQL Database",
        is_service=True,
    ),
    6: Product(
        name="Azure Synapse Analytics", engine="synapse", deployment="Azure Synapse Analytics"
    ),
    8: Product(
        name="Azure SQL Managed Instance",
        engine="azure_managed_instance",
        deployment="Azure SQL Managed Instance",
        is_service=True,
    ),
    9: Product(name="Azure SQL Edge", engine="azure_sql_edge", deployment="container"),
    11: Product(
        name="Azure Synapse serverless SQL pool or Microsoft Fabric warehouse",
        engine="synapse_serverless",
        deployment="Azure Synapse or Microsoft Fabric",
    ),
    12: Product(
        name="SQL database in Microsoft Fabric",
        engine="fabric",
        deployment="Microsoft Fabric",
        is_service=True,
    ),
}
SQL_SERVER = Product(name="Microsoft SQL Server", engine="mssql")
BABELFISH = Product(name="Babelfish for PostgreSQL", engine="babelfish")


def product_of(version_text: str, engine_edition: int | None) -> Product:
    """Name the product that answers."""
    if version_text.startswith("Babelfish"):
        return BABELFISH
    return _BY_EDITION.get(engine_edition or 0, SQL_SERVER)


def version_of(version_text: str, product_version: str | None) -> str:
    """Give the version; of Babelfish its own, since its ProductVersion is an old SQL Server."""
    babelfish = _BABELFISH_VERSION.search(version_text)
    return babelfish[1] if babelfish else product_version or "0"


def deployment_of(
    product: Product, version_text: str, place: Place
) -> tuple[str | None, Missing | None]:
    """Tell where a server runs; where it does not say, tell why."""
    if product is BABELFISH:
        return _of_babelfish(place)
    if place.is_rds:
        return "Amazon RDS", None
    if product.deployment is not None:
        return product.deployment, None
    if place.is_cloud_sql:
        return "Google Cloud SQL", None
    return _of_machine(version_text, place)


def _of_machine(version_text: str, place: Place) -> tuple[str | None, Missing | None]:
    if place.container is not None and "CONTAINER" in place.container.upper():
        return "container", None
    # @@VERSION ends with it, where Windows runs in a virtual machine.
    if (place.machine or "NONE") != "NONE" or "(Hypervisor)" in version_text:
        return "virtual machine", None
    if place.machine is not None:
        return "on premises", None
    return None, Missing(
        part="deployment",
        support=Support.NOT_PERMITTED,
        reason="It shows no sign of a service, and sys.dm_os_sys_info needs VIEW SERVER STATE (from"
        " SQL Server 2022 on VIEW SERVER PERFORMANCE STATE).",
    )


def _of_babelfish(place: Place) -> tuple[str | None, Missing | None]:
    if _AURORA in place.functions:
        return "Amazon Aurora", None
    return None, Missing(
        part="deployment",
        support=Support.UNKNOWN,
        reason="Babelfish does not tell where it runs.",
    )
