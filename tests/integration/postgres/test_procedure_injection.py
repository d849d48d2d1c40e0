"""Names, types and values of calls never leave their place, on a live PostgreSQL."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

import sqlcore
from sqlcore.adapters.postgres.procedures import PostgresProcedures
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.errors import (
    AmbiguousNameError,
    InvalidArgumentError,
    NotFoundError,
    PolicyError,
    SqlCoreError,
)
from sqlcore_mcp import Toolbox

_LIVE = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_PAYLOADS = (
    "'); SELECT nextval('inj.drawn'); --",
    "\"); SELECT nextval('inj.drawn'); --",
    "1); DROP TABLE inj.canary; --",
    "$1::text); DELETE FROM inj.canary; --",
    "$$; TRUNCATE inj.canary; $$",
    "\\'; TRUNCATE inj.canary; --",
    "/* */ UNION SELECT nextval('inj.drawn') --",
    "' || nextval('inj.drawn') || '",
    "a' => $1, \"b",
    "x]; EXEC p; --",
    "%s %(a)s :name ? $1 {0}",
    "\u2019; \uff07 \u02bc\u202e",
    "NULL",
    "{NULL}",
    '(,"")',
)
_SIGNS = "abZ_09\"'`;:,.()[]{}$@#%&|\\/*-+=<>?!~ \t\n\r\u00e9\u0130\u2028\u202e\uff07\U0001f600"
_HOSTILE = st.sampled_from(_PAYLOADS) | st.text(_SIGNS, min_size=1, max_size=24)
_NAMES = _HOSTILE.filter(lambda name: len(name.encode()) <= 63)
_ANY_TEXT = _HOSTILE | st.text(max_size=40)

_NUMBERS = itertools.count()

_TEXTS = ("text", "varchar", "varchar(80)", "char(80)", "name", "citizen", "jsonb")
_STRICT = (
    *("smallint", "integer", "bigint", "numeric(12,2)", "real", "double precision", "boolean"),
    *("date", "time", "timetz", "timestamp", "timestamptz", "interval", "uuid", "bytea"),
    *("mood", "pair", "integer[]", "inet", "int4range", "oid", "regclass", "tsvector", "bit(4)"),
    *("money", "xml", "point", "json", "tsquery", "cidr", "macaddr", "jsonpath", "pg_lsn"),
)


@pytest.fixture(scope="module")
def url(server_uri: str, database: ConnectionSettings) -> str:
    return f"{server_uri}{'&' if '?' in server_uri else '?'}dbname={database.database}"


@pytest.fixture(scope="module")
def canary(admin: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    """A schema with a table and a sequence that nothing may change."""
    admin.execute("DROP SCHEMA IF EXISTS inj CASCADE; CREATE SCHEMA inj")
    admin.execute("CREATE TABLE inj.canary AS SELECT generate_series(1, 3) AS n")
    admin.execute("CREATE SEQUENCE inj.drawn")
    admin.execute("CREATE DOMAIN inj.citizen AS text CHECK (length(value) < 1000)")
    admin.execute("CREATE TYPE inj.mood AS ENUM ('so', 'it''s \"good\"')")
    admin.execute("CREATE TYPE inj.pair AS (number int, word text)")
    for place, name in enumerate((*_TEXTS, *_STRICT)):
        spelled = f"inj.{name}" if name in {"citizen", "mood", "pair"} else name
        admin.execute(
            sql.SQL(
                f"CREATE FUNCTION inj.echo_{place}(value {spelled}) RETURNS {spelled}"
                " LANGUAGE sql AS 'SELECT value'"
            )
        )
    admin.execute(
        "CREATE FUNCTION inj.draws() RETURNS bigint LANGUAGE sql AS"
        " $$ SELECT nextval('inj.drawn') $$"
    )
    admin.execute(
        "CREATE FUNCTION inj.deletes() RETURNS bigint LANGUAGE sql AS"
        " $$ WITH d AS (DELETE FROM inj.canary RETURNING 1) SELECT count(*) FROM d $$"
    )
    admin.execute(
        "CREATE PROCEDURE inj.commits() LANGUAGE plpgsql AS"
        " $$ BEGIN ROLLBACK; DELETE FROM inj.canary; COMMIT; END $$"
    )
    admin.execute(
        "CREATE PROCEDURE inj.sets_mode() LANGUAGE plpgsql AS $$ BEGIN"
        " SET LOCAL transaction_read_only = off; DELETE FROM inj.canary; END $$"
    )
    before = _state(admin)
    yield admin
    assert before == _state(admin)
    admin.execute("DROP SCHEMA inj CASCADE")


def _state(admin: psycopg.Connection[Any]) -> tuple[Any, ...]:
    """Whatever a statement that got out of its place would have changed."""
    found = admin.execute(
        "SELECT (SELECT array_agg(n ORDER BY n) FROM inj.canary),"
        " (SELECT (last_value, is_called)::text FROM inj.drawn)"
    ).fetchone()
    assert found is not None
    return tuple(found)


@pytest.fixture(scope="module")
def db(url: str) -> Iterator[sqlcore.Database]:
    with sqlcore.connect(url, access="write", privilege_check="off") as opened:
        yield opened


@pytest.fixture(scope="module")
def toolbox(url: str) -> Iterator[Toolbox]:
    with Toolbox.open(
        url,
        environ={},
        access="write",
        confirm_writes="never",
        toolsets="all",
        enable="all",
        privilege_check="off",
    ) as opened:
        yield opened


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the routines that were called on the server."""
    names: list[str] = []
    call = PostgresProcedures.call

    def noted(self: PostgresProcedures, wanted: Any, options: Any) -> Any:
        names.append(str(wanted.routine.name))
        return call(self, wanted, options)

    monkeypatch.setattr(PostgresProcedures, "call", noted)
    return names


