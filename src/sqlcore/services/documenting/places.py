"""Where everything in a document stands: a file and an anchor for each heading, known beforehand.

Anchors follow GitHub's rule: the heading in lower case, without punctuation, with hyphens for
spaces, and numbered where one is there already. A heading begins with a word of ours, so that no
anchor is empty. Other programs agree for names of letters, digits and underscores.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cached_property

import attrs

from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaRoutine, SchemaSnapshot, SchemaTable
from sqlcore.services.documenting.markdown import one_line, visible
from sqlcore.services.naming import no_such_schema

__all__ = ["DocumentOptions", "Place", "Plan", "Schema", "SectionKind", "schemas_of"]

_KEPT = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Pc"})
_NOT_KEPT_ASCII = re.compile("[^-a-z0-9_ ]+")
"""The same for a text of ASCII, which most are."""
_NOT_PLAIN = re.compile("[^a-z0-9_]+")
_LONGEST_STEM = 60
_RESERVED_STEMS = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
"""Names that Windows keeps for devices."""
_KIND_WORDS = {
    TableKind.TABLE: "Table",
    TableKind.VIEW: "View",
    TableKind.MATERIALIZED_VIEW: "Materialized view",
    TableKind.EXTERNAL: "External table",
}


class SectionKind(enum.StrEnum):
    """What a section is about."""

    OVERVIEW = "overview"
    CONTENTS = "contents"
    SCHEMA = "schema"
    TABLE = "table"
    ROUTINES = "routines"
    RELATIONSHIPS = "relationships"
    RULES = "rules"
    DICTIONARY = "dictionary"
    MISSING = "missing"


@attrs.frozen(kw_only=True)
class DocumentOptions:
    """What a document says.

    Attributes:
        schema: Only this schema.
        include_relationships: All foreign keys in one place, beside those at each table.
        include_data_dictionary: All columns in one place, beside those at each table.
        include_sizes: Rounded sizes, which change while the schema does not.
        in_files: Whether there is a file for each schema, instead of one document.
        further: What the contents name beside the sections: a title and a file for each.
    """

    schema: str | None = None
    include_relationships: bool = True
    include_data_dictionary: bool = False
    include_sizes: bool = False
    in_files: bool = False
    further: tuple[tuple[str, str], ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class Schema:
    """A schema with what is documented of it: no partitions."""

    name: str
    comment: str | None
    owner: str | None
    tables: tuple[SchemaTable, ...]
    routines: tuple[SchemaRoutine, ...]


@attrs.frozen(kw_only=True, eq=False)
class Place:
    """Where a section stands.

    Attributes:
        title: Its heading, as text.
        level: Of its heading, from 1.
        file: The file, with a slash between folder and name.
    """

    kind: SectionKind
    title: str
    level: int
    file: str
    anchor: str
    schema: Schema | None = None
    table: QualifiedName | None = None


def schemas_of(snapshot: SchemaSnapshot, only: str | None) -> tuple[Schema, ...]:
    """Sort tables and routines into their schemas, by name.

    Raises:
        NotFoundError: There is no schema `only`.
    """
    tables: dict[str, list[SchemaTable]] = {}
    for table in snapshot.tables:
        if not table.is_partition:
            tables.setdefault(table.name.schema or "", []).append(table)
    routines: dict[str, list[SchemaRoutine]] = {}
    for routine in snapshot.routines:
        routines.setdefault(routine.name.schema or "", []).append(routine)
    entries = {entry.name: entry for entry in snapshot.schemas}
    names = sorted({*tables, *routines, *(n for n, entry in entries.items() if not entry.system)})
    if only is not None:
        if only not in names:
            raise no_such_schema(only, names)
        names = [only]
    return tuple(
        Schema(
            name=name,
            comment=entries[name].comment if name in entries else None,
            owner=entries[name].owner if name in entries else None,
            tables=tuple(sorted(tables.get(name, ()), key=lambda table: table.name.name)),
            routines=tuple(
                sorted(routines.get(name, ()), key=lambda r: (r.name.name, r.arguments, r.kind))
            ),
        )
        for name in names
    )


class Plan:
    """The sections of a document in their order, and links between them.

    Attributes:
        places: All sections.
        schemas: What is documented.
        further: What the contents name beside the sections.
    """

    def __init__(self, title: str, schemas: tuple[Schema, ...], options: DocumentOptions) -> None:
        self.schemas = schemas
        self._anchors: dict[str, _Anchors] = {}
        self._in_files = options.in_files
        self.further = options.further
        self.places = tuple(self._plan(title, options))

    def _plan(self, title: str, options: DocumentOptions) -> Iterable[Place]:
        readme = "README.md"
        yield self._place(SectionKind.OVERVIEW, title, 1, readme)
        yield self._place(SectionKind.CONTENTS, "Contents", 2, readme)
        stems = _Stems()
        top = 1 if options.in_files else 2
        for schema in self.schemas:
            file = f"schemas/{stems.take(schema.name)}.md"
            title = f"Schema {visible(schema.name)}"
            yield self._place(SectionKind.SCHEMA, title, top, file, schema=schema)
            for table in schema.tables:
                title = f"{_KIND_WORDS[table.kind]} {visible(str(table.name))}"
                yield self._place(
                    SectionKind.TABLE, title, 3, file, schema=schema, table=table.name
                )
            if schema.routines:
                title = f"Routines of {visible(schema.name)}"
                yield self._place(SectionKind.ROUTINES, title, 3, file, schema=schema)
        if options.include_relationships:
            yield self._place(SectionKind.RELATIONSHIPS, "Relationships", top, "relationships.md")
        yield self._place(SectionKind.RULES, "Inferred rules", top, "inferred-rules.md")
        if options.include_data_dictionary:
            yield self._place(SectionKind.DICTIONARY, "Data dictionary", top, "data-dictionary.md")
        yield self._place(SectionKind.MISSING, "What is not here", 2, readme)

    def _place(
        self,
        kind: SectionKind,
        title: str,
        level: int,
        file: str,
        *,
        schema: Schema | None = None,
        table: QualifiedName | None = None,
    ) -> Place:
        title = one_line(title).strip()  # as it is read back from a heading
        file = file if self._in_files else ""
        anchor = self._anchors.setdefault(file, _Anchors()).take(title)
        return Place(
            kind=kind,
            title=title,
            level=level,
            file=file,
            anchor=anchor,
            schema=schema,
            table=table,
        )

    @cached_property
    def _tables(self) -> Mapping[QualifiedName, Place]:
        return {place.table: place for place in self.places if place.table is not None}

    def of_kind(self, kind: SectionKind) -> tuple[Place, ...]:
        """Return the places of a kind."""
        return tuple(place for place in self.places if place.kind is kind)

    def table_href(self, name: QualifiedName, file: str) -> str | None:
        """Return the address of a table as written in a file; None where it has no place."""
        place = self._tables.get(name)
        return None if place is None else self.href(place, file)

    @staticmethod
    def href(place: Place, file: str) -> str:
        """Return the address of a place as written in a file."""
        if place.file == file:
            return f"#{place.anchor}"
        folder, _, name = place.file.rpartition("/")
        here = file.rpartition("/")[0]
        path = name if folder == here else f"{folder}/{name}" if folder else f"../{name}"
        return f"{path}#{place.anchor}"


class _Anchors:
    """Makes the anchors of one file, as GitHub does."""

    def __init__(self) -> None:
        self._times: dict[str, int] = {}

    def take(self, title: str) -> str:
        lower = title.strip().lower()
        if lower.isascii():
            plain = _NOT_KEPT_ASCII.sub("", lower)
        else:
            plain = "".join(
                character
                for character in lower
                if character in "- " or unicodedata.category(character) in _KEPT
            )
        plain = plain.replace(" ", "-")
        anchor = plain
        while anchor in self._times:
            self._times[plain] += 1
            anchor = f"{plain}-{self._times[plain]}"
        self._times[anchor] = 0
        return anchor


class _Stems:
    """Makes names of files that every file system takes, each once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, name: str) -> str:
        plain = _NOT_PLAIN.sub("-", name.lower()).strip("-")[:_LONGEST_STEM] or "schema"
        if _RESERVED_STEMS.fullmatch(plain):
            plain = f"{plain}-schema"
        stem, number = plain, 1
        while stem in self._taken:
            number += 1
            stem = f"{plain}-{number}"
        self._taken.add(stem)
        return stem
