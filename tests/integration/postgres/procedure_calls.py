"""Calling procedures in a test: values by name, events and outputs apart."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
import psycopg

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import Argument, ProcedureCall, ProcedureOutputs, Routine
from sqlcore.domain.query import Event, ExecutionOptions, TransactionMode
from sqlcore.ports import Connection
from sqlcore.testing.events import check_event_order

__all__ = ["Called", "apply_procedures", "call", "find", "made", "mode"]


@attrs.frozen
class Called:
    """What a call brought."""

    events: list[Event]
    outputs: ProcedureOutputs


def apply_procedures(admin: psycopg.Connection[Any]) -> None:
    """Make the schema `calls` anew."""
    admin.execute(Path(__file__).with_name("procedures.sql").read_bytes())


def find(connection: Connection, name: str, signature: str | None = None) -> Routine:
    """Find the only routine of a name, or the one with a signature, in the schema `calls`."""
    found = connection.procedures.find(QualifiedName(name, "calls"))
    (routine,) = [r for r in found if signature in (None, r.signature)]
    return routine


def made(routine: Routine, /, **values: Any) -> ProcedureCall:
    """Make a call; a parameter without a name is named by its place: `_1`."""
    named = {
        parameter.name or f"_{parameter.ordinal}": parameter for parameter in routine.parameters
    }
    return ProcedureCall(
        routine=routine,
        arguments=tuple(Argument(parameter=named[n], value=v) for n, v in values.items()),
    )


def mode(name: str, **options: Any) -> ExecutionOptions:
    """Make options of a transaction mode."""
    return ExecutionOptions(mode=TransactionMode(name), **options)


def call(
    connection: Connection,
    routine: Routine,
    options: ExecutionOptions | None = None,
    /,
    **values: Any,
) -> Called:
    """Run a call to its end; the outputs must come last."""
    made_call = made(routine, **values)
    with closing(connection.procedures.call(made_call, options or ExecutionOptions())) as stream:
        *events, outputs = list(stream)
    assert isinstance(outputs, ProcedureOutputs)
    plain = [event for event in events if not isinstance(event, ProcedureOutputs)]
    assert len(plain) == len(events)
    check_event_order(plain)
    return Called(plain, outputs)
