"""The JSON Schema of a procedure tells a model what `bind` takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types
from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped]  # same
from tests.unit.calling.routines import PAY, column, parameter, routine

from sqlcore.domain.procedure import Direction
from sqlcore.domain.types import SqlType
from sqlcore.services.calling import bind, json_schema
from sqlcore.services.calling.checking import RULES, type_rule
from sqlcore.services.calling.composing import or_null

EVERY_TYPE = [
    (dialect, rule.spelling)
    for dialect, (rules, other) in RULES.items()
    for rule in (*rules, other)
]


def test_the_schema_of_a_procedure_says_everything_that_a_model_needs() -> None:
    small = routine(
        parameter("id", "int", has_default=False, nullable=False, comment="The customer."),
        parameter("name", "nvarchar(20)", has_default=True, default="'it''s'", nullable=True),
        parameter("total", "money", direction=Direction.OUT),
        parameter("", "date", direction=Direction.IN_OUT),
    )

    assert {
        "type": "object",
        "properties": {
            "id": {
                "type": "integer",
                "minimum": -(2**31),
                "maximum": 2**31 - 1,
                "examples": [42],
                "description": "int; The customer.",
            },
            "name": {
                "type": ["string", "null"],
                "maxLength": 20,
                "examples": ["abc"],
                "default": "it's",
                "description": "nvarchar(20); left out: 'it''s'",
            },
            "$4": {
                "type": ["string", "null"],
                "format": "date",
                "examples": ["2026-06-30"],
                "description": "date; its value comes back",
            },
        },
        "required": ["id"],
        "additionalProperties": False,
    } == json_schema(small, "tsql")


def test_a_table_type_is_an_array_of_objects() -> None:
    schema = json_schema(PAY, "tsql")["properties"]["lines"]

    assert ["array", "null"] == schema["type"]
    assert {
        "type": "object",
        "properties": {
            "sku": {"type": "string", "maxLength": 5},
            "quantity": {"type": ["integer", "null"], "minimum": -(2**31), "maximum": 2**31 - 1},
        },
        "required": ["sku"],
        "additionalProperties": False,
    } == schema["items"]


def test_an_enum_lists_its_labels_and_null() -> None:
    mood = routine(parameter("mood", "shop.mood", labels=("ok", "sad")))

    schema = json_schema(mood, "postgres")["properties"]["mood"]

    assert {
        "type": ["string", "null"],
        "enum": ["ok", "sad", None],
        "description": "shop.mood",
    } == schema


@pytest.mark.parametrize(
    ("type_name", "default", "expected"),
    [
        ("integer", "10", 10),
        ("text", "'a''b'::text", "a'b"),
        ("boolean", "true", True),
        ("numeric(5,2)", "1.50", "1.50"),
        ("date", "'2026-06-30'::date", "2026-06-30"),
        ("date", "now()", None),
        ("integer", "'x'::integer", None),
        ("text", "NULL::text", None),
        ("text", "concat('a', 'b')", None),
        ("integer", None, None),
    ],
)
def test_a_default_that_is_a_constant_is_given_in_json(
    type_name: str, default: str | None, expected: Any
) -> None:
    one = routine(parameter("a", type_name, has_default=True, default=default))

    schema = json_schema(one, "postgres")["properties"]["a"]

    assert expected == schema.get("default")


@pytest.mark.parametrize(("dialect", "spelling"), EVERY_TYPE)
def test_the_example_of_a_type_passes_its_schema_and_its_check(dialect: str, spelling: str) -> None:
    rule = type_rule(SqlType(name=spelling), dialect)

    Draft202012Validator.check_schema(rule.schema)
    Draft202012Validator(rule.schema).validate(rule.example)
    Draft202012Validator(or_null(rule.schema)).validate(None)
    rule.check(rule.example)


@pytest.mark.parametrize(
    ("dialect", "spelling"),
    [
        *(("tsql", f"decimal({p},{s})") for p in (1, 2, 5, 38) for s in (0, 1, 2) if s <= p),
        *(("tsql", f"{name}({n})") for name in ("time", "datetime2") for n in range(8)),
        *(("tsql", f"nvarchar({n})") for n in (1, 2, 3, 4000, "max")),
        *(("tsql", f"binary({n})") for n in (1, 2)),
        *(("postgres", f"bit({n})") for n in (1, 2, 7)),
        *(("postgres", f"timestamp({n}) with time zone") for n in (0, 3, 6)),
        *(("postgres", f"numeric({p},{s})") for p, s in ((1, 1), (2, 4), (3, -2), (1, 0))),
        *(("postgres", name) for name in ("integer[]", "text[]", "jsonb[]", "interval year")),
    ],
)
def test_the_example_fits_whatever_the_arguments_of_the_type(dialect: str, spelling: str) -> None:
    rule = type_rule(SqlType(name=spelling), dialect)

    rule.check(rule.example)
    Draft202012Validator(rule.schema).validate(rule.example)


def test_examples_of_a_whole_procedure_pass_its_schema_and_bind() -> None:
    everything = routine(
        *(
            parameter(f"p{number}", rule.spelling, has_default=False)
            for number, rule in enumerate(RULES["postgres"][0])
        ),
        parameter("place", "shop.place", columns=(column("x", "integer"), column("y", "jsonb"))),
        parameter("places", "shop.place[]", columns=(column("x", "numeric(3,1)"),)),
    )
    schema = json_schema(everything, "postgres")
    given = {
        name: known["examples"][0]
        for name, known in schema["properties"].items()
        if "examples" in known
    }
    given |= {"place": {"x": 1, "y": {"a": []}}, "places": [{"x": "1.5"}, None]}

    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(given)
    bind([everything], json.loads(json.dumps(given)), "postgres")


@pytest.mark.parametrize(
    ("type_name", "value"),
    [
        *(("int", 2**31), ("int", "x"), ("nvarchar(3)", "abcd"), ("bit", "maybe")),
        *(("decimal(5,2)", "1.234"), ("decimal(5,2)", "1234.5"), ("money", "1.23456")),
        *(("time(3)", "12:00:00.1234"), ("datetime2(0)", "2026-06-30T12:00:00Z")),
    ],
)
def test_a_schema_refuses_what_the_check_refuses(type_name: str, value: Any) -> None:
    rule = type_rule(SqlType(name=type_name), "tsql")

    with pytest.raises(ValidationError):
        Draft202012Validator(rule.schema).validate(value)


def test_a_schema_that_is_changed_changes_no_other() -> None:
    first = json_schema(PAY, "tsql")
    first["properties"]["lines"]["items"]["properties"].clear()

    assert json_schema(PAY, "tsql")["properties"]["lines"]["items"]["properties"]
