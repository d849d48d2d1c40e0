"""What the catalog's rows mean; which of them a server has, the integration tests show."""

from __future__ import annotations

from typing import Any, cast

from sqlcore.adapters.mssql.inspecting import MssqlInspector
from sqlcore.adapters.mssql.reading import CatalogQueries
from sqlcore.domain.facts import RelationFacts, SchemaFacts


class CatalogRows:
    """Gives rows in place of a server."""

    def __init__(self, rows: dict[str, list[tuple[Any, ...]]], *, is_babelfish: bool) -> None:
        self._rows = {"facts_context": [("Shop", "app")], **rows}
        self.is_babelfish = is_babelfish

    def run(self, names: tuple[str, ...], **_: Any) -> tuple[dict[str, Any], dict[str, str]]:
        return {name: self._rows.get(name, []) for name in names}, {}


def facts(is_babelfish: bool = False, **rows: list[tuple[Any, ...]]) -> SchemaFacts:  # noqa: FBT001, FBT002  a switch of the test
    catalog = CatalogRows(
        {f"facts_{name}": found for name, found in rows.items()}, is_babelfish=is_babelfish
    )
    return MssqlInspector(cast("CatalogQueries", catalog)).facts()


def relation(found: SchemaFacts, name: str) -> RelationFacts:
    (relation,) = (relation for relation in found.relations if relation.name == name)
    return relation


def test_names_without_a_schema_are_looked_for_in_the_own_schema_and_in_dbo() -> None:
    assert ("app", "dbo") == facts().search_path


def test_only_assemblies_that_are_safe_are_trusted() -> None:
    found = facts(
        modules=[
            ("dbo", "safe", "FS", 1, None),
            ("dbo", "open", "FT", 2, None),
            ("dbo", "unknown", "AF", 3, None),
            ("dbo", "plain", "FN", 4, "CREATE FUNCTION …"),
        ],
        assemblies=[(1, "SAFE_ACCESS"), (2, "EXTERNAL_ACCESS")],
    )
    trusted = {routine.name: (routine.language, routine.trusted) for routine in found.routines}
    assert {
        "safe": ("clr", True),
        "open": ("clr", False),
        "unknown": ("clr", False),
        "plain": ("tsql", True),
    } == trusted


def test_a_hidden_view_is_left_out_where_a_view_cannot_write() -> None:
    hidden: list[tuple[Any, ...]] = [("dbo", "v", "V", 1, None)]
    assert () == facts(modules=hidden).relations
    assert relation(facts(is_babelfish=True, modules=hidden), "v").text is None


def test_a_synonym_leads_to_a_relation_of_the_same_database() -> None:
    found = facts(
        synonyms=[
            ("dbo", "two", "[sales].[orders]"),
            ("dbo", "one", "[ord]]ers]"),
            ("dbo", "three", "[SHOP]..[orders]"),
            ("dbo", "elsewhere", "[other].[dbo].[orders]"),
            ("dbo", "far", "[remote].[shop].[dbo].[orders]"),
        ]
    )
    assert {("sales", "orders")} == relation(found, "two").reads
    assert {("dbo", "ord]ers")} == relation(found, "one").reads
    assert {("dbo", "orders")} == relation(found, "three").reads
    assert (frozenset(), None) == (
        relation(found, "elsewhere").reads,
        relation(found, "elsewhere").external,
    )
    assert "the linked server remote" == relation(found, "far").external


def test_a_synonym_of_a_function_is_a_function() -> None:
    found = facts(
        modules=[("dbo", "F", "FN", 1, "CREATE FUNCTION …")], synonyms=[("dbo", "s", "[dbo].[f]")]
    )
    (synonym,) = (routine for routine in found.routines if routine.name == "s")
    assert "synonym" == synonym.language
    assert {("dbo", "f")} == synonym.calls


def test_a_table_is_told_of_only_where_something_happens_with_it() -> None:
    found = facts(
        computed=[("dbo", "orders", "([dbo].[f]([id]))"), ("dbo", "orders", "([a]+[b])")],
        policies=[("dbo", "orders", "([rls].[may_see]([tenant_id]))")],
        triggers=[("dbo", "customers")],
        cascades=[("dbo", "customers", "dbo", "orders")],
    )
    orders = relation(found, "orders")
    assert orders.text is not None
    assert 3 == orders.text.count("SELECT (")
    assert not orders.triggers
    customers = relation(found, "customers")
    assert customers.triggers
    assert {("dbo", "orders")} == customers.cascades_to


def test_views_of_other_databases_are_named_where_a_view_can_write() -> None:
    elsewhere: list[tuple[Any, ...]] = [("other", "dbo", "v")]
    assert () == facts(elsewhere=elsewhere).relations
    view = relation(facts(is_babelfish=True, elsewhere=elsewhere), "v")
    assert ("other.dbo", "view") == (view.schema, view.kind)
    assert view.external
