"""What a server's SQL looks like where engines differ, as data for the contract classes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import attrs

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.types import TypeKind
from sqlcore.domain.values import JsonText

__all__ = ["PORTABLE_VALUES", "ServerSamples"]

PORTABLE_VALUES: Mapping[TypeKind, tuple[Any, ...]] = MappingProxyType(
    {
        TypeKind.BOOLEAN: (True, False),
        TypeKind.INTEGER: (0, -1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63)),
        TypeKind.DECIMAL: (
            Decimal("0.00"),
            Decimal("-1.10"),
            Decimal("12345678901234567890123456.78"),
        ),
        TypeKind.FLOAT: (0.0, -1.5, 0.1, 1e300, 5e-300, 1.7976931348623157e308),
        TypeKind.TEXT: (
            "",
            " both ends ",
            'it\'s "quoted" [and] `more`',
            "100% %s %(x)s %%",
            "back\\slash \\n \\' $1 ?1 @p1 :name {x}",
            "line\nbreak\r\nand\ttab",
            "-- comment /* and */ ; another",
            "Grüße, 你好, 🐘\U0001f9ff",
        ),
        TypeKind.BINARY: (b"", b"\x00\x01\xfe\xff", b"it's"),
        TypeKind.DATE: (dt.date(1, 1, 1), dt.date(2024, 2, 29), dt.date(9999, 12, 31)),
        TypeKind.TIME: (dt.time(0, 0), dt.time(23, 59, 59, 999999)),
        TypeKind.TIMESTAMP: (
            dt.datetime(2024, 2, 29, 12, 30, 15, 123456),  # noqa: DTZ001  # a type without a zone
            dt.datetime(1, 1, 1),  # noqa: DTZ001  # a type without a zone
        ),
        TypeKind.TIMESTAMP_TZ: (
            dt.datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=dt.UTC),
            dt.datetime(2024, 7, 1, 1, 2, 3, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30))),
        ),
        TypeKind.UUID: (uuid.UUID("12345678-9abc-def0-1234-56789abcdef0"),),
        TypeKind.JSON: (JsonText('{"b": 1.50, "a": [null, "x"]}'),),
    }
)
"""Values that every engine with such a type must give back equal."""


@attrs.frozen(kw_only=True)
class ServerSamples:
    """SQL of one engine for the contract classes.

    Texts may say `{schema}` where the contract schema's name belongs.

    Attributes:
        dialect: `postgres`, `tsql`, `sqlite` …
        schema: Where the contract schema's tables are.
        other_schema: Where the second table `same_name` is.
        numbers: Makes SQL that returns 1 to n in one integer column `n`, in order.
        two_result_sets: One column `a` with 1; then columns `b` and `c` with 'x' and 'y'.
        positional: Two positional integer parameters in the engine's own spelling, as columns.
        message: Makes SQL that returns nothing and says the text, at the lowest severity.
        slow: Runs for over a minute before its first row.
        slow_rows: Begins with rows at once, and goes on for over a minute.
        syntax_error: A text that cannot be parsed; `syntax_error_line` is where.
        unknown_column: Reads a column that `{schema}.customers` does not have.
        runtime_error: Fails while it runs: a division by zero, or what is closest to it.
        echo: For each kind that the engine has, a query of one row and column whose value is
            the parameter `:value`, as the type of that kind which holds most.
        values: For each kind, values that come back equal.
        literals: SQL expressions with the values that they stand for, of any kind.
        errors_have: `sqlstate`, `number`, or None where the server gives neither.
        odd_parameters: The names of the inputs of the procedure `ODD_CALL`.
        further_echoes: Of further procedures `echo_…`, the rest of the name with values that come
            back equal.
        system_routine: A procedure or function of the server's own.
        system_table: A table or view of the server's own.
        stop_bound_s: How soon after a timeout or cancel the caller is free again.
    """

    dialect: str
    schema: str = "contract"
    other_schema: str | None = "contract_other"
    one_row: str = "SELECT 1 AS one"
    numbers: Callable[[int], str]
    two_result_sets: str = "SELECT 1 AS a; SELECT 'x' AS b, 'y' AS c"
    positional: str
    message: Callable[[str], str]
    slow: str
    slow_rows: str
    syntax_error: str = "SELECT 1 AS a,\n  2 AS b\nFROM FROM nothing"
    syntax_error_line: int | None = 3
    unknown_column: str = "SELECT no_such_column FROM {schema}.customers"
    runtime_error: str = "SELECT 1 / (n - n) FROM (SELECT 1 AS n) AS numbers"
    echo: Mapping[TypeKind, str]
    values: Mapping[TypeKind, tuple[Any, ...]] = PORTABLE_VALUES
    literals: Mapping[str, Any] = attrs.field(factory=dict)
    errors_have: str | None
    odd_parameters: tuple[str, ...] = ("select", 'a"b', "c]d", "100%", "it's; --")
    further_echoes: Mapping[str, tuple[Any, ...]] = attrs.field(factory=dict)
    system_routine: QualifiedName | None = None
    system_table: QualifiedName | None = None
    stop_bound_s: float = 15.0

    def sql(self, text: str) -> str:
        """Fill in the schema's name."""
        return text.replace("{schema}", self.schema)
