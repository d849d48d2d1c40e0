"""What the rows of the catalog say of who uses whom."""

from __future__ import annotations

from typing import Any

from tests.unit.mssql.answered import AnsweredQueries

from sqlcore.adapters.mssql.object_dependencies import read_dependencies
from sqlcore.adapters.mssql.object_mentions import MENTIONED
from sqlcore.adapters.mssql.object_places import Place, Realm
from sqlcore.adapters.mssql.reading import Refusal
from sqlcore.domain.capability import Support
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import CatalogObject, Dependencies, Dependency, ObjectType

_DENIED = Refusal(
    Support.NOT_PERMITTED,
    "The SELECT permission was denied on the object 'sql_expression_dependencies'.",
)


def _place(kind: ObjectType = ObjectType.VIEW, code: str = "V", name: str = "v") -> Place:
    found = CatalogObject(name=QualifiedName(name, "sales"), type=kind)
    return Place(object=found, realm=Realm.OBJECT, number=7, code=code)


def _read(
    answers: dict[str, list[tuple[Any, ...]]],
    place: Place | None = None,
    refused: dict[str, Refusal] | None = None,
) -> Dependencies:
    return read_dependencies(AnsweredQueries(answers, refused), place or _place())


def _brief(dependencies: tuple[Dependency, ...]) -> list[tuple[str, str, str, bool]]:
    return [(str(d.object), d.object.type, d.how, d.resolved) for d in dependencies]


def _use(
    *,
    server: str | None = None,
    database: str | None = None,
    schema: str | None = "sales",
    entity: str = "t",
    found: int | None = None,
    known: tuple[Any, ...] = (None, None, None, None, None),
    column: str | None = None,
    user: tuple[str | None, str | None] = ("V", None),
) -> tuple[Any, ...]:
    return (*user, 1, server, database, schema, entity, found, *known, column)


def test_a_view_uses_what_the_server_has_recorded_and_says_what_there_is_not() -> None:
    table = ("U", "sales", "t", None, None)
    dependencies = _read(
        {
            "object_uses": [
                _use(found=8, known=table, column="a"),
                _use(found=8, known=table, column="b"),
                _use(entity="gone"),
                _use(database="other", schema="dbo", entity="far", found=99),
                _use(server="linked", database="other", schema="dbo", entity="farther"),
                _use(schema=None, entity="bare", found=9, known=("P", "dbo", "bare", None, None)),
            ]
        }
    )

    assert _brief(dependencies.uses) == [
        ("dbo.bare", "procedure", "expression", True),
        ("other.dbo.far", "other", "expression", True),
        ('"linked.other".dbo.farther', "other", "expression", False),
        ("sales.gone", "other", "expression", False),
        ("sales.t", "table", "expression", True),
    ]
    assert dependencies.uses[-1].columns == ("a", "b")
    assert [part.part for part in dependencies.missing] == ["names in dynamic SQL"]


def test_the_columns_that_a_view_uses_are_asked_for() -> None:
    dependencies = _read(
        {
            "object_uses": [_use(found=8, known=("U", "sales", "t", None, None))],
            "object_referenced_columns": [
                ("sales", "t", None),
                ("sales", "t", "a"),
                ("sales", "other", "b"),
            ],
        }
    )

    assert [use.columns for use in dependencies.uses] == [("a",)]


