"""The types of PostgreSQL, one rule each. Source: its manual, chapter "Data Types"."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlcore.services.calling.documents import binary, json_value, uuid_value
from sqlcore.services.calling.floats import boolean, floating
from sqlcore.services.calling.intervals import INTERVAL
from sqlcore.services.calling.measures import characters, utf8_bytes
from sqlcore.services.calling.numbers import decimal, integer, money
from sqlcore.services.calling.ranges import multirange_of, range_of
from sqlcore.services.calling.rules import TypeRule
from sqlcore.services.calling.texts import as_is, as_text, text
from sqlcore.services.calling.times import Kept, moment_rule

__all__ = ["OTHER", "RULES"]

_GIB = 2**30 - 1
_NAME_BYTES = 63
_OFFSET = dt.timedelta(hours=15, minutes=59, seconds=59)


def _plain(names: str, example: str, limits: str = "") -> TypeRule:
    return as_text(names, example=example, allows_nul=False, limits=limits)


OTHER = as_text(
    "any other type",
    example="text",
    allows_nul=False,
    limits="the server reads the text as the type, or says that it cannot",
)

_INTEGER = integer("integer|int|int4", -(2**31), 2**31 - 1)
_BIGINT = integer("bigint|int8", -(2**63), 2**63 - 1)
_NUMERIC = decimal(
    "numeric|decimal",
    default=None,
    non_finite=True,
    limits="p digits, s of them after the point, or any number; NaN; infinities without p",
)
_DATE = moment_rule(
    "date",
    Kept(date=True, last_year=5_874_897),
    limits="4713 BC to 5874897; a timestamp at midnight is a date",
)
_TIMESTAMP = moment_rule(
    "timestamp without time zone|timestamp",
    Kept(date=True, clock=True, digits=6, last_year=294_276),
    limits="4713 BC to 294276, n digits of a second, at most 6; a date is its midnight",
)
_TIMESTAMPTZ = moment_rule(
    "timestamp with time zone|timestamptz",
    Kept(
        date=True,
        clock=True,
        offset=True,
        digits=6,
        last_year=294_276,
        most_offset=_OFFSET,
    ),
    limits="4713 BC to 294276, n digits of a second, at most 6; the offset is needed, and the "
    "server keeps the instant",
)

RULES: tuple[TypeRule, ...] = (
    integer("smallint|int2", -(2**15), 2**15 - 1),
    _INTEGER,
    _BIGINT,
    integer("oid|xid|cid", 0, 2**32 - 1),
    integer("xid8", 0, 2**64 - 1),
    boolean("boolean|bool"),
    _NUMERIC,
    floating(
        "double precision|float8|float", single=lambda _: False, non_finite=True, subnormal=True
    ),
    floating("real|float4", single=lambda _: True, non_finite=True, subnormal=True),
    money("money", Decimal("92233720368547758.07"), 2),
    _DATE,
    moment_rule(
        "time without time zone|time",
        Kept(clock=True, digits=6, end_of_day=True),
        limits="00:00 to 24:00, n digits of a second, at most 6",
    ),
    moment_rule(
        "time with time zone|timetz",
        Kept(clock=True, offset=True, digits=6, end_of_day=True, most_offset=_OFFSET),
        limits="00:00 to 24:00, n digits of a second, at most 6; the offset is needed",
    ),
    _TIMESTAMP,
    _TIMESTAMPTZ,
    INTERVAL,
    text("text|citext|string", characters, unit="characters", most=_GIB, allows_nul=False),
    text(
        "character varying|varchar",
        characters,
        unit="characters",
        most=_GIB,
        allows_nul=False,
        spelling="character varying(10)",
    ),
    text(
        "character|char|bpchar",
        characters,
        unit="characters",
        most=_GIB,
        allows_nul=False,
        spelling="character(10)",
        limits="n characters; the server adds blanks",
    ),
    text(
        "name",
        utf8_bytes,
        unit="bytes of UTF-8",
        most=_NAME_BYTES,
        fixed_size=_NAME_BYTES,
        allows_nul=False,
        limits="63 bytes of UTF-8",
    ),
    text(
        '"char"',
        utf8_bytes,
        unit="bytes of UTF-8",
        most=1,
        fixed_size=1,
        allows_nul=False,
        limits="1 byte",
    ),
    text(
        'bit|"bit"',
        characters,
        unit="digits",
        most=_GIB,
        exact=True,
        allows_nul=False,
        spelling="bit(3)",
        pattern="[01]*",
        example="101",
        limits="just n of the digits 0 and 1",
    ),
    text(
        "bit varying|varbit",
        characters,
        unit="digits",
        most=_GIB,
        allows_nul=False,
        spelling="bit varying(3)",
        pattern="[01]*",
        example="101",
        limits="at most n of the digits 0 and 1",
    ),
    binary("bytea", most=_GIB, spelling="bytea"),
    uuid_value("uuid"),
    json_value("json"),
    json_value("jsonb", binary_form=True),
    text(
        "xml",
        characters,
        unit="characters",
        most=_GIB,
        allows_nul=False,
        example="<a/>",
        limits="the server checks that it is well-formed",
    ),
    _plain("inet", "192.168.0.1/24"),
    _plain("cidr", "192.168.0.0/24"),
    _plain("macaddr|macaddr8", "08:00:2b:01:02:03"),
    _plain("tsvector", "'fat':2 'rat':3"),
    _plain("tsquery", "fat & rat"),
    range_of("int4range", _INTEGER, example="[1,5)"),
    range_of("int8range", _BIGINT, example="[1,5)"),
    range_of("numrange", _NUMERIC, example="[1.5,2]"),
    range_of("daterange", _DATE, example="[2026-01-01,2026-07-01)"),
    range_of("tsrange", _TIMESTAMP, example="[2026-01-01,2026-06-30T13:45:00)"),
    range_of("tstzrange", _TIMESTAMPTZ, example="[2026-01-01T00:00Z,2026-07-01T00:00Z)"),
    multirange_of("int4multirange", _INTEGER, example="{[1,3),[5,8)}"),
    multirange_of("int8multirange", _BIGINT, example="{[1,3),[5,8)}"),
    multirange_of("nummultirange", _NUMERIC, example="{[1.5,2],(3,)}"),
    multirange_of("datemultirange", _DATE, example="{[2026-01-01,2026-07-01)}"),
    multirange_of("tsmultirange", _TIMESTAMP, example="{[2026-01-01,2026-06-30T13:45:00)}"),
    multirange_of("tstzmultirange", _TIMESTAMPTZ, example="{[2026-01-01T00:00Z,)}"),
    _plain("point", "(1,2)"),
    _plain("line", "{1,-1,0}"),
    _plain("lseg|path", "[(0,0),(1,1)]"),
    _plain("box", "(1,1),(0,0)"),
    _plain("polygon", "((0,0),(0,1),(1,0))"),
    _plain("circle", "<(0,0),1>"),
    _plain("pg_lsn", "16/B374D848"),
    _plain("regclass|regtype|regproc|regprocedure|regrole|regnamespace", "pg_class"),
    _plain("refcursor", "my_cursor"),
    as_is('anyelement|anynonarray|anycompatible|anycompatiblenonarray|any|"any"', example=42),
    as_is("anyarray|anycompatiblearray", example=[1, 2], is_list=True),
)
