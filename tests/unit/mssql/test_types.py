from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest

from sqlcore.adapters.mssql.describing import described
from sqlcore.adapters.mssql.spelling import spelled_type
from sqlcore.adapters.mssql.types import (
    DescribedColumn,
    TypeCache,
    kind_of,
    sql_type,
    type_of_values,
)
from sqlcore.adapters.mssql.values import converted, row_conversions
from sqlcore.domain.types import TypeKind
from sqlcore.domain.values import JsonText, ServerText

_NAIVE = dt.datetime(2024, 1, 1)  # noqa: DTZ001 a type without a zone


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bit", TypeKind.BOOLEAN),
        ("bigint", TypeKind.INTEGER),
        ("decimal(12,2)", TypeKind.DECIMAL),
        ("money", TypeKind.DECIMAL),
        ("float", TypeKind.FLOAT),
        ("nvarchar(max)", TypeKind.TEXT),
        ("rowversion", TypeKind.BINARY),
        ("timestamp", TypeKind.BINARY),
        ("date", TypeKind.DATE),
        ("time(7)", TypeKind.TIME),
        ("datetime2(7)", TypeKind.TIMESTAMP),
        ("datetimeoffset(7)", TypeKind.TIMESTAMP_TZ),
        ("uniqueidentifier", TypeKind.UUID),
        ("xml", TypeKind.XML),
        ("json", TypeKind.JSON),
        ("sql_variant", TypeKind.OTHER),
        ("geography", TypeKind.OTHER),
    ],
)
def test_a_type_has_a_kind(name: str, kind: TypeKind) -> None:
    assert kind is kind_of(name)


@pytest.mark.parametrize(
    ("code", "values", "expected"),
    [
        (3, [None, True], "bit"),
        (3, [1, 2], "int"),
        (3, [1, None, 2**31], "bigint"),
        (3, [1.5], "float"),
        (5, [Decimal("1.5")], "decimal"),
        (1, ["a"], "nvarchar"),
        (2, [b"a"], "varbinary"),
        (2, [uuid.UUID(int=1)], "uniqueidentifier"),
        (2, [dt.date(2024, 1, 1)], "date"),
        (2, [dt.time(1)], "time"),
        (2, [_NAIVE], "datetime2"),
        (4, [_NAIVE], "datetime"),
        (2, [dt.datetime(2024, 1, 1, tzinfo=dt.UTC)], "datetimeoffset"),
        (1, [None], "nvarchar"),
        (4, [], "datetime"),
        (5, [], "decimal"),
    ],
)
def test_a_type_is_read_off_the_values_where_the_server_does_not_say(
    code: int, values: list[Any], expected: str
) -> None:
    assert expected == type_of_values(code, values).name


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (("nvarchar", None, 100, 0, 0), "nvarchar(50)"),
        (("nvarchar", None, -1, 0, 0), "nvarchar(max)"),
        (("varchar", None, 50, 0, 0), "varchar(50)"),
        (("binary", None, 16, 0, 0), "binary(16)"),
        (("decimal", None, 9, 12, 2), "decimal(12,2)"),
        (("datetime2", None, 8, 27, 7), "datetime2(7)"),
        (("float", None, 8, 53, 0), "float"),
        (("float", None, 4, 24, 0), "float(24)"),
        (("int", None, 4, 10, 0), "int"),
        (("Phone", "dbo", 40, 0, 0), "dbo.Phone"),
    ],
)
def test_a_column_type_is_spelled_as_it_would_be_declared(
    stored: tuple[str, str | None, int, int, int], expected: str
) -> None:
    assert expected == spelled_type(*stored)


def test_a_description_of_the_server_becomes_columns() -> None:
    rows: list[tuple[str | None, ...]] = [
        ("id", "int", None),
        (None, "decimal(12,2)", None),
        ("phone", "nvarchar(20)", "Phone"),
        ("place", None, "geography"),
    ]
    assert (
        DescribedColumn("id", sql_type("int")),
        DescribedColumn("", sql_type("decimal(12,2)")),
        DescribedColumn("phone", sql_type("nvarchar(20)")),
        DescribedColumn("place", sql_type("geography")),
    ) == described(rows)


def test_a_statement_that_the_server_cannot_describe_has_no_columns() -> None:
    assert () == described([(None, None, None)])


def test_a_cache_forgets_the_least_recently_used() -> None:
    cache = TypeCache(max_entries=2)
    column = (DescribedColumn("a", sql_type("int")),)
    for text in ("first", "second"):
        cache.put((text, ""), column)
    assert column == cache.get(("first", ""))
    cache.put(("third", ""), column)
    assert cache.get(("second", "")) is None
    assert column == cache.get(("first", ""))
    cache.forget(("first", ""))
    assert cache.get(("first", "")) is None


def test_a_cache_forgets_what_is_old() -> None:
    cache = TypeCache(max_age_s=-1.0)
    cache.put(("text", ""), ())
    assert cache.get(("text", "")) is None


def test_only_columns_that_need_it_are_converted() -> None:
    rows = [(1, b"\x01\xff", '{"a": 1}', b"\x02"), (2, None, None, None)]
    types = [sql_type(name) for name in ("int", "geography", "json", "sql_variant")]
    first, second = converted(rows, row_conversions(types))
    assert (1, ServerText("0x01FF"), JsonText('{"a": 1}'), b"\x02") == first
    assert [int, ServerText, JsonText, bytes] == [type(value) for value in first]
    assert (2, None, None, None) == second
    assert rows is converted(rows, row_conversions([sql_type("int")]))
