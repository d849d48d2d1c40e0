"""What the catalog's rows say about routines, synonyms among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest

from sqlcore.adapters.mssql.reading import CatalogQueries, Rows
from sqlcore.adapters.mssql.routines import RoutineCatalog
from sqlcore.adapters.mssql.types import sql_type
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import Direction
from sqlcore.errors import UnsupportedError

_INT = ("int", "int", None, False, 4, 10, 0)


class _Catalog:
    """Answers named queries by what they are asked about."""

    def __init__(self, objects: Rows, **sections: Rows) -> None:
        self._objects = objects
        self._sections = sections
        self.databases: list[str] = []

    def run(
        self,
        names: Sequence[str],
        parameters: Mapping[str, Any] | None = None,
        *,
        words: Mapping[str, str] | None = None,
        **_: Any,
    ) -> tuple[dict[str, Rows], dict[str, str]]:
        self.databases.append((words or {}).get("db", ""))
        results = {name: list(self._sections.get(name, [])) for name in names}
        if "routine_find" in names:
            wanted = (parameters or {})["name"]
            results["routine_find"] = [row for row in self._objects if row[1] == wanted]
        if "own_database" in names:
            results["own_database"] = [("own",)]
        return results, {}


def _object(name: str, kind: str, number: int, schema: str = "dbo") -> tuple[Any, ...]:
    return (schema, name, kind, number, "dbo", schema == "sys")


def _catalog(catalog: _Catalog) -> RoutineCatalog:
    return RoutineCatalog(cast("CatalogQueries", catalog))


def test_a_synonym_is_what_it_stands_for_once() -> None:
    def found(base: str, *objects: tuple[Any, ...]) -> list[QualifiedName]:
        synonyms = [(1, base), (2, "[dbo].[p]")]
        catalog = _Catalog([_object("s", "SN", 1), *objects], routine_synonyms=synonyms)
        return [routine.name for routine in _catalog(catalog).find(QualifiedName("s"))]

    assert [QualifiedName("p", "dbo")] == found("[dbo].[p]", _object("p", "P ", 3))
    assert [QualifiedName("p", "dbo", "other")] == found("[other].[dbo].[p]", _object("p", "P", 3))
    assert [QualifiedName("p", "dbo")] == found("[own].[dbo].[p]", _object("p", "P", 3))
    assert [] == found("[server].[own].[dbo].[p]", _object("p", "P", 3))
    assert [] == found("[dbo].[again]", _object("again", "SN", 2), _object("p", "P", 3))


def test_a_system_procedure_is_found_with_its_schema_only() -> None:
    catalog = _catalog(_Catalog([_object("sp_who", "P", 5, "sys")]))
    assert () == catalog.find(QualifiedName("sp_who"))
    (routine,) = catalog.find(QualifiedName("sp_who", "sys"))
    assert QualifiedName("sp_who", "sys") == routine.name


@pytest.mark.parametrize("name", ["p;2", "p; 2"])
def test_a_numbered_procedure_is_refused_where_there_is_its_group(name: str) -> None:
    catalog = _catalog(_Catalog([_object("p", "P ", 3), _object("odd;2", "P ", 4)]))
    with pytest.raises(UnsupportedError, match="numbered") as caught:
        catalog.find(QualifiedName(name))
    assert "Call p," in str(caught.value)
    (odd,) = catalog.find(QualifiedName("odd;2"))
    assert QualifiedName("odd;2", "dbo") == odd.name
    assert () == catalog.find(QualifiedName("q;2"))
    assert () == catalog.find(QualifiedName("p;x"))


def test_the_text_of_a_routine_is_there_when_it_is_found() -> None:
    text = "CREATE PROC p AS SELECT 1"
    objects = [_object("p", "P ", 3), _object("q", "P ", 4)]
    catalog = _catalog(_Catalog(objects, routine_texts=[(3, text)]))
    assert text == catalog.find(QualifiedName("p"))[0].text
    assert catalog.find(QualifiedName("q"))[0].text is None


def test_the_name_of_another_database_is_quoted_before_its_catalog() -> None:
    catalog = _Catalog([])
    _catalog(catalog).find(QualifiedName("p", "dbo", "it's] x; --"))
    assert ["", '"it\'s] x; --".'] == catalog.databases


def test_parameters_have_their_directions_and_types() -> None:
    parameters = [
        (7, 1, "@a", 10, *_INT, False, False, False, None),
        (7, 2, "@c", 11, None, None, None, None, 8, 0, 0, True, True, False, None),
        (7, 3, "@g", 130, "geography", None, None, False, -1, 0, 0, True, False, False, None),
        (7, 4, "@k", 400, "Point", None, "geo", False, -1, 0, 0, False, False, False, None),
        (7, 5, "@x", 500, None, None, None, None, -1, 0, 0, False, False, False, None),
    ]
    catalog = _catalog(_Catalog([_object("p", "P", 7)], routine_all_parameters=parameters))
    (routine,) = catalog.find(QualifiedName("p"))
    assert [
        ("a", "int", Direction.IN, None),
        ("c", "cursor", Direction.OUT, None),
        ("g", "geography", Direction.IN_OUT, True),
        ("k", "geo.Point", Direction.IN, None),
        ("x", "(a type that this login may not see)", Direction.IN, None),
    ] == [(p.name, p.type.name, p.direction, p.has_default) for p in routine.parameters]


def test_defaults_of_the_clr_come_from_the_catalog() -> None:
    parameters = [
        (7, 1, "@a", 10, *_INT, False, False, True, "5"),
        (7, 2, "@b", 10, *_INT, False, False, False, None),
    ]
    catalog = _catalog(_Catalog([_object("p", "PC", 7)], routine_all_parameters=parameters))
    (routine,) = catalog.find(QualifiedName("p"))
    assert [(True, "5"), (False, None)] == [
        (parameter.has_default, parameter.default) for parameter in routine.parameters
    ]
    assert "clr" == routine.language


def test_columns_that_the_server_fills_in_take_no_value() -> None:
    parameters = [(7, 1, "@t", 300, "T", None, "dbo", True, -1, 0, 0, False, False, False, None)]
    columns = [
        (9, "id", "int", "int", None, 4, 10, 0, False, 1),
        (9, "phone", "Phone", "varchar", "dbo", 20, 0, 0, True, 0),
    ]
    catalog = _Catalog(
        [_object("p", "P", 7)],
        routine_all_parameters=parameters,
        routine_table_types=[(300, 9), (301, 10)],
        routine_columns=columns,
    )
    (routine,) = _catalog(catalog).find(QualifiedName("p"))
    (table,) = routine.parameters
    assert "dbo.T" == table.type.name
    assert ["phone"] == sorted({column.name for column in table.columns})
    phone = table.columns[0]
    assert "dbo.Phone" == phone.type.name
    assert sql_type("varchar(20)") == phone.base_type
