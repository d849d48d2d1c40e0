"""The data dictionary: one row for each column, as Markdown, CSV or JSON."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import attrs

from sqlcore.domain.csv_lines import compact_json, csv_line
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import ForeignKey, TableDescription
from sqlcore.services.documenting import markdown as md

__all__ = [
    "DICTIONARY_FIELDS",
    "Cell",
    "DataDictionary",
    "DictionaryFormat",
    "dictionary_rows",
    "safe_cells",
]

DICTIONARY_FIELDS = (
    "schema",
    "table",
    "kind",
    "position",
    "column",
    "type",
    "nullable",
    "default",
    "computed",
    "identity",
    "key",
    "references",
    "comment",
)
"""What is said of each column. `key` names PK, UQ and FK; `references` where foreign keys lead."""

Cell = str | int | bool | None


class DictionaryFormat(enum.StrEnum):
    """How a data dictionary is written."""

    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"


@attrs.frozen(kw_only=True)
class DataDictionary:
    """All columns of a schema.

    Attributes:
        database: Its name.
        engine: The product.
        table_count: Tables and views.
        row_count: How many rows the whole has, one for each column.
        rows: As `DICTIONARY_FIELDS` say, by schema, table and position: all, or the first.
    """

    database: str
    engine: str
    table_count: int
    row_count: int
    rows: tuple[tuple[Cell, ...], ...] = attrs.field(repr=False)

    @property
    def is_whole(self) -> bool:
        """Whether all rows are here."""
        return len(self.rows) == self.row_count

    def text(self, form: DictionaryFormat) -> str:
        """Write the rows; the same schema gives the same bytes."""
        return "".join(_WRITERS[form](self))

    def whole_bytes(self, form: DictionaryFormat) -> int:
        """Tell the size of the whole in UTF-8; estimated where only the first rows are here."""
        size_bytes = len(self.text(form).encode())
        return size_bytes * self.row_count // len(self.rows) if self.rows else size_bytes


def dictionary_rows(
    tables: Iterable[TableDescription], keys: Mapping[QualifiedName, Sequence[ForeignKey]]
) -> Iterator[tuple[Cell, ...]]:
    """Give the rows of tables.

    Args:
        tables: What is known of them; columns and keys are enough.
        keys: The foreign keys that each table has.
    """
    for table in tables:
        primary = set() if table.primary_key is None else set(table.primary_key.columns)
        unique = {column for key in table.unique_keys for column in key.columns}
        leads: dict[str, list[str]] = {}
        for key in keys.get(table.name, ()):
            for name, referenced in zip(key.columns, key.referenced_columns, strict=False):
                target = f"{key.referenced_table}.{QualifiedName(referenced)}"
                leads.setdefault(name, []).append(target)
        for column in table.columns:
            marks = [
                word
                for word, is_so in (
                    ("PK", column.name in primary),
                    ("UQ", column.name in unique),
                    ("FK", column.name in leads),
                )
                if is_so
            ]
            yield (
                table.name.schema,
                table.name.name,
                str(table.kind),
                column.ordinal,
                column.name,
                str(column.type),
                column.nullable,
                column.default,
                column.computed,
                column.identity,
                ", ".join(marks) or None,
                ", ".join(dict.fromkeys(leads.get(column.name, ()))) or None,
                column.comment,
            )


_FORMULA = re.compile("[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def safe_cells(row: Sequence[Cell]) -> list[Cell]:
    """Put an apostrophe before texts that a spreadsheet would take for a formula.

    Numbers stay. See https://owasp.org/www-community/attacks/CSV_Injection.
    """
    return [
        f"'{cell}"
        if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell)
        else cell
        for cell in row
    ]


def _csv(dictionary: DataDictionary) -> Iterator[str]:
    yield f"{csv_line(DICTIONARY_FIELDS)}\n"
    for row in dictionary.rows:
        yield f"{csv_line(safe_cells(row))}\n"


def _json(dictionary: DataDictionary) -> Iterator[str]:
    yield "{\n"
    yield f'"database":{compact_json(dictionary.database)},\n'
    yield f'"engine":{compact_json(dictionary.engine)},\n'
    yield f'"columns":{compact_json(DICTIONARY_FIELDS)},\n"rows":['
    for number, row in enumerate(dictionary.rows):
        yield f"{',' if number else ''}\n{compact_json(row)}"
    yield "\n]\n}\n"


def _markdown(dictionary: DataDictionary) -> Iterator[str]:
    yield f"# Data dictionary of {md.inline(md.visible(dictionary.database))}\n\n"
    yield f"{md.inline(dictionary.engine)}; {dictionary.table_count:,} tables and views, "
    yield f"{len(dictionary.rows):,} columns.\n"
    yield from schema_tables(dictionary.rows)


def schema_tables(rows: Iterable[Sequence[Cell]], level: int = 2) -> Iterator[str]:
    """Write rows of a dictionary as one table for each schema, with a heading."""
    for schema, group in groupby(rows, lambda row: row[0]):
        yield f"\n{'#' * level} Columns of {md.inline(md.visible(str(schema or '')))}\n\n"
        yield md.table(_HEADER, map(_markdown_row, group))


_HEADER = ("Table", "Column", "Type", "Null", "Default", "Key", "Refers to", "Description")


def _markdown_row(row: Sequence[Cell]) -> list[str]:
    _, table, _, _, column, kind, nullable, default, computed, identity, key, refers, comment = row
    made = identity if default is None else default
    if computed is not None:
        made = computed
    return [
        _name(table),
        _name(column),
        _code(kind),
        "yes" if nullable else "no",
        _code(made),
        str(key or ""),
        md.inline(str(refers or "")),
        md.inline(str(comment or "")),
    ]


def _name(cell: Cell) -> str:
    return md.cell(md.name(str(cell)), md.visible(str(cell)))


def _code(cell: Cell) -> str:
    return "" if cell is None else md.cell(md.code(str(cell)), md.one_line(str(cell)))


_WRITERS = {
    DictionaryFormat.MARKDOWN: _markdown,
    DictionaryFormat.CSV: _csv,
    DictionaryFormat.JSON: _json,
}
