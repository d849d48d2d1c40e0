"""Procedures and functions in the catalog: listed, found, described."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import attrs

from sqlcore.adapters.postgres.naming import TypeBook
from sqlcore.adapters.postgres.routine_types import Shape, Shapes, spelled
from sqlcore.adapters.postgres.versions import version_of
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import (
    Direction,
    ProcedureParameter,
    Routine,
    RoutineKind,
    TableTypeColumn,
)
from sqlcore.domain.types import SqlType

__all__ = ["described", "listed"]

_Row = Sequence[Any]
_IN_MODES, _OUT_MODES = frozenset("ibv"), frozenset("obt")
_TABLE_COLUMN, _VARIADIC = "t", "v"
_DIRECTIONS = {
    "i": Direction.IN,
    "v": Direction.IN,
    "o": Direction.OUT,
    "b": Direction.IN_OUT,
}
_VARIOUS = "record"
"""The type of rows whose columns the catalog does not know."""


def listed(rows: Sequence[_Row], types: TypeBook) -> tuple[Routine, ...]:
    """Make routines of rows of the query `routines` or `find_routines`."""
    returned = spelled(types, [(row[5], -1, row[6]) for row in rows])
    return tuple(_routine(row, returns) for row, returns in zip(rows, returned, strict=True))


def described(
    rows: Sequence[_Row],
    parameter_rows: Sequence[_Row],
    type_rows: Sequence[_Row],
    types: TypeBook,
) -> tuple[Routine, ...]:
    """Make routines with their parameters, without those that are gone by now.

    Args:
        rows: Of the query `find_routines`.
        parameter_rows: Of the query `routine_parameters`.
        type_rows: Of the query `routine_types`.
        types: Knows the types.
    """
    shapes = Shapes(type_rows, types)
    rows = [row for row in rows if row[5] in shapes]
    declared = spelled(types, [(row[2], -1, row[3]) for row in parameter_rows])
    parts: dict[int, list[_Part]] = defaultdict(list)
    for row, sql_type in zip(parameter_rows, declared, strict=True):
        oid, place, type_oid, _, mode, name, default = row
        shape = shapes.of(type_oid, sql_type)
        part = _Part(place=place, mode=mode, name=name, type=sql_type, default=default, shape=shape)
        parts[oid].append(part)
    return tuple(
        attrs.evolve(
            routine,
            parameters=_parameters(parts[row[0]]),
            columns=_columns(routine, parts[row[0]], row[5], shapes),
            version=version_of(row, type_rows),
        )
        for row, routine in zip(rows, listed(rows, types), strict=True)
    )


@attrs.frozen(kw_only=True)
class _Part:
    """A parameter, or a column of RETURNS TABLE."""

    place: int
    mode: str
    name: str
    type: SqlType
    default: str | None
    shape: Shape


def _routine(row: _Row, returns: SqlType) -> Routine:
    _, schema, name, kind, signature, _, _, only_reads, language, comment, summary, *_ = row
    is_procedure = kind == RoutineKind.PROCEDURE
    return Routine(
        name=QualifiedName(name, schema),
        kind=RoutineKind(kind),
        signature=signature,
        summary=summary,
        returns=None if is_procedure else returns,
        returns_set=kind == RoutineKind.TABLE_FUNCTION,
        only_reads=only_reads and not is_procedure,
        language=language,
        comment=comment,
    )


def _parameters(parts: Sequence[_Part]) -> tuple[ProcedureParameter, ...]:
    return tuple(
        ProcedureParameter(
            ordinal=part.place,
            name=part.name,
            type=part.type,
            direction=_DIRECTIONS[part.mode],
            has_default=part.default is not None,
            default=part.default,
            nullable=not part.shape.refuses_null,
            is_variadic=part.mode == _VARIADIC,
            base_type=part.shape.base,
            columns=part.shape.columns,
            labels=part.shape.labels,
        )
        for part in parts
        if part.mode != _TABLE_COLUMN
    )


def _columns(
    routine: Routine, parts: Sequence[_Part], returned_oid: int, shapes: Shapes
) -> tuple[TableTypeColumn, ...]:
    """Give the columns of the rows that a function returns."""
    if routine.returns is None:
        return ()
    outputs = [part for part in parts if part.mode in _OUT_MODES]
    if outputs:
        return tuple(TableTypeColumn(name=part.name, type=part.type) for part in outputs)
    returned = shapes.of(returned_oid, routine.returns)
    if returned.columns and routine.returns.element is None:
        return returned.columns
    if routine.returns_set and routine.returns.name != _VARIOUS:
        return (TableTypeColumn(name=routine.name.name, type=routine.returns),)
    return ()
