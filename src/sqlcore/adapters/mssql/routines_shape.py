"""Making routines of what the catalog's sections say about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import attrs

from sqlcore.adapters.mssql.reading import Rows
from sqlcore.adapters.mssql.routines_text import WrittenParameter, written_parameters
from sqlcore.adapters.mssql.spelling import spelled_type
from sqlcore.adapters.mssql.types import sql_type
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import (
    Direction,
    ProcedureParameter,
    Routine,
    RoutineKind,
    TableTypeColumn,
)
from sqlcore.domain.types import SqlType

__all__ = ["routines_of", "table_types_of"]

_CURSOR = SqlType(name="cursor")
_UNSEEN = SqlType(name="(a type that this login may not see)")


def table_types_of(sections: Mapping[str, Rows]) -> dict[int, int]:
    """Give, for the table types of the parameters, the object whose columns they have."""
    objects: dict[int, int] = dict(sections["routine_table_types"])
    rows = [_Row(*row) for row in sections["routine_all_parameters"]]
    wanted = {row.user_type_id for row in rows if row.is_table_type}
    return {type_id: objects[type_id] for type_id in wanted if type_id in objects}


def routines_of(
    shapes: Mapping[int, Routine], sections: Mapping[str, Rows], table_ids: Mapping[int, int]
) -> tuple[Routine, ...]:
    """Complete routines, by object id, in the order in which they come."""
    texts: dict[int, str | None] = dict(sections["routine_texts"])
    comments = {(row[0], row[1]): row[2] for row in sections["routine_comments"]}
    columns = _columns(sections["routine_columns"], set(table_ids.values()))
    parameters: dict[int, list[_Row]] = defaultdict(list)
    for row in sections["routine_all_parameters"]:
        parameters[row[0]].append(_Row(*row))
    routines: list[Routine] = []
    for object_id, shape in shapes.items():
        text = texts.get(object_id) or None  # Babelfish has empty ones of the server's own
        written = None if text is None else written_parameters(text)
        rows = parameters[object_id]
        returned = next((row for row in rows if row.ordinal == 0), None)
        is_function = shape.kind is RoutineKind.FUNCTION
        routines.append(
            attrs.evolve(
                shape,
                parameters=tuple(
                    _parameter(
                        row,
                        columns.get(table_ids.get(row.user_type_id, 0), ()),
                        written,
                        comments.get((object_id, row.ordinal)),
                        is_clr=shape.language == "clr",
                    )
                    for row in rows
                    if row.ordinal > 0
                ),
                returns=_types(returned)[0] if is_function and returned is not None else None,
                columns=columns.get(object_id, ()) if shape.returns_set else (),
                comment=comments.get((object_id, 0)),
                text=text,
            )
        )
    return tuple(routines)


@attrs.frozen
class _Row:
    """A row of `routine_all_parameters`."""

    object_id: int
    ordinal: int
    name: str
    user_type_id: int
    type_name: str | None
    base_name: str | None
    type_schema: str | None
    is_table_type: bool | None
    max_length: int
    precision: int
    scale: int
    is_output: bool
    is_cursor: bool
    has_default: bool
    default: str | None


def _parameter(
    row: _Row,
    columns: tuple[TableTypeColumn, ...],
    written: Mapping[str, WrittenParameter] | None,
    comment: str | None,
    *,
    is_clr: bool,
) -> ProcedureParameter:
    name = row.name.removeprefix("@")
    kind, base = _types(row)
    if row.is_table_type:
        has_default: bool | None = True  # an empty table
        default, nullable = None, False
    else:
        has_default, default, nullable = _defaults(row, written, is_clr=is_clr)
    direction = Direction.IN
    if row.is_cursor:
        direction = Direction.OUT
    elif row.is_output:
        direction = Direction.IN_OUT
        # A variable always stands for it, so that it may be left out whether or not it has one.
        has_default = True
    return ProcedureParameter(
        ordinal=row.ordinal,
        name=name,
        type=kind,
        direction=direction,
        has_default=has_default,
        default=default,
        nullable=nullable,
        base_type=base,
        columns=columns if row.is_table_type else (),
        comment=comment,
    )


def _defaults(
    row: _Row, written: Mapping[str, WrittenParameter] | None, *, is_clr: bool
) -> tuple[bool | None, str | None, bool]:
    if is_clr:
        return bool(row.has_default), row.default, True
    found = None if written is None else written.get(row.name.removeprefix("@").lower())
    if found is None:
        return None, None, True
    return found.default is not None, found.default or None, found.is_nullable


def _types(row: _Row) -> tuple[SqlType, SqlType | None]:
    """Spell the type of a parameter, and what an alias type stands on."""
    if row.is_cursor:
        return _CURSOR, None
    if row.type_name is None:
        return _UNSEEN, None
    size = (row.max_length, row.precision, row.scale)
    return _spelled(row.type_name, row.base_name, row.type_schema, size)


def _spelled(
    name: str, base_name: str | None, schema: str | None, size: tuple[int, int, int]
) -> tuple[SqlType, SqlType | None]:
    if schema is None:
        return sql_type(spelled_type(name, None, *size)), None
    qualified = str(QualifiedName(name, schema))
    if base_name is None:
        return SqlType(name=qualified), None
    base = sql_type(spelled_type(base_name, None, *size))
    return SqlType(name=qualified, kind=base.kind, exact=base.exact), base


def _columns(rows: Rows, table_types: set[int]) -> dict[int, tuple[TableTypeColumn, ...]]:
    columns: dict[int, list[TableTypeColumn]] = defaultdict(list)
    for owner, name, type_name, base_name, schema, length, precision, scale, *rest in rows:
        is_nullable, is_made_by_server = rest
        if is_made_by_server and owner in table_types:
            continue  # no row can bring a value for it
        kind, base = _spelled(type_name, base_name, schema, (length, precision, scale))
        columns[owner].append(
            TableTypeColumn(name=name, type=kind, base_type=base, nullable=bool(is_nullable))
        )
    return {owner: tuple(found) for owner, found in columns.items()}
