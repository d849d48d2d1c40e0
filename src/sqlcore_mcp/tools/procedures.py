"""The toolset `procedures`: what there is, what it takes, and calls of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlcore.domain.access import Access
from sqlcore.errors import SqlCoreError
from sqlcore_mcp.arguments import Argument, Kind
from sqlcore_mcp.definitions import Answer, Call, PartialAnswer, ToolDefinition
from sqlcore_mcp.rendering.boundary import joined
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.errors import render_error
from sqlcore_mcp.rendering.procedures import ProceduresOutput
from sqlcore_mcp.rendering.procedures_calls import (
    CallOutput,
    as_statement_result,
    is_call_cut,
    render_call,
)
from sqlcore_mcp.rendering.procedures_definitions import DefinitionsOutput, render_definitions
from sqlcore_mcp.rendering.procedures_parameters import ParametersOutput, render_parameters
from sqlcore_mcp.rendering.results import Wishes
from sqlcore_mcp.rendering.sessions import SessionOutput, render_session
from sqlcore_mcp.tools.asking import calls_as_read
from sqlcore_mcp.tools.keeping import keep_text
from sqlcore_mcp.tools.listing import list_routines
from sqlcore_mcp.tools.querying import with_the_rest_kept

if TYPE_CHECKING:
    from sqlcore.domain.procedure import ProcedureResult
    from sqlcore_mcp.rendering.tokens import Budget

__all__ = ["PROCEDURE_TOOLS"]

_Parameters = dict[str, Any] | list[Any] | None


def list_stored_procedures(
    call: Call, *, schema: str | None = None, name_pattern: str | None = None
) -> Answer:
    """List procedures and functions."""
    return list_routines(call, schema, name_pattern)


def get_stored_procedure_definition(
    call: Call, *, procedure_name: str, schema: str | None = None
) -> Answer:
    """Read the text that made a procedure, of each overload."""
    database = call.database_of(procedure_name)
    routines = database.procedure(procedure_name, schema)
    definitions = [database.procedure_definition(routine) for routine in routines]
    return render_definitions(
        routines,
        definitions,
        call.budget,
        lambda text: keep_text(call, text, "definitions", "text/plain"),
    )


def get_stored_procedure_parameters(
    call: Call, *, procedure_name: str, schema: str | None = None
) -> Answer:
    """Describe the parameters of a procedure, of each overload."""
    database = call.database_of(procedure_name)
    routines = database.procedure(procedure_name, schema)
    schemas = [database.procedure_schema(routine) for routine in routines]
    return render_parameters(routines, schemas, call.budget)


def execute_stored_procedure(
    call: Call,
    *,
    procedure_name: str,
    schema: str | None = None,
    parameters: _Parameters = None,
    timeout_seconds: float | None = None,
    max_rows: int | None = None,
) -> Answer:
    """Call a procedure; of one that fails, show what had come back before."""
    database = call.database_of(procedure_name)
    wishes = Wishes(
        max_rows=call.app.settings.max_rows if max_rows is None else max_rows, of_procedure=True
    )
    read_only = calls_as_read(call, database, procedure_name, schema, parameters)
    try:
        result = database.call(
            procedure_name,
            parameters,
            schema=schema,
            max_rows=max_rows,
            timeout_s=timeout_seconds,
            cancel=call.cancel,
            read_only=read_only,
        )
    except SqlCoreError as error:
        if not _has_something(error.partial):
            raise
        budget = call.budget
        words, fields = render_error(error)
        budget.spend(joined(words) + "\n\nWhat had come back before:\n", compact_json(fields))
        raise PartialAnswer(error, render_call(error.partial, budget, wishes)) from error
    answer = render_call(result.raw, call.budget, wishes)
    if not is_call_cut(result.raw, answer):
        return answer

    def write(budget: Budget) -> Answer:
        return render_call(result.raw, budget, wishes)

    kept = as_statement_result(result.raw, with_outputs="outputs_cut" in answer.structured)
    return with_the_rest_kept(call, procedure_name, kept, answer, write)


def _has_something(partial: ProcedureResult | None) -> bool:
    return partial is not None and bool(
        partial.result_sets or partial.messages or partial.rows_affected or partial.outputs.values
    )


def start_stored_procedure(
    call: Call,
    *,
    procedure_name: str,
    schema: str | None = None,
    parameters: _Parameters = None,
    timeout_seconds: float | None = None,
    max_rows: int | None = None,
) -> Answer:
    """Call a procedure in the background."""
    database = call.database_of(procedure_name)
    handle = database.start_call(
        procedure_name,
        parameters,
        schema=schema,
        max_rows=max_rows,
        timeout_s=timeout_seconds,
        owner=call.caller.principal,
        read_only=calls_as_read(call, database, procedure_name, schema, parameters),
    )
    session = call.app.sessions.get(handle.id, call.caller.principal, progress=False)
    return render_session(session, call.budget)


_NAME = (Argument(name="procedure_name", required=True), Argument(name="schema"))
_CALL_ARGUMENTS = (
    *_NAME,
    Argument(
        name="parameters",
        kind=Kind.VALUES,
        description='{"customer_id": 7}, or [7] by place; what is left out has its default',
    ),
    Argument(name="timeout_seconds", kind=Kind.NUMBER),
)

PROCEDURE_TOOLS = (
    ToolDefinition(
        name="list_stored_procedures",
        title="List stored procedures",
        description="List stored procedures and functions. In name_pattern, * stands for any text.",
        toolset="procedures",
        run=list_stored_procedures,
        output=ProceduresOutput,
        arguments=(Argument(name="schema"), Argument(name="name_pattern")),
    ),
    ToolDefinition(
        name="get_stored_procedure_definition",
        title="Get the definition of a stored procedure",
        description="Show the SQL text of a stored procedure or function.",
        toolset="procedures",
        run=get_stored_procedure_definition,
        output=DefinitionsOutput,
        arguments=_NAME,
    ),
    ToolDefinition(
        name="get_stored_procedure_parameters",
        title="Get the parameters of a stored procedure",
        description="Describe what a stored procedure or function takes and hands back, with a "
        "JSON Schema for its parameters.",
        toolset="procedures",
        run=get_stored_procedure_parameters,
        output=ParametersOutput,
        arguments=_NAME,
    ),
    ToolDefinition(
        name="execute_stored_procedure",
        title="Execute a stored procedure",
        description="Call a stored procedure or function, and return all of its result sets, "
        "outputs, return code and messages. Values are checked before anything is sent; "
        "get_stored_procedure_parameters says what they have to be.",
        toolset="procedures",
        run=execute_stored_procedure,
        output=CallOutput,
        access=Access.READ,
        switch="execute_stored_procedure",
        runs_statements=True,
        can_write=True,
        arguments=(*_CALL_ARGUMENTS, Argument(name="max_rows", kind=Kind.INTEGER, minimum=0)),
    ),
    ToolDefinition(
        name="start_stored_procedure",
        title="Start a stored procedure in the background",
        description="Call a stored procedure in the background and return a session id at once. "
        "Then call get_session_status, which shows its outputs at the end.",
        toolset="procedures",
        run=start_stored_procedure,
        output=SessionOutput,
        access=Access.READ,
        switch="start_stored_procedure",
        starts_session=True,
        can_write=True,
        arguments=(
            *_CALL_ARGUMENTS,
            Argument(
                name="max_rows",
                kind=Kind.INTEGER,
                minimum=0,
                description="rows of a result set that are kept (default: all)",
            ),
        ),
    ),
)
