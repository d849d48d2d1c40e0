"""Single objects of the in-memory engine: their texts, what they use, their indexes and rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import attrs

from sqlcore.domain.capability import Missing, Support
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import (
    CatalogObject,
    Dependencies,
    Dependency,
    IndexDetails,
    ObjectDefinition,
    ObjectType,
    TableIndexes,
    TableStatistics,
)
from sqlcore.domain.query import ExecutionOptions, TransactionMode
from sqlcore.domain.table import TableDescription
from sqlcore.errors import NotFoundError
from sqlcore.testing.memory.catalog_rows import (
    MAIN_SCHEMA,
    CatalogRows,
    TableRow,
    read_descriptions,
    read_tables,
)
from sqlcore.testing.memory.dialect import SqliteDialect
from sqlcore.testing.memory.links import Link
from sqlcore.testing.memory.names_in_text import names_in_text
from sqlcore.testing.memory.pool import Pool
from sqlcore.testing.memory.procedures import ProcedureBook
from sqlcore.testing.memory.running import Run

__all__ = ["MemoryObjects"]

_TABLES = (ObjectType.TABLE, ObjectType.VIEW)
_UNSUPPORTED = Support.UNSUPPORTED
_NAMES_IN_TEXTS = Missing(
    part="names in texts",
    support=Support.UNKNOWN,
    reason="SQLite keeps no dependencies. They were taken from the words of views and triggers, "
    "where a column may have the name of a table.",
)
_INDEX_USE = Missing(
    part="index usage", support=_UNSUPPORTED, reason="SQLite does not count how it uses indexes."
)
_INDEX_SIZES = Missing(part="index sizes", support=_UNSUPPORTED, reason="SQLite keeps none.")
_SIZES = Missing(part="sizes", support=_UNSUPPORTED, reason="SQLite keeps no sizes of tables.")
_COLUMN_STATISTICS = Missing(
    part="column statistics",
    support=_UNSUPPORTED,
    reason="The in-memory engine keeps none for columns.",
)


@attrs.frozen(kw_only=True)
class _Known:
    """All objects of the database with their texts, and the descriptions of tables and views."""

    texts: Mapping[CatalogObject, str | None]
    described: Mapping[str, TableDescription]

    @cached_property
    def tables(self) -> Mapping[str, CatalogObject]:
        """Tables and views by name."""
        return {known.name.name: known for known in self.texts if known.type in _TABLES}

    def table(self, name: str) -> CatalogObject:
        """Return a table or view; one that is not there is of the type OTHER."""
        return self.tables.get(name) or _object(name, ObjectType.OTHER)

    def named_in(self, found: CatalogObject) -> list[CatalogObject]:
        """Return the tables and views that the text of a view or trigger names, itself aside."""
        if found.type not in (ObjectType.VIEW, ObjectType.TRIGGER):
            return []
        names = names_in_text(self.texts.get(found) or "", self.tables)
        return [self.tables[name] for name in names if self.tables[name] != found]


class MemoryObjects:
    """An `ObjectReader`."""

    def __init__(self, pool: Pool, book: ProcedureBook, database: str) -> None:
        self._pool = pool
        self._book = book
        self._database = database

    def objects(self, name: QualifiedName) -> tuple[CatalogObject, ...]:
        """Find what a name may mean; those of the schema `main` come first."""
        if name.database not in (None, self._database):
            return ()
        known = [k for k in self._known().texts if name.schema or not _is_system(k)]
        known.sort(key=lambda k: k.name.schema != MAIN_SCHEMA)
        exact = [k for k in known if k.name.name == name.name and _in_schema(k, name.schema)]
        folded = name.name.casefold()
        return tuple(
            exact
            or [
                k
                for k in known
                if k.name.name.casefold() == folded and _in_schema(k, name.schema, folded=True)
            ]
        )

    def definition(self, found: CatalogObject) -> ObjectDefinition:
        """Give the text that made it; SQLite keeps those of tables too."""
        known = self._known()
        if found not in known.texts:
            raise _gone(found)
        text = known.texts[found]
        if text is not None:
            return ObjectDefinition(object=found, text=text)
        reason = (
            "It was made by a constraint of its table."
            if found.type is ObjectType.INDEX
            else "It was defined without a text."
        )
        return ObjectDefinition(object=found, reason=reason)

    def dependencies(self, found: CatalogObject) -> Dependencies:
        """Tell what an object uses and what uses it, from foreign keys and from texts."""
        known = self._known()
        if found not in known.texts:
            raise _gone(found)
        return Dependencies(
            object=found,
            uses=_sorted(_uses(found, known)),
            used_by=_sorted(_used_by(found, known)),
            missing=(_missing_of(found),),
        )

    def indexes(self, table: QualifiedName) -> TableIndexes:
        """Describe the indexes of a table; SQLite knows nothing of their use."""
        known = self._known()
        texts = {k.name.name: text for k, text in known.texts.items() if _is_index(k)}
        details = [
            IndexDetails(index=index, definition=texts.get(index.name))
            for index in _description(known, table).indexes
        ]
        details.sort(key=lambda detail: (not detail.index.primary, detail.index.name))
        return TableIndexes(table=table, indexes=tuple(details), missing=(_INDEX_SIZES, _INDEX_USE))

    def statistics(self, table: QualifiedName) -> TableStatistics:
        """Count the rows of a table; SQLite knows nothing else."""
        _description(self._known(), table)
        counting = f"SELECT COUNT(*) FROM {SqliteDialect().quote(table)}"  # noqa: S608  # quoted
        with self._pool.link() as link:
            ((rows,),) = link.query(counting)
        return TableStatistics(
            table=table, rows=rows, rows_exact=True, missing=(_COLUMN_STATISTICS, _SIZES)
        )

    def _known(self) -> _Known:
        run = Run(ExecutionOptions())
        with self._pool.link() as link, link.transaction(run, TransactionMode.READ_ONLY):
            tables = read_tables(link)
            descriptions = read_descriptions(link, tables, tables, full=True)
            texts = dict(_read_objects(link, tables))
        for definition in self._book.all():
            routine = definition.routine
            found = CatalogObject(
                name=QualifiedName(routine.name.name, routine.name.schema),
                type=ObjectType(str(routine.kind)),
                signature=routine.signature,
            )
            texts[found] = definition.text
        return _Known(
            texts=texts,
            described={
                t.name: descriptions.describe(t.name, t.kind, t.sql, full=True) for t in tables
            },
        )


def _read_objects(
    link: Link, tables: Iterable[TableRow]
) -> Iterator[tuple[CatalogObject, str | None]]:
    for table in tables:
        yield _object(table.name, ObjectType(table.kind.value)), table.sql
    for name, kind, parent, sql in CatalogRows(link)("named_objects"):
        yield _object(name, ObjectType(kind), parent), sql


def _object(name: str, kind: ObjectType, parent: str | None = None) -> CatalogObject:
    return CatalogObject(
        name=QualifiedName(name, MAIN_SCHEMA),
        type=kind,
        parent=None if parent is None else QualifiedName(parent, MAIN_SCHEMA),
    )


def _is_index(known: CatalogObject) -> bool:
    return known.type is ObjectType.INDEX


def _is_system(known: CatalogObject) -> bool:
    return known.name.name.startswith("sqlite_")


def _in_schema(known: CatalogObject, schema: str | None, *, folded: bool = False) -> bool:
    if schema is None or known.name.schema == schema:
        return True
    return folded and (known.name.schema or "").casefold() == schema.casefold()


def _description(known: _Known, table: QualifiedName) -> TableDescription:
    described = known.described.get(table.name) if table.schema == MAIN_SCHEMA else None
    if described is None:
        raise NotFoundError(f"There is no table {table}.", parameter="table_name")
    return described


def _gone(found: CatalogObject) -> NotFoundError:
    return NotFoundError(f"There is no {found.type} {found} any more.")


def _uses(found: CatalogObject, known: _Known) -> Iterator[Dependency]:
    if found.type in _TABLES:
        for key in known.described[found.name.name].foreign_keys:
            target = known.table(key.referenced_table.name)
            yield Dependency(
                object=target,
                how="foreign key",
                columns=key.referenced_columns,
                resolved=target.type is not ObjectType.OTHER,
            )
    if found.parent is not None:
        yield Dependency(object=known.table(found.parent.name), how=str(found.type))
    for named in known.named_in(found):
        if named.name != found.parent:
            yield Dependency(object=named, how="name in its text")


def _used_by(found: CatalogObject, known: _Known) -> Iterator[Dependency]:
    for other in known.texts:
        for used in _uses(other, known):
            if used.object == found:
                yield attrs.evolve(used, object=other)


def _sorted(dependencies: Iterable[Dependency]) -> tuple[Dependency, ...]:
    return tuple(sorted(dependencies, key=lambda d: (str(d.object), d.how, d.columns)))


def _missing_of(found: CatalogObject) -> Missing:
    if found.type in (ObjectType.PROCEDURE, ObjectType.FUNCTION, ObjectType.TABLE_FUNCTION):
        return Missing(
            part="what it uses",
            support=Support.UNKNOWN,
            reason="It is a Python function, which is not looked into.",
        )
    return _NAMES_IN_TEXTS
