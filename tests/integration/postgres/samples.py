"""PostgreSQL's SQL for the contract classes."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.types import TypeKind
from sqlcore.domain.values import Interval, JsonText, ServerText
from sqlcore.testing.contracts import PORTABLE_VALUES, ServerSamples

__all__ = ["POSTGRES_SAMPLES"]


def _message(text: str) -> str:
    quoted = text.replace("%", "%%").replace("'", "''")
    return f"DO $body$ BEGIN RAISE NOTICE '{quoted}'; END $body$"


POSTGRES_SAMPLES = ServerSamples(
    dialect="postgres",
    numbers=lambda n: f"SELECT n FROM generate_series(1, {n}) AS numbers (n) ORDER BY n",
    positional="SELECT $1::int AS a, $2::int AS b",
    message=_message,
    slow="SELECT pg_sleep(90)",
    # Wide rows, so that the server sends them before the sleep.
    slow_rows="SELECT repeat('x', 9000) AS x, CASE WHEN n > 50 THEN pg_sleep(2) END AS pause"
    " FROM generate_series(1, 100) AS numbers (n)",
    echo={
        TypeKind.BOOLEAN: "SELECT CAST(:value AS boolean) AS value",
        TypeKind.INTEGER: "SELECT CAST(:value AS bigint) AS value",
        TypeKind.DECIMAL: "SELECT CAST(:value AS numeric) AS value",
        TypeKind.FLOAT: "SELECT CAST(:value AS double precision) AS value",
        TypeKind.TEXT: "SELECT CAST(:value AS text) AS value",
        TypeKind.BINARY: "SELECT CAST(:value AS bytea) AS value",
        TypeKind.DATE: "SELECT CAST(:value AS date) AS value",
        TypeKind.TIME: "SELECT CAST(:value AS time) AS value",
        TypeKind.TIMESTAMP: "SELECT CAST(:value AS timestamp) AS value",
        TypeKind.TIMESTAMP_TZ: "SELECT CAST(:value AS timestamptz) AS value",
        TypeKind.UUID: "SELECT CAST(:value AS uuid) AS value",
        TypeKind.JSON: "SELECT CAST(:value AS json) AS value",
        TypeKind.INTERVAL: "SELECT CAST(:value AS interval) AS value",
        TypeKind.ARRAY: "SELECT CAST(:value AS integer[]) AS value",
        TypeKind.XML: "SELECT CAST(:value AS text) AS value",
        TypeKind.OTHER: "SELECT CAST(:value AS int4range) AS value",
    },
    values=dict(PORTABLE_VALUES)
    | {
        TypeKind.INTERVAL: (
            Interval(),
            Interval(months=-14, days=3, microseconds=-3_600_000_001),
            Interval(months=7, days=-40, microseconds=86_400_000_000 * 3),
        ),
        TypeKind.ARRAY: ([], [1, None, 3], [[1, 2], [3, 4]]),
        TypeKind.OTHER: (ServerText("[1,5)"), ServerText("empty")),
    },
    literals={
        "NULL::int": None,
        "9223372036854775807": 2**63 - 1,
        "123456789012345678901234567890.10": Decimal("123456789012345678901234567890.10"),
        "'NaN'::numeric": Decimal("NaN"),
        "'-Infinity'::numeric": Decimal("-Infinity"),
        "'Infinity'::float8": float("inf"),
        "'-0'::float8": -0.0,
        "0.1::float4": 0.1,
        "1e400::numeric": Decimal(10**400),
        "'it''s'": "it's",
        r"'\x00ff'::bytea": b"\x00\xff",
        "'Grüße 🐘'": "Grüße 🐘",
        "'infinity'::date": ServerText("infinity"),
        "'0044-03-15 BC'::date": ServerText("0044-03-15 BC"),
        "'10000-01-01'::date": ServerText("10000-01-01"),
        "'9999-12-31'::date": dt.date(9999, 12, 31),
        "'294276-12-31 23:59:59.999999'::timestamp": ServerText("294276-12-31 23:59:59.999999"),
        "'-infinity'::timestamptz": ServerText("-infinity"),
        "'24:00:00'::time": ServerText("24:00:00"),
        "'12:30:15.000001'::time": dt.time(12, 30, 15, 1),
        "'12:30:15+05:30'::timetz": dt.time(
            12, 30, 15, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30))
        ),
        "'1 year 2 mons -3 days 04:05:06.7'::interval": Interval(14, -3, 14_706_700_000),
        "'-1 mons +2 days -00:00:00.000001'::interval": Interval(-1, 2, -1),
        """'{"a": 1e400, "a": 123456789012345678901234567890}'::json""": JsonText(
            '{"a": 1e400, "a": 123456789012345678901234567890}'
        ),
        """'{"b": 0.10, "a": [1]}'::jsonb""": JsonText('{"a": [1], "b": 0.10}'),
        "'00000000-0000-0000-0000-000000000001'::uuid": uuid.UUID(int=1),
        "'[2:3]={7,8}'::int[]": ServerText("[2:3]={7,8}"),
        "'{{1,NULL},{3,4}}'::int[]": [[1, None], [3, 4]],
        "ARRAY['a\"b', 'c,d', NULL, 'NULL', '', '{}', '\\']": [
            'a"b',
            "c,d",
            None,
            "NULL",
            "",
            "{}",
            "\\",
        ],
        "'{2024-01-01,infinity,\"0001-01-01 BC\"}'::date[]": [
            dt.date(2024, 1, 1),
            ServerText("infinity"),
            ServerText("0001-01-01 BC"),
        ],
        "'{}'::text[]": [],
        "'{(1;2)}'::text[]": ["(1;2)"],
        "'(1,1),(0,0)'::box": ServerText("(1,1),(0,0)"),
        "'{(1,1),(0,0);(3,3),(2,2)}'::box[]": [
            ServerText("(1,1),(0,0)"),
            ServerText("(3,3),(2,2)"),
        ],
        "'[2024-01-01,2024-02-01)'::daterange": ServerText("[2024-01-01,2024-02-01)"),
        "'{[1,2),[5,7)}'::int4multirange": ServerText("{[1,2),[5,7)}"),
        "'10.0.0.1/8'::inet": ServerText("10.0.0.1/8"),
        "B'0101'": ServerText("0101"),
        "'12.34'::money": ServerText("$12.34"),
        "'a fat cat'::tsvector": ServerText("'a' 'cat' 'fat'"),
        "ROW(1, 'x', NULL)": ServerText("(1,x,)"),
        "'pg_class'::regclass": ServerText("pg_class"),
        "'x'::\"char\"": "x",
        "'a'::char(3)": "a  ",
        "'a'::name": "a",
        "4294967295::oid": 4294967295,
        "'7'::xid": 7,
        "'16/B374D848'::pg_lsn": ServerText("16/B374D848"),
        "NULL::interval[]": None,
    },
    further_echoes={
        "smallint": (-32768, 32767),
        "int": (-(2**31), 2**31 - 1),
        "real": (0.1, 3.4028235e38, float("inf")),
        "numeric_12_2": (Decimal("9999999999.99"), Decimal("-0.01")),
        "varchar_10": ("", " ten chars"),
        "char_5": ("a    ", "abcde"),
        "interval": (Interval(months=-14, days=3, microseconds=-1), Interval()),
        "jsonb": (JsonText('{"a": [1, null], "b": 0.10}'), JsonText("null")),
        "array": ([], [1, None, -(2**31)], [[1, 2], [3, 4]]),
        "text_array": (['a"b', "c,d", None, "NULL", "", "{}", "\\", "'; --"],),
        "range": (ServerText("[1,5)"), ServerText("empty")),
        "inet": (ServerText("10.0.0.1/8"), ServerText("::1")),
        "mood": ("calm", 'it\'s "odd"'),
        "positive": (1, 2**31 - 1),
        "odd_type": ("it's", None),
    },
    system_routine=QualifiedName("pg_sleep", "pg_catalog"),
    system_table=QualifiedName("pg_class", "pg_catalog"),
    errors_have="sqlstate",
    stop_bound_s=5.0,
)
