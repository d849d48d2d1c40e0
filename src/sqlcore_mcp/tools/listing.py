"""Lists of tables, views and routines, for the tools that show them."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from sqlcore.domain.catalog import TableKind
from sqlcore.domain.procedure import RoutineKind
from sqlcore.errors import InvalidArgumentError
from sqlcore.services.cursors import read_cursor, write_cursor
from sqlcore_mcp.arguments import Argument
from sqlcore_mcp.definitions import Answer, Call
from sqlcore_mcp.rendering.catalog import render_tables
from sqlcore_mcp.rendering.procedures import render_procedures
from sqlcore_mcp.tools.keeping import keep_text

__all__ = ["CURSOR", "DETAIL", "TablesAsked", "list_page", "list_routines"]

_TOKENS_OF_A_NAME = 6
_TOKENS_OF_A_SUMMARY = 12
"""The least that a line of a list costs: no more tables are read than could be shown."""

_MOST_ROUTINES = 5000
_FUNCTION_KINDS = (RoutineKind.FUNCTION, RoutineKind.TABLE_FUNCTION)

DETAIL = Argument(name="detail", choices=("names", "summary"), default="summary")
CURSOR = Argument(name="cursor", description="next_cursor of the last answer")


@attrs.frozen(kw_only=True)
class TablesAsked:
    """Which tables a call asks for; as of `Catalog.tables`.

    Attributes:
        noun: What the answer calls them.
    """

    schema: str | None = None
    name_pattern: str | None = None
    kinds: Sequence[TableKind] = ()
    include_system: bool = False
    noun: str = "table"


def list_page(
    call: Call, tool: str, asked: TablesAsked, *, detail: str, cursor: str | None
) -> Answer:
    """List a page of tables, as many as the answer holds.

    Args:
        call: The call.
        tool: Its name; a cursor is good for the tool that gave it.
        asked: Which tables.
        detail: `names` or `summary`.
        cursor: Where the page before ended.
    """
    request = [tool, call.source, call.database_name, *attrs.astuple(asked)]
    after, earlier = (None, 0) if cursor is None else _position(request, cursor)
    cost = _TOKENS_OF_A_NAME if detail == "names" else _TOKENS_OF_A_SUMMARY
    page = call.database.catalog.tables(
        schema=asked.schema,
        name_pattern=asked.name_pattern,
        kinds=asked.kinds,
        include_system=asked.include_system,
        after=after,
        limit=max(1, call.max_tokens // cost),
    )

    if not page.total and asked.schema is not None:
        call.database.catalog.check_schema(asked.schema)

    def cursor_behind(count: int) -> str:
        name = page.tables[count - 1].name
        return write_cursor(request, [name.schema or "", name.name, earlier + count])

    return render_tables(
        page,
        call.budget,
        names_only=detail == "names",
        earlier=earlier,
        write_cursor=cursor_behind,
        noun=asked.noun,
    )


def list_routines(
    call: Call,
    schema: str | None,
    name_pattern: str | None,
    *,
    only_functions: bool = False,
) -> Answer:
    """List procedures and functions that can be called, or all functions.

    Args:
        call: The call.
        schema: Only this schema.
        name_pattern: `*` stands for any text.
        only_functions: Leave out procedures; what only the server itself calls is among the
            functions then.
    """
    page = call.database.procedures(
        schema=schema,
        name_pattern=name_pattern,
        kinds=_FUNCTION_KINDS if only_functions else (),
        include_uncallable=only_functions,
        limit=_MOST_ROUTINES,
    )
    if not page.routines and schema:
        call.database.catalog.check_schema(schema)
    return render_procedures(
        page,
        call.budget,
        lambda text: keep_text(call, text, "procedures", "text/csv"),
        only_functions=only_functions,
    )


def _position(request: list[object], cursor: str) -> tuple[tuple[str, str], int]:
    match read_cursor(request, cursor):
        case [str(schema), str(name), int(earlier)]:
            return (schema, name), earlier
    raise InvalidArgumentError(
        "The cursor cannot be read.",
        parameter="cursor",
        hint="Pass next_cursor of the last answer unchanged.",
    )
