"""The sections of a document, from its plan and from what is known of the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

import attrs

from sqlcore.domain.capability import Missing
from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaRoutine, SchemaSnapshot
from sqlcore.domain.table import ForeignKey, TableDescription
from sqlcore.services.documenting import markdown as md
from sqlcore.services.documenting.dictionary import Cell, schema_tables
from sqlcore.services.documenting.documents import Section
from sqlcore.services.documenting.inferring import Guess, Guesses
from sqlcore.services.documenting.places import Place, Plan, Schema, SectionKind
from sqlcore.services.documenting.tables import Href, foreign_key_rules, table_body

__all__ = ["Material", "counts_of", "routine_table", "section_of", "table_section"]

_ABOUT = (
    "Written by sqlcore from the catalog of the database. Names, comments and definitions are "
    "those of the database."
)
_INFERRED = (
    "Nobody has declared these rules. They are guesses from names, types, keys and checks, each "
    "with what speaks for it; look at the data before you rely on one."
)


_MOST_NAMED = 3


@attrs.define(kw_only=True)
class Material:
    """What sections are made of, beside the tables themselves.

    Attributes:
        guesses: Collected while tables were written.
        rows: Of the data dictionary.
        missing: What the server does not tell of single tables, with these tables.
        dropped: Tables that went while this was written.
    """

    plan: Plan
    snapshot: SchemaSnapshot
    engine: str
    counts: Mapping[str, int]
    guesses: Guesses = attrs.field(factory=Guesses)
    rows: list[tuple[Cell, ...]] = attrs.field(factory=list)
    missing: dict[Missing, list[QualifiedName]] = attrs.field(factory=dict)
    dropped: list[QualifiedName] = attrs.field(factory=list)

    def documented_keys(self) -> list[ForeignKey]:
        """Return the foreign keys from and to what is documented."""
        documented = {table.name for schema in self.plan.schemas for table in schema.tables}
        return [
            key
            for key in self.snapshot.foreign_keys
            if key.table in documented or key.referenced_table in documented
        ]


def counts_of(snapshot: SchemaSnapshot, schemas: Sequence[Schema]) -> dict[str, int]:
    """Count what is documented."""
    tables = [table for schema in schemas for table in schema.tables]
    names = {table.name for table in tables}
    kinds = [table.kind for table in tables]
    return {
        "schemas": len(schemas),
        "tables": sum(kind in (TableKind.TABLE, TableKind.EXTERNAL) for kind in kinds),
        "views": sum(kind in (TableKind.VIEW, TableKind.MATERIALIZED_VIEW) for kind in kinds),
        "columns": sum(len(table.columns) for table in tables),
        "foreign_keys": sum(key.table in names for key in snapshot.foreign_keys),
        "routines": sum(len(schema.routines) for schema in schemas),
    }


def _heading(place: Place) -> str:
    return f"{'#' * place.level} {md.inline(place.title)}\n"


def _section(place: Place, blocks: Iterable[str]) -> Section:
    text = "\n".join([_heading(place), *(block for block in blocks if block)])
    return Section(
        kind=place.kind,
        title=place.title,
        file=place.file,
        anchor=place.anchor,
        markdown=text,
    )


def section_of(place: Place, material: Material) -> Section:
    """Write any section but a table's."""
    return _section(place, _WRITERS[place.kind](place, material))


def table_section(
    place: Place, table: TableDescription | None, plan: Plan, *, include_size: bool
) -> Section:
    """Write the section of a table; None stands for one that has been dropped meanwhile."""
    if table is None:
        return _section(place, ["It was dropped while this was written.\n"])
    href = partial(plan.table_href, file=place.file)
    return _section(
        place, table_body(table, href, include_size=include_size, include_missing=False)
    )


def _overview(_: Place, material: Material) -> Iterator[str]:
    yield f"{_ABOUT}\n"
    rows = [("Engine", md.inline(material.engine))]
    rows += [
        (name.replace("_", " ").capitalize(), f"{count:,}")
        for name, count in material.counts.items()
    ]
    yield md.table(("What", "Value"), rows)


def _contents(place: Place, material: Material) -> Iterator[str]:
    plan = material.plan
    lines = []
    for other in plan.places:
        if other.kind in (SectionKind.OVERVIEW, SectionKind.CONTENTS):
            continue
        depth = 1 if other.kind in (SectionKind.TABLE, SectionKind.ROUTINES) else 0
        lines.append(md.bullet(md.link(other.title, plan.href(other, place.file)), depth))
    lines += [md.bullet(md.link(title, file)) for title, file in plan.further]
    yield "".join(lines)


