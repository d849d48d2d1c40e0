"""Putting the rows of the catalog together to a snapshot of the schema."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping

from sqlcore.adapters.mssql.reading import Rows
from sqlcore.adapters.mssql.spelling import spelled_type
from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaColumn, SchemaEntry, SchemaRoutine, SchemaTable
from sqlcore.domain.table import ForeignKey

__all__ = ["SchemaShape"]

_KINDS = {"U": TableKind.TABLE, "V": TableKind.VIEW, "ET": TableKind.EXTERNAL}
_ROUTINE_KINDS = {
    "P": "procedure",
    "PC": "procedure",
    "X": "procedure",
    "FN": "function",
    "FS": "function",
    "IF": "table_function",
    "TF": "table_function",
    "FT": "table_function",
    "AF": "aggregate",
}
# Source: "Ownership and User-Schema Separation", the schemas that a new database has.
_SYSTEM_SCHEMAS = frozenset(
    (
        "sys",
        "information_schema",
        "information_schema_tsql",
        "guest",
        "db_owner",
        "db_accessadmin",
        "db_securityadmin",
        "db_ddladmin",
        "db_backupoperator",
        "db_datareader",
        "db_datawriter",
        "db_denydatareader",
        "db_denydatawriter",
    )
)
_OBJECT, _SCHEMA = 1, 3
"""Classes of sys.extended_properties."""


class SchemaShape:
    """The parts of a snapshot, by schema and name.

    Args:
        results: The rows of each query of `schema.sql`.
        columns: Those of the columns.
        knows_rows: Whether a row count of 0 means that there is no row.
    """

    def __init__(self, results: Mapping[str, Rows], columns: Rows, *, knows_rows: bool) -> None:
        self._results = results
        self._schema_rows: dict[int, tuple[str, str | None]] = {
            schema_id: (name, owner) for schema_id, name, owner in results["schema_schemas"]
        }
        self._types = _Types(results["schema_types"])
        self._comments: dict[tuple[int, int, int], str] = {
            (kind, major, minor): text for kind, major, minor, text in results["schema_comments"]
        }
        self._columns = _by_object(columns)
        columns.clear()
        self._names: dict[int, QualifiedName] = {}
        self.tables = self._tables(knows_rows=knows_rows)
        self.hidden_references = 0
        self.foreign_keys = self._foreign_keys()
        self.routines = self._routines()

    def schemas(self, *, include_system: bool) -> tuple[SchemaEntry, ...]:
        """Give the schemas; the server's own only if they are asked for or in use."""
        used = {table.name.schema for table in self.tables}
        used |= {routine.name.schema for routine in self.routines}
        entries: list[SchemaEntry] = []
        for schema_id, (name, owner) in self._schema_rows.items():
            is_system = name.lower() in _SYSTEM_SCHEMAS
            if include_system or not is_system or name in used:
                comment = self._comments.get((_SCHEMA, schema_id, 0))
                entries.append(
                    SchemaEntry(name=name, owner=owner, comment=comment, system=is_system)
                )
        return tuple(sorted(entries, key=lambda entry: entry.name))

    def _tables(self, *, knows_rows: bool) -> tuple[SchemaTable, ...]:
        row_counts: dict[int, int] = dict(self._results["schema_rows"])
        sizes: dict[int, int] = dict(self._results["schema_sizes"])
        keys: dict[int, dict[int, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        primary: dict[int, int] = {}
        for object_id, index_id, is_primary, ordinal, column_id in self._results["schema_keys"]:
            keys[object_id][index_id].append((ordinal, column_id))
            if is_primary:
                primary[object_id] = index_id
        tables: list[SchemaTable] = []
        for object_id, schema_id, name, kind in self._results["schema_tables"]:
            if schema_id not in self._schema_rows:
                continue
            own_keys = {
                index_id: self._column_names(object_id, [column for _, column in sorted(places)])
                for index_id, places in keys.get(object_id, {}).items()
            }
            count = row_counts.get(object_id)
            table_kind = _KINDS[kind.strip()]
            self._names[object_id] = QualifiedName(name, self._schema_rows[schema_id][0])
            tables.append(
                SchemaTable(
                    name=self._names[object_id],
                    kind=table_kind,
                    estimated_rows=count or (count if knows_rows else None),
                    size_bytes=sizes.get(object_id),
                    comment=self._comments.get((_OBJECT, object_id, 0)),
                    columns=self._table_columns(object_id),
                    primary_key=own_keys.pop(primary.get(object_id, -1), ()),
                    unique_keys=tuple(own_keys.values()),
                )
            )
        return tuple(sorted(tables, key=lambda table: (table.name.schema or "", table.name.name)))

    def _table_columns(self, object_id: int) -> tuple[SchemaColumn, ...]:
        return tuple(
            SchemaColumn(
                name=name,
                type=self._types.spelled(type_id, length, precision, scale),
                nullable=bool(nullable),
                comment=self._comments.get((_OBJECT, object_id, column_id)),
            )
            for column_id, (name, type_id, length, precision, scale, nullable) in sorted(
                self._columns.get(object_id, {}).items()
            )
        )

    def _column_names(self, object_id: int, column_ids: list[int]) -> tuple[str, ...]:
        columns = self._columns.get(object_id, {})
        return tuple(columns[column_id][0] for column_id in column_ids if column_id in columns)

    def _foreign_keys(self) -> tuple[ForeignKey, ...]:
        places: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for constraint_id, *place in self._results["schema_foreign_key_columns"]:
            places[constraint_id].append((place[0], place[1], place[2]))
        foreign_keys: list[ForeignKey] = []
        for row in self._results["schema_foreign_keys"]:
            constraint_id, name, parent, target, on_delete, on_update, disabled, untrusted = row
            if parent not in self._names or target not in self._names:
                self.hidden_references += parent in self._names
                continue
            own = sorted(places[constraint_id])
            foreign_keys.append(
                ForeignKey(
                    name=name,
                    table=self._names[parent],
                    columns=self._column_names(parent, [column for _, column, _ in own]),
                    referenced_table=self._names[target],
                    referenced_columns=self._column_names(target, [column for *_, column in own]),
                    on_delete=_action(on_delete),
                    on_update=_action(on_update),
                    enabled=not disabled,
                    trusted=not untrusted,
                )
            )
        return tuple(
            sorted(foreign_keys, key=lambda key: (key.table.schema or "", key.table.name, key.name))
        )

    def _routines(self) -> tuple[SchemaRoutine, ...]:
        arguments: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for object_id, ordinal, name, type_id, *size, is_output in self._results[
            "schema_parameters"
        ]:
            spelled = self._types.spelled(type_id, *size)
            text = f"{name} {spelled}{' OUTPUT' if is_output else ''}"
            arguments[object_id].append((ordinal, text))
        routines = [
            SchemaRoutine(
                name=QualifiedName(name, self._schema_rows[schema_id][0]),
                kind=_ROUTINE_KINDS[kind.strip()],
                arguments=", ".join(text for _, text in sorted(arguments.get(object_id, ()))),
                comment=self._comments.get((_OBJECT, object_id, 0)),
            )
            for object_id, schema_id, name, kind in self._results["schema_routines"]
            if schema_id in self._schema_rows
        ]
        return tuple(sorted(routines, key=lambda item: (item.name.schema or "", item.name.name)))


class _Types:
    """Spells types; columns of one type share one text."""

    def __init__(self, rows: Rows) -> None:
        self._names: dict[int, tuple[str, str | None]] = {
            type_id: (name, schema) for type_id, name, schema in rows
        }
        self._spelled: dict[tuple[int, int, int, int], str] = {}

    def spelled(self, type_id: int, length: int, precision: int, scale: int) -> str:
        key = (type_id, length, precision, scale)
        if key not in self._spelled:
            name, schema = self._names.get(type_id, ("(a type that this login may not see)", None))
            self._spelled[key] = spelled_type(name, schema, length, precision, scale)
        return self._spelled[key]


_ColumnRow = tuple[str, int, int, int, int, bool]


def _by_object(rows: Rows) -> dict[int, dict[int, _ColumnRow]]:
    """Group columns by object and their number; a name that occurs often is kept once."""
    grouped: dict[int, dict[int, _ColumnRow]] = defaultdict(dict)
    for object_id, column_id, name, *rest in rows:
        grouped[object_id][column_id] = (sys.intern(name), *rest)
    return grouped


def _action(description: str | None) -> str:
    return (description or "NO_ACTION").replace("_", " ").upper()
