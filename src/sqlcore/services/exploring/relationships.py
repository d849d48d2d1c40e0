"""How tables are connected: the way between two, the neighbours of one, or all there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.ports import Dialect
from sqlcore.services.exploring.index import SchemaIndex
from sqlcore.services.exploring.joins import write_join
from sqlcore.services.exploring.names import find_table
from sqlcore.services.exploring.paths import Step, meets, shortest_paths
from sqlcore.services.exploring.references import Reference, is_nullable, is_unique

__all__ = ["JoinPath", "Relationship", "Relationships", "find_relationships"]

_MOST_PATHS = 3
_MOST_CLEAN_PATHS = 2


@attrs.frozen(kw_only=True)
class Relationship:
    """Columns of a table that hold the key of another, or of the same.

    Attributes:
        name: Of the foreign key; None for a guess.
        guess: Why it is thought to be one; None for a foreign key.
        nullable: Whether a row may refer to none.
        one_to_one: Whether no two rows can refer to the same one.
        enforced: Whether the server keeps to it, for old rows too.
        join: `FROM … JOIN … ON …`, from the table that was asked for; None in a list of all.
    """

    table: QualifiedName
    columns: tuple[str, ...]
    referenced_table: QualifiedName
    referenced_columns: tuple[str, ...]
    name: str | None = None
    guess: str | None = None
    nullable: bool = False
    one_to_one: bool = False
    enforced: bool = True
    join: str | None = None


@attrs.frozen(kw_only=True)
class JoinPath:
    """A way from one table to another.

    Attributes:
        tables: Those that it leads through, both ends among them.
        relationships: One for each step.
        join: `FROM … JOIN … ON …`.
        guessed: Whether one of its steps is a guess.
        notes: What is to be known before it is used, in words.
    """

    tables: tuple[QualifiedName, ...]
    relationships: tuple[Relationship, ...]
    join: str
    guessed: bool = False
    notes: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Relationships:
    """What was asked for.

    Attributes:
        from_table: The one table, or the first of two; None where all were asked for.
        to_table: The second of two.
        paths: Between two tables; the shortest first, and of these the ones without guesses and
            without tables at which rows only meet.
        more_paths: Whether there are others that are as short.
        relationships: Of one table, its own first, or a part of all, the most connected tables
            first; guesses last.
        total: How many relationships there are, those that were left out among them.
        guess_count: How many of all are guesses.
        is_partition: Whether the one table is a partition: its references are those of the table
            that it is part of.
        fingerprint: Of the schema; the order of all relationships is the same while it is.
    """

    from_table: QualifiedName | None = None
    to_table: QualifiedName | None = None
    paths: tuple[JoinPath, ...] = ()
    more_paths: bool = False
    relationships: tuple[Relationship, ...] = ()
    total: int = 0
    guess_count: int = 0
    is_partition: bool = False
    fingerprint: str = ""


def find_relationships(
    index: SchemaIndex,
    dialect: Dialect,
    from_table: str | None = None,
    to_table: str | None = None,
    *,
    start: int = 0,
    limit: int | None = None,
) -> Relationships:
    """Find how tables are connected.

    Between two tables foreign keys are followed first; guesses only where foreign keys do not
    connect them.

    Args:
        index: The schema.
        dialect: In which joins are written.
        from_table: A table; both are left out for all relationships.
        to_table: Another, or the same for its references to itself.
        start: How many relationships to pass over, where there are no two tables.
        limit: The most relationships to return then; all where left out.

    Raises:
        NotFoundError: There is none of that name; the error names the nearest.
        AmbiguousNameError: There are several; the error names them.
        InvalidArgumentError: The name cannot be read.
    """
    finder = _Finder(index, dialect, slice(start, None if limit is None else start + limit))
    if from_table and to_table:
        start = find_table(index, from_table, parameter="from_table")
        return finder.between(start, find_table(index, to_table, parameter="to_table"))
    if from_table:
        return finder.neighbours(find_table(index, from_table, parameter="from_table"))
    if to_table:
        return finder.neighbours(find_table(index, to_table, parameter="to_table"))
    return finder.everything()


@attrs.frozen
class _Finder:
    index: SchemaIndex
    dialect: Dialect
    part: slice

    def between(self, start: int, end: int) -> Relationships:
        """Find the paths between two tables."""
        paths = self._paths(start, end)
        shown = paths[:_MOST_PATHS]
        if shown and all(map(meets, shown)):
            graph = self.index.graph
            clean = shortest_paths(graph, start, end, limit=_MOST_CLEAN_PATHS, meeting=False)
            shown = [*shown[: _MOST_PATHS - len(clean)], *clean]
            shown.sort(key=lambda path: (len(path), _doubts(path)))
        return Relationships(
            from_table=self._name(start),
            to_table=self._name(end),
            paths=tuple(map(self._join_path, shown)),
            more_paths=len(paths) > _MOST_PATHS,
            is_partition=any(self.index.snapshot.tables[at].is_partition for at in (start, end)),
        )

    def _paths(self, start: int, end: int) -> list[tuple[Step, ...]]:
        limit = _MOST_PATHS + 1
        paths = shortest_paths(self.index.graph, start, end, limit=limit)
        if not paths:
            paths = shortest_paths(self.index.whole_graph, start, end, limit=limit)
        paths.sort(key=_doubts)
        return paths

    def neighbours(self, table: int) -> Relationships:
        """Find what a table refers to and what refers to it, one join each."""
        references = _at(self.index, table)
        found: list[Relationship] = []
        for reference in references[self.part]:
            step = Step(reference, up=reference.table == table)
            join = write_join(self.index.snapshot, [step], self.dialect)
            found.append(attrs.evolve(self._relationship(reference), join=join))
        return self._listed(references, found, table)

    def everything(self) -> Relationships:
        """List all relationships."""
        ordered = self.index.ordered_references
        return self._listed(ordered, map(self._relationship, ordered[self.part]))

    def _listed(
        self,
        references: Sequence[Reference],
        shown: Iterable[Relationship],
        table: int | None = None,
    ) -> Relationships:
        return Relationships(
            from_table=None if table is None else self._name(table),
            relationships=tuple(shown),
            total=len(references),
            guess_count=sum(reference.guess is not None for reference in references),
            is_partition=table is not None and self.index.snapshot.tables[table].is_partition,
            fingerprint=self.index.snapshot.fingerprint,
        )

    def _join_path(self, path: tuple[Step, ...]) -> JoinPath:
        tables = [path[0].start, *(step.end for step in path)]
        relationships = tuple(self._relationship(step.reference) for step in path)
        return JoinPath(
            tables=tuple(map(self._name, tables)),
            relationships=relationships,
            join=write_join(self.index.snapshot, path, self.dialect),
            guessed=any(relationship.guess for relationship in relationships),
            notes=tuple(self._notes(path, relationships)),
        )

    def _notes(self, path: Sequence[Step], relationships: Sequence[Relationship]) -> Iterable[str]:
        for step, relationship in zip(path, relationships, strict=True):
            columns = ", ".join(relationship.columns)
            if step.up and relationship.nullable:
                yield (
                    f"{relationship.table}: {columns} may be NULL; JOIN leaves such rows out, "
                    "LEFT JOIN keeps them."
                )
            if relationship.guess:
                yield f"A guess: {relationship.guess}. Check it before you rely on it."
            elif not relationship.enforced:
                yield f"The server does not enforce {relationship.name}: keys may lead nowhere."
        for table in meets(tuple(path)):
            yield (
                f"Rows meet at {self._name(table)} only because they share it: each is paired with "
                "every other."
            )

    def _relationship(self, reference: Reference) -> Relationship:
        table = self.index.snapshot.tables[reference.table]
        return Relationship(
            table=table.name,
            columns=reference.columns,
            referenced_table=self._name(reference.target),
            referenced_columns=reference.target_columns,
            name=reference.name,
            guess=reference.guess,
            nullable=is_nullable(table, reference.columns),
            one_to_one=is_unique(table, reference.columns),
            enforced=reference.enforced,
        )

    def _name(self, table: int) -> QualifiedName:
        return self.index.snapshot.tables[table].name


def _doubts(path: Sequence[Step]) -> tuple[int, int]:
    """Count the guesses of a path, and the tables at which rows only meet."""
    return sum(step.reference.guess is not None for step in path), len(meets(tuple(path)))


def _at(index: SchemaIndex, table: int) -> list[Reference]:
    """List the references at a table: its own, those of others to it, then guesses."""
    graph = index.whole_graph
    others = (r for r in graph.incoming(table) if r.table != table)
    return sorted((*graph.outgoing(table), *others), key=lambda r: r.guess is not None)
