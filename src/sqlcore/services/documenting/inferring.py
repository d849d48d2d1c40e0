"""Rules of a schema that nobody has declared: guesses, each with what speaks for it.

Names, types, defaults, keys and checks are looked at; never a row.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence

import attrs

from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import ForeignKey, Index, TableColumn, TableDescription
from sqlcore.services.documenting.values import allowed_values

__all__ = ["Guess", "GuessKind", "Guesses", "guesses_about", "snake"]


class GuessKind:
    """The kinds of rules, as they are called in a document."""

    AUDIT = "Audit columns"
    SOFT_DELETE = "Soft delete"
    LIFE_CYCLE = "Status life cycle"
    NATURAL_KEY = "Natural keys"
    TENANT = "Tenants"
    JUNCTION = "Junction tables"
    HIERARCHY = "Hierarchies"
    LOOKUP = "Lookup tables"

    ORDER = (AUDIT, SOFT_DELETE, LIFE_CYCLE, NATURAL_KEY, TENANT, JUNCTION, HIERARCHY, LOOKUP)


@attrs.frozen(kw_only=True)
class Guess:
    """Something that is likely, and not known.

    Attributes:
        kind: One of `GuessKind.ORDER`.
        table: What it is about; None for the whole schema.
        columns: The columns that it is about.
        values: Words of the schema that belong to it, such as the states of a life cycle.
        evidence: What speaks for it, in words of ours.
    """

    kind: str
    table: QualifiedName | None
    columns: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    evidence: str


_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[\s\-.]+")
_AUDIT = re.compile(
    r"(row_|record_|date_|time_|sys_)?(created|inserted|updated|modified|changed|last_updated"
    r"|last_modified|last_changed|creation|modification)"
    r"(_at|_on|_by|_date|_time|_datetime|_timestamp|_ts|_user|_by_id|_user_id|_utc|_at_utc)?"
)
_SOFT_DELETE = re.compile(
    r"(is_)?(deleted|removed|archived)(_at|_on|_by|_date|_time|_datetime|_flag|_at_utc)?"
    r"|deletion_date|date_deleted|delete_flag"
)
_STATUS = re.compile(r"(.+_)?(status|state|stage|phase|lifecycle|workflow_state)(_code)?")
_TENANT = re.compile(
    r"(tenant|organisation|organization|org|workspace|company|customer_account|account)_(id|key|no)"
)
_LABEL = re.compile(r"(.+_)?(name|code|label|title|description|key|value)")
_MOST_LOOKUP_COLUMNS = 5
_MOST_LINK_COLUMNS = 3
"""How many columns a junction table has beside its foreign keys, at most."""
_FEWEST_WITH_TENANT = 3


@functools.lru_cache(maxsize=10_000)
def snake(name: str) -> str:
    """Write a name in lower case with underscores: `CreatedAt` is `created_at`."""
    return _HUMP.sub("_", name.strip()).lower().strip("_")


def guesses_about(table: TableDescription, *, is_referenced: bool) -> Iterator[Guess]:
    """Say what is likely of one table.

    Args:
        table: The table, in full.
        is_referenced: Whether foreign keys of other tables point at it.
    """
    if table.kind is not TableKind.TABLE:
        return
    yield from _audit(table)
    yield from _soft_delete(table)
    yield from _life_cycle(table)
    yield from _natural_keys(table)
    yield from _junction(table)
    yield from _hierarchy(table)
    if is_referenced:
        yield from _lookup(table)


def _audit(table: TableDescription) -> Iterator[Guess]:
    columns = [column for column in table.columns if _AUDIT.fullmatch(snake(column.name))]
    if not columns:
        return
    evidence = ["names"]
    if any(_is_moment(column) for column in columns):
        evidence.append("types of dates and times")
    if any(column.default for column in columns if _is_moment(column)):
        evidence.append("defaults")
    yield Guess(
        kind=GuessKind.AUDIT,
        table=table.name,
        columns=_names(columns),
        evidence=f"by {_and(evidence)}",
    )


def _soft_delete(table: TableDescription) -> Iterator[Guess]:
    for column in table.columns:
        if not _SOFT_DELETE.fullmatch(snake(column.name)):
            continue
        if _is_moment(column) and column.nullable:
            evidence = "by its name; a moment that may be NULL"
        elif _is_flag(column):
            evidence = "by its name; a flag"
        else:
            continue
        filtered = [index for index in table.indexes if _mentions(index, column)]
        if filtered:
            evidence += f"; {len(filtered)} filtered index{'es' if len(filtered) > 1 else ''}"
        yield Guess(
            kind=GuessKind.SOFT_DELETE,
            table=table.name,
            columns=(column.name,),
            evidence=evidence,
        )


def _mentions(index: Index, column: TableColumn) -> bool:
    return index.filter is not None and column.name in index.filter


def _life_cycle(table: TableDescription) -> Iterator[Guess]:
    for column in table.columns:
        if not _STATUS.fullmatch(snake(column.name)):
            continue
        if column.labels:
            yield Guess(
                kind=GuessKind.LIFE_CYCLE,
                table=table.name,
                columns=(column.name,),
                values=column.labels,
                evidence="by its name, and a type that lists its values",
            )
            continue
        for check in table.checks:
            values = allowed_values(check.expression, column.name)
            if values:
                yield Guess(
                    kind=GuessKind.LIFE_CYCLE,
                    table=table.name,
                    columns=(column.name,),
                    values=values,
                    evidence="by its name, and a check that lists its values",
                )
                break


def _natural_keys(table: TableDescription) -> Iterator[Guess]:
    primary = table.primary_key
    if primary is None or not _is_surrogate(table, primary.columns):
        return
    candidates = {key.columns: "a unique constraint" for key in table.unique_keys}
    for index in table.indexes:
        is_plain = index.unique and not index.primary and not index.filter and index.enabled
        if is_plain and index.columns and not any(c.expression for c in index.columns):
            candidates.setdefault(tuple(c.name for c in index.columns), "a unique index")
    for columns, source in sorted(candidates.items()):
        if set(columns) & set(primary.columns) or any(_may_be_null(table, c) for c in columns):
            continue
        yield Guess(
            kind=GuessKind.NATURAL_KEY,
            table=table.name,
            columns=columns,
            evidence=f"{source} on columns that are never NULL, beside a generated primary key",
        )


def _is_surrogate(table: TableDescription, columns: Sequence[str]) -> bool:
    """Say whether a key's values are made by the database."""
    if len(columns) != 1:
        return False
    column = table.column(columns[0])
    if column is None:
        return False
    generators = ("nextval(", "uuid", "newid(", "newsequentialid(", "next value for")
    default = (column.default or "").lower()
    return (
        column.identity is not None
        or column.sequence is not None
        or any(generator in default for generator in generators)
    )


