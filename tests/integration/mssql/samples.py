"""Transact-SQL for the contract classes; it runs on SQL Server and on Babelfish."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.types import TypeKind
from sqlcore.testing.contracts import ServerSamples

__all__ = ["TSQL_SAMPLES"]

_DIGITS = "WITH digits AS (SELECT d FROM (VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)) AS v (d))"
_LETTERS = "abcdefghijk"
_HUGE = ", ".join(f"digits {letter}" for letter in _LETTERS)
# Babelfish has no WAITFOR, so that time is spent on counting 10^11 rows.
_SLOW = f"{_DIGITS} SELECT COUNT_BIG(*) AS n FROM {_HUGE}"
# Rows of 7 kB fill a packet each, so that they leave the server before the count is done.
_SLOW_ROWS = (
    f"{_DIGITS} SELECT REPLICATE(CAST('x' AS varchar(max)), 7000) AS x FROM digits"
    f" UNION ALL SELECT CAST(COUNT_BIG(*) AS varchar(max)) FROM {_HUGE}"
)


def _numbers(count: int) -> str:
    return (
        f"{_DIGITS} SELECT n FROM (SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 1 AS n"
        f" FROM digits a, digits b, digits c, digits e) AS numbers WHERE n <= {count} ORDER BY n"
    )


def _message(text: str) -> str:
    return "PRINT N'" + text.replace("'", "''") + "'"


def _naive(*parts: int) -> dt.datetime:
    return dt.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001  # no zone


TSQL_SAMPLES = ServerSamples(
    dialect="tsql",
    numbers=_numbers,
    positional="SELECT @p1 AS a, @p2 AS b",
    message=_message,
    slow=_SLOW,
    slow_rows=_SLOW_ROWS,
    echo={
        TypeKind.BOOLEAN: "SELECT CAST(:value AS bit) AS value",
        TypeKind.INTEGER: "SELECT CAST(:value AS bigint) AS value",
        TypeKind.DECIMAL: "SELECT CAST(:value AS decimal(38,2)) AS value",
        TypeKind.FLOAT: "SELECT CAST(:value AS float) AS value",
        TypeKind.TEXT: "SELECT CAST(:value AS nvarchar(max)) AS value",
        TypeKind.BINARY: "SELECT CAST(:value AS varbinary(max)) AS value",
        TypeKind.DATE: "SELECT CAST(:value AS date) AS value",
        TypeKind.TIME: "SELECT CAST(:value AS time(7)) AS value",
        TypeKind.TIMESTAMP: "SELECT CAST(:value AS datetime2(7)) AS value",
        TypeKind.TIMESTAMP_TZ: "SELECT CAST(:value AS datetimeoffset(7)) AS value",
        TypeKind.UUID: "SELECT CAST(:value AS uniqueidentifier) AS value",
    },
    literals={
        "CAST(NULL AS int)": None,
        "0x00FF": b"\x00\xff",
        "N'Grüße 🐘'": "Grüße 🐘",
        "N''": "",
        "CAST('a' AS char(3))": "a  ",
        "CAST(-9223372036854775808 AS bigint)": -(2**63),
    },
    odd_parameters=("select", "a$b_c", "größe_1"),
    further_echoes={
        "tinyint": (0, 255),
        "smallint": (-32768, 32767),
        "int": (-(2**31), 2**31 - 1),
        "money": (Decimal("-922337203685477.5808"), Decimal("922337203685477.5807")),
        "smallmoney": (Decimal("-214748.3648"), Decimal("214748.3647")),
        "real": (0.10000000149011612, 3.4028234663852886e38, -1.1754943508222875e-38),
        "decimal_38_0": (Decimal("9" * 38), Decimal("-" + "9" * 38)),
        "numeric_5_5": (Decimal("0.99999"), Decimal("-0.00001")),
        "smalldatetime": (_naive(1900, 1, 1), _naive(2079, 6, 6, 23, 59)),
        "datetime": (_naive(1753, 1, 1), _naive(9999, 12, 31, 23, 59, 59, 997000)),
        "datetime2_3": (_naive(1, 1, 1), _naive(9999, 12, 31, 23, 59, 59, 999000)),
        "char_5": ("a    ", "abcde"),
        "varchar_10": ("", "caf\u00e9 \u20ac", "it's; --"),
        "nchar_3": ("\u03a9  ", "it'"),
        "binary_4": (b"\x01\x00\x00\x00", b"\xff" * 4),
        "xml": ('<a b="1">it\'s \u03a9</a>',),
    },
    system_routine=QualifiedName("sp_tables", "sys"),
    system_table=QualifiedName("objects", "sys"),
    errors_have="number",
)
