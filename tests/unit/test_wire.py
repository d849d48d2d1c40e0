"""Domain values as JSON-safe values: what is known, exactly, and nothing else."""

from __future__ import annotations

import datetime as dt
import json
import math
from decimal import Decimal
from typing import Any

import pytest

from sqlcore.domain.capability import Capability, ServerCapabilities, Support
from sqlcore.domain.catalog import TableFilter, TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import OutputValue, ProcedureOutputs
from sqlcore.domain.query import Column, Message, ResultSet, RowsAffected, StatementResult
from sqlcore.domain.table import ForeignKey, TableColumn, TableDescription
from sqlcore.domain.types import SqlType
from sqlcore.domain.values import Interval, JsonText, ServerText
from sqlcore.errors import NotFoundError
from sqlcore.services.health import Health
from sqlcore.wire import to_json

_INTEGER = SqlType(name="int")


def test_a_result_set_is_rows_of_arrays_under_one_header() -> None:
    result_set = ResultSet(
        columns=(Column(name="a", type=_INTEGER), Column(name="a", type=_INTEGER)),
        rows=((Decimal("1.50"), None), (b"\x00", 2**60)),
        row_count=7,
        complete=False,
    )

    assert to_json(result_set) == {
        "columns": [{"name": "a", "type": "int"}, {"name": "a", "type": "int"}],
        "rows": [["1.50", None], ["0x00", "1152921504606846976"]],
        "row_count": 7,
        "complete": False,
    }


def test_everything_that_a_statement_brought_back_is_written() -> None:
    result = StatementResult(
        result_sets=(ResultSet(columns=(), rows=(), row_count=0),),
        rows_affected=(RowsAffected(0), RowsAffected(2, "INSERT")),
        messages=(Message(text="hello", severity="notice"),),
    )

    assert to_json(result) == {
        "result_sets": [{"columns": [], "rows": [], "row_count": 0, "complete": True}],
        "rows_affected": [{"count": 0}, {"count": 2, "command": "INSERT"}],
        "messages": [{"text": "hello", "severity": "notice"}],
        "duration_s": 0.0,
        "complete": True,
    }


def test_outputs_of_a_procedure_are_written_exactly() -> None:
    values = {
        "a": Decimal("1.50"),
        "b": b"\xff",
        "c": dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
        "d": 2**53 + 1,
        "e": math.nan,
        "f": Interval(months=1),
        "g": [None, Decimal(1)],
        "h": ServerText("infinity"),
        "i": JsonText("{}"),
        "j": True,
    }
    outputs = ProcedureOutputs(
        values=tuple(OutputValue(name=n, type=_INTEGER, value=v) for n, v in values.items()),
        return_code=0,
    )

    written = to_json(outputs)

    assert 0 == written["return_code"]
    assert {output["name"]: output["value"] for output in written["values"]} == {
        "a": "1.50",
        "b": "0xff",
        "c": "2024-01-02T03:04:05+00:00",
        "d": "9007199254740993",
        "e": "NaN",
        "f": "P1M",
        "g": [None, "1"],
        "h": "infinity",
        "i": "{}",
        "j": True,
    }


def test_a_description_has_names_as_text_and_no_empty_fields() -> None:
    orders, customers = QualifiedName("orders", "shop"), QualifiedName("odd name", "shop")
    description = TableDescription(
        name=orders,
        columns=(TableColumn(name="id", type=_INTEGER, ordinal=1, nullable=False),),
        foreign_keys=(
            ForeignKey(
                name="fk",
                table=orders,
                columns=("customer_id",),
                referenced_table=customers,
                referenced_columns=("id",),
            ),
        ),
    )

    assert to_json(description) == {
        "name": "shop.orders",
        "kind": "table",
        "columns": [{"name": "id", "type": "int", "ordinal": 1, "nullable": False}],
        "foreign_keys": [
            {
                "name": "fk",
                "table": "shop.orders",
                "columns": ["customer_id"],
                "referenced_table": 'shop."odd name"',
                "referenced_columns": ["id"],
                "on_delete": "NO ACTION",
                "on_update": "NO ACTION",
                "deferrable": False,
                "initially_deferred": False,
                "enabled": True,
                "trusted": True,
            }
        ],
        "size": {"rows_exact": False},
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            Health(ok=False, error=NotFoundError("Gone.", hint="Look.")),
            {"ok": False, "error": {"code": "not_found", "message": "Gone.", "hint": "Look."}},
        ),
        (
            Health(
                ok=True,
                latency_s=0.0,
                server=ServerCapabilities(
                    product="p",
                    engine="e",
                    version="1",
                    version_text="one",
                    encrypted=False,
                    features=(Capability(name="f", support=Support.UNKNOWN),),
                ),
            ),
            {
                "ok": True,
                "latency_s": 0.0,
                "server": {
                    "product": "p",
                    "engine": "e",
                    "version": "1",
                    "version_text": "one",
                    "encrypted": False,
                    "features": [{"name": "f", "support": "unknown"}],
                },
            },
        ),
        (
            TableFilter(kinds=frozenset({TableKind.VIEW, TableKind.TABLE}), limit=5),
            {"kinds": ["table", "view"], "include_system": False, "limit": 5},
        ),
        ([Interval(1), {"a": Decimal(1)}], ["P1M", {"a": "1"}]),
    ],
)
def test_values_of_the_domain_are_written(value: Any, expected: Any) -> None:
    written = to_json(value)

    assert json.loads(json.dumps(written, allow_nan=False)) == expected