def _quoted(*parts: str) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


@contextmanager
def _schema(admin: psycopg.Connection[Any], name: str) -> Iterator[None]:
    admin.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
    try:
        yield
    finally:
        admin.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))


def _unchanged(admin: psycopg.Connection[Any]) -> Callable[[], None]:
    before = _state(admin)

    def check() -> None:
        assert before == _state(admin)

    return check


# -- names that exist ---------------------------------------------------------------------------


@_LIVE
@given(
    schema=_NAMES, name=_NAMES, parameter=_NAMES, value=_ANY_TEXT.filter(lambda v: "\0" not in v)
)
def test_a_function_of_any_name_hands_its_value_back(
    canary: psycopg.Connection[Any],
    *,
    db: sqlcore.Database,
    toolbox: Toolbox,
    schema: str,
    name: str,
    parameter: str,
    value: str,
) -> None:
    schema = f"inj {next(_NUMBERS)} {schema}"[:20]  # what was looked up is kept for a minute
    check = _unchanged(canary)
    with _schema(canary, schema):
        canary.execute(
            sql.SQL(
                "CREATE FUNCTION {}.{}({} text) RETURNS text LANGUAGE sql AS 'SELECT $1'"
            ).format(sql.Identifier(schema), sql.Identifier(name), sql.Identifier(parameter))
        )
        whole = _quoted(schema, name)
        assert value == db.call(whole, {parameter: value}).returned
        assert value == db.call(whole, [value]).returned
        assert value == db.call(name, [value], schema=schema).returned
        assert value == db.call(f"{whole}(text)", [value]).returned
        outcome = toolbox.call(
            "execute_stored_procedure",
            {"procedure_name": whole, "parameters": {parameter: value}},
        )
        assert not outcome.is_error, outcome.text
        assert value == outcome.structured["returned"]["value"]
    check()


@_LIVE
@given(name=_NAMES, first=_NAMES, second=_NAMES, value=_ANY_TEXT.filter(lambda v: "\0" not in v))
def test_a_procedure_hands_out_under_any_name(
    canary: psycopg.Connection[Any],
    *,
    db: sqlcore.Database,
    name: str,
    first: str,
    second: str,
    value: str,
) -> None:
    second = second if second != first else "other"
    schema = f"inj out {next(_NUMBERS)}"  # what was looked up is kept for a minute
    check = _unchanged(canary)
    with _schema(canary, schema):
        canary.execute(
            sql.SQL(
                "CREATE PROCEDURE {}.{}(INOUT {} text, OUT {} int) LANGUAGE plpgsql"
                " AS 'BEGIN $2 := 7; END'"
            ).format(*map(sql.Identifier, (schema, name, first, second)))
        )
        outputs = db.call(_quoted(schema, name), {first: value}).raw.outputs.values
        assert [(first, value), (second, 7)] == [(out.name, out.value) for out in outputs]
    check()


