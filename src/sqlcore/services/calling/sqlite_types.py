"""The types of the in-memory database, by their names as declared in SQLite."""

from __future__ import annotations

from sqlcore.services.calling.documents import binary, json_value, uuid_value
from sqlcore.services.calling.floats import boolean, floating
from sqlcore.services.calling.measures import characters
from sqlcore.services.calling.numbers import decimal, integer
from sqlcore.services.calling.rules import TypeRule
from sqlcore.services.calling.texts import as_text, text
from sqlcore.services.calling.times import Kept, moment_rule

__all__ = ["OTHER", "RULES"]

_BYTES = 10**9
"""SQLite's own limit of a value. Source: sqlite.org/limits.html."""

OTHER = as_text("any other type", example="text", allows_nul=True)

RULES: tuple[TypeRule, ...] = (
    integer("tinyint", 0, 255),
    integer("smallint|int2", -(2**15), 2**15 - 1),
    integer("int|int4", -(2**31), 2**31 - 1),
    integer("integer|bigint|int8|mediumint|serial", -(2**63), 2**63 - 1),
    boolean("boolean|bool|bit"),
    decimal(
        "decimal|numeric|decimal_text|money",
        default=None,
        non_finite=False,
        limits="p digits, s of them after the point, or any number",
    ),
    floating(
        "real|double|double precision|float",
        single=lambda _: False,
        non_finite=False,
        subnormal=True,
    ),
    moment_rule("date", Kept(date=True), limits="years 1 to 9999"),
    moment_rule("time", Kept(clock=True, digits=6), limits="microseconds"),
    moment_rule(
        "timestamp|datetime|datetime2",
        Kept(date=True, clock=True, digits=6),
        limits="years 1 to 9999, microseconds",
    ),
    moment_rule(
        "timestamptz|timestamp with time zone|datetimeoffset",
        Kept(date=True, clock=True, offset=True, digits=6),
        limits="years 1 to 9999, microseconds; the offset is needed",
    ),
    text("text|clob|string", characters, unit="characters", most=_BYTES),
    text(
        "varchar|nvarchar|char|nchar|character",
        characters,
        unit="characters",
        most=_BYTES,
        spelling="varchar(10)",
    ),
    text("xml", characters, unit="characters", most=_BYTES, example="<a/>"),
    binary("blob|bytea", most=_BYTES, spelling="blob"),
    binary("varbinary|binary", most=_BYTES, spelling="varbinary(10)"),
    uuid_value("uuid|uniqueidentifier"),
    json_value("json|jsonb|json_text"),
)
