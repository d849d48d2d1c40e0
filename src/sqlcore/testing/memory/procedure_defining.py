"""Defining procedures of the in-memory engine."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import attrs

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import Routine, RoutineKind
from sqlcore.testing.memory.connector import MemoryConnection
from sqlcore.testing.memory.procedure_calls import MAIN_SCHEMA
from sqlcore.testing.memory.procedures import (
    REQUIRED,
    MemoryParameter,
    ProcedureBody,
    ProcedureDefinition,
    declared_type,
    signature_of,
    table_columns,
)

__all__ = ["define_procedure", "drop_procedure"]

_VERSIONS = itertools.count(1)


def define_procedure(
    connection: MemoryConnection,
    name: str | QualifiedName,
    body: ProcedureBody,
    *,
    parameters: Sequence[MemoryParameter] = (),
    kind: RoutineKind = RoutineKind.PROCEDURE,
    returns: str | None = None,
    columns: Mapping[str, str] | None = None,
    only_reads: bool = False,
    text: str | None = None,
    comment: str | None = None,
) -> Routine:
    """Define a procedure in the database of a connection, for all who are connected to it.

    One with the same name and the same types of inputs is replaced; with other types it is another
    overload.

    Args:
        connection: To the database.
        name: With a schema, or in the schema `main`. A text may be quoted: `[odd.name]`.
        body: Runs in the transaction of the call. It gets a `RunningProcedure`, yields events and
            sets outputs; a `SqlCoreError` that it raises fails the call.
        parameters: In their order.
        kind: What it is.
        returns: The type of a function's value.
        columns: Names and types of the columns, of a function that returns rows.
        only_reads: Whether the catalog shall say that it changes nothing.
        text: What shall be read as its definition; None for one that may not be seen.
        comment: What the catalog shall say about it.
    """
    parsed = QualifiedName.parse(name) if isinstance(name, str) else name
    routine = Routine(
        name=attrs.evolve(parsed, schema=parsed.schema or MAIN_SCHEMA, database=None),
        kind=kind,
        signature=signature_of(parameters),
        parameters=tuple(p.described(n) for n, p in enumerate(parameters, start=1)),
        returns=None if returns is None else declared_type(returns),
        returns_set=kind is RoutineKind.TABLE_FUNCTION,
        columns=table_columns(columns or {}),
        only_reads=only_reads,
        language="python",
        comment=comment,
        version=(str(next(_VERSIONS)),),
    )
    connection.procedure_book.add(
        ProcedureDefinition(
            routine=routine,
            body=body,
            defaults={p.name: p.default for p in parameters if p.default is not REQUIRED},
            text=text,
        )
    )
    return routine


def drop_procedure(connection: MemoryConnection, name: str | QualifiedName) -> None:
    """Remove all procedures of a name; that there is none is no error."""
    parsed = QualifiedName.parse(name) if isinstance(name, str) else name
    connection.procedure_book.remove(
        attrs.evolve(parsed, schema=parsed.schema or MAIN_SCHEMA, database=None)
    )