def test_a_table_is_used_by_views_checks_defaults_triggers_keys_and_synonyms() -> None:
    place = _place(ObjectType.TABLE, "U", "t")
    dependencies = _read(
        {
            "object_used_by": [
                ("V", "sales", "v", None, None, None, 0, "a"),
                ("C", "sales", "check_it", "sales", "other", None, 0, None),
                ("P", "sales", "p", None, None, None, 0, None),
                (None, None, None, None, None, "on_ddl", 0, None),
            ],
            "object_triggers": [("sales", "touch")],
            "object_synonyms": [
                ("sales", "alias", "[sales].[t]", "db"),
                ("sales", "elsewhere", "[otherdb].[sales].[t]", "db"),
                ("sales", "remote", "[a].[b].[sales].[t]", "db"),
            ],
            "object_foreign_keys": [
                (3, 9, "sales", "lines", "sales", "t", "x"),
                (3, 9, "sales", "lines", "sales", "t", "y"),
                (4, 7, "sales", "t", "dbo", "base", "z"),
            ],
        },
        place,
    )

    assert _brief(dependencies.uses) == [("dbo.base", "table", "foreign key", True)]
    assert _brief(dependencies.used_by) == [
        ("on_ddl", "trigger", "body", True),
        ("sales.alias", "synonym", "synonym", True),
        ("sales.lines", "table", "foreign key", True),
        ("sales.other", "table", "check", True),
        ("sales.p", "procedure", "body", True),
        ("sales.touch", "trigger", "trigger", True),
        ("sales.v", "view", "expression", True),
    ]
    assert dependencies.used_by[2].columns == ("x", "y")


def test_a_table_uses_what_its_checks_defaults_and_computed_columns_name() -> None:
    place = _place(ObjectType.TABLE, "U", "t")
    function = ("FN", "dbo", "f", None, None)
    sequence = ("SO", "dbo", "numbers", None, None)
    dependencies = _read(
        {
            "object_uses": [
                _use(user=("C", None), schema="dbo", entity="f", found=5, known=function),
                _use(user=("D", None), schema="dbo", entity="numbers", found=6, known=sequence),
                _use(user=("U", "total"), schema="dbo", entity="f", found=5, known=function),
            ]
        },
        place,
    )

    assert _brief(dependencies.uses) == [
        ("dbo.f", "function", "check", True),
        ("dbo.f", "function", "computed column", True),
        ("dbo.numbers", "sequence", "default", True),
    ]


def test_a_synonym_uses_what_it_stands_for_there_or_not() -> None:
    place = _place(ObjectType.SYNONYM, "SN", "alias")

    assert _brief(_read({"object_synonym": [("[dbo].[t]", None)]}, place).uses) == [
        ("dbo.t", "other", "synonym", False)
    ]
    assert _brief(_read({"object_synonym": [("[dbo].[t]", 5)]}, place).uses) == [
        ("dbo.t", "other", "synonym", True)
    ]


def test_without_the_right_names_are_looked_for_in_texts_and_the_right_is_named() -> None:
    text = "CREATE VIEW sales.v AS SELECT o.number FROM [sales].[orders] AS o JOIN customers c ON …"
    dependencies = _read(
        {
            "object_mentioned": [
                ("U", "sales", "orders", text),
                ("U", "sales", "customers", text),
                ("U", "archive", "orders", text),
                ("U", "archive", "customers", text),
                ("SO", "sales", "number", text),
            ],
            "object_mentioning": [
                ("P", "sales", "p", None, None, "SELECT * FROM v"),
                ("P", "other", "q", None, None, "SELECT * FROM v"),
                ("TR", "other", "r", "other", "t", "SELECT * FROM sales . V"),
                ("P", "sales", "s", None, None, "SELECT vv, @v, dbo.v FROM x"),
            ],
        },
        refused={"object_uses": _DENIED},
    )

    assert _brief(dependencies.uses) == [
        ("sales.customers", "table", MENTIONED, True),
        ("sales.orders", "table", MENTIONED, True),
    ]
    assert _brief(dependencies.used_by) == [
        ("other.r", "trigger", MENTIONED, True),
        ("sales.p", "procedure", MENTIONED, True),
    ]
    (part,) = dependencies.missing
    assert part.support is Support.NOT_PERMITTED
    assert "VIEW DEFINITION" in part.reason


def test_a_type_is_used_by_tables_and_routines() -> None:
    found = CatalogObject(name=QualifiedName("phone", "dbo"), type=ObjectType.TYPE)
    place = Place(object=found, realm=Realm.TYPE, number=300)

    dependencies = _read({"type_used_by": [("U", "dbo", "t"), ("P", "dbo", "p")]}, place)

    assert _brief(dependencies.used_by) == [
        ("dbo.p", "procedure", "type", True),
        ("dbo.t", "table", "type", True),
    ]
