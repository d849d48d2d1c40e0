"""A T-SQL server for the tests of the adapter: replayed, recorded or live."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest
from tests.integration.mssql.reaching import settings_of_url
from tests.integration.tds.plugin import (  # noqa: F401  fixtures and hooks
    pytest_addoption,
    pytest_runtest_makereport,
    tds,
    tds_class,
    tds_module,
    tds_recordings,
    tds_section,
)
from tests.integration.tds.session import URL_VARIABLE

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.testing.contracts import apply_contract_schema


@pytest.fixture(scope="session")
def tds_repeatable() -> Sequence[str]:
    """What the adapter sends on its own account, as often as it likes."""
    return (
        r"SELECT @@VERSION, CAST\(SERVERPROPERTY\('EngineEdition'\).*",
        r"IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION.*",
        r"SELECT @@TRANCOUNT, XACT_STATE\(\), DB_NAME\(\);.*",
        r"DECLARE @count int = @@TRANCOUNT.*",
    )


@pytest.fixture(scope="session")
def tds_normalisers() -> Sequence[tuple[str, str]]:
    """What would only make the recordings large, and the names of savepoints."""
    return (
        (r"sqlcore_[0-9a-f]{16}", "sqlcore_savepoint"),
        (r"x{10000,}", "<many x>"),
        (r"(?:äb''){10000,}", "<many äb''>"),
    )


@pytest.fixture(scope="session", autouse=True)
def contract_database() -> ConnectionSettings | None:
    """Make the contract schema on the live server, unrecorded; None where there is no server."""
    url = os.environ.get(URL_VARIABLE)
    if not url:
        return None
    settings = settings_of_url(url)
    connection = MssqlConnector().connect(settings)
    try:
        apply_contract_schema(connection)
    finally:
        connection.close()
    return settings
