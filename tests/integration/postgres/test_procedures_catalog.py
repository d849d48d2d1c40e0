"""Procedures and functions of a live PostgreSQL: listed, found, described."""

from __future__ import annotations

from typing import Any

import attrs
import psycopg
import pytest
from tests.integration.postgres.procedure_calls import apply_procedures, find

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import Direction, RoutineFilter, RoutineKind
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.errors import NotFoundError
from sqlcore.ports import Connection

_HERE = RoutineFilter(schema="calls")


@pytest.fixture(autouse=True, scope="module")
def _procedures(admin: psycopg.Connection[Any]) -> None:
    apply_procedures(admin)


def _keys(connection: Connection, routine_filter: RoutineFilter) -> list[tuple[str, str, str]]:
    return [
        (r.name.schema or "", r.name.name, r.signature)
        for r in connection.procedures.routines(routine_filter).routines
    ]


def test_routines_are_listed_by_schema_name_and_signature(connection: Connection) -> None:
    keys = _keys(connection, _HERE)
    assert sorted(keys) == keys
    names = [name for _, name, _ in keys]
    assert 3 == names.count("over")
    assert {"book", "lines", "cursors", "Case", "case"} <= set(names)


def test_a_list_says_in_short_what_routines_take(connection: Connection) -> None:
    page = connection.procedures.routines(attrs.evolve(_HERE, name_pattern="*p*"))
    summaries = {routine.name.name: routine.summary for routine in page.routines}
    assert "n integer, OUT half numeric, OUT word text" == summaries["pair"]
    assert [None] == [r.summary for r in connection.procedures.find(QualifiedName("pair", "calls"))]
    (rest,) = connection.procedures.routines(attrs.evolve(_HERE, name_pattern="rest")).routines
    assert rest.summary == (
        "a text, b text DEFAULT 'b'::text, VARIADIC numbers integer[] DEFAULT '{0}'::integer[]"
    )


def test_aggregates_and_trigger_functions_are_no_routines(connection: Connection) -> None:
    names = {name for _, name, _ in _keys(connection, _HERE)}
    assert not names & {"added", "triggered"}
    assert () == connection.procedures.find(QualifiedName("triggered", "calls"))


def test_a_list_has_them_where_it_is_asked_for_them(connection: Connection) -> None:
    called = set(_keys(connection, _HERE))
    everything = set(_keys(connection, attrs.evolve(_HERE, include_uncallable=True)))
    assert called < everything
    assert {"added", "triggered"} <= {name for _, name, _ in everything - called}
    functions = attrs.evolve(
        _HERE,
        include_uncallable=True,
        kinds=frozenset({RoutineKind.FUNCTION}),
        name_pattern="trig*",
    )
    (trigger,) = connection.procedures.routines(functions).routines
    assert ("trigger", False) == (str(trigger.returns), trigger.returns_set)


def test_pages_of_any_size_give_every_routine_once(connection: Connection) -> None:
    everything = _keys(connection, _HERE)
    paged: list[tuple[str, str, str]] = []
    page_filter = attrs.evolve(_HERE, limit=1)
    while True:
        page = connection.procedures.routines(page_filter)
        paged += [(r.name.schema or "", r.name.name, r.signature) for r in page.routines]
        if not page.has_more:
            break
        page_filter = attrs.evolve(page_filter, after=paged[-1])
    assert everything == paged


def test_system_routines_are_listed_only_by_their_schema(connection: Connection) -> None:
    assert not {"pg_catalog", "information_schema"} & {
        schema for schema, _, _ in _keys(connection, RoutineFilter(limit=100_000))
    }
    assert _keys(connection, RoutineFilter(schema="pg_catalog", name_pattern="pg_sleep"))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (RoutineKind.PROCEDURE, "book"),
        (RoutineKind.FUNCTION, "middle"),
        (RoutineKind.TABLE_FUNCTION, "lines"),
    ],
)
def test_kinds_are_listed_apart(connection: Connection, kind: RoutineKind, name: str) -> None:
    page = connection.procedures.routines(attrs.evolve(_HERE, kinds=frozenset({kind})))
    assert {kind} == {routine.kind for routine in page.routines}
    assert name in {routine.name.name for routine in page.routines}


def test_a_pattern_is_compared_without_regard_to_case(connection: Connection) -> None:
    keys = _keys(connection, attrs.evolve(_HERE, name_pattern="CAS*"))
    assert ["Case", "case"] == [name for _, name, _ in keys]
    assert [] == _keys(connection, attrs.evolve(_HERE, name_pattern="c_se"))


def test_a_list_tells_language_comment_and_whether_it_only_reads(connection: Connection) -> None:
    listed = {r.name.name: r for r in connection.procedures.routines(_HERE).routines}
    assert ("plpgsql", "Books.", False) == (
        listed["book"].language,
        listed["book"].comment,
        listed["book"].only_reads,
    )
    assert listed["lines"].only_reads
    assert listed["scalars"].only_reads
    assert listed["lines"].returns_set
    assert not listed["nothing"].only_reads