@_LIVE
@given(type_name=_NAMES, label=_NAMES, column=_NAMES, value=_ANY_TEXT)
def test_types_of_any_name_stay_types(
    canary: psycopg.Connection[Any],
    *,
    db: sqlcore.Database,
    type_name: str,
    label: str,
    column: str,
    value: str,
) -> None:
    value = value.replace("\0", "")
    check = _unchanged(canary)
    takes = f"takes_{next(_NUMBERS)}"  # what was looked up is kept for a minute
    with _schema(canary, "inj types"):
        one = sql.Identifier("inj types", f"e{type_name}"[:20])
        row = sql.Identifier("inj types", f"c{type_name}"[:20])
        canary.execute(sql.SQL("CREATE TYPE {} AS ENUM ({})").format(one, sql.Literal(label)))
        canary.execute(
            sql.SQL("CREATE TYPE {} AS ({} text, mark {})").format(
                row, sql.Identifier(column if column != "mark" else "m"), one
            )
        )
        canary.execute(
            sql.SQL(
                'CREATE FUNCTION "inj types".{}(one {}, rows {}[]) RETURNS text LANGUAGE sql'
                " AS $$ SELECT one::text || '|' || coalesce((SELECT t.a FROM unnest(rows)"
                " AS t (a, b)), '') $$"
            ).format(sql.Identifier(takes), one, row)
        )
        returned = db.call(f'"inj types".{takes}', [label, [[value, label]]]).returned
        assert f"{label}|{value}" == returned
        with pytest.raises(InvalidArgumentError):
            db.call(f'"inj types".{takes}', [f"{label}'", []])
    check()


# -- values -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("canary")
@pytest.mark.parametrize("place", range(len(_TEXTS)), ids=_TEXTS)
@_LIVE
@given(value=_ANY_TEXT)
def test_text_comes_back_as_it_was_or_is_refused_before_it_is_sent(
    db: sqlcore.Database,
    sent: list[str],
    place: int,
    value: str,
) -> None:
    sent.clear()
    try:
        returned = db.call(f"inj.echo_{place}", {"value": value}).returned
    except InvalidArgumentError:
        assert [] == sent
        return
    if _TEXTS[place] == "jsonb":
        return  # its text need not be the same; that it ran nothing is seen at the end
    assert value == (returned.rstrip(" ") if _TEXTS[place] == "char(80)" else returned) or (
        _TEXTS[place] == "char(80)" and value.rstrip(" ") == returned.rstrip(" ")
    )


@pytest.mark.parametrize("place", range(len(_STRICT)), ids=_STRICT)
@_LIVE
@given(value=_HOSTILE)
def test_hostile_values_of_other_types_run_nothing(
    canary: psycopg.Connection[Any], db: sqlcore.Database, place: int, value: str
) -> None:
    check = _unchanged(canary)
    name = f"inj.echo_{place + len(_TEXTS)}"
    for given_value in (value, [value], {"number": value, value: value}):
        with suppress(SqlCoreError):
            db.call(name, {"value": given_value})
    check()


@pytest.mark.usefixtures("canary")
@_LIVE
@given(key=_ANY_TEXT, value=_ANY_TEXT)
def test_unknown_parameters_are_refused_before_anything_is_sent(
    db: sqlcore.Database, sent: list[str], key: str, value: str
) -> None:
    sent.clear()
    if key.removeprefix("@").lower() == "value":
        return
    with pytest.raises(InvalidArgumentError):
        db.call("inj.echo_0", {"value": "a", key: value})
    with pytest.raises(InvalidArgumentError):
        db.call("inj.echo_0", ["a", value])
    assert [] == sent


# -- names that never existed -------------------------------------------------------------------


