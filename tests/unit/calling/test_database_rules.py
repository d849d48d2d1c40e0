"""A rule that names a database means procedures of that database, and of no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sqlcore.config import Settings, SourceSettings
from sqlcore.connecting import Sources, connect
from sqlcore.domain.access import Access
from sqlcore.domain.connection import ConnectionSettings, Secret
from sqlcore.errors import PolicyError
from sqlcore.services.calling.permitting import rules_of_database
from sqlcore.testing.memory import MemoryConnector, RunningProcedure, define_procedure, forget

HOST = "test-database-rules"
RULES = ("reports.*", "Archive.reports.*", 'archive."odd"".name".p', "p")


@pytest.fixture(autouse=True)
def databases() -> Iterator[None]:
    def body(_: RunningProcedure) -> None:
        return None

    connections = [
        MemoryConnector().connect(ConnectionSettings(scheme="memory", host=HOST, database=name))
        for name in ("shop", "archive")
    ]
    for connection in connections:
        define_procedure(connection, "reports.daily", body)
    yield
    for connection in connections:
        connection.close()
    forget(HOST)


@pytest.mark.parametrize(
    ("database", "dialect", "added"),
    [
        (None, "tsql", set()),
        ("shop", "tsql", set()),
        ("ARCHIVE", "tsql", {'"reports"."*"', '"odd"".name"."p"'}),
        ("archive", "postgres", {'"reports"."*"', '"odd"".name"."p"'}),
        ("Archive", "postgres", {'"reports"."*"'}),
    ],
)
def test_rules_of_a_database_are_read_without_its_name(
    database: str | None, dialect: str, added: set[str]
) -> None:
    assert {*RULES, *added} == rules_of_database(database, RULES, dialect)


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        ("archive.reports.daily", {"archive"}),
        ("archive.reports.*", {"archive"}),
        ("other.reports.*", set()),
        ("reports.*", {"archive", "shop"}),
    ],
)
def test_in_server_mode_a_rule_means_its_database_or_each(rule: str, allowed: set[str]) -> None:
    source = SourceSettings(url=Secret(f"memory://{HOST}"))
    settings = Settings(sources={"main": source}, access=Access.READ, allow_procedures=(rule,))
    sources = Sources(settings, {})
    called = set()
    for name in ("archive", "shop"):
        try:
            sources.database(database=name).call("reports.daily")
        except PolicyError:
            continue
        called.add(name)
    sources.close()
    assert allowed == called


def test_a_rule_may_name_the_database_of_the_url() -> None:
    rules = ["shop.reports.*"]
    with connect(f"memory://{HOST}/shop", allow_procedures=rules) as shop:
        shop.call("reports.daily")
    with (
        connect(f"memory://{HOST}/archive", allow_procedures=rules) as archive,
        pytest.raises(PolicyError),
    ):
        archive.call("reports.daily")
