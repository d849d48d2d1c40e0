"""Names and values of calls never leave their place, on a live T-SQL server."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pymssql
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.integration.mssql.reaching import settings_of_url
from tests.integration.tds.session import URL_VARIABLE

import sqlcore
from sqlcore.adapters.mssql.procedures import MssqlProcedureCaller
from sqlcore.errors import (
    AmbiguousNameError,
    InvalidArgumentError,
    NotFoundError,
    PolicyError,
    SqlCoreError,
)

_URL = os.environ.get(URL_VARIABLE)
pytestmark = pytest.mark.skipif(not _URL, reason="names are made up anew: this needs a live server")

_LIVE = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_PAYLOADS = (
    "'; DELETE FROM inj.canary; --",
    "''; DELETE FROM inj.canary; --",
    "]; DELETE FROM inj.canary; --",
    "]]; DELETE FROM inj.canary; --",
    '"; DELETE FROM inj.canary; --',
    "N'a'); DELETE FROM inj.canary; --",
    "@value int; DELETE FROM inj.canary; --",
    "*/ DELETE FROM inj.canary /*",
    "1\nGO\nDELETE FROM inj.canary",
    "%s %(a)s %d $1 {0} @p1",
    "\u02bc; DELETE FROM inj.canary --",
    "\u2019\uff07\u202e",
    "NULL",
    "DEFAULT",
)
_SIGNS = "abZ_09\"'`;:,.()[]{}$@#%&|\\/*-+=<>?!~ \n\u00e9\u2028\uff07\U0001f600"
_HOSTILE = st.sampled_from(_PAYLOADS) | st.text(_SIGNS, min_size=1, max_size=24)
_NUMBERS = itertools.count()
_TYPES = (
    *("bit", "tinyint", "int", "bigint", "decimal(10,2)", "money", "float", "real", "date"),
    *("time(3)", "datetime", "smalldatetime", "datetime2(3)", "datetimeoffset(3)"),
    *("uniqueidentifier", "varbinary(20)", "char(30)", "varchar(30)", "sysname", "xml"),
    *("sql_variant", "inj.alias"),
)
_TEXTS = frozenset(("char(30)", "varchar(30)", "sysname", "sql_variant", "inj.alias"))


class _Driver:
    """The bare driver, to make things and to look at the canary."""

    def __init__(self) -> None:
        assert _URL is not None
        known = settings_of_url(_URL)
        self._connection = pymssql.connect(
            server=known.host or "",
            port=str(known.port),
            user=known.user or "",
            password=known.password.reveal() if known.password else "",
            database=known.database or "",
            autocommit=True,
        )

    def run(self, text: str) -> None:
        """Run a batch."""
        self._connection.cursor().execute(text)

    def state(self) -> tuple[Any, ...]:
        """Whatever a statement that got out of its place would have changed."""
        cursor = self._connection.cursor()
        cursor.execute("SELECT COUNT(*), SUM(n) FROM inj.canary")
        return tuple(cursor.fetchone() or ())

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


_MADE = (
    "CREATE SCHEMA inj",
    "CREATE TYPE inj.alias FROM varchar(10)",
    "CREATE TYPE inj.rows AS TABLE (n int, word nvarchar(60))",
    "CREATE TABLE inj.canary (n int)",
    "INSERT INTO inj.canary VALUES (1), (2), (3)",
    *(
        f"CREATE PROCEDURE inj.echo_{place} @value {kind}, @back {kind} = NULL OUTPUT AS"
        " BEGIN SET @back = @value END"
        for place, kind in enumerate((*_TYPES, "nvarchar(60)"))
    ),
    "CREATE PROCEDURE inj.takes @rows inj.rows READONLY AS SELECT n, word FROM @rows",
    "CREATE PROCEDURE inj.deletes AS DELETE FROM inj.canary",
    "CREATE PROCEDURE inj.commits AS BEGIN DELETE FROM inj.canary WHERE n > 99; COMMIT END",
)
_DROPPED = (
    *(f"DROP PROCEDURE inj.echo_{place}" for place in range(len(_TYPES) + 1)),
    *(f"DROP PROCEDURE inj.{name}" for name in ("takes", "deletes", "commits")),
    *("DROP TYPE inj.rows", "DROP TYPE inj.alias", "DROP TABLE inj.canary", "DROP SCHEMA inj"),
)


@pytest.fixture(scope="module")
def driver() -> Iterator[_Driver]:
    made = _Driver()
    for text in _DROPPED:
        with suppress(pymssql.Error):
            made.run(text)
    for text in _MADE:
        made.run(text)
    before = made.state()
    yield made
    assert before == made.state()
    for text in _DROPPED:
        made.run(text)
    made.close()


@pytest.fixture(scope="module")
def db(driver: _Driver) -> Iterator[sqlcore.Database]:
    assert driver.state()
    assert _URL is not None
    with sqlcore.connect(_URL, access="write", privilege_check="off") as opened:
        yield opened


@pytest.fixture
def allowing(driver: _Driver) -> Iterator[Callable[[str], sqlcore.Database]]:
    assert driver.state()
    opened: list[sqlcore.Database] = []

    def open_with(rule: str) -> sqlcore.Database:
        assert _URL is not None
        opened.append(
            sqlcore.connect(_URL, access="read", allow_procedures=[rule], privilege_check="off")
        )
        return opened[-1]

    yield open_with
    for one in opened:
        one.close()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the routines that were called on the server."""
    names: list[str] = []
    call = MssqlProcedureCaller.call

    def noted(self: MssqlProcedureCaller, wanted: Any, options: Any) -> Any:
        names.append(str(wanted.routine.name))
        return call(self, wanted, options)

    monkeypatch.setattr(MssqlProcedureCaller, "call", noted)
    return names


