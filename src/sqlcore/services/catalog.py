"""What there is in a database: everything that can be asked of its catalog, in one place."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.catalog import Database, TableFilter, TableKind, TablePage
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import (
    CatalogObject,
    Dependencies,
    ObjectDefinition,
    ObjectType,
    TableIndexes,
    TableStatistics,
)
from sqlcore.domain.schema import SchemaSnapshot, SearchKind
from sqlcore.domain.table import TableDescription
from sqlcore.errors import InvalidArgumentError, NotFoundError
from sqlcore.ports import Connection
from sqlcore.services.capabilities import CapabilityCache
from sqlcore.services.describing import describe_table, of_table
from sqlcore.services.documenting import (
    DataDictionary,
    Documentation,
    DocumentOptions,
    read_dictionary,
    read_documentation,
)
from sqlcore.services.exploring.diagrams import Diagram, draw
from sqlcore.services.exploring.index import SchemaIndex
from sqlcore.services.exploring.overview import Overview, explore
from sqlcore.services.exploring.relationships import Relationships, find_relationships
from sqlcore.services.exploring.searching import SearchResult, search
from sqlcore.services.naming import no_such_schema
from sqlcore.services.objects import definitions, dependencies, find_objects, other_object
from sqlcore.services.schema_cache import SchemaCache
from sqlcore.services.schema_summaries import SchemaSummary, summarize_schemas

__all__ = ["Catalog"]

_Kind = TypeVar("_Kind", bound=enum.StrEnum)


class Catalog:
    """The catalog of a database. For use by many threads; it lives as long as its database."""

    def __init__(
        self,
        connection: Connection,
        cache: SchemaCache,
        capabilities: CapabilityCache | None = None,
    ) -> None:
        self._connection = connection
        self._cache = cache
        self._capabilities = capabilities or CapabilityCache()

    def databases(self) -> tuple[Database, ...]:
        """List the databases of the server that this login can see."""
        return self._connection.catalog.databases()

    def tables(
        self,
        *,
        schema: str | None = None,
        name_pattern: str | None = None,
        kinds: Iterable[TableKind | str] = (),
        include_system: bool = False,
        after: tuple[str, str] | None = None,
        limit: int = 1000,
    ) -> TablePage:
        """List tables and views by schema and name.

        Args:
            schema: Only this schema.
            name_pattern: `*` or `%` stand for any text; without regard to case.
            kinds: Only these.
            include_system: Also the server's own schemas.
            after: The schema and name of the last table of the page before.
            limit: The most tables to return.
        """
        if limit < 1:
            raise InvalidArgumentError(
                f"limit is {limit}; it must be at least 1.", parameter="limit"
            )
        return self._connection.catalog.tables(
            TableFilter(
                schema=schema or None,
                name_pattern=name_pattern or None,
                kinds=frozenset(members(TableKind, kinds)),
                include_system=include_system,
                after=after,
                limit=limit,
            )
        )

    def describe(
        self, name: str, *, schema: str | None = None, full: bool = True
    ) -> TableDescription:
        """Describe a table or view.

        Raises:
            NotFoundError: There is none of that name; the error names the nearest.
            AmbiguousNameError: There are several; the error names them.
        """
        with self._saying_what(name, schema):
            return describe_table(self._connection.catalog, name, schema, full=full)

    def search(
        self,
        term: str,
        *,
        schema: str | None = None,
        kinds: Iterable[SearchKind | str] = (),
        limit: int = 50,
    ) -> SearchResult:
        """Search names and comments of tables, columns and routines; the best hits first."""
        wanted = members(SearchKind, kinds)
        return search(self._index().words, term, schema=schema, kinds=wanted, limit=limit)

    def explore(
        self,
        *,
        schema: str | None = None,
        include_system: bool = False,
        after: QualifiedName | None = None,
        limit: int = 50,
    ) -> Overview:
        """Give an overview of the database, or of one schema; the most important tables first.

        Args:
            schema: Only this one; it may be one of the server's own.
            include_system: Also the server's own schemas; they are read anew each time.
            after: The last table of the page before.
            limit: The most tables to return.

        Raises:
            NotFoundError: There is no such schema; the error names the nearest.
        """
        look = partial(explore, schema=schema or None, after=after, limit=limit)
        if not include_system:
            overview = look(self._index())
            if overview.schemas or not schema:
                return overview
        snapshot = self.snapshot(include_system=True)
        if schema:
            _check_schema(snapshot, schema)
        return look(SchemaIndex(snapshot))

    def relationships(
        self,
        from_table: str | None = None,
        to_table: str | None = None,
        *,
        start: int = 0,
        limit: int | None = None,
    ) -> Relationships:
        """Find how two tables are connected, what one is connected to, or all relationships.

        Args:
            from_table: A table; both are left out for all relationships.
            to_table: Another, or the same for its references to itself.
            start: How many relationships to pass over, where there are no two tables.
            limit: The most relationships to return then; all where left out.

        Raises:
            NotFoundError: There is none of that name; the error names the nearest.
            AmbiguousNameError: There are several; the error names them.
        """
        dialect = self._connection.dialect
        return find_relationships(
            self._index(), dialect, from_table, to_table, start=start, limit=limit
        )

    def diagram(
        self,
        table: str | None = None,
        *,
        schema: str | None = None,
        depth: int = 1,
        max_tables: int = 15,
        fits: Callable[[str], bool] = lambda _: True,
    ) -> Diagram:
        """Draw the surroundings of a table, or the most important tables, for Mermaid.

        Args:
            table: The table in the middle.
            schema: Its schema; without a table, the only one to draw.
            depth: How many foreign keys away others may be.
            max_tables: The most tables to draw.
            fits: Says whether a text is short enough; less is drawn until it is.

        Raises:
            NotFoundError: There is none of that name; the error names the nearest.
            AmbiguousNameError: There are several; the error names them.
        """
        return draw(
            self._index(), table, schema=schema, depth=depth, max_tables=max_tables, fits=fits
        )

    def schemas(self, *, include_system: bool = False) -> tuple[SchemaSummary, ...]:
        """List the schemas with what each holds, by name.

        Args:
            include_system: Also the server's own.
        """
        return summarize_schemas(self.snapshot(include_system=include_system))

    def check_schema(self, name: str) -> None:
        """Say so where there is no schema of a name.

        Raises:
            NotFoundError: There is none; the error names the nearest.
        """
        if all(entry.name != name for entry in self.snapshot().schemas):
            _check_schema(self.snapshot(include_system=True), name)

    def indexes(self, table: str, *, schema: str | None = None) -> TableIndexes:
        """Tell what the indexes of a table cost and what they are used for.

        Raises:
            NotFoundError: There is none of that name; the error names the nearest.
            AmbiguousNameError: There are several; the error names them.
        """
        with self._saying_what(table, schema):
            reader = self._connection.catalog
            return of_table(reader, table, schema, self._connection.objects.indexes)

    def statistics(self, table: str, *, schema: str | None = None) -> TableStatistics:
        """Tell how large a table is, and how fresh what the planner knows of it is.

        Raises:
            NotFoundError: There is none of that name; the error names the nearest.
            AmbiguousNameError: There are several; the error names them.
        """
        with self._saying_what(table, schema):
            reader = self._connection.catalog
            return of_table(reader, table, schema, self._connection.objects.statistics)

    @contextmanager
    def _saying_what(self, name: str, schema: str | None) -> Iterator[None]:
        """Say of a name that means no table what else it means."""
        try:
            yield
        except NotFoundError as error:
            raise other_object(self._connection.objects, name, schema) or error from None

    def definitions(
        self, name: str, *, schema: str | None = None, types: Iterable[ObjectType | str] = ()
    ) -> list[ObjectDefinition]:
        """Read the text that makes an object of any kind; several where they share its name.

        Args:
            name: `name` or `schema.name`, quoted or not.
            schema: The schema, where the name does not say it.
            types: Only objects of these types.

        Raises:
            NotFoundError: There is none of that name; the error names the nearest.
            AmbiguousNameError: There are several, of several schemas or types.
        """
        return definitions(self._connection.objects, self._objects(name, schema, types))

    def dependencies(
        self, name: str, *, schema: str | None = None, types: Iterable[ObjectType | str] = ()
    ) -> list[Dependencies]:
        """Tell what an object uses and what uses it; arguments and errors as of `definitions`."""
        return dependencies(self._connection.objects, self._objects(name, schema, types))

    def _objects(
        self, name: str, schema: str | None, types: Iterable[ObjectType | str]
    ) -> tuple[CatalogObject, ...]:
        wanted = members(ObjectType, types)
        return find_objects(self._connection.objects, self.snapshot, name, schema, wanted)

    def documentation(
        self,
        options: DocumentOptions | None = None,
        *,
        cancel: CancelToken | None = None,
        enough_columns: int | None = None,
    ) -> Documentation:
        """Write what the schema is made of, in Markdown; the same schema gives the same bytes.

        Args:
            options: What it says.
            cancel: Lets another thread stop it.
            enough_columns: Of a large schema write only the beginning, with so many columns.

        Raises:
            NotFoundError: The options name a schema that there is not.
        """
        reader, snapshot = self._connection.catalog, self.snapshot()
        options = options or DocumentOptions()
        return read_documentation(
            reader, snapshot, self._engine, options, cancel, enough_columns=enough_columns
        )

    def data_dictionary(
        self,
        *,
        schema: str | None = None,
        cancel: CancelToken | None = None,
        enough_columns: int | None = None,
    ) -> DataDictionary:
        """Read what is known of each column, of all tables and views.

        Args:
            schema: Only this schema.
            cancel: Lets another thread stop it.
            enough_columns: Of a large schema read only the beginning, with so many columns.

        Raises:
            NotFoundError: There is no such schema.
        """
        reader, snapshot = self._connection.catalog, self.snapshot()
        return read_dictionary(
            reader,
            snapshot,
            self._engine,
            schema=schema,
            cancel=cancel,
            enough_columns=enough_columns,
        )

    @property
    def _engine(self) -> str:
        return self._capabilities.of(self._connection.capabilities).product

    def snapshot(self, *, include_system: bool = False) -> SchemaSnapshot:
        """Give the schema of the whole database as it is now; kept while it does not change.

        Args:
            include_system: Also the server's own schemas; that is read anew each time.
        """
        if include_system:
            return self._connection.schema.schema(include_system=True)
        return self._index().snapshot

    def _index(self) -> SchemaIndex:
        return self._cache.index(self._connection.schema)


def members(kind: type[_Kind], words: Iterable[_Kind | str]) -> list[_Kind]:
    """Read words of an enumeration."""
    words = [words] if isinstance(words, str) else list(words)
    try:
        return [kind(word) for word in words]
    except ValueError:
        raise InvalidArgumentError(
            f"kinds names one of {', '.join(map(repr, map(str, words)))} that there is not.",
            parameter="kinds",
            hint=f"There is: {', '.join(kind)}.",
        ) from None


def _check_schema(snapshot: SchemaSnapshot, name: str) -> None:
    if all(entry.name != name for entry in snapshot.schemas):
        raise no_such_schema(name, (entry.name for entry in snapshot.schemas))
