"""From settings to databases: modes, bounds, and what a wrong name gets."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import sqlcore
from sqlcore.config import Settings, SourceSettings
from sqlcore.connecting import Sources
from sqlcore.domain.access import Access
from sqlcore.domain.connection import ConnectionSettings, Secret
from sqlcore.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectionFailedError,
    InvalidArgumentError,
    SqlCoreError,
)
from sqlcore.registry import connector_names, load_connector
from sqlcore.services.database import Database
from sqlcore.testing.memory import FaultPlan, MemoryConnection, MemoryConnector, forget

_PASSWORD = "Gr33n!Elephant"


@pytest.fixture
def server() -> Iterator[str]:
    """The URL of a server in memory, free to name a database per call."""
    yield "memory://test-connecting"
    forget("test-connecting")


def _settings(**urls: str) -> Settings:
    return _limited(16, **urls)


def _limited(max_databases: int, **urls: str) -> Settings:
    return Settings(
        sources={name: SourceSettings(url=Secret(url)) for name, url in urls.items()},
        access=Access.WRITE,
        max_databases=max_databases,
    )


@pytest.fixture
def open_sources() -> Iterator[Any]:
    """Make sources; they are closed at the end of the test."""
    opened: list[Sources] = []

    def make(settings: Settings) -> Sources:
        sources = Sources(settings, {})
        opened.append(sources)
        return sources

    yield make
    for sources in opened:
        sources.close()


def _open_count(sources: Sources, source: str = "only") -> int:
    return len(sources._links[source])


# -- one database


def test_a_database_is_opened_by_its_url() -> None:
    with sqlcore.connect("memory://") as db:
        assert db.query("SELECT 1").scalar() == 1
        assert db.access is Access.READ
        assert db.dialect == "sqlite"


def test_arguments_beside_the_url_reach_the_connector() -> None:
    seen: list[ConnectionSettings] = []

    class Recording(MemoryConnector):
        def connect(self, settings: ConnectionSettings) -> MemoryConnection:
            seen.append(settings)
            return super().connect(settings)

    with sqlcore.connect(
        "memory://", access="write", password=_PASSWORD, pool_size=3, connector=Recording()
    ) as db:
        assert db.access is Access.WRITE

    assert seen[0].password == Secret(_PASSWORD)
    assert seen[0].pool.max_size == 3


@pytest.mark.parametrize(
    ("url", "arguments", "said"),
    [
        ("memory://", {"access": "admin"}, "no access level"),
        ("memory://", {"access": 5}, "no access level"),
        ("memory://", {"pool_size": 0}, "pool_size is 0"),
        ("memory://?x=1", {}, "option x"),
        (f"u:{_PASSWORD}@host", {}, "no scheme"),
        (f"postgresqll://u:{_PASSWORD}@host", {}, 'registered for "postgresqll"'),
    ],
)
def test_what_cannot_be_opened_is_a_configuration_error(
    url: str, arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        sqlcore.connect(url, **arguments)

    assert said in caught.value.message
    assert _PASSWORD not in f"{caught.value!r} {caught.value}"


def test_an_unknown_scheme_is_refused_and_the_nearest_named() -> None:
    assert set(connector_names()) >= {"memory", "mssql", "postgresql"}
    with pytest.raises(ConfigurationError) as near:
        load_connector("postgresq")
    with pytest.raises(ConfigurationError) as far:
        load_connector("zzzz")

    assert near.value.hint == "Did you mean postgresql://?"
    assert "There is: " in (far.value.hint or "")
    assert "memory://" in (far.value.hint or "")


def test_a_server_that_is_away_is_an_answer_about_its_health() -> None:
    faults = FaultPlan()
    with sqlcore.connect("memory://", connector=MemoryConnector(faults)) as db:
        faults.fail_connect(AuthenticationError("The login was refused."))
        ill = db.health()
        well = db.health()

    assert (ill.ok, type(ill.error)) == (False, AuthenticationError)
    assert well.ok
    assert well.server is not None
    assert well.latency_s is not None


def test_what_a_server_is_was_asked_for_once_and_again_when_it_is_refreshed() -> None:
    faults = FaultPlan()
    with sqlcore.connect("memory://", connector=MemoryConnector(faults)) as db:
        first = db.capabilities()
        assert db.capabilities() is first
        assert db.capabilities(refresh=True) is not first


@pytest.mark.parametrize("kinds", [["tabel"], "tabel", ["table", "tabel"]])
def test_kinds_that_there_are_not_are_refused(kinds: Any) -> None:
    with sqlcore.connect("memory://") as db:
        with pytest.raises(InvalidArgumentError, match="kinds") as caught:
            db.catalog.tables(kinds=kinds)
        with pytest.raises(InvalidArgumentError, match="kinds"):
            db.catalog.search("x", kinds=kinds)

    assert "materialized_view" in (caught.value.hint or "")


def test_tables_are_listed_and_described() -> None:
    with sqlcore.connect("memory://", access="write") as db:
        db.query("CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE VIEW b AS SELECT id FROM a")

        assert [t.name.name for t in db.catalog.tables(schema="").tables] == ["a", "b"]
        assert [t.name.name for t in db.catalog.tables(kinds="view").tables] == ["b"]
        assert db.catalog.tables(limit=1).total == 2
        assert [c.name for c in db.catalog.describe("A").columns] == ["id"]
        assert [hit.hit.object.name for hit in db.catalog.search("a", kinds=["tables"]).hits]
        assert len(db.catalog.databases()) == 1
        with pytest.raises(InvalidArgumentError, match="at least 1"):
            db.catalog.tables(limit=0)


def test_a_statement_is_judged_as_a_read_whatever_the_access_level() -> None:
    with sqlcore.connect("memory://", access="write") as db:
        assert db.decide("SELECT 1").allowed
        assert not db.decide("DROP TABLE a").allowed


# -- sources


def test_one_source_needs_no_name(open_sources: Any, server: str) -> None:
    sources = open_sources(_settings(only=server))

    assert sources.names == ("only",)
    assert sources.database().query("SELECT 1").scalar() == 1
    assert sources.database("only") is not None


def test_several_sources_must_be_named(open_sources: Any, server: str) -> None:
    sources = open_sources(_settings(shop=server, stock="memory://"))

    assert sources.names == ("shop", "stock")
    with pytest.raises(InvalidArgumentError, match="none is named") as caught:
        sources.database()
    assert caught.value.hint == "Name one of: shop, stock."
    assert caught.value.parameter == "source"


@pytest.mark.parametrize(("name", "hint"), [("shpo", "Did you mean shop"), ("zz", "Name one of")])
def test_an_unknown_source_is_refused_and_the_nearest_named(
    open_sources: Any, server: str, name: str, hint: str
) -> None:
    sources = open_sources(_settings(shop=server))

    with pytest.raises(InvalidArgumentError, match=f'no source "{name}"') as caught:
        sources.database(name)

    assert hint in (caught.value.hint or "")


def test_without_a_source_the_ways_to_name_one_are_said(open_sources: Any) -> None:
    with pytest.raises(ConfigurationError, match="No database is configured") as caught:
        open_sources(_settings()).database()

    assert "SQLCORE_URL" in (caught.value.hint or "")


def test_a_malformed_url_is_refused_without_a_word_of_it(open_sources: Any) -> None:
    sources = open_sources(_settings(only=f"postgresql://u:{_PASSWORD}@h:port/db"))

    with pytest.raises(ConfigurationError) as caught:
        sources.database()

    assert _PASSWORD not in f"{caught.value!r} {caught.value}"


# -- modes


def test_a_source_with_a_database_is_bound_to_it(open_sources: Any, server: str) -> None:
    sources = open_sources(_settings(only=f"{server}/shop"))

    assert not sources.server_mode()
    assert sources.database(database="shop") is sources.database(database="")
    with pytest.raises(InvalidArgumentError, match='bound to the database "shop"') as caught:
        sources.database(database="other")
    assert caught.value.parameter == "database"


def test_a_source_without_a_database_is_free_to_name_one_per_call(
    open_sources: Any, server: str
) -> None:
    sources = open_sources(_settings(only=server))
    one, other = sources.database(database="one"), sources.database(database="other")

    one.query("CREATE TABLE t (id INTEGER)")

    assert sources.server_mode()
    assert [t.name.name for t in one.catalog.tables().tables] == ["t"]
    assert other.catalog.tables().tables == ()


def test_settings_reach_the_database(open_sources: Any, server: str) -> None:
    sources = open_sources(
        Settings(
            sources={"only": SourceSettings(url=Secret(server))},
            access=Access.READ,
            max_rows=7,
        )
    )

    assert sources.database().access is Access.READ
    assert sources.database().limits.max_rows == 7


# -- bounds


def test_databases_that_nobody_holds_are_closed_beyond_the_bound(
    open_sources: Any, server: str
) -> None:
    sources = open_sources(_limited(2, only=server))

    for name in "abcde":
        sources.database(database=name).query("SELECT 1")

    assert list(sources._links["only"]) == ["d", "e"]


def test_the_least_recently_used_database_is_closed_first(open_sources: Any, server: str) -> None:
    sources = open_sources(_limited(2, only=server))
    for name in ("a", "b", "a", "c"):
        sources.database(database=name)

    assert list(sources._links["only"]) == ["a", "c"]


def test_a_database_that_is_held_stays_open_beyond_the_bound(
    open_sources: Any, server: str
) -> None:
    sources = open_sources(_limited(1, only=server))
    held = [sources.database(database=name) for name in "abc"]

    assert [db.query("SELECT 1").scalar() for db in held] == [1, 1, 1]
    assert _open_count(sources) == 3
    del held
    gc.collect()
    sources.database(database="d")
    assert list(sources._links["only"]) == ["d"]


def test_a_statement_that_runs_is_not_stopped_by_other_databases(
    open_sources: Any, server: str
) -> None:
    sources = open_sources(_limited(1, only=server))

    with sources.database(database="a").stream("VALUES (1), (2), (3)", batch_rows=1) as stream:
        assert next(iter(stream)) == (1,)
        for name in "bcd":
            sources.database(database=name).query("SELECT 1")
        assert list(stream) == [(2,), (3,)]


def test_a_database_is_the_same_for_all_who_hold_it(open_sources: Any, server: str) -> None:
    sources = open_sources(_settings(only=server))
    with ThreadPoolExecutor(8) as pool:
        held = list(pool.map(lambda _: sources.database(database="a"), range(50)))

    assert len({id(db) for db in held}) == 1


def test_what_was_found_out_about_a_server_outlives_those_who_hold_it(
    open_sources: Any, server: str
) -> None:
    sources = open_sources(_settings(only=server))
    first = sources.database().capabilities()
    gc.collect()

    assert sources.database().capabilities() is first


def test_many_threads_over_few_databases_all_get_their_answer(
    open_sources: Any, server: str
) -> None:
    sources = open_sources(_limited(2, only=server))

    def ask(number: int) -> object:
        return sources.database(database=f"d{number % 5}").query(f"SELECT {number}").scalar()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(100))) == list(range(100))


# -- closing


def test_closing_closes_every_database(open_sources: Any, server: str) -> None:
    sources = open_sources(_limited(1, only=server))
    held: list[Database] = [sources.database(database=name) for name in "ab"]

    sources.close()
    sources.close()

    for db in held:
        with pytest.raises(SqlCoreError):
            db.query("SELECT 1")
    with pytest.raises(ConfigurationError, match="shutting down"):
        sources.database()


def test_a_database_that_was_closed_runs_nothing() -> None:
    db = sqlcore.connect("memory://")
    db.close()
    db.close()

    with pytest.raises(ConnectionFailedError):
        db.query("SELECT 1")