def _in_brackets(name: str) -> str:
    return "[" + name.replace("]", "]]") + "]"


@_LIVE
@given(tail=_HOSTILE, value=_HOSTILE)
def test_a_procedure_of_any_name_hands_its_value_back(
    driver: _Driver, db: sqlcore.Database, tail: str, value: str
) -> None:
    before = driver.state()
    # The catalog of Babelfish 4.3 has names in its code page.
    tail = tail.encode("cp1252", "ignore").decode("cp1252").strip()
    name = f"inj {next(_NUMBERS)} {tail}x"
    whole = f"inj.{_in_brackets(name)}"
    try:
        driver.run(
            f"CREATE PROCEDURE {whole} @value nvarchar(60), @back nvarchar(60) OUTPUT AS"
            " SET @back = @value"
        )
    except pymssql.Error:
        return  # Babelfish 4.3 takes no closing bracket in a name
    try:
        for wanted, schema in ((whole, None), (name, "inj"), (_in_brackets(name), "inj")):
            outputs = db.call(wanted, {"value": value}, schema=schema).outputs
            assert {"back": value} == outputs
    finally:
        driver.run(f"DROP PROCEDURE {whole}")
    assert before == driver.state()


@pytest.mark.parametrize("place", range(len(_TYPES)), ids=_TYPES)
@_LIVE
@given(value=_HOSTILE)
def test_values_come_back_as_they_were_or_are_refused(
    driver: _Driver, db: sqlcore.Database, sent: list[str], *, place: int, value: str
) -> None:
    before = driver.state()
    sent.clear()
    if _TYPES[place] in {"sysname", "sql_variant"}:
        # Babelfish 4.3 keeps these in its code page.
        value = value.encode("cp1252", "ignore").decode("cp1252")
    try:
        outputs = db.call(f"inj.echo_{place}", {"@value": value}).outputs
    except InvalidArgumentError:
        assert [] == sent
    except SqlCoreError:
        assert "xml" == _TYPES[place]  # only the server reads it
    else:
        if _TYPES[place] in _TEXTS:
            assert value.rstrip(" ") == str(outputs["back"]).rstrip(" ")
    assert before == driver.state()


@_LIVE
@given(words=st.lists(_HOSTILE, max_size=4))
def test_rows_of_a_table_type_come_back_as_they_were(
    driver: _Driver, db: sqlcore.Database, words: list[str]
) -> None:
    before = driver.state()
    rows = [{"n": n, "word": word} for n, word in enumerate(words)]
    result = db.call("inj.takes", {"rows": rows}).result_sets[0]
    assert list(enumerate(words)) == sorted(tuple(row) for row in result.rows)
    with pytest.raises(InvalidArgumentError):
        db.call("inj.takes", {"rows": [{"n": 1, "word) VALUES (1); --": "a"}]})
    assert before == driver.state()


@_LIVE
@given(name=_HOSTILE, schema=st.none() | _HOSTILE)
def test_names_that_never_existed_run_nothing(
    driver: _Driver, db: sqlcore.Database, sent: list[str], *, name: str, schema: str | None
) -> None:
    before = driver.state()
    sent.clear()
    for wanted in (
        name,
        f"inj.deletes; {name}",
        f"inj.{_in_brackets(name)}",
        f"inj.deletes --{name}",
    ):
        with pytest.raises((NotFoundError, InvalidArgumentError, AmbiguousNameError)):
            db.call(wanted, schema=schema)
    with pytest.raises(InvalidArgumentError):
        db.call("inj.echo_2", {"value": 1, name: 1})
    assert [] == sent
    assert before == driver.state()


@pytest.mark.parametrize(
    "name", ["inj.deletes", "INJ.DELETES", "[inj].[deletes]", '"inj"."deletes"', "inj.[deletes ]"]
)
def test_what_is_not_allowed_is_not_called_at_read(
    driver: _Driver, allowing: Callable[[str], sqlcore.Database], sent: list[str], name: str
) -> None:
    before = driver.state()
    with pytest.raises((PolicyError, NotFoundError)):
        allowing("inj.takes").call(name)
    assert [] == sent
    assert before == driver.state()


@pytest.mark.parametrize("name", ["inj.deletes", "inj.commits"])
def test_what_is_allowed_and_does_more_than_read_is_not_called(
    driver: _Driver, allowing: Callable[[str], sqlcore.Database], sent: list[str], name: str
) -> None:
    before = driver.state()
    db = allowing("inj.*")
    with pytest.raises(PolicyError, match="access level read"):
        db.call(name)
    assert [] == sent
    assert before == driver.state()
    assert 1 == db.query("SELECT 1").scalar()