@_LIVE
@given(name=_ANY_TEXT, schema=st.none() | _ANY_TEXT)
def test_names_that_never_existed_run_nothing(
    canary: psycopg.Connection[Any],
    *,
    db: sqlcore.Database,
    toolbox: Toolbox,
    sent: list[str],
    name: str,
    schema: str | None,
) -> None:
    sent.clear()
    check = _unchanged(canary)
    for wanted in (name, f"inj.draws(); {name}", f"inj.{_quoted(name)}", f"inj.draws() --{name}"):
        with pytest.raises((NotFoundError, InvalidArgumentError, AmbiguousNameError)):
            db.call(wanted, schema=schema)
        asked = {"procedure_name": wanted, "parameters": []}
        outcome = toolbox.call(
            "execute_stored_procedure", {**asked, **({"schema": schema} if schema else {})}
        )
        assert outcome.is_error
    assert [] == sent
    check()


# -- what is allowed at read --------------------------------------------------------------------


@pytest.fixture
def allowing(url: str) -> Iterator[Callable[..., sqlcore.Database]]:
    opened: list[sqlcore.Database] = []

    def open_with(*rules: str) -> sqlcore.Database:
        db = sqlcore.connect(url, access="read", allow_procedures=rules, privilege_check="off")
        opened.append(db)
        return db

    yield open_with
    for db in opened:
        db.close()


@pytest.fixture
def lookalikes(canary: psycopg.Connection[Any]) -> Iterator[None]:
    """Functions that have nearly the name of the one that is allowed, and write."""
    with _schema(canary, "Inj"), _schema(canary, "inj.report"):
        for name in ('inj."Report"', '"Inj".report', '"inj.report"."*"', 'inj."report "'):
            canary.execute(
                sql.SQL(
                    f"CREATE FUNCTION {name}() RETURNS bigint LANGUAGE sql AS $$"
                    " SELECT nextval('inj.drawn') $$"
                )
            )
        canary.execute(
            "CREATE FUNCTION inj.report(value int) RETURNS int LANGUAGE sql AS 'SELECT value'"
        )
        canary.execute(
            "CREATE FUNCTION inj.report(value text) RETURNS int LANGUAGE sql AS"
            " 'WITH d AS (DELETE FROM inj.canary RETURNING 1) SELECT 1 FROM d'"
        )
        yield
        for signature in ('"Report"()', '"report "()', "report(int)", "report(text)"):
            canary.execute(sql.SQL(f"DROP FUNCTION inj.{signature}"))


@pytest.mark.usefixtures("lookalikes")
@pytest.mark.parametrize(
    "name",
    [
        *('inj."Report"', '"Inj".report', '"Inj"."report"', '"inj.report"."*"', 'inj."report "'),
        *("inj.draws", "inj.deletes", "INJ.DRAWS", '"inj"."draws"', "postgres.inj.draws"),
        *("[inj].[draws]", "inj.draws()", 'inj."Report"()', "pg_catalog.nextval"),
    ],
)
def test_what_only_looks_like_an_allowed_name_is_not_called_at_read(
    canary: psycopg.Connection[Any],
    allowing: Callable[..., sqlcore.Database],
    sent: list[str],
    name: str,
) -> None:
    check = _unchanged(canary)
    db = allowing("inj.report")
    with pytest.raises((PolicyError, NotFoundError)):
        db.call(name, ["inj.drawn"] if name.endswith("nextval") else [])
    assert [] == sent
    check()


@pytest.mark.usefixtures("lookalikes")
def test_an_overload_of_an_allowed_name_is_held_to_reading_by_the_server(
    canary: psycopg.Connection[Any], allowing: Callable[..., sqlcore.Database]
) -> None:
    check = _unchanged(canary)
    db = allowing("inj.report")
    assert 4 == db.call("inj.report(integer)", [4]).returned
    with pytest.raises(SqlCoreError) as caught:
        db.call("inj.report(text)", ["a"])
    assert "25006" == caught.value.sqlstate
    check()


@pytest.mark.parametrize("name", ["draws", "deletes", "commits", "sets_mode"])
def test_what_is_allowed_and_writes_all_the_same_is_refused_by_the_server(
    canary: psycopg.Connection[Any], allowing: Callable[..., sqlcore.Database], name: str
) -> None:
    check = _unchanged(canary)
    db = allowing("inj.*")
    with pytest.raises(SqlCoreError):
        db.call(f"inj.{name}")
    check()
    assert 1 == db.query("SELECT 1").scalar()
