"""The contract of finding procedures and functions."""

from __future__ import annotations

import pytest

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import Direction, Routine, RoutineFilter, RoutineKind
from sqlcore.domain.types import TypeKind
from sqlcore.ports import Connection
from sqlcore.testing.calls import find_one
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import PORTABLE_VALUES, ServerSamples
from sqlcore.testing.contracts.schema import ODD_CALL, OTHER_CALL_SCHEMA, ROUTINE_NAMES

__all__ = ["RoutineContract"]

_PAGE = 4


def _keys(routines: tuple[Routine, ...]) -> list[tuple[str, str, str]]:
    return [(r.name.schema or "", r.name.name, r.signature) for r in routines]


def _names(routines: tuple[Routine, ...]) -> list[str]:
    return [routine.name.name.lower() for routine in routines]


class RoutineContract(Contract):
    """Listing and finding, and what is known of parameters."""

    @requirement("routine-list")
    def test_procedures_and_functions_are_listed_once_without_their_parameters(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        page = connection.procedures.routines(RoutineFilter(schema=samples.schema))
        assert not page.has_more
        assert {name.lower() for name in ROUTINE_NAMES} <= set(_names(page.routines))
        assert len(page.routines) == len(set(_keys(page.routines)))
        assert {samples.schema} == {routine.name.schema for routine in page.routines}
        assert {()} == {routine.parameters for routine in page.routines}

    @requirement("routine-list-pages")
    def test_pages_in_their_order_make_up_the_whole_list(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        whole = connection.procedures.routines(RoutineFilter(schema=samples.schema)).routines
        keys: list[tuple[str, str, str]] = []
        has_more = True
        while has_more:
            after = keys[-1] if keys else None
            page = connection.procedures.routines(
                RoutineFilter(schema=samples.schema, after=after, limit=_PAGE)
            )
            assert 0 < len(page.routines) <= _PAGE
            keys += _keys(page.routines)
            has_more = page.has_more
        assert _keys(whole) == keys

    @requirement("routine-list-pattern")
    @pytest.mark.parametrize(
        ("pattern", "names"),
        [
            ("ADD_*", ["add_numbers"]),
            ("%_number%", ["add_numbers", "double_number"]),
            ("full_name", ["full_name"]),
            ("full*me", ["full_name"]),
            ("fullxname", []),
            ("f___ _name", []),
            ("[a-f]ull_name", []),
        ],
        ids=["case", "percent", "exact", "star", "other", "underscore", "brackets"],
    )
    def test_a_pattern_has_two_marks_and_ignores_case(
        self, connection: Connection, samples: ServerSamples, pattern: str, names: list[str]
    ) -> None:
        routine_filter = RoutineFilter(schema=samples.schema, name_pattern=pattern)
        assert names == _names(connection.procedures.routines(routine_filter).routines)

    @requirement("routine-list-kinds")
    @pytest.mark.parametrize(
        ("kind", "name"),
        [
            (RoutineKind.PROCEDURE, "add_numbers"),
            (RoutineKind.FUNCTION, "full_name"),
            (RoutineKind.TABLE_FUNCTION, "customers_from"),
        ],
    )
    def test_a_list_can_be_of_some_kinds(
        self, connection: Connection, samples: ServerSamples, kind: RoutineKind, name: str
    ) -> None:
        routine_filter = RoutineFilter(schema=samples.schema, kinds=frozenset({kind}))
        page = connection.procedures.routines(routine_filter)
        assert {kind} == {routine.kind for routine in page.routines}
        assert name in _names(page.routines)

    @requirement("routine-list-all")
    def test_a_list_of_all_schemas_leaves_out_the_servers_own(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        page = connection.procedures.routines(RoutineFilter())
        schemas = {routine.name.schema for routine in page.routines}
        assert {samples.schema, OTHER_CALL_SCHEMA} <= schemas
        assert not schemas & {"sys", "pg_catalog", "information_schema", "INFORMATION_SCHEMA"}
        assert "touch_order" not in _names(page.routines)  # only a trigger can call it

    @requirement("routine-find-exact")
    @pytest.mark.parametrize("name", ["add_numbers", "MixedCaseCall", ODD_CALL])
    def test_a_routine_is_found_by_its_exact_name(
        self, connection: Connection, samples: ServerSamples, name: str
    ) -> None:
        found = find_one(connection, QualifiedName(name, samples.schema))
        assert QualifiedName(name, samples.schema) == found.name
        assert RoutineKind.PROCEDURE is found.kind

    @requirement("routine-find-ignores-case")
    @pytest.mark.parametrize("name", ["ADD_numbers", "mixedCASEcall"])
    def test_a_routine_is_found_in_another_case(
        self, connection: Connection, samples: ServerSamples, name: str
    ) -> None:
        found = find_one(connection, QualifiedName(name, samples.schema.upper()))
        assert name.lower() == found.name.name.lower()
        assert samples.schema == found.name.schema

    @requirement("routine-find-ambiguous")
    def test_all_that_a_name_without_a_schema_may_mean_are_found(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        schemas = {samples.schema, OTHER_CALL_SCHEMA}
        found = connection.procedures.find(QualifiedName("same_call"))
        assert schemas == {routine.name.schema for routine in found}
        for schema in schemas:
            assert schema == find_one(connection, QualifiedName("same_call", schema)).name.schema

    @requirement("routine-find-nothing")
    def test_nothing_is_found_under_names_that_do_not_exist(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        for name in (
            QualifiedName("no_such_call", samples.schema),
            QualifiedName("add_numbers", OTHER_CALL_SCHEMA),
            QualifiedName("add_numbers", samples.schema, "no_such_database"),
            QualifiedName("customers", samples.schema),
            QualifiedName("add_number%", samples.schema),
        ):
            assert () == connection.procedures.find(name)

    @requirement("routine-find-system")
    def test_the_servers_own_are_found_when_they_are_named_with_their_schema(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        assert samples.system_routine is not None
        found = connection.procedures.find(samples.system_routine)
        assert {samples.system_routine.name} == {routine.name.name for routine in found}

    @requirement("routine-parameters")
    def test_parameters_have_their_places_names_types_and_directions(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        routine = find_one(connection, QualifiedName("add_numbers", samples.schema))
        first, second, total = routine.parameters
        assert [1, 2, 3] == [parameter.ordinal for parameter in routine.parameters]
        assert ["a", "b", "total"] == [parameter.name for parameter in routine.parameters]
        assert Direction.IN is first.direction is second.direction
        assert Direction.IN is not total.direction
        assert {TypeKind.INTEGER} == {parameter.type.kind for parameter in routine.parameters}
        assert routine.returns is None

    @requirement("routine-in-out")
    def test_a_parameter_can_go_both_ways(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        routine = find_one(connection, QualifiedName("double_number", samples.schema))
        (value,) = routine.parameters
        assert Direction.IN_OUT is value.direction

    @requirement("routine-types")
    def test_parameters_have_the_kinds_of_their_types(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        kinds = samples.echo.keys() & PORTABLE_VALUES.keys()
        for kind in sorted(kinds):
            routine = find_one(connection, QualifiedName(f"echo_{kind}", samples.schema))
            assert [kind, kind] == [parameter.type.kind for parameter in routine.parameters]

    @requirement("routine-defaults")
    def test_defaults_are_told_where_they_are_known(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        routine = find_one(connection, QualifiedName("show_defaults", samples.schema))
        by_name = {parameter.name: parameter for parameter in routine.parameters}
        required, number, word = (by_name[name] for name in ("required", "number", "word"))
        assert not required.has_default
        assert required.default is None
        for parameter, part in ((number, "7"), (word, "'it''s'")):
            assert parameter.has_default in (True, None)
            if parameter.has_default:
                assert part in (parameter.default or part)

    @requirement("routine-odd-parameters")
    def test_odd_names_of_parameters_are_as_they_were_declared(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        routine = find_one(connection, QualifiedName(ODD_CALL, samples.schema))
        names = [parameter.name for parameter in routine.parameters]
        assert [*samples.odd_parameters, "shown"] == names

    @requirement("routine-functions")
    def test_functions_tell_what_they_return(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        full_name = find_one(connection, QualifiedName("full_name", samples.schema))
        assert full_name.returns is not None
        assert TypeKind.TEXT is full_name.returns.kind
        assert not full_name.returns_set
        assert ["first", "last"] == [parameter.name for parameter in full_name.parameters]
        assert full_name.only_reads
        customers = find_one(connection, QualifiedName("customers_from", samples.schema))
        assert customers.returns_set
        assert customers.only_reads

    @requirement("routine-function-columns")
    def test_the_columns_of_a_functions_rows_are_told(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        customers = find_one(connection, QualifiedName("customers_from", samples.schema))
        assert ["id", "email"] == [column.name for column in customers.columns]

    @requirement("routine-comment")
    def test_comments_are_read(self, connection: Connection, samples: ServerSamples) -> None:
        routine = find_one(connection, QualifiedName("add_numbers", samples.schema))
        assert "Adds; says 'so'" == routine.comment

    @requirement("routine-definition")
    def test_the_text_that_made_a_routine_can_be_read(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        routine = find_one(connection, QualifiedName("add_numbers", samples.schema))
        definition = connection.procedures.definition(routine)
        assert definition is not None
        assert "add_numbers" in definition
        assert "a + " in definition.replace("@", "")
