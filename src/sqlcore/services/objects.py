"""Objects of any kind by the name that a caller wrote: what makes them, what they use."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import CatalogObject, Dependencies, ObjectDefinition, ObjectType
from sqlcore.domain.schema import SchemaSnapshot
from sqlcore.errors import AmbiguousNameError, InvalidArgumentError, NotFoundError
from sqlcore.ports import ObjectReader
from sqlcore.services.naming import LONGEST_NAME, nearest

__all__ = ["definitions", "dependencies", "find_objects"]

_CANDIDATES_SHOWN = 10


def definitions(reader: ObjectReader, found: Iterable[CatalogObject]) -> list[ObjectDefinition]:
    """Read the text that makes each of some objects."""
    return [reader.definition(one) for one in found]


def dependencies(reader: ObjectReader, found: Iterable[CatalogObject]) -> list[Dependencies]:
    """Tell what each of some objects uses, and what uses it."""
    return [reader.dependencies(one) for one in found]


def find_objects(
    reader: ObjectReader,
    snapshot: Callable[[], SchemaSnapshot],
    name: str,
    schema: str | None = None,
    types: Iterable[ObjectType] = (),
) -> tuple[CatalogObject, ...]:
    """Find what a name means: one object, or several that share all of its name.

    Overloads of a function share it, and so do triggers of several tables.

    Args:
        reader: Where to look.
        snapshot: Gives the schema, for the nearest names when there is no such object.
        name: `name` or `schema.name`, quoted or not.
        schema: The schema, where the name does not say it.
        types: Only these.

    Raises:
        NotFoundError: There is none; the error names the nearest.
        AmbiguousNameError: There are several, of several schemas or types; the error names them.
        InvalidArgumentError: The name cannot be read.
    """
    verbatim = QualifiedName(name=name, schema=schema) if schema else None
    try:
        qualified = QualifiedName.parse(name).in_schema(schema)
    except InvalidArgumentError:
        # Lists show names as they are: with a dot or a bracket, beside their schema.
        if verbatim is None or len(name) > LONGEST_NAME:
            raise
        qualified = verbatim
    named = reader.objects(qualified)
    if not named and verbatim is not None and verbatim != qualified:
        named = reader.objects(verbatim)
    if not named:
        raise _not_found(snapshot(), qualified)
    wanted = frozenset(types) or frozenset(ObjectType)
    found = tuple(one for one in named if one.type in wanted)
    if not found:
        raise NotFoundError(
            f"{named[0]} is a {_words(named[0].type)}, not a {_words(*sorted(wanted))}.",
            parameter="object_type",
        )
    kinds = {(one.name, one.type) for one in found}
    if len(kinds) > 1:
        words = ", ".join(f"{one.type} {one}" for one in found[:_CANDIDATES_SHOWN])
        raise AmbiguousNameError(
            f"{qualified} means more than one object: {words}.",
            parameter="object_name",
            hint="Name its schema, or its object_type.",
        )
    return found


def _words(*types: ObjectType) -> str:
    return " or a ".join(one.value.replace("_", " ") for one in types)


def _not_found(snapshot: SchemaSnapshot, name: QualifiedName) -> NotFoundError:
    known = [table.name for table in snapshot.tables]
    known += [routine.name for routine in snapshot.routines]
    close = nearest(name.name, (one.name for one in known))
    suggestions = [str(one) for text in close for one in known if one.name == text][:5]
    where = f" in schema {name.schema}" if name.schema else ""
    where += f" of database {name.database}" if name.database else ""
    return NotFoundError(
        f'There is no object "{name.name}"{where}.',
        parameter="object_name",
        hint=f"Did you mean {' or '.join(suggestions)}?"
        if suggestions
        else "Look for a word of its name with search_tables.",
    )
