"""What objects use and what uses them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlcore.adapters.mssql.dialect import quoted
from sqlcore.adapters.mssql.object_mentions import MENTIONED, read_mentions
from sqlcore.adapters.mssql.object_places import TYPES, Place, Realm
from sqlcore.adapters.mssql.reading import CatalogQueries, Refusal, Rows
from sqlcore.adapters.mssql.synonyms import synonym_target
from sqlcore.domain.capability import Missing, Support
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import CatalogObject, Dependencies, Dependency, ObjectType

__all__ = ["read_dependencies"]

_RECORDED = ("object_uses", "object_used_by")
_OTHERS = (
    "object_foreign_keys",
    "object_triggers",
    "object_synonym",
    "object_synonyms",
    "object_types_used",
)
_HOW = {"C": "check", "D": "default", "V": "expression", "U": "computed column"}
_TYPE_CLASS = 6
"""Of sys.sql_expression_dependencies.referenced_class; 1 is an object."""
_BABELFISH = Missing(
    part="uses in expressions and texts",
    support=Support.UNSUPPORTED,
    reason="Babelfish does not record them. Where a name stands in a text, that is listed as"
    f" {MENTIONED!r}.",
)
_DYNAMIC = Missing(
    part="names in dynamic SQL",
    support=Support.UNSUPPORTED,
    reason="SQL Server does not record what a text that is put together at run time uses.",
)


def read_dependencies(queries: CatalogQueries, place: Place) -> Dependencies:
    """Read both directions, directly, by schema and name."""
    if place.realm is Realm.TYPE:
        return _of_type(queries, place)
    found = place.object
    if place.realm is Realm.INDEX:
        return Dependencies(object=found, uses=tuple(_parents(found)))
    recorded: tuple[str, ...] = () if queries.is_babelfish else _RECORDED
    results, refused = queries.run(
        (*recorded, *_OTHERS),
        {"name": found.name.name, "schema": found.name.schema},
        ids=(place.number,),
    )
    uses = [*_parents(found), *_other_uses(results, place)]
    used_by = _other_users(results, place)
    missing: list[Missing] = []
    if recorded and not refused.keys() & set(recorded):
        uses += _with_columns(queries, place, _recorded_uses(results["object_uses"], place))
        used_by += _recorded_users(results["object_used_by"])
        missing.append(_DYNAMIC)
    else:
        mentioned, mentioning = read_mentions(queries, place)
        known = {dependency.object for dependency in uses}
        uses += [dependency for dependency in mentioned if dependency.object not in known]
        known = {dependency.object for dependency in used_by}
        used_by += [dependency for dependency in mentioning if dependency.object not in known]
        missing.append(_not_recorded(refused))
    return Dependencies(
        object=found, uses=_sorted(uses), used_by=_sorted(used_by), missing=tuple(missing)
    )


def _not_recorded(refused: Mapping[str, Refusal]) -> Missing:
    refusal = next((refused[name] for name in _RECORDED if name in refused), None)
    if refusal is None:
        return _BABELFISH
    needed = ""
    if refusal.support is Support.NOT_PERMITTED:
        needed = (
            " It takes VIEW DEFINITION on the database and SELECT on"
            " sys.sql_expression_dependencies."
        )
    return Missing(
        part="uses in expressions and texts",
        support=refusal.support,
        reason=f"{refusal.reason}{needed} Where a name stands in a text, that is listed as"
        f" {MENTIONED!r}.",
    )


def _parents(found: CatalogObject) -> list[Dependency]:
    if found.parent is None:
        return []
    table = CatalogObject(name=found.parent, type=ObjectType.TABLE)
    return [Dependency(object=table, how=str(found.type))]


def _other_uses(results: Mapping[str, Rows], place: Place) -> list[Dependency]:
    uses = [
        _dependency(ObjectType.TYPE, schema, name, "type")
        for schema, name in results["object_types_used"]
    ]
    for schema, name, columns in _grouped(
        (key, (target_schema, target), column)
        for key, parent, _, _, target_schema, target, column in results["object_foreign_keys"]
        if place.number in (key, parent)
    ):
        uses.append(_dependency(ObjectType.TABLE, schema, name, "foreign key", columns=columns))
    for base_name, number in results["object_synonym"]:
        other_name = synonym_target(base_name) or QualifiedName(base_name or "(hidden)")
        other = CatalogObject(name=other_name, type=ObjectType.OTHER)
        uses.append(Dependency(object=other, how="synonym", resolved=number is not None))
    return uses


def _other_users(results: Mapping[str, Rows], place: Place) -> list[Dependency]:
    found = place.object
    users = [
        _dependency(ObjectType.TRIGGER, schema, name, "trigger", parent=found.name)
        for schema, name in results["object_triggers"]
    ]
    for schema, name, columns in _grouped(
        (key, (parent_schema, parent), column)
        for key, _, parent_schema, parent, schema, target, column in results["object_foreign_keys"]
        if (schema, target) == (found.name.schema, found.name.name) and key != place.number
    ):
        users.append(_dependency(ObjectType.TABLE, schema, name, "foreign key", columns=columns))
    for schema, name, base_name, database in results["object_synonyms"]:
        target = synonym_target(base_name)
        if target is None or target.database not in (None, database):
            continue
        if (target.schema or "dbo", target.name) == (found.name.schema, found.name.name):
            users.append(_dependency(ObjectType.SYNONYM, schema, name, "synonym"))
    return users


def _recorded_uses(rows: Rows, place: Place) -> list[Dependency]:
    """Read rows of sys.sql_expression_dependencies of one object and its checks and defaults."""
    columns: dict[tuple[CatalogObject, str, bool], list[str]] = {}
    for row in rows:
        user_code, user_column, kind, server, database, schema, entity, number, *known = row
        code, own_schema, own_name, parent_schema, parent, column = known
        if own_name is not None:
            other = _object(TYPES.get(code, ObjectType.OTHER), own_schema, own_name)
            if parent is not None:
                other = _object(
                    other.type, own_schema, own_name, QualifiedName(parent, parent_schema)
                )
        else:
            where = database if server is None else f"{server}.{database or ''}"
            other = CatalogObject(
                name=QualifiedName(entity, schema, where),
                type=ObjectType.TYPE if kind == _TYPE_CLASS else ObjectType.OTHER,
            )
        how = _HOW.get(user_code or place.code, "body")
        if user_code == "U" and user_column is None:
            how = "expression"  # the filter of an index or of statistics
        is_resolved = number is not None or kind != 1
        columns.setdefault((other, how, is_resolved), [])
        if column is not None:
            columns[other, how, is_resolved].append(column)
    return [
        Dependency(object=other, how=how, columns=tuple(dict.fromkeys(names)), resolved=resolved)
        for (other, how, resolved), names in columns.items()
        if (other.name, other.type) != (place.object.name, place.object.type)
    ]


def _recorded_users(rows: Rows) -> list[Dependency]:
    columns: dict[tuple[CatalogObject, str], list[str]] = {}
    for code, schema, name, parent_schema, parent, trigger, minor, column in rows:
        if trigger is not None:
            user = CatalogObject(name=QualifiedName(trigger), type=ObjectType.TRIGGER)
            how = "body"
        elif name is None:
            continue  # a trigger of the server, or what this login may not see
        elif code in ("C", "D") and parent is not None:
            user = _object(ObjectType.TABLE, parent_schema, parent)
            how = _HOW[code]
        else:
            table = None if parent is None else QualifiedName(parent, parent_schema)
            user = _object(TYPES.get(code, ObjectType.OTHER), schema, name, table)
            how = _HOW.get(code, "body") if code != "U" or minor else "expression"
        columns.setdefault((user, how), [])
        if column is not None:
            columns[user, how].append(column)
    return [
        Dependency(object=user, how=how, columns=tuple(dict.fromkeys(names)))
        for (user, how), names in columns.items()
    ]


def _with_columns(
    queries: CatalogQueries, place: Place, uses: list[Dependency]
) -> list[Dependency]:
    """Add which columns a view or routine uses; the server refuses where one of them is gone."""
    is_module = place.code in ("V", "P", "FN", "IF", "TF", "TR")
    if not is_module or place.object.name.schema is None or not uses:
        return uses
    query = "object_referenced_columns"
    results, _ = queries.run((query,), {"quoted": quoted(place.object.name)})
    columns: dict[tuple[str | None, str], list[str]] = {}
    for schema, entity, column in results[query]:
        if column is not None:
            columns.setdefault((schema or "dbo", entity), []).append(column)
    return [
        Dependency(
            object=use.object,
            how=use.how,
            columns=use.columns
            or tuple(
                dict.fromkeys(columns.get((use.object.name.schema, use.object.name.name), ()))
            ),
            resolved=use.resolved,
        )
        for use in uses
    ]


def _of_type(queries: CatalogQueries, place: Place) -> Dependencies:
    results, refused = queries.run(("type_used_by",), words={"type": str(place.number)})
    users = [
        _dependency(TYPES.get(code, ObjectType.OTHER), schema, name, "type")
        for code, schema, name in results["type_used_by"]
    ]
    missing = (
        Missing(part="users", support=refusal.support, reason=refusal.reason)
        for refusal in refused.values()
    )
    return Dependencies(object=place.object, used_by=_sorted(users), missing=tuple(missing))


def _grouped(
    rows: Iterable[tuple[int, tuple[str, str], str]],
) -> list[tuple[str, str, tuple[str, ...]]]:
    """Put the columns of each foreign key together: schema, table, columns."""
    grouped: dict[tuple[int, tuple[str, str]], list[str]] = {}
    for key, table, column in rows:
        grouped.setdefault((key, table), []).append(column)
    return [(*table, tuple(columns)) for (_, table), columns in grouped.items()]


def _object(
    kind: ObjectType, schema: str | None, name: str, parent: QualifiedName | None = None
) -> CatalogObject:
    return CatalogObject(name=QualifiedName(name, schema), type=kind, parent=parent)


def _dependency(
    kind: ObjectType,
    schema: str | None,
    name: str,
    how: str,
    *,
    columns: tuple[str, ...] = (),
    parent: QualifiedName | None = None,
) -> Dependency:
    return Dependency(object=_object(kind, schema, name, parent), how=how, columns=columns)


def _sorted(dependencies: Iterable[Dependency]) -> tuple[Dependency, ...]:
    def order(dependency: Dependency) -> tuple[Any, ...]:
        name = dependency.object.name
        return name.schema or "", name.name, name.database or "", dependency.how

    return tuple(sorted(dict.fromkeys(dependencies), key=order))
