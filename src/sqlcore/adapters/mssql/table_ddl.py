"""Writing the statements that make tables, indexes and constraints, from their descriptions.

Everything that a name, a comment or a word of the catalog contributes is quoted; expressions are
the server's own text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlcore.adapters.mssql.dialect import quoted as quoted_name
from sqlcore.adapters.mssql.dialect import quoted_part
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import (
    CheckConstraint,
    ForeignKey,
    Index,
    KeyConstraint,
    TableColumn,
    TableDescription,
)

__all__ = ["constraint_statement", "index_statement", "table_elements", "table_statements"]

_IDENTITY = re.compile(r"identity(?:\((-?\d+),(-?\d+)\))?")
_METHODS = {
    "clustered": "CLUSTERED INDEX",
    "nonclustered": "NONCLUSTERED INDEX",
    "clustered columnstore": "CLUSTERED COLUMNSTORE INDEX",
    "nonclustered columnstore": "NONCLUSTERED COLUMNSTORE INDEX",
}
_DEFAULT_ACTION = "NO ACTION"


def table_statements(
    table: TableDescription,
    *,
    collation: str | None = None,
    partition_scheme: tuple[str, tuple[str, ...]] | None = None,
) -> str:
    """Write what makes a table with its keys, checks, foreign keys, indexes and comments.

    Args:
        table: Its full description.
        collation: The database's own, which need not be named.
        partition_scheme: The scheme that it is cut by, with its columns.
    """
    name = quoted_name(table.name)
    elements = list(table_elements(table, collation=collation))
    elements += [_foreign_key(key) for key in table.foreign_keys if key.enabled and key.trusted]
    create = f"CREATE TABLE {name} (\n    " + ",\n    ".join(elements) + "\n)"
    if partition_scheme is not None:
        scheme, columns = partition_scheme
        create += f" ON {quoted_part(scheme)} ({_list(columns)})"
    statements = [create + _options(table)]
    constraints: tuple[CheckConstraint | ForeignKey, ...] = (*table.checks, *table.foreign_keys)
    for constraint in constraints:
        if not (constraint.enabled and constraint.trusted):
            statements += _unchecked(name, constraint)
    statements += _index_statements(table)
    statements += _comments(table)
    text = ";\n".join(statements) + ";"
    return "\n".join([text, *_left_out(table)])


def table_elements(
    table: TableDescription, *, collation: str | None = None, is_named: bool = True
) -> Iterable[str]:
    """Write the columns, keys and checks of a table, one each, without the rest.

    Args:
        table: Its full description.
        collation: The database's own, which need not be named.
        is_named: Whether constraints have names; those of a table type have none.
    """
    yield from (_column(column, collation) for column in table.columns)
    if table.temporal is not None and table.temporal.start_column is not None:
        columns = _list((table.temporal.start_column, table.temporal.end_column or ""))
        yield f"PERIOD FOR SYSTEM_TIME ({columns})"
    for key in (table.primary_key, *table.unique_keys):
        if key is not None:
            yield _key(key, table, is_named=is_named)
    for check in table.checks:
        if check.enabled and check.trusted:
            yield _check(check, is_named=is_named)


def index_statement(table: TableDescription, index: Index) -> str | None:
    """Write the statement that makes an index, or the constraint that it belongs to.

    None for kinds that a statement of this shape does not make: XML, spatial, hash.
    """
    for key in (table.primary_key, *table.unique_keys):
        if key is not None and key.name == index.name:
            return f"ALTER TABLE {quoted_name(table.name)} ADD {_key(key, table)}"
    method = _METHODS.get(index.method)
    if method is None:
        return None
    is_columnstore = "columnstore" in index.method
    words = ["CREATE"]
    if index.unique:
        words.append("UNIQUE")
    words.append(f"{method} {quoted_part(index.name)} ON {quoted_name(table.name)}")
    if index.method != "clustered columnstore":
        keys = (
            quoted_part(column.name) + (" DESC" if column.descending else "")
            for column in index.columns
        )
        words.append(f"({', '.join(keys)})")
    if index.included:
        words.append(f"INCLUDE ({_list(index.included)})")
    if index.filter is not None:
        words.append(f"WHERE {index.filter}")
    options = _index_options(index, default_compression="COLUMNSTORE" if is_columnstore else None)
    return " ".join([*words, *options])


def constraint_statement(table: TableDescription, name: str) -> str | None:
    """Write the statement that adds a constraint of a table; None where it has none of the name."""
    start = f"ALTER TABLE {quoted_name(table.name)}"
    for key in (table.primary_key, *table.unique_keys):
        if key is not None and key.name == name:
            return f"{start} ADD {_key(key, table)};"
    constraints: tuple[CheckConstraint | ForeignKey, ...] = (*table.checks, *table.foreign_keys)
    for constraint in constraints:
        if constraint.name == name:
            if not (constraint.enabled and constraint.trusted):
                return ";\n".join(_unchecked(quoted_name(table.name), constraint)) + ";"
            return f"{start} ADD {_constraint(constraint)};"
    return None


def _column(column: TableColumn, collation: str | None) -> str:
    words = [quoted_part(column.name)]
    if column.computed is not None:
        words.append(f"AS {column.computed}")
        if column.computed_stored:
            words.append("PERSISTED")
            words += [] if column.nullable else ["NOT NULL"]
        return " ".join(words)
    alias = QualifiedName.parse(column.type.name)
    words.append(column.type.name if alias.schema is None else quoted_name(alias))
    properties = set(column.properties)
    if "filestream" in properties:
        words.append("FILESTREAM")
    if column.collation not in (None, collation) and alias.schema is None:
        words.append(f"COLLATE {column.collation}")
    if "sparse" in properties:
        words.append("SPARSE")
    words += [
        f"MASKED WITH (FUNCTION = {_text(word.removeprefix('masked with '))})"
        for word in column.properties
        if word.startswith("masked with ")
    ]
    identity = _IDENTITY.fullmatch(column.identity or "")
    if identity is not None:
        words.append(f"IDENTITY({identity[1] or 1},{identity[2] or 1})")
    words += _generated(properties)
    if "rowguidcol" in properties:
        words.append("ROWGUIDCOL")
    if column.default is not None:
        words.append(f"DEFAULT {column.default}")
    if "column set" in properties:
        words.append("COLUMN_SET FOR ALL_SPARSE_COLUMNS")
    elif not column.nullable:
        words.append("NOT NULL")
    elif "sparse" not in properties:
        words.append("NULL")
    return " ".join(words)


def _generated(properties: set[str]) -> list[str]:
    for word in ("row start", "row end", "transaction id start", "transaction id end"):
        if word in properties:
            hidden = " HIDDEN" if "hidden" in properties else ""
            return [f"GENERATED ALWAYS AS {word.upper().replace('ION ID', 'ION_ID')}{hidden}"]
    return []


def _key(key: KeyConstraint, table: TableDescription, *, is_named: bool = True) -> str:
    constraint = f"CONSTRAINT {quoted_part(key.name)} " if is_named else ""
    index = next((index for index in table.indexes if index.name == key.name), None)
    kind = "PRIMARY KEY" if key.primary else "UNIQUE"
    if index is None:
        return f"{constraint}{kind} ({_list(key.columns)})"
    columns = (
        quoted_part(column.name) + (" DESC" if column.descending else "")
        for column in index.columns
    )
    method = " CLUSTERED" if index.method == "clustered" else " NONCLUSTERED"
    words = [f"{constraint}{kind}{method} ({', '.join(columns)})"]
    return " ".join([*words, *_index_options(index)])


def _index_options(index: Index, default_compression: str | None = None) -> list[str]:
    options: list[str] = []
    if index.fill_factor is not None:
        options.append(f"FILLFACTOR = {index.fill_factor}")
    # Where it differs by partition, that is left out.
    if (index.compression or "").isidentifier() and index.compression != default_compression:
        options.append(f"DATA_COMPRESSION = {index.compression}")
    return [f"WITH ({', '.join(options)})"] if options else []


def _check(check: CheckConstraint, *, is_named: bool = True) -> str:
    constraint = f"CONSTRAINT {quoted_part(check.name)} " if is_named else ""
    return f"{constraint}CHECK ({check.expression})"


def _foreign_key(key: ForeignKey) -> str:
    words = [
        f"CONSTRAINT {quoted_part(key.name)} FOREIGN KEY ({_list(key.columns)})",
        f"REFERENCES {quoted_name(key.referenced_table)} ({_list(key.referenced_columns)})",
    ]
    if key.on_delete != _DEFAULT_ACTION:
        words.append(f"ON DELETE {key.on_delete}")
    if key.on_update != _DEFAULT_ACTION:
        words.append(f"ON UPDATE {key.on_update}")
    return " ".join(words)


def _constraint(constraint: CheckConstraint | ForeignKey) -> str:
    if isinstance(constraint, ForeignKey):
        return _foreign_key(constraint)
    return _check(constraint)


def _unchecked(table: str, constraint: CheckConstraint | ForeignKey) -> list[str]:
    statements = [f"ALTER TABLE {table} WITH NOCHECK ADD {_constraint(constraint)}"]
    if not constraint.enabled:
        statements.append(f"ALTER TABLE {table} NOCHECK CONSTRAINT {quoted_part(constraint.name)}")
    return statements


def _index_statements(table: TableDescription) -> list[str]:
    keys = {key.name for key in (table.primary_key, *table.unique_keys) if key is not None}
    statements: list[str] = []
    for index in table.indexes:
        statement = None if index.name in keys else index_statement(table, index)
        if statement is not None:
            statements.append(statement)
        if not index.enabled and (statement is not None or index.name in keys):
            name = quoted_part(index.name)
            statements.append(f"ALTER INDEX {name} ON {quoted_name(table.name)} DISABLE")
    return statements


def _options(table: TableDescription) -> str:
    options: list[str] = []
    temporal = table.temporal
    if temporal is not None and temporal.history_table is not None:
        history = f"HISTORY_TABLE = {quoted_name(temporal.history_table)}"
        if temporal.retention is not None:
            history += f", HISTORY_RETENTION_PERIOD = {temporal.retention.upper()}"
        options.append(f"SYSTEM_VERSIONING = ON ({history})")
    return f" WITH ({', '.join(options)})" if options else ""


def _comments(table: TableDescription) -> list[str]:
    kinds = [(None, table.comment)] + [(column.name, column.comment) for column in table.columns]
    statements: list[str] = []
    for column, comment in kinds:
        if comment is None:
            continue
        level2 = (
            "" if column is None else f", @level2type = N'COLUMN', @level2name = {_text(column)}"
        )
        statements.append(
            f"EXEC sys.sp_addextendedproperty @name = N'MS_Description',"
            f" @value = {_text(comment)},"
            f" @level0type = N'SCHEMA', @level0name = {_text(table.name.schema or 'dbo')},"
            f" @level1type = N'TABLE', @level1name = {_text(table.name.name)}{level2}"
        )
    return statements


def _left_out(table: TableDescription) -> list[str]:
    """Say in comments what is not written; without names, which could end the comment."""
    notes: list[str] = []
    if table.triggers:
        notes.append(f"-- Left out: triggers ({len(table.triggers)}), which have their own texts.")
    unwritten = sum(index_statement(table, index) is None for index in table.indexes)
    if unwritten:
        notes.append(f"-- Left out: indexes of special kinds ({unwritten}).")
    if any(word.startswith("encrypted") for c in table.columns for word in c.properties):
        notes.append("-- Left out: the encryption of columns, which needs their keys.")
    if any("memory-optimized" in note for note in table.notes):
        notes.append("-- Left out: that it is memory-optimized.")
    return notes


def _text(value: str) -> str:
    """Write a constant; where it stands, no expression is allowed."""
    return "N'" + value.replace("'", "''") + "'"


def _list(names: Iterable[str]) -> str:
    return ", ".join(quoted_part(name) for name in names)
