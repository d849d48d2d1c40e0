"""What is particular to PostgreSQL when statements run."""

from __future__ import annotations

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.integration.postgres.conftest import Opened

from sqlcore.domain.connection import ConnectionSettings, PoolSettings
from sqlcore.domain.query import (
    ExecutionOptions,
    Message,
    Parameter,
    ResultEnd,
    ResultStart,
    RowBatch,
    RowsAffected,
    Statement,
)
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.domain.values import Interval, JsonText, ServerText
from sqlcore.errors import (
    ConflictError,
    InvalidArgumentError,
    PermissionDeniedError,
    PolicyError,
    SqlCoreError,
    SqlSyntaxError,
    UnsupportedError,
)
from sqlcore.ports import Connection
from sqlcore.testing.events import READ_WRITE, result_sets, rows, run, scalar

Admin = psycopg.Connection[Any]


@pytest.fixture
def types(admin: Admin) -> Any:
    admin.execute("DROP SCHEMA IF EXISTS kinds CASCADE")
    admin.execute("CREATE SCHEMA kinds")
    admin.execute("CREATE TYPE kinds.mood AS ENUM ('sad', 'it''s ok')")
    admin.execute("CREATE DOMAIN kinds.percent AS numeric(5,2) CHECK (VALUE <= 100)")
    admin.execute("CREATE DOMAIN kinds.share AS kinds.percent")
    admin.execute("CREATE TYPE kinds.pair AS (a int, b text)")
    yield "kinds"
    admin.execute("DROP SCHEMA kinds CASCADE")


def column_types(connection: Connection, text: str) -> list[SqlType]:
    start = run(connection, text)[0]
    assert isinstance(start, ResultStart)
    return [column.type for column in start.columns]


class TestTypes:
    @pytest.mark.parametrize(
        "spelling",
        [
            "numeric(12,2)", "numeric(3,-2)", "numeric", "character varying(40)", "character(3)",
            "timestamp(3) with time zone", "timestamp without time zone", "time(0) with time zone",
            "interval day to second(3)", "interval year", "interval(2)", "bit(4)",
            "bit varying(9)", "double precision", "integer[]", "numeric(12,2)[]",
            "tstzrange", "oidvector", '"char"', "xid8",
        ],
    )  # fmt: skip
    def test_a_type_has_the_servers_full_spelling(
        self, connection: Connection, spelling: str
    ) -> None:
        (spelled,) = column_types(connection, f"SELECT NULL::{spelling}")
        assert spelling == spelled.name

    @pytest.mark.usefixtures("types")
    def test_enums_and_domains_and_their_arrays_are_known(self, connection: Connection) -> None:
        text = (
            "SELECT 'it''s ok'::kinds.mood AS a, ARRAY['sad', NULL]::kinds.mood[] AS b,"
            " 12.5::kinds.share AS c, ARRAY[1.5]::kinds.share[] AS d, ROW(1, 'x')::kinds.pair AS e"
        )
        kinds = column_types(connection, text)
        assert ["kinds.mood", "kinds.mood[]", "numeric(5,2)", "kinds.share[]", "kinds.pair"] == [
            kind.name for kind in kinds
        ]
        assert [
            TypeKind.TEXT, TypeKind.ARRAY, TypeKind.DECIMAL, TypeKind.ARRAY, TypeKind.OTHER,
        ] == [kind.kind for kind in kinds]  # fmt: skip
        assert SqlType(name="kinds.mood", kind=TypeKind.TEXT) == kinds[1].element
        (row,) = rows(run(connection, text))
        assert ("it's ok", ["sad", None], Decimal("12.50"), [Decimal("1.50")], "(1,x)") == row
        assert [str, list, Decimal, list, ServerText] == [type(value) for value in row]

    @pytest.mark.usefixtures("types")
    def test_a_type_is_looked_up_though_the_pool_has_no_connection_left(
        self, single: Connection
    ) -> None:
        assert "sad" == scalar(run(single, "SELECT 'sad'::kinds.mood"))

    @pytest.mark.usefixtures("types")
    def test_a_type_that_the_statement_itself_makes_has_a_makeshift_name(
        self, connection: Connection
    ) -> None:
        text = "CREATE TYPE kinds.fresh AS ENUM ('a'); SELECT 'a'::kinds.fresh"
        assert [[("a",)]] == result_sets(run(connection, text, options=READ_WRITE))

    def test_values_in_another_style_are_read_or_kept_as_they_are(
        self, opened: Opened, single: Connection, database: ConnectionSettings
    ) -> None:
        values = "SELECT DATE '2024-02-29', INTERVAL '1 day', TIMESTAMP '2024-02-29 10:00'"
        german = {"options": "-c DateStyle=German -c IntervalStyle=iso_8601"}
        connection = opened(options={**database.options, **german})
        timestamp = dt.datetime(2024, 2, 29, 10)  # noqa: DTZ001  # a type without a zone
        assert [(dt.date(2024, 2, 29), ServerText("P1D"), timestamp)] == rows(
            run(connection, values)
        )
        ((row,),) = result_sets(
            run(single, f"SET DateStyle = German; {values}", options=READ_WRITE)
        )
        assert ServerText("29.02.2024") == row[0]
        plain = (dt.date(2024, 2, 29), Interval(days=1), timestamp)
        assert [plain] == rows(run(single, values))

    def test_instants_have_the_zone_of_the_server_session(
        self, opened: Opened, database: ConnectionSettings
    ) -> None:
        options = {**database.options, "options": "-c TimeZone=Asia/Kolkata"}
        value = scalar(run(opened(options=options), "SELECT TIMESTAMPTZ '2024-01-01 00:00+00'"))
        assert dt.timedelta(hours=5, minutes=30) == value.utcoffset()


