"""References that no foreign key says, guessed from names and types.

A guess joins one column to a key of one column: the primary key or a unique key of a table. It is
made where nothing else in the schema fits as well, and says why it was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from sqlcore.domain.catalog import TableKind
from sqlcore.domain.schema import SchemaColumn, SchemaSnapshot, SchemaTable
from sqlcore.domain.type_names import TypeName
from sqlcore.services.exploring.references import Reference, ReferenceGraph
from sqlcore.services.exploring.words import singular, split_words

__all__ = ["guess_references"]

_KEY_WORDS = frozenset(
    {"code", "fk", "guid", "id", "key", "no", "nr", "num", "number", "ref", "uid", "uuid"}
)
"""The last words of columns that hold keys: `customer_id`, `CountryCode`."""
_FAMILIES: Mapping[str, str] = {
    kind: family
    for family, kinds in {
        "number": (
            "bigint int int2 int4 int8 integer mediumint smallint tinyint serial bigserial "
            "smallserial decimal numeric number"
        ),
        "text": (
            "bpchar char character citext nchar nvarchar string sysname text varchar varchar2"
        ),
        "uuid": "uniqueidentifier uuid",
    }.items()
    for kind in kinds.split()
} | {"character varying": "text", "national character varying": "text"}
"""Types of keys; those of one family can be compared."""


@attrs.frozen(slots=True)
class _Key:
    """A key of one column."""

    table: int
    column: SchemaColumn
    is_primary: bool
    family: str


def guess_references(snapshot: SchemaSnapshot, graph: ReferenceGraph) -> tuple[Reference, ...]:
    """Guess references of the tables and views of a snapshot, in its order.

    `customer_id` is thought to refer to the key `id` or `customer_id` of a table `customer` or
    `customers`; `billing_address_id` to that of `addresses`; and any other column to the one key
    of the same name. Types have to be of one family: numbers, texts or UUIDs.
    """
    guesser = _Guesser(snapshot)
    guesses: list[Reference] = []
    for at, table in enumerate(snapshot.tables):
        if table.is_partition:
            continue
        known = {column for reference in graph.outgoing(at) for column in reference.columns}
        for column in table.columns:
            if column.name not in known:
                guesses += guesser.guesses(at, column)
    return tuple(guesses)


class _Guesser:
    def __init__(self, snapshot: SchemaSnapshot) -> None:
        self._snapshot = snapshot
        self._words: dict[str, tuple[str, ...]] = {}
        self._keys_of_table: dict[int, list[_Key]] = {}
        self._keys_by_name: dict[str, list[_Key]] = {}
        self._tables_by_name: dict[str, list[int]] = {}
        for at, table in enumerate(snapshot.tables):
            keys = (
                [] if table.is_partition or table.kind is not TableKind.TABLE else _keys(at, table)
            )
            if not keys:
                continue
            self._keys_of_table[at] = keys
            self._tables_by_name.setdefault(self._joined(table.name.name), []).append(at)
            for key in keys:
                self._keys_by_name.setdefault(key.column.name.casefold(), []).append(key)

    def guesses(self, at: int, column: SchemaColumn) -> Iterator[Reference]:
        """Guess what a column refers to; nothing, or one key."""
        family = _family(column.type)
        if family is None:
            return
        words = self._split(column.name)
        key, reason = self._by_table_name(at, column, words, family), "is named after"
        if key is None:
            key, reason = (
                self._by_column_name(at, column, words, family),
                "has the name of the key of",
            )
        if key is None or (key.table == at and key.column.name == column.name):
            return
        yield Reference(
            table=at,
            columns=(column.name,),
            target=key.table,
            target_columns=(key.column.name,),
            enforced=False,
            guess=f"{column.name} {reason} {self._snapshot.tables[key.table].name.name}",
        )

    def _by_table_name(
        self, at: int, column: SchemaColumn, words: tuple[str, ...], family: str
    ) -> _Key | None:
        """Find the key of the table that the column is named after, with or without a role."""
        if len(words) < 2 or words[-1] not in _KEY_WORDS:  # noqa: PLR2004  # a name and a key word
            return None
        for start in range(len(words) - 1):
            named = "".join(words[start:-1])
            tables = self._near(at, self._tables_by_name.get(named, ()))
            if tables is None:
                continue
            fitting = {column.name.casefold(), words[-1], named + words[-1]}
            keys = [
                key
                for key in self._keys_of_table[tables]
                if key.family == family
                and (
                    key.column.name.casefold() in fitting
                    or "".join(self._split(key.column.name)) in fitting
                )
            ]
            keys.sort(key=lambda key: not key.is_primary)
            return keys[0] if keys else None
        return None

    def _by_column_name(
        self, at: int, column: SchemaColumn, words: tuple[str, ...], family: str
    ) -> _Key | None:
        """Find the only key of the same name; a name of one word that says little means nothing."""
        if len(words) < 2:  # noqa: PLR2004  # `id`, `name`, `code`
            return None
        keys = [
            key
            for key in self._keys_by_name.get(column.name.casefold(), ())
            if key.family == family
        ]
        if len(keys) > 1:
            keys = [key for key in keys if key.is_primary]
        table = self._near(at, [key.table for key in keys])
        return next((key for key in keys if key.table == table), None)

    def _near(self, at: int, tables: Sequence[int]) -> int | None:
        """Choose the one table of the same schema, or else the only one there is."""
        if len(tables) > 1:
            own = self._snapshot.tables[at].name.schema
            tables = [t for t in tables if self._snapshot.tables[t].name.schema == own]
        return tables[0] if len(tables) == 1 else None

    def _joined(self, name: str) -> str:
        return "".join(self._split(name))

    def _split(self, name: str) -> tuple[str, ...]:
        """Split a name into singular words; names repeat, so they are kept."""
        words = self._words.get(name)
        if words is None:
            words = self._words[name] = tuple(map(singular, split_words(name)))
        return words


def _keys(at: int, table: SchemaTable) -> list[_Key]:
    columns = {column.name: column for column in table.columns}
    keys = []
    for number, names in enumerate((table.primary_key, *table.unique_keys)):
        column = columns.get(names[0]) if len(names) == 1 else None
        family = None if column is None else _family(column.type)
        if column is not None and family is not None:
            keys.append(_Key(at, column, number == 0, family))
    return keys


def _family(spelling: str) -> str | None:
    """Tell which types a type can be compared with; None where it is no type of keys."""
    plain = _FAMILIES.get(spelling)
    if plain is not None:
        return plain
    parsed = TypeName.parse(spelling)
    return None if parsed.is_array else _FAMILIES.get(parsed.base)