def test_every_parameter_is_described(connection: Connection) -> None:
    routine = find(connection, "book")
    assert "(bigint, text, calls.mood, calls.address)" == routine.signature
    assert [
        (1, "customer", "bigint", Direction.IN, False, None),
        (2, "total", "calls.fee", Direction.OUT, False, None),
        (3, "note", "text", Direction.IN_OUT, True, "'none'::text"),
        (4, "mood", "calls.mood", Direction.IN, True, "'fine'::calls.mood"),
        (5, "place", "calls.address", Direction.IN, True, "NULL::calls.address"),
    ] == [
        (p.ordinal, p.name, p.type.name, p.direction, p.has_default, p.default)
        for p in routine.parameters
    ]
    assert routine.returns is None
    assert () == routine.columns


def test_domains_enums_and_composites_are_told_apart(connection: Connection) -> None:
    _, total, _, mood, place = find(connection, "book").parameters
    assert SqlType(name="numeric(6,2)", kind=TypeKind.DECIMAL) == total.base_type
    assert total.nullable is False
    assert ("fine", 'so "so"', "it's, bad") == mood.labels
    assert [
        ("street", "text"),
        ("number", "numeric(5,2)"),
        ("tags", "text[]"),
        ("mood", "calls.mood"),
    ] == [(column.name, column.type.name) for column in place.columns]


def test_columns_of_rows_are_no_parameters(connection: Connection) -> None:
    lines, pair = find(connection, "lines"), find(connection, "pair")
    assert ["top"] == [parameter.name for parameter in lines.parameters]
    assert [("place", "integer"), ("line", "text")] == [
        (column.name, column.type.name) for column in lines.columns
    ]
    assert ["half", "word"] == [column.name for column in pair.columns]
    assert ["street", "number", "tags", "mood"] == [
        column.name for column in find(connection, "move").columns
    ]
    assert ["scalars"] == [column.name for column in find(connection, "scalars").columns]
    assert () == find(connection, "anything").columns


def test_variadics_say_so(connection: Connection) -> None:
    (numbers,) = find(connection, "total").parameters
    assert numbers.is_variadic
    assert TypeKind.ARRAY is numbers.type.kind


def test_an_exact_name_hides_those_that_differ_in_case(connection: Connection) -> None:
    (exact,) = connection.procedures.find(QualifiedName("Case", "calls"))
    assert "Case" == exact.name.name
    both = connection.procedures.find(QualifiedName("CASE", "CALLS"))
    assert {"Case", "case"} == {routine.name.name for routine in both}


@pytest.mark.parametrize("name", ["Straße_Ünïcödé_🐘", "straßE_üNïcödé_🐘"])
def test_names_beyond_ascii_are_found_in_any_case(connection: Connection, name: str) -> None:
    (found,) = connection.procedures.find(QualifiedName(name, "calls"))
    assert "Straße_Ünïcödé_🐘" == found.name.name
    assert ["größe 🐘"] == [parameter.name for parameter in found.parameters]


def test_overloads_come_by_their_signatures(connection: Connection) -> None:
    found = connection.procedures.find(QualifiedName("OVER", "calls"))
    assert ["(integer)", "(integer, text)", "(text)"] == [routine.signature for routine in found]


def test_system_routines_are_found_with_their_schema_only(connection: Connection) -> None:
    assert () == connection.procedures.find(QualifiedName("pg_sleep"))
    (found,) = connection.procedures.find(QualifiedName("pg_sleep", "pg_catalog"))
    assert "void" == (found.returns and found.returns.name)


def test_another_database_has_nothing(connection: Connection) -> None:
    assert () == connection.procedures.find(QualifiedName("book", "calls", "elsewhere"))


def test_the_search_path_decides_the_order(
    connection: Connection, admin: psycopg.Connection[Any]
) -> None:
    admin.execute("CREATE FUNCTION public.middle() RETURNS void LANGUAGE sql AS ''")
    try:
        found = connection.procedures.find(QualifiedName("middle"))
    finally:
        admin.execute("DROP FUNCTION public.middle()")
    assert ["public", "calls"] == [routine.name.schema for routine in found]


def test_types_without_a_length_are_not_cut_to_one(connection: Connection) -> None:
    by_name = connection.procedures.find
    (length,) = [r for r in by_name(QualifiedName("bit_length", "pg_catalog")) if '"bit"' in str(r)]
    assert '"bit"' == length.parameters[0].type.name


def test_a_definition_makes_the_routine_again(
    connection: Connection, admin: psycopg.Connection[Any]
) -> None:
    routine = find(connection, "over", "(text)")
    definition = connection.procedures.definition(routine)
    assert definition is not None
    assert "calls.over(a text)" in definition
    admin.execute(definition.encode())
    assert routine == find(connection, "over", "(text)")


def test_a_definition_of_what_is_gone_says_so(
    connection: Connection, admin: psycopg.Connection[Any]
) -> None:
    admin.execute("CREATE FUNCTION calls.gone() RETURNS void LANGUAGE sql AS ''")
    routine = find(connection, "gone")
    admin.execute("DROP FUNCTION calls.gone()")
    with pytest.raises(NotFoundError, match="not there any more"):
        connection.procedures.definition(routine)
