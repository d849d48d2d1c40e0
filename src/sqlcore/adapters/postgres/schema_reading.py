"""The schema as a whole: one round trip, however many tables there are.

A table's columns arrive as one array, and columns that are alike in all they say are one
object: hundreds of thousands of columns are often some thousand different ones.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from sqlcore.adapters.postgres.describing import KIND_OF_RELATION
from sqlcore.adapters.postgres.queries import text
from sqlcore.adapters.postgres.snapshots import Query, Snapshots
from sqlcore.adapters.postgres.table_parts import ACTIONS
from sqlcore.adapters.sqlfile import load_queries
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import (
    SchemaColumn,
    SchemaEntry,
    SchemaRoutine,
    SchemaSnapshot,
    SchemaTable,
)
from sqlcore.domain.table import ForeignKey

__all__ = ["PostgresSchemaReader"]

_QUERIES = {name: query.encode() for name, query in load_queries(__package__, "schema.sql").items()}
_SERIALLY: Query = (_QUERIES["serially"], ())
_FINGERPRINT: Query = (_QUERIES["fingerprint"], ())
_TIMEOUT_S = 60.0

_Row = tuple[Any, ...]
_Comments = Mapping[str, Mapping[int, Mapping[int, str]]]
"""By catalog (as the query says), OID and number of the column; 0 stands for the object itself."""
_NONE: Mapping[int, str] = {}


class PostgresSchemaReader:
    """Reads the schema of one database; see `sqlcore.ports.SchemaReader`."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots

    def fingerprint(self) -> str:
        """Ask for a text that differs when the schema has changed.

        It may differ without a change that anybody sees, such as a GRANT on a column.
        """
        _, rows = self._snapshots.rows(_SERIALLY, _FINGERPRINT)
        fingerprint: str = rows[0][0]
        return fingerprint

    def schema(self, *, include_system: bool = False) -> SchemaSnapshot:
        """Read it all under one snapshot of the catalog, which its fingerprint is of as well.

        Sizes and rows are those of the last ANALYZE or VACUUM; a partitioned table has the sum of
        its partitions.
        """
        system = (text(include_system),)
        queries: dict[str, Query] = {
            "serially": _SERIALLY,
            "fingerprint": _FINGERPRINT,
            **{name: (_QUERIES[name], ()) for name in ("place", "tables", "keys", "foreign_keys")},
            **{
                name: (_QUERIES[name], system)
                for name in ("schemas", "columns", "column_types", "comments", "routines")
            },
        }
        results = self._snapshots.rows(*queries.values(), keep=False, timeout_s=_TIMEOUT_S)
        return _snapshot(dict(zip(queries, results, strict=True)))


def _snapshot(rows: Mapping[str, list[_Row]]) -> SchemaSnapshot:
    ((database, search_path),) = rows["place"]
    ((fingerprint,),) = rows["fingerprint"]
    comments = _comments(rows["comments"])
    schema_names = {oid: name for oid, name, _, _ in rows["schemas"]}
    column_texts = {oid: json.loads(texts) for oid, texts in rows["columns"]}
    tables = _tables(rows, schema_names, column_texts, comments["c"])
    names = {oid: table.name for oid, table in tables.items()}
    return SchemaSnapshot(
        database=database,
        fingerprint=fingerprint,
        search_path=tuple(search_path),
        schemas=tuple(
            SchemaEntry(
                name=name, owner=owner, comment=comments["n"].get(oid, _NONE).get(0), system=system
            )
            for oid, name, owner, system in sorted(rows["schemas"], key=lambda row: row[1])
        ),
        tables=tuple(sorted(tables.values(), key=lambda table: _place(table.name))),
        foreign_keys=tuple(
            sorted(
                _foreign_keys(rows["foreign_keys"], names, column_texts, comments["k"]),
                key=lambda key: (*_place(key.table), key.name),
            )
        ),
        routines=_routines(rows["routines"], schema_names, comments["p"]),
    )


def _place(name: QualifiedName) -> tuple[str, str]:
    return name.schema or "", name.name


def _comments(rows: Iterable[_Row]) -> _Comments:
    comments: dict[str, dict[int, dict[int, str]]] = {"n": {}, "c": {}, "p": {}, "k": {}}
    for catalog, oid, number, description in rows:
        comments[catalog].setdefault(oid, {})[number] = description
    return comments


# -- tables -----------------------------------------------------------------------------------


class _Columns(dict[str, SchemaColumn]):
    """Columns by the text that the query gives; each is made when it is met first."""

    def __init__(self, types: Iterable[_Row]) -> None:
        super().__init__()
        self._types = {key: (name, not_null) for key, name, not_null in types}

    def __missing__(self, key: str) -> SchemaColumn:
        type_oid, modifier, not_null, name = key.split(" ", 3)
        type_name, type_not_null = self._types[f"{type_oid} {modifier}"]
        column = SchemaColumn(name, type_name, not_null == "f" and not type_not_null)
        self[key] = column
        return column