class TestParameters:
    @pytest.mark.usefixtures("types")
    @pytest.mark.parametrize(
        ("parameter", "expression", "expected"),
        [
            (Parameter("2024-01-01", "date"), "$1", dt.date(2024, 1, 1)),
            (Parameter(5, "smallint"), "pg_typeof($1)::text", "smallint"),
            (Parameter("5", "numeric(12,2)"), "$1", Decimal(5)),
            (Parameter([1, 2], "jsonb"), "$1", JsonText("[1, 2]")),
            (Parameter({"a": [1, None]}, "json"), "$1 ->> 'a'", "[1, null]"),
            (Parameter([1, 2], "bigint[]"), "pg_typeof($1)::text", "bigint[]"),
            (Parameter("0x00ff", "bytea"), "$1", b"\x00\xff"),
            (Parameter(None, "int"), "pg_typeof($1)::text", "integer"),
            (Parameter("sad", "kinds.mood"), "$1", "sad"),
            (Parameter(["sad"], "kinds.mood[]"), "$1", ["sad"]),
            (Parameter(True), "$1", True),
            (Parameter(2**31), "pg_typeof($1)::text", "bigint"),
            (Parameter(2**63), "$1", Decimal(2**63)),
            (Parameter(Decimal("NaN")), "$1", Decimal("NaN")),
            (Parameter(Decimal("-Infinity")), "$1", Decimal("-Infinity")),
            (Parameter(float("inf")), "$1", float("inf")),
            (Parameter(dt.timedelta(days=-1, seconds=1)), "$1", Interval(0, -1, 1_000_000)),
            (Parameter({"a": Decimal("1.50")}), "$1::jsonb", JsonText('{"a": 1.50}')),
            (
                Parameter({"a": [Decimal("0.1000000000000000055511151231257827")], "b": True}),
                "$1::jsonb",
                JsonText('{"a": [0.1000000000000000055511151231257827], "b": true}'),
            ),
            (
                Parameter({1: None, "é": Decimal("1E+2")}),
                "$1::json",
                JsonText('{"1": null, "é": 1E+2}'),
            ),
            (Parameter([[1, None], [3, 4]]), "$1", [[1, None], [3, 4]]),
            (Parameter([1, Decimal("2.5")]), "$1", [Decimal(1), Decimal("2.5")]),
            (Parameter(['a"b\\', None, "NULL"]), "$1::text[]", ['a"b\\', None, "NULL"]),
            (Parameter([]), "$1::int[]", []),
            (Parameter("2024-01-01"), "date '2024-01-01' = $1", True),
        ],
    )
    def test_a_parameter_is_what_its_value_and_type_say(
        self,
        connection: Connection,
        parameter: Parameter,
        expression: str,
        expected: Any,
    ) -> None:
        actual = scalar(run(connection, f"SELECT {expression}", [parameter]))
        assert type(expected) is type(actual)
        assert str(expected) == str(actual)

    def test_an_unknown_type_is_named(self, connection: Connection) -> None:
        with pytest.raises(InvalidArgumentError, match="no_such_type") as caught:
            run(connection, "SELECT :a", {"a": Parameter(1, "no_such_type")})
        assert caught.value.parameter == "a"

    def test_a_type_that_cannot_be_read_is_an_unknown_one(self, connection: Connection) -> None:
        with pytest.raises(InvalidArgumentError, match="There is no type"):
            run(connection, "SELECT $1", [Parameter(1, "int); DROP TABLE x; --")])

    def test_a_value_that_json_has_not_is_refused(self, connection: Connection) -> None:
        with pytest.raises(InvalidArgumentError, match="JSON has no NaN"):
            run(connection, "SELECT $1::json", [Parameter({"a": Decimal("NaN")})])

    def test_a_refused_value_is_not_shown(self, connection: Connection) -> None:
        with pytest.raises(SqlCoreError) as caught:
            run(connection, "SELECT CAST(:a AS int)", {"a": "secret-words"})
        assert "secret-words" not in f"{caught.value} {caught.value.__cause__}"


