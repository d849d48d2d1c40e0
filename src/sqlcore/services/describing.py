"""From the name that a caller wrote to what the server says of the one table it means."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import TableDescription
from sqlcore.errors import InvalidArgumentError, NotFoundError
from sqlcore.ports import CatalogReader
from sqlcore.services.naming import resolve_table

__all__ = ["describe_table", "of_table"]

_Answer = TypeVar("_Answer")


def describe_table(
    catalog: CatalogReader, name: str, schema: str | None = None, *, full: bool = True
) -> TableDescription:
    """Describe a table or view.

    Raises:
        NotFoundError: There is none of that name; the error names the nearest.
        AmbiguousNameError: There are several; the error names them.
        InvalidArgumentError: The name cannot be read.
    """

    def describe(table: QualifiedName) -> TableDescription:
        described = catalog.describe([table], full=full)
        if not described:
            raise NotFoundError(
                f"{table} was dropped a moment ago, or its columns may not be seen.",
                parameter="table_name",
            )
        return described[0]

    return of_table(catalog, name, schema, describe)


def of_table(
    catalog: CatalogReader,
    name: str,
    schema: str | None,
    ask: Callable[[QualifiedName], _Answer],
) -> _Answer:
    """Ask something of the one table that a name means.

    A name with its schema is first taken as it stands, which saves a look for what it may mean.

    Args:
        catalog: Where to look.
        name: `table` or `schema.table`, quoted or not.
        schema: The schema, where the name does not say it.
        ask: Asks it of an exact name; NotFoundError where there is no such table.

    Raises:
        NotFoundError: There is none of that name; the error names the nearest.
        AmbiguousNameError: There are several; the error names them.
        InvalidArgumentError: The name cannot be read.
    """
    exact = _exact_name(name, schema)
    if exact is not None:
        try:
            return ask(exact)
        except NotFoundError:
            pass  # the name may mean another one, in another case
    return ask(resolve_table(catalog, name, schema).name)


def _exact_name(name: str, schema: str | None) -> QualifiedName | None:
    """Return the name where it can be looked up at once: with a schema, in this database."""
    try:
        qualified = QualifiedName.parse(name).in_schema(schema)
    except InvalidArgumentError:
        return None
    return qualified if qualified.schema and not qualified.database else None