def _tables(
    rows: Mapping[str, list[_Row]],
    schema_names: Mapping[int, str],
    column_texts: Mapping[int, list[str]],
    comments: Mapping[int, Mapping[int, str]],
) -> dict[int, SchemaTable]:
    columns = _Columns(rows["column_types"])
    keys: dict[int, list[_Row]] = defaultdict(list)
    for key in rows["keys"]:
        keys[key[0]].append(key)
    sums = _partition_sums(rows["tables"])
    tables: dict[int, SchemaTable] = {}
    for oid, schema_oid, name, kind, estimated_rows, size_bytes, parent_oid in rows["tables"]:
        schema = schema_names.get(schema_oid)
        if schema is None:
            continue  # one of the server's own
        texts = column_texts.get(oid, [])
        described = comments.get(oid, _NONE)
        if kind == "p":
            estimated_rows, size_bytes = sums.get(oid, (None, None))  # noqa: PLW2901  # of its parts
        primary: tuple[str, ...] = ()
        unique: list[tuple[str, ...]] = []
        for _, is_primary, numbers in keys.get(oid, ()):
            if is_primary:
                primary = _column_names(texts, numbers)
            else:
                unique.append(_column_names(texts, numbers))
        tables[oid] = SchemaTable(
            name=QualifiedName(name, schema),
            kind=KIND_OF_RELATION[kind],
            estimated_rows=estimated_rows,
            size_bytes=size_bytes,
            comment=described.get(0),
            columns=_with_comments(texts, columns, described)
            if described
            else tuple(columns[column] for column in texts if column),
            primary_key=primary,
            unique_keys=tuple(unique),
            is_partition=parent_oid is not None,
        )
    return tables


def _with_comments(
    texts: Sequence[str], columns: _Columns, comments: Mapping[int, str]
) -> tuple[SchemaColumn, ...]:
    return tuple(
        attrs.evolve(columns[column], comment=comments[number])
        if number in comments
        else columns[column]
        for number, column in enumerate(texts, 1)
        if column
    )


def _column_names(texts: Sequence[str], numbers: str) -> tuple[str, ...]:
    return tuple(texts[int(number) - 1].split(" ", 3)[3] for number in numbers.split(" "))


def _partition_sums(rows: Iterable[_Row]) -> dict[int, tuple[int | None, int | None]]:
    """Add up rows and sizes for each partitioned table, through all levels."""
    parents = {row[0]: row[6] for row in rows if row[6] is not None}
    sums: dict[int, tuple[int | None, int | None]] = {}
    for _, _, _, kind, estimated_rows, size_bytes, parent in rows:
        if kind == "p" or estimated_rows is None:
            continue
        above = parent
        while above is not None:
            known_rows, known_bytes = sums.get(above, (None, None))
            sums[above] = (
                (known_rows or 0) + estimated_rows,
                known_bytes if size_bytes is None else (known_bytes or 0) + size_bytes,
            )
            above = parents.get(above)
    return sums


# -- keys and routines ------------------------------------------------------------------------


def _foreign_keys(
    rows: Iterable[_Row],
    names: Mapping[int, QualifiedName],
    column_texts: Mapping[int, Sequence[str]],
    comments: Mapping[int, Mapping[int, str]],
) -> Iterable[ForeignKey]:
    for key_oid, oid, referenced_oid, name, numbers, referenced_numbers, *rest in rows:
        if oid not in names or referenced_oid not in names:
            continue
        on_delete, on_update, is_full, deferrable, deferred, enabled, trusted = rest
        yield ForeignKey(
            name=name,
            table=names[oid],
            columns=_column_names(column_texts[oid], numbers),
            referenced_table=names[referenced_oid],
            referenced_columns=_column_names(column_texts[referenced_oid], referenced_numbers),
            on_delete=ACTIONS[on_delete],
            on_update=ACTIONS[on_update],
            match="FULL" if is_full else None,
            deferrable=deferrable,
            initially_deferred=deferred,
            enabled=enabled,
            trusted=trusted,
            comment=comments.get(key_oid, _NONE).get(0),
        )


def _routines(
    rows: Iterable[_Row],
    schema_names: Mapping[int, str],
    comments: Mapping[int, Mapping[int, str]],
) -> tuple[SchemaRoutine, ...]:
    routines = [
        SchemaRoutine(
            name=QualifiedName(name, schema_names[schema_oid]),
            kind=kind,
            arguments=arguments or "",
            comment=comments.get(oid, _NONE).get(0),
        )
        for oid, schema_oid, name, kind, arguments in rows
        if schema_oid in schema_names
    ]
    return tuple(sorted(routines, key=lambda r: (*_place(r.name), r.arguments)))
