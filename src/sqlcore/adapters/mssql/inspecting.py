"""Facts about a database's own objects, for the guard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import attrs

from sqlcore.adapters.mssql.reading import CatalogQueries, Rows
from sqlcore.domain.facts import RelationFacts, RoutineFacts, SchemaFacts, SchemaName
from sqlcore.domain.lexing import LexError, TokenKind, tokenize

__all__ = ["MssqlInspector"]

_QUERIES = (
    *("facts_context", "facts_modules", "facts_assemblies", "facts_synonyms", "facts_computed"),
    *("facts_policies", "facts_triggers", "facts_cascades"),
)
_VIEW = "V"
_CLR_TYPES = ("FS", "FT", "AF")
_NAME_PARTS, _REMOTE_PARTS = 2, 4


@attrs.define
class _Relation:
    """What several queries say about one relation."""

    kind: str = "table"
    texts: list[str] = attrs.field(factory=list)
    has_triggers: bool = False
    cascades_to: set[SchemaName] = attrs.field(factory=set)


class MssqlInspector:
    """Reads them in one round trip, on Babelfish in two; see `sqlcore.ports.SchemaInspector`.

    Azure SQL, Synapse and Babelfish lack some of the catalog views, and with them the features. A
    definition that the login may not see is left open: None for a function; a view of SQL Server's
    is left out, because there a view cannot write (Babelfish's can advance a sequence). External
    tables are left out too: the server sends nothing but SELECT to where they lie.
    """

    def __init__(self, queries: CatalogQueries) -> None:
        self._queries = queries

    def facts(self) -> SchemaFacts:
        """Read the facts of the database."""
        results, _ = self._queries.run(_QUERIES, required=("facts_context", "facts_modules"))
        ((database, own_schema),) = results["facts_context"]
        permission_sets = {row[0]: str(row[1]) for row in results["facts_assemblies"]}
        modules = results["facts_modules"]
        routines = tuple(
            _routine(row, permission_sets.get(row[3])) for row in modules if row[2] != _VIEW
        )
        relations = self._relations(results)
        synonyms = tuple(_synonyms(results["facts_synonyms"], database))
        functions = {(routine.schema.lower(), routine.name.lower()) for routine in routines}
        return SchemaFacts(
            routines=routines + tuple(_function_synonyms(synonyms, functions)),
            relations=relations + synonyms + tuple(self._views_elsewhere()),
            search_path=tuple(dict.fromkeys((own_schema or "dbo", "dbo"))),
        )

    def _views_elsewhere(self) -> Iterator[RelationFacts]:
        """Name the views of other databases where a view can write: they are not looked into."""
        if not self._queries.is_babelfish:
            return
        results, _ = self._queries.run(("facts_elsewhere",))
        for database, schema, name in results["facts_elsewhere"]:
            yield RelationFacts(
                schema=f"{database}.{schema}",
                name=name,
                kind="view",
                external="another database, whose views are not looked into",
            )

    def _relations(self, results: dict[str, Rows]) -> tuple[RelationFacts, ...]:
        relations: defaultdict[SchemaName, _Relation] = defaultdict(_Relation)
        for schema, name, kind, _, definition in results["facts_modules"]:
            if kind == _VIEW and (definition is not None or self._queries.is_babelfish):
                view = relations[schema, name]
                view.kind = "view"
                view.texts += [] if definition is None else [definition]
        for schema, name, expression in results["facts_computed"] + results["facts_policies"]:
            relations[schema, name].texts.append(f"SELECT {expression}")
        for schema, name in results["facts_triggers"]:
            relations[schema, name].has_triggers = True
        for schema, name, changed_schema, changed_name in results["facts_cascades"]:
            relations[schema, name].cascades_to.add((changed_schema, changed_name))
        return tuple(
            RelationFacts(
                schema=schema,
                name=name,
                kind=relation.kind,
                text="\n".join(relation.texts) if relation.texts else None,
                triggers=relation.has_triggers,
                cascades_to=frozenset(relation.cascades_to),
            )
            for (schema, name), relation in relations.items()
        )


def _routine(row: tuple[Any, ...], permission_set: str | None) -> RoutineFacts:
    schema, name, kind, _, definition = row
    is_clr = kind in _CLR_TYPES
    return RoutineFacts(
        schema=schema,
        name=name,
        language="clr" if is_clr else "tsql",
        trusted=not is_clr or permission_set == "SAFE_ACCESS",
        body=definition,
    )


def _synonyms(rows: Rows, database: str) -> Iterator[RelationFacts]:
    """Say where synonyms lead; those of other databases lead nowhere that is known."""
    for schema, name, base in rows:
        parts = _name_parts(base)
        *above, base_schema, base_name = ("", *parts) if len(parts) < _NAME_PARTS else parts
        is_here = not above or above[-1].lower() in ("", database.lower())
        yield RelationFacts(
            schema=schema,
            name=name,
            kind="synonym",
            reads=frozenset({(base_schema or "dbo", base_name)}) if is_here else frozenset(),
            external=f"the linked server {parts[0]}" if len(parts) == _REMOTE_PARTS else None,
        )


def _function_synonyms(
    synonyms: Iterable[RelationFacts], functions: Collection[SchemaName]
) -> Iterator[RoutineFacts]:
    for synonym in synonyms:
        calls = {base for base in synonym.reads if (base[0].lower(), base[1].lower()) in functions}
        if calls:
            yield RoutineFacts(
                schema=synonym.schema,
                name=synonym.name,
                language="synonym",
                calls=frozenset(calls),
            )


def _name_parts(name: str) -> list[str]:
    """Split a name as the catalog writes it: `[a].[b]`, with nothing between two dots left out."""
    try:
        tokens = tokenize(name, "tsql")
    except LexError:
        return ["", name]
    parts = [""]
    for token in tokens:
        if token.text == ".":
            parts.append("")
        elif token.kind is TokenKind.QUOTED_IDENTIFIER:
            quote = token.text[-1]
            parts[-1] += token.text[1:-1].replace(quote * 2, quote)
        elif token.kind is not TokenKind.WHITESPACE:
            parts[-1] += token.text
    return parts