def _may_be_null(table: TableDescription, name: str) -> bool:
    column = table.column(name)
    return column is None or column.nullable


def _junction(table: TableDescription) -> Iterator[Guess]:
    keys = _distinct(table.foreign_keys)
    linked = {column for key in keys for column in key.columns}
    uniques = [table.primary_key, *table.unique_keys]
    for unique in uniques:
        if unique is None:
            continue
        joined = [key for key in keys if set(key.columns) <= set(unique.columns)]
        if len(joined) < 2 or {c for key in joined for c in key.columns} != set(unique.columns):  # noqa: PLR2004  # it joins two
            continue
        others = [column for column in table.columns if column.name not in linked]
        if len(others) > _MOST_LINK_COLUMNS:
            continue
        yield Guess(
            kind=GuessKind.JUNCTION,
            table=table.name,
            columns=unique.columns,
            values=tuple(sorted({str(key.referenced_table) for key in joined})),
            evidence=f"a key that is made of {len(joined)} foreign keys",
        )
        return


def _distinct(keys: Iterable[ForeignKey]) -> list[ForeignKey]:
    return list({key.columns: key for key in keys}.values())


def _hierarchy(table: TableDescription) -> Iterator[Guess]:
    for key in table.foreign_keys:
        if key.referenced_table == table.name:
            yield Guess(
                kind=GuessKind.HIERARCHY,
                table=table.name,
                columns=key.columns,
                evidence="a foreign key to its own table",
            )


def _lookup(table: TableDescription) -> Iterator[Guess]:
    if table.foreign_keys or not 1 < len(table.columns) <= _MOST_LOOKUP_COLUMNS:
        return
    labels = [column for column in table.columns if _LABEL.fullmatch(snake(column.name))]
    if table.primary_key is None or len(table.primary_key.columns) != 1 or not labels:
        return
    yield Guess(
        kind=GuessKind.LOOKUP,
        table=table.name,
        columns=_names(labels),
        evidence=f"{len(table.columns)} columns, no foreign keys, and others refer to it",
    )


class Guesses:
    """Collects guesses while tables are seen one after another."""

    def __init__(self) -> None:
        self._guesses: list[Guess] = []
        self._table_count = 0
        self._tenants: dict[str, list[tuple[QualifiedName, str, bool]]] = {}

    def see(self, table: TableDescription) -> None:
        """Look at a table."""
        referenced = any(key.table != table.name for key in table.referenced_by)
        self._guesses += guesses_about(table, is_referenced=referenced)
        if table.kind is not TableKind.TABLE:
            return
        self._table_count += 1
        for column in table.columns:
            if _TENANT.fullmatch(snake(column.name)):
                leads = (
                    table.primary_key is not None and table.primary_key.columns[0] == column.name
                )
                entry = (table.name, column.name, leads)
                self._tenants.setdefault(snake(column.name), []).append(entry)

    def by_kind(self) -> Iterator[tuple[str, tuple[Guess, ...]]]:
        """Give the guesses of each kind that has some, tables in the order they were seen."""
        found = [*self._guesses, *self._about_tenants()]
        for kind in GuessKind.ORDER:
            of_kind = tuple(guess for guess in found if guess.kind == kind)
            if of_kind:
                yield kind, of_kind

    def _about_tenants(self) -> Iterator[Guess]:
        for word, entries in sorted(self._tenants.items()):
            is_said = word.startswith("tenant")
            if len(entries) < _FEWEST_WITH_TENANT or (
                not is_said and 2 * len(entries) < self._table_count
            ):
                continue
            leading = sum(leads for *_, leads in entries)
            evidence = f"a column of {len(entries):,} of {self._table_count:,} tables"
            if leading:
                evidence += f"; the first of the primary key in {leading:,}"
            names = dict.fromkeys(name for _, name, _ in entries)
            yield Guess(kind=GuessKind.TENANT, table=None, columns=tuple(names), evidence=evidence)


_MOMENT = re.compile(r"(small)?date|datetime|time ?stamp|datetimeoffset", re.IGNORECASE)
_FLAG = re.compile(r"bool|bit|tinyint|char\(1\)", re.IGNORECASE)


def _is_moment(column: TableColumn) -> bool:
    return _MOMENT.match(str(column.type)) is not None


def _is_flag(column: TableColumn) -> bool:
    return _FLAG.match(str(column.type)) is not None


def _names(columns: Iterable[TableColumn]) -> tuple[str, ...]:
    return tuple(column.name for column in columns)


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
