"""Whether a routine is still what it was when it was found: asked right before it is called.

What somebody else changes would go unnoticed while a routine is kept, and the server would turn a
numeric into the double precision that a parameter is by now, or round it to another scale, without
a word. So `find` notes what a call depends on, and a call is sent behind statements that fail where
that is different by now: then the server skips the call.

- The name means the same routine and no other; of several overloads, with its signature. So the
  types of its parameters are the same, for no type that a routine uses can be exchanged under it.
- The parameters read the same: their names, the spelling of their types, their defaults.
- Composite types have the same columns. Every change of one leaves another xmin in its row.

What makes no call wrong does not count: permissions, comments, the body, what a domain checks and
the labels of an enum, for these are looked at when the routine runs; nor does one more overload,
for where two fit alike the server takes neither.

The first two are looked up where the server looks them up for the call itself, in the caches of its
process; a query of its tables would cost half as much as a small call.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from sqlcore.adapters.postgres.dialect import PostgresDialect
from sqlcore.adapters.postgres.queries import array, text
from sqlcore.adapters.postgres.snapshots import Query
from sqlcore.adapters.sqlfile import load_queries
from sqlcore.domain.procedure import Routine

__all__ = ["PROCEDURE_QUERIES", "SHOWS_CHANGE", "checks", "version_of"]

PROCEDURE_QUERIES: Mapping[str, bytes] = {
    name: query.encode() for name, query in load_queries(__package__, "procedures.sql").items()
}
SHOWS_CHANGE = frozenset({"22012", "42704"})
"""How a check fails where something has changed: it divides by zero. Servers before 16 say instead
that a type of the signature is gone."""
_ROUTINES_KEPT = 500
_DIALECT = PostgresDialect()


def version_of(row: Sequence[Any], type_rows: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    """Make the version of a routine that was found.

    Args:
        row: Of the query `find_routines`.
        type_rows: Of the query `routine_types`.

    Returns:
        The name of the query that compares it, its OID and parameters; where there are composite
        types, arrays of their relations and of the xmin of each column.
    """
    oid, (parameters, is_overload) = row[0], row[-2:]
    query = "overload_as_found" if is_overload else "routine_as_found"
    version = query, str(oid), parameters or ""
    composites = sorted((relation, xmins) for *_, relation, xmins in type_rows if xmins)
    if not composites:
        return version
    relations = array(relation for relation, _ in composites)
    column_xmins = array(xmin for _, xmins in composites for xmin in xmins)
    return *version, relations.decode(), column_xmins.decode()


@functools.lru_cache(maxsize=_ROUTINES_KEPT)
def checks(routine: Routine) -> Sequence[Query]:
    """Give the statements that fail unless a routine is what it was; none for one without version.

    The name must have its schema, as all have that were found.
    """
    if not routine.version:
        return ()
    query, oid, parameters, *composites = routine.version
    name = _DIALECT.quote(routine.name)
    if query == "overload_as_found":
        name += routine.signature
    queries: list[Query] = [(PROCEDURE_QUERIES[query], (text(name), text(oid), text(parameters)))]
    if composites:
        queries.append((PROCEDURE_QUERIES["columns_as_found"], tuple(map(text, composites))))
    return queries
