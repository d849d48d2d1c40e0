"""Calling a procedure in a test, and looking at what came."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

import attrs

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import Argument, ProcedureCall, ProcedureOutputs, Routine
from sqlcore.domain.query import Event, ExecutionOptions
from sqlcore.ports import Connection
from sqlcore.testing.events import check_event_order

__all__ = ["Called", "call", "call_of", "find_one"]


@attrs.frozen
class Called:
    """What a call brought: its events, without the last one, and its outputs."""

    events: list[Event]
    outputs: ProcedureOutputs


def find_one(connection: Connection, name: QualifiedName) -> Routine:
    """Find the only routine that a name means."""
    (routine,) = connection.procedures.find(name)
    return routine


def call_of(routine: Routine, arguments: Mapping[str, Any] | None = None) -> ProcedureCall:
    """Make a call of values by the names of parameters, which are sent as they are.

    Raises:
        KeyError: The routine has no such parameter.
    """
    by_name = {parameter.name: parameter for parameter in routine.parameters}
    return ProcedureCall(
        routine=routine,
        arguments=tuple(
            Argument(parameter=by_name[name], value=value)
            for name, value in (arguments or {}).items()
        ),
    )


def call(
    connection: Connection,
    routine: Routine | QualifiedName,
    arguments: Mapping[str, Any] | None = None,
    options: ExecutionOptions | None = None,
) -> Called:
    """Call a routine, or the only one of a name, to its end; the order of events is checked."""
    found = find_one(connection, routine) if isinstance(routine, QualifiedName) else routine
    events: list[Event] = []
    outputs: list[ProcedureOutputs] = []
    with closing(
        connection.procedures.call(call_of(found, arguments), options or ExecutionOptions())
    ) as stream:
        for event in stream:
            assert not outputs, "something comes behind the outputs"
            if isinstance(event, ProcedureOutputs):
                outputs.append(event)
            else:
                events.append(event)
    check_event_order(events)
    (only,) = outputs
    return Called(events, only)
