"""From the name that a caller wrote to the description of the one table it means."""

from __future__ import annotations

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import TableDescription
from sqlcore.errors import InvalidArgumentError, NotFoundError
from sqlcore.ports import CatalogReader
from sqlcore.services.naming import resolve_table

__all__ = ["describe_table"]


def describe_table(
    catalog: CatalogReader, name: str, schema: str | None = None, *, full: bool = True
) -> TableDescription:
    """Describe a table or view.

    A name with its schema is first taken as it stands, which saves a look for what it may mean.

    Raises:
        NotFoundError: There is none of that name; the error names the nearest.
        AmbiguousNameError: There are several; the error names them.
        InvalidArgumentError: The name cannot be read.
    """
    exact = _exact_name(name, schema)
    described = () if exact is None else catalog.describe([exact], full=full)
    if described:
        return described[0]
    table = resolve_table(catalog, name, schema).name
    described = catalog.describe([table], full=full)
    if not described:
        raise NotFoundError(
            f"{table} was dropped a moment ago, or its columns may not be seen.",
            parameter="table_name",
        )
    return described[0]


def _exact_name(name: str, schema: str | None) -> QualifiedName | None:
    """Return the name where it can be looked up at once: with a schema, in this database."""
    try:
        qualified = QualifiedName.parse(name).in_schema(schema)
    except InvalidArgumentError:
        return None
    return qualified if qualified.schema and not qualified.database else None
