"""Procedures to bind arguments to."""

from __future__ import annotations

from typing import Any

import attrs

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import (
    Direction,
    ProcedureParameter,
    Routine,
    RoutineKind,
    TableTypeColumn,
)
from sqlcore.domain.types import SqlType

__all__ = ["LINES", "PAY", "column", "parameter", "routine"]


def parameter(name: str, type_name: str, **known: Any) -> ProcedureParameter:
    """Make a parameter; its place is set by `routine`."""
    return ProcedureParameter(ordinal=0, name=name, type=SqlType(name=type_name), **known)


def column(name: str, type_name: str, *, nullable: bool = True) -> TableTypeColumn:
    """Make a column of a table type or composite type."""
    return TableTypeColumn(name=name, type=SqlType(name=type_name), nullable=nullable)


def routine(*parameters: ProcedureParameter, name: str = "dbo.pay", signature: str = "") -> Routine:
    """Make a procedure."""
    placed = (attrs.evolve(one, ordinal=place) for place, one in enumerate(parameters, 1))
    return Routine(
        name=QualifiedName.parse(name),
        kind=RoutineKind.PROCEDURE,
        signature=signature,
        parameters=tuple(placed),
    )


LINES = (column("sku", "nvarchar(5)", nullable=False), column("quantity", "int"))

PAY = routine(
    parameter("id", "int", has_default=False),
    parameter("amount", "decimal(12,2)"),
    parameter("note", "varchar(10)", has_default=True, nullable=False),
    parameter("lines", "dbo.Lines", columns=LINES, has_default=True),
    parameter("total", "money", direction=Direction.OUT),
    parameter("counter", "int", direction=Direction.IN_OUT),
)
