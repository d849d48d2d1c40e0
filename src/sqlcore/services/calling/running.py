"""Calls of procedures: found, bound, judged, and then run through the gate."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from typing import Any

import attrs

from sqlcore.domain.access import Access
from sqlcore.domain.procedure import (
    CallEvent,
    ProcedureCall,
    ProcedureOutputs,
    ProcedureResult,
    Routine,
    RoutineChangedError,
)
from sqlcore.domain.query import Event, ExecutionOptions, RowsAffected, StatementResult
from sqlcore.errors import (
    AmbiguousNameError,
    InvalidArgumentError,
    NotFoundError,
    PolicyError,
    SqlCoreError,
    SqlSyntaxError,
)
from sqlcore.ports import Connection
from sqlcore.services.admission import Gate, Known, Order
from sqlcore.services.calling.binding import bind
from sqlcore.services.calling.lookup import Found, find_routines
from sqlcore.services.calling.outcome import CallResult
from sqlcore.services.limits import Limits
from sqlcore.services.querying import Collector, first_rows

__all__ = ["Arguments", "Calls", "PreparedCall", "combined"]

Arguments = Mapping[str, Any] | Sequence[Any] | None
"""Values of parameters, by name or by place."""

_WRITING = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", None})
"""Commands that write; not every server names them."""
_NOT_KEPT = "It was called at the access level read: what it has written was not kept."
_HELD_TO_READING = (
    "What allow_procedures names is held to reading, at the access level write as well: have the "
    "operator take it out of there, and use --access write."
)
_PERHAPS_CHANGED = (AmbiguousNameError, InvalidArgumentError, NotFoundError, SqlSyntaxError)
"""What servers answer to a call of a routine that has other parameters, or is gone."""
_CUTTING_DIALECTS = frozenset({"tsql"})
"""Their servers cut a text that is longer than its parameter, and round a number with more digits,
without a word: a parameter that is shorter by now has to be known before each call."""
_CHANGED = (
    "The procedure has changed since it was looked up, and the call was not repeated: look at its "
    "parameters again (get_stored_procedure_parameters)."
)


@attrs.frozen
class PreparedCall:
    """A call that was bound, and may be run once or never.

    Attributes:
        order: The call with its values, for the gate.
        found: What its name meant.
        arguments: As they were given.
    """

    order: Order
    found: Found
    name: str
    schema: str | None
    arguments: Arguments = attrs.field(repr=False)

    @property
    def routine(self) -> Routine:
        """The overload that is called."""
        return self.call.routine

    @property
    def call(self) -> ProcedureCall:
        """The routine with its values."""
        if self.order.call is None:
            raise ValueError("the order has no call")
        return self.order.call


class Calls:
    """Finds, binds and runs calls for one caller of a connection.

    Args:
        connection: To the database.
        gate: Where calls go through.
        known: What was found out about the database; routines are kept there for a minute.
    """

    def __init__(self, connection: Connection, gate: Gate, known: Known) -> None:
        self._connection = connection
        self._gate = gate
        self._known = known

    def find(self, name: str, schema: str | None = None, *, fresh: bool = False) -> Found:
        """Find the overloads of the one routine that a name means.

        Raises:
            SqlCoreError: As of `lookup.find_routines`.
        """
        caller = self._connection.procedures
        return find_routines(self._known.routines, caller, name, schema, fresh=fresh)

    def prepare(
        self,
        name: str,
        schema: str | None,
        arguments: Arguments,
        access: Access,
        *,
        fresh: bool = False,
    ) -> PreparedCall:
        """Find a routine, judge it and check the arguments; nothing is sent but catalog reads.

        What may not be called is refused before its arguments are looked at. Both are noted in
        the audit. Arguments that do not fit what is kept of the routine are checked once more
        against what the server says now.

        Args:
            name: As of `lookup.find_routines`.
            schema: As of `lookup.find_routines`.
            arguments: By name or by place.
            access: The level at which it is judged.
            fresh: Look the routine up again, whatever is kept.

        Raises:
            PolicyError: It may not be called at this level.
            InvalidArgumentError: Arguments are wrong; the error names all that is.
            NotFoundError: There is no such routine; the error names the nearest.
            AmbiguousNameError: There are several, or several overloads take the arguments.
        """
        is_cutting = self._connection.dialect.name in _CUTTING_DIALECTS
        found = self.find(name, schema, fresh=fresh or is_cutting)
        order = Order(call=ProcedureCall(routine=found.routines[0]), action="call", access=access)
        self._gate.precheck(order)
        try:
            call, found = self._bind(name, schema, found, arguments)
        except SqlCoreError as error:
            self._gate.note_refused(order, error)
            raise
        order = Order(call=call, action="call", access=access)
        return PreparedCall(order, found, name, schema, arguments)

    def _bind(
        self, name: str, schema: str | None, found: Found, arguments: Arguments
    ) -> tuple[ProcedureCall, Found]:
        dialect = self._connection.dialect.name
        collation = self._collation()
        try:
            return bind(found.routines, arguments, dialect, collation=collation), found
        except (InvalidArgumentError, AmbiguousNameError):
            if found.is_fresh:
                raise
        again = self.find(name, schema, fresh=True)
        return bind(again.routines, arguments, dialect, collation=collation), again

    def _collation(self) -> str | None:
        return self._known.capabilities.of(self._connection.capabilities).collation

    def events(
        self, prepared: PreparedCall, max_rows: int | None, options: ExecutionOptions
    ) -> Generator[CallEvent, None, None]:
        """Run a call; of each result set no more than so many rows are passed on.

        Where the server notices before the call that the routine is not what it was when it was
        looked up, it is looked up, bound and judged again, and sent once more.

        Raises:
            SqlCoreError: From the gate or the server. Where the routine was changed, and that was
                not noticed before, the hint says so.
        """
        changed: RoutineChangedError
        try:
            yield from self._sent(prepared, max_rows, options)
        except RoutineChangedError as error:
            changed = error
        else:
            return
        again = self._prepared_again(prepared)
        if again.routine.name != prepared.routine.name:
            raise changed  # nobody asked for that one
        yield from self._sent(again, max_rows, options)

    def _prepared_again(self, prepared: PreparedCall) -> PreparedCall:
        """Bind a call to the routine as it is now.

        Raises:
            SqlCoreError: As of `prepare`.
        """
        access = prepared.order.access
        return self.prepare(prepared.name, prepared.schema, prepared.arguments, access, fresh=True)

    def _sent(
        self, prepared: PreparedCall, max_rows: int | None, options: ExecutionOptions
    ) -> Generator[CallEvent, None, None]:
        try:
            events = self._gate.call(prepared.order, options)
            if max_rows is not None:
                events = first_rows(events, max_rows, stoppable=False)
            if prepared.order.access < Access.WRITE:
                events = _saying_what_is_not_kept(events)
            yield from events
        except SqlCoreError as error:
            is_held = prepared.order.access < Access.WRITE and isinstance(error, PolicyError)
            if is_held and error.sqlstate is not None:  # the server's, not the gate's
                error.hint = _HELD_TO_READING
            self._look_again(prepared, error)
            raise

    def _look_again(self, prepared: PreparedCall, error: SqlCoreError) -> None:
        """See whether a call failed because the routine is not what it was any more."""
        is_of_server = error.sqlstate is not None or error.number is not None
        if not (is_of_server or isinstance(error, NotFoundError)):
            return
        if not isinstance(error, _PERHAPS_CHANGED):
            return
        try:
            found = self.find(prepared.name, prepared.schema, fresh=True)
        except NotFoundError:
            error.hint = _CHANGED
            return
        except SqlCoreError:  # what failed first is what there is to say
            return
        if found.routines != prepared.found.routines:
            error.hint = _CHANGED

    def run(
        self, prepared: PreparedCall, limits: Limits, *, max_rows: int, options: ExecutionOptions
    ) -> CallResult:
        """Run a call and collect what comes back.

        Raises:
            SqlCoreError: From the gate or the server; its `partial` has what had come before.
        """
        collector = Collector(max_rows, limits.max_result_bytes)
        outputs: list[ProcedureOutputs] = []
        with closing(self.events(prepared, None, options)) as events:
            try:
                result = collector.collect(_without_outputs(events, outputs), stoppable=False)
            except SqlCoreError as error:
                error.partial = combined(collector.so_far(), outputs)
                raise
        return CallResult(combined(result, outputs))


def _saying_what_is_not_kept(
    events: Generator[CallEvent, None, None],
) -> Generator[CallEvent, None, None]:
    """Have the outputs of a call at `read` say that what it wrote was rolled back."""
    has_written = False
    with closing(events):
        for event in events:
            if isinstance(event, RowsAffected) and event.count and event.command in _WRITING:
                has_written = True
            if isinstance(event, ProcedureOutputs) and has_written:
                yield attrs.evolve(event, notes=(*event.notes, _NOT_KEPT))
            else:
                yield event


def _without_outputs(
    events: Generator[CallEvent, None, None], outputs: list[ProcedureOutputs]
) -> Generator[Event, None, None]:
    """Pass events on, and put outputs aside."""
    for event in events:
        if isinstance(event, ProcedureOutputs):
            outputs.append(event)
        else:
            yield event


def combined(result: StatementResult, outputs: Sequence[ProcedureOutputs]) -> ProcedureResult:
    """Make one result of what came back and of the outputs, if they came."""
    return ProcedureResult(
        result_sets=result.result_sets,
        outputs=outputs[-1] if outputs else ProcedureOutputs(),
        messages=result.messages,
        rows_affected=result.rows_affected,
        duration_s=result.duration_s,
        complete=result.complete,
    )
