"""Every type of the server comes back exact, and documented where it cannot."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from tests.integration.mssql.reaching import settings_of
from tests.integration.tds.session import TdsSession

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.domain.query import Parameter, ResultStart
from sqlcore.ports import Connection
from sqlcore.testing.contracts import same_value
from sqlcore.testing.events import messages, rows, run, scalar


def _naive(*parts: int) -> dt.datetime:
    return dt.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001  # no zone


_PLUS_14 = dt.timezone(dt.timedelta(hours=14))
_MINUS_14 = dt.timezone(dt.timedelta(hours=-14))
_ID = uuid.UUID("01234567-89ab-cdef-0123-456789abcdef")

# Expression, value. The driver cuts seventh digits of seconds; Babelfish has six.
VALUES: dict[str, Any] = {
    "CAST(1 AS bit)": True,
    "CAST(255 AS tinyint)": 255,
    "CAST(-32768 AS smallint)": -32768,
    "CAST(-2147483648 AS int)": -(2**31),
    "CAST(9223372036854775807 AS bigint)": 2**63 - 1,
    "CAST(99999999999999999999999999999999999999 AS decimal(38,0))": Decimal("9" * 38),
    "CAST(-0.00000000000000000001 AS decimal(38,20))": Decimal("-1E-20"),
    "CAST(12.50 AS numeric(5,2))": Decimal("12.50"),
    "CAST(922337203685477.5807 AS money)": Decimal("922337203685477.5807"),
    "CAST(-214748.3648 AS smallmoney)": Decimal("-214748.3648"),
    "CAST(1.7976931348623157e308 AS float)": 1.7976931348623157e308,
    "CAST(0.1 AS float)": 0.1,
    "CAST(0.1 AS real)": 0.10000000149011612,
    "CAST('ab' AS char(5))": "ab   ",
    "CAST('caf\u00e9 \u20ac' AS varchar(10))": "caf\u00e9 \u20ac",
    "CAST('' AS varchar(10))": "",
    "CAST(N'\u03a9' AS nchar(3))": "\u03a9  ",
    "CAST(N'\U0001f418 \u4f60\u597d' AS nvarchar(20))": "\U0001f418 \u4f60\u597d",
    "CAST(N'' AS nvarchar(max))": "",
    "REPLICATE(CAST(N'\u00e4' AS nvarchar(max)), 9000)": "\u00e4" * 9000,
    "CAST('old' AS text)": "old",
    "CAST(N'old \u03a9' AS ntext)": "old \u03a9",
    "CAST(0x01 AS binary(4))": b"\x01\x00\x00\x00",
    "CAST(0x00FF00 AS varbinary(10))": b"\x00\xff\x00",
    "CAST(0x AS varbinary(10))": b"",
    "CAST(0x0001 AS image)": b"\x00\x01",
    "CAST('0001-01-01' AS date)": dt.date(1, 1, 1),
    "CAST('9999-12-31' AS date)": dt.date(9999, 12, 31),
    "CAST('23:59:59.999999' AS time(6))": dt.time(23, 59, 59, 999999),
    "CAST('00:00:00' AS time(0))": dt.time(0, 0),
    "CAST('2024-02-29T12:30:00' AS smalldatetime)": _naive(2024, 2, 29, 12, 30),
    "CAST('2024-02-29T12:30:15.120' AS datetime)": _naive(2024, 2, 29, 12, 30, 15, 120000),
    "CAST('0001-01-01T00:00:00' AS datetime2(0))": _naive(1, 1, 1),
    "CAST('9999-12-31T23:59:59.999999' AS datetime2(6))": _naive(9999, 12, 31, 23, 59, 59, 999999),
    "CAST('2024-02-29T12:30:15.123456+14:00' AS datetimeoffset(6))": dt.datetime(
        2024, 2, 29, 12, 30, 15, 123456, tzinfo=_PLUS_14
    ),
    "CAST('2024-02-29T12:30:15-14:00' AS datetimeoffset(0))": dt.datetime(
        2024, 2, 29, 12, 30, 15, tzinfo=_MINUS_14
    ),
    f"CAST('{_ID}' AS uniqueidentifier)": _ID,
    "CAST('<a b=\"1\">x</a>' AS xml)": '<a b="1">x</a>',
    **{
        f"CAST(NULL AS {name})": None
        for name in ("bit", "bigint", "decimal(9,2)", "money", "float", "nvarchar(9)", "date")
    },
    **{
        f"CAST(NULL AS {name})": None
        for name in ("varbinary(9)", "datetime2(7)", "datetimeoffset(7)", "uniqueidentifier", "xml")
    },
}


@pytest.fixture
def connection(tds_module: TdsSession) -> Iterator[Connection]:
    connection = MssqlConnector().connect(settings_of(tds_module))
    yield connection
    connection.close()


def test_every_type_comes_back_exact(connection: Connection) -> None:
    for expression, expected in VALUES.items():
        actual = scalar(run(connection, f"SELECT {expression} AS value"))
        assert same_value(expected, actual), (expression, expected, actual)


def test_the_seventh_digit_of_a_second_is_lost_and_no_more(connection: Connection) -> None:
    text = (
        "SELECT CAST('12:00:00.1234561' AS time(7)),"
        " CAST('2024-02-29T12:00:00.1234561' AS datetime2(7)),"
        " CAST('2024-02-29T12:00:00.1234561+01:00' AS datetimeoffset(7))"
    )
    ((time, timestamp, instant),) = rows(run(connection, text))
    assert [123456] * 3 == [time.microsecond, timestamp.microsecond, instant.microsecond]


def test_a_variant_comes_as_bytes_with_a_warning_or_typed_where_it_was_cast(
    connection: Connection,
) -> None:
    events = run(connection, "SELECT CAST(CAST(5 AS sql_variant) AS int) AS value")
    assert 5 == scalar(events)
    assert [] == messages(events)
    assert isinstance(scalar(run(connection, "SELECT CAST(N'abc' AS sql_variant) AS value")), bytes)


def test_two_columns_of_one_name_and_one_without_a_name_keep_their_values(
    connection: Connection,
) -> None:
    events = run(connection, "SELECT 1 AS a, 2 AS a, 3")
    assert [(1, 2, 3)] == rows(events)
    assert isinstance(events[0], ResultStart)
    assert ["a", "a", ""] == [column.name for column in events[0].columns]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("varchar(20)", "caf\u00e9", "caf\u00e9"),
        ("decimal(12,2)", "12.5", Decimal("12.50")),
        ("money", Decimal("1.2345"), Decimal("1.2345")),
        ("smallint", 7, 7),
        ("float", 1, 1.0),
        ("varbinary(3)", "0x0A", b"\x0a"),
        ("date", "2024-02-29", dt.date(2024, 2, 29)),
        ("datetime", _naive(2024, 2, 29, 1, 2, 3, 123000), _naive(2024, 2, 29, 1, 2, 3, 123000)),
        ("uniqueidentifier", str(_ID), _ID),
        ("nvarchar(max)", None, None),
    ],
)
def test_a_declared_type_decides_what_arrives(
    connection: Connection, kind: str, value: Any, expected: Any
) -> None:
    actual = scalar(run(connection, "SELECT :value AS value", {"value": Parameter(value, kind)}))
    if kind == "datetime":
        assert abs(expected - actual) < dt.timedelta(milliseconds=4)  # it has 1/300 s
    else:
        assert same_value(expected, actual)


def _scalars(chances: random.Random) -> list[Any]:
    """Make a value of each class, the same in every run: recordings know requests by their text.

    Not hypothesis: it takes values from whatever modules are loaded, also when derandomized.
    """
    characters = "'\"[]%;-\\\n\t aZ\u00e4\u03a9\u4f60\U0001f418"
    moment = dt.timedelta(microseconds=chances.randrange(3600 * 24 * 365 * 9000 * 10**6))
    timestamp = _naive(2, 1, 1) + moment
    zone = dt.timezone(dt.timedelta(minutes=chances.randint(-840, 840)))
    return [
        chances.randint(-(2**63), 2**63 - 1),
        chances.randint(-(2**31), 2**31),
        chances.uniform(-1.0, 1.0) * 10.0 ** chances.randint(-300, 300),
        Decimal(chances.randint(-(10**37), 10**37)).scaleb(-chances.randint(0, 30)),
        "".join(chances.choices(characters, k=chances.randint(0, 30))),
        chances.randbytes(chances.randint(0, 30)),
        chances.random() < 0.5,
        timestamp.date(),
        timestamp.time(),
        timestamp,
        timestamp.replace(tzinfo=zone),
        uuid.UUID(int=chances.getrandbits(128)),
    ]


def test_whatever_goes_in_as_a_literal_comes_back(connection: Connection) -> None:
    chances = random.Random(7)  # noqa: S311  # the same values in every run
    for _ in range(25):
        values = _scalars(chances)
        marks = ", ".join(f"@p{number}" for number in range(1, len(values) + 1))
        (row,) = rows(run(connection, f"SELECT {marks}", values))
        for expected, actual in zip(values, row, strict=True):
            assert expected == actual, (values, row)
            assert type(expected) is type(actual)
