"""Objects of any kind by the name that a caller wrote: what makes them, what they use."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import CatalogObject, Dependencies, ObjectDefinition, ObjectType
from sqlcore.domain.schema import SchemaSnapshot
from sqlcore.errors import (
    AmbiguousNameError,
    InvalidArgumentError,
    NotFoundError,
    SqlCoreError,
)
from sqlcore.ports import ObjectReader
from sqlcore.services.naming import (
    LONGEST_NAME,
    LOOK_AT_OBJECT,
    LOOK_FOR_OBJECTS,
    nearest,
    part_signature,
    same_signature,
)

__all__ = ["definitions", "dependencies", "find_objects", "other_object"]

_CANDIDATES_SHOWN = 10
_RELATIONS = frozenset(
    (ObjectType.TABLE, ObjectType.VIEW, ObjectType.MATERIALIZED_VIEW, ObjectType.EXTERNAL)
)
_ROUTINES = (
    ObjectType.PROCEDURE,
    ObjectType.FUNCTION,
    ObjectType.TABLE_FUNCTION,
    ObjectType.AGGREGATE,
)
"""Overloads of one name may be of each of these."""


def definitions(reader: ObjectReader, found: Iterable[CatalogObject]) -> list[ObjectDefinition]:
    """Read the text that makes each of some objects."""
    return [reader.definition(one) for one in found]


def dependencies(reader: ObjectReader, found: Iterable[CatalogObject]) -> list[Dependencies]:
    """Tell what each of some objects uses, and what uses it."""
    return [reader.dependencies(one) for one in found]


def other_object(reader: ObjectReader, name: str, schema: str | None) -> NotFoundError | None:
    """Say what a name means that was taken for a table's; None where that cannot be told."""
    try:
        asked, named = _look(reader, name, schema)
    except SqlCoreError:
        return None
    if not named or named[0].type in _RELATIONS:
        return None
    return NotFoundError(
        f"{asked} is {_words(named[0].type)}, not a table or view.",
        parameter="table_name",
        hint=LOOK_AT_OBJECT,
    )


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
        name: `name` or `schema.name`, quoted or not; with a signature, as in `add(integer)`, it
            means that overload alone.
        schema: The schema, where the name does not say it.
        types: Only these.

    Raises:
        NotFoundError: There is none; the error names the nearest.
        AmbiguousNameError: There are several, of several schemas or types; the error names them.
        InvalidArgumentError: The name cannot be read.
    """
    bare, signature = part_signature(name)
    try:
        qualified, named = _look(reader, name, schema)
    except InvalidArgumentError:
        if not signature:
            raise
        qualified, named = QualifiedName.parse(bare), ()
    if not named and signature:
        qualified, others = _look(reader, bare, schema)
        overloads = tuple(one for one in others if one.type in _ROUTINES)
        # SQL Server has no overloads, and no signatures.
        named = tuple(
            one
            for one in overloads
            if not one.signature or same_signature(one.signature, signature)
        )
        if overloads and not named:
            raise _no_such_overload(overloads)
    if not named:
        raise _not_found(snapshot(), qualified)
    wanted = frozenset(types) or frozenset(ObjectType)
    found = tuple(one for one in named if one.type in wanted)
    if not found:
        raise NotFoundError(
            f"{qualified} is {_words(named[0].type)}, not {_words(*sorted(wanted))}.",
            parameter="object_type",
        )
    meanings = {(one.name, None if one.type in _ROUTINES else one.type) for one in found}
    if len(meanings) > 1:
        words = ", ".join(f"{one.type} {one}" for one in found[:_CANDIDATES_SHOWN])
        raise AmbiguousNameError(
            f"{qualified} means more than one object: {words}.",
            parameter="object_name",
            hint="Name its schema, or its object_type.",
        )
    return found


def _look(
    reader: ObjectReader, name: str, schema: str | None
) -> tuple[QualifiedName, tuple[CatalogObject, ...]]:
    """Find what a name means without its signature; there may be nothing."""
    verbatim = QualifiedName(name=name, schema=schema) if schema else None
    try:
        qualified = QualifiedName.parse(name).in_schema(schema)
    except InvalidArgumentError:
        # Lists show names as they are: with a dot or a bracket, beside their schema.
        if verbatim is None or len(name) > LONGEST_NAME:
            raise
        return verbatim, reader.objects(verbatim)
    named = reader.objects(qualified)
    if not named and verbatim is not None and verbatim != qualified:
        named = reader.objects(verbatim)
    return qualified, named


def _no_such_overload(overloads: tuple[CatalogObject, ...]) -> NotFoundError:
    there = ", ".join(map(str, overloads[:_CANDIDATES_SHOWN]))
    return NotFoundError(
        f'No overload of "{overloads[0].name.name}" has this signature.',
        parameter="object_name",
        hint=f"Write types as the server does: {there}.",
    )


def _words(*types: ObjectType) -> str:
    words = (one.value.replace("_", " ") for one in types)
    return " or ".join(f"{'an' if word[0] in 'aeiou' else 'a'} {word}" for word in words)


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
        hint=f"Did you mean {' or '.join(suggestions)}?" if suggestions else LOOK_FOR_OBJECTS,
    )
