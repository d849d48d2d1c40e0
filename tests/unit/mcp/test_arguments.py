from __future__ import annotations

import json
from typing import Any

import pytest

from sqlcore.errors import InvalidArgumentError
from sqlcore_mcp.arguments import Argument, Kind, input_schema, read_arguments

ARGUMENTS = (
    Argument(name="query", required=True),
    Argument(name="max_rows", kind=Kind.INTEGER, minimum=0),
    Argument(name="timeout", kind=Kind.NUMBER),
    Argument(name="refresh", kind=Kind.FLAG),
    Argument(name="columns", kind=Kind.TEXTS),
    Argument(name="kinds", kind=Kind.TEXTS, choices=("tables", "columns")),
    Argument(name="parameters", kind=Kind.OBJECT),
    Argument(name="where", kind=Kind.OBJECTS),
    Argument(name="format", choices=("csv", "json"), default="csv"),
)


def read(**sent: Any) -> dict[str, Any]:
    return read_arguments(ARGUMENTS, {"query": "q", **sent})


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"max_rows": 5}, 5),
        ({"max_rows": "5"}, 5),
        ({"max_rows": 5.0}, 5),
        ({"timeout": 1.5}, 1.5),
        ({"timeout": "1.5"}, 1.5),
        ({"refresh": True}, True),
        ({"refresh": "true"}, True),
        ({"columns": ["a", "b"]}, ["a", "b"]),
        ({"columns": '["a", "b"]'}, ["a", "b"]),
        ({"columns": "a"}, ["a"]),
        ({"columns": "1"}, ["1"]),
        ({"kinds": ["Tables"]}, ["tables"]),
        ({"parameters": {"id": 1}}, {"id": 1}),
        ({"parameters": '{"id": 1}'}, {"id": 1}),
        ({"where": [{"column": "a"}]}, [{"column": "a"}]),
        ({"where": {"column": "a"}}, [{"column": "a"}]),
        ({"format": "JSON"}, "json"),
    ],
)
def test_an_argument_is_read_where_its_meaning_is_plain(
    sent: dict[str, Any], expected: Any
) -> None:
    assert read(**sent) == {"query": "q", next(iter(sent)): expected}


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"query": 1}, '"query" must be a string, not a whole number.'),
        ({"max_rows": "many"}, '"max_rows" must be a whole number, not a string.'),
        ({"max_rows": True}, '"max_rows" must be a whole number, not a boolean.'),
        ({"max_rows": 1.5}, '"max_rows" must be a whole number, not a number with a fraction.'),
        ({"max_rows": -1}, '"max_rows" is -1; it must be at least 0.'),
        ({"timeout": float("nan")}, '"timeout" must be a number, not NaN.'),
        ({"refresh": 1}, '"refresh" must be true or false, not a whole number.'),
        ({"columns": [1]}, '"columns" must be a list of strings, not a list.'),
        ({"columns": {}}, '"columns" must be a list of strings, not an object.'),
        ({"parameters": [1]}, '"parameters" must be an object, not a list.'),
        ({"where": ["a"]}, '"where" must be a list of objects, not a list.'),
        ({"format": "jsno"}, '"format" does not know "jsno". Did you mean json?'),
        ({"kinds": ["zzz"]}, '"kinds" does not know "zzz". It is one of: tables, columns.'),
        ({"quer": 1}, 'There is no argument "quer". Did you mean query?'),
    ],
)
def test_a_wrong_argument_is_named(sent: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        read(**sent)
    assert str(caught.value) == message
    assert caught.value.parameter == next(iter(sent))


def test_null_means_left_out() -> None:
    assert read(max_rows=None) == {"query": "q"}


def test_a_missing_argument_is_named() -> None:
    with pytest.raises(InvalidArgumentError, match='The argument "query" is missing') as caught:
        read_arguments(ARGUMENTS, {"query": None})
    assert caught.value.parameter == "query"


def test_an_unknown_argument_without_a_neighbour_lists_what_there_is() -> None:
    with pytest.raises(InvalidArgumentError, match="It takes: query, max_rows"):
        read(zzz=1)
    with pytest.raises(InvalidArgumentError, match="It takes none"):
        read_arguments((), {"zzz": 1})


@pytest.mark.parametrize(
    "sent",
    [
        {"query": "SELECT '\ud800'"},
        {"columns": ["a", "\udfff"]},
        {"columns": r'["\ud800"]'},
        {"parameters": {"\ud800": 1}},
        {"where": [{"column": "a", "value": ["\ud800"]}]},
    ],
)
def test_half_of_a_surrogate_pair_is_refused_wherever_it_stands(sent: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgumentError, match="surrogate") as caught:
        read(**sent)
    assert [caught.value.parameter] == list(sent)


def test_the_name_of_an_unknown_argument_can_be_shown_whatever_it_is() -> None:
    with pytest.raises(InvalidArgumentError, match=r"ud800") as caught:
        read(**{"\ud800": 1})
    assert str(caught.value).encode()


@pytest.mark.parametrize("sent", ["[1e999]", '{"x": {"y": -1e999}}'])
def test_a_number_that_json_cannot_say_is_refused_and_no_infinity(sent: str) -> None:
    values = Argument(name="parameters", kind=Kind.VALUES)
    for given in (sent, json.loads(sent)):
        with pytest.raises(InvalidArgumentError, match="too large"):
            values.read(given)
    assert ["Infinity"] == values.read(["Infinity"])


def test_whole_surrogate_pairs_and_deep_values_are_read() -> None:
    deep: Any = 1
    for _ in range(2000):
        deep = [deep]
    assert {"a": deep, "b": "😀é"} == read(parameters={"a": deep, "b": "😀é"})["parameters"]


def test_deeply_nested_json_in_a_string_is_refused_like_any_other_text() -> None:
    with pytest.raises(InvalidArgumentError, match="must be an object"):
        read(parameters="[" * 100_000)


def test_the_schema_says_what_is_read() -> None:
    assert input_schema(ARGUMENTS[:2] + ARGUMENTS[5:6] + ARGUMENTS[8:]) == {
        "type": "object",
        "properties": {
            "query": {"type": "string"},
            "max_rows": {"type": "integer", "minimum": 0},
            "kinds": {"type": "array", "items": {"enum": ["tables", "columns"]}},
            "format": {"type": "string", "enum": ["csv", "json"], "default": "csv"},
        },
        "required": ["query"],
    }