class TestTransactions:
    def test_a_read_takes_one_statement_only(self, connection: Connection) -> None:
        for text in ("SELECT 1; SELECT 2", "COMMIT; DROP TABLE contract.scratch"):
            with pytest.raises(SqlSyntaxError):
                run(connection, text)

    def test_a_write_in_a_read_says_which_access_it_needs(self, connection: Connection) -> None:
        with pytest.raises(PolicyError) as caught:
            run(connection, "DELETE FROM contract.scratch")
        assert "--access write" in str(caught.value.hint)

    def test_ending_the_transaction_does_not_open_the_way_for_writes(
        self, connection: Connection
    ) -> None:
        with pytest.raises(PolicyError):
            run(connection, "COMMIT")
        with pytest.raises(PolicyError):
            run(connection, "DELETE FROM contract.scratch")

    def test_a_read_leaves_no_lock_behind(self, single: Connection, admin: Admin) -> None:
        admin.execute("CREATE VIEW locking AS SELECT pg_advisory_lock(4711) IS NULL AS locked")
        try:
            assert [(False,)] == rows(run(single, "SELECT * FROM locking"))
            with pytest.raises(SqlCoreError):
                run(single, "SELECT 1 / (SELECT 0 FROM locking)")
        finally:
            admin.execute("DROP VIEW locking")
        locks = (
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        assert (0,) == admin.execute(locks).fetchone()

    def test_a_backslash_hides_no_quote_whatever_the_login_is_set_to(
        self, opened: Opened, database: ConnectionSettings
    ) -> None:
        off = {"options": "-c standard_conforming_strings=off"}
        connection = opened(options={**database.options, **off})
        hidden = r"""SELECT '\', $$' , pg_terminate_backend(0) --$$"""
        assert [("\\", "' , pg_terminate_backend(0) --")] == rows(run(connection, hidden))
        assert "on" == scalar(run(connection, "SHOW standard_conforming_strings"))

    @pytest.mark.parametrize(
        "text", ["VACUUM contract.scratch", "vacuum (analyze) contract.scratch"]
    )
    def test_a_command_that_runs_alone_runs_outside_a_transaction(
        self, single: Connection, text: str
    ) -> None:
        (event,) = run(single, text, options=READ_WRITE)
        assert RowsAffected(0, "VACUUM") == event

    def test_a_script_with_such_a_command_is_not_run_at_all(self, connection: Connection) -> None:
        text = "DELETE FROM contract.scratch; VACUUM contract.scratch"
        with pytest.raises(SqlCoreError) as caught:
            run(connection, text, options=READ_WRITE)
        assert "25001" == caught.value.sqlstate

    def test_nothing_of_a_session_reaches_the_next_statement(self, single: Connection) -> None:
        run(
            single,
            "SET search_path = contract; SET statement_timeout = '5s'; CREATE TEMP TABLE t (a int);"
            " PREPARE p AS SELECT 1; SELECT pg_advisory_lock(7)",
            options=READ_WRITE,
        )
        assert '"$user", public' == scalar(run(single, "SHOW search_path"))
        locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        assert 0 == scalar(run(single, locks))
        with pytest.raises(SqlCoreError):
            run(single, "SELECT * FROM t")
        assert single.catalog.databases()

    def test_a_deferred_constraint_fails_at_the_end(self, single: Connection) -> None:
        text = (
            "CREATE TEMP TABLE parent (id int PRIMARY KEY);"
            " CREATE TEMP TABLE child (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);"
            " INSERT INTO child VALUES (1)"
        )
        with pytest.raises(ConflictError):
            run(single, text, options=READ_WRITE)
        assert 1 == scalar(run(single, "SELECT 1"))

    def test_messages_stand_before_the_result_of_their_statement(
        self, connection: Connection
    ) -> None:
        text = (
            "DO $$ BEGIN RAISE WARNING 'first' USING ERRCODE = '01004'; END $$; SELECT 1;"
            " INSERT INTO contract.scratch SELECT 1, 'x' WHERE false"
        )
        events = run(connection, text, options=READ_WRITE)
        assert [
            Message(text="first", severity="warning", number="01004"),
            RowsAffected(0, "DO"),
        ] == events[:2]
        assert [ResultStart, RowBatch, ResultEnd] == [type(event) for event in events[2:5]]
        assert [RowsAffected(0, "INSERT")] == events[5:]

    def test_copy_to_the_client_is_unsupported(self, single: Connection) -> None:
        for options in (ExecutionOptions(), READ_WRITE):
            with pytest.raises(UnsupportedError):
                run(single, "COPY contract.scratch TO STDOUT", options=options)
            assert 1 == scalar(run(single, "SELECT 1"))

    def test_a_missing_right_is_permission_denied(self, opened: Opened, admin: Admin) -> None:
        admin.execute("CREATE ROLE visitor LOGIN")
        try:
            connection = opened(user="visitor")
            with pytest.raises(PermissionDeniedError):
                run(connection, "SELECT * FROM contract.orders")
            capabilities = connection.capabilities.capabilities()
            assert not capabilities.privileges.administrator
            assert not capabilities.privileges.can_write
            connection.close()
        finally:
            admin.execute("DROP ROLE visitor")


def resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_large_rows_come_a_few_at_once(connection: Connection) -> None:
    events = run(connection, "SELECT repeat('x', 100000) FROM generate_series(1, 300)")
    sizes = [len(event.rows) for event in events if isinstance(event, RowBatch)]
    assert 300 == sum(sizes)
    assert max(sizes) <= 64


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_memory_stays_flat_while_a_million_rows_stream(opened: Opened) -> None:
    connection = opened(PoolSettings(max_size=1))
    text = "SELECT i, i * 2, 'text number ' || i FROM generate_series(1, 1000000) AS n (i)"
    at_rest = most = resident_mib()
    count = 0
    for event in connection.queries.execute(Statement.of(text), ExecutionOptions()):
        if isinstance(event, RowBatch):
            count += len(event.rows)
            if count % 50_000 == 0:
                most = max(most, resident_mib())
    assert 1_000_000 == count
    assert most - at_rest < 32.0
