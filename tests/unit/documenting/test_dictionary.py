"""The data dictionary: a row for each column, exact in JSON, safe in CSV."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings
from tests.unit.documenting.parsing import parse, rows_of, unwanted, wild_texts
from tests.unit.documenting.schemas import (
    CUSTOMERS,
    ORDERS,
    TABLES,
    HandMadeCatalog,
    column,
    snapshot_of,
    table,
)

from sqlcore.errors import NotFoundError
from sqlcore.services.documenting import (
    DICTIONARY_FIELDS,
    DataDictionary,
    DictionaryFormat,
    read_dictionary,
)
from sqlcore.services.documenting.reading import BLOCK_TABLES


def dictionary(*tables: object, schema: str | None = None) -> DataDictionary:
    described = tables or TABLES
    return read_dictionary(
        HandMadeCatalog(described),  # type: ignore[arg-type]  # only describing is asked of it
        snapshot_of(described),  # type: ignore[arg-type]  # tables
        "PostgreSQL",
        schema=schema,
    )


def csv_rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_there_is_one_row_for_each_column() -> None:
    made = dictionary()
    names = [(row[1], row[3], row[4]) for row in made.rows]
    assert names[:4] == [
        ("customers", 1, "id"),
        ("customers", 2, "email"),
        ("customers", 3, "created_at"),
        ("customers", 4, "deleted_at"),
    ]
    assert len(names) == 9
    assert made.table_count == 3


def test_the_beginning_of_a_large_dictionary_counts_all() -> None:
    tables = [
        table(f"t{number:04}", column("id"), column("name", "text"))
        for number in range(BLOCK_TABLES + 1)
    ]
    catalog = HandMadeCatalog(tables)
    begun = read_dictionary(
        catalog,  # type: ignore[arg-type]  # only describing is asked of it
        snapshot_of(tables),
        "PostgreSQL",
        enough_columns=5,
    )
    whole = dictionary(*tables)
    assert catalog.blocks == [3]
    assert (begun.row_count, begun.table_count) == (len(whole.rows), whole.table_count)
    assert begun.rows == whole.rows[:6]
    assert whole.is_whole
    assert not begun.is_whole
    for form in DictionaryFormat:
        size_bytes = len(whole.text(form).encode())
        assert whole.whole_bytes(form) == size_bytes
        assert begun.whole_bytes(form) >= size_bytes


def test_a_row_says_what_is_known_of_its_column() -> None:
    rows = [dict(zip(DICTIONARY_FIELDS, row, strict=True)) for row in dictionary().rows]
    by_name = {(row["table"], row["column"]): row for row in rows}
    assert by_name["customers", "id"]["key"] == "PK"
    assert by_name["customers", "email"]["key"] == "UQ"
    customer = by_name["orders", "customer_id"]
    assert (customer["key"], customer["references"]) == ("FK", "shop.customers.id")
    assert by_name["orders", "total"]["computed"] == "price * amount"
    assert by_name["orders", "status"]["default"] == "'new'::text"
    assert by_name["new_orders", "id"]["kind"] == "view"


def test_json_carries_the_rows_exactly() -> None:
    made = dictionary()
    read = json.loads(made.text(DictionaryFormat.JSON))
    assert read["database"] == "shop"
    assert tuple(read["columns"]) == DICTIONARY_FIELDS
    assert [tuple(row) for row in read["rows"]] == list(made.rows)


def test_json_without_rows_can_be_read() -> None:
    made = dictionary(table("t"))
    assert json.loads(made.text(DictionaryFormat.JSON))["rows"] == []


def test_csv_has_a_header_and_the_rows() -> None:
    rows = csv_rows(dictionary().text(DictionaryFormat.CSV))
    assert tuple(rows[0]) == DICTIONARY_FIELDS
    assert len(rows) == 10
    assert rows[1][:6] == ["shop", "customers", "table", "1", "id", "bigint"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1+1", "'+1+1"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\uff1d1", "'\uff1d1"),
        ("-1", "-1"),
        ("+1.5", "+1.5"),
        ("plain", "plain"),
    ],
)
def test_csv_holds_no_formula(text: str, expected: str) -> None:
    made = dictionary(table("t", column("c", default=text)))
    assert csv_rows(made.text(DictionaryFormat.CSV))[1][7] == expected
    assert json.loads(made.text(DictionaryFormat.JSON))["rows"][0][7] == text


@settings(max_examples=40)
@given(wild_texts(), wild_texts())
def test_nothing_breaks_a_dictionary(one: str, other: str) -> None:
    made = dictionary(table("t|", column(one or "c", other or "int", default=one, comment=other)))
    assert [len(DICTIONARY_FIELDS)] * 2 == [
        len(row) for row in csv_rows(made.text(DictionaryFormat.CSV))
    ]
    tokens = parse(made.text(DictionaryFormat.MARKDOWN))
    assert unwanted(tokens) == set()
    header, row = rows_of(tokens)
    assert len(header) == len(row)
    assert header[:2] == ["Table", "Column"]


def test_the_same_schema_gives_the_same_bytes() -> None:
    for form in DictionaryFormat:
        assert dictionary(CUSTOMERS, ORDERS).text(form) == dictionary(ORDERS, CUSTOMERS).text(form)


def test_one_schema_can_be_asked_for() -> None:
    other = table("t", column("id"), schema="other")
    assert [row[0] for row in dictionary(CUSTOMERS, other, schema="other").rows] == ["other"]
    with pytest.raises(NotFoundError):
        dictionary(schema="nope")
