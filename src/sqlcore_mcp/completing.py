"""Completions for the arguments of prompts and of resource templates.

They come from the schema that is kept, so that each key press costs one small query. What begins
with the value comes first, then what contains it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import attrs
from mcp_types import Completion

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaSnapshot
from sqlcore.errors import InvalidArgumentError, NotFoundError, UnsupportedError
from sqlcore_mcp.app import App

if TYPE_CHECKING:
    from sqlcore.services.catalog import Catalog

__all__ = ["Wanted", "complete"]

_MOST = 100
"""No more may be in an answer."""


@attrs.frozen(kw_only=True)
class Wanted:
    """What is to be completed.

    Attributes:
        argument: `source`, `database`, `schema`, `table`, `routine` or `tables`; others have no
            completions.
        value: What has been written.
        said: Arguments that have been chosen already.
        qualified: Whether tables are completed with their schema.
    """

    argument: str
    value: str
    said: Mapping[str, str] = attrs.field(factory=dict)
    qualified: bool = False


def complete(app: App, wanted: Wanted) -> Completion:
    """Complete a value; blocks.

    Raises:
        SqlCoreError: The server cannot be asked.
    """
    find = _FINDERS.get(wanted.argument)
    if find is None:
        return Completion(values=[], total=0, has_more=False)
    head, value = "", wanted.value
    if wanted.argument == "tables":
        head, value = _last_of_list(wanted.value)
    try:
        names = find(app, wanted)
    except (NotFoundError, InvalidArgumentError, UnsupportedError):
        names = []  # there is no such source, database or schema, or it cannot tell
    ranked = _ranked(names, value)
    return Completion(
        values=[f"{head}{name}" for name in ranked[:_MOST]],
        total=len(ranked),
        has_more=len(ranked) > _MOST,
    )


def _ranked(names: Iterable[str], value: str) -> list[str]:
    """Sort names that begin with a value before those that contain it, whatever the case."""
    sought = value.strip().casefold()
    begin: list[str] = []
    contain: list[str] = []
    for name in sorted(set(names), key=lambda name: (name.casefold(), name)):
        folded = name.casefold()
        if folded.startswith(sought) or f".{sought}" in folded:
            begin.append(name)
        elif sought in folded:
            contain.append(name)
    return begin + contain


def _last_of_list(value: str) -> tuple[str, str]:
    """Cut a list with commas before its last entry; a comma between quotes is part of a name."""
    cut, is_quoted = 0, False
    for place, character in enumerate(value):
        if character == '"':
            is_quoted = not is_quoted
        elif character == "," and not is_quoted:
            cut = place + 1
    rest = value[cut:]
    spaces = len(rest) - len(rest.lstrip())
    return value[: cut + spaces], rest[spaces:]


def _catalog(app: App, said: Mapping[str, str]) -> Catalog:
    return app.database(said.get("source") or None, said.get("database") or None).catalog


def _snapshot(app: App, said: Mapping[str, str]) -> SchemaSnapshot:
    return _catalog(app, said).snapshot()


def _sources(app: App, _: Wanted) -> list[str]:
    return list(app.source_names)


def _databases(app: App, wanted: Wanted) -> list[str]:
    source = wanted.said.get("source") or None
    databases = app.database(source, None).catalog.databases()
    return [database.name for database in databases if database.accessible]


def _schemas(app: App, wanted: Wanted) -> list[str]:
    return [entry.name for entry in _snapshot(app, wanted.said).schemas if not entry.system]


def _tables(app: App, wanted: Wanted) -> list[str]:
    schema = wanted.said.get("schema")
    names = [table.name for table in _snapshot(app, wanted.said).tables if not table.is_partition]
    return _shown(names, schema, qualified=wanted.qualified)


def _routines(app: App, wanted: Wanted) -> list[str]:
    names = [routine.name for routine in _snapshot(app, wanted.said).routines]
    return _shown(names, wanted.said.get("schema"), qualified=wanted.qualified)


def _shown(names: Iterable[QualifiedName], schema: str | None, *, qualified: bool) -> list[str]:
    return [
        str(name) if qualified else name.name for name in names if schema in (None, "", name.schema)
    ]


_FINDERS: Mapping[str, Callable[[App, Wanted], list[str]]] = {
    "source": _sources,
    "database": _databases,
    "schema": _schemas,
    "table": _tables,
    "tables": _tables,
    "routine": _routines,
}