def _schema(place: Place, _: Material) -> Iterator[str]:
    schema = place.schema
    if schema is None:
        return
    yield md.paragraph(schema.comment or "")
    facts = [f"Owner: {md.name(schema.owner)}"] if schema.owner else []
    facts.append(f"{len(schema.tables):,} tables and views, {len(schema.routines):,} routines")
    yield "".join(map(md.bullet, facts))


def _routines(place: Place, _: Material) -> Iterator[str]:
    if place.schema is not None:
        yield routine_table(place.schema.routines)


def routine_table(routines: Iterable[SchemaRoutine], href: Href | None = None) -> str:
    """Write routines, one in a line; with links where there are addresses."""
    return md.table(
        ("Routine", "Kind", "Arguments", "Description"),
        [
            (
                _routine_name(routine.name, href),
                md.inline(routine.kind.replace("_", " ")),
                md.cell(md.code(routine.arguments), md.one_line(routine.arguments))
                if routine.arguments
                else "",
                md.inline(routine.comment or ""),
            )
            for routine in routines
        ],
    )


def _routine_name(name: QualifiedName, href: Href | None) -> str:
    shown = md.visible(name.name)
    return md.cell(md.name(name.name), shown) if href is None else md.link(shown, href(name))


def _relationships(place: Place, material: Material) -> Iterator[str]:
    plan = material.plan
    keys = material.documented_keys()
    if not keys:
        yield "There are no foreign keys.\n"
        return
    yield md.table(
        ("From", "Columns", "To", "Their columns", "Rules", "Name"),
        [_relationship(key, plan, place.file) for key in sorted(keys, key=_key_order)],
    )


def _key_order(key: ForeignKey) -> tuple[str, ...]:
    return (key.table.schema or "", key.table.name, key.name, *key.columns)


def _relationship(key: ForeignKey, plan: Plan, file: str) -> list[str]:
    def linked(name: QualifiedName) -> str:
        return md.link(md.visible(str(name)), plan.table_href(name, file))

    return [
        linked(key.table),
        md.inline(", ".join(map(md.visible, key.columns))),
        linked(key.referenced_table),
        md.inline(", ".join(map(md.visible, key.referenced_columns))),
        foreign_key_rules(key).removeprefix(", "),
        md.inline(md.visible(key.name)),
    ]


def _rules(place: Place, material: Material) -> Iterator[str]:
    found = list(material.guesses.by_kind())
    if not found:
        yield "Nothing can be inferred from names, types, keys and checks.\n"
        return
    yield f"{_INFERRED}\n"
    for kind, guesses in found:
        lines = [md.bullet(_guess(guess, material.plan, place.file)) for guess in guesses]
        yield f"**{kind}** (inferred)\n\n{''.join(lines)}"


def _guess(guess: Guess, plan: Plan, file: str) -> str:
    words = []
    if guess.table is not None:
        href = plan.table_href(guess.table, file)
        words.append(f"{md.link(md.visible(str(guess.table)), href)}: ")
    words.append(md.names(guess.columns))
    if guess.values:
        words.append(f" ({md.names(guess.values)})")
    return f"{''.join(words)}. Evidence: {guess.evidence}"


def _dictionary(_: Place, material: Material) -> Iterator[str]:
    yield "".join(schema_tables(material.rows, level=3)).lstrip("\n")


def _missing(_: Place, material: Material) -> Iterator[str]:
    lines = dict.fromkeys(_gap(gap) for gap in material.snapshot.missing)
    for gap, tables in material.missing.items():
        if _gap(gap) not in lines:
            lines[f"{_gap(gap)} (of {_some(tables)})"] = None
    if material.dropped:
        lines[f"{len(material.dropped):,} tables that were dropped while this was written"] = None
    if any(table.is_partition for table in material.snapshot.tables):
        lines["Partitions are described with the table that they are part of"] = None
    if not lines:
        yield "The server told all that was asked for.\n"
        return
    yield "".join(map(md.bullet, lines))


def _gap(gap: Missing) -> str:
    return f"{md.inline(gap.part)}: {md.inline(gap.reason)}"


def _some(tables: Sequence[QualifiedName]) -> str:
    """Name tables, or count them where they are many."""
    if len(tables) > _MOST_NAMED:
        return f"{len(tables):,} tables and views"
    return ", ".join(md.inline(md.visible(str(name))) for name in tables)


_WRITERS = {
    SectionKind.OVERVIEW: _overview,
    SectionKind.CONTENTS: _contents,
    SectionKind.SCHEMA: _schema,
    SectionKind.ROUTINES: _routines,
    SectionKind.RELATIONSHIPS: _relationships,
    SectionKind.RULES: _rules,
    SectionKind.DICTIONARY: _dictionary,
    SectionKind.MISSING: _missing,
}
